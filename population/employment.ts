import type { EmploymentArea } from '../schema/codes/controllers.ts';
import type {
  EmploymentPlan,
  EmploymentPlanState,
  EmploymentService,
  EmploymentServiceState,
  JobseekerStatus,
  MeetingSubject,
} from '../schema/codes/employment.ts';
import type { MeetingChannel, MeetingState } from '../schema/codes/meetings.ts';
import type { PrisonUnitCode } from '../schema/codes/units.ts';
import { at, type Day, isoDate, workingDay } from './calendar.ts';
import { type GoalRow, goals } from './goals.ts';
import type { Ground } from './ground.ts';
import type { Random } from './random.ts';

export interface StatusRow {
  readonly id: string;
  readonly area: EmploymentArea;
  readonly status: JobseekerStatus;
  readonly validFrom: string;
  readonly validUntil: string | null;
}

export interface EmploymentPlanRow {
  readonly id: string;
  readonly kind: EmploymentPlan;
  readonly state: EmploymentPlanState;
  readonly madeOn: string;
  readonly reviewOn: string;
}

export interface EmploymentServiceRow {
  readonly id: string;
  readonly service: EmploymentService;
  readonly state: EmploymentServiceState;
  readonly provider: string | null;
  readonly startsOn: string;
  readonly endsOn: string | null;
}

export interface MeetingRow {
  readonly id: string;
  readonly state: MeetingState;
  readonly channel: MeetingChannel;
  readonly subject: MeetingSubject;
  readonly at: string | null;
  readonly prisonUnit: PrisonUnitCode | null;
}

export interface Employment {
  readonly statuses: readonly StatusRow[];
  readonly plans: readonly EmploymentPlanRow[];
  readonly planGoals: readonly (GoalRow & { readonly planId: string })[];
  readonly services: readonly EmploymentServiceRow[];
  readonly meetings: readonly MeetingRow[];
}

const NOTHING: Employment = { statuses: [], plans: [], planGoals: [], services: [], meetings: [] };

export function employment(ground: Ground): Employment {
  const { traits } = ground;
  if (!traits.jobseeker || traits.region === undefined) return NOTHING;
  const random = ground.stream('employment');
  const plan = random.chance(0.62) ? employmentPlan(ground, random) : undefined;
  return {
    statuses: statuses(ground, traits.region.area, random),
    plans: plan ? [plan] : [],
    planGoals: plan ? planGoals(ground, random, plan) : [],
    services: random.chance(0.3) ? [service(ground, random)] : [],
    meetings: meetings(ground, random),
  };
}

/** In prison one is outside the labour force, if the office was told; a short conversion often passes unnoticed. */
function statuses({ today, lastStay, inside, traits }: Ground, area: EmploymentArea, random: Random): StatusRow[] {
  const row = (status: JobseekerStatus, from: Day, until: Day | null): StatusRow => ({
    id: random.uuid(),
    area,
    status,
    validFrom: isoDate(from),
    validUntil: until === null ? null : isoDate(until),
  });
  const outside = (): JobseekerStatus =>
    random.weighted({
      S02_UNEMPLOYED: 70,
      S08_IN_SERVICE: 9,
      S01_WORKING: 6,
      S00_SUBSIDISED: 4,
      S07_EDUCATION: 4,
      S03_LAID_OFF: 2,
      S04_SHORTENED_WEEK: 1,
      S06_UNEMPLOYMENT_PENSION: traits.old ? 1 : 0,
    });
  const noticed = lastStay !== undefined && (lastStay.sanction.conversionDays === undefined || random.chance(0.3));
  const began = (noticed ? lastStay.admitted : today) - random.int(40, 1_200);
  if (!noticed) return [row(inside ? 'S02_UNEMPLOYED' : outside(), began, null)];
  const before = row('S02_UNEMPLOYED', began, lastStay.admitted - 1);
  if (lastStay.released === undefined) return [before, row('S05_OUTSIDE_LABOUR_FORCE', lastStay.admitted, null)];
  const back = Math.min(today, lastStay.released + random.int(1, 5));
  const until = Math.max(lastStay.admitted, back - 1);
  if (back <= until) return [before, row('S05_OUTSIDE_LABOUR_FORCE', lastStay.admitted, null)];
  return [before, row('S05_OUTSIDE_LABOUR_FORCE', lastStay.admitted, until), row(outside(), back, null)];
}

function employmentPlan({ today }: Ground, random: Random): EmploymentPlanRow {
  const made = workingDay(today - random.int(2, 500), -1);
  const state = today - made > 400 ? 'ENDED' : random.weighted<EmploymentPlanState>({ IN_FORCE: 85, DRAFT: 15 });
  const kind = random.weighted<EmploymentPlan>({ EMPLOYMENT_PLAN: 60, MULTISECTOR_PLAN: 25, ACTIVATION_PLAN: 15 });
  return {
    id: random.uuid(),
    kind,
    state,
    madeOn: isoDate(made),
    reviewOn: isoDate(workingDay(made + random.int(90, 180))),
  };
}

