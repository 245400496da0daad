const SHAPE = /^\d{6}[+\-YXWVUA-F]\d{3}[0-9ABCDEFHJKLMNPRSTUVWXY]$/;
const CHECK_CHARACTERS = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** Separators by century (690/2022); the first of each is the original, the others came in 2023. */
const SEPARATORS = { 18: '+', 19: '-YXWVU', 20: 'ABCDEF' } as const;

export interface IdentityCode {
  /** ISO date. */
  readonly birthDate: string;
  /** It tells two people with otherwise equal codes apart. */
  readonly separator: string;
  /** 002–899, or 900–999 for an artificial person. Nothing about sex is read from it. */
  readonly individualNumber: number;
  /** An individual number of 900–999 never belongs to a real person. */
  readonly artificial: boolean;
}

/**
 * The parts of a personal identity code (henkilötunnus, personbeteckning), or null when it is none:
 * wrong shape, a date that does not exist, or a wrong check character. Never throws; upper case only.
 *
 * Source: 128/2023 § 11 and the Digital and Population Data Services Agency's description of the code.
 */
export function parseIdentityCode(text: string): IdentityCode | null {
  if (!SHAPE.test(text)) return null;
  const separator = text[6]!;
  const birthDate = isoDate(text.slice(0, 2), text.slice(2, 4), `${century(separator)}${text.slice(4, 6)}`);
  const individualNumber = Number(text.slice(7, 10));
  if (birthDate === null || individualNumber < 2) return null;
  if (text[10] !== checkCharacter(text.slice(0, 6), individualNumber)) return null;
  return { birthDate, separator, individualNumber, artificial: individualNumber >= 900 };
}

export function isIdentityCode(text: string): boolean {
  return parseIdentityCode(text) !== null;
}

/**
 * The code for a birth date (ISO), an individual number (2–999) and a separator of that century (default the original).
 *
 * Throws `RangeError` for a date that does not exist, a number out of range or another century's separator.
 */
export function formatIdentityCode(birthDate: string, individualNumber: number, separator?: string): string {
  const [year = '', month = '', day = ''] = birthDate.split('-');
  const allowed = SEPARATORS[Number(year.slice(0, 2)) as keyof typeof SEPARATORS];
  if (allowed === undefined || isoDate(day, month, year) !== birthDate) throw new RangeError('not a birth date');
  if (!Number.isInteger(individualNumber) || individualNumber < 2 || individualNumber > 999) {
    throw new RangeError('the individual number is 2–999');
  }
  const sign = separator ?? allowed[0]!;
  if (sign.length !== 1 || !allowed.includes(sign)) throw new RangeError('the separator belongs to another century');
  const digits = `${day}${month}${year.slice(2)}`;
  return `${digits}${sign}${String(individualNumber).padStart(3, '0')}${checkCharacter(digits, individualNumber)}`;
}

function checkCharacter(digits: string, individualNumber: number): string {
  return CHECK_CHARACTERS[(Number(digits) * 1000 + individualNumber) % 31]!;
}

function century(separator: string): number {
  if (SEPARATORS[18].includes(separator)) return 18;
  return SEPARATORS[20].includes(separator) ? 20 : 19;
}

function isoDate(day: string, month: string, year: string): string | null {
  const text = `${year}-${month}-${day}`;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) ? text : null;
}
