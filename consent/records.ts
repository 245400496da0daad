import { CATEGORY_NAMES } from '../schema/categories.ts';
import type { ConsentEvent } from './decision.ts';
import { isShareable } from './tables.ts';

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
export function remainingOf({ opening, taken }: FoldedRecord): readonly string[] {
  const named = opening.categories.length > 0 ? opening.categories : CATEGORY_NAMES.filter(isShareable);
  return named.filter((category) => !taken.has(category));
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
