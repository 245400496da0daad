import { CATEGORIES, CATEGORY_NAMES } from '../schema/categories.ts';
import type { ClientFacts, ConsentEvent, Deny, Permit } from './decision.ts';
import { ALL_NAMES, categoryBits, purposeBits, recipientBits } from './names.ts';
import { remember } from './remember.ts';
import { isShareable, lists } from './tables.ts';
import { deny, permit } from './verdict.ts';

/** A consent or a denial as its events have left it. */
export interface FoldedRecord<E extends ConsentEvent = ConsentEvent> {
  readonly id: string;
  /** The GRANTED or DENIED event. */
  readonly opening: E;
  /** Categories that NARROWED events have taken away. */
  readonly taken: ReadonlySet<string>;
  readonly withdrawn: boolean;
}

/**
 * Folds a client's events into records, in the order of their opening.
 *
 * Narrowing and withdrawing only ever take away from the record they name, so the order of events does not matter: the
 * array may come in any. Throws `TypeError` on an event of unknown shape, because skipping it could permit more.
 */
export function foldRecords<E extends ConsentEvent>(events: readonly E[]): readonly FoldedRecord<E>[] {
  const withdrawn = new Set<string>();
  const taken = new Map<string, Set<string>>();
  const openings: E[] = [];
  for (const event of events) {
    checkShape(event);
    if (event.kind === 'WITHDRAWN') {
      withdrawn.add(event.recordId);
    } else if (event.kind === 'NARROWED') {
      const categories = taken.get(event.recordId) ?? new Set();
      for (const category of event.categories) categories.add(category);
      taken.set(event.recordId, categories);
    } else {
      openings.push(event);
    }
  }
  return openings.sort(byEpoch).map((opening) => ({
    id: opening.recordId,
    opening,
    taken: taken.get(opening.recordId) ?? NOTHING,
    withdrawn: withdrawn.has(opening.recordId),
  }));
}

/** The categories still in a record; a denial of all categories counts every one that can be shared. */
export function remainingOf(record: FoldedRecord): readonly string[] {
  const { opening, taken } = record;
  const named = opening.categories.length > 0 ? opening.categories : CATEGORY_NAMES.filter(isShareable);
  return named.filter((category) => !lists([...taken], category));
}

/** Did the record's opening name the category, by itself or by its whole? */
export function isNamed({ opening }: FoldedRecord, category: string): boolean {
  return (opening.kind === 'DENIED' && opening.categories.length === 0) || lists(opening.categories, category);
}

/** Has the category been taken out of the record? What takes a whole away takes its parts too. */
export function isTaken({ taken, withdrawn }: FoldedRecord, category: string): boolean {
  return withdrawn || (taken.size > 0 && lists([...taken], category));
}

/** A record with its addressees as sets of bits; ALL_NAMES where a denial names none. */
export interface AddressedRecord extends FoldedRecord {
  /** The verdict that rests on it while it is in force. */
  readonly verdict: Permit | Deny;
  /** `categoryBits` of those that it names together with their source; of a denial, those that are left. */
  readonly categories: number;
  /** `purposeBits`. */
  readonly purposes: number;
  /** `recipientBits`. */
  readonly recipients: number;
  /** Recipients in person. */
  readonly persons: readonly string[];
}

/** The records of one client in the order of their opening. Consents taken back are there too, for the reason that they give. */
export interface RecordIndex {
  readonly consents: readonly AddressedRecord[];
  readonly denials: readonly AddressedRecord[];
}

/** Is the record addressed to a caller: for the purpose, and to one of the recipients or to the person? */
export function isAddressedTo(record: AddressedRecord, purposes: number, recipients: number, person: string): boolean {
  if ((record.purposes & purposes) === 0) return false;
  return (record.recipients & recipients) !== 0 || (record.persons.length > 0 && record.persons.includes(person));
}

/** The index of a client's records, made once for the facts, which must not change. Throws as `foldRecords` does. */
export function indexRecords(facts: ClientFacts): RecordIndex {
  return remember(INDEXES, facts, () => makeIndex(foldRecords(facts.events).map(address)));
}

const INDEXES = new WeakMap<ClientFacts, RecordIndex>();

function makeIndex(records: readonly AddressedRecord[]): RecordIndex {
  return {
    consents: records.filter(({ opening }) => opening.kind === 'GRANTED'),
    denials: records.filter(({ opening }) => opening.kind === 'DENIED'),
  };
}

function address(record: FoldedRecord): AddressedRecord {
  const { id, opening, taken, withdrawn } = record;
  const { kind, purposes, recipients } = opening;
  const isDenial = kind === 'DENIED';
  const isAll = (list: readonly string[]) => isDenial && list.length === 0;
  const categories = CATEGORY_NAMES.filter(
    (name) =>
      isNamed(record, name) &&
      (isAll(opening.sources) || opening.sources.includes(CATEGORIES[name].source)) &&
      !(isDenial && isTaken(record, name)),
  );
  return {
    id,
    opening,
    taken,
    withdrawn,
    categories: categoryBits(categories),
    verdict: isDenial ? deny('NO_BASIS', 'CLIENT_DENIED', id) : permit('CONSENT', id),
    purposes: isAll(purposes) ? ALL_NAMES : purposeBits(purposes),
    recipients: isAll(recipients) ? ALL_NAMES : recipientBits(recipients),
    persons: recipients.filter((name) => name.startsWith('person:')),
  };
}

const NOTHING: ReadonlySet<string> = new Set();
const KINDS: ReadonlySet<string> = new Set(['GRANTED', 'DENIED', 'NARROWED', 'WITHDRAWN']);

function checkShape(event: ConsentEvent): void {
  const opens = event.kind === 'GRANTED' || event.kind === 'DENIED';
  const sound =
    KINDS.has(event.kind) &&
    typeof event.recordId === 'string' &&
    (!opens || event.recordId === event.id) &&
    typeof event.epoch === 'bigint' &&
    [event.categories, event.sources, event.recipients, event.purposes].every(Array.isArray);
  if (!sound) throw new TypeError('expected a ledger event of a known kind with its record, epoch and arrays');
}

function byEpoch(a: ConsentEvent, b: ConsentEvent): number {
  if (a.epoch !== b.epoch) return a.epoch < b.epoch ? -1 : 1;
  return a.recordId < b.recordId ? -1 : Number(a.recordId > b.recordId);
}
