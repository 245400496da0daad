import type { Pool } from 'pg';

/** How often the lag is read, ms. */
const INTERVAL = 1_000;

export interface LagOptions {
  /** How long an entry may wait for its publication, ms. */
  readonly budget: number;
  /** How often the lag is read, ms. */
  readonly interval?: number;
  /** Hears when the lag begins and when it ends. */
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
}

export interface LagWatch {
  /** Whether an entry waits for longer than the budget, or nobody knows whether one does for as long. */
  behind(): boolean;
  /** How long the oldest entry that is not published has waited when the lag was last read, ms. */
  lag(): number;
  close(): void;
}

/**
 * Watches how long entries wait until they are published: a gateway that discloses into a log that nobody publishes would be
 * believed on its word alone.
 *
 * `pool` is of a role that may read the order of entries. A watch that has just begun gives the sequencer as long as itself: the lag
 * counts from its beginning at most. It closes with its pool's owner.
 */
export function watchLag(pool: Pick<Pool, 'query'>, { budget, interval, log = () => {} }: LagOptions): LagWatch {
  const beganAt = performance.now();
  let readAt = beganAt;
  let lag = 0;
  let wasBehind = false;
  let reading = false;

  const behind = (): boolean => {
    const now = performance.now();
    return Math.min(lag, now - beganAt) > budget || now - readAt > budget;
  };
  async function read(): Promise<void> {
    if (reading) return;
    reading = true;
    try {
      lag = await readLag(pool);
      readAt = performance.now();
    } catch {
      // For how long it was not read tells.
    }
    reading = false;
    if (behind() !== wasBehind) {
      wasBehind = !wasBehind;
      if (wasBehind) log({ level: 'error', event: 'log lags', seconds: Math.round(lag / 1_000) });
      else log({ level: 'info', event: 'log caught up' });
    }
  }
  const timer = setInterval(() => void read(), interval ?? Math.min(INTERVAL, budget / 4));
  timer.unref();
  void read();
  return { behind, lag: () => lag, close: () => clearInterval(timer) };
}

/** How long the oldest entry that is not published has waited, ms, by the database's clock; 0 when all are. One statement. */
export async function readLag(pool: Pick<Pool, 'query'>): Promise<number> {
  const { rows } = await pool.query<{ lag: number }>({ name: 'log-lag', text: LAG });
  return Math.max(0, Number(rows[0]?.lag ?? 0));
}

// The oldest by arrival among those without an index, and the first of those whose index is not published: looks into indexes, and no
// join that might be planned with the whole log.
const LAG = `SELECT extract(epoch FROM clock_timestamp() - least(
    (SELECT e.inserted_at FROM audit.entries e
     WHERE e.seq > coalesce((SELECT watermark FROM audit.checkpoints ORDER BY size DESC LIMIT 1), 0)
       AND (SELECT s.index FROM audit.sequence s WHERE s.seq = e.seq) IS NULL
     ORDER BY e.seq LIMIT 1),
    (SELECT e.inserted_at FROM audit.entries e WHERE e.seq =
      (SELECT s.seq FROM audit.sequence s
       WHERE s.index >= coalesce((SELECT size FROM audit.publications ORDER BY size DESC LIMIT 1), 0)
       ORDER BY s.index LIMIT 1))
  ))::float8 * 1000 AS lag`;
