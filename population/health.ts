import type { HealthController } from '../schema/codes/controllers.ts';
import {
  type AtcCode,
  CARE_UNITS,
  type CareHandoverState,
  type CareUnitCode,
  type FunctionalLimit,
  type Icd10Code,
  type OstMode,
  type WorkAbilityStatement,
} from '../schema/codes/health.ts';
import type { PrisonUnitCode } from '../schema/codes/units.ts';
import { at, type Day, isoDate, workingDay } from './calendar.ts';
import type { Ground } from './ground.ts';
import type { Random } from './random.ts';

export interface ConditionRow {
  readonly id: string;
  readonly controller: HealthController;
  readonly careUnit: CareUnitCode;
  readonly icd10: Icd10Code;
  readonly notedOn: string;
  readonly endedOn: string | null;
}

export interface MedicationRow {
  readonly id: string;
  readonly controller: HealthController;
  readonly atc: AtcCode;
  readonly doseMg: number;
  readonly timesADay: number;
  readonly startsOn: string;
  readonly endsOn: string | null;
}

export interface SubstitutionRow {
  readonly controller: HealthController;
  readonly mode: OstMode;
  readonly atc: AtcCode;
  readonly product: string;
  readonly doseMg: number;
  readonly startedOn: string;
  readonly lastDoseAt: string;
  readonly nextDoseAt: string;
  readonly givingUnit: CareUnitCode;
  readonly receivingClinic: CareUnitCode | null;
}

export interface WorkAbilityRow {
  readonly id: string;
  readonly controller: HealthController;
  readonly assessedOn: string;
  readonly score: number;
  readonly limits: readonly FunctionalLimit[];
  readonly statement: WorkAbilityStatement;
}

export interface CareHandoverRow {
  readonly id: string;
  readonly fromUnit: CareUnitCode;
  readonly toUnit: CareUnitCode;
  readonly state: CareHandoverState;
  readonly plannedOn: string;
  readonly sentAt: string | null;
  readonly receivedAt: string | null;
}

export interface Health {
  readonly conditions: readonly ConditionRow[];
  readonly medications: readonly MedicationRow[];
  readonly substitution: readonly SubstitutionRow[];
  readonly workAbility: readonly WorkAbilityRow[];
  readonly handovers: readonly CareHandoverRow[];
}

/** The prison clinic that cares for each unit's prisoners. */
export const CLINICS: Readonly<Partial<Record<PrisonUnitCode, CareUnitCode>>> = {
  HELSINKI: 'VTH_HELSINKI',
  SUOMENLINNA: 'VTH_HELSINKI',
  VANTAA: 'VTH_VANTAA',
  JOKELA: 'VTH_JOKELA',
  KERAVA: 'VTH_JOKELA',
  RIIHIMAKI: 'VTH_RIIHIMAKI',
  HAMEENLINNA: 'VTH_HAMEENLINNA',
  VANAJA: 'VTH_HAMEENLINNA',
  KYLMAKOSKI: 'VTH_HAMEENLINNA',
  TURKU: 'VTH_TURKU',
  KAYRA: 'VTH_TURKU',
};

export function health(ground: Ground): Health {
  const random = ground.stream('health');
  const caring = careUnit(ground, 'HEALTH_CENTRE');
  return {
    conditions: conditions(ground, random, caring),
    medications: medications(ground, random, caring),
    substitution: substitution(ground, ground.stream('substitution')),
    workAbility: workAbility(ground, ground.stream('work ability'), caring),
    handovers: handovers(ground, ground.stream('handovers')),
  };
}

/** Inside the prison's clinic; outside the home region's; undefined for those from elsewhere. */
function careUnit({ inside, traits }: Ground, kind: 'HEALTH_CENTRE' | 'OST_CLINIC'): CareUnitCode | undefined {
  if (inside !== undefined) return CLINICS[inside.unit];
  return traits.region && `${traits.region.prefix}_${kind}`;
}

function conditions({ traits, today }: Ground, random: Random, unit: CareUnitCode | undefined): ConditionRow[] {
  if (unit === undefined) return [];
  return traits.conditions.map((icd10) => {
    const noted = today - random.int(1, 3_000);
    const cured = icd10 === 'B18.2' && today - noted > 200 && random.chance(0.4);
    return {
      id: random.uuid(),
      controller: CARE_UNITS[unit].controller,
      careUnit: unit,
      icd10,
      notedOn: isoDate(noted),
      endedOn: cured ? isoDate(noted + random.int(100, 200)) : null,
    };
  });
}

const TREATMENTS: Readonly<Partial<Record<Icd10Code, readonly (readonly [AtcCode, readonly number[]])[]>>> = {
  'F33.1': [
    ['N06AB04', [20, 30, 40]],
    ['N06AX11', [15, 30]],
  ],
  'F43.1': [['N06AX11', [15, 30]]],
  'F10.2': [['N07BB04', [50]]],
};

function medications({ traits, today }: Ground, random: Random, unit: CareUnitCode | undefined): MedicationRow[] {
  if (unit === undefined) return [];
  const treated = new Set<AtcCode>();
  return traits.conditions.flatMap((condition) => {
    const options = TREATMENTS[condition];
    if (options === undefined || !random.chance(condition === 'F10.2' ? 0.2 : 0.7)) return [];
    const [atc, doses] = random.pick(options);
    // Naltrexone blocks opioids: never together with substitution.
    if (treated.has(atc) || (atc === 'N07BB04' && traits.substitution)) return [];
    treated.add(atc);
    const starts = today - random.int(5, 600);
    const ended = today - starts > 300 && random.chance(0.2);
    return [
      {
        id: random.uuid(),
        controller: CARE_UNITS[unit].controller,
        atc,
        doseMg: random.pick(doses),
        timesADay: 1,
        startsOn: isoDate(starts),
        endsOn: ended ? isoDate(today - random.int(1, 100)) : null,
      },
    ];
  });
}

