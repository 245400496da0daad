import type { Pool } from 'pg';
import type { Confidence, CustodyPhase, ReleaseSource } from '../../schema/codes/sentences.ts';
import type { SubgraphContext } from '../define.ts';
import { type ClientRow, loadRows, type RowLoader } from '../load.ts';
import type { PrisonLeave } from './custody.ts';
import type { StayDays } from './path.ts';
import type { ReleasePlan, SentencePlan, SentencePlanActivity, SentencePlanGoal } from './plan.ts';
import { readSanction, type Sanction } from './sanction.ts';

/** A row of `sentences.custody`; `protected`: the client is under a protection order, whichever stay says so. */
export interface StayRow extends ClientRow, StayDays {
  readonly id: string;
  readonly unit: string;
  readonly phase: CustodyPhase;
  readonly releaseSource: ReleaseSource | null;
  readonly releaseAsOf: Date | null;
  readonly releaseConfidence: Confidence | null;
  readonly protected: boolean;
}

/** `on`: day on which the leave starts, ISO date in Finland. */
export type LeaveRow = PrisonLeave & { readonly on: string };

/** One loader a table. */
export interface SentencesLoaders {
  /** The present stay first, then the newest. */
  readonly stays: RowLoader<StayRow>;
  readonly leaves: RowLoader<LeaveRow>;
  readonly sanctions: RowLoader<Sanction>;
  /** Newest first. */
  readonly plans: RowLoader<SentencePlan>;
  readonly planGoals: RowLoader<SentencePlanGoal>;
  readonly planActivities: RowLoader<SentencePlanActivity>;
  readonly releasePlans: RowLoader<ReleasePlan>;
}

export type Context = SubgraphContext<SentencesLoaders>;

export function sentencesLoaders(db: Pool): SentencesLoaders {
  return {
    stays: loadRows(db, STAYS),
    leaves: loadRows(db, LEAVES),
    sanctions: loadRows(db, SANCTIONS, readSanction),
    plans: loadRows(db, PLANS),
    planGoals: loadRows(db, GOALS),
    planActivities: loadRows(db, ACTIVITIES),
    releasePlans: loadRows(db, RELEASE_PLANS),
  };
}

const STAYS = `
  SELECT client_id AS "clientId", id, unit, phase, admitted_on::text AS "admittedOn",
    released_on::text AS "releasedOn", release_earliest::text AS "releaseEarliest",
    release_latest::text AS "releaseLatest", release_source AS "releaseSource", release_as_of AS "releaseAsOf",
    release_confidence AS "releaseConfidence", bool_or(protection_order) OVER (PARTITION BY client_id) AS "protected",
    (now() AT TIME ZONE 'Europe/Helsinki')::date::text AS "today"
  FROM sentences.custody WHERE client_id = ANY ($1)
  ORDER BY released_on IS NULL DESC, admitted_on DESC, id`;

const LEAVES = `
  SELECT client_id AS "clientId", id, kind, state, starts_at AS "startsAt", ends_at AS "endsAt",
    (starts_at AT TIME ZONE 'Europe/Helsinki')::date::text AS "on"
  FROM sentences.leaves WHERE client_id = ANY ($1) ORDER BY starts_at, id`;

const SANCTIONS = `
  SELECT client_id AS "clientId", id, type, offence, decided_on::text AS "decidedOn",
    day_fines_total AS "dayFinesTotal", day_fines_unpaid AS "dayFinesUnpaid", day_fine_euros::float8 AS "dayFineEuros",
    (day_fines_unpaid * day_fine_euros)::float8 AS "unpaidEuros", conversion_days AS "conversionDays",
    length_days AS "lengthDays"
  FROM sentences.sanctions WHERE client_id = ANY ($1) ORDER BY decided_on DESC, id`;

const PLANS = `
  SELECT client_id AS "clientId", id, state, drafted_on::text AS "draftedOn", confirmed_on::text AS "confirmedOn",
    updated_on::text AS "updatedOn", evaluated_on::text AS "evaluatedOn"
  FROM sentences.plans WHERE client_id = ANY ($1) ORDER BY drafted_on DESC, id`;

const GOALS = `
  SELECT client_id AS "clientId", id, plan_id AS "planId", area, goal, state
  FROM sentences.plan_goals WHERE client_id = ANY ($1) ORDER BY area, id`;

const ACTIVITIES = `
  SELECT client_id AS "clientId", id, plan_id AS "planId", kind, starts_on::text AS "startsOn",
    ends_on::text AS "endsOn"
  FROM sentences.plan_activities WHERE client_id = ANY ($1) ORDER BY starts_on, id`;

const RELEASE_PLANS = `
  SELECT client_id AS "clientId", plan_id AS "planId", made_on::text AS "madeOn", housing, income, employment, health,
    contact
  FROM sentences.release_plans WHERE client_id = ANY ($1)`;
