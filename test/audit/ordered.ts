import type pg from 'pg';
import type { AuditEntry } from '../../audit/entry.ts';
import { insertEntries } from '../../audit/insert.ts';

/** Inserts entries and gives them the next indexes of the log, as the sequencer does; `pool` is of the migrating role. */
export async function insertOrdered(pool: pg.Pool, entries: readonly AuditEntry[]): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    await insertEntries(client, entries);
    await client.query(
      `INSERT INTO audit.sequence (index, seq)
       SELECT (SELECT coalesce(max(index) + 1, 0) FROM audit.sequence) + row_number() OVER (ORDER BY seq) - 1, seq
       FROM audit.entries e WHERE NOT EXISTS (SELECT FROM audit.sequence s WHERE s.seq = e.seq)`,
    );
    await client.query('COMMIT');
  } finally {
    client.release();
  }
}
