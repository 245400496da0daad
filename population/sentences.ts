import type { GoalState, HandoverState, LifeArea } from '../schema/codes/goals.ts';
import type {
  Confidence,
  CustodyPhase,
  LeaveKind,
  LeaveState,
  Offence,
  PlanState,
  PrisonActivity,
  ReleaseSource,
  SanctionType,
} from '../schema/codes/sentences.ts';
import type { PrisonUnitCode } from '../schema/codes/units.ts';
import { at, type Day, isoDate, workingDay } from './calendar.ts';
import { type GoalRow, goals } from './goals.ts';
import type { Ground } from './ground.ts';
import type { Sanction, Stay } from './path.ts';
import type { Random } from './random.ts';

export interface SanctionRow {
  readonly id: string;
  readonly type: SanctionType;
  readonly offence: Offence;
  readonly decidedOn: string;
  readonly dayFinesTotal: number | null;
  readonly dayFinesUnpaid: number | null;
  readonly dayFineEuros: number | null;
  readonly conversionDays: number | null;
  readonly lengthDays: number | null;
}

export interface CustodyRow {
  readonly id: string;
  readonly unit: PrisonUnitCode;
  readonly phase: CustodyPhase;
  readonly admittedOn: string;
  readonly releasedOn: string | null;
  readonly releaseEarliest: string | null;
  readonly releaseLatest: string | null;
  readonly releaseSource: ReleaseSource | null;
  readonly releaseAsOf: string | null;
  readonly releaseConfidence: Confidence | null;
  readonly protectionOrder: boolean;
}

export interface LeaveRow {
  readonly id: string;
  readonly kind: LeaveKind;
  readonly state: LeaveState;
  readonly startsAt: string;
  readonly endsAt: string;
}

export interface SentencePlanRow {
  readonly id: string;
  readonly state: PlanState;
  readonly draftedOn: string;
  readonly confirmedOn: string | null;
  readonly updatedOn: string | null;
  readonly evaluatedOn: string | null;
}

export interface ActivityRow {
  readonly id: string;
  readonly planId: string;
  readonly kind: PrisonActivity;
  readonly startsOn: string;
  readonly endsOn: string | null;
}

export interface ReleasePlanRow {
  readonly planId: string;
  readonly madeOn: string;
  readonly housing: HandoverState;
  readonly income: HandoverState;
  readonly employment: HandoverState;
  readonly health: HandoverState;
  readonly contact: HandoverState;
}

export interface Sentences {
  readonly sanctions: readonly SanctionRow[];
  readonly custody: readonly CustodyRow[];
  readonly leaves: readonly LeaveRow[];
  readonly plans: readonly SentencePlanRow[];
  readonly planGoals: readonly (GoalRow & { readonly planId: string })[];
  readonly activities: readonly ActivityRow[];
  readonly releasePlans: readonly ReleasePlanRow[];
}

export function sentences(ground: Ground): Sentences {
  const random = ground.stream('sentences');
  const { stays, community } = ground.path;
  const imposed = stays.map(({ sanction }) => sanction);
  const plan = sentencePlan(ground, random);
  return {
    sanctions: [...imposed, ...(community ? [community] : [])].map((one) => sanctionRow(random, one)),
    custody: stays.map((stay) => custodyRow(random, stay, ground)),
    leaves: leaves(ground, random),
    plans: plan ? [plan.row] : [],
    planGoals: plan ? planGoals(ground, random, plan.row) : [],
    activities: plan ? activities(random, plan, ground.today) : [],
    releasePlans: plan ? releasePlan(ground, random, plan) : [],
  };
}

function sanctionRow(random: Random, sanction: Sanction): SanctionRow {
  return {
    id: random.uuid(),
    type: sanction.type,
    offence: sanction.offence,
    decidedOn: isoDate(sanction.decidedOn),
    dayFinesTotal: sanction.fines?.total ?? null,
    dayFinesUnpaid: sanction.fines?.unpaid ?? null,
    dayFineEuros: sanction.fines?.euros ?? null,
    conversionDays: sanction.conversionDays ?? null,
    lengthDays: sanction.lengthDays ?? null,
  };
}

function custodyRow(
  random: Random,
  { unit, phase, admitted, released, window }: Stay,
  { today, traits }: Ground,
): CustodyRow {
  const asOf = workingDay(Math.max(admitted, today - random.int(1, 30)), -1);
  return {
    id: random.uuid(),
    unit,
    phase,
    admittedOn: isoDate(admitted),
    releasedOn: released === undefined ? null : isoDate(released),
    releaseEarliest: window ? isoDate(window.earliest) : null,
    releaseLatest: window ? isoDate(window.latest) : null,
    releaseSource: window?.source ?? null,
    // An order can be older than the stay that it begins.
    releaseAsOf: window ? at(asOf, `0${random.int(8, 9)}:${random.int(10, 59)}`) : null,
    releaseConfidence: window?.confidence ?? null,
    protectionOrder: traits.protectionOrder,
  };
}

