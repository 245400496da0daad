import type { SocialController } from '../schema/codes/controllers.ts';
import { HOUSING_CLASSES, type HousingClassCode, type HousingNeed, type Tenancy } from '../schema/codes/housing.ts';
import type { DecisionOutcome, LifecycleState, ServiceTask, SocialServiceKind } from '../schema/codes/social.ts';
import { addWorkingDays, type Day, isoDate, workingDay } from './calendar.ts';
import { type GoalRow, goals } from './goals.ts';
import type { Ground } from './ground.ts';
import { type AssistanceRow, assistance, type BenefitRow, benefits } from './income.ts';
import type { Random } from './random.ts';
import type { Region } from './traits.ts';

export interface HousingRow {
  readonly id: string;
  readonly controller: SocialController;
  readonly housingClass: HousingClassCode;
  readonly tenancy: Tenancy | null;
  readonly need: HousingNeed;
  readonly validFrom: string;
  readonly validUntil: string | null;
}

export interface ServiceTaskRow {
  readonly id: string;
  readonly controller: SocialController;
  readonly task: ServiceTask;
  readonly state: LifecycleState;
  readonly openedOn: string;
  readonly closedOn: string | null;
  readonly ownWorker: string | null;
  readonly ownWorkerName: string | null;
  readonly ownWorkerUnit: string | null;
}

export interface ClientPlanRow {
  readonly id: string;
  readonly taskId: string;
  readonly controller: SocialController;
  readonly madeOn: string;
  readonly reviewOn: string;
}

export interface ServiceDecisionRow {
  readonly id: string;
  readonly taskId: string;
  readonly controller: SocialController;
  readonly service: SocialServiceKind;
  readonly outcome: DecisionOutcome;
  readonly decidedOn: string;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
}

export interface Social {
  readonly housing: readonly HousingRow[];
  readonly tasks: readonly ServiceTaskRow[];
  readonly plans: readonly ClientPlanRow[];
  readonly planGoals: readonly (GoalRow & { readonly planId: string })[];
  readonly decisions: readonly ServiceDecisionRow[];
  readonly assistance: readonly AssistanceRow[];
  readonly benefits: readonly BenefitRow[];
}

/** Homes outside the region are in no register of these controllers; Kela decides everywhere. */
export function social(ground: Ground): Social {
  const random = ground.stream('social');
  const { region } = ground.traits;
  const cases = region === undefined ? [] : caseTasks(ground).map((task) => socialCase(ground, region, random, task));
  return {
    housing: region === undefined ? [] : housing(ground, region, random),
    tasks: cases.map(({ task }) => task),
    plans: cases.flatMap(({ plan }) => plan),
    planGoals: cases.flatMap(({ planGoals }) => planGoals),
    decisions: cases.flatMap(({ decisions }) => decisions),
    assistance: assistance(ground, ground.stream('assistance')),
    benefits: benefits(ground, ground.stream('benefits')),
  };
}

const NEEDS: Readonly<Record<HousingClassCode, readonly HousingNeed[]>> = {
  OUTDOORS_OR_SHELTER: ['EMERGENCY_ACCOMMODATION', 'SUPPORTED_HOUSING'],
  HOSTEL: ['SUPPORTED_HOUSING', 'INDEPENDENT_HOUSING'],
  INSTITUTION: ['SUPPORTED_HOUSING'],
  RELEASED_WITHOUT_HOUSING: ['EMERGENCY_ACCOMMODATION', 'SUPPORTED_HOUSING', 'INDEPENDENT_HOUSING'],
  WITH_ACQUAINTANCES: ['INDEPENDENT_HOUSING', 'SUPPORTED_HOUSING'],
  OWN_TENANCY: ['NONE', 'NONE', 'KEEP_TENANCY'],
  SUPPORTED_HOUSING: ['NONE', 'INDEPENDENT_HOUSING'],
  UNKNOWN: ['NONE'],
};

function housing(
  { housing: now, today, lastStay, traits }: Ground,
  { controller }: Region,
  random: Random,
): HousingRow[] {
  if (now === 'UNKNOWN' && random.chance(0.6)) return [];
  const homeless = HOUSING_CLASSES[now].homeless;
  // Assessed on arrival in prison, after release, or some time ago.
  const since =
    lastStay && (homeless || random.chance(0.4))
      ? Math.min(today, (lastStay.released ?? lastStay.admitted) + 1)
      : today - random.int(30, 900);
  const row = (housingClass: HousingClassCode, from: Day, until: Day | null): HousingRow => ({
    id: random.uuid(),
    controller,
    housingClass,
    tenancy:
      housingClass === 'OWN_TENANCY'
        ? random.weighted({ CITY_RENTAL: 55, PRIVATE_RENTAL: 30, FOUNDATION_RENTAL: 10, OWNER_OCCUPIED: 3, SUBLET: 2 })
        : housingClass === 'SUPPORTED_HOUSING'
          ? 'FOUNDATION_RENTAL'
          : null,
    need: housingClass === 'OWN_TENANCY' && traits.conditions.length === 0 ? 'NONE' : random.pick(NEEDS[housingClass]),
    validFrom: isoDate(from),
    validUntil: until === null ? null : isoDate(until),
  });
  const before = random.chance(0.4)
    ? [
        row(
          random.weighted({ OWN_TENANCY: 50, WITH_ACQUAINTANCES: 30, HOSTEL: 20 }),
          since - random.int(90, 900),
          since - 1,
        ),
      ]
    : [];
  return [...before, row(now, since, null)];
}

