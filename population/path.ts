import { CONVERSION_TABLE, conversionDays } from '../schema/codes/conversion.ts';
import type { Confidence, CustodyPhase, Offence, ReleaseSource, SanctionType } from '../schema/codes/sentences.ts';
import type { PrisonUnitCode } from '../schema/codes/units.ts';
import { type Day, isoDate } from './calendar.ts';
import type { Random } from './random.ts';

export interface Sanction {
  readonly type: SanctionType;
  readonly offence: Offence;
  readonly decidedOn: Day;
  readonly fines?: { readonly total: number; readonly unpaid: number; readonly euros: number };
  /** Days of a conversion sentence. */
  readonly conversionDays?: number;
  /** Days of any other sentence; none for remand. */
  readonly lengthDays?: number;
}

export interface ReleaseWindow {
  readonly earliest: Day;
  readonly latest: Day;
  readonly source: ReleaseSource;
  readonly confidence: Confidence;
}

export interface Stay {
  readonly sanction: Sanction;
  readonly unit: PrisonUnitCode;
  readonly phase: CustodyPhase;
  readonly admitted: Day;
  /** Absent while the stay goes on. */
  readonly released?: Day;
  readonly window?: ReleaseWindow;
  /** The last day by the sentence, known to the biography alone; none for remand. */
  readonly end?: Day;
}

/** Where on the path between prison and outside a client is today. */
export type Stage = 'ADMISSION' | 'MIDDLE' | 'BEFORE_RELEASE' | 'RELEASE_NEAR' | 'RELEASE_DAY' | 'AFTER' | 'OUTSIDE';

export interface Path {
  readonly stage: Stage;
  /** Oldest first; only the last can be going on. */
  readonly stays: readonly Stay[];
  /** A sanction that is served outside prison. */
  readonly community?: Sanction;
}

type PrisonSanction = 'CONVERSION_SENTENCE' | 'UNCONDITIONAL_IMPRISONMENT' | 'REMAND';

interface Span {
  readonly sanction: Sanction;
  readonly admitted: Day;
  readonly end: Day;
}

const STAGES = {
  ADMISSION: 9,
  MIDDLE: 15,
  BEFORE_RELEASE: 16,
  RELEASE_NEAR: 14,
  RELEASE_DAY: 4,
  AFTER: 26,
  OUTSIDE: 16,
};

const TYPES: Readonly<Record<Stage, Partial<Record<PrisonSanction, number>>>> = {
  ADMISSION: { CONVERSION_SENTENCE: 50, UNCONDITIONAL_IMPRISONMENT: 25, REMAND: 25 },
  MIDDLE: { CONVERSION_SENTENCE: 20, UNCONDITIONAL_IMPRISONMENT: 60, REMAND: 20 },
  // No conversion sentence is long enough.
  BEFORE_RELEASE: { UNCONDITIONAL_IMPRISONMENT: 1 },
  RELEASE_NEAR: { CONVERSION_SENTENCE: 65, UNCONDITIONAL_IMPRISONMENT: 35 },
  RELEASE_DAY: { CONVERSION_SENTENCE: 65, UNCONDITIONAL_IMPRISONMENT: 35 },
  AFTER: { CONVERSION_SENTENCE: 55, UNCONDITIONAL_IMPRISONMENT: 35, REMAND: 10 },
  OUTSIDE: { CONVERSION_SENTENCE: 60, UNCONDITIONAL_IMPRISONMENT: 40 },
};

/** Days since release that the practice looks at, the junctures first of all. */
const AFTER_DAYS = [1, 1, 1, 2, 4, 7, 7, 7, 12, 18, 25, 30, 30, 30, 45, 60, 75, 90, 90, 90, 98];

const FINED: readonly Offence[] = [
  'PETTY_THEFT',
  'DRUG_USE',
  'DRIVING_WITHOUT_LICENCE',
  'THEFT',
  'DRUNK_DRIVING',
  'CRIMINAL_DAMAGE',
  'RESISTING_OFFICIAL',
];
const MINOR: readonly Offence[] = ['THEFT', 'ASSAULT', 'DRUG_OFFENCE', 'AGGRAVATED_DRUNK_DRIVING', 'FRAUD'];
const SERIOUS: readonly Offence[] = ['AGGRAVATED_THEFT', 'ROBBERY', 'AGGRAVATED_ASSAULT', 'AGGRAVATED_DRUG_OFFENCE'];

const LENGTHS = { months: [60, 180], year: [180, 365], years: [365, 900], long: [900, 2_700] } as const;

