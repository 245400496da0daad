import type { Pass } from '../../auth/pass.ts';
import { seesRowPlace } from '../place.ts';
import type { EmploymentMeeting } from './meeting.ts';
import type { EmploymentService } from './plan.ts';
import type { JobSeekerStatus } from './status.ts';

/** The statuses without the areas that a caller must not know of a protected client. */
export function maskStatuses(pass: Pass, statuses: readonly JobSeekerStatus[]): readonly JobSeekerStatus[] {
  return statuses.map((status) =>
    seesRowPlace(pass, status, 'EMPLOYMENT_SERVICES', [status.area]) ? status : { ...status, area: undefined },
  );
}

/** The services without their providers, who are local. The registry does not say which area wrote them: the client sees them. */
export function maskServices(pass: Pass, services: readonly EmploymentService[]): readonly EmploymentService[] {
  return services.map((service) =>
    seesRowPlace(pass, service, 'EMPLOYMENT_SERVICES', []) ? service : { ...service, provider: null },
  );
}

/** The meetings without the prisons; that one is in prison is not masked, where is. */
export function maskMeetings(pass: Pass, meetings: readonly EmploymentMeeting[]): readonly EmploymentMeeting[] {
  return meetings.map((meeting) =>
    seesRowPlace(pass, meeting, 'EMPLOYMENT_SERVICES', []) ? meeting : { ...meeting, prisonUnit: null },
  );
}
