import type { Pool } from 'pg';

/** The latest checkpoint that has been published, and who has witnessed it. */
export interface PublishedCheckpoint {
  /** C2SP tlog-checkpoint, with the log's signatures and the cosignatures that made the quorum. */
  readonly note: string;
  readonly size: number;
  readonly root: Buffer;
  /** When the log signed it. */
  readonly at: Date;
  readonly witnesses: readonly { readonly name: string; readonly at: Date }[];
  /** Whether the newest entry is not in it yet. */
  readonly waiting: boolean;
}

/** The latest published checkpoint, with one statement; null before the first. The role may read the log. */
export async function latestCheckpoint(pool: Pick<Pool, 'query'>): Promise<PublishedCheckpoint | null> {
  const { rows } = await pool.query<Row>(LATEST);
  const [row] = rows;
  if (row === undefined) return null;
  return {
    ...row,
    size: Number(row.size),
    witnesses: row.witnesses.map(({ name, at }) => ({ name, at: new Date(at) })),
  };
}

/** Leaves of the latest published checkpoint; null before the first. */
export async function publishedSize(pool: Pick<Pool, 'query'>): Promise<number | null> {
  const { rows } = await pool.query<{ size: string | null }>('SELECT max(size) AS size FROM audit.publications');
  return rows[0]?.size == null ? null : Number(rows[0].size);
}

interface Row extends Omit<PublishedCheckpoint, 'size' | 'witnesses'> {
  readonly size: string;
  readonly witnesses: readonly { readonly name: string; readonly at: string }[];
}

const LATEST = `SELECT p.note, p.size, c.root, c.at,
  coalesce((SELECT json_agg(json_build_object('name', w.witness, 'at', w.at) ORDER BY w.witness)
    FROM audit.cosignatures w WHERE w.size = p.size), '[]') AS witnesses,
  NOT EXISTS (SELECT FROM audit.sequence s WHERE s.index < p.size
    AND s.seq = (SELECT max(e.seq) FROM audit.entries e)) AND EXISTS (SELECT FROM audit.entries) AS waiting
FROM (SELECT size, note FROM audit.publications ORDER BY size DESC LIMIT 1) p JOIN audit.checkpoints c USING (size)`;