/** A client's way through sanctions and prisons up to today. `adultSince` is the first day on which a sanction is plausible. */
export function path(random: Random, today: Day, home: { woman: boolean; turku: boolean; adultSince: Day }): Path {
  const stage = random.weighted(STAGES);
  if (stage === 'OUTSIDE' && random.chance(0.4)) {
    return {
      stage,
      stays: earlierStays(random, today - random.int(200, 900), home),
      community: community(random, today),
    };
  }
  const type = random.weighted(TYPES[stage]);
  const last = stay(random, today, stage, type, home);
  if (last.admitted < home.adultSince) return { stage: 'OUTSIDE', stays: [], community: community(random, today) };
  return { stage, stays: [...earlierStays(random, last.admitted, home), last] };
}

/** Is the client inside on that day? The day of release counts as inside until the stay has ended. */
export function currentStay({ stays }: Path): Stay | undefined {
  const last = stays.at(-1);
  return last?.released === undefined ? last : undefined;
}

function stay(
  random: Random,
  today: Day,
  stage: Stage,
  type: PrisonSanction,
  home: { woman: boolean; turku: boolean },
): Stay {
  const { sanction, admitted, end } = span(random, today, stage, type);
  const going = stage !== 'AFTER' && stage !== 'OUTSIDE' && !(stage === 'RELEASE_DAY' && random.chance(0.5));
  if (!going) {
    // Paying the fine ends a conversion sentence.
    const paid = type === 'CONVERSION_SENTENCE' && stage === 'OUTSIDE' && random.chance(0.15);
    const released = paid ? random.int(admitted, end - 1) : end;
    const stillConditional = sanction.lengthDays !== undefined && admitted + sanction.lengthDays > today;
    const phase = stillConditional ? 'CONDITIONAL_RELEASE' : 'RELEASED';
    return { sanction, unit: unitFor(random, type, false, home), phase, admitted, released };
  }
  const served = today - admitted;
  const left = end - today;
  const open =
    type !== 'REMAND' && (type === 'CONVERSION_SENTENCE' ? random.chance(0.35) : served > left && random.chance(0.55));
  const unit = unitFor(random, type, open, home);
  const onProbation =
    type === 'UNCONDITIONAL_IMPRISONMENT' && left <= 180 && left > 3 && served > 120 && random.chance(0.25);
  const phase =
    type === 'REMAND'
      ? 'REMAND'
      : onProbation
        ? 'SUPERVISED_PROBATIONARY_FREEDOM'
        : open
          ? 'OPEN_PRISON'
          : 'CLOSED_PRISON';
  const window = releaseWindow(random, today, type, end, served);
  return { sanction, unit, phase, admitted, ...(window && { window }), ...(type !== 'REMAND' && { end }) };
}

function span(random: Random, today: Day, stage: Stage, type: PrisonSanction): Span {
  const lastDay =
    stage === 'AFTER' ? today - random.pick(AFTER_DAYS) : stage === 'OUTSIDE' ? today - random.int(120, 2_400) : today;
  const sanction =
    type === 'CONVERSION_SENTENCE'
      ? conversion(random, lastDay)
      : { ...imprisonment(random, type, stage), decidedOn: 0 };
  const days = daysInside(random, sanction);
  const left =
    stage === 'AFTER' || stage === 'OUTSIDE' || stage === 'RELEASE_DAY'
      ? lastDay - today
      : daysLeft(random, stage, days);
  const admitted = today + left - days;
  if (type === 'CONVERSION_SENTENCE') return { sanction, admitted, end: admitted + days };
  // Remand begins with the court's order; a sentence waits for its enforcement.
  const decidedOn = type === 'REMAND' ? admitted : admitted - random.int(14, 240);
  return { sanction: { ...sanction, decidedOn }, admitted, end: admitted + days };
}

function daysLeft(random: Random, stage: Stage, days: number): number {
  if (stage === 'ADMISSION') return days - random.int(0, 2);
  if (stage === 'BEFORE_RELEASE') return random.int(30, 90);
  if (stage === 'RELEASE_NEAR') return random.int(1, Math.min(13, days - 1));
  return Math.max(2, Math.round(days * (0.25 + 0.5 * random.unit())));
}

/** Conversion by the table of the day on which it was made, more than a whole sentence before the last possible day inside. */
export function conversion(random: Random, lastDay: Day): Sanction {
  const decidedOn = lastDay - 61 - random.int(0, 240);
  const unpaid = random.chance(0.2) ? random.int(120, 190) : random.int(16, 119);
  const total = unpaid + (random.chance(0.4) ? random.int(1, 40) : 0);
  // Six euros is the least that a day-fine can be.
  const euros = random.chance(0.75) ? 6 : random.int(7, 22);
  return {
    type: 'CONVERSION_SENTENCE',
    offence: random.pick(FINED),
    decidedOn,
    fines: { total, unpaid, euros },
    conversionDays: conversionDays(unpaid, new Date(`${isoDate(decidedOn)}T00:00:00Z`)),
  };
}

