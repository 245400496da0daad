import type { AddressKind, Language } from '../schema/codes/contact.ts';
import type { HousingClassCode } from '../schema/codes/housing.ts';
import { isoDate } from './calendar.ts';
import type { Ground } from './ground.ts';
import { lastNameOf, ORIGINS, type Origin } from './names.ts';
import { PLACES, STREETS } from './places.ts';
import type { Random } from './random.ts';

export interface PersonRow {
  readonly personalIdentityCode: string;
  readonly firstNames: string;
  readonly callName: string;
  readonly lastName: string;
  readonly language: Language;
  readonly interpreterLanguage: Language | null;
  readonly municipality: string | null;
  readonly protectionOrder: boolean;
  readonly protectionOrderUntil: string | null;
}

export interface PhoneRow {
  readonly id: string;
  readonly number: string;
  readonly preferred: boolean;
}

export interface AddressRow {
  readonly id: string;
  readonly kind: AddressKind;
  readonly street: string;
  readonly postalCode: string;
  readonly postOffice: string;
  readonly validFrom: string;
  readonly validUntil: string | null;
}

export function person({ code, today, traits, stream }: Ground): PersonRow {
  const random = stream('person');
  const { woman, origin, protectionOrder } = traits;
  const names = ORIGINS[origin];
  const given = random.some<string>(woman ? names.women : names.men, origin === 'SOMALI' || random.chance(0.2) ? 1 : 2);
  const { language, interpreter } = languagesOf(random, origin);
  return {
    personalIdentityCode: code,
    firstNames: given.join(' '),
    callName: random.chance(0.8) ? given[0]! : given.at(-1)!,
    lastName: lastNameOf(origin, random.pick<string>(names.last), woman),
    language,
    interpreterLanguage: interpreter,
    municipality: random.chance(0.99) ? traits.municipality : null,
    protectionOrder,
    // Five years at first, two at a time after that (661/2009 § 37).
    protectionOrderUntil: protectionOrder ? isoDate(today + random.int(20, 1_500)) : null,
  };
}

/** About one in six has no phone that anybody knows. */
export function phones({ stream }: Ground): PhoneRow[] {
  const random = stream('phones');
  const count = random.chance(0.16) ? 0 : random.chance(0.12) ? 2 : 1;
  return Array.from({ length: count }, (_, n) => ({ id: random.uuid(), number: phone(random), preferred: n === 0 }));
}

/** The homeless have a postal address at most; the earlier home of some stays in the register. */
export function addresses({ today, traits, housing, path, stream }: Ground): AddressRow[] {
  const random = stream('addresses');
  const swedish = traits.origin === 'FINLAND_SWEDISH';
  const place = PLACES[traits.municipality];
  const moved = today - random.int(60, 2_500);
  const home = (kind: AddressKind, from: number, until: number | null): AddressRow => ({
    id: random.uuid(),
    kind,
    street: `${random.pick(STREETS[swedish ? 'sv' : 'fi'])} ${random.int(1, 60)} ${random.pick(['A', 'B', 'C', 'D'])} ${random.int(1, 80)}`,
    postalCode: random.pick(place.postalCodes),
    postOffice: swedish ? place.sv : place.fi,
    validFrom: isoDate(from),
    validUntil: until === null ? null : isoDate(until),
  });
  if (HOUSED.includes(housing)) return [home('PERMANENT', moved, null)];
  const rows = random.chance(0.5) ? [home('PERMANENT', moved - 700, moved)] : [];
  if (housing === 'WITH_ACQUAINTANCES' && path.stage !== 'OUTSIDE') rows.push(home('TEMPORARY', moved, null));
  else if (random.chance(0.5)) rows.push({ ...home('POSTAL', moved, null), street: 'Poste restante' });
  return rows;
}

const HOUSED: readonly HousingClassCode[] = ['OWN_TENANCY', 'SUPPORTED_HOUSING'];

/** A made-up number in a prefix that is not in use. */
function phone(random: Random): string {
  return `+358 43 0${random.int(10, 99)} ${String(random.int(0, 9_999)).padStart(4, '0')}`;
}

const MOTHER_TONGUES: Readonly<Record<Origin, Language>> = {
  FINNISH: 'FI',
  FINLAND_SWEDISH: 'SV',
  RUSSIAN: 'RU',
  ESTONIAN: 'ET',
  SOMALI: 'SO',
  ARABIC: 'AR',
  PERSIAN: 'FA',
};

/** Who needs an interpreter is served in the interpreter's language; others in a national language or English. */
function languagesOf(random: Random, origin: Origin): { language: Language; interpreter: Language | null } {
  const tongue = MOTHER_TONGUES[origin];
  if (tongue === 'FI' || tongue === 'SV') return { language: tongue, interpreter: null };
  if (random.chance(0.45)) return { language: tongue, interpreter: tongue };
  return { language: random.chance(0.8) ? 'FI' : 'EN', interpreter: null };
}
