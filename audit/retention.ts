import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { LEDGER_LOCK } from '../consent/lock.ts';
import type { AuditEntry, EntryKind, Erasure } from './entry.ts';
import { insertEntries } from './insert.ts';

/** Where the rule of `Erasure.rule` stands; the entries it lets go are those of the view audit.past_retention. */
export const RETENTION_CITATION = '703/2023, annex; 1054/2018';

/**
 * Entries that one transaction erases at most: it keeps consents from changing while it lasts, and one declaration of as many
 * single entries stays small.
 */
const BATCH = 1_000;

/** Entries of one kind that are past their time. */
export interface Due {
  readonly kind: EntryKind;
  readonly count: number;
  readonly oldest: Date;
  readonly newest: Date;
}

/** What may be erased now, by kind; changes nothing. Role `nivel_retention`. */
export async function listDue(pool: Pick<Pool, 'query'>): Promise<readonly Due[]> {
  const { rows } = await pool.query<Omit<Due, 'count'> & { readonly count: string }>(
    'SELECT * FROM audit.due_by_kind()',
  );
  return rows.map((row) => ({ ...row, count: Number(row.count) }));
}

export interface EraseOptions {
  /** Names the machine in the log. */
  readonly host: string;
  /** Called after each batch with the number of entries erased so far. */
  readonly onProgress?: (erased: number) => void;
}

/**
 * Erases the text of every entry past its time (703/2023, annex; 1054/2018); gives how many. Role `nivel_retention`.
 *
 * Batch by batch, each with the ERASED entry that declares it in one transaction: killed half-way, what is erased is declared and
 * what is declared is erased, and the next call goes on. Proofs of erased entries stay valid: their commitments stay. Alerts go
 * with the entries. The database's owner function decides what is past its time, whatever is asked.
 */
export async function eraseDue(pool: Pool, { host, onProgress }: EraseOptions): Promise<number> {
  let erased = 0;
  for (let from = 0; ; ) {
    const { rows } = await pool.query<{ index: string }>('SELECT index FROM audit.due($1, $2)', [from, BATCH]);
    const last = rows.at(-1);
    if (last === undefined) break;
    const declaration = declare(
      rows.map(({ index }) => Number(index)),
      host,
    );
    erased += await eraseBatch(pool, declaration);
    onProgress?.(erased);
    from = Number(last.index) + 1;
  }
  await pool.query('SELECT audit.erase_alerts()');
  return erased;
}

/** Ascending indexes as half-open ranges. */
export function rangesOf(indexes: readonly number[]): Erasure['ranges'] {
  const ranges: [number, number][] = [];
  for (const index of indexes) {
    const last = ranges.at(-1);
    if (last?.[1] === index) last[1] = index + 1;
    else ranges.push([index, index + 1]);
  }
  return ranges;
}

function declare(indexes: readonly number[], host: string): AuditEntry {
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    kind: 'ERASED',
    outcome: 'ANSWERED',
    caller: { id: null, roles: [], service: 'retention' },
    purpose: null,
    operation: { name: null, hash: null },
    request: randomUUID(),
    gateway: host,
    clients: [],
    disclosures: [],
    erased: {
      ranges: rangesOf(indexes),
      count: indexes.length,
      rule: 'TWELVE_YEARS',
      citation: RETENTION_CITATION,
    },
  };
}

async function eraseBatch(pool: Pool, declaration: AuditEntry): Promise<number> {
  let client: PoolClient | undefined;
  try {
    client = await pool.connect();
    await client.query('BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on');
    // As every insert of an entry: the sequencer waits for those under way.
    await client.query('SELECT pg_advisory_xact_lock_shared($1)', [LEDGER_LOCK]);
    await insertEntries(client, [declaration]);
    const { rows } = await client.query<{ erased: string }>('SELECT audit.erase($1) AS erased', [declaration.id]);
    await client.query('COMMIT');
    client.release();
    return Number(rows[0]?.erased);
  } catch (error) {
    client?.release(true);
    throw error;
  }
}
