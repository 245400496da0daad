import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/entry.ts';
import { Command, type Finished, nivel } from '../bin/command.ts';
import { disclosureOf, entryWith } from './entries.ts';
import { type LogWorld, startLog } from './sequencing.ts';

const PERSON = randomUUID();
const CLIENT = randomUUID();
const OLD = '2009-02-03T10:00:00.000Z';

let world: LogWorld;
const folder = mkdtempSync(join(tmpdir(), 'nivel-killed-'));
beforeAll(async () => {
  world = await startLog();
  await world.start();
});
afterAll(async () => {
  await world?.close();
  rmSync(folder, { recursive: true });
});

const start = (...args: string[]): Command =>
  new Command(['audit', ...args, '--database-url', world.database.adminUrl], {}, folder);
const run = (...args: string[]): Promise<Finished> => start(...args).finished();
/** Offline, with the log’s key alone. */
const offline = (...args: string[]): Promise<Finished> =>
  nivel(['audit', ...args, '--key', world.signer.vkey], {}, folder);
const verify = (...source: string[]): Promise<Finished> => offline('verify', ...source, '--json');
const inDatabase = (): string[] => ['--database-url', world.database.roleUrl('audit')];

/** Kills a command at the moment when it waits for what another holds; that one lets go afterwards. */
async function killWaiting(holding: string, args: readonly string[]): Promise<void> {
  const holder: pg.PoolClient = await world.admin.connect();
  await holder.query(`BEGIN; ${holding}`);
  const { rows: own } = await holder.query('SELECT pg_backend_pid() AS pid');
  const { child } = start(...args);
  const ended = once(child, 'exit');
  await expect
    .poll(
      async () => {
        const { rows } = await world.admin.query(
          'SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND pg_blocking_pids(pid) @> $1',
          [[own[0].pid]],
        );
        return rows[0].waiting;
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0);
  child.kill('SIGKILL');
  await ended;
  await holder.query('ROLLBACK');
  holder.release();
}

describe('an export that is killed', () => {
  const partial = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.partial'));

  it('leaves no file of its name, and the next one does, and cleans up after it', async () => {
    await world.append(20);
    await world.caughtUp();
    const args = ['export', '--as', PERSON, '--out', 'log.jsonl'];
    await killWaiting('LOCK TABLE audit.publications IN ACCESS EXCLUSIVE MODE', args);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(/^log\.jsonl\.\d+\.[0-9a-f]{8}\.partial$/)]);
    // One that is under way, and one of another name, are not its own to remove.
    const others = [`log.jsonl.${process.pid}.0123abcd.partial`, 'log.jsonl.csv.999999999.0123abcd.partial'];
    for (const name of others) writeFileSync(join(folder, name), '');
    await world.caughtUp();
    expect(await run(...args)).toMatchObject({ code: 0 });
    expect(partial().sort()).toEqual([...others].sort());
    expect(await verify('log.jsonl')).toMatchObject({ code: 0 });
    // The one that was killed is in the log too: it might have read everything.
    const { rows } = await world.admin.query("SELECT count(*)::int AS n FROM audit.entries WHERE kind = 'EXPORTED'");
    expect(rows[0].n).toBe(2);
  });
});

