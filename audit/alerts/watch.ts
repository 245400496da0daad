import type { Pool, PoolClient } from 'pg';
import type { AlertKind } from './kinds.ts';
import { ALERT_STATEMENTS } from './statements.ts';
import { ALERT_THRESHOLDS, type AlertThresholds } from './thresholds.ts';

/** One computation of alerts at a time, whichever process does it. */
const ALERTS_LOCK = 474_215_769_453;

/** Entries that one transaction looks through at most. */
const BATCH = 10_000;

/**
 * Raises the alerts of the entries that the log has put in order since the last look; gives how many are new.
 *
 * All of a batch or nothing, in one transaction with the place that was come to: killed half-way it starts the batch again, and a
 * key that is there already makes no second alert. Gives 0 while another process is at it. Role `nivel_alerts`.
 */
export async function raiseAlerts(pool: Pool, thresholds: AlertThresholds = ALERT_THRESHOLDS): Promise<number> {
  for (let raised = 0; ; ) {
    const step = await inTransaction(pool, (client) => raiseBatch(client, thresholds));
    raised += step.raised;
    if (!step.more) return raised;
  }
}

export interface WatchAlertsOptions {
  readonly thresholds?: AlertThresholds;
  /** Ms between two looks. */
  readonly interval?: number;
  /** One line an event; never personal data. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export interface AlertWatch {
  /** Whether the last look came to its end. */
  readonly looking: boolean;
  close(): Promise<void>;
}

/** Raises alerts every `interval`; a look that fails is in the log and is made again. `pool` is of the role `nivel_alerts`. */
export function watchAlerts(pool: Pool, options: WatchAlertsOptions): AlertWatch {
  const { thresholds, interval = 10_000, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let looking = false;
  const look = async (): Promise<void> => {
    try {
      const raised = await raiseAlerts(pool, thresholds);
      looking = true;
      if (raised > 0) log({ level: 'warn', event: 'alerts raised', count: raised });
    } catch (error) {
      looking = false;
      log({ level: 'error', event: 'alerts not computed', cause: (error as { code?: string }).code ?? 'unknown' });
    }
    if (!closed) timer = setTimeout(again, interval);
  };
  const again = (): void => {
    last = look();
  };
  let last = look();
  return {
    get looking() {
      return looking;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await last;
    },
  };
}

/** Alerts that nobody has taken, by kind; every kind is there. */
export async function openAlerts(pool: Pick<Pool, 'query'>): Promise<ReadonlyMap<AlertKind, number>> {
  const { rows } = await pool.query<{ kind: AlertKind; open: number }>(
    `SELECT kind, count(*)::int AS open FROM audit.alerts a
     WHERE NOT EXISTS (SELECT FROM audit.alert_events e WHERE e.alert_id = a.id) GROUP BY kind`,
  );
  const open = new Map(rows.map((row) => [row.kind, row.open]));
  return new Map(ALERT_STATEMENTS.map(({ kind }) => [kind, open.get(kind) ?? 0]));
}

async function raiseBatch(client: PoolClient, thresholds: AlertThresholds): Promise<{ raised: number; more: boolean }> {
  const { rows: locked } = await client.query<{ mine: boolean }>('SELECT pg_try_advisory_xact_lock($1) AS mine', [
    ALERTS_LOCK,
  ]);
  if (locked[0]?.mine !== true) return { raised: 0, more: false };
  // A statement of its own, after the lock: else it could see the place from before the last batch.
  const { rows } = await client.query<{ from: string; size: string }>(
    `SELECT coalesce((SELECT max(until) FROM audit.alert_runs), 0) AS from,
       coalesce((SELECT max(index) + 1 FROM audit.sequence), 0) AS size`,
  );
  const from = Number(rows[0]?.from);
  const size = Number(rows[0]?.size);
  const until = Math.min(size, from + BATCH);
  if (until <= from) return { raised: 0, more: false };
  let raised = 0;
  for (const { kind, sql, values } of ALERT_STATEMENTS) {
    const { rowCount } = await client.query(
      `INSERT INTO audit.alerts (kind, key, caller, clients, entries)
       SELECT '${kind}', key, caller, clients, entries FROM (${sql}) AS found ON CONFLICT (kind, key) DO NOTHING`,
      [from, until, ...values(thresholds)],
    );
    raised += rowCount ?? 0;
  }
  await client.query('INSERT INTO audit.alert_runs (until) VALUES ($1)', [until]);
  return { raised, more: until < size };
}

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // The connection may be in any state: it is closed, and the server rolls back.
    client.release(true);
    throw error;
  }
}
