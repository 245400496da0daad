import { ADDRESS_KINDS, LANGUAGES, WORKER_ROLES } from '../../schema/codes/contact.ts';
import {
  APPOINTMENT_REASONS,
  DECLINE_REASONS,
  MEETING_CHANNELS,
  MEETING_STATES,
  REFERRAL_STATES,
} from '../../schema/codes/meetings.ts';
import { registerCodes } from '../codes.ts';

export const ServiceLanguageEnum = registerCodes(
  'ServiceLanguage',
  'Language of service or of interpreting, ISO 639-1 (fi asiointikieli / sv kontaktspråk).',
  LANGUAGES,
);

export const AddressKindEnum = registerCodes(
  'AddressKind',
  'What an address is for (fi osoitelaji / sv adresstyp).',
  ADDRESS_KINDS,
);

export const WorkerRoleEnum = registerCodes(
  'WorkerRole',
  'What a worker is to the client (fi työntekijän tehtävä / sv arbetstagarens uppgift).',
  WORKER_ROLES,
);

export const AppointmentStateEnum = registerCodes(
  'AppointmentState',
  'State of an appointment (fi tapaamisen tila / sv mötets läge).',
  MEETING_STATES,
);

export const AppointmentChannelEnum = registerCodes(
  'AppointmentChannel',
  'How the client and the worker meet (fi tapaamistapa / sv mötesform).',
  MEETING_CHANNELS,
);

export const AppointmentReasonEnum = registerCodes(
  'AppointmentReason',
  'What an appointment or a referral is about (fi aihe / sv ärende).',
  APPOINTMENT_REASONS,
);

export const ReferralStateEnum = registerCodes(
  'ReferralState',
  'State of an onward referral (fi ohjauksen tila / sv hänvisningens läge).',
  REFERRAL_STATES,
);

export const DeclineReasonEnum = registerCodes(
  'DeclineReason',
  'Why a referral was declined (fi hylkäyksen syy / sv orsak till avböjande).',
  DECLINE_REASONS,
);
