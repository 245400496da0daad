import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consistencyProof, inclusionProof, perfectRoot, readEdge } from '../../audit/tree/merkle.ts';
import { checkpointText, createSigner, signNote } from '../../audit/tree/note.ts';
import { type EntryProof, formatProof, proveEntry, readTiles } from '../../audit/tree/prove.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { type NaiveTree, naiveTree } from './naive-tree.ts';

/** Complete tiles of two levels, and incomplete ones of three. */
const SIZE = 66_200;
const ORIGIN = 'log.example/audit';
const signer = createSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);

let database: TestDatabase;
/** As the `auditing` subgraph and the sequencer; and the role that may write everything. */
let auditing: pg.Pool;
let sequencer: pg.Pool;
let admin: pg.Pool;
let tree: NaiveTree;

const idOf = (index: number): string => `00000000-0000-4000-8000-${index.toString(16).padStart(12, '0')}`;
const saltOf = (index: number): Buffer => createHash('sha256').update(`salt ${index}`).digest();
const noteOf = (size: number): string => signNote(checkpointText(ORIGIN, size, tree.root(size)), [signer]);

beforeAll(async () => {
  database = await createDatabase();
  auditing = poolOf(database.roleUrl('audit'));
  sequencer = poolOf(database.roleUrl('sequencer'));
  admin = poolOf(database.adminUrl);
  // Some more entries than the log has indexes, with gaps in their order of arrival.
  await admin.query(
    `INSERT INTO audit.entries
       (id, seq, at, kind, outcome, clients, categories, bases, sources, body, salt, commitment)
     OVERRIDING SYSTEM VALUE
     SELECT ('00000000-0000-4000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, i + i / 100 + 1, now(), 'QUERY', 'ANSWERED',
       '{}', '{}', '{}', '{}', '{}', sha256(('salt ' || i)::bytea), sha256(('commitment ' || i)::bytea)
     FROM generate_series(0, $1 - 1) i`,
    [SIZE + 5],
  );
  await admin.query(
    `INSERT INTO audit.sequence (index, seq)
     SELECT row_number() OVER (ORDER BY seq) - 1, seq FROM audit.entries ORDER BY seq LIMIT $1`,
    [SIZE],
  );
  const { rows } = await admin.query<{ commitment: Buffer }>('SELECT commitment FROM audit.entries ORDER BY seq');
  tree = naiveTree(rows.map(({ commitment }) => commitment));
  for (const level of [0, 1]) {
    const count = Math.floor(SIZE / 256 ** (level + 1));
    const tiles = Array.from({ length: count }, (_, index) => tree.tile(level, index, 256));
    await admin.query(
      `INSERT INTO audit.tiles (level, index, hashes, root)
       SELECT $1, ordinality - 1, hashes, root FROM unnest($2::bytea[], $3::bytea[]) WITH ORDINALITY AS t(hashes, root)`,
      [level, tiles, tiles.map(perfectRoot)],
    );
  }
  // So many more that reading them all would be dear: as in a long log, the planner has a choice.
  await admin.query(
    `INSERT INTO audit.tiles (level, index, hashes, root)
     SELECT 0, 1000000 + i, decode(repeat('00', 8192), 'hex'), decode(repeat('00', 32), 'hex') FROM generate_series(1, 20000) i`,
  );
  await admin.query('ANALYZE audit.entries, audit.sequence, audit.tiles');
  for (const size of [0, 300, SIZE - 100]) await publish(size);
});
afterAll(async () => {
  await Promise.all([auditing, sequencer, admin].map((pool) => pool?.end()));
  await database?.drop();
});

async function publish(size: number): Promise<void> {
  await admin.query('INSERT INTO audit.checkpoints (size, root, note, watermark) VALUES ($1, $2, $3, 0)', [
    size,
    tree.root(size),
    noteOf(size),
  ]);
  await admin.query('INSERT INTO audit.publications (size, note) VALUES ($1, $2)', [size, noteOf(size)]);
}

/** A pool that counts what is asked of it. */
function counted(pool: pg.Pool): { pool: Pick<pg.Pool, 'query'>; asked: number } {
  const counter = { asked: 0 };
  const query = (...given: unknown[]) => {
    counter.asked += 1;
    return (pool.query as (...given: unknown[]) => unknown)(...given);
  };
  return Object.assign(counter, { pool: { query } as unknown as Pick<pg.Pool, 'query'> });
}

