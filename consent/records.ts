import { CATEGORIES, CATEGORY_NAMES } from '../schema/categories.ts';
import type { ClientFacts, ConsentEvent } from './decision.ts';
import { ALL_NAMES, purposeBits, recipientBits } from './names.ts';
import { isShareable, lists } from './tables.ts';

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
  /** `purposeBits`. */
  readonly purposes: number;
  /** `recipientBits`. */
  readonly recipients: number;
  /** Recipients in person. */
  readonly persons: readonly string[];
}

/**
 * The records of one client by the category that they name and whose source they name, in the order of their opening.
 *
 * The lists stand at the category's place in `CATEGORY_NAMES`: looking it up there is most of the speed. Consents that have
 * been taken back are there too, for the reason that they give; denials that have been are not.
 */
export interface RecordIndex {
  readonly consents: readonly (readonly AddressedRecord[])[];
  readonly denials: readonly (readonly AddressedRecord[])[];
}

/** The index of a client's records, made once for the facts, which must not change. Throws as `foldRecords` does. */
export function indexRecords(facts: ClientFacts): RecordIndex {
  const before = INDEXES.get(facts);
  if (before !== undefined) return before;
  const index = makeIndex(foldRecords(facts.events).map(address));
  INDEXES.set(facts, index);
  return index;
}

const INDEXES = new WeakMap<ClientFacts, RecordIndex>();
const NONE: readonly AddressedRecord[] = [];

function makeIndex(records: readonly AddressedRecord[]): RecordIndex {
  const consents = CATEGORY_NAMES.map(() => NONE);
  const denials = CATEGORY_NAMES.map(() => NONE);
  for (const record of records) {
    const isDenial = record.opening.kind === 'DENIED';
    const lists = isDenial ? denials : consents;
    for (const [index, category] of CATEGORY_NAMES.entries()) {
      if (!isNamed(record, category) || !namesSource(record, CATEGORIES[category].source)) continue;
      if (isDenial && isTaken(record, category)) continue;
      lists[index] = [...lists[index]!, record];
    }
  }
  return { consents, denials };
}

function address(record: FoldedRecord): AddressedRecord {
  const { id, opening, taken, withdrawn } = record;
  const { kind, purposes, recipients } = opening;
  const isAll = (list: readonly string[]) => kind === 'DENIED' && list.length === 0;
  return {
    id,
    opening,
    taken,
    withdrawn,
    purposes: isAll(purposes) ? ALL_NAMES : purposeBits(purposes),
    recipients: isAll(recipients) ? ALL_NAMES : recipientBits(recipients),
    persons: recipients.filter((name) => name.startsWith('person:')),
  };
}

function namesSource({ opening: { kind, sources } }: FoldedRecord, source: string): boolean {
  return sources.includes(source) || (kind === 'DENIED' && sources.length === 0);
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
