import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SequencerOptions } from '../../../audit/sequencer/sequencer.ts';
import { createWitness, type WitnessOutcome } from '../../../audit/sequencer/witness.ts';
import { consistencyProof } from '../../../audit/tree/merkle.ts';
import { checkpointText, type NoteSigner, signNote } from '../../../audit/tree/note.ts';
import { encodeEntries, entriesPath, tilePath, tileWidth } from '../../../audit/tree/tiles.ts';
import { verifyDatabase } from '../../../audit/verify/database.ts';
import type { Finding } from '../../../audit/verify/findings.ts';
import { openCheckpoint, parseVerifierKey } from '../../../audit/verify/note.ts';
import type { Report, VerifyOptions } from '../../../audit/verify/report.ts';
import { verifyTiles } from '../../../audit/verify/tiles.ts';
import { disclosureOf, entryWith } from '../entries.ts';
import { naiveTree } from '../naive-tree.ts';
import { type LogWorld, startLog } from '../sequencing.ts';
import { newSigner, ORIGIN } from '../signing.ts';
import { type RunningWitness, startWitness } from '../witness-server.ts';

/** What the log holds: two complete tiles of leaves and the beginning of a third. */
const SIZE = 700;
/** A checkpoint of which somebody has kept a copy. */
const KEPT = 300;

let world: LogWorld;
let witness: RunningWitness;
/** The superuser’s connection: what is changed on it is rolled back after each row. */
let db: pg.PoolClient;
let options: VerifyOptions & { lag: number };
let kept: string;
let latest: string;
const folders = mkdtempSync(join(tmpdir(), 'nivel-tamper-'));
const published = join(folders, 'published');

beforeAll(async () => {
  world = await startLog();
  witness = await startWitness({ logs: [{ origin: ORIGIN, vkey: world.signer.vkey }] });
  await signAll({});
  // Each count is one checkpoint: nothing arrives while the sequencer runs.
  for (const count of [1, KEPT - 1, 255, SIZE - KEPT - 255]) {
    await append(count);
    const size = await signAll({ witnesses: [witness], quorum: 1, folder: published });
    if (size === KEPT) kept = await checkpointOf(KEPT);
  }
  latest = await checkpointOf(SIZE);
  options = { keys: keysOf(world.signer.vkey, witness.vkey), quorum: 1, kept: [], lag: 60_000 };
  db = await world.admin.connect();
});
afterAll(async () => {
  db?.release(true);
  await world?.close();
  await witness?.close();
  rmSync(folders, { recursive: true });
});

const keysOf = (...vkeys: readonly string[]) => vkeys.map(parseVerifierKey);

async function signAll(given: Partial<SequencerOptions>): Promise<number> {
  const sequencer = await world.start(given);
  const size = await world.caughtUp();
  const { folder } = given;
  if (folder !== undefined) {
    await vi.waitFor(() => expect(readFileSync(join(folder, 'checkpoint'), 'utf8')).toContain(`\n${size}\n`), 10_000);
  }
  await sequencer.close();
  return size;
}

async function append(count: number): Promise<void> {
  const entry = () => {
    const client = randomUUID();
    return entryWith({ clients: [client], disclosures: [disclosureOf(client)] });
  };
  await Promise.all(Array.from({ length: count }, () => world.log.append(entry(), new Map())));
}

async function checkpointOf(size: number): Promise<string> {
  const { rows } = await world.admin.query('SELECT note FROM audit.publications WHERE size = $1', [size]);
  return rows[0].note;
}

// —— changes in the database ——

/** One value of the entry at an index. */
async function set(index: number, column: string, expression: string): Promise<void> {
  const { rowCount } = await db.query(
    `UPDATE audit.entries e SET ${column} = ${expression} FROM audit.sequence s WHERE s.seq = e.seq AND s.index = $1`,
    [index],
  );
  expect(rowCount).toBe(1);
}

