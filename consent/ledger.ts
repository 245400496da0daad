import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import {
  type ConsentDraft,
  checkCategories,
  checkConsent,
  checkDenial,
  checkId,
  checkRecording,
  type DenialDraft,
} from './draft.ts';
import { LedgerError } from './errors.ts';
import { EVENT_COLUMNS, type EventRow, eventOfRow, eventToRow, INSERT_EVENT, type LedgerEvent } from './event.ts';
import { checkLifting, checkMandate } from './guardian.ts';
import type { InformationLanguage } from './information.ts';
import type { Recording } from './recording.ts';
import { type FoldedRecord, foldRecords, isNamed, isTaken, remainingOf } from './records.ts';
import { changeFacts, type InTransaction, type LedgerTransaction } from './transaction.ts';

/*
 * The consent ledger: the append-only history of what each client consents to and denies.
 *
 * Durability. A function returns after its change is durable, and only then. When it throws, nothing was changed and no epoch
 * was taken; the one exception is OUTCOME_UNKNOWN, when the connection broke while the commit was under way: repeat the call
 * with the same `id`, which records once and answers with the event that is in the ledger.
 *
 * Consistency. Changes of facts and appends to the audit log stand in one serial order (see LEDGER_LOCK). A disclosure is
 * either before a withdrawal or decided anew; no entry relies on a consent after its withdrawal has committed. Each change
 * takes the client's next epoch, without gaps. Other replicas hear `<client id>:<epoch>` on the channel `consent_changed`
 * after the commit; correctness never depends on their hearing it.
 *
 * Company. `inTransaction` runs after the change and before the commit, on the same connection: what the caller writes there
 * (the audit entry) is durable exactly when the change is. What it throws undoes the change. A repeated call does not run it.
 *
 * Who may. The ledger does not ask: the caller has asked `mayRecord`. But what a guardian records must be within a mandate
 * that is in force in the transaction of the change, and no guardian lifts a denial that is against guardians.
 */

/** Records a consent. It lifts nothing that a denial binds. Throws `LedgerError`. */
export async function grantConsent(
  pool: Pool,
  draft: ConsentDraft,
  recording: Recording,
  inTransaction?: InTransaction<LedgerEvent>,
): Promise<LedgerEvent> {
  checkRecording(recording);
  return changeFacts(pool, draft.clientId, async (transaction) => {
    checkConsent(draft, transaction.at);
    const period = { from: draft.from ?? transaction.at, until: draft.until ?? null };
    return open(transaction, 'GRANTED', draft, period, recording, inTransaction);
  });
}

/** Records a denial: in force at once and until it is withdrawn, stronger than any consent. Throws `LedgerError`. */
export async function denyAccess(
  pool: Pool,
  draft: DenialDraft,
  recording: Recording,
  inTransaction?: InTransaction<LedgerEvent>,
): Promise<LedgerEvent> {
  checkRecording(recording);
  return changeFacts(pool, draft.clientId, async (transaction) => {
    checkDenial(draft);
    return open(transaction, 'DENIED', draft, { from: transaction.at, until: null }, recording, inTransaction);
  });
}

export interface Withdrawal {
  /** As in `DenialDraft`. */
  readonly id?: string;
  readonly clientId: string;
  /** The consent or denial: the id of the event that opened it. */
  readonly recordId: string;
  /** Only these; left out: the whole record. */
  readonly categories?: readonly string[];
}

/** Withdraws a consent or a denial, whole (WITHDRAWN) or in part (NARROWED), as easily as it was given. Throws `LedgerError`. */
export async function withdrawConsent(
  pool: Pool,
  withdrawal: Withdrawal,
  recording: Recording,
  inTransaction?: InTransaction<LedgerEvent>,
): Promise<LedgerEvent> {
  checkRecording(recording);
  checkId(withdrawal.recordId);
  if (withdrawal.id !== undefined) checkId(withdrawal.id);
  const categories = withdrawal.categories && unique(withdrawal.categories);
  if (categories) checkCategories(categories);
  if (categories?.length === 0) throw new LedgerError('CATEGORIES_MISSING');
  return changeFacts(pool, withdrawal.clientId, async (transaction) => {
    const repeated = await findEvent(transaction, withdrawal.id);
    if (repeated) return checkRepeated(repeated, isSameWithdrawal(repeated, withdrawal, categories));
    const record = await findRecord(transaction, withdrawal);
    const taken = categories ?? remainingOf(record);
    const isIn = (name: string) => isNamed(record, name) && !isTaken(record, name);
    if (!taken.every(isIn)) throw new LedgerError('CATEGORY_NOT_IN_RECORD');
    checkLifting(recording, record.opening);
    await checkMandate(transaction, withdrawal.clientId, recording, taken);
    const left = remainingOf({ ...record, taken: new Set([...record.taken, ...taken]) });
    const change: Change = {
      ...record.opening,
      ...recording,
      id: withdrawal.id ?? randomUUID(),
      kind: left.length === 0 ? 'WITHDRAWN' : 'NARROWED',
      categories: taken,
      from: transaction.at,
      until: null,
    };
    return append(transaction, change, inTransaction);
  });
}

