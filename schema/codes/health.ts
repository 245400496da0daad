import type { Names } from '../categories.ts';
import type { HealthController } from './controllers.ts';

/** ATC codes in use (WHO; Fimea), keyed by the code itself. */
export const ATC_CODES = {
  N07BC51: {
    fi: 'Buprenorfiini, yhdistelmävalmisteet',
    sv: 'Buprenorfin, kombinationer',
    en: 'Buprenorphine, combinations',
  },
  N07BC01: { fi: 'Buprenorfiini', sv: 'Buprenorfin', en: 'Buprenorphine' },
  N07BC02: { fi: 'Metadoni', sv: 'Metadon', en: 'Methadone' },
  N07BB04: { fi: 'Naltreksoni', sv: 'Naltrexon', en: 'Naltrexone' },
  N06AB04: { fi: 'Sitalopraami', sv: 'Citalopram', en: 'Citalopram' },
  N06AX11: { fi: 'Mirtatsapiini', sv: 'Mirtazapin', en: 'Mirtazapine' },
} as const satisfies Record<string, Names>;

export type AtcCode = keyof typeof ATC_CODES;

/** ICD-10 codes in use (Finnish version), keyed by the code itself. */
export const ICD10_CODES = {
  'F10.2': { fi: 'Alkoholiriippuvuus', sv: 'Alkoholberoende', en: 'Alcohol dependence' },
  'F11.2': { fi: 'Opioidiriippuvuus', sv: 'Opioidberoende', en: 'Opioid dependence' },
  'F19.2': {
    fi: 'Useiden lääkeaineiden tai muiden aineiden aiheuttama riippuvuus',
    sv: 'Beroende av flera droger eller andra substanser',
    en: 'Dependence on multiple substances',
  },
  'F33.1': {
    fi: 'Toistuvan masennuksen keskivaikea masennusjakso',
    sv: 'Recidiverande depression, medelsvår episod',
    en: 'Recurrent depressive disorder, current episode moderate',
  },
  'F43.1': {
    fi: 'Traumaperäinen stressihäiriö',
    sv: 'Posttraumatiskt stressyndrom',
    en: 'Post-traumatic stress disorder',
  },
  'F90.0': {
    fi: 'Aktiivisuuden ja tarkkaavuuden häiriö',
    sv: 'Aktivitets- och uppmärksamhetsstörning',
    en: 'Disturbance of activity and attention',
  },
  'B18.2': { fi: 'Krooninen C-hepatiitti', sv: 'Kronisk hepatit C', en: 'Chronic hepatitis C' },
} as const satisfies Record<string, Names>;

export type Icd10Code = keyof typeof ICD10_CODES;

/** How opioid substitution is given (STM decree on opioid dependence treatment). */
export const OST_MODES = {
  SUPERVISED_DAILY: { fi: 'Valvottu annos päivittäin', sv: 'Övervakad dos dagligen', en: 'Supervised daily dose' },
  SUPERVISED_SOME_DAYS: {
    fi: 'Valvottu annos osana päivistä',
    sv: 'Övervakad dos en del av dagarna',
    en: 'Supervised on some days',
  },
  TAKE_HOME: { fi: 'Kotiannokset', sv: 'Hemdoser', en: 'Take-home doses' },
  PHARMACY: { fi: 'Apteekkisopimus', sv: 'Apoteksavtal', en: 'By agreement with a pharmacy' },
  DEPOT_INJECTION: { fi: 'Depotinjektio', sv: 'Depåinjektion', en: 'Depot injection' },
} as const satisfies Record<string, Names>;

export type OstMode = keyof typeof OST_MODES;

export interface CareUnit extends Names {
  readonly controller: HealthController;
}

const vth = (fi: string, sv: string, en: string): CareUnit => ({
  fi: `VTH, ${fi} poliklinikka`,
  sv: `Enheten för hälso- och sjukvård för fångar, polikliniken i ${sv}`,
  en: `Health Care Services for Prisoners, ${en} clinic`,
  controller: 'PRISON_HEALTH',
});