function planGoals({ traits }: Ground, random: Random, plan: EmploymentPlanRow): (GoalRow & { planId: string })[] {
  const areas =
    plan.kind === 'EMPLOYMENT_PLAN'
      ? (['WORK', 'STUDIES'] as const)
      : (['WORK', 'SUBSTANCES', 'HOUSING', 'HEALTH'] as const);
  const state = plan.state === 'DRAFT' ? 'SET' : 'ONGOING';
  return goals(random, areas, random.int(1, 2), traits.origin, state, plan.state === 'ENDED').map((goal) => ({
    ...goal,
    planId: plan.id,
  }));
}

const PROVIDERS = ['Pajakeskus Esimerkki', 'Työvalmennus Malli', 'Kuntouttava paja Näyte'];

function service({ today, inside, release }: Ground, random: Random): EmploymentServiceRow {
  const kind = random.weighted<EmploymentService>({
    REHABILITATIVE_WORK: 35,
    WORK_TRIAL: 25,
    JOB_COACHING: 25,
    TRAINING: 10,
    WAGE_SUBSIDY: 5,
  });
  const ahead = inside !== undefined;
  const starts = workingDay(ahead ? (release ?? today + 60) + random.int(7, 30) : today - random.int(3, 200));
  const ends = starts + random.int(28, 170);
  const state: EmploymentServiceState = ahead
    ? random.weighted({ PROPOSED: 60, AGREED: 40 })
    : ends < today
      ? random.weighted({ COMPLETED: 65, INTERRUPTED: 35 })
      : starts > today
        ? 'AGREED'
        : 'ONGOING';
  const provider = kind === 'WAGE_SUBSIDY' ? null : random.pick(PROVIDERS);
  return { id: random.uuid(), service: kind, state, provider, startsOn: isoDate(starts), endsOn: isoDate(ends) };
}

/** The work begins before release: a meeting inside, on site or remote; a discussion outside after it. */
function meetings({ today, inside, lastStay, release, path }: Ground, random: Random): MeetingRow[] {
  const rows: MeetingRow[] = [];
  const unit = lastStay?.unit ?? null;
  const time = (): string => `${random.pick(['09', '10', '12', '13', '14'])}:${random.pick(['00', '15', '30'])}`;
  const add = (
    state: MeetingState,
    subject: MeetingSubject,
    day: Day | null,
    prisonUnit: PrisonUnitCode | null,
  ): void => {
    const channel = random.weighted<MeetingChannel>(
      prisonUnit ? { ON_SITE: 45, VIDEO: 40, PHONE: 15 } : { ON_SITE: 60, PHONE: 25, VIDEO: 5, ONLINE: 10 },
    );
    rows.push({ id: random.uuid(), state, channel, subject, at: day === null ? null : at(day, time()), prisonUnit });
  };
  if (inside !== undefined) {
    if (release !== undefined && release - today <= 95 && random.chance(0.7)) {
      const booked = workingDay(today + random.int(1, Math.max(1, Math.min(25, release - today - 1))), 1);
      if (booked < release)
        add(random.weighted({ BOOKED: 75, MOVED: 10, PROPOSED: 15 }), 'RELEASE_PREPARATION', booked, unit);
      else add(random.weighted({ PLANNED: 50, ORDERED: 50 }), 'RELEASE_PREPARATION', null, unit);
    }
    if (today - inside.admitted > 14 && random.chance(0.3)) {
      add(
        random.weighted({ HELD: 85, CANCELLED: 15 }),
        'INITIAL_INTERVIEW',
        workingDay(today - random.int(1, 8), -1),
        unit,
      );
    }
    return rows;
  }
  if (lastStay?.released !== undefined && path.stage === 'AFTER' && random.chance(0.5)) {
    const day = workingDay(lastStay.released - random.int(1, 3), -1);
    if (day >= lastStay.admitted) add('HELD', 'RELEASE_PREPARATION', day, unit);
  }
  if (random.chance(0.45))
    add(
      random.weighted({ HELD: 70, NO_SHOW: 22, CANCELLED: 8 }),
      'JOB_SEARCH_DISCUSSION',
      workingDay(today - random.int(1, Math.max(1, Math.min(80, today - (release ?? 0)))), -1),
      null,
    );
  if (random.chance(0.5))
    add(
      'BOOKED',
      random.weighted({ JOB_SEARCH_DISCUSSION: 70, WORK_ABILITY: 30 }),
      workingDay(today + random.int(1, 21)),
      null,
    );
  return rows;
}
