import type { Pool } from 'pg';
import { inclusionProof, type ReadTiles } from './merkle.ts';
import { tileWidth } from './tiles.ts';

/** That one entry is in the published log: what a third party checks with the log's public key alone. */
export interface EntryProof {
  readonly index: number;
  /** Leaves of the tree that the proof is for. */
  readonly size: number;
  /** The leaf: the entry's commitment, 32 bytes. */
  readonly leaf: Buffer;
  /** Opens the commitment; null when the entry's text has been erased. */
  readonly salt: Buffer | null;
  readonly hashes: Buffer[];
  /** The published checkpoint, with its cosignatures. */
  readonly note: string;
}

/**
 * Reads tiles from the database, the incomplete ones at the right edge too, with one statement whatever the size of the log.
 *
 * The role may read the sequence, the tiles and the commitments. A tile that is not there is not in the answer.
 */
export function readTiles(pool: Pick<Pool, 'query'>): ReadTiles {
  return async (tiles, size) => {
    const wanted = tiles.map(({ level, index }) => ({ level, index, width: tileWidth(level, index, size) }));
    const { rows } = await pool.query<{ key: string; hashes: Buffer | null }>({
      name: 'audit-tiles',
      text: TILES,
      values: [wanted.map(({ level }) => level), wanted.map(({ index }) => index), wanted.map(({ width }) => width)],
    });
    return new Map(rows.flatMap(({ key, hashes }) => (hashes === null ? [] : [[key, hashes]])));
  };
}

// A limit that is a constant tells the planner how few rows a tile has, however long the log: it never scans.
const TILES = `SELECT level || '/' || index AS key, CASE
    WHEN width = 256 THEN (SELECT t.hashes FROM audit.tiles t WHERE t.level = wanted.level AND t.index = wanted.index)
    WHEN level = 0 THEN (
      SELECT string_agg(sha256('\\x00'::bytea || e.commitment), ''::bytea ORDER BY leaf.index)
      FROM (
        SELECT s.index, s.seq FROM audit.sequence s
        WHERE s.index >= wanted.index * 256 AND s.index < wanted.index * 256 + width ORDER BY s.index LIMIT 256
      ) leaf JOIN audit.entries e USING (seq)
    )
    ELSE (
      SELECT string_agg(below.root, ''::bytea ORDER BY below.index)
      FROM (
        SELECT t.index, t.root FROM audit.tiles t
        WHERE t.level = wanted.level - 1 AND t.index >= wanted.index * 256 AND t.index < wanted.index * 256 + width
        ORDER BY t.index LIMIT 256
      ) below
    )
  END AS hashes
FROM unnest($1::int[], $2::bigint[], $3::int[]) AS wanted(level, index, width)`;

/**
 * The proof that an entry is in the latest published checkpoint, with two statements; null when there is no such entry, or it is
 * not published yet.
 *
 * `id` is the entry's UUID. The role may read the log.
 */
export async function proveEntry(pool: Pick<Pool, 'query'>, id: string): Promise<EntryProof | null> {
  if (!UUID.test(id)) return null;
  const { rows } = await pool.query<{
    index: string;
    size: string;
    leaf: Buffer;
    salt: Buffer | null;
    note: string;
  }>({ name: 'audit-entry', text: ENTRY, values: [id] });
  const row = rows[0];
  if (row === undefined) return null;
  const [index, size] = [Number(row.index), Number(row.size)];
  const hashes = await inclusionProof(index, size, readTiles(pool));
  return { index, size, leaf: row.leaf, salt: row.salt, hashes, note: row.note };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const ENTRY = `SELECT s.index, p.size, e.commitment AS leaf, e.salt, p.note
FROM audit.entries e JOIN audit.sequence s USING (seq)
  JOIN (SELECT size, note FROM audit.publications ORDER BY size DESC LIMIT 1) p ON s.index < p.size
WHERE e.id = $1`;

/**
 * A proof as text: `c2sp.org/tlog-proof@v1`, with the base64 of the salt as its extra data while there is one.
 *
 * Source: C2SP tlog-proof.
 */
export function formatProof(proof: EntryProof): string {
  const { index, salt, hashes, note } = proof;
  const lines = [
    'c2sp.org/tlog-proof@v1',
    ...(salt === null ? [] : [`extra ${salt.toString('base64')}`]),
    `index ${index}`,
    ...hashes.map((hash) => hash.toString('base64')),
    '',
  ];
  return `${lines.join('\n')}\n${note}`;
}
