import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { inclusionProof, type ReadTiles } from './merkle.ts';
import { type EntryProof, readTiles } from './prove.ts';

/**
 * The proofs of many entries in the latest published checkpoint, with two statements however many; an entry that is unknown or not
 * published yet is not among them.
 *
 * `ids` are UUIDs; a proof is found by its entry's id. The role may read the log.
 */
export async function proveEntries(
  pool: Pick<Pool, 'query'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, EntryProof>> {
  const { rows } = await pool.query<Row>({ name: 'audit-entries', text: ENTRIES, values: [ids] });
  const size = Number(rows[0]?.size ?? 0);
  const hashes = await inclusionProofs(
    pool,
    rows.map(({ index }) => Number(index)),
    size,
  );
  return new Map(
    rows.map(({ id, index, leaf, salt, note }, at) => [
      id,
      { index: Number(index), size, leaf, salt, hashes: hashes[at] ?? [], note },
    ]),
  );
}

interface Row {
  readonly id: string;
  readonly index: string;
  readonly size: string;
  readonly leaf: Buffer;
  readonly salt: Buffer | null;
  readonly note: string;
}

const ENTRIES = `SELECT e.id, s.index, p.size, e.commitment AS leaf, e.salt, p.note
FROM audit.entries e JOIN audit.sequence s USING (seq)
  JOIN (SELECT size, note FROM audit.publications ORDER BY size DESC LIMIT 1) p ON s.index < p.size
WHERE e.id = ANY ($1::uuid[])`;

/** Inclusion proofs of leaves in the tree of `size`, with one statement: all of them ask for their tiles in the same turn. */
export async function inclusionProofs(
  pool: Pick<Pool, 'query'>,
  indexes: readonly number[],
  size: number,
): Promise<readonly Buffer[][]> {
  const readAll = readTiles(pool);
  const nameOf = ({ level, index }: { level: number; index: number }): string => `${level}/${index}`;
  const tiles = new DataLoader(
    async (wanted: readonly { level: number; index: number }[]) => {
      const found = await readAll(wanted, size);
      return wanted.map((tile) => found.get(nameOf(tile)) ?? new Error(`No tile ${nameOf(tile)}.`));
    },
    { cacheKeyFn: nameOf },
  );
  const readShared: ReadTiles = async (wanted) =>
    new Map(await Promise.all(wanted.map(async (tile) => [nameOf(tile), await tiles.load(tile)] as const)));
  return Promise.all(indexes.map((index) => inclusionProof(index, size, readShared)));
}
