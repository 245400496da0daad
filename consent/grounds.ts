import type { Names } from '../schema/categories.ts';

/** When a worker may look without a relationship and despite a denial (rule 6): life or health is at stake now. */
export const EMERGENCY_GROUNDS = {
  ACUTE_ILLNESS: { fi: 'Äkillinen sairaus tai vamma', sv: 'Akut sjukdom eller skada', en: 'Acute illness or injury' },
  OVERDOSE: { fi: 'Yliannostus', sv: 'Överdos', en: 'Overdose' },
  SUICIDE_RISK: { fi: 'Itsemurhavaara', sv: 'Självmordsrisk', en: 'Risk of suicide' },
  VIOLENCE: { fi: 'Väkivallan uhka', sv: 'Hot om våld', en: 'Threat of violence' },
  MISSING: { fi: 'Katoaminen', sv: 'Försvinnande', en: 'Missing person' },
} as const satisfies Record<string, Names>;

export type EmergencyGround = keyof typeof EMERGENCY_GROUNDS;

/** The grounds of the statutes that ask for a specified, reasoned request (consent/bases.ts). */
export const REQUEST_GROUNDS = {
  // 1301/2021 § 16
  SENTENCE_PLANNING: {
    fi: 'Rangaistusajan suunnittelu ja sijoittelu',
    sv: 'Planering av strafftiden och placering',
    en: 'Planning of the sentence and placement',
  },
  RELEASE: { fi: 'Vapautumisen valmistelu', sv: 'Förberedelse av frigivning', en: 'Preparation of release' },
  SAFETY: { fi: 'Turvallisuus vankilassa', sv: 'Säkerheten i fängelset', en: 'Safety in prison' },
  // 703/2023 § 56, the three grounds
  IMMEDIATE_NEED: {
    fi: 'Välitön hoidon tai huollon tarve',
    sv: 'Omedelbart behov av vård eller omsorg',
    en: 'Immediate need of care',
  },
  CHILDS_INTEREST: { fi: 'Lapsen etu', sv: 'Barnets bästa', en: 'The interest of a child' },
  VITAL_INTERESTS: {
    fi: 'Asiakkaan välttämättömät edut, joita hän ei itse kykene arvioimaan',
    sv: 'Klientens nödvändiga intressen som klienten inte själv kan bedöma',
    en: 'Vital interests that the client cannot judge',
  },
} as const satisfies Record<string, Names>;

export type RequestGround = keyof typeof REQUEST_GROUNDS;

export const CARE_REQUEST_GROUNDS: readonly RequestGround[] = ['SENTENCE_PLANNING', 'RELEASE', 'SAFETY'];

export const SOCIAL_DESPITE_GROUNDS: readonly RequestGround[] = [
  'IMMEDIATE_NEED',
  'CHILDS_INTEREST',
  'VITAL_INTERESTS',
];

export function isEmergencyGround(name: unknown): name is EmergencyGround {
  return typeof name === 'string' && Object.hasOwn(EMERGENCY_GROUNDS, name);
}
