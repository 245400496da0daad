import type { Pool } from 'pg';
import { ASSISTANCE_CONTROLLERS } from '../../schema/codes/controllers.ts';
import { HOUSING_CLASSES } from '../../schema/codes/housing.ts';
import { loadRows, type RowLoader } from '../load.ts';
import { type Controlled, controllerReader } from '../organisation.ts';
import { protectedIn } from '../place.ts';
import { assistanceDueOn, decidedInTime } from './due.ts';
import type { HousingSituation } from './housing.ts';
import type { SocialAssistance, SocialBenefit } from './income.ts';
import type {
  SocialClientPlan,
  SocialClientPlanGoal,
  SocialOwnWorker,
  SocialServiceDecision,
  SocialServiceTask,
} from './services.ts';

/** One loader a table; each gives a client's rows, newest first. */
export interface SocialLoaders {
  readonly housing: RowLoader<HousingSituation>;
  readonly tasks: RowLoader<SocialServiceTask>;
  readonly plans: RowLoader<SocialClientPlan>;
  readonly goals: RowLoader<SocialClientPlanGoal>;
  readonly decisions: RowLoader<SocialServiceDecision>;
  readonly assistance: RowLoader<SocialAssistance>;
  readonly benefits: RowLoader<SocialBenefit>;
}

export function socialLoaders(db: Pool): SocialLoaders {
  return {
    housing: loadRows(db, HOUSING, readHousing),
    tasks: loadRows(db, TASKS, readTask),
    plans: loadRows(db, PLANS, withController<SocialClientPlan>),
    goals: loadRows(db, GOALS),
    decisions: loadRows(db, DECISIONS, withController<SocialServiceDecision>),
    assistance: loadRows(db, ASSISTANCE, readAssistance),
    benefits: loadRows(db, BENEFITS),
  };
}

const withController = controllerReader(ASSISTANCE_CONTROLLERS);

function readHousing(raw: Controlled<Omit<HousingSituation, 'homeless'>>): HousingSituation {
  const homeless = Object.hasOwn(HOUSING_CLASSES, raw.class) && HOUSING_CLASSES[raw.class].homeless;
  return { ...withController<Omit<HousingSituation, 'homeless'>>(raw), homeless };
}

type TaskRow = Controlled<Omit<SocialServiceTask, 'ownWorker'>> & {
  readonly ownWorkerId: string | null;
  readonly ownWorkerName: string | null;
  readonly ownWorkerUnit: string | null;
};

function readTask({ ownWorkerId, ownWorkerName, ownWorkerUnit, ...raw }: TaskRow): SocialServiceTask {
  const ownWorker: SocialOwnWorker | null =
    ownWorkerId === null ? null : { id: ownWorkerId, name: ownWorkerName, unit: ownWorkerUnit };
  return { ...withController<Omit<SocialServiceTask, 'ownWorker'>>(raw), ownWorker };
}

type Undue = Omit<SocialAssistance, 'dueOn' | 'inTime'>;

function readAssistance({ today, ...raw }: Controlled<Undue> & { readonly today: string }): SocialAssistance {
  const dueOn = assistanceDueOn(raw.appliedOn);
  return { ...withController<Undue>(raw), dueOn, inTime: decidedInTime(dueOn, raw.decidedOn, today) };
}

const TODAY = `(now() AT TIME ZONE 'Europe/Helsinki')::date`;

const PROTECTED = protectedIn('social');

const HOUSING = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, controller, housing_class AS "class", tenancy, need,
    valid_from::text AS "since", valid_until::text AS "until",
    valid_from <= ${TODAY} AND (valid_until IS NULL OR valid_until >= ${TODAY}) AS "current"
  FROM social.housing WHERE client_id = ANY ($1) ORDER BY valid_from DESC, id`;

const TASKS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, controller, task, state,
    opened_on::text AS "openedOn", closed_on::text AS "closedOn",
    own_worker AS "ownWorkerId", own_worker_name AS "ownWorkerName", own_worker_unit AS "ownWorkerUnit"
  FROM social.service_tasks WHERE client_id = ANY ($1) ORDER BY opened_on DESC, id`;

const PLANS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, task_id AS "taskId", controller,
    made_on::text AS "madeOn", review_on::text AS "reviewOn"
  FROM social.client_plans WHERE client_id = ANY ($1) ORDER BY made_on DESC, id`;

const GOALS = `
  SELECT client_id AS "clientId", id, plan_id AS "planId", area, goal, state
  FROM social.client_plan_goals WHERE client_id = ANY ($1) ORDER BY id`;

const DECISIONS = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, task_id AS "taskId", controller, service, outcome,
    decided_on::text AS "decidedOn", valid_from::text AS "validFrom", valid_until::text AS "validUntil"
  FROM social.service_decisions WHERE client_id = ANY ($1) ORDER BY decided_on DESC, id`;

const ASSISTANCE = `
  SELECT client_id AS "clientId", ${PROTECTED}, id, kind, controller, outcome,
    applied_on::text AS "appliedOn", decided_on::text AS "decidedOn",
    period_from::text AS "periodFrom", period_until::text AS "periodUntil", ${TODAY}::text AS "today"
  FROM social.assistance WHERE client_id = ANY ($1) ORDER BY applied_on DESC, id`;

const BENEFITS = `
  SELECT client_id AS "clientId", id, benefit, state, starts_on::text AS "startsOn", ends_on::text AS "endsOn"
  FROM social.benefits WHERE client_id = ANY ($1) ORDER BY starts_on DESC, id`;
