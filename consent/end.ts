import type { Pool } from 'pg';
import { checkId } from './draft.ts';
import { LedgerError, type LedgerErrorCode } from './errors.ts';
import { type FactChange, insertRow } from './fact.ts';
import { changeFacts, type InTransaction } from './transaction.ts';

const TABLES = {
  guardian: { facts: 'guardians', ends: 'guardian_ends', key: 'guardian_id', absent: 'GUARDIAN_NOT_FOUND' },
  jointPlan: { facts: 'joint_plans', ends: 'joint_plan_ends', key: 'joint_plan_id', absent: 'JOINT_PLAN_NOT_FOUND' },
} as const satisfies Record<string, { readonly absent: LedgerErrorCode; readonly [name: string]: string }>;

/** Ends a mandate or a joint plan at once; ending it again changes nothing. Throws `LedgerError`. */
export async function endFact(
  pool: Pool,
  what: keyof typeof TABLES,
  { id, clientId }: { readonly id: string; readonly clientId: string },
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  checkId(id);
  const { facts, ends, key, absent } = TABLES[what];
  return changeFacts(pool, clientId, async (transaction) => {
    const [row] = await transaction.query<Row>(
      `SELECT floor(extract(epoch FROM f.valid_from) * 1000)::float8 AS from, e.epoch::text AS epoch,
         floor(extract(epoch FROM e.at) * 1000)::float8 AS ended
       FROM consent.${facts} f LEFT JOIN consent.${ends} e ON e.${key} = f.id WHERE f.id = $1 AND f.client_id = $2`,
      [id, clientId],
    );
    if (row === undefined) throw new LedgerError(absent);
    if (row.epoch !== null) return { id, clientId, epoch: BigInt(row.epoch), from: row.from, until: row.ended };
    const epoch = await transaction.nextEpoch();
    const { at } = transaction;
    await insertRow(transaction, ends, { [key]: id, client_id: clientId, at, epoch: epoch.toString() });
    const change = { id, clientId, epoch, from: row.from, until: at };
    await inTransaction?.(transaction.connection, change);
    return change;
  });
}

interface Row {
  readonly from: number;
  readonly epoch: string | null;
  readonly ended: number | null;
}