function imprisonment(random: Random, type: PrisonSanction, stage: Stage): Omit<Sanction, 'decidedOn'> {
  if (type === 'REMAND') return { type, offence: random.pick([...MINOR, ...SERIOUS]) };
  const [least, most] = LENGTHS[random.weighted({ months: 42, year: 28, years: 18, long: 12 })];
  // Who prepares for release one to three months ahead has at least four months inside.
  const lengthDays = stage === 'BEFORE_RELEASE' ? Math.max(240, random.int(least, most)) : random.int(least, most);
  return { type, offence: random.pick(lengthDays > 365 ? SERIOUS : MINOR), lengthDays };
}

/** Conversion sentences are served in full; others half or two thirds; remand lasts weeks or months. */
function daysInside(random: Random, { conversionDays: conversion, lengthDays }: Omit<Sanction, 'decidedOn'>): number {
  if (conversion !== undefined) return conversion;
  if (lengthDays === undefined) return random.int(7, 160);
  return Math.ceil(lengthDays * (random.chance(0.45) ? 1 / 2 : 2 / 3));
}

function releaseWindow(
  random: Random,
  today: Day,
  type: SanctionType,
  end: Day,
  served: number,
): ReleaseWindow | undefined {
  const left = end - today;
  if (type === 'REMAND') {
    // A remand prisoner can be released at any hearing.
    return random.chance(0.4)
      ? {
          earliest: today + random.int(1, 14),
          latest: today + random.int(15, 60),
          source: 'COURT',
          confidence: 'UNCERTAIN',
        }
      : undefined;
  }
  if (type === 'CONVERSION_SENTENCE') {
    // More unpaid fines may be on their way.
    return random.chance(0.85)
      ? { earliest: end, latest: end, source: 'CONVERSION_ORDER', confidence: 'CONFIRMED' }
      : { earliest: end, latest: end + random.int(4, 20), source: 'CONVERSION_ORDER', confidence: 'LIKELY' };
  }
  if (left <= 30) return { earliest: end, latest: end, source: 'SENTENCE_CALCULATION', confidence: 'CONFIRMED' };
  // Supervised probationary freedom begins at most six months before conditional release.
  const probation = served > 120 && random.chance(0.5) ? Math.min(180, left - 14) : 0;
  const source = random.chance(0.15) ? 'UNIT_ESTIMATE' : 'SENTENCE_CALCULATION';
  if (left <= 90)
    return { earliest: end - Math.min(probation, 30, left - 1), latest: end, source, confidence: 'LIKELY' };
  return {
    earliest: end - Math.max(0, probation),
    latest: end + random.int(0, 30),
    source,
    confidence: random.chance(0.4) ? 'UNCERTAIN' : 'LIKELY',
  };
}

function earlierStays(random: Random, before: Day, home: { woman: boolean; turku: boolean; adultSince: Day }): Stay[] {
  const stays: Stay[] = [];
  let next = before;
  for (let left = Number(random.weighted({ 0: 42, 1: 30, 2: 18, 3: 10 })); left > 0; left -= 1) {
    const released = next - random.int(120, 800);
    if (released - 400 < home.adultSince || isoDate(released - 400) < CONVERSION_TABLE.at(-1)!.from) break;
    const sanction = conversion(random, released);
    const admitted = released - sanction.conversionDays!;
    stays.unshift({
      sanction,
      unit: unitFor(random, sanction.type, false, home),
      phase: 'RELEASED',
      admitted,
      released,
    });
    next = admitted;
  }
  return stays;
}

function community(random: Random, today: Day): Sanction {
  const decidedOn = today - random.int(20, 160);
  const type = random.chance(0.7) ? 'COMMUNITY_SERVICE' : 'MONITORING_SENTENCE';
  return {
    type,
    offence: random.pick(MINOR),
    decidedOn,
    lengthDays: random.int(30, type === 'COMMUNITY_SERVICE' ? 240 : 180),
  };
}

const CLOSED_FOR_MEN: Partial<Record<PrisonUnitCode, number>> = {
  HELSINKI: 52,
  JOKELA: 18,
  RIIHIMAKI: 14,
  VANTAA: 10,
  KYLMAKOSKI: 6,
};
const OPEN_FOR_MEN: Partial<Record<PrisonUnitCode, number>> = { HELSINKI: 45, SUOMENLINNA: 25, KERAVA: 30 };

function unitFor(
  random: Random,
  type: SanctionType,
  open: boolean,
  { woman, turku }: { woman: boolean; turku: boolean },
): PrisonUnitCode {
  if (type === 'REMAND') return turku ? 'TURKU' : random.chance(0.85) ? 'VANTAA' : woman ? 'HAMEENLINNA' : 'JOKELA';
  if (woman) return open ? 'VANAJA' : 'HAMEENLINNA';
  if (turku) return open ? 'KAYRA' : 'TURKU';
  return random.weighted(open ? OPEN_FOR_MEN : CLOSED_FOR_MEN);
}