/** Care units. Those of public health care are named by their task: no real clinic is meant. */
export const CARE_UNITS = {
  VTH_HELSINKI: vth('Helsingin', 'Helsingfors', 'Helsinki'),
  VTH_VANTAA: vth('Vantaan', 'Vanda', 'Vantaa'),
  VTH_JOKELA: vth('Jokelan', 'Jokela', 'Jokela'),
  VTH_RIIHIMAKI: vth('Riihimäen', 'Riihimäki', 'Riihimäki'),
  VTH_HAMEENLINNA: vth('Hämeenlinnan', 'Tavastehus', 'Hämeenlinna'),
  VTH_TURKU: vth('Turun', 'Åbo', 'Turku'),
  HEL_OST_CLINIC: {
    fi: 'Helsingin korvaushoitopoliklinikka',
    sv: 'Helsingfors poliklinik för substitutionsbehandling',
    en: 'Helsinki substitution treatment clinic',
    controller: 'HELSINKI',
  },
  HEL_HEALTH_CENTRE: {
    fi: 'Helsingin terveysasema',
    sv: 'Helsingfors hälsostation',
    en: 'Helsinki health centre',
    controller: 'HELSINKI',
  },
  ESP_OST_CLINIC: {
    fi: 'Espoon korvaushoitopoliklinikka',
    sv: 'Esbo poliklinik för substitutionsbehandling',
    en: 'Espoo substitution treatment clinic',
    controller: 'WESTERN_UUSIMAA',
  },
  ESP_HEALTH_CENTRE: {
    fi: 'Espoon terveysasema',
    sv: 'Esbo hälsostation',
    en: 'Espoo health centre',
    controller: 'WESTERN_UUSIMAA',
  },
  VAN_OST_CLINIC: {
    fi: 'Vantaan korvaushoitopoliklinikka',
    sv: 'Vanda poliklinik för substitutionsbehandling',
    en: 'Vantaa substitution treatment clinic',
    controller: 'VANTAA_KERAVA',
  },
  VAN_HEALTH_CENTRE: {
    fi: 'Vantaan terveysasema',
    sv: 'Vanda hälsostation',
    en: 'Vantaa health centre',
    controller: 'VANTAA_KERAVA',
  },
  KEU_OST_CLINIC: {
    fi: 'Keski-Uudenmaan korvaushoitopoliklinikka',
    sv: 'Mellersta Nylands poliklinik för substitutionsbehandling',
    en: 'Central Uusimaa substitution treatment clinic',
    controller: 'CENTRAL_UUSIMAA',
  },
  KEU_HEALTH_CENTRE: {
    fi: 'Keski-Uudenmaan terveysasema',
    sv: 'Mellersta Nylands hälsostation',
    en: 'Central Uusimaa health centre',
    controller: 'CENTRAL_UUSIMAA',
  },
} as const satisfies Record<string, CareUnit>;

export type CareUnitCode = keyof typeof CARE_UNITS;

export const CARE_HANDOVER_STATES = {
  PLANNED: { fi: 'Suunniteltu', sv: 'Planerad', en: 'Planned' },
  SENT: { fi: 'Lähetetty', sv: 'Skickad', en: 'Sent' },
  RECEIVED: { fi: 'Vastaanotettu', sv: 'Mottagen', en: 'Received' },
  CARE_STARTED: { fi: 'Hoito alkanut', sv: 'Vården har inletts', en: 'Care started' },
} as const satisfies Record<string, Names>;

export type CareHandoverState = keyof typeof CARE_HANDOVER_STATES;

/** What the client's function limits at work: function, never a diagnosis. */
export const FUNCTIONAL_LIMITS = {
  PHYSICAL_STRAIN: { fi: 'Fyysinen kuormitus', sv: 'Fysisk belastning', en: 'Physical strain' },
  CONCENTRATION: { fi: 'Keskittyminen', sv: 'Koncentration', en: 'Concentration' },
  STRESS_TOLERANCE: { fi: 'Paineensieto', sv: 'Stresstålighet', en: 'Stress tolerance' },
  REGULAR_HOURS: { fi: 'Säännöllinen työaika', sv: 'Regelbunden arbetstid', en: 'Regular hours' },
  SOCIAL_SITUATIONS: { fi: 'Sosiaaliset tilanteet', sv: 'Sociala situationer', en: 'Social situations' },
  LEARNING: { fi: 'Uuden oppiminen', sv: 'Att lära sig nytt', en: 'Learning new things' },
  MOBILITY: { fi: 'Liikkuminen', sv: 'Rörlighet', en: 'Mobility' },
} as const satisfies Record<string, Names>;

export type FunctionalLimit = keyof typeof FUNCTIONAL_LIMITS;

export const WORK_ABILITY_STATEMENTS = {
  FULL: { fi: 'Työkykyinen', sv: 'Arbetsför', en: 'Able to work' },
  WITH_SUPPORT: { fi: 'Työkykyinen tuettuna', sv: 'Arbetsför med stöd', en: 'Able to work with support' },
  PART_TIME: { fi: 'Osatyökykyinen', sv: 'Partiellt arbetsför', en: 'Partly able to work' },
  NEEDS_ASSESSMENT: {
    fi: 'Työkyky on arvioitava tarkemmin',
    sv: 'Arbetsförmågan ska bedömas närmare',
    en: 'Needs a closer assessment',
  },
  UNABLE_FOR_NOW: { fi: 'Toistaiseksi työkyvytön', sv: 'Tills vidare arbetsoförmögen', en: 'Unable to work for now' },
} as const satisfies Record<string, Names>;

export type WorkAbilityStatement = keyof typeof WORK_ABILITY_STATEMENTS;