function caseTasks({ traits, stream }: Ground): ServiceTask[] {
  if (!traits.supported) return [];
  const random = stream('tasks');
  const tasks: ServiceTask[] = [traits.old ? 'OLDER_PEOPLE' : 'WORKING_AGE'];
  if (traits.conditions.some((one) => one.startsWith('F1')) && random.chance(0.5)) tasks.push('SUBSTANCE');
  if (traits.children && random.chance(0.3)) tasks.push(random.weighted({ FAMILIES: 65, CHILD_PROTECTION: 35 }));
  if (random.chance(0.04)) tasks.push('DISABILITY');
  return tasks;
}

const SERVICES: Readonly<Record<ServiceTask, readonly SocialServiceKind[]>> = {
  WORKING_AGE: ['SOCIAL_WORK', 'SOCIAL_GUIDANCE', 'SOCIAL_REHABILITATION', 'HOUSING_SERVICE', 'HOUSING_GUIDANCE'],
  SUBSTANCE: ['SUBSTANCE_REHABILITATION'],
  FAMILIES: ['FAMILY_WORK'],
  CHILD_PROTECTION: ['FAMILY_WORK', 'SOCIAL_WORK'],
  OLDER_PEOPLE: ['SOCIAL_GUIDANCE', 'HOUSING_SERVICE'],
  DISABILITY: ['SOCIAL_WORK', 'HOUSING_SERVICE'],
};

const ORDER: readonly LifecycleState[] = ['NOTICE', 'NEED_ASSESSMENT', 'CLIENT_PLAN', 'DECISION', 'SERVICE', 'CLOSURE'];

interface SocialCase {
  readonly task: ServiceTaskRow;
  readonly plan: ClientPlanRow[];
  readonly planGoals: (GoalRow & { planId: string })[];
  readonly decisions: ServiceDecisionRow[];
}

/** From notice to closure; what an early state has not reached yet is not there. */
function socialCase(ground: Ground, { controller, prefix }: Region, random: Random, task: ServiceTask): SocialCase {
  const { today, directory } = ground;
  const unit = `${prefix}-ADULT-SOCIAL-WORK`;
  const state = random.weighted<LifecycleState>({
    NOTICE: 6,
    NEED_ASSESSMENT: 14,
    CLIENT_PLAN: 16,
    DECISION: 12,
    SERVICE: 44,
    CLOSURE: 8,
  });
  const reached = ORDER.indexOf(state);
  const opened = workingDay(
    today - (reached === 0 ? random.int(0, 6) : reached === 1 ? random.int(7, 80) : random.int(100, 1_100)),
    -1,
  );
  const closed = state === 'CLOSURE' ? workingDay(today - random.int(1, 60), -1) : undefined;
  const worker = reached >= 1 && closed === undefined ? directory.worker(unit, random.int(0, 7)) : undefined;
  const row: ServiceTaskRow = {
    id: random.uuid(),
    controller,
    task,
    state,
    openedOn: isoDate(opened),
    closedOn: closed === undefined ? null : isoDate(closed),
    ownWorker: worker?.id ?? null,
    ownWorkerName: worker?.name ?? null,
    ownWorkerUnit: worker === undefined ? null : unit,
  };
  const plan = reached >= 2 ? clientPlan(random, row, opened) : undefined;
  return {
    task: row,
    plan: plan ? [plan] : [],
    planGoals: plan ? planGoals(ground, random, plan) : [],
    decisions: reached >= 3 ? [decision(random, row, opened, closed)] : [],
  };
}

function clientPlan(random: Random, { id, controller }: ServiceTaskRow, opened: Day): ClientPlanRow {
  const made = workingDay(opened + random.int(20, 85));
  return {
    id: random.uuid(),
    taskId: id,
    controller,
    madeOn: isoDate(made),
    reviewOn: isoDate(workingDay(made + random.int(90, 365))),
  };
}

function planGoals(
  { traits, housing: where }: Ground,
  random: Random,
  plan: ClientPlanRow,
): (GoalRow & { planId: string })[] {
  const needsHome = HOUSING_CLASSES[where].homeless;
  const needsCare = traits.conditions.some((one) => one.startsWith('F1'));
  const areas = [
    needsHome ? 'HOUSING' : 'LEISURE',
    'INCOME',
    needsCare ? 'SUBSTANCES' : 'DEBT',
    traits.children ? 'FAMILY' : 'WORK',
  ] as const;
  return goals(random, areas, random.int(1, 3), traits.origin, 'ONGOING').map((goal) => ({ ...goal, planId: plan.id }));
}

function decision(
  random: Random,
  { id, controller, task }: ServiceTaskRow,
  opened: Day,
  closed: Day | undefined,
): ServiceDecisionRow {
  const decided = addWorkingDays(opened + 85, random.int(0, 5));
  const outcome = random.weighted<DecisionOutcome>({ GRANTED: 80, PARTLY_GRANTED: 12, REFUSED: 8 });
  const refused = outcome === 'REFUSED';
  return {
    id: random.uuid(),
    taskId: id,
    controller,
    service: random.pick(SERVICES[task]),
    outcome,
    decidedOn: isoDate(decided),
    validFrom: refused ? null : isoDate(decided),
    validUntil: refused ? null : isoDate(Math.max(decided, closed ?? decided + random.int(365, 1_460))),
  };
}
