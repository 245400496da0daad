import type { Names } from '../categories.ts';

/** Languages of service and of interpreting, by ISO 639-1. */
export const LANGUAGES = {
  FI: { fi: 'suomi', sv: 'finska', en: 'Finnish' },
  SV: { fi: 'ruotsi', sv: 'svenska', en: 'Swedish' },
  EN: { fi: 'englanti', sv: 'engelska', en: 'English' },
  RU: { fi: 'venäjä', sv: 'ryska', en: 'Russian' },
  ET: { fi: 'viro', sv: 'estniska', en: 'Estonian' },
  AR: { fi: 'arabia', sv: 'arabiska', en: 'Arabic' },
  SO: { fi: 'somali', sv: 'somaliska', en: 'Somali' },
  FA: { fi: 'farsi', sv: 'persiska', en: 'Persian' },
} as const satisfies Record<string, Names>;

/** ISO 639-1 in upper case, as GraphQL enum names are written. */
export type Language = keyof typeof LANGUAGES;

export const ADDRESS_KINDS = {
  PERMANENT: { fi: 'Vakinainen osoite', sv: 'Stadigvarande adress', en: 'Permanent address' },
  TEMPORARY: { fi: 'Tilapäinen osoite', sv: 'Tillfällig adress', en: 'Temporary address' },
  POSTAL: { fi: 'Postiosoite', sv: 'Postadress', en: 'Postal address' },
} as const satisfies Record<string, Names>;

export type AddressKind = keyof typeof ADDRESS_KINDS;

export const WORKER_ROLES = {
  RESPONSIBLE: { fi: 'Vastuutyöntekijä', sv: 'Ansvarig arbetstagare', en: 'Responsible worker' },
  COORDINATOR: { fi: 'Työkykykoordinaattori', sv: 'Arbetsförmågekoordinator', en: 'Work-ability coordinator' },
  PEER: { fi: 'Vertaistukija', sv: 'Kamratstödjare', en: 'Peer supporter' },
} as const satisfies Record<string, Names>;

export type WorkerRole = keyof typeof WORKER_ROLES;
