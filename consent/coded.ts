import { AGENCIES, CATEGORIES, isCategory, type Names } from '../schema/categories.ts';
import { isPurpose, isRole, PURPOSES, ROLES } from '../schema/purposes.ts';
import type { LedgerRecord } from './history.ts';
import { foldRecords, remainingOf } from './records.ts';
import { isAgency } from './tables.ts';

/** A code of the ledger with its names; a code that the hub no longer knows has none. */
export interface Coded {
  readonly code: string;
  readonly names: Names | undefined;
}

/** One recipient of a consent or denial; a person has an id and never a name. */
export interface CodedRecipient extends Coded {
  readonly kind: 'agency' | 'role' | 'person';
}

/** What a record covers after its narrowings. The withdrawal of the whole takes nothing from it: a lapsed record still says what it covered. */
export interface Coverage {
  /** A denial of every category, those to come included; `left` is empty then. */
  readonly all: boolean;
  readonly left: readonly string[];
  readonly taken: readonly string[];
}

export function codedCategory(code: string): Coded {
  return { code, names: isCategory(code) ? CATEGORIES[code].names : undefined };
}

export function codedAgency(code: string): Coded {
  return { code, names: isAgency(code) ? AGENCIES[code] : undefined };
}

export function codedPurpose(code: string): Coded {
  return { code, names: isPurpose(code) ? PURPOSES[code] : undefined };
}

/** Reads `agency:…`, `role:…` or `person:…`; throws `TypeError` on anything else, because an export may not guess. */
export function codedRecipient(recipient: string): CodedRecipient {
  const colon = recipient.indexOf(':');
  const code = recipient.slice(colon + 1);
  switch (recipient.slice(0, colon)) {
    case 'agency':
      return { kind: 'agency', ...codedAgency(code) };
    case 'role':
      return { kind: 'role', code, names: isRole(code) ? ROLES[code] : undefined };
    case 'person':
      return { kind: 'person', code, names: undefined };
    default:
      throw new TypeError('expected a recipient agency:…, role:… or person:…');
  }
}

/** Throws `TypeError` on a malformed history. */
export function coverageOf({ opening, history }: LedgerRecord): Coverage {
  const [folded] = foldRecords(history);
  if (folded === undefined) throw new TypeError('expected a record with its opening event');
  if (opening.categories.length === 0 && folded.taken.size === 0) return { all: true, left: [], taken: [] };
  const left = remainingOf(folded);
  // With a whole its parts went too, though no event names them.
  const gone = opening.categories.filter((category) => !left.includes(category));
  return { all: false, left, taken: [...new Set([...folded.taken, ...gone])] };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
