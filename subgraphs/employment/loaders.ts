import type { Pool } from 'pg';
import { EMPLOYMENT_AREAS } from '../../schema/codes/controllers.ts';
import { type Coded, JOBSEEKER_STATUSES } from '../../schema/codes/employment.ts';
import { PRISON_UNITS } from '../../schema/codes/units.ts';
import { type CodeName, codeName } from '../code.ts';
import { loadRows, type RowLoader } from '../load.ts';
import { organisations } from '../organisation.ts';
import { protectedIn } from '../place.ts';
import type { EmploymentMeeting } from './meeting.ts';
import type { EmploymentPlan, EmploymentPlanGoal, EmploymentService } from './plan.ts';
import type { JobSeekerStatus } from './status.ts';

/** One loader a table; each gives a client's rows, newest first. */
export interface EmploymentLoaders {
  readonly statuses: RowLoader<JobSeekerStatus>;
  readonly plans: RowLoader<EmploymentPlan>;
  readonly goals: RowLoader<EmploymentPlanGoal>;
  readonly services: RowLoader<EmploymentService>;
  /** Those without a time first, as they are still to come. */
  readonly meetings: RowLoader<EmploymentMeeting>;
}

export function employmentLoaders(db: Pool): EmploymentLoaders {
  return {
    statuses: loadRows(db, STATUSES, readStatus),
    plans: loadRows(db, PLANS),
    goals: loadRows(db, GOALS),
    services: loadRows(db, SERVICES),
    meetings: loadRows(db, MEETINGS, readMeeting),
  };
}

/** Key of the registry → the status by the code that professionals know: `S02_UNEMPLOYED` is 02. */
export const STATUSES_BY_KEY: ReadonlyMap<string, CodeName> = new Map(
  Object.entries<Coded>(JOBSEEKER_STATUSES).map(([key, { code, fi, sv, en }]) => [key, { code, fi, sv, en }]),
);

const AREAS = organisations(EMPLOYMENT_AREAS);

function readStatus(
  raw: Omit<JobSeekerStatus, 'status' | 'area'> & { readonly status: string; readonly area: string },
): JobSeekerStatus {
  return {
    ...raw,
    status: STATUSES_BY_KEY.get(raw.status) ?? codeName({}, raw.status),
    area: AREAS.get(raw.area),
  };
}

function readMeeting(
  raw: Omit<EmploymentMeeting, 'inPrison' | 'prisonUnit'> & { readonly prisonUnit: string | null },
): EmploymentMeeting {
  const inPrison = raw.prisonUnit !== null;
  return { ...raw, inPrison, prisonUnit: raw.prisonUnit === null ? null : codeName(PRISON_UNITS, raw.prisonUnit) };
}

const TODAY = `(now() AT TIME ZONE 'Europe/Helsinki')::date`;

const PROTECTED = protectedIn('employment');

const STATUSES = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, area, status, valid_from::text AS "since", valid_until::text AS "until",
    valid_from <= ${TODAY} AND (valid_until IS NULL OR valid_until >= ${TODAY}) AS "current"
  FROM employment.statuses WHERE client_id = ANY ($1) ORDER BY valid_from DESC, id`;

const PLANS = `
  SELECT client_id AS "clientId", id, kind, state, made_on::text AS "madeOn", review_on::text AS "reviewOn"
  FROM employment.plans WHERE client_id = ANY ($1) ORDER BY made_on DESC, id`;

const GOALS = `
  SELECT client_id AS "clientId", id, plan_id AS "planId", area, goal, state
  FROM employment.plan_goals WHERE client_id = ANY ($1) ORDER BY id`;

const SERVICES = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, service, state, provider,
    starts_on::text AS "startsOn", ends_on::text AS "endsOn"
  FROM employment.services WHERE client_id = ANY ($1) ORDER BY starts_on DESC, id`;

const MEETINGS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, state, channel, subject, at,
    (at AT TIME ZONE 'Europe/Helsinki')::date::text AS "day", prison_unit AS "prisonUnit"
  FROM employment.meetings WHERE client_id = ANY ($1) ORDER BY at DESC, id`;