/** Period-based leave takes a served part of a longer sentence; the others can come to anybody inside. */
function leaves({ inside, today }: Ground, random: Random): LeaveRow[] {
  if (inside === undefined || inside.phase === 'REMAND') return [];
  const long = (inside.sanction.lengthDays ?? 0) > 240 && today - inside.admitted > 90;
  if (!random.chance(long ? 0.5 : 0.06)) return [];
  const kind = long
    ? random.weighted({ PERIOD_BASED: 70, IMPORTANT_REASON: 15, EXTREMELY_IMPORTANT_REASON: 5, ESCORTED: 10 })
    : random.weighted({ EXTREMELY_IMPORTANT_REASON: 50, ESCORTED: 50 });
  const day = random.chance(0.5)
    ? today - random.int(3, Math.min(60, today - inside.admitted))
    : today + random.int(3, 20);
  if (day < inside.admitted || day >= (inside.end ?? today)) return [];
  const state =
    day < today
      ? random.weighted({ USED: 80, REFUSED: 20 })
      : random.weighted({ GRANTED: 45, APPLIED: 40, REFUSED: 15 });
  const until =
    kind === 'ESCORTED' ? at(day, '16:00') : at(day + (kind === 'PERIOD_BASED' ? random.int(1, 3) : 1), '18:00');
  return [{ id: random.uuid(), kind, state, startsAt: at(day, '09:00'), endsAt: until }];
}

interface PlannedStay {
  readonly row: SentencePlanRow;
  readonly stay: Stay;
  readonly drafted: Day;
}

/** A plan is made for a sentence, at the latest in its first month; the shortest stays end before it is confirmed. */
function sentencePlan({ lastStay, today, path }: Ground, random: Random): PlannedStay | undefined {
  if (lastStay === undefined || lastStay.sanction.type === 'REMAND' || path.stage === 'OUTSIDE') return undefined;
  const { admitted, released } = lastStay;
  const short = lastStay.sanction.conversionDays !== undefined;
  const last = released ?? today;
  const drafted = workingDay(admitted + (short ? random.int(1, 3) : random.int(3, 21)));
  if (drafted > last || (short && random.chance(0.2))) return undefined;
  const confirmed = within(workingDay(drafted + (short ? random.int(0, 3) : random.int(3, 25))), last);
  const updated = short ? undefined : within(workingDay((confirmed ?? last) + random.int(60, 160)), last);
  const evaluated = released !== undefined && confirmed !== undefined && random.chance(0.7) ? released : undefined;
  const row: SentencePlanRow = {
    id: random.uuid(),
    state:
      evaluated !== undefined
        ? 'EVALUATED'
        : updated !== undefined
          ? 'UPDATED'
          : confirmed !== undefined
            ? 'CONFIRMED'
            : 'DRAFT',
    draftedOn: isoDate(drafted),
    confirmedOn: dateOr(confirmed),
    updatedOn: confirmed === undefined ? null : dateOr(updated),
    evaluatedOn: dateOr(evaluated),
  };
  return { row, stay: lastStay, drafted };
}

function planGoals(ground: Ground, random: Random, plan: SentencePlanRow): (GoalRow & { planId: string })[] {
  const areas: LifeArea[] = ['CRIME_FREE_LIFE'];
  if (ground.housing === 'RELEASED_WITHOUT_HOUSING') areas.push('HOUSING');
  if (ground.traits.conditions.some((one) => one.startsWith('F1'))) areas.push('SUBSTANCES');
  if (ground.traits.jobseeker) areas.push('WORK');
  if (ground.traits.children) areas.push('FAMILY');
  const state: GoalState = plan.state === 'DRAFT' ? 'SET' : 'ONGOING';
  return goals(random, areas, random.int(1, 3), ground.traits.origin, state, plan.state === 'EVALUATED').map(
    (goal) => ({
      ...goal,
      planId: plan.id,
    }),
  );
}

function activities(random: Random, { row, stay, drafted }: PlannedStay, today: Day): ActivityRow[] {
  if (row.state === 'DRAFT') return [];
  const kinds: PrisonActivity[] = ['WORK', 'EDUCATION', 'SUBSTANCE_REHABILITATION', 'SOCIAL_REHABILITATION'];
  if ((stay.sanction.lengthDays ?? 0) > 365) kinds.push('OFFENDING_BEHAVIOUR_PROGRAMME');
  if (stay.phase === 'OPEN_PRISON') kinds.push('CIVILIAN_WORK');
  const last = stay.released ?? today;
  return random.some(kinds, random.int(0, 2)).map((kind) => {
    const starts = Math.min(last, drafted + random.int(1, 30));
    const ended = stay.released !== undefined || random.chance(0.3);
    return {
      id: random.uuid(),
      planId: row.id,
      kind,
      startsOn: isoDate(starts),
      endsOn: ended ? isoDate(random.int(starts, last)) : null,
    };
  });
}

/** Begun one to three months before release, for short sentences on the day after admission. */
function releasePlan(
  { release, today, traits, housing }: Ground,
  random: Random,
  { row, stay, drafted }: PlannedStay,
): ReleasePlanRow[] {
  const due =
    stay.sanction.conversionDays !== undefined ? drafted : (release ?? Number.POSITIVE_INFINITY) - random.int(35, 90);
  if (due > (stay.released ?? today) || random.chance(0.1)) return [];
  const near = release !== undefined && release - today < 14;
  const state = (needed: boolean): HandoverState =>
    needed
      ? random.weighted(near ? { ARRANGED: 55, UNDER_WAY: 30, OPEN: 15 } : { ARRANGED: 20, UNDER_WAY: 45, OPEN: 35 })
      : 'NOT_NEEDED';
  return [
    {
      planId: row.id,
      madeOn: isoDate(Math.max(drafted, due)),
      housing:
        housing === 'RELEASED_WITHOUT_HOUSING'
          ? random.weighted({ OPEN: 55, UNDER_WAY: 45 })
          : state(housing !== 'OWN_TENANCY'),
      income: state(true),
      employment: state(traits.jobseeker),
      health: state(traits.conditions.length > 0),
      contact: state(true),
    },
  ];
}

function within(day: Day, last: Day): Day | undefined {
  return day <= last ? day : undefined;
}

function dateOr(day: Day | undefined): string | null {
  return day === undefined ? null : isoDate(day);
}
