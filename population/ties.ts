import type { Agency } from '../schema/categories.ts';
import type { WorkerRole } from '../schema/codes/contact.ts';
import { careUnitCode, SERVICE_UNITS } from '../schema/codes/service-units.ts';
import { type Day, dayOfIso } from './calendar.ts';
import type { Employment } from './employment.ts';
import type { Ground } from './ground.ts';
import { CLINICS, type Health } from './health.ts';
import type { Random } from './random.ts';
import type { Social } from './social.ts';
import type { Worker } from './staff.ts';

export type TieKind = 'RESPONSIBLE_WORKER' | 'PLACEMENT' | 'OPEN_SERVICE' | 'ACCEPTED_REFERRAL';

/** One agency's case with the client: the source of the responsible worker and of the recorded relationship. */
export interface Tie {
  readonly kind: TieKind;
  readonly agency: Agency;
  readonly organisation: string;
  readonly unit: string;
  readonly role: WorkerRole;
  /** Absent where nobody has been named: the alert that the practice asks for. */
  readonly worker?: Worker;
  /** The relationship is the worker's own, not the whole unit's. */
  readonly personal: boolean;
  readonly from: Day;
  /** The day on which the case was closed. */
  readonly until?: Day;
}

export function ties(
  ground: Ground,
  { social, employment, health }: { social: Social; employment: Employment; health: Health },
): Tie[] {
  const random = ground.stream('ties');
  return [
    ...prison(ground, random),
    ...prisonHealth(ground, health, random),
    ...socialCases(social, ground.today),
    ...employmentOffice(ground, employment, random),
    ...coordinators(ground, random),
    ...peers(ground, random),
  ];
}

/** A tie to a unit by the code list: agency and organisation follow from it. */
export function tie(
  unit: string,
  rest: Omit<Tie, 'agency' | 'organisation' | 'unit' | 'role' | 'personal'> & Partial<Pick<Tie, 'role' | 'personal'>>,
): Tie {
  const { agency, organisation } = SERVICE_UNITS[unit]!;
  return { role: 'RESPONSIBLE', personal: false, ...rest, agency, organisation, unit };
}

function prison({ lastStay, today, directory }: Ground, random: Random): Tie[] {
  if (lastStay === undefined || today - (lastStay.released ?? today) > 365) return [];
  const named = random.chance(0.93);
  // The prison service goes on supervising a conditional release.
  const over = lastStay.released !== undefined && lastStay.phase !== 'CONDITIONAL_RELEASE';
  return [
    tie(lastStay.unit, {
      kind: 'PLACEMENT',
      from: lastStay.admitted,
      ...(named && { worker: directory.worker(lastStay.unit, random.int(0, 7)) }),
      ...(over && { until: lastStay.released }),
    }),
  ];
}

function prisonHealth(
  { lastStay, inside, today, directory }: Ground,
  { conditions, substitution }: Health,
  random: Random,
): Tie[] {
  const clinic = lastStay && CLINICS[lastStay.unit];
  if (clinic === undefined || today - (lastStay!.released ?? today) > 365) return [];
  const unit = careUnitCode(clinic);
  const ill = conditions.length + substitution.length > 0;
  return [
    tie(unit, {
      kind: 'OPEN_SERVICE',
      from: lastStay!.admitted,
      ...(ill && random.chance(0.6) && { worker: directory.worker(unit, random.int(0, 7)) }),
      ...(!inside && { until: lastStay!.released! }),
    }),
  ];
}

function socialCases({ tasks }: Social, today: Day): Tie[] {
  const [first] = tasks.filter(({ ownWorkerUnit }) => ownWorkerUnit !== null);
  if (first === undefined) return [];
  const worker = { id: first.ownWorker!, name: first.ownWorkerName! };
  return [tie(first.ownWorkerUnit!, { kind: 'OPEN_SERVICE', worker, from: Math.min(today, dayOfIso(first.openedOn)) })];
}

function employmentOffice(
  { traits, today, directory }: Ground,
  { statuses, plans }: Employment,
  random: Random,
): Tie[] {
  const [first] = statuses;
  if (first === undefined || traits.region === undefined) return [];
  const unit = `${traits.region.prefix}-EMPLOYMENT-AREA`;
  const named = plans.length > 0 || random.chance(0.4);
  return [
    tie(unit, {
      kind: 'OPEN_SERVICE',
      from: Math.min(today, dayOfIso(first.validFrom)),
      ...(named && { worker: directory.worker(unit, random.int(0, 7)) }),
    }),
  ];
}

function coordinators({ traits, today, directory }: Ground, random: Random): Tie[] {
  if (traits.coordination === 'NONE' || traits.region === undefined) return [];
  const unit = `${traits.region.prefix}-WORK-ABILITY-COORDINATORS`;
  const worker = traits.coordination === 'DEMO' ? directory.first(unit) : directory.worker(unit, random.int(1, 7));
  const from = today - random.int(3, 200);
  const over = traits.coordination === 'OTHER' && random.chance(0.2);
  return [
    tie(unit, {
      kind: random.chance(0.7) ? 'ACCEPTED_REFERRAL' : 'RESPONSIBLE_WORKER',
      role: 'COORDINATOR',
      personal: true,
      worker,
      from,
      ...(over && { until: random.int(from + 1, today) }),
    }),
  ];
}

function peers({ traits, today, directory }: Ground, random: Random): Tie[] {
  if (traits.peer === 'NONE') return [];
  const worker =
    traits.peer === 'DEMO' ? directory.first('PEER-SUPPORT') : directory.worker('PEER-SUPPORT', random.int(1, 7));
  return [
    tie('PEER-SUPPORT', {
      kind: 'ACCEPTED_REFERRAL',
      role: 'PEER',
      personal: true,
      worker,
      from: today - random.int(2, 120),
    }),
  ];
}
