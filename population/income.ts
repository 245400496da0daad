import type { AssistanceController } from '../schema/codes/controllers.ts';
import type { AssistanceKind, Benefit, BenefitState, DecisionOutcome } from '../schema/codes/social.ts';
import { addWorkingDays, type Day, isoDate, workingDay } from './calendar.ts';
import type { Ground } from './ground.ts';
import type { Random } from './random.ts';

export interface AssistanceRow {
  readonly id: string;
  readonly kind: AssistanceKind;
  readonly controller: AssistanceController;
  readonly appliedOn: string;
  readonly decidedOn: string | null;
  readonly outcome: DecisionOutcome | null;
  readonly periodFrom: string;
  readonly periodUntil: string;
}

export interface BenefitRow {
  readonly id: string;
  readonly benefit: Benefit;
  readonly state: BenefitState;
  readonly startsOn: string;
  readonly endsOn: string | null;
}

/** Social assistance around release, or in the last months outside; an application before release is possible. */
export function assistance({ today, release, inside, traits }: Ground, random: Random): AssistanceRow[] {
  const near = inside === undefined ? true : release !== undefined && release - today <= 21;
  if (!near || !random.chance(0.75)) return [];
  const applied = applicationDay(random, today, inside !== undefined, release);
  const from = inside !== undefined && release !== undefined ? release : applied;
  const rows = [row(random, today, 'BASIC', 'KELA', applied, from)];
  const controller = traits.region?.controller;
  // The municipal kinds come on top of the basic one (1412/1997 §§ 7 c, 13).
  if (controller && random.chance(0.28)) rows.push(row(random, today, 'SUPPLEMENTARY', controller, applied, from));
  if (controller && random.chance(0.14)) rows.push(row(random, today, 'PREVENTIVE', controller, applied, from));
  return rows;
}

/** Unemployment and sickness benefits stop inside; housing allowance goes on for a time; pensions go on in part. */
export function benefits({ today, traits, lastStay, inside, housing, path }: Ground, random: Random): BenefitRow[] {
  const rows: BenefitRow[] = [];
  const admitted = lastStay?.admitted ?? today - 400;
  const add = (benefit: Benefit, goesOnInside: boolean): void => {
    const starts = admitted - random.int(60, 1_000);
    if (inside === undefined || goesOnInside) {
      rows.push({
        id: random.uuid(),
        benefit,
        state: 'IN_PAYMENT',
        startsOn: isoDate(starts),
        endsOn: random.chance(0.3) ? isoDate(today + random.int(20, 300)) : null,
      });
      return;
    }
    const state = inside.sanction.conversionDays === undefined ? 'ENDED' : 'SUSPENDED';
    rows.push({
      id: random.uuid(),
      benefit,
      state,
      startsOn: isoDate(starts),
      endsOn: state === 'ENDED' ? isoDate(admitted) : null,
    });
  };
  if (traits.pensioner) add(traits.old ? 'OLD_AGE_PENSION' : 'DISABILITY_PENSION', true);
  else if (traits.jobseeker && random.chance(0.75)) add('LABOUR_MARKET_SUBSIDY', false);
  else if (random.chance(0.25))
    add(random.weighted({ SICKNESS_ALLOWANCE: 60, REHABILITATION_ALLOWANCE: 30, STUDENT_AID: 10 }), false);
  if (housing === 'OWN_TENANCY' && random.chance(0.7)) add('HOUSING_ALLOWANCE', true);
  if (path.stage === 'AFTER' && random.chance(0.2)) {
    rows.push({
      id: random.uuid(),
      benefit: 'HOUSING_ALLOWANCE',
      state: 'APPLIED',
      startsOn: isoDate(today),
      endsOn: null,
    });
  }
  return rows;
}

function applicationDay(random: Random, today: Day, inside: boolean, release: Day | undefined): Day {
  if (inside) return workingDay(today - random.int(0, 10), -1);
  const since = release === undefined ? 40 : Math.min(40, today - release);
  return workingDay(today - random.int(0, since), -1);
}

function row(
  random: Random,
  today: Day,
  kind: AssistanceKind,
  controller: AssistanceController,
  applied: Day,
  from: Day,
): AssistanceRow {
  // Within seven working days of the application (1412/1997 § 14 a).
  const decided = addWorkingDays(applied, random.int(1, 7));
  const isDecided = decided <= today;
  return {
    id: random.uuid(),
    kind,
    controller,
    appliedOn: isoDate(applied),
    decidedOn: isDecided ? isoDate(decided) : null,
    outcome: isDecided ? random.weighted({ GRANTED: 72, PARTLY_GRANTED: 16, REFUSED: 12 }) : null,
    periodFrom: isoDate(from),
    periodUntil: isoDate(from + 29),
  };
}
