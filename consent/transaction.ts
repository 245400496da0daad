import type { Pool, PoolClient, QueryResultRow } from 'pg';
import { LedgerError } from './errors.ts';
import { isId } from './id.ts';
import { LEDGER_LOCK } from './lock.ts';

/** Called inside the transaction, after the change and before the commit; what it throws undoes the change. */
export type InTransaction<Change> = (connection: PoolClient, change: Change) => Promise<void>;

/** One change of one client's facts, in its turn in the serial order. */
export interface LedgerTransaction {
  readonly connection: PoolClient;
  /** The store's clock after the turn came, in ms since epoch: never earlier than that of any change before. */
  readonly at: number;
  /** A statement of the ledger; a failing store is `LEDGER_UNAVAILABLE`. */
  query<Row extends QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]>;
  /** Takes the client's next epoch and tells the listeners on `consent_changed`, who hear it after the commit. */
  nextEpoch(): Promise<bigint>;
}

/**
 * Runs `work` alone among all changes of facts and all appends to the audit log, and commits before it returns.
 *
 * Whatever `work` throws rolls everything back. A commit whose answer is lost is `OUTCOME_UNKNOWN`.
 */
export async function changeFacts<T>(
  pool: Pool,
  clientId: string,
  work: (transaction: LedgerTransaction) => Promise<T>,
): Promise<T> {
  if (!isId(clientId)) throw new LedgerError('MALFORMED_ID');
  const connection = await orUnavailable(() => pool.connect());
  let broken: Error | undefined;
  try {
    await orUnavailable(() => connection.query(BEGIN));
    const result = await work(await takeTurn(connection, clientId));
    await connection.query('COMMIT').catch((cause: unknown) => {
      throw new LedgerError('OUTCOME_UNKNOWN', cause);
    });
    return result;
  } catch (error) {
    await connection.query('ROLLBACK').catch((cause: Error) => {
      broken = cause;
    });
    throw error;
  } finally {
    // A connection that could not roll back may still hold the lock: end it.
    connection.release(broken);
  }
}

// READ COMMITTED, or the snapshot would be older than the lock. The timeouts keep a stuck change from stopping disclosures. A commit
// that the database's own default would not put on disk is none.
const BEGIN = `BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on;
SET LOCAL statement_timeout = '5s'; SET LOCAL idle_in_transaction_session_timeout = '10s'`;

async function takeTurn(connection: PoolClient, clientId: string): Promise<LedgerTransaction> {
  const query: LedgerTransaction['query'] = async (text, values) =>
    (await orUnavailable(() => connection.query(text, [...values]))).rows;
  // A statement of its own: see LEDGER_LOCK.
  await query('SELECT pg_advisory_xact_lock($1::bigint)', [LEDGER_LOCK]);
  const [clock] = await query<{ at: number }>(CLOCK, []);
  return {
    connection,
    at: clock!.at,
    query,
    async nextEpoch() {
      const [row] = await query<{ epoch: string }>(NEXT_EPOCH, [clientId]);
      await query("SELECT pg_notify('consent_changed', $1)", [`${clientId}:${row!.epoch}`]);
      return BigInt(row!.epoch);
    },
  };
}

const CLOCK = 'SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at';

const NEXT_EPOCH = `INSERT INTO consent.epochs (client_id, epoch, at)
SELECT $1::uuid, coalesce(max(epoch), 0) + 1, clock_timestamp() FROM consent.epochs WHERE client_id = $1::uuid
RETURNING epoch::text`;

async function orUnavailable<T>(attempt: () => Promise<T>): Promise<T> {
  try {
    return await attempt();
  } catch (cause) {
    throw new LedgerError('LEDGER_UNAVAILABLE', cause);
  }
}
