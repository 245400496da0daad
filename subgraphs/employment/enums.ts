import {
  EMPLOYMENT_PLAN_STATES,
  EMPLOYMENT_PLANS,
  EMPLOYMENT_SERVICE_STATES,
  EMPLOYMENT_SERVICES,
  MEETING_SUBJECTS,
} from '../../schema/codes/employment.ts';
import { MEETING_CHANNELS, MEETING_STATES } from '../../schema/codes/meetings.ts';
import { registerCodes } from '../codes.ts';

export const EmploymentPlanKindEnum = registerCodes(
  'EmploymentPlanKind',
  'Kind of plan of the employment services (fi suunnitelman laji / sv typ av plan).',
  EMPLOYMENT_PLANS,
);

export const EmploymentPlanStateEnum = registerCodes(
  'EmploymentPlanState',
  'State of a plan (fi suunnitelman tila / sv planens läge).',
  EMPLOYMENT_PLAN_STATES,
);

export const EmploymentServiceKindEnum = registerCodes(
  'EmploymentServiceKind',
  'Kind of employment service (fi työllisyyspalvelu / sv sysselsättningstjänst).',
  EMPLOYMENT_SERVICES,
);

export const EmploymentServiceStateEnum = registerCodes(
  'EmploymentServiceState',
  'State of a service (fi palvelun tila / sv tjänstens läge).',
  EMPLOYMENT_SERVICE_STATES,
);

export const EmploymentMeetingStateEnum = registerCodes(
  'EmploymentMeetingState',
  'State of a meeting (fi tapaamisen tila / sv mötets läge).',
  MEETING_STATES,
);

export const EmploymentMeetingChannelEnum = registerCodes(
  'EmploymentMeetingChannel',
  'How the client and the specialist meet (fi tapaamistapa / sv mötesform).',
  MEETING_CHANNELS,
);

export const EmploymentMeetingSubjectEnum = registerCodes(
  'EmploymentMeetingSubject',
  'What a meeting is about (fi tapaamisen aihe / sv mötets ämne).',
  MEETING_SUBJECTS,
);
