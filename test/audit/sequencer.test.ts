import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LEDGER_LOCK } from '../../consent/lock.ts';
import { poolOf } from '../postgres.ts';
import { layLine } from './entries.ts';
import { expectSound, type LogWorld, startLog } from './sequencing.ts';
import { newSigner, ORIGIN } from './signing.ts';

let world: LogWorld;
beforeEach(async () => {
  world = await startLog();
});
afterEach(() => world?.close());

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();

/** MTH of RFC 6962 § 2.1, as it is written there. */
function mth(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0] as Buffer);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha256(Buffer.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

async function commitments(): Promise<Buffer[]> {
  const { rows } = await world.admin.query(
    'SELECT e.commitment FROM audit.sequence s JOIN audit.entries e USING (seq) ORDER BY s.index',
  );
  return rows.map(({ commitment }) => commitment);
}

/** Every checkpoint’s root is that of the entries before it. */
async function expectRoots(): Promise<void> {
  const leaves = await commitments();
  const { rows } = await world.admin.query('SELECT size::int, root, note FROM audit.checkpoints ORDER BY size');
  for (const { size, root, note } of rows) {
    expect(root, `root at ${size}`).toEqual(mth(leaves.slice(0, size)));
    expect(note.split('\n').slice(0, 3)).toEqual([ORIGIN, String(size), root.toString('base64')]);
  }
}

/** Rows that sessions have fetched from the log’s tables. */
async function rowsRead(): Promise<number> {
  const { rows } = await world.admin.query(`SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int AS read
    FROM pg_stat_user_tables WHERE schemaname = 'audit' AND relname IN ('entries', 'sequence', 'tiles', 'checkpoints')`);
  return rows[0].read;
}

const said = (event: string): number => world.lines.filter((line) => line.event === event).length;

describe('a sequencer', () => {
  it('signs and publishes the empty log first', async () => {
    await world.start();
    await expect.poll(world.published).toBe(0);
    const { rows } = await world.admin.query(
      'SELECT size::int, root, note FROM audit.publications JOIN audit.checkpoints USING (size, note)',
    );
    expect(rows).toMatchObject([{ size: 0, root: sha256() }]);
  });

  it('gives every entry an index in order of arrival, and each checkpoint the root of what is before it', async () => {
    await world.append(300);
    await world.start();
    expect(await world.caughtUp()).toBe(300);
    for (const count of [1, 211, 1, 300]) {
      await world.append(count);
      await world.caughtUp();
    }
    expect(await expectSound(world.admin)).toBe(813);
    await expectRoots();
    const { rows } = await world.admin.query(
      'SELECT count(*)::int AS n FROM (SELECT seq - lag(seq) OVER (ORDER BY index) AS d FROM audit.sequence) x WHERE d < 0',
    );
    expect(rows[0].n).toBe(0);
    const tiles = await world.admin.query('SELECT level, index::int, hashes, root FROM audit.tiles ORDER BY 1, 2');
    expect(tiles.rows.map(({ level, index }) => [level, index])).toEqual([
      [0, 0],
      [0, 1],
      [0, 2],
    ]);
    const leaves = await commitments();
    for (const { index, hashes, root } of tiles.rows) {
      const own = leaves.slice(index * 256, (index + 1) * 256);
      expect(hashes).toEqual(Buffer.concat(own.map((leaf) => sha256(Buffer.of(0), leaf))));
      expect(root).toEqual(mth(own));
    }
  });

  it('takes up a log of any size where it was left', { timeout: 30_000 }, async () => {
    for (const count of [0, 1, 254, 1, 1, 255, 1, 70]) {
      await world.append(count);
      const sequencer = await world.start();
      await world.caughtUp();
      await sequencer.close();
    }
    expect(await expectSound(world.admin)).toBe(583);
    await expectRoots();
    expect(said('log halted')).toBe(0);
  });

  it('makes a tile of tiles, and takes up a log of that size without reading it', { timeout: 60_000 }, async () => {
    // Straight into the table: 65,536 entries and some, as gateways would write them in a day.
    await world.admin.query(`INSERT INTO audit.entries (id, at, kind, outcome, clients, categories, bases, sources, body, salt, commitment)
      SELECT gen_random_uuid(), now(), 'QUERY', 'ANSWERED', '{}', '{}', '{}', '{}', '{}', sha256('s'), sha256(n::text::bytea)
      FROM generate_series(1, 65900) AS n`);
    const first = await world.start();
    for (const deadline = Date.now() + 50_000; (await world.published()) < 65_900 && Date.now() < deadline; )
      await sleep(50);
    await first.close();
    const { rows } = await world.admin.query('SELECT hashes FROM audit.tiles WHERE level = 1');
    expect(rows).toHaveLength(1);
    // The server counts what a session read when it has ended.
    await sleep(1_000);
    const before = await rowsRead();
    const second = await world.start();
    await expect.poll(() => second.leading).toBe(true);
    await second.close();
    await expect.poll(rowsRead).toBeGreaterThan(before);
    expect((await rowsRead()) - before).toBeLessThan(500);
    await world.append(40);
    await world.start();
    await world.caughtUp();
    const leaves = await commitments();
    const last = await world.admin.query('SELECT root FROM audit.checkpoints ORDER BY size DESC LIMIT 1');
    expect(last.rows[0].root).toEqual(mth(leaves));
    expect(await expectSound(world.admin)).toBe(65_940);
  });

  it('waits for no insert that is under way, and loses none', async () => {
    const late = await world.gateway.connect();
    await late.query(`BEGIN; SELECT pg_advisory_xact_lock_shared(${LEDGER_LOCK})`);
    await late.query(`INSERT INTO audit.entries (id, at, kind, outcome, clients, categories, bases, sources, body, salt, commitment)
      VALUES (gen_random_uuid(), now(), 'QUERY', 'ANSWERED', '{}', '{}', '{}', '{}', '{}', sha256('s'), sha256('late'))`);
    await world.append(20);
    await world.start();
    await expect.poll(world.published).toBe(20);
    const { rows } = await world.admin.query('SELECT watermark::int FROM audit.checkpoints ORDER BY size DESC LIMIT 1');
    expect(rows[0].watermark, 'nothing is proven while it is under way').toBe(0);
    await late.query('COMMIT');
    late.release();
    expect(await world.caughtUp()).toBe(21);
    // The earlier arrival has the later index: order of arrival goes as far as it was known.
    const places = await world.admin.query('SELECT index::int FROM audit.sequence ORDER BY seq LIMIT 1');
    expect(places.rows[0].index).toBe(20);
    await expectRoots();
  });

  it('loses none while many write and changes of facts come between', { timeout: 30_000 }, async () => {
    await world.start({ interval: 5 });
    await Promise.all(
      Array.from({ length: 8 }, async () => {
        for (let n = 0; n < 25; n += 1) {
          await world.append(10);
          await sleep(Math.random() * 4);
        }
      }),
    );
    expect(await world.caughtUp()).toBe(2_000);
    await expectSound(world.admin);
    await expectRoots();
  });
});

describe('of two sequencers', () => {
  it('one leads, and the other takes over when it is closed', async () => {
    const [one, other] = await Promise.all([world.start(), world.start()]);
    await expect.poll(() => [one.leading, other.leading].filter(Boolean).length).toBe(1);
    await world.append(30);
    await world.caughtUp();
    expect([one.leading, other.leading].filter(Boolean)).toHaveLength(1);
    const [leader, standby] = one.leading ? [one, other] : [other, one];
    await leader.close();
    expect(leader.leading).toBe(false);
    await expect.poll(() => standby.leading).toBe(true);
    await world.append(30);
    await world.caughtUp();
    await expectSound(world.admin);
    await expectRoots();
  });

  it('one whose connection is cut leads no more, and nothing is given two places', { timeout: 20_000 }, async () => {
    await world.start();
    await world.start();
    let going = true;
    const writing = (async () => {
      while (going) await world.append(5);
    })();
    for (let n = 0; n < 6; n += 1) {
      await expect.poll(() => said('sequencer leads')).toBeGreaterThan(n);
      // Each time at another moment of what a leader does.
      await sleep(20 * n);
      await world.admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nivel sequencer' AND datname = current_database()",
      );
    }
    going = false;
    await writing;
    await world.caughtUp();
    await expectSound(world.admin);
    await expectRoots();
    expect(said('log halted')).toBe(0);
  });

  it('one whose network goes silent is ended by the server, and the other takes over', {
    timeout: 40_000,
  }, async () => {
    const line = await layLine(world.database.roleUrl('sequencer'));
    const silent = await world.start({ databaseUrl: line.url, silence: 1_000 });
    await expect.poll(() => silent.leading).toBe(true);
    const standby = await world.start();
    line.silent = true;
    await expect.poll(() => standby.leading, { timeout: 10_000 }).toBe(true);
    await world.append(3);
    await world.caughtUp();
    // It has written nothing since, and hears of its end by its own time-outs: of a statement, and of the rollback after it.
    await expect.poll(() => silent.leading, { timeout: 15_000 }).toBe(false);
    await line.close();
    await expectSound(world.admin);
  });
});