const flipped = (column: string, at: number): string => `set_byte(${column}, ${at}, get_byte(${column}, ${at}) # 1)`;

/** Another salt, and the commitment that goes with it: by itself the entry is sound. */
async function resalt(index: number): Promise<void> {
  await set(index, 'salt', `'\\x${randomBytes(32).toString('hex')}'`);
  await set(index, 'commitment', "sha256(salt || convert_to(body, 'UTF8'))");
}

async function leaves(): Promise<Buffer[]> {
  const { rows } = await db.query(
    'SELECT e.commitment FROM audit.sequence s JOIN audit.entries e USING (seq) ORDER BY s.index',
  );
  return rows.map(({ commitment }) => commitment);
}

/** Computes the whole log anew over the entries as they are now, and signs each checkpoint above a size again. */
async function resign(above: number, signer: NoteSigner): Promise<void> {
  const commitments = await leaves();
  const tree = naiveTree(commitments);
  await db.query('DELETE FROM audit.cosignatures WHERE size > $1', [above]);
  for (const { size } of (await db.query('SELECT size::int FROM audit.checkpoints WHERE size > $1', [above])).rows) {
    const root = tree.root(size);
    const note = signNote(checkpointText(ORIGIN, size, root), [signer]);
    await db.query('UPDATE audit.checkpoints SET root = $2, note = $3 WHERE size = $1', [size, root, note]);
    await db.query('UPDATE audit.publications SET note = $2 WHERE size = $1', [size, note]);
  }
  for (let index = 0; (index + 1) * 256 <= commitments.length; index += 1) {
    const root = naiveTree(commitments.slice(index * 256, (index + 1) * 256)).root();
    const values = [index, tree.tile(0, index, 256), root];
    await db.query('UPDATE audit.tiles SET hashes = $2, root = $3 WHERE level = 0 AND index = $1', values);
  }
}

/** Takes away all that is after a size, as if it had never been. */
async function rollBack(size: number): Promise<void> {
  for (const table of ['cosignatures', 'publications', 'checkpoints']) {
    await db.query(`DELETE FROM audit.${table} WHERE size > $1`, [size]);
  }
  await db.query('DELETE FROM audit.tiles WHERE (index + 1) * 256 > $1', [size]);
  const { rows } = await db.query('DELETE FROM audit.sequence WHERE index >= $1 RETURNING seq', [size]);
  await db.query('DELETE FROM audit.entries WHERE seq = ANY ($1)', [rows.map(({ seq }) => seq)]);
  await db.query('UPDATE audit.checkpoints SET watermark = 0');
}

/** A copy of an entry under an id of its own: all that it says of itself is sound but for the id. */
async function slipIn(): Promise<string> {
  const { rows } =
    await db.query(`INSERT INTO audit.entries (id, at, kind, outcome, caller, caller_agency, caller_role, purpose,
      clients, categories, bases, sources, body, salt, commitment)
    SELECT id2, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, body2, salt,
      sha256(salt || convert_to(body2, 'UTF8'))
    FROM (SELECT *, replace(body, id::text, id2::text) AS body2
      FROM (SELECT *, gen_random_uuid() AS id2 FROM audit.entries ORDER BY seq LIMIT 1) a) b RETURNING seq`);
  return rows[0].seq;
}

// —— what notices it ——

/** Within the transaction of the row: the verifier’s own snapshot would not see it. */
async function verify(more: Partial<VerifyOptions> = {}): Promise<Report> {
  const query = ((...given: [string, ...unknown[]]) =>
    /^(BEGIN|ROLLBACK)/.test(given[0])
      ? Promise.resolve()
      : (db.query as (...all: unknown[]) => unknown)(...given)) as never;
  return verifyDatabase({ query }, { ...options, ...more });
}