/** Doses are given at half past eight. The next one may fall on the day of release or after it. */
function substitution(ground: Ground, random: Random): SubstitutionRow[] {
  const { traits, today, minute, inside, release } = ground;
  const unit = careUnit(ground, 'OST_CLINIC');
  if (!traits.substitution || unit === undefined) return [];
  const mode = inside
    ? random.weighted<OstMode>({ SUPERVISED_DAILY: 70, DEPOT_INJECTION: 30 })
    : random.weighted<OstMode>({
        SUPERVISED_DAILY: 35,
        SUPERVISED_SOME_DAYS: 25,
        TAKE_HOME: 15,
        PHARMACY: 10,
        DEPOT_INJECTION: 15,
      });
  const drug = mode === 'DEPOT_INJECTION' ? DEPOT : random.chance(0.72) ? BUPRENORPHINE : METHADONE;
  const interval = {
    SUPERVISED_DAILY: 1,
    SUPERVISED_SOME_DAYS: 2,
    TAKE_HOME: 7,
    PHARMACY: 7,
    DEPOT_INJECTION: random.chance(0.5) ? 7 : 28,
  }[mode];
  const latest = minute >= 8 * 60 + 30 ? today : today - 1;
  const last = latest - random.int(0, interval - 1);
  const clinic = traits.region && (`${traits.region.prefix}_OST_CLINIC` as const);
  const leaving = inside !== undefined && release !== undefined && release - today <= 90;
  return [
    {
      controller: CARE_UNITS[unit].controller,
      mode,
      atc: drug.atc,
      product: drug.product,
      doseMg: random.pick(drug.doses),
      startedOn: isoDate(last - random.int(10, 1_500)),
      lastDoseAt: at(last, '08:30'),
      nextDoseAt: at(last + interval, '08:30'),
      givingUnit: unit,
      // Nobody has taken on one in four: the gap that the handover is about.
      receivingClinic: leaving && clinic && random.chance(0.75) ? clinic : null,
    },
  ];
}

const BUPRENORPHINE = { atc: 'N07BC51', product: 'Buprenorfiini-naloksoni', doses: [8, 12, 16, 20, 24] } as const;
const METHADONE = { atc: 'N07BC02', product: 'Metadoni', doses: [50, 60, 70, 80, 90, 100, 120] } as const;
const DEPOT = { atc: 'N07BC01', product: 'Buprenorfiini, depotinjektio', doses: [16, 24, 32] } as const;

/** Self-assessed 0–10; the statement follows the score. */
function workAbility({ traits, today }: Ground, random: Random, unit: CareUnitCode | undefined): WorkAbilityRow[] {
  const asked = traits.coordination !== 'NONE' ? 0.9 : traits.jobseeker ? 0.35 : 0.1;
  if (unit === undefined || !random.chance(asked)) return [];
  const burden = Math.min(4, traits.conditions.length * 1.4);
  const score = Math.max(0, Math.min(10, Math.round(8.4 - burden - random.unit() * 4 + random.unit() * 2)));
  const statement: WorkAbilityStatement =
    score >= 8
      ? 'FULL'
      : score >= 6
        ? 'WITH_SUPPORT'
        : score >= 4
          ? random.weighted({ PART_TIME: 50, NEEDS_ASSESSMENT: 50 })
          : score >= 2
            ? 'NEEDS_ASSESSMENT'
            : 'UNABLE_FOR_NOW';
  return [
    {
      id: random.uuid(),
      controller: CARE_UNITS[unit].controller,
      assessedOn: isoDate(workingDay(today - random.int(1, 300), -1)),
      score,
      limits: random.some(LIMITS, score >= 8 ? 0 : score >= 5 ? random.int(1, 2) : random.int(2, 4)),
      statement,
    },
  ];
}

const LIMITS: readonly FunctionalLimit[] = [
  'PHYSICAL_STRAIN',
  'CONCENTRATION',
  'STRESS_TOLERANCE',
  'REGULAR_HOURS',
  'SOCIAL_SITUATIONS',
  'LEARNING',
  'MOBILITY',
];

/** From the prison's clinic to the home region's when release is near, or has been. */
function handovers({ traits, today, lastStay, inside, release, path }: Ground, random: Random): CareHandoverRow[] {
  const from = lastStay && CLINICS[lastStay.unit];
  if (from === undefined || traits.region === undefined || release === undefined || traits.conditions.length === 0)
    return [];
  if (path.stage === 'OUTSIDE' || release - today > 60 || !random.chance(traits.substitution ? 0.85 : 0.4)) return [];
  const to = `${traits.region.prefix}_${traits.substitution ? 'OST_CLINIC' : 'HEALTH_CENTRE'}` as const;
  const admitted = lastStay!.admitted;
  const planned = Math.max(admitted, Math.min(today, release) - random.int(2, 20));
  const state = inside
    ? random.weighted<CareHandoverState>({ PLANNED: 35, SENT: 40, RECEIVED: 25 })
    : random.weighted<CareHandoverState>({ SENT: 20, RECEIVED: 25, CARE_STARTED: 55 });
  const sent: Day | null = state === 'PLANNED' ? null : planned;
  const received = state === 'RECEIVED' || state === 'CARE_STARTED' ? planned : null;
  return [
    {
      id: random.uuid(),
      fromUnit: from,
      toUnit: to,
      state,
      plannedOn: isoDate(planned),
      sentAt: sent === null ? null : at(sent, '09:20'),
      receivedAt: received === null ? null : at(received, '13:45'),
    },
  ];
}
