import type { Names } from '../categories.ts';

/** What a court or the prosecutor has imposed (rikoslaki 39/1889 ch. 2 c and 6; 672/2005; 768/2005; 330/2011). */
export const SANCTION_TYPES = {
  UNCONDITIONAL_IMPRISONMENT: { fi: 'Ehdoton vankeus', sv: 'Ovillkorligt fängelse', en: 'Unconditional imprisonment' },
  CONVERSION_SENTENCE: {
    fi: 'Sakon muuntorangaistus',
    sv: 'Förvandlingsstraff för böter',
    en: 'Conversion sentence for unpaid fines',
  },
  REMAND: { fi: 'Tutkintavankeus', sv: 'Rannsakningsfängelse', en: 'Remand' },
  COMMUNITY_SERVICE: { fi: 'Yhdyskuntapalvelu', sv: 'Samhällstjänst', en: 'Community service' },
  MONITORING_SENTENCE: { fi: 'Valvontarangaistus', sv: 'Övervakningsstraff', en: 'Monitoring sentence' },
} as const satisfies Record<string, Names>;

export type SanctionType = keyof typeof SANCTION_TYPES;

/** Where in the enforcement the client is; supervised probationary freedom and conditional release are no sanctions. */
export const CUSTODY_PHASES = {
  REMAND: { fi: 'Tutkintavankina', sv: 'Som rannsakningsfånge', en: 'On remand' },
  CLOSED_PRISON: { fi: 'Suljetussa vankilassa', sv: 'I slutet fängelse', en: 'In closed prison' },
  OPEN_PRISON: { fi: 'Avovankilassa', sv: 'I öppet fängelse', en: 'In open prison' },
  SUPERVISED_PROBATIONARY_FREEDOM: {
    fi: 'Valvotussa koevapaudessa',
    sv: 'I övervakad frihet på prov',
    en: 'In supervised probationary freedom',
  },
  CONDITIONAL_RELEASE: { fi: 'Ehdonalaisessa vapaudessa', sv: 'I villkorlig frihet', en: 'On conditional release' },
  RELEASED: { fi: 'Vapautunut', sv: 'Frigiven', en: 'Released' },
} as const satisfies Record<string, Names>;

export type CustodyPhase = keyof typeof CUSTODY_PHASES;

/** Poistumislupa, permission (767/2005 ch. 14); an escorted one lasts at most 12 hours. */
export const LEAVE_KINDS = {
  PERIOD_BASED: {
    fi: 'Rangaistusajan pituuden perusteella',
    sv: 'På grund av strafftidens längd',
    en: 'By length of the sentence',
  },
  IMPORTANT_REASON: { fi: 'Tärkeästä syystä', sv: 'Av viktig orsak', en: 'For an important reason' },
  EXTREMELY_IMPORTANT_REASON: {
    fi: 'Erittäin tärkeästä syystä',
    sv: 'Av synnerligen viktig orsak',
    en: 'For an extremely important reason',
  },
  ESCORTED: { fi: 'Saatettu poistumislupa', sv: 'Permission under eskort', en: 'Escorted leave' },
} as const satisfies Record<string, Names>;

export type LeaveKind = keyof typeof LEAVE_KINDS;

export const LEAVE_STATES = {
  APPLIED: { fi: 'Haettu', sv: 'Ansökt', en: 'Applied for' },
  GRANTED: { fi: 'Myönnetty', sv: 'Beviljad', en: 'Granted' },
  REFUSED: { fi: 'Evätty', sv: 'Avslagen', en: 'Refused' },
  USED: { fi: 'Käytetty', sv: 'Använd', en: 'Used' },
} as const satisfies Record<string, Names>;

export type LeaveState = keyof typeof LEAVE_STATES;

/** Where a release date comes from: dates have been wrong in the real system, so the source is always shown. */
export const RELEASE_SOURCES = {
  SENTENCE_CALCULATION: {
    fi: 'Rangaistusajan laskelma',
    sv: 'Strafftidsberäkning',
    en: 'Calculation of the sentence',
  },
  CONVERSION_ORDER: {
    fi: 'Muuntorangaistusmääräys',
    sv: 'Förordnande om förvandlingsstraff',
    en: 'Conversion order',
  },
  UNIT_ESTIMATE: { fi: 'Yksikön arvio', sv: 'Enhetens uppskattning', en: 'Estimate of the unit' },
  COURT: { fi: 'Tuomioistuin', sv: 'Domstol', en: 'Court' },
} as const satisfies Record<string, Names>;

export type ReleaseSource = keyof typeof RELEASE_SOURCES;

