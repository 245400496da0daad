import type { Icd10Code } from '../schema/codes/health.ts';
import type { HousingClassCode } from '../schema/codes/housing.ts';
import { MUNICIPALITIES, type MunicipalityCode } from '../schema/codes/municipalities.ts';
import { REGIONS } from '../schema/codes/service-units.ts';
import type { Origin } from './names.ts';
import type { Stage } from './path.ts';
import { MUNICIPALITY_WEIGHTS } from './places.ts';
import type { Random } from './random.ts';

export type RegionPrefix = keyof typeof REGIONS;

/** What the home region's codes are; none for a client from elsewhere. */
export type Region = { readonly prefix: RegionPrefix } & (typeof REGIONS)[RegionPrefix];

/** Who a client is, as far as several agencies see it: drawn once, so that the registries tell of one person. */
export interface Traits {
  readonly woman: boolean;
  readonly origin: Origin;
  readonly municipality: MunicipalityCode;
  readonly region: Region | undefined;
  readonly protectionOrder: boolean;
  readonly children: boolean;
  readonly conditions: readonly Icd10Code[];
  /** In opioid substitution treatment. */
  readonly substitution: boolean;
  /** On an old-age or a disability pension. */
  readonly pensioner: boolean;
  readonly old: boolean;
  readonly jobseeker: boolean;
  /** Has an open case in social services. */
  readonly supported: boolean;
  readonly coordination: 'DEMO' | 'OTHER' | 'NONE';
  readonly peer: 'DEMO' | 'OTHER' | 'NONE';
}

/** The demo coordinator's clients, about sixty, and the demo peer's, about ten, are among the first of any population. */
const DEMO_RANGE = 480;

export function traits(random: Random, index: number, age: number): Traits {
  const coordination = index <= DEMO_RANGE && index % 8 === 1 ? 'DEMO' : random.chance(0.12) ? 'OTHER' : 'NONE';
  const peer = index <= DEMO_RANGE && index % 48 === 1 ? 'DEMO' : random.chance(0.04) ? 'OTHER' : 'NONE';
  // The demo coordinator works for Helsinki.
  const drawn = random.weighted(MUNICIPALITY_WEIGHTS);
  const municipality = coordination === 'DEMO' ? '091' : drawn;
  const conditions = conditionsOf(random);
  const pensioner = age >= 65 || random.chance(0.06);
  return {
    woman: random.chance(0.11),
    origin: random.weighted(ORIGIN_WEIGHTS),
    municipality,
    region: regionOf(municipality),
    protectionOrder: random.chance(0.02),
    children: random.chance(0.35),
    conditions,
    substitution: conditions.includes('F11.2') && random.chance(0.6),
    pensioner,
    old: age >= 65,
    jobseeker: !pensioner && random.chance(0.85),
    supported: random.chance(0.72),
    coordination,
    peer,
  };
}

/** Where the client sleeps outside, or will after release. */
export function housingOf(random: Random, stage: Stage): HousingClassCode {
  return random.weighted(HOUSING_WEIGHTS[stage === 'AFTER' ? 'after' : stage === 'OUTSIDE' ? 'outside' : 'inside']);
}

const ORIGIN_WEIGHTS: Readonly<Record<Origin, number>> = {
  FINNISH: 81,
  FINLAND_SWEDISH: 6,
  RUSSIAN: 4,
  ESTONIAN: 4,
  SOMALI: 2,
  ARABIC: 2,
  PERSIAN: 1,
};

const HOUSING_WEIGHTS: Readonly<Record<'inside' | 'after' | 'outside', Partial<Record<HousingClassCode, number>>>> = {
  inside: { RELEASED_WITHOUT_HOUSING: 31, OWN_TENANCY: 40, SUPPORTED_HOUSING: 9, UNKNOWN: 20 },
  after: {
    OUTDOORS_OR_SHELTER: 6,
    HOSTEL: 8,
    INSTITUTION: 4,
    WITH_ACQUAINTANCES: 18,
    OWN_TENANCY: 42,
    SUPPORTED_HOUSING: 16,
    UNKNOWN: 6,
  },
  outside: {
    OUTDOORS_OR_SHELTER: 2,
    HOSTEL: 4,
    WITH_ACQUAINTANCES: 11,
    OWN_TENANCY: 62,
    SUPPORTED_HOUSING: 13,
    UNKNOWN: 8,
  },
};

function conditionsOf(random: Random): Icd10Code[] {
  const opioids = random.chance(0.19);
  const conditions: Icd10Code[] = [];
  if (opioids) conditions.push('F11.2');
  else if (random.chance(0.22)) conditions.push('F19.2');
  if (random.chance(0.27)) conditions.push('F10.2');
  if (random.chance(0.17)) conditions.push('F33.1');
  if (random.chance(0.09)) conditions.push('F43.1');
  if (random.chance(0.13)) conditions.push('F90.0');
  // Hepatitis C follows injecting.
  if (random.chance(opioids ? 0.45 : 0.04)) conditions.push('B18.2');
  return conditions;
}

function regionOf(code: MunicipalityCode): Region | undefined {
  const municipality = MUNICIPALITIES[code];
  if (!('controller' in municipality)) return undefined;
  const prefixes = Object.keys(REGIONS) as RegionPrefix[];
  const prefix = prefixes.find((one) => REGIONS[one].controller === municipality.controller)!;
  return { prefix, ...REGIONS[prefix] };
}
