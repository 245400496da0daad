import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../audit/entry.ts';
import { insertEntries } from '../../../audit/insert.ts';
import { eraseDue } from '../../../audit/retention.ts';
import { verifyDatabase } from '../../../audit/verify/database.ts';
import { parseVerifierKey } from '../../../audit/verify/note.ts';
import type { Report } from '../../../audit/verify/report.ts';
import { poolOf } from '../../postgres.ts';
import { disclosureOf, entryWith, writeAsBefore } from '../entries.ts';
import { type LogWorld, startLog } from '../sequencing.ts';
import { newSigner } from '../signing.ts';

let world: LogWorld;
let pool: pg.Pool;
let reader: pg.PoolClient;

async function open(): Promise<void> {
  world = await startLog();
  pool = poolOf(world.database.roleUrl('audit'));
  reader = await pool.connect();
}
async function close(): Promise<void> {
  reader?.release(true);
  await pool?.end();
  await world?.close();
}

const verify = (vkeys: readonly string[] = [world.signer.vkey], lag = 60_000): Promise<Report> =>
  verifyDatabase(reader, { keys: vkeys.map(parseVerifierKey), quorum: 0, kept: [], lag });

async function write(entries: readonly AuditEntry[]): Promise<void> {
  const client = await world.admin.connect();
  for (let from = 0; from < entries.length; from += 1_000)
    await insertEntries(client, entries.slice(from, from + 1_000));
  client.release();
}

describe('a log of more than one batch', () => {
  const COUNT = 9_000;

  beforeAll(async () => {
    await open();
    await write(Array.from({ length: COUNT }, () => entryWith()));
    await world.start();
    await world.caughtUp();
  });
  afterAll(close);

  it('is intact, and tells how far it has come', async () => {
    const seen: [number, number][] = [];
    const report = await verifyDatabase(reader, {
      keys: [parseVerifierKey(world.signer.vkey)],
      quorum: 0,
      kept: [],
      lag: 60_000,
      onProgress: (done, total) => seen.push([done, total]),
    });
    expect(report).toMatchObject({ intact: true, entries: COUNT, size: COUNT, tiles: Math.floor(COUNT / 256) });
    expect(seen).toEqual([4_096, 8_192, COUNT, COUNT].map((done) => [done, COUNT]));
  });

  it.each([4_095, 4_096, 8_191, 8_999])('and not when entry %i is altered', async (index) => {
    const change = (salt: string) =>
      world.admin.query(
        `UPDATE audit.entries SET salt = ${salt} WHERE seq = (SELECT seq FROM audit.sequence WHERE index = ${index}) RETURNING salt`,
      );
    await change('set_byte(salt, 0, get_byte(salt, 0) # 255)');
    expect((await verify()).first).toMatchObject({ code: 'ENTRY_ALTERED', index });
    await change('set_byte(salt, 0, get_byte(salt, 0) # 255)');
  });

  it('and not when an index far away is added, which takes no longer', async () => {
    await world.admin.query(`WITH one AS (DELETE FROM audit.sequence WHERE index = 8999 RETURNING seq)
      INSERT INTO audit.sequence SELECT 9007199254740990, seq FROM one`);
    expect((await verify()).first).toMatchObject({
      code: 'ENTRIES_MISSING',
      index: 8_999,
      until: 9_007_199_254_740_990,
    });
    await world.admin.query('UPDATE audit.sequence SET index = 8999 WHERE index > 9000');
    expect(await verify()).toMatchObject({ intact: true });
  });
});

