/** A name in the three languages of the hub; Finnish and Swedish are equal, English is for convenience. */
export interface Names {
  readonly fi: string;
  readonly sv: string;
  readonly en: string;
}

export interface Category {
  readonly names: Names;
  /** The agency whose subgraph serves the category: the discloser of 703/2023 § 10. */
  readonly source: Agency;
  readonly sensitivity: 'secret' | 'criminal' | 'art9' | 'own';
  /** Never leaves its controller: no consent opens it. */
  readonly neverShared?: true;
  /** The category whose data this is a part of: what opens or closes the whole does so to the part. See `wholeOf`. */
  readonly partOf?: string;
}

/** The sectors that disclose and receive data. One subgraph serves one sector; `HUB` is the joint client index. */
export const AGENCIES = {
  HUB: { fi: 'Nivel-keskus', sv: 'Nivel-navet', en: 'Nivel hub' },
  PRISON_SERVICE: { fi: 'Rikosseuraamuslaitos', sv: 'Brottspåföljdsmyndigheten', en: 'Prison and Probation Service' },
  SOCIAL_SERVICES: { fi: 'Sosiaalihuolto', sv: 'Socialvården', en: 'Social services' },
  EMPLOYMENT_SERVICES: { fi: 'Työllisyyspalvelut', sv: 'Sysselsättningstjänster', en: 'Employment services' },
  HEALTH_CARE: { fi: 'Terveydenhuolto', sv: 'Hälso- och sjukvården', en: 'Health care' },
  KELA: { fi: 'Kansaneläkelaitos', sv: 'Folkpensionsanstalten', en: 'Social Insurance Institution' },
  THIRD_SECTOR: { fi: 'Järjestöt', sv: 'Organisationer', en: 'Third sector' },
} as const satisfies Record<string, Names>;

export type Agency = keyof typeof AGENCIES;

/**
 * The data categories: the unit of consent and of every decision.
 *
 * A field on `Client` names its category with `@category`; a field that derives from several names them all.
 */
export const CATEGORIES = {
  IDENTITY_CONTACT: {
    names: { fi: 'Henkilö- ja yhteystiedot', sv: 'Person- och kontaktuppgifter', en: 'Identity and contact' },
    source: 'HUB',
    sensitivity: 'secret',
  },
  CUSTODY: {
    names: { fi: 'Vankilassaolo', sv: 'Fängelsevistelse', en: 'Custody' },
    source: 'PRISON_SERVICE',
    sensitivity: 'criminal',
  },
  // What 1301/2021 §§ 27–28 open: the dates, not the stay.
  CUSTODY_DATES: {
    names: {
      fi: 'Vankilaan tulo ja vapautuminen',
      sv: 'Ankomst till fängelset och frigivning',
      en: 'Dates of custody',
    },
    source: 'PRISON_SERVICE',
    sensitivity: 'criminal',
    partOf: 'CUSTODY',
  },
  SANCTION_DETAILS: {
    names: { fi: 'Rangaistuksen tiedot', sv: 'Uppgifter om straffet', en: 'Sanction details' },
    source: 'PRISON_SERVICE',
    sensitivity: 'criminal',
    neverShared: true,
  },
  SENTENCE_PLAN: {
    names: { fi: 'Rangaistusajan suunnitelma', sv: 'Plan för strafftiden', en: 'Sentence plan' },
    source: 'PRISON_SERVICE',
    sensitivity: 'criminal',
  },
  // What 1301/2021 § 28 opens of the plan.
  SENTENCE_PLAN_EMPLOYMENT: {
    names: {
      fi: 'Rangaistusajan suunnitelman työllistymisosa',
      sv: 'Sysselsättningsdelen av planen för strafftiden',
      en: 'Employment part of the sentence plan',
    },
    source: 'PRISON_SERVICE',
    sensitivity: 'criminal',
    partOf: 'SENTENCE_PLAN',
  },
  RESPONSIBLE_WORKERS: {
    names: { fi: 'Vastuutyöntekijät', sv: 'Ansvariga arbetstagare', en: 'Responsible workers' },
    source: 'HUB',
    sensitivity: 'secret',
  },
  BENEFITS: {
    names: { fi: 'Etuudet', sv: 'Förmåner', en: 'Benefits' },
    source: 'SOCIAL_SERVICES',
    sensitivity: 'secret',
  },
  SOCIAL_ASSISTANCE: {
    names: { fi: 'Toimeentulotuki', sv: 'Utkomststöd', en: 'Social assistance' },
    source: 'SOCIAL_SERVICES',
    sensitivity: 'secret',
  },
  HOUSING: {
    names: { fi: 'Asuminen', sv: 'Boende', en: 'Housing' },
    source: 'SOCIAL_SERVICES',
    sensitivity: 'secret',
  },
  SOCIAL_SERVICES: {
    names: { fi: 'Sosiaalipalvelut', sv: 'Socialservice', en: 'Social services' },
    source: 'SOCIAL_SERVICES',
    sensitivity: 'secret',
  },
  EMPLOYMENT: {
    names: { fi: 'Työllisyys', sv: 'Sysselsättning', en: 'Employment' },
    source: 'EMPLOYMENT_SERVICES',
    sensitivity: 'secret',
  },
  MEDICATION: {
    names: { fi: 'Lääkitys', sv: 'Medicinering', en: 'Medication' },
    source: 'HEALTH_CARE',
    sensitivity: 'art9',
  },
  HEALTH_CONDITIONS: {
    names: { fi: 'Terveydentila', sv: 'Hälsotillstånd', en: 'Health conditions' },
    source: 'HEALTH_CARE',
    sensitivity: 'art9',
  },
  WORK_ABILITY: {
    names: { fi: 'Työkyky', sv: 'Arbetsförmåga', en: 'Work ability' },
    source: 'HEALTH_CARE',
    sensitivity: 'art9',
  },
  APPOINTMENTS_REFERRALS: {
    names: { fi: 'Tapaamiset ja ohjaukset', sv: 'Möten och hänvisningar', en: 'Appointments and referrals' },
    source: 'HUB',
    sensitivity: 'secret',
  },
  CLIENT_VOICE: {
    names: { fi: 'Asiakkaan oma ääni', sv: 'Klientens egen röst', en: 'The client’s own voice' },
    source: 'HUB',
    sensitivity: 'own',
  },
  CONSENTS: {
    names: { fi: 'Suostumukset ja kiellot', sv: 'Samtycken och förbud', en: 'Consents and denials' },
    source: 'HUB',
    sensitivity: 'own',
  },
} as const satisfies Record<string, Category>;

export type CategoryName = keyof typeof CATEGORIES;

export const CATEGORY_NAMES = Object.keys(CATEGORIES) as readonly CategoryName[];

export function isCategory(name: string): name is CategoryName {
  return Object.hasOwn(CATEGORIES, name);
}

/** The category that this one is a part of, or undefined. A part is never itself a whole. */
export function wholeOf(name: CategoryName): CategoryName | undefined {
  const category: Category = CATEGORIES[name];
  return category.partOf as CategoryName | undefined;
}
