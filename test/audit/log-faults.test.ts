import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/entry.ts';
import { type AuditLog, createAuditLog, LogUnavailable } from '../../audit/log.ts';
import { grantConsent, withdrawConsent } from '../../consent/ledger.ts';
import { LEDGER_LOCK } from '../../consent/lock.ts';
import { BY_CLIENT, consentDraft } from '../consent/ledger-harness.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { entryWith, layLine, overhear } from './entries.ts';

let database: TestDatabase;
/** As the gateway, the `consents` subgraph, the `auditing` subgraph and the migrating role. */
let gateway: pg.Pool;
let consents: pg.Pool;
let auditing: pg.Pool;
let admin: pg.Pool;
let log: AuditLog;

beforeAll(async () => {
  database = await createDatabase();
  gateway = poolOf(database.roleUrl('gateway'));
  consents = poolOf(database.roleUrl('consent'));
  auditing = poolOf(database.roleUrl('audit'));
  admin = poolOf(database.adminUrl);
  log = createAuditLog(gateway);
});
afterAll(async () => {
  await Promise.all([gateway, consents, auditing, admin].map((pool) => pool?.end()));
  await database?.drop();
});

const NO_EPOCHS: ReadonlyMap<string, bigint> = new Map();

async function written(entries: readonly AuditEntry[]): Promise<Set<string>> {
  const ids = entries.map(({ id }) => id);
  const { rows } = await auditing.query<{ id: string }>('SELECT id FROM audit.entries WHERE id = ANY ($1::uuid[])', [
    ids,
  ]);
  return new Set(rows.map(({ id }) => id));
}

