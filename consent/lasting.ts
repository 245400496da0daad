import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { checkId, checkPeriod } from './draft.ts';
import { LedgerError, type LedgerErrorCode } from './errors.ts';
import { checkRelated, type FactChange, insertFact, insertRow, roleAmong } from './fact.ts';
import { PROFESSIONAL_ROLES } from './tables.ts';
import { changeFacts, type InTransaction } from './transaction.ts';

/** The facts that a worker records for a client and that somebody may end. */
const TABLES = {
  guardians: { ends: 'guardian_ends', key: 'guardian_id', absent: 'GUARDIAN_NOT_FOUND' },
  joint_plans: { ends: 'joint_plan_ends', key: 'joint_plan_id', absent: 'JOINT_PLAN_NOT_FOUND' },
  restrictions: { ends: 'restriction_ends', key: 'restriction_id', absent: 'RESTRICTION_NOT_FOUND' },
} as const satisfies Record<string, { readonly absent: LedgerErrorCode; readonly [name: string]: string }>;

export type LastingTable = keyof typeof TABLES;

export interface LastingDraft {
  /** As in `DenialDraft`. */
  readonly id?: string;
  readonly clientId: string;
  /** Ms since epoch; now unless said otherwise. */
  readonly from?: number;
  readonly until?: number | null;
}

/**
 * Records a fact that lasts until it is ended or its time is over; the same id and content twice records once.
 *
 * Only for a client with whom the caller has a relationship that stands in the transaction of the change. `endOf` gives the
 * end of what begins at that moment; the draft's own unless said otherwise. Throws `LedgerError`.
 */
export async function recordLasting(
  pool: Pool,
  principal: Principal,
  table: LastingTable,
  draft: LastingDraft,
  columns: Readonly<Record<string, unknown>>,
  inTransaction: InTransaction<FactChange> | undefined,
  endOf: (at: number) => number | null = () => draft.until ?? null,
): Promise<FactChange> {
  const { id = randomUUID(), clientId } = draft;
  checkId(id);
  return changeFacts(pool, clientId, async (transaction) => {
    const from = draft.from ?? transaction.at;
    const until = endOf(from);
    checkPeriod(from, until);
    await checkRelated(transaction, principal, clientId);
    const row = { id, client_id: clientId, ...columns, valid_from: from, valid_until: until };
    const { change, isNew } = await insertFact(transaction, table, row);
    if (isNew) await inTransaction?.(transaction.connection, change);
    return change;
  });
}

/**
 * Ends a fact at once; ending it again changes nothing.
 *
 * Professionals with a relationship with the client only; `check` throws when this fact is not theirs to end. Throws
 * `LedgerError`.
 */
export async function endLasting(
  pool: Pool,
  principal: Principal,
  table: LastingTable,
  { id, clientId }: { readonly id: string; readonly clientId: string },
  inTransaction: InTransaction<FactChange> | undefined,
  check: (row: LastingRow) => void = () => {},
): Promise<FactChange> {
  roleAmong(PROFESSIONAL_ROLES, principal);
  checkId(id);
  const { ends, key, absent } = TABLES[table];
  return changeFacts(pool, clientId, async (transaction) => {
    await checkRelated(transaction, principal, clientId);
    const [row] = await transaction.query<LastingRow>(
      `SELECT f.*, floor(extract(epoch FROM f.valid_from) * 1000)::float8 AS from_ms, e.epoch::text AS end_epoch,
         floor(extract(epoch FROM e.at) * 1000)::float8 AS end_ms
       FROM consent.${table} f LEFT JOIN consent.${ends} e ON e.${key} = f.id WHERE f.id = $1 AND f.client_id = $2`,
      [id, clientId],
    );
    if (row === undefined) throw new LedgerError(absent);
    check(row);
    if (row.end_epoch !== null) {
      return { id, clientId, epoch: BigInt(row.end_epoch), from: row.from_ms, until: row.end_ms };
    }
    const epoch = await transaction.nextEpoch();
    const { at } = transaction;
    await insertRow(transaction, ends, { [key]: id, client_id: clientId, at, epoch: epoch.toString() });
    const change = { id, clientId, epoch, from: row.from_ms, until: at };
    await inTransaction?.(transaction.connection, change);
    return change;
  });
}

interface LastingRow {
  readonly from_ms: number;
  readonly end_epoch: string | null;
  readonly end_ms: number | null;
  /** Columns of the fact's own table. */
  readonly [column: string]: unknown;
}