/** What the witness says when the log’s latest checkpoint is submitted to it. */
async function submit(): Promise<WitnessOutcome['kind']> {
  const { rows } = await db.query('SELECT size::int, note FROM audit.checkpoints ORDER BY size DESC LIMIT 1');
  const [{ size, note }] = rows;
  const tree = naiveTree(await leaves());
  const { kind } = await createWitness(witness).submit(note, size, SIZE, (from) =>
    consistencyProof(from, size, tree.readTiles),
  );
  return kind;
}

interface Row {
  readonly change: string;
  readonly make: () => Promise<unknown>;
  /** What the verifier finds first, with the log’s key alone; null when that is not enough. */
  readonly finds: Pick<Finding, 'code' | 'index' | 'until'> | null;
  /** What it says besides. */
  readonly also?: string;
  /** What it finds with a checkpoint that was kept, or with the key of the witness, where the log’s key is not enough. */
  readonly withKept?: Pick<Finding, 'code' | 'index' | 'until'>;
  readonly withWitness?: Pick<Finding, 'code'>;
  /** What the witness answers to the checkpoint; `cosigned` when it sees nothing. */
  readonly witness: WitnessOutcome['kind'];
}

const other = newSigner();

/** The tamper table of docs/audit-log.md. */
const ROWS: readonly Row[] = [
  {
    change: 'A byte of an entry’s text is flipped',
    make: () => set(417, 'body', "overlay(body placing 'X' from 20)"),
    finds: { code: 'ENTRY_ALTERED', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'A byte of a salt is flipped',
    make: () => set(417, 'salt', flipped('salt', 5)),
    finds: { code: 'ENTRY_ALTERED', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'A byte of a commitment is flipped',
    make: () => set(417, 'commitment', flipped('commitment', 5)),
    finds: { code: 'ENTRY_ALTERED', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'An entry is given another salt, and the commitment that goes with it',
    make: () => resalt(417),
    finds: { code: 'LOG_REWRITTEN', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'An entry is given another salt, and its tile is made to fit',
    make: async () => {
      await resalt(417);
      const own = naiveTree((await leaves()).slice(256, 512));
      const values = [own.tile(0, 0, 256), own.root()];
      await db.query('UPDATE audit.tiles SET hashes = $1, root = $2 WHERE level = 0 AND index = 1', values);
    },
    finds: { code: 'LOG_REWRITTEN', index: KEPT, until: KEPT + 255 },
    witness: 'cosigned',
  },
  ...Object.entries({
    at: "at + interval '1 day'",
    kind: "'MUTATION'",
    outcome: "'DENIED'",
    caller: 'gen_random_uuid()',
    caller_agency: "'KELA'",
    caller_role: "'peer'",
    purpose: 'NULL',
    clients: "'{}'",
    categories: "'{HOUSING}'",
    bases: "bases || '{GUARDIAN}'::text[]",
    sources: 'NULLIF(sources, sources) || NULL::text',
    id: 'gen_random_uuid()',
  }).map(
    ([column, expression]): Row => ({
      change: `The column \`${column}\` beside an entry is altered`,
      make: () => set(417, column, expression),
      finds: { code: 'COLUMN_ALTERED', index: 417 },
      witness: 'cosigned',
    }),
  ),
  {
    change: 'The text of an entry is erased, and no entry declares it',
    make: () =>
      set(
        417,
        'erased_by',
        `id, outcome = NULL, body = NULL, salt = NULL, caller = NULL, caller_agency = NULL, caller_role = NULL, purpose = NULL,
         clients = '{}', categories = '{}', bases = '{}', sources = '{}'`,
      ),
    finds: { code: 'ENTRY_ERASED', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'A hash in a tile is flipped',
    make: () => db.query(`UPDATE audit.tiles SET hashes = ${flipped('hashes', 161 * 32)} WHERE index = 1`),
    finds: { code: 'TILE_ALTERED', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'The root of a tile is flipped',
    make: () => db.query(`UPDATE audit.tiles SET root = ${flipped('root', 0)} WHERE index = 1`),
    finds: { code: 'TILE_ALTERED', index: 256, until: 512 },
    witness: 'cosigned',
  },
  {
    change: 'A tile is deleted',
    make: () => db.query('DELETE FROM audit.tiles WHERE index = 1'),
    finds: { code: 'TILE_MISSING', index: 256, until: 512 },
    witness: 'cosigned',
  },
  {
    change: 'A checkpoint is given another root',
    make: () =>
      db.query('UPDATE audit.checkpoints SET note = replace(note, $2, $3) WHERE size = $1', [
        SIZE,
        latest.split('\n')[2],
        randomBytes(32).toString('base64'),
      ]),
    finds: { code: 'ENTRIES_UNSIGNED', index: KEPT + 255, until: SIZE },
    also: 'SIGNATURE_WRONG',
    witness: 'refused',
  },
  {
    change: 'The column `root` of a checkpoint is altered',
    make: () => db.query(`UPDATE audit.checkpoints SET root = ${flipped('root', 0)} WHERE size = ${KEPT}`),
    finds: { code: 'CHECKPOINT_ALTERED' },
    witness: 'cosigned',
  },
  {
    change: 'The last checkpoint is deleted with its publication',
    make: async () => {
      for (const table of ['cosignatures', 'publications', 'checkpoints'])
        await db.query(`DELETE FROM audit.${table} WHERE size = ${SIZE}`);
    },
    finds: { code: 'ENTRIES_UNSIGNED', index: KEPT + 255, until: SIZE },
    witness: 'ahead',
  },
  {
    change: 'A publication’s cosignature is altered',
    make: () => db.query("UPDATE audit.publications SET note = overlay(note placing 'AAAA' from length(note) - 12)"),
    finds: { code: 'SIGNATURE_WRONG' },
    witness: 'cosigned',
  },
  {
    change: 'An entry is deleted',
    make: () => db.query('DELETE FROM audit.entries WHERE seq = (SELECT seq FROM audit.sequence WHERE index = 417)'),
    finds: { code: 'ENTRIES_MISSING', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'An entry is deleted with its index',
    make: () =>
      db.query(
        'WITH s AS (DELETE FROM audit.sequence WHERE index = 417 RETURNING seq) DELETE FROM audit.entries USING s WHERE entries.seq = s.seq',
      ),
    finds: { code: 'ENTRIES_MISSING', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'The last entry is deleted with its index',
    make: () => db.query(`DELETE FROM audit.sequence WHERE index = ${SIZE - 1}`),
    finds: { code: 'ENTRIES_MISSING', index: SIZE - 1, until: SIZE },
    witness: 'cosigned',
  },
  {
    change: 'An entry is deleted, and those after it move up',
    make: async () => {
      await db.query('DELETE FROM audit.sequence WHERE index = 417');
      await db.query('UPDATE audit.sequence SET index = -index WHERE index > 417');
      await db.query('UPDATE audit.sequence SET index = -index - 1 WHERE index < 0');
    },
    finds: { code: 'LOG_REWRITTEN', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'Two entries change places',
    make: async () => {
      await db.query(
        'UPDATE audit.sequence SET index = CASE index WHEN 417 THEN -1 ELSE -2 END WHERE index IN (417, 418)',
      );
      await db.query('UPDATE audit.sequence SET index = CASE index WHEN -1 THEN 418 ELSE 417 END WHERE index < 0');
    },
    finds: { code: 'LOG_REWRITTEN', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'An entry is put between others',
    make: async () => {
      const seq = await slipIn();
      await db.query('UPDATE audit.sequence SET index = -index - 1 WHERE index >= 417');
      await db.query('UPDATE audit.sequence SET index = -index WHERE index < 0');
      await db.query('INSERT INTO audit.sequence VALUES (417, $1)', [seq]);
    },
    finds: { code: 'LOG_REWRITTEN', index: 417 },
    witness: 'cosigned',
  },
  {
    change: 'An entry is put at the end with an index, unsigned',
    make: async () => db.query('INSERT INTO audit.sequence VALUES ($1, $2)', [SIZE, await slipIn()]),
    finds: { code: 'ENTRIES_UNSIGNED', index: SIZE, until: SIZE + 1 },
    witness: 'cosigned',
  },
  {
    change: 'An entry is put into the table without an index, dated back',
    make: async () =>
      db.query("UPDATE audit.entries SET inserted_at = now() - interval '5 minutes' WHERE seq = $1", [await slipIn()]),
    finds: { code: 'ENTRIES_UNSEQUENCED' },
    witness: 'cosigned',
  },
  {
    change: 'An entry loses its index, and the log is signed anew without it',
    make: async () => {
      await db.query('DELETE FROM audit.sequence WHERE index = 417');
      await db.query('UPDATE audit.sequence SET index = -index WHERE index > 417');
      await db.query('UPDATE audit.sequence SET index = -index - 1 WHERE index < 0');
      await db.query(`DELETE FROM audit.cosignatures WHERE size = ${SIZE}`);
      for (const table of ['publications', 'checkpoints']) {
        await db.query(`UPDATE audit.${table} SET size = size - 1 WHERE size = ${SIZE}`);
      }
      await resign(KEPT, world.signer);
      await db.query(`UPDATE audit.checkpoints SET watermark = (SELECT max(seq) FROM audit.entries)`);
    },
    finds: { code: 'ENTRIES_UNSEQUENCED' },
    witness: 'ahead',
  },
  {
    change: 'The tail is rewritten and signed with another key',
    make: async () => {
      await resalt(417);
      await resign(KEPT, other);
    },
    finds: { code: 'ENTRIES_UNSIGNED', index: KEPT, until: SIZE },
    also: 'SIGNATURE_MISSING',
    witness: 'refused',
  },
  {
    change: 'The tail is rewritten and signed with the log’s own key (stolen)',
    make: async () => {
      await resalt(417);
      await resign(KEPT, world.signer);
    },
    finds: null,
    withKept: { code: 'LOG_REWRITTEN', index: KEPT, until: SIZE },
    withWitness: { code: 'QUORUM_MISSING' },
    witness: 'inconsistent',
  },
  {
    change: 'All is rewritten and signed with the log’s own key (stolen)',
    make: async () => {
      await resalt(2);
      await resign(0, world.signer);
    },
    finds: null,
    withKept: { code: 'LOG_REWRITTEN', index: 0, until: KEPT },
    withWitness: { code: 'QUORUM_MISSING' },
    witness: 'inconsistent',
  },
  {
    change: 'The log is rolled back to an older checkpoint',
    make: () => rollBack(KEPT),
    finds: null,
    withKept: { code: 'ENTRIES_MISSING', index: KEPT, until: SIZE },
    witness: 'ahead',
  },
  {
    change: 'The log is rolled back and goes on with other entries, signed with its own key (a fork)',
    make: async () => {
      await rollBack(KEPT);
      const seqs = [await slipIn()];
      for (let n = 1; n < SIZE + 50 - KEPT; n += 1) seqs.push(await slipIn());
      await db.query(
        'INSERT INTO audit.sequence SELECT index + $1, seq FROM unnest($2::bigint[]) WITH ORDINALITY t(seq, index)',
        [KEPT - 1, seqs],
      );
      const tree = naiveTree(await leaves());
      const note = signNote(checkpointText(ORIGIN, SIZE + 50, tree.root()), [world.signer]);
      await db.query('INSERT INTO audit.checkpoints VALUES ($1, $2, $3, 0)', [SIZE + 50, tree.root(), note]);
      await db.query('INSERT INTO audit.publications VALUES ($1, $2)', [SIZE + 50, note]);
      const root = naiveTree((await leaves()).slice(256, 512)).root();
      await db.query('INSERT INTO audit.tiles VALUES (0, 1, $1, $2)', [tree.tile(0, 1, 256), root]);
    },
    finds: null,
    withKept: { code: 'LOG_REWRITTEN', index: KEPT, until: SIZE },
    withWitness: { code: 'QUORUM_MISSING' },
    witness: 'inconsistent',
  },
];

const shown = (first: Finding | null) => {
  if (first === null) return null;
  const { message, ...rest } = first;
  // One sentence, and nothing of an entry in it.
  expect(message).toMatch(/^[a-z1][^\n]{10,250}[^.\n]$/);
  return rest;
};

describe('a change in the database', () => {
  it('none: the log verifies, by the role that reads it', async () => {
    const client = await poolClient();
    try {
      const report = await verifyDatabase(client, { ...options, kept: [openCheckpoint(kept, options.keys)] });
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ intact: true, first: null, size: SIZE, entries: SIZE, tiles: 2, erased: 0 });
      expect(report.witnesses).toEqual(['witness.example/w1']);
      expect(report.checkpoints).toBeGreaterThanOrEqual(8);
    } finally {
      client.release();
    }
    expect(await submit()).toBe('cosigned');
  });

  it.each(ROWS)('$change', async ({ make, finds, also, withKept, withWitness, witness: answer }) => {
    await db.query('BEGIN');
    try {
      // What owns the tables may do this; the transaction takes it all back.
      await db.query(`ALTER TABLE audit.sequence DROP CONSTRAINT sequence_seq_fkey, DROP CONSTRAINT sequence_index_check;
        ALTER TABLE audit.publications DROP CONSTRAINT publications_size_fkey;
        ALTER TABLE audit.cosignatures DROP CONSTRAINT cosignatures_size_fkey`);
      await make();
      const alone = await verify({ keys: keysOf(world.signer.vkey), quorum: 0 });
      const cosigned = await verify();
      const against = await verify({
        kept: [kept, latest].map((note) => openCheckpoint(note, options.keys)),
        quorum: 0,
      });
      if (finds !== null && finds.code !== 'SIGNATURE_WRONG') expect(shown(alone.first)).toEqual(finds);
      if (finds === null) expect(alone.findings).toEqual([]);
      else expect(shown(cosigned.first)).toEqual(finds);
      expect(cosigned.intact).toBe(finds === null && withWitness === undefined);
      if (also !== undefined) expect(Object.keys(cosigned.counts)).toContain(also);
      if (withWitness !== undefined) expect(shown(cosigned.first)).toEqual(withWitness);
      if (withKept !== undefined) expect(shown(against.first)).toEqual(withKept);
      expect(against.intact).toBe(false);
      expect(await submit()).toBe(answer);
    } finally {
      await db.query('ROLLBACK');
    }
  });

  it('nor is it one of the log that an older checkpoint is gone: the entries are held against it by whoever has kept it', async () => {
    await db.query('BEGIN');
    try {
      for (const table of ['cosignatures', 'publications', 'checkpoints'])
        await db.query(`DELETE FROM audit.${table} WHERE size = ${KEPT}`);
      const against = { kept: [openCheckpoint(kept, options.keys)] };
      expect((await verify(against)).findings).toEqual([]);
      await resalt(2);
      await resign(0, world.signer);
      expect(shown((await verify({ ...against, quorum: 0 })).first)).toMatchObject({ code: 'LOG_REWRITTEN' });
    } finally {
      await db.query('ROLLBACK');
    }
  });

  async function poolClient(): Promise<pg.PoolClient & { release(): void }> {
    const { poolOf } = await import('../../postgres.ts');
    const pool = poolOf(world.database.roleUrl('audit'));
    const client = await pool.connect();
    const release = client.release.bind(client);
    client.release = () => {
      release(true);
      void pool.end();
    };
    return client;
  }
});

const FOLDER_ROWS: readonly {
  readonly change: string;
  readonly make: (folder: string) => void;
  readonly finds: Pick<Finding, 'code' | 'index' | 'until'>;
}[] = [
  {
    change: 'A commitment in an entry bundle is flipped',
    make: (folder) => flip(join(folder, entriesPath(1)), 161 * 34 + 9),
    finds: { code: 'LOG_REWRITTEN', index: 417 },
  },
  {
    change: 'A commitment in the last entry bundle and its tile are altered together',
    make(folder) {
      const width = SIZE % 256;
      const bundle = join(folder, entriesPath(2, width));
      flip(bundle, 3 * 34 + 2);
      const commitment = readFileSync(bundle).subarray(3 * 34 + 2, 4 * 34);
      const tile = readFileSync(join(folder, tilePath(0, 2, width)));
      createHash('sha256')
        .update(Buffer.of(0))
        .update(commitment)
        .digest()
        .copy(tile, 3 * 32);
      writeFileSync(join(folder, tilePath(0, 2, width)), tile);
    },
    finds: { code: 'LOG_REWRITTEN', index: 0, until: SIZE },
  },
  {
    change: 'An entry bundle is cut short',
    make: (folder) => cut(join(folder, entriesPath(1)), -1),
    finds: { code: 'BUNDLE_ALTERED', index: 256, until: 512 },
  },
  {
    change: 'An entry bundle is removed',
    make: (folder) => rmSync(join(folder, entriesPath(1))),
    finds: { code: 'ENTRIES_MISSING', index: 256, until: 512 },
  },
  {
    change: 'A length in an entry bundle is altered',
    make: (folder) => flip(join(folder, entriesPath(0)), 1),
    finds: { code: 'BUNDLE_ALTERED', index: 0, until: 256 },
  },
  {
    change: 'A hash in a tile of the folder is flipped',
    make: (folder) => flip(join(folder, tilePath(0, 1)), 161 * 32),
    finds: { code: 'TILE_ALTERED', index: 417 },
  },
  {
    change: 'A hash in the last, partial tile is flipped',
    make: (folder) => flip(join(folder, tilePath(0, 2, SIZE % 256)), 3 * 32),
    finds: { code: 'TILE_ALTERED', index: 515 },
  },
  {
    change: 'A hash in the upper tile is flipped',
    make: (folder) => flip(join(folder, tilePath(1, 0, 2)), 32),
    finds: { code: 'TILE_ALTERED', index: 256, until: 512 },
  },
  {
    change: 'A tile of the folder is cut short',
    make: (folder) => cut(join(folder, tilePath(0, 1)), -32),
    finds: { code: 'TILE_ALTERED', index: 256, until: 512 },
  },
  {
    change: 'A tile of the folder is removed',
    make: (folder) => rmSync(join(folder, tilePath(0, 0))),
    finds: { code: 'TILE_MISSING', index: 0, until: 256 },
  },
  {
    change: 'The checkpoint of the folder is altered',
    make: (folder) => writeFileSync(join(folder, 'checkpoint'), latest.replace(`\n${SIZE}\n`, `\n${SIZE - 1}\n`)),
    finds: { code: 'SIGNATURE_WRONG' },
  },
  {
    change: 'The checkpoint of the folder is signed with another key',
    make(folder) {
      const [, , root = ''] = latest.split('\n');
      const text = checkpointText(ORIGIN, SIZE, Buffer.from(root, 'base64'));
      writeFileSync(join(folder, 'checkpoint'), signNote(text, [other]));
    },
    finds: { code: 'SIGNATURE_MISSING' },
  },
  {
    change: 'The folder is rolled back to an older checkpoint',
    make: (folder) => writeOther(folder, KEPT, 0),
    finds: { code: 'ENTRIES_MISSING', index: KEPT, until: SIZE },
  },
  {
    change: 'The folder holds another history signed with the log’s own key (a fork)',
    make: (folder) => writeOther(folder, SIZE, 417),
    finds: { code: 'LOG_REWRITTEN', index: 0, until: SIZE },
  },
];

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  writeFileSync(file, bytes);
}

function cut(file: string, at: number): void {
  writeFileSync(file, readFileSync(file).subarray(0, at));
}

/** A whole, sound folder of the first `size` entries, of which the one at `altered` is another; 0 for none. */
function writeOther(folder: string, size: number, altered: number): void {
  const commitments: Buffer[] = [0, 1, 2].flatMap((index) => {
    const bundle = readFileSync(join(folder, entriesPath(index, tileWidth(0, index, SIZE))));
    return Array.from({ length: bundle.length / 34 }, (_, n) => Buffer.from(bundle.subarray(n * 34 + 2, (n + 1) * 34)));
  });
  if (altered > 0) commitments[altered] = randomBytes(32);
  const tree = naiveTree(commitments.slice(0, size));
  for (let level = 0; level < 2; level += 1) {
    for (let index = 0; tileWidth(level, index, size) > 0; index += 1) {
      const width = tileWidth(level, index, size);
      put(folder, tilePath(level, index, width), tree.tile(level, index, width));
      const entries = commitments.slice(index * 256, index * 256 + width);
      if (level === 0) put(folder, entriesPath(index, width), encodeEntries(entries));
    }
  }
  put(folder, 'checkpoint', signNote(checkpointText(ORIGIN, size, tree.root()), [world.signer]));
}

function put(folder: string, path: string, bytes: Uint8Array | string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, bytes);
}

describe('a change in the folder of tiles', () => {
  const copy = (): string => {
    const folder = join(folders, `copy-${randomUUID()}`);
    cpSync(published, folder, { recursive: true });
    return folder;
  };

  it('none: it verifies, as a folder and by its address', async () => {
    const against = { ...options, kept: [kept, latest].map((note) => openCheckpoint(note, options.keys)) };
    for (const source of [published, `file://${published}`]) {
      const report = await verifyTiles(source, against);
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ intact: true, size: SIZE, entries: SIZE, tiles: 4, origin: ORIGIN });
    }
  });

  it('nor is it one that partial tiles go once they are full (C2SP tlog-tiles)', async () => {
    const folder = copy();
    writeFileSync(join(folder, 'checkpoint'), kept);
    const report = await verifyTiles(folder, options);
    expect(report).toMatchObject({ findings: [], size: KEPT, entries: KEPT, tiles: 3 });
  });

  it.each(FOLDER_ROWS)('$change', async ({ make, finds }) => {
    const folder = copy();
    make(folder);
    const against = { ...options, quorum: 0, kept: [openCheckpoint(latest, options.keys)] };
    const report = await verifyTiles(folder, against);
    expect(shown(report.first)).toEqual(finds);
  });
});

describe('docs/audit-log.md', () => {
  const place = ({ code, index, until }: Pick<Finding, 'code' | 'index' | 'until'>): string => {
    const width = index === undefined ? 0 : (until ?? index + 1) - index;
    return `\`${code}\`${width === 0 ? '' : width === 1 ? ', the index' : ', a range'}`;
  };
  const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
  const database = ROWS.map(({ change, finds, also, withKept, withWitness, witness: answer }) => {
    const found = [
      ...(finds === null ? [] : [place(finds)]),
      ...(also === undefined ? [] : [`\`${also}\``]),
      ...(withKept === undefined ? [] : [`with a kept checkpoint: ${place(withKept)}`]),
      ...(withWitness === undefined ? [] : [`with a witness: \`${withWitness.code}\``]),
    ];
    return row(change, found.join('; '), answer === 'cosigned' ? '' : answer);
  });
  const folder = FOLDER_ROWS.map(({ change, finds }) => row(change, place(finds)));

  it('has both tables as they are tested', () => {
    const text = readFileSync(new URL('../../../docs/audit-log.md', import.meta.url), 'utf8');
    for (const rows of [database, folder]) expect(text).toContain(rows.join('\n'));
  });
});