export const CONFIDENCE = {
  CONFIRMED: { fi: 'Vahvistettu', sv: 'Fastställd', en: 'Confirmed' },
  LIKELY: { fi: 'Todennäköinen', sv: 'Sannolik', en: 'Likely' },
  UNCERTAIN: { fi: 'Epävarma', sv: 'Osäker', en: 'Uncertain' },
} as const satisfies Record<string, Names>;

export type Confidence = keyof typeof CONFIDENCE;

/** States of the sentence plan (rangaistusajan suunnitelma, plan för strafftiden; 767/2005 ch. 4 § 6). */
export const PLAN_STATES = {
  DRAFT: { fi: 'Luonnos', sv: 'Utkast', en: 'Draft' },
  CONFIRMED: { fi: 'Vahvistettu', sv: 'Fastställd', en: 'Confirmed' },
  UPDATED: { fi: 'Päivitetty', sv: 'Uppdaterad', en: 'Updated' },
  EVALUATED: { fi: 'Arvioitu', sv: 'Utvärderad', en: 'Evaluated' },
} as const satisfies Record<string, Names>;

export type PlanState = keyof typeof PLAN_STATES;

export const PRISON_ACTIVITIES = {
  WORK: { fi: 'Vankityö', sv: 'Fångarbete', en: 'Prison work' },
  CIVILIAN_WORK: { fi: 'Siviilityö', sv: 'Civilt arbete', en: 'Civilian work' },
  EDUCATION: { fi: 'Opiskelu', sv: 'Studier', en: 'Education' },
  SUBSTANCE_REHABILITATION: { fi: 'Päihdekuntoutus', sv: 'Missbruksrehabilitering', en: 'Substance rehabilitation' },
  OFFENDING_BEHAVIOUR_PROGRAMME: {
    fi: 'Rikoksiin liittyvä ohjelma',
    sv: 'Brottsrelaterat program',
    en: 'Offending behaviour programme',
  },
  SOCIAL_REHABILITATION: { fi: 'Sosiaalinen kuntoutus', sv: 'Social rehabilitering', en: 'Social rehabilitation' },
} as const satisfies Record<string, Names>;

export type PrisonActivity = keyof typeof PRISON_ACTIVITIES;

/** Headings of offences (rikoslaki 39/1889 and others), few and common. Sanction details: never shared. */
export const OFFENCES = {
  THEFT: { fi: 'Varkaus', sv: 'Stöld', en: 'Theft' },
  PETTY_THEFT: { fi: 'Näpistys', sv: 'Snatteri', en: 'Petty theft' },
  AGGRAVATED_THEFT: { fi: 'Törkeä varkaus', sv: 'Grov stöld', en: 'Aggravated theft' },
  FRAUD: { fi: 'Petos', sv: 'Bedrägeri', en: 'Fraud' },
  ROBBERY: { fi: 'Ryöstö', sv: 'Rån', en: 'Robbery' },
  ASSAULT: { fi: 'Pahoinpitely', sv: 'Misshandel', en: 'Assault' },
  AGGRAVATED_ASSAULT: { fi: 'Törkeä pahoinpitely', sv: 'Grov misshandel', en: 'Aggravated assault' },
  DRUG_USE: { fi: 'Huumausaineen käyttörikos', sv: 'Straffbart bruk av narkotika', en: 'Unlawful use of narcotics' },
  DRUG_OFFENCE: { fi: 'Huumausainerikos', sv: 'Narkotikabrott', en: 'Narcotics offence' },
  AGGRAVATED_DRUG_OFFENCE: {
    fi: 'Törkeä huumausainerikos',
    sv: 'Grovt narkotikabrott',
    en: 'Aggravated narcotics offence',
  },
  DRUNK_DRIVING: { fi: 'Rattijuopumus', sv: 'Rattfylleri', en: 'Drunk driving' },
  AGGRAVATED_DRUNK_DRIVING: {
    fi: 'Törkeä rattijuopumus',
    sv: 'Grovt rattfylleri',
    en: 'Aggravated drunk driving',
  },
  DRIVING_WITHOUT_LICENCE: {
    fi: 'Kulkuneuvon kuljettaminen oikeudetta',
    sv: 'Förande av fortskaffningsmedel utan behörighet',
    en: 'Driving without a licence',
  },
  CRIMINAL_DAMAGE: { fi: 'Vahingonteko', sv: 'Skadegörelse', en: 'Criminal damage' },
  RESISTING_OFFICIAL: {
    fi: 'Virkamiehen vastustaminen',
    sv: 'Motstånd mot tjänsteman',
    en: 'Resisting a public official',
  },
} as const satisfies Record<string, Names>;

export type Offence = keyof typeof OFFENCES;