describe('a log that is not what was signed', () => {
  beforeEach(async () => {
    await world.append(700);
    const sequencer = await world.start();
    await world.caughtUp();
    await sequencer.close();
  });

  const REPLICA = 'SET session_replication_role = replica;';
  it.each([
    ['lost its last places', `DELETE FROM audit.sequence WHERE index >= 690`],
    ['lost its last checkpoint', 'DELETE FROM audit.publications; DELETE FROM audit.checkpoints WHERE size = 700'],
    [
      'had a leaf changed at its edge',
      `UPDATE audit.entries SET commitment = sha256('x') WHERE seq = (SELECT seq FROM audit.sequence WHERE index = 699)`,
    ],
    [
      'had two swapped at its edge',
      `UPDATE audit.sequence SET seq = seq + 1000000 WHERE index IN (698, 699); UPDATE audit.sequence SET seq = (SELECT seq FROM audit.sequence WHERE index = 697) + CASE index WHEN 698 THEN 2 ELSE 1 END WHERE index IN (698, 699)`,
    ],
    ['lost a tile', 'DELETE FROM audit.tiles WHERE index = 1'],
    ['had a tile changed', `UPDATE audit.tiles SET root = sha256('x') WHERE index = 1`],
    ['had its checkpoint’s root changed', `UPDATE audit.checkpoints SET root = sha256('x')`],
  ])(
    '%s: nothing more is signed, also after a restart, until an operator has lifted the halt',
    async (_what, tampering) => {
      const client = await world.admin.connect();
      await client.query(`${REPLICA} ${tampering}; SET session_replication_role = DEFAULT`);
      client.release();
      const before = await world.admin.query('SELECT count(*)::int AS n FROM audit.checkpoints');
      const sequencer = await world.start();
      await expect.poll(() => said('log halted')).toBe(1);
      expect(world.lines.find(({ event }) => event === 'log halted')).toMatchObject({
        level: 'error',
        code: 'LOG_INCONSISTENT',
      });
      await world.append(3);
      await sleep(100);
      await sequencer.close();
      await world.start();
      await expect.poll(() => said('log halted')).toBe(2);
      expect((await world.admin.query('SELECT count(*)::int AS n FROM audit.checkpoints')).rows).toEqual(before.rows);
      expect((await world.admin.query('SELECT count(*)::int AS n FROM audit.halts')).rows[0].n).toBe(1);
    },
  );

  it('goes on once it is mended and the halt is lifted', async () => {
    const client = await world.admin.connect();
    await client.query(`${REPLICA} CREATE TABLE kept AS TABLE audit.tiles; DELETE FROM audit.tiles`);
    await world.start();
    await expect.poll(() => said('log halted')).toBe(1);
    await client.query(
      'INSERT INTO audit.tiles SELECT * FROM kept; UPDATE audit.halts SET lifted_at = now(); SET session_replication_role = DEFAULT',
    );
    client.release();
    await world.append(1);
    expect(await world.caughtUp()).toBe(701);
    expect(said('log resumed')).toBe(1);
  });

  it('is not signed while a halt that somebody else wrote down stands, also by the one who leads', async () => {
    await world.start();
    await world.append(1);
    expect(await world.caughtUp()).toBe(701);
    await world.admin.query(
      "INSERT INTO audit.halts (code, detail) VALUES ('LOG_INCONSISTENT', 'seen by an operator')",
    );
    await expect.poll(() => said('log halted')).toBe(1);
    await world.append(3);
    await sleep(200);
    const { rows } = await world.admin.query('SELECT max(size)::int AS size FROM audit.checkpoints');
    expect([rows[0].size, await world.published()]).toEqual([701, 701]);
    await world.admin.query('UPDATE audit.halts SET lifted_at = now()');
    expect(await world.caughtUp()).toBe(704);
    expect((await world.admin.query('SELECT count(*)::int AS n FROM audit.halts')).rows[0].n).toBe(1);
  });

  it('of another origin is not signed', async () => {
    await world.start({ signers: [newSigner('elsewhere.test/log')] });
    await expect.poll(() => said('log halted')).toBe(1);
  });

  it('rolled back under a sequencer that remembers is found out', async () => {
    await world.start();
    await world.append(5);
    await world.caughtUp();
    const client = await world.admin.connect();
    await client.query(`BEGIN; ${REPLICA} DELETE FROM audit.publications WHERE size > 0; DELETE FROM audit.checkpoints WHERE size > 0;
      DELETE FROM audit.sequence; DELETE FROM audit.tiles; DELETE FROM audit.entries; COMMIT;
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nivel sequencer' AND datname = current_database()`);
    client.release(true);
    await expect.poll(() => said('log halted')).toBe(1);
    const { rows } = await world.admin.query('SELECT detail FROM audit.halts');
    expect(rows[0].detail).toContain('705');
  });
});

it('what the sequencer may not: read what an entry says, or change what it wrote', async () => {
  const pool = poolOf(world.database.roleUrl('sequencer'));
  try {
    for (const statement of [
      'SELECT body FROM audit.entries',
      'SELECT salt FROM audit.entries',
      'UPDATE audit.halts SET lifted_at = now()',
      'DELETE FROM audit.sequence',
      'SELECT * FROM clients.people',
    ]) {
      await expect(pool.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
  } finally {
    await pool.end();
  }
});
