import type { Pool } from 'pg';
import { readTiles } from '../tree/prove.ts';
import { encodeEntries, type TilePath, tileWidth } from '../tree/tiles.ts';

/**
 * The bytes of a tile or a bundle of entries of the tree of `size` leaves; null for one that the tree does not have, or not as wide.
 *
 * A bundle's entries are the 32-byte commitments: whoever reads the log learns of no person. Source: C2SP tlog-tiles.
 */
export async function readResource(pool: Pick<Pool, 'query'>, path: TilePath, size: number): Promise<Buffer | null> {
  const level = path.kind === 'tile' ? path.level : 0;
  if (path.width > tileWidth(level, path.index, size)) return null;
  const bytes = path.kind === 'tile' ? await readTile(pool, path, size) : await readBundle(pool, path);
  const expected = path.width * (path.kind === 'tile' ? 32 : 34);
  if (bytes.length !== expected)
    throw new Error(`The log lacks a part of what it has published: ${bytes.length} bytes of ${expected}.`);
  return bytes;
}

async function readTile(
  pool: Pick<Pool, 'query'>,
  { level, index, width }: TilePath & { readonly kind: 'tile' },
  size: number,
): Promise<Buffer> {
  const tiles = await readTiles(pool)([{ level, index }], size);
  return (tiles.get(`${level}/${index}`) ?? Buffer.alloc(0)).subarray(0, width * 32);
}

async function readBundle(pool: Pick<Pool, 'query'>, { index, width }: TilePath): Promise<Buffer> {
  const { rows } = await pool.query<{ commitment: Buffer }>({
    name: 'log-bundle',
    text: `SELECT e.commitment FROM (
        SELECT s.index, s.seq FROM audit.sequence s WHERE s.index >= $1::bigint * 256 AND s.index < $1::bigint * 256 + $2
        ORDER BY s.index LIMIT 256
      ) leaf JOIN audit.entries e USING (seq) ORDER BY leaf.index`,
    values: [index, width],
  });
  return encodeEntries(rows.map(({ commitment }) => commitment));
}

export interface Published {
  readonly size: number;
  /** The checkpoint with its cosignatures. */
  readonly note: string;
}

/** The latest checkpoint that is published, or null while there is none. */
export async function readPublished(pool: Pick<Pool, 'query'>): Promise<Published | null> {
  const { rows } = await pool.query<{ size: string; note: string }>(
    'SELECT size, note FROM audit.publications ORDER BY size DESC LIMIT 1',
  );
  return rows[0] === undefined ? null : { size: Number(rows[0].size), note: rows[0].note };
}