describe('a log', () => {
  beforeEach(open);
  afterEach(close);

  it('of entries of every kind is intact: consents to all and to some, declarations, services', async () => {
    const client = randomUUID();
    const consent = {
      record: randomUUID(),
      event: 'GRANTED',
      categories: [],
      sources: [],
      recipients: [],
      purposes: [],
      from: '2026-01-01T00:00:00.000Z',
      until: null,
      epoch: '1',
    };
    const denied = [{ category: 'CUSTODY' as const, reason: 'NO_BASIS', detail: 'NO_CONSENT' }];
    const entries = [
      entryWith({ kind: 'CONSENT_GRANTED', clients: [client], consent }),
      entryWith({ kind: 'CONSENT_DENIED', clients: [client], consent: { ...consent, categories: ['HOUSING'] } }),
      entryWith({ kind: 'CONSENT_NARROWED', clients: [client], consent: { ...consent, sources: ['KELA', 'HUB'] } }),
      entryWith({ kind: 'ACCESS_REQUESTED', fact: { id: randomUUID(), categories: ['MEDICATION', 'HOUSING'] } }),
      entryWith({
        kind: 'JOINT_PLAN_RECORDED',
        fact: { id: randomUUID(), sources: ['SOCIAL_SERVICES', 'HEALTH_CARE'] },
      }),
      entryWith({
        clients: [client, randomUUID()],
        disclosures: [
          disclosureOf(client),
          disclosureOf(client, { denied }),
          disclosureOf(client, { source: 'KELA', permitted: [], denied }),
        ],
      }),
      entryWith({ kind: 'REFUSED', outcome: 'REFUSED', purpose: null, refusal: 'PURPOSE_REFUSED' }),
      entryWith({ kind: 'SCHEMA_CHANGED', caller: { id: null, roles: [], service: 'gateway' }, purpose: null }),
      entryWith({
        caller: { id: randomUUID(), roles: ['peer', 'coordinator'] },
        operation: { name: 'Näkymä 😀', hash: null },
      }),
    ];
    await write(entries);
    // And as they were written before.
    const before = entries.map((entry) => ({ ...entry, id: randomUUID() }));
    await write(before);
    await writeAsBefore(world.admin, before);
    await world.start();
    await world.caughtUp();
    expect((await verify()).findings).toEqual([]);
    await world.admin.query(
      "UPDATE audit.entries SET categories = array_remove(categories, 'HOUSING') WHERE kind = 'CONSENT_GRANTED'",
    );
    expect((await verify()).first).toMatchObject({ code: 'COLUMN_ALTERED', index: 0 });
  });

  it('is intact while it grows', async () => {
    await world.append(1);
    await world.start();
    await world.caughtUp();
    let going = true;
    const growing = (async () => {
      while (going) await world.append(20);
    })();
    const reports = [];
    for (let n = 0; n < 8; n += 1) reports.push(await verify());
    going = false;
    await growing;
    expect(reports.flatMap(({ findings }) => findings)).toEqual([]);
    expect(reports.at(-1)?.entries).toBeGreaterThan(reports[0]?.entries ?? 0);
  });

  it('is intact after an erasure, before and after its declaration has its index', async () => {
    const old = new Date('2012-03-01T12:00:00Z').toISOString();
    await write([entryWith(), ...Array.from({ length: 5 }, () => entryWith({ at: old })), entryWith()]);
    await world.admin.query('UPDATE audit.entries SET inserted_at = at WHERE at < now() - interval $$12 years$$');
    const sequencer = await world.start();
    await world.caughtUp();
    await sequencer.close();
    const retention = poolOf(world.database.roleUrl('retention'));
    expect(await eraseDue(retention, { host: 'test' })).toBe(5);
    await retention.end();
    expect(await verify()).toMatchObject({ findings: [], erased: 5 });
    await world.start();
    await world.caughtUp();
    expect(await verify()).toMatchObject({ findings: [], erased: 5, entries: 8 });
    await world.admin.query("UPDATE audit.entries SET at = now() - interval '1 year' WHERE body IS NULL AND seq = 3");
    expect((await verify()).first).toMatchObject({ code: 'ENTRY_ERASED', index: 1, until: 6 });
  });

  it('that has changed its key is verified with both keys', async () => {
    const next = newSigner();
    for (const signers of [[world.signer], [world.signer, next], [next]]) {
      await world.append(10);
      const sequencer = await world.start({ signers });
      await world.caughtUp();
      await sequencer.close();
    }
    expect(await verify([world.signer.vkey, next.vkey])).toMatchObject({ intact: true, size: 30 });
    // Each of the keys alone has not signed some of it.
    expect((await verify([world.signer.vkey])).counts).toHaveProperty('ENTRIES_UNSIGNED');
    expect((await verify([next.vkey])).counts).toHaveProperty('SIGNATURE_MISSING');
  });

  it('that leaves an entry waiting is not, once its time has passed', async () => {
    await world.append(3);
    const sequencer = await world.start();
    await world.caughtUp();
    await sequencer.close();
    await world.append(2);
    expect((await verify()).intact).toBe(true);
    expect((await verify(undefined, 0)).first?.code).toBe('ENTRIES_UNSEQUENCED');
  });

  it('that has halted says so', async () => {
    await world.append(3);
    const sequencer = await world.start();
    await world.caughtUp();
    await sequencer.close();
    await world.admin.query("INSERT INTO audit.halts (code, detail) VALUES ('WITNESS_AHEAD', '')");
    expect((await verify()).first?.code).toBe('LOG_HALTED');
  });

  it('without anything signed tells nothing', async () => {
    await expect(verify()).rejects.toMatchObject({ code: 'LOG_EMPTY' });
  });
});