/** Holds a lock until what it runs has ended. */
async function holding<T>(statement: string, run: () => Promise<T>): Promise<T> {
  const holder = await admin.connect();
  try {
    await holder.query('BEGIN');
    await holder.query(statement);
    return await run();
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

describe('a log that cannot be written', () => {
  it.each([
    ['waits in vain for a change of consents', `SELECT pg_advisory_xact_lock(${LEDGER_LOCK})`],
    ['waits in vain for its table', 'LOCK TABLE audit.entries IN ACCESS EXCLUSIVE MODE'],
  ])('%s: LogUnavailable within its time, then goes on', async (_what, statement) => {
    const hasty = poolOf(database.roleUrl('gateway'), { statement_timeout: 200 });
    const impatient = createAuditLog(hasty);
    const entries = Array.from({ length: 5 }, () => entryWith());
    const started = performance.now();
    const refused = await holding(statement, () =>
      Promise.all(entries.map((entry) => impatient.append(entry, NO_EPOCHS).catch((error: unknown) => error))),
    );
    expect(performance.now() - started).toBeLessThan(2_000);
    for (const error of refused) {
      expect(error).toBeInstanceOf(LogUnavailable);
      expect(error).toMatchObject({ code: '57014' });
    }
    expect(await written(entries)).toEqual(new Set());
    expect(await impatient.append(entryWith(), NO_EPOCHS)).toBe('durable');
    await hasty.end();
  });

  it('has lost its server: LogUnavailable, then goes on by itself', async () => {
    expect(await log.ready()).toBe(true);
    const cut = await holding('LOCK TABLE audit.entries IN ACCESS EXCLUSIVE MODE', async () => {
      const appending = log.append(entryWith(), NO_EPOCHS).catch((error: unknown) => error);
      await expect
        .poll(async () => {
          const { rowCount } = await admin.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'nivel_gateway' AND wait_event_type = 'Lock' AND datname = $1`,
            [database.name],
          );
          return rowCount;
        })
        .toBe(1);
      return appending;
    });
    expect(cut).toBeInstanceOf(LogUnavailable);
    expect(await log.append(entryWith(), NO_EPOCHS)).toBe('durable');

    const nowhere = poolOf('postgres://nobody@127.0.0.1:1/none');
    await expect(createAuditLog(nowhere).append(entryWith(), NO_EPOCHS)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    expect(await createAuditLog(nowhere).ready()).toBe(false);
    await nowhere.end();
  });

  it('meets a network gone silent: it gives up, and the server lets the clients withdraw', async () => {
    const line = await layLine(database.roleUrl('gateway'));
    const far = poolOf(line.url, { query_timeout: 400, connectionTimeoutMillis: 400 });
    const distant = createAuditLog(far);
    let cutting = false;
    // It is sent, and then nothing more arrives.
    overhear(far, (statement) => {
      if ((statement as { name?: string }).name === 'audit-append') line.silent = cutting;
    });
    try {
      await distant.append(entryWith(), NO_EPOCHS);
      const client = randomUUID();
      const { id } = await grantConsent(consents, consentDraft(client), BY_CLIENT);
      cutting = true;
      const appended = distant.append(entryWith(), new Map([[client, 1n]])).catch((error: unknown) => error);
      await expect.poll(() => line.silent).toBe(true);
      await withdrawConsent(consents, { clientId: client, recordId: id }, BY_CLIENT);
      expect(await appended).toBeInstanceOf(LogUnavailable);
      await expect(distant.append(entryWith(), NO_EPOCHS)).rejects.toBeInstanceOf(LogUnavailable);
      line.silent = cutting = false;
      expect(await distant.append(entryWith(), NO_EPOCHS)).toBe('durable');
    } finally {
      line.silent = false;
      await line.close();
      await far.end();
    }
  });
});

describe('a writer that falls behind', () => {
  it('refuses at once what it has no room for, writes all that it took, and takes more again', async () => {
    const small = createAuditLog(gateway, { capacity: 10 });
    const entries = Array.from({ length: 30 }, () => entryWith());
    const started = performance.now();
    let refusedAfter = 0;
    const appended = await holding(`SELECT pg_advisory_xact_lock(${LEDGER_LOCK})`, async () => {
      const appending = entries.map((entry) =>
        small.append(entry, NO_EPOCHS).catch((error: unknown) => {
          refusedAfter = performance.now() - started;
          return error;
        }),
      );
      await Promise.race(appending);
      return appending;
    }).then((appending) => Promise.all(appending));
    const taken = entries.filter((_, n) => appended[n] === 'durable');
    const refused = appended.filter((each) => each !== 'durable');
    expect(refusedAfter).toBeLessThan(100);
    expect(taken).toHaveLength(10);
    for (const error of refused) expect(error).toMatchObject({ name: 'LogUnavailable', code: 'BUSY' });
    expect((await written(entries)).size).toBe(10);
    expect(await small.append(entryWith(), NO_EPOCHS)).toBe('durable');
  });
});

describe('an entry that cannot be written', () => {
  it.each<[string, (taken: string) => Partial<AuditEntry>, string | undefined]>([
    ['has the id of another', (taken) => ({ id: taken }), '23505'],
    ['has an id that is none', () => ({ id: 'me' }), '22P02'],
    ['has no JSON text', () => ({ gateway: 'half \ud800' }), undefined],
  ])('%s: it fails alone, whatever arrived with it', async (_what, spoil, code) => {
    const first = entryWith();
    await log.append(first, NO_EPOCHS);
    const good = Array.from({ length: 40 }, () => entryWith());
    const bad = entryWith(spoil(first.id));
    const batch = [...good.slice(0, 20), bad, ...good.slice(20)];
    const appended = await Promise.all(
      batch.map((entry) => log.append(entry, NO_EPOCHS).catch((error: unknown) => error)),
    );
    expect(appended[20]).toBeInstanceOf(LogUnavailable);
    expect((appended[20] as LogUnavailable).code).toBe(code);
    expect(new Set(appended.filter((_, n) => n !== 20))).toEqual(new Set(['durable']));
    expect((await written(good)).size).toBe(good.length);
  });
});

describe('the roles', () => {
  it('the gateway and the ledger insert entries and do nothing else with them', async () => {
    await log.append(entryWith(), NO_EPOCHS);
    for (const pool of [gateway, consents]) {
      for (const statement of [
        'SELECT id, body FROM audit.entries',
        "UPDATE audit.entries SET body = ''",
        'DELETE FROM audit.entries',
        'TRUNCATE audit.entries',
      ]) {
        await expect(pool.query(statement), statement).rejects.toMatchObject({ code: '42501' });
      }
    }
  });

  it('who writes an entry does not choose its place', async () => {
    const columns = 'id, at, kind, outcome, clients, categories, bases, sources, body, salt, commitment';
    const values = `gen_random_uuid(), now(), 'QUERY', 'ANSWERED', '{}', '{}', '{}', '{}', '{}', decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')`;
    const chosen = `INSERT INTO audit.entries (seq, ${columns}) OVERRIDING SYSTEM VALUE VALUES (-1, ${values})`;
    for (const pool of [gateway, consents]) await expect(pool.query(chosen)).rejects.toMatchObject({ code: '42501' });
    // It is the place that is refused, not the rest of the statement.
    await admin.query(chosen);
  });

  it('the auditing subgraph reads entries, changes none, and does not see the ledger', async () => {
    expect((await auditing.query('SELECT count(*) FROM audit.entries')).rows).toHaveLength(1);
    for (const statement of [
      "UPDATE audit.entries SET body = ''",
      'DELETE FROM audit.entries',
      'INSERT INTO audit.sequence (index, seq) VALUES (0, 1)',
      'SELECT FROM consent.events',
    ])
      await expect(auditing.query(statement), statement).rejects.toMatchObject({ code: '42501' });
  });
});
