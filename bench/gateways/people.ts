/** A value of the schema; an object carries its type, for `__typename` and for fragments. */
export type Value = null | boolean | number | string | readonly Value[] | Fields;
export interface Fields {
  readonly __typename: string;
  readonly [field: string]: Value;
}

/** The id of the client with this number, from 0. */
export function clientId(number: number): string {
  return `00000000-0000-4000-8000-${String(number + 1).padStart(12, '0')}`;
}

/** What the agencies hold of a client, the same in every run; null for an id that nobody has. */
export function clientById(id: string): Fields | null {
  const number = Number(id.slice(-12)) - 1;
  return Number.isInteger(number) && number >= 0 && clientId(number) === id ? client(number) : null;
}

function client(number: number): Fields {
  const homeless = number % 3 === 0;
  return {
    __typename: 'Client',
    id: clientId(number),
    names: { __typename: 'ClientNames', given: 'Etunimi Toinen', called: 'Etunimi', family: `Sukunimi-${number}` },
    custody: {
      __typename: 'Custody',
      phase: number % 2 === 0 ? 'CLOSED_PRISON' : 'OPEN_PRISON',
      admittedOn: day(2025, number),
      unit: { __typename: 'PrisonUnit', code: 'HELSINKI', fi: 'Helsingin vankila', sv: 'Helsingfors fängelse' },
      releaseWindow: {
        __typename: 'ReleaseWindow',
        earliest: day(2026, number),
        latest: day(2027, number),
        source: 'SENTENCE_CALCULATION',
        confidence: number % 2 === 0 ? 'LIKELY' : 'CONFIRMED',
      },
    },
    housing: {
      __typename: 'Housing',
      class: homeless ? 'INSTITUTION' : 'OWN_TENANCY',
      homeless,
      need: homeless ? 'SUPPORTED_HOUSING' : 'KEEP_TENANCY',
      since: day(2024, number),
    },
    employment: {
      __typename: 'Employment',
      jobSeekerStatus: {
        __typename: 'JobSeekerStatus',
        status: codeName('02', 'Työtön', 'Arbetslös'),
        since: day(2023, number),
      },
      plans: [1, 2].map((plan) => ({
        __typename: 'EmploymentPlan',
        kind: plan === 1 ? 'EMPLOYMENT_PLAN' : 'MULTISECTOR_PLAN',
        state: plan === 1 ? 'IN_FORCE' : 'ENDED',
        reviewOn: day(2026, number + plan),
      })),
    },
    medication: {
      __typename: 'Medication',
      medications: [
        ['N05AH03', 'Olantsapiini', 'Olanzapin'],
        ['N06AX11', 'Mirtatsapiini', 'Mirtazapin'],
        ['C09AA02', 'Enalapriili', 'Enalapril'],
      ].map(([code = '', fi = '', sv = ''], at) => ({
        __typename: 'MedicationItem',
        atc: codeName(code, fi, sv),
        doseMg: 5 * (at + 1) + (number % 4) * 2.5,
        timesADay: 1 + (at % 2),
      })),
      opioidSubstitution: {
        __typename: 'OpioidSubstitution',
        product: 'Buprenorfiini ja naloksoni',
        doseMg: 8 + (number % 5),
        nextDoseAt: `${day(2026, number)}T08:00:00.000Z`,
        receivingClinic: { __typename: 'CareUnit', code: 'HEL-SUBSTANCE', fi: 'Päihdeklinikka', sv: 'Rusklinik' },
      },
    },
    sentencePlan: {
      __typename: 'SentencePlan',
      state: number % 2 === 0 ? 'CONFIRMED' : 'UPDATED',
      confirmedOn: day(2025, number + 1),
      goals: ['WORK', 'HOUSING', 'SUBSTANCES'].map((area, at) => ({
        __typename: 'SentencePlanGoal',
        area,
        state: at === 0 ? 'ONGOING' : 'SET',
      })),
      releasePlan: {
        __typename: 'ReleasePlan',
        housing: homeless ? 'UNDER_WAY' : 'NOT_NEEDED',
        income: 'ARRANGED',
        employment: 'OPEN',
      },
    },
    benefits: ['LABOUR_MARKET_SUBSIDY', 'HOUSING_ALLOWANCE'].map((benefit, at) => ({
      __typename: 'SocialBenefit',
      benefit,
      state: at === 0 ? 'APPLIED' : 'SUSPENDED',
      startsOn: day(2024 + at, number),
    })),
    socialAssistance: ['BASIC', 'SUPPLEMENTARY'].map((kind, at) => ({
      __typename: 'SocialAssistance',
      kind,
      appliedOn: day(2025, number + at),
      decidedOn: at === 0 ? null : day(2025, number + at),
      inTime: at === 0 ? null : true,
      outcome: at === 0 ? null : 'GRANTED',
    })),
    workAbility: {
      __typename: 'WorkAbility',
      assessedOn: day(2025, number),
      score: number % 11,
      limits: ['CONCENTRATION', 'REGULAR_HOURS'],
      statement: number % 2 === 0 ? 'WITH_SUPPORT' : 'PART_TIME',
    },
  };
}

function codeName(code: string, fi: string, sv: string): Fields {
  return { __typename: 'CodeName', code, fi, sv };
}

function day(year: number, number: number): string {
  return `${year}-${String(1 + (number % 12)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}`;
}
