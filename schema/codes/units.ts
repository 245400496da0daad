import type { Names } from '../categories.ts';

export interface PrisonUnit extends Names {
  readonly security: 'CLOSED' | 'OPEN' | 'BOTH';
  /** ISO dates; a unit without an end is in use. */
  readonly validFrom: string;
  readonly validUntil?: string;
}

/** The prison service's present organisation; older units keep the same code, so their earlier dates are not told here. */
const REORGANISED = '2022-09-01';

const unit = (place: string, genitive: string, sv: string, security: PrisonUnit['security']): PrisonUnit => ({
  fi: `${genitive} vankila`,
  sv: `${sv} fängelse`,
  en: `${place} prison`,
  security,
  validFrom: REORGANISED,
});

/**
 * Prison units, from south to north. A closed unit keeps its code and gets a `validUntil`: old stays name it.
 *
 * Swedish names follow the place's Swedish name where there is one.
 */
export const PRISON_UNITS = {
  HELSINKI: unit('Helsinki', 'Helsingin', 'Helsingfors', 'BOTH'),
  VANTAA: unit('Vantaa', 'Vantaan', 'Vanda', 'CLOSED'),
  SUOMENLINNA: unit('Suomenlinna', 'Suomenlinnan', 'Sveaborgs', 'OPEN'),
  JOKELA: unit('Jokela', 'Jokelan', 'Jokela', 'CLOSED'),
  KERAVA: unit('Kerava', 'Keravan', 'Kervo', 'OPEN'),
  RIIHIMAKI: unit('Riihimäki', 'Riihimäen', 'Riihimäki', 'CLOSED'),
  HAMEENLINNA: unit('Hämeenlinna', 'Hämeenlinnan', 'Tavastehus', 'CLOSED'),
  VANAJA: unit('Vanaja', 'Vanajan', 'Vanaja', 'OPEN'),
  KYLMAKOSKI: unit('Kylmäkoski', 'Kylmäkosken', 'Kylmäkoski', 'CLOSED'),
  TURKU: unit('Turku', 'Turun', 'Åbo', 'CLOSED'),
  KAYRA: unit('Käyrä', 'Käyrän', 'Käyrä', 'OPEN'),
  KOYLIO: unit('Köyliö', 'Köyliön', 'Kjulo', 'BOTH'),
  VAASA: unit('Vaasa', 'Vaasan', 'Vasa', 'CLOSED'),
  VILPPULA: unit('Vilppula', 'Vilppulan', 'Filpula', 'OPEN'),
  JYVASKYLA: unit('Jyväskylä', 'Jyväskylän', 'Jyväskylä', 'CLOSED'),
  NAARAJARVI: unit('Naarajärvi', 'Naarajärven', 'Naarajärvi', 'OPEN'),
  MIKKELI: unit('Mikkeli', 'Mikkelin', 'S:t Michels', 'CLOSED'),
  SULKAVA: unit('Sulkava', 'Sulkavan', 'Sulkava', 'OPEN'),
  KUOPIO: unit('Kuopio', 'Kuopion', 'Kuopio', 'CLOSED'),
  SUKEVA: unit('Sukeva', 'Sukevan', 'Sukeva', 'CLOSED'),
  PYHASELKA: unit('Pyhäselkä', 'Pyhäselän', 'Pyhäselkä', 'CLOSED'),
  JUUKA: unit('Juuka', 'Juuan', 'Juuka', 'OPEN'),
  PELSO: unit('Pelso', 'Pelson', 'Pelso', 'BOTH'),
  KESTILA: unit('Kestilä', 'Kestilän', 'Kestilä', 'OPEN'),
  OULU: unit('Oulu', 'Oulun', 'Uleåborgs', 'CLOSED'),
  YLITORNIO: unit('Ylitornio', 'Ylitornion', 'Övertorneå', 'OPEN'),
} as const satisfies Record<string, PrisonUnit>;

export type PrisonUnitCode = keyof typeof PRISON_UNITS;

/** Whether the unit is in use on the day (ISO date); the last day of validity counts. */
export function unitInUse(code: PrisonUnitCode, on: string): boolean {
  const { validFrom, validUntil }: PrisonUnit = PRISON_UNITS[code];
  return validFrom <= on && (validUntil === undefined || on <= validUntil);
}
