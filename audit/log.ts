import type { Pool, PoolClient } from 'pg';
import { LEDGER_LOCK } from '../consent/lock.ts';
import type { AuditEntry } from './entry.ts';
import { insertEntries } from './insert.ts';

/** The log could not make the entry durable, or it is not known whether it did: release nothing. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
  readonly code: string | undefined;

  constructor(cause: unknown) {
    super('The audit log could not be written.', { cause });
    this.code = (cause as { code?: string } | null)?.code;
  }
}

/** `durable`: the entry outlives a crash of the machine. `stale`: a basis changed since it was read; nothing was written. */
export type Appended = 'durable' | 'stale';

/**
 * The gateway's side of the audit log.
 *
 * What `append` promises: when it gives `durable`, the entry is on disk, and no consent event of any client in `epochs` committed
 * between the epoch given and the entry. So disclosures and consent events stand in one serial history: each disclosure is
 * before a withdrawal, or was decided after it. When it throws, nothing may be released; the entry may or may not be there. An
 * entry that cannot be written fails alone, whatever arrived with it.
 */
export interface AuditLog {
  append(entry: AuditEntry, epochs: ReadonlyMap<string, bigint>): Promise<Appended>;
  /** Whether the log's database answers. */
  ready(): Promise<boolean>;
}

interface Waiting {
  readonly entry: AuditEntry;
  readonly epochs: ReadonlyMap<string, bigint>;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: LogUnavailable) => void;
}

/** Entries that one transaction takes at most. */
const BATCH = 256;

/** How long a statement may take, ms. */
const TIMEOUT = 5_000;

/** Entries that may wait: more than the writer can catch up on within its time-out, it would only refuse later. */
const WAITING = 2_048;

export interface AuditLogOptions {
  /** How long a statement may take, ms. */
  readonly timeout?: number;
  /** Entries that may wait; one more is refused at once with the code BUSY. */
  readonly capacity?: number;
  /** Whether the log is not published any more: then no entry is written that discloses, and its refusal has the code LAG. */
  readonly behind?: () => boolean;
}

/**
 * An audit log in PostgreSQL with group commit: entries that arrive while a transaction is under way share the next one.
 *
 * `pool` is of a role that may insert entries and read epochs; its `query_timeout` bounds how long a server may be silent.
 */
export function createAuditLog(
  pool: Pool,
  { timeout = TIMEOUT, capacity = WAITING, behind = () => false }: AuditLogOptions = {},
): AuditLog {
  const waiting: Waiting[] = [];
  let flushing = false;

  async function flush(): Promise<void> {
    flushing = true;
    while (waiting.length > 0) await commit(pool, waiting.splice(0, BATCH), timeout);
    flushing = false;
  }

  return {
    append: (entry, epochs) =>
      new Promise((resolve, reject) => {
        if (behind() && discloses(entry)) {
          reject(new LogUnavailable({ code: 'LAG' }));
          return;
        }
        if (waiting.length >= capacity) {
          reject(new LogUnavailable({ code: 'BUSY' }));
          return;
        }
        waiting.push({ entry, epochs, resolve, reject });
        if (!flushing) void flush();
      }),
    ready: () =>
      pool.query('SELECT 1').then(
        () => true,
        () => false,
      ),
  };
}

/** An entry that releases something of somebody. Refusals, withdrawals and reads of the log go on whatever becomes of its publication. */
function discloses({ disclosures }: AuditEntry): boolean {
  return disclosures.some(({ permitted }) => permitted.length > 0);
}

async function commit(pool: Pool, batch: readonly Waiting[], timeout: number): Promise<void> {
  let client: PoolClient | undefined;
  try {
    client = await pool.connect();
    const stale = await write(client, batch, timeout);
    client.release();
    for (const each of batch) each.resolve(stale.has(each) ? 'stale' : 'durable');
  } catch (error) {
    // The connection may be in any state: it is closed, and the server rolls back what was not committed.
    client?.release(true);
    if (batch.length > 1 && isOfOneEntry(error)) {
      const half = batch.length >> 1;
      await commit(pool, batch.slice(0, half), timeout);
      await commit(pool, batch.slice(half), timeout);
    } else {
      for (const each of batch) each.reject(new LogUnavailable(error));
    }
  }
}

/** Writes in one transaction all that is not stale; gives what is. */
async function write(client: PoolClient, batch: readonly Waiting[], timeout: number): Promise<ReadonlySet<Waiting>> {
  await client.query(begin(timeout));
  const current = await epochsOf(client, batch);
  const stale = new Set(
    batch.filter(({ epochs }) => [...epochs].some(([id, epoch]) => (current.get(id) ?? 0n) !== epoch)),
  );
  await insertEntries(
    client,
    batch.filter((each) => !stale.has(each)).map(({ entry }) => entry),
  );
  await client.query('COMMIT');
  return stale;
}

/**
 * Whatever the database's own defaults are: READ COMMITTED and a statement of its own for the lock, or the snapshot would be
 * older than the lock that it waits for; a commit that reaches the disk; and no gateway that has gone silent keeps clients from
 * withdrawing.
 */
function begin(timeout: number): string {
  return `BEGIN ISOLATION LEVEL READ COMMITTED;
    SET LOCAL statement_timeout = ${timeout};
    SET LOCAL idle_in_transaction_session_timeout = ${timeout};
    SET LOCAL synchronous_commit = on;
    SELECT pg_advisory_xact_lock_shared(${LEDGER_LOCK})`;
}

/** SQLSTATE classes data exception, integrity violation, program limit: some entry's own fault, and not its neighbours'. */
function isOfOneEntry(error: unknown): boolean {
  return error instanceof TypeError || /^(22|23|54)/.test(String((error as { code?: unknown } | null)?.code));
}

async function epochsOf(client: PoolClient, batch: readonly Waiting[]): Promise<Map<string, bigint>> {
  const ids = [...new Set(batch.flatMap(({ epochs }) => [...epochs.keys()]))];
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<{ client_id: string; epoch: string }>({
    name: 'audit-epochs',
    text: 'SELECT client_id, max(epoch)::text AS epoch FROM consent.epochs WHERE client_id = ANY($1) GROUP BY client_id',
    values: [ids],
  });
  return new Map(rows.map((row) => [row.client_id, BigInt(row.epoch)]));
}
