import type { Pool } from 'pg';
import type { AuditEntry } from './entry.ts';
import { appendRows, type Relying, Room, type Row, rowOf } from './insert.ts';

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

interface Waiting extends Relying {
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: LogUnavailable) => void;
}

/** Entries that one transaction takes at most, and their bytes, but for one that is larger by itself. */
const BATCH = 256;
const BATCH_BYTES = 16 * 1024 * 1024;

/** How long a transaction waits for more entries where the one before had several, ms. */
const GATHERING = 1;

/** Entries that may wait: more than the writer can catch up on within its time-out, it would only refuse later. */
const WAITING = 2_048;

export interface AuditLogOptions {
  /** Entries that may wait; one more is refused at once with the code BUSY. */
  readonly capacity?: number;
  /** Whether the log is not published any more: then no entry is written that discloses, and its refusal has the code LAG. */
  readonly behind?: () => boolean;
}

/**
 * An audit log in PostgreSQL with group commit: entries that arrive while a transaction is under way share the next one.
 *
 * `pool` is one of `openPool`, of a role that may append entries and read epochs: its time-outs bound how long a statement takes, and
 * how long a server may be silent.
 */
export function createAuditLog(
  pool: Pool,
  { capacity = WAITING, behind = () => false }: AuditLogOptions = {},
): AuditLog {
  const waiting: Waiting[] = [];
  const room = new Room();
  let flushing = false;

  async function flush(): Promise<void> {
    let last = 0;
    while (waiting.length > 0) {
      // Where callers come together, more are on their way: a transaction costs what several of their entries do.
      if (last > 1 && waiting.length < last) await gather();
      const batch = waiting.splice(0, lengthOfBatch(waiting));
      last = batch.length;
      await commit(pool, batch, room);
    }
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
        let row: Row;
        try {
          // Now and not when it is its turn: a text waits more cheaply than objects.
          row = rowOf(entry);
        } catch (error) {
          reject(new LogUnavailable(error));
          return;
        }
        waiting.push({ row, epochs, resolve, reject });
        if (flushing) return;
        flushing = true;
        // Not before the end of the turn: entries of requests that were answered together come together.
        setImmediate(() => void flush());
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

function lengthOfBatch(waiting: readonly Waiting[]): number {
  let bytes = 0;
  for (const [place, { row }] of waiting.entries()) {
    bytes += row.length;
    if (place === BATCH || (place > 0 && bytes > BATCH_BYTES)) return place;
  }
  return waiting.length;
}

function gather(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, GATHERING));
}

async function commit(pool: Pool, batch: readonly Waiting[], room: Room): Promise<void> {
  try {
    const stale = new Set(await appendRows(pool, batch, room));
    for (const [place, each] of batch.entries()) each.resolve(stale.has(place) ? 'stale' : 'durable');
  } catch (error) {
    if (batch.length > 1 && isOfOneEntry(error)) {
      const half = batch.length >> 1;
      await commit(pool, batch.slice(0, half), room);
      await commit(pool, batch.slice(half), room);
    } else {
      for (const each of batch) each.reject(new LogUnavailable(error));
    }
  }
}

/** SQLSTATE classes data exception, integrity violation, program limit: some entry's own fault, and not its neighbours'. */
function isOfOneEntry(error: unknown): boolean {
  return /^(22|23|54)/.test(String((error as { code?: unknown } | null)?.code));
}
