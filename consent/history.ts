import type { Pool } from 'pg';
import { LedgerError } from './errors.ts';
import { EVENT_COLUMNS, type EventRow, eventOfRow, type LedgerEvent } from './event.ts';
import { isId } from './id.ts';
import { type FoldedRecord, foldRecords, remainingOf } from './records.ts';

/** NARROWED: in force, with some categories taken away. A denial never expires. */
export type RecordState = 'NOT_YET_IN_FORCE' | 'IN_FORCE' | 'NARROWED' | 'EXPIRED' | 'WITHDRAWN';

/** A consent or a denial with its whole history: for the client and the auditor, never for a professional. */
export interface LedgerRecord {
  readonly id: string;
  readonly clientId: string;
  readonly kind: 'CONSENT' | 'DENIAL';
  readonly state: RecordState;
  /** The categories still in it; empty when withdrawn. */
  readonly categories: readonly string[];
  readonly opening: LedgerEvent;
  /** Every event of the record, oldest first; the opening is the first. */
  readonly history: readonly LedgerEvent[];
}

/**
 * All records of any number of clients, oldest first, with one statement; `now` in ms since epoch.
 *
 * Every id asked for is in the answer; unknown and malformed ids have no records. Throws `LedgerError` LEDGER_UNAVAILABLE.
 */
export async function listRecords(
  pool: Pick<Pool, 'query'>,
  clientIds: readonly string[],
  now: number,
): Promise<Map<string, readonly LedgerRecord[]>> {
  const events = new Map<string, LedgerEvent[]>(clientIds.map((id) => [id, []]));
  if (events.size === 0) return events as Map<string, never[]>;
  const query = { text: EVENTS, values: [[...events.keys()].filter(isId)], query_timeout: 5_000 };
  const { rows } = await pool.query<EventRow>(query).catch((cause: unknown) => {
    throw new LedgerError('LEDGER_UNAVAILABLE', cause);
  });
  for (const row of rows) events.get(row.client_id)?.push(eventOfRow(row));
  return new Map([...events].map(([id, list]) => [id, recordsOf(list, now)]));
}

const EVENTS = `SELECT ${EVENT_COLUMNS} FROM consent.events WHERE client_id = ANY ($1::uuid[]) ORDER BY client_id, epoch`;

function recordsOf(events: readonly LedgerEvent[], now: number): readonly LedgerRecord[] {
  return foldRecords(events).map((record) => ({
    id: record.id,
    clientId: record.opening.clientId,
    kind: record.opening.kind === 'GRANTED' ? 'CONSENT' : 'DENIAL',
    state: stateOf(record, now),
    categories: record.withdrawn ? [] : remainingOf(record),
    opening: record.opening,
    history: events.filter(({ recordId }) => recordId === record.id),
  }));
}

function stateOf({ opening, taken, withdrawn }: FoldedRecord, now: number): RecordState {
  if (withdrawn) return 'WITHDRAWN';
  if (opening.kind === 'GRANTED') {
    if (opening.until !== null && opening.until <= now) return 'EXPIRED';
    if (now < opening.from) return 'NOT_YET_IN_FORCE';
  }
  return taken.size > 0 ? 'NARROWED' : 'IN_FORCE';
}