describe('an erasure that is killed', { timeout: 60_000 }, () => {
  const old: readonly AuditEntry[] = Array.from({ length: 2_500 }, () =>
    entryWith({ at: OLD, clients: [CLIENT], disclosures: [disclosureOf(CLIENT)] }),
  );
  const early = old[0] as AuditEntry;
  const report = async (finished: Promise<Finished>) => {
    const { code, out } = await finished;
    const { erased, findings } = JSON.parse(out);
    return { code, erased, findings };
  };
  const erased = async (): Promise<number> =>
    (await world.admin.query('SELECT count(*)::int AS n FROM audit.entries WHERE body IS NULL')).rows[0].n;

  /** How many entries each declaration names. */
  const declared = async (): Promise<number[]> => {
    const { rows } = await world.admin.query("SELECT body FROM audit.entries WHERE kind = 'ERASED' ORDER BY seq");
    return rows.map(({ body }) => JSON.parse(body).erased.count);
  };

  it('half-way has erased what it declared; run again it finishes, and the log verifies each time', async () => {
    for (let n = 0; n < old.length; n += 500)
      await Promise.all(old.slice(n, n + 500).map((entry) => world.log.append(entry, new Map())));
    await world.admin.query('UPDATE audit.entries SET inserted_at = at WHERE at = $1', [OLD]);
    await world.caughtUp();
    const { out, code } = await run('prove', early.id);
    expect(code).toBe(0);
    writeFileSync(join(folder, 'kept.tlog-proof'), out);
    writeFileSync(join(folder, 'kept.json'), await textOf(early.id));

    const inSecondBatch = `SELECT FROM audit.entries WHERE id = '${old[1_500]?.id}' FOR UPDATE`;
    await killWaiting(inSecondBatch, ['erase', '--yes']);
    await expect.poll(erased).toBe(1_000);
    expect(await declared()).toEqual([1_000]);
    await world.caughtUp();
    expect(await report(verify(...inDatabase()))).toEqual({ code: 0, erased: 1_000, findings: [] });
    expect(await run('erase', '--yes')).toMatchObject({ code: 0, out: expect.stringMatching(/^Erased: 1500$/m) });
    expect(await erased()).toBe(2_500);
    expect(await declared()).toEqual([1_000, 1_000, 500]);
    await world.caughtUp();
    expect(await report(verify(...inDatabase()))).toEqual({ code: 0, erased: 2_500, findings: [] });
    expect((await run('erase', '--yes')).out).toMatch(/^Erased: 0$/m);
  });

  it('and the proofs of erased entries hold: of the commitment for everyone, of the text for whoever has kept it', async () => {
    const { rows } = await world.admin.query('SELECT commitment FROM audit.entries WHERE id = $1', [early.id]);
    const commitment: string = rows[0].commitment.toString('hex');
    const proved = await run('prove', early.id, '--out', 'erased.tlog-proof');
    expect(proved).toMatchObject({ code: 0, err: expect.stringContaining('has been erased') });
    expect(readFileSync(join(folder, 'erased.tlog-proof'), 'utf8')).not.toMatch(/^extra /m);
    expect(await offline('check', 'erased.tlog-proof', '--commitment', commitment)).toMatchObject({ code: 0 });
    const wrong = `${commitment.startsWith('0') ? '1' : '0'}${commitment.slice(1)}`;
    expect(await offline('check', 'erased.tlog-proof', '--commitment', wrong)).toMatchObject({ code: 1 });
    expect(await offline('check', 'kept.tlog-proof', '--entry', 'kept.json')).toMatchObject({ code: 0 });
    // Without the salt, which is erased with it, a text proves nothing.
    expect(await offline('check', 'erased.tlog-proof', '--entry', 'kept.json')).toMatchObject({
      code: 2,
      err: expect.stringContaining('(SALT_MISSING)'),
    });
  });

  it('and an export of it verifies, whole and by a filter that only the living meet', async () => {
    const living = entryWith({ clients: [CLIENT], disclosures: [disclosureOf(CLIENT)] });
    await world.log.append(living, new Map());
    await world.caughtUp();
    for (const [name, filter, count] of [
      ['whole.jsonl', [], 2_500],
      ['filtered.jsonl', ['--client', CLIENT], 0],
    ] as const) {
      expect(await run('export', '--as', PERSON, '--out', name, ...filter)).toMatchObject({ code: 0 });
      expect(await report(verify(name))).toEqual({ code: 0, erased: count, findings: [] });
      expect(readFileSync(join(folder, name), 'utf8')).not.toContain(early.id);
      expect(readFileSync(join(folder, name), 'utf8')).toContain(living.id);
    }
  });

  async function textOf(id: string): Promise<string> {
    return (await world.admin.query('SELECT body FROM audit.entries WHERE id = $1', [id])).rows[0].body;
  }
});