type Change = Omit<LedgerEvent, 'epoch' | 'at'>;

async function open(
  transaction: LedgerTransaction,
  kind: 'GRANTED' | 'DENIED',
  draft: DenialDraft,
  period: Pick<LedgerEvent, 'from' | 'until'>,
  recording: Recording,
  inTransaction: InTransaction<LedgerEvent> | undefined,
): Promise<LedgerEvent> {
  const id = draft.id ?? randomUUID();
  const change: Change = {
    id,
    clientId: draft.clientId,
    kind,
    recordId: id,
    categories: unique(draft.categories),
    sources: unique(draft.sources),
    recipients: unique(draft.recipients),
    purposes: unique(draft.purposes),
    ...period,
    informationVersion: draft.informationVersion,
    informationLanguage: draft.informationLanguage as InformationLanguage,
    ...recording,
  };
  const repeated = await findEvent(transaction, draft.id);
  if (repeated) return checkRepeated(repeated, isSameOpening(repeated, change));
  await checkMandate(transaction, draft.clientId, recording, change.categories);
  return append(transaction, change, inTransaction);
}

async function append(
  transaction: LedgerTransaction,
  change: Change,
  inTransaction: InTransaction<LedgerEvent> | undefined,
): Promise<LedgerEvent> {
  const event: LedgerEvent = { ...change, epoch: await transaction.nextEpoch(), at: transaction.at };
  await transaction.query(INSERT_EVENT, eventToRow(event));
  await inTransaction?.(transaction.connection, event);
  return event;
}

async function findEvent(transaction: LedgerTransaction, id: string | undefined): Promise<LedgerEvent | undefined> {
  if (id === undefined) return undefined;
  const [row] = await transaction.query<EventRow>(`SELECT ${EVENT_COLUMNS} FROM consent.events WHERE id = $1`, [id]);
  return row && eventOfRow(row);
}

/** The record, unless it has been withdrawn. Another client's record is no record. */
async function findRecord(
  transaction: LedgerTransaction,
  { clientId, recordId }: Withdrawal,
): Promise<FoldedRecord<LedgerEvent>> {
  const rows = await transaction.query<EventRow>(
    `SELECT ${EVENT_COLUMNS} FROM consent.events WHERE record_id = $1 AND client_id = $2`,
    [recordId, clientId],
  );
  const [record] = foldRecords(rows.map(eventOfRow));
  if (record === undefined) throw new LedgerError('RECORD_NOT_FOUND');
  if (record.withdrawn) throw new LedgerError('ALREADY_WITHDRAWN');
  return record;
}

function checkRepeated(event: LedgerEvent, isSame: boolean): LedgerEvent {
  if (!isSame) throw new LedgerError('ID_IN_USE');
  return event;
}

function isSameOpening(event: LedgerEvent, change: Change): boolean {
  return (
    event.clientId === change.clientId &&
    event.kind === change.kind &&
    event.until === change.until &&
    isSameSet(event.categories, change.categories) &&
    isSameSet(event.sources, change.sources) &&
    isSameSet(event.recipients, change.recipients) &&
    isSameSet(event.purposes, change.purposes)
  );
}

function isSameWithdrawal(
  event: LedgerEvent,
  { clientId, recordId }: Withdrawal,
  categories?: readonly string[],
): boolean {
  const isSamePart = categories ? isSameSet(event.categories, categories) : event.kind === 'WITHDRAWN';
  return event.clientId === clientId && event.recordId === recordId && event.id !== recordId && isSamePart;
}

function isSameSet(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