describe('tiles from the database', () => {
  it('make the proofs of RFC 6962 at every kind of place, each with one statement', async () => {
    const counter = counted(auditing);
    let proofs = 0;
    for (const size of [1, 2, 255, 256, 257, 65_535, 65_536, 65_537, 66_048, SIZE]) {
      for (const index of [0, 100, 255, 256, 511, 65_279, 65_535, 65_536, 66_047, 66_100, SIZE - 1]) {
        if (index >= size) continue;
        const read = readTiles(counter.pool);
        expect(await inclusionProof(index, size, read)).toEqual(tree.path(index, size));
        expect(await consistencyProof(index + 1, size, read)).toEqual(tree.proof(index + 1, size));
        // Of a tree of one leaf, and of a tree with itself, there is nothing to read.
        proofs += (size > 1 ? 1 : 0) + (index + 1 < size ? 1 : 0);
      }
    }
    expect(counter.asked).toBe(proofs);
  });

  it('give the edge to the sequencer, which reads no entry', async () => {
    for (const size of [0, 1, 255, 256, 65_537, SIZE]) {
      expect((await readEdge(size, readTiles(sequencer))).root()).toEqual(tree.root(size));
    }
    await expect(sequencer.query('SELECT body FROM audit.entries LIMIT 1')).rejects.toThrow('permission denied');
  });

  it('that are asked for and are not there are not in the answer', async () => {
    const read = await readTiles(auditing)(
      [
        { level: 0, index: 258 },
        { level: 0, index: 300 },
        { level: 2, index: 0 },
        { level: 3, index: 0 },
      ],
      SIZE,
    );
    expect([...read].map(([key, hashes]) => [key, hashes.length / 32])).toEqual([
      ['0/258', 152],
      ['2/0', 1],
    ]);
  });

  it('are found by index, however many entries there are: nothing is scanned', async () => {
    const client = await auditing.connect();
    try {
      const given: { text: string; values: unknown[] }[] = [];
      const heard = {
        query: (query: { text: string; values: unknown[] }) => {
          given.push(query);
          return client.query(query);
        },
      } as unknown as Pick<pg.Pool, 'query'>;
      await proveEntry(heard, idOf(66_050));
      expect(given).toHaveLength(2);
      for (const { text, values } of given) {
        const { rows } = await client.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
        const plan = JSON.stringify(rows[0]['QUERY PLAN']);
        expect(plan).not.toContain('"Seq Scan"');
        expect(plan).toContain('"Index');
        const read = [...plan.matchAll(/"Actual Rows":(\d+)/g)].map(([, count]) => Number(count));
        expect(Math.max(...read)).toBeLessThanOrEqual(256);
      }
    } finally {
      client.release();
    }
  });
});

describe('the proof of an entry', () => {
  it('is against the latest publication, with two statements', async () => {
    for (const index of [0, 299, 300, 65_536, SIZE - 101]) {
      const counter = counted(auditing);
      const proof = await proveEntry(counter.pool, idOf(index));
      expect(proof).toEqual({
        index,
        size: SIZE - 100,
        leaf: createHash('sha256').update(`commitment ${index}`).digest(),
        salt: saltOf(index),
        hashes: tree.path(index, SIZE - 100),
        note: noteOf(SIZE - 100),
      });
      expect(counter.asked).toBe(2);
    }
  });

  it('is none for what is not published, not sequenced, not there, or no id', async () => {
    expect(await proveEntry(auditing, idOf(SIZE - 100))).toBeNull();
    expect(await proveEntry(auditing, idOf(SIZE + 1))).toBeNull();
    expect(await proveEntry(auditing, randomUUID())).toBeNull();
    for (const id of ['', 'x', "' OR 1=1", `${idOf(1)}\n`, 'a'.repeat(100_000)]) {
      expect(await proveEntry(auditing, id)).toBeNull();
    }
  });

  it('is of the entry whatever the case of its id', async () =>
    expect((await proveEntry(auditing, idOf(10).toUpperCase()))?.index).toBe(10));

  it('is none, and an error, when the log is damaged at its path', async () => {
    const client = await admin.connect();
    try {
      await client.query('BEGIN');
      await client.query('DELETE FROM audit.tiles WHERE level = 0 AND index = 3');
      await expect(proveEntry(client, idOf(3 * 256))).rejects.toThrow('Tile 0/3 of the log lacks hashes');
      await client.query('DELETE FROM audit.sequence WHERE index = $1', [SIZE - 120]);
      await expect(proveEntry(client, idOf(SIZE - 110))).rejects.toThrow('Tile 0/258 of the log lacks hashes');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });
});

describe('a proof as text', () => {
  const proof: EntryProof = {
    index: 73_894,
    size: 109_482,
    leaf: Buffer.alloc(32),
    salt: Buffer.alloc(32, 1),
    hashes: [Buffer.alloc(32, 2), Buffer.alloc(32, 3)],
    note: 'log.example\n109482\nroot\n\n— log.example AAAAAAAA\n',
  };

  it('is a tlog-proof with the salt beside it', () =>
    expect(formatProof(proof)).toBe(`c2sp.org/tlog-proof@v1
extra AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=
index 73894
AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=
AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM=

log.example
109482
root

— log.example AAAAAAAA
`));

  it('of an erased entry has no salt, and that of a tree of one has no hashes', () =>
    expect(formatProof({ ...proof, index: 0, salt: null, hashes: [] })).toBe(
      `c2sp.org/tlog-proof@v1\nindex 0\n\n${proof.note}`,
    ));
});
