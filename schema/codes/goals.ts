import type { Names } from '../categories.ts';

/** Areas of life that every plan's goals share, so that overlapping goals of different agencies can be found. */
export const LIFE_AREAS = {
  HOUSING: { fi: 'Asuminen', sv: 'Boende', en: 'Housing' },
  INCOME: { fi: 'Toimeentulo', sv: 'Utkomst', en: 'Income' },
  DEBT: { fi: 'Velat', sv: 'Skulder', en: 'Debt' },
  WORK: { fi: 'Työ', sv: 'Arbete', en: 'Work' },
  STUDIES: { fi: 'Opiskelu', sv: 'Studier', en: 'Studies' },
  SUBSTANCES: { fi: 'Päihteet', sv: 'Rusmedel', en: 'Substances' },
  HEALTH: { fi: 'Terveys', sv: 'Hälsa', en: 'Health' },
  FAMILY: { fi: 'Perhe ja läheiset', sv: 'Familj och närstående', en: 'Family and friends' },
  LEISURE: { fi: 'Arki ja vapaa-aika', sv: 'Vardag och fritid', en: 'Daily life and leisure' },
  CRIME_FREE_LIFE: { fi: 'Rikokseton elämä', sv: 'Liv utan brott', en: 'Life without crime' },
} as const satisfies Record<string, Names>;

export type LifeArea = keyof typeof LIFE_AREAS;

export const GOAL_STATES = {
  SET: { fi: 'Asetettu', sv: 'Uppställt', en: 'Set' },
  ONGOING: { fi: 'Meneillään', sv: 'Pågår', en: 'Ongoing' },
  REACHED: { fi: 'Saavutettu', sv: 'Uppnått', en: 'Reached' },
  GIVEN_UP: { fi: 'Luovuttu', sv: 'Uppgivet', en: 'Given up' },
} as const satisfies Record<string, Names>;

export type GoalState = keyof typeof GOAL_STATES;

/** How far a handover at release is (housing, income, employment, health, contact). */
export const HANDOVER_STATES = {
  NOT_NEEDED: { fi: 'Ei tarvetta', sv: 'Behövs inte', en: 'Not needed' },
  OPEN: { fi: 'Avoinna', sv: 'Öppen', en: 'Open' },
  UNDER_WAY: { fi: 'Vireillä', sv: 'Under arbete', en: 'Under way' },
  ARRANGED: { fi: 'Järjestetty', sv: 'Ordnad', en: 'Arranged' },
} as const satisfies Record<string, Names>;

export type HandoverState = keyof typeof HANDOVER_STATES;

/** The critical junctures (nivelvaiheet, övergångar) of a client's path, in order. */
export const JUNCTURES = {
  ADMISSION: { fi: 'Vankilaan tulo', sv: 'Ankomst till fängelset', en: 'Admission' },
  PLAN: { fi: 'Suunnitelman laatiminen', sv: 'Uppgörande av planen', en: 'Plan' },
  BEFORE_RELEASE: {
    fi: '1–3 kuukautta ennen vapautumista',
    sv: '1–3 månader före frigivningen',
    en: '1–3 months before release',
  },
  RELEASE_DAY: { fi: 'Vapautumispäivä', sv: 'Frigivningsdagen', en: 'Release day' },
  DAY_1: { fi: '1 päivä vapautumisesta', sv: '1 dag efter frigivningen', en: '1 day after release' },
  DAY_7: { fi: '7 päivää vapautumisesta', sv: '7 dagar efter frigivningen', en: '7 days after release' },
  DAY_30: { fi: '30 päivää vapautumisesta', sv: '30 dagar efter frigivningen', en: '30 days after release' },
  DAY_90: { fi: '90 päivää vapautumisesta', sv: '90 dagar efter frigivningen', en: '90 days after release' },
} as const satisfies Record<string, Names>;

export type Juncture = keyof typeof JUNCTURES;
