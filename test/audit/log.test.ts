import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalize } from '../../audit/canonical.ts';
import type { AuditEntry } from '../../audit/entry.ts';
import { type AuditLog, createAuditLog } from '../../audit/log.ts';
import { readEntry } from '../../audit/written.ts';
import { grantConsent, withdrawConsent } from '../../consent/ledger.ts';
import { BY_CLIENT, consentDraft } from '../consent/ledger-harness.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { disclosureOf, entryWith, overhear } from './entries.ts';

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

function anyOf<T>(list: readonly T[]): T {
  return list[Math.floor(Math.random() * list.length)] as T;
}

async function written(entries: readonly AuditEntry[]): Promise<Set<string>> {
  const ids = entries.map(({ id }) => id);
  const { rows } = await auditing.query<{ id: string }>('SELECT id FROM audit.entries WHERE id = ANY ($1::uuid[])', [
    ids,
  ]);
  return new Set(rows.map(({ id }) => id));
}

describe('an entry', () => {
  it('is compressed by LZ4 where the server has it, else as PostgreSQL does by itself', async () => {
    const { rows } = await admin.query<{ used: string; possible: boolean }>(
      `SELECT attcompression AS used, (SELECT 'lz4' = ANY (enumvals) FROM pg_settings WHERE name = 'default_toast_compression') AS possible
       FROM pg_attribute WHERE attrelid = 'audit.entries'::regclass AND attname = 'body'`,
    );
    expect(rows[0]?.used).toBe(rows[0]?.possible ? 'l' : '');
  });

  it('is there with its columns, its canonical text and its commitment', async () => {
    const [one, other, caller] = [randomUUID(), randomUUID(), randomUUID()];
    const entry = entryWith({
      at: '2026-03-01T12:00:00.123Z',
      outcome: 'DENIED',
      caller: { id: caller, roles: ['coordinator', 'peer'], agency: 'EMPLOYMENT_SERVICES', unit: 'Yksikkö {"ä", å}' },
      clients: [one, other],
      disclosures: [
        disclosureOf(one),
        disclosureOf(other, {
          source: 'SOCIAL_SERVICES',
          permitted: [],
          denied: [{ category: 'HOUSING', reason: 'NO_BASIS', detail: 'NEVER_ASKED' }],
        }),
      ],
    });
    expect(await log.append(entry, NO_EPOCHS)).toBe('durable');
    const { rows } = await auditing.query('SELECT *, seq::int AS seq FROM audit.entries WHERE id = $1', [entry.id]);
    const { salt, commitment, seq, inserted_at, erased_by, ...row } = rows[0];
    expect(erased_by).toBeNull();
    expect(inserted_at).toBeInstanceOf(Date);
    expect(row).toEqual({
      id: entry.id,
      at: new Date(entry.at),
      kind: 'QUERY',
      outcome: 'DENIED',
      caller,
      caller_agency: 'EMPLOYMENT_SERVICES',
      caller_role: 'coordinator peer',
      purpose: 'SERVICE_COORDINATION',
      clients: [one, other],
      categories: ['MEDICATION', 'HOUSING'],
      bases: ['CONSENT'],
      sources: ['HEALTH_CARE', 'SOCIAL_SERVICES'],
      body: canonicalize(JSON.parse(row.body)),
    });
    expect(readEntry(row.body)).toEqual(entry);
    expect(seq).toBeGreaterThan(0);
    expect(salt).toHaveLength(32);
    expect(commitment).toEqual(createHash('sha256').update(salt).update(row.body).digest());
  });

  it('has a salt of its own: two alike have different commitments', async () => {
    const same = { at: '2026-03-01T12:00:00.000Z', caller: { id: randomUUID(), roles: [] } };
    const twins = [entryWith(same), entryWith(same)];
    await Promise.all(twins.map((entry) => log.append(entry, NO_EPOCHS)));
    const { rows } = await auditing.query('SELECT salt, commitment FROM audit.entries WHERE caller = $1', [
      same.caller.id,
    ]);
    expect(new Set(rows.map(({ salt }) => salt.toString('hex'))).size).toBe(2);
    expect(new Set(rows.map(({ commitment }) => commitment.toString('hex'))).size).toBe(2);
  });
});

describe('group commit', () => {
  it('entries that arrive together share transactions, and none is lost', async () => {
    const entries = Array.from({ length: 2_000 }, () => entryWith({ gateway: 'group' }));
    const appended = await Promise.all(entries.map((entry) => log.append(entry, NO_EPOCHS)));
    expect(new Set(appended)).toEqual(new Set(['durable']));
    expect((await written(entries)).size).toBe(entries.length);
    // The server says which transaction wrote a row.
    const { rows } = await admin.query(
      `SELECT count(DISTINCT xmin::text)::int AS transactions FROM audit.entries WHERE body LIKE '%"gateway":"group"%'`,
    );
    // 256 a transaction.
    expect(rows[0].transactions).toBe(Math.ceil(entries.length / 256));
  });

  it('each has its own text and commitment, long ones and short ones one after another', async () => {
    const gateway = 'lengths';
    const entries = [3_000, 1, 0, 800, 8_000, 2, 0, 3_000, 1].flatMap((clients, turn) =>
      ['a', 'ä€𝒜'].map((unit) =>
        entryWith({
          gateway,
          caller: { id: randomUUID(), roles: ['coordinator'], unit: unit.repeat(1 + turn) },
          clients: Array.from({ length: clients }, () => randomUUID()),
        }),
      ),
    );
    // The first ones each in a transaction of its own, the others together.
    for (const entry of entries.slice(0, 8)) await log.append(entry, NO_EPOCHS);
    await Promise.all(entries.slice(8).map((entry) => log.append(entry, NO_EPOCHS)));
    const { rows } = await auditing.query(
      "SELECT id, body, salt, commitment FROM audit.entries WHERE body::json ->> 'gateway' = $1",
      [gateway],
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    for (const entry of entries) {
      const { body, salt, commitment } = byId.get(entry.id);
      expect(body === canonicalize(entry)).toBe(true);
      expect(commitment).toEqual(createHash('sha256').update(salt).update(body).digest());
    }
  });

  it('is durable before it says so: on disk, whatever the database prefers, and another session sees it', async () => {
    await admin.query(`ALTER DATABASE ${database.name} SET synchronous_commit = off`);
    const hasty = [poolOf(database.roleUrl('gateway')), poolOf(database.roleUrl('consent'))] as const;
    const commits: string[] = [];
    for (const pool of hasty) {
      overhear(pool, async (statement, query) => {
        const commitsByItself = (statement as { name?: string }).name === 'audit-append';
        if (commitsByItself || statement === 'COMMIT')
          commits.push((await query('SHOW synchronous_commit')).rows[0].synchronous_commit);
      });
    }
    try {
      const entry = entryWith();
      await createAuditLog(hasty[0]).append(entry, NO_EPOCHS);
      expect((await written([entry])).size).toBe(1);
      await grantConsent(hasty[1], consentDraft(randomUUID()), BY_CLIENT);
      expect(commits).toEqual(['on', 'on']);
    } finally {
      await admin.query(`ALTER DATABASE ${database.name} RESET synchronous_commit`);
      await Promise.all(hasty.map((pool) => pool.end()));
    }
  });
});

it('is not appended to by a session that would not keep the promise', async () => {
  for (const options of ['-c synchronous_commit=off', '-c default_transaction_isolation=serializable']) {
    const careless = poolOf(database.roleUrl('gateway'), { options });
    const entry = entryWith();
    await expect(createAuditLog(careless).append(entry, NO_EPOCHS)).rejects.toMatchObject({ code: '55000' });
    expect(await written([entry])).toEqual(new Set());
    await careless.end();
  }
});

describe('a basis that changed between', () => {
  it('makes the entry stale and writes nothing; the others of the batch are written', async () => {
    const [still, moved, unknown] = [randomUUID(), randomUUID(), randomUUID()];
    await grantConsent(consents, consentDraft(still), BY_CLIENT);
    const { id } = await grantConsent(consents, consentDraft(moved), BY_CLIENT);
    await withdrawConsent(consents, { clientId: moved, recordId: id }, BY_CLIENT);
    const cases: [AuditEntry, ReadonlyMap<string, bigint>, string][] = [
      [entryWith(), NO_EPOCHS, 'durable'],
      [entryWith(), new Map([[still, 1n]]), 'durable'],
      [entryWith(), new Map([[moved, 1n]]), 'stale'],
      [
        entryWith(),
        new Map([
          [still, 1n],
          [moved, 1n],
        ]),
        'stale',
      ],
      [entryWith(), new Map([[moved, 2n]]), 'durable'],
      [entryWith(), new Map([[unknown, 0n]]), 'durable'],
      [entryWith(), new Map([[still, 0n]]), 'stale'],
      [entryWith(), new Map([[still, 2n]]), 'stale'],
    ];
    const appended = await Promise.all(cases.map(([entry, epochs]) => log.append(entry, epochs)));
    expect(appended).toEqual(cases.map(([, , expected]) => expected));
    const durable = cases.filter(([, , expected]) => expected === 'durable').map(([{ id }]) => id);
    expect(await written(cases.map(([entry]) => entry))).toEqual(new Set(durable));
  });

  it('the same entry can be appended once it is decided anew', async () => {
    const client = randomUUID();
    const entry = entryWith();
    await grantConsent(consents, consentDraft(client), BY_CLIENT);
    expect(await log.append(entry, new Map([[client, 0n]]))).toBe('stale');
    expect(await log.append(entry, new Map([[client, 1n]]))).toBe('durable');
  });

  it('is seen by an append that waited for it, whatever isolation the database prefers', async () => {
    await admin.query(`ALTER DATABASE ${database.name} SET default_transaction_isolation = 'serializable'`);
    const picky = poolOf(database.roleUrl('gateway'));
    try {
      const client = randomUUID();
      let appended: Promise<string> | undefined;
      await grantConsent(consents, consentDraft(client), BY_CLIENT, async () => {
        // Both wait in the server now: the change has its turn, the append waits for it.
        appended = createAuditLog(picky).append(entryWith(), new Map([[client, 0n]]));
        await expect
          .poll(
            async () =>
              (await admin.query("SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")).rowCount,
          )
          .toBe(1);
      });
      expect(await appended).toBe('stale');
    } finally {
      await admin.query(`ALTER DATABASE ${database.name} RESET default_transaction_isolation`);
      await picky.end();
    }
  });
});

describe('disclosures and consent events stand in one serial history', () => {
  it('no entry relies on an epoch after the next one has committed', { timeout: 20_000 }, async () => {
    const clients = Array.from({ length: 30 }, () => randomUUID());
    const others = [poolOf(database.roleUrl('gateway')), poolOf(database.roleUrl('gateway'))];
    const gateways = [log, ...others.map((pool) => createAuditLog(pool))];
    const outcomes = { durable: 0, stale: 0 };
    let events = 0;
    let going = true;

    /** Clients who change their minds all the time. */
    const changing = Array.from({ length: 3 }, async () => {
      while (going) {
        const clientId = anyOf(clients);
        const { id } = await grantConsent(consents, consentDraft(clientId), BY_CLIENT);
        await sleep(Math.random() * 4);
        await withdrawConsent(consents, { clientId, recordId: id }, BY_CLIENT);
        events += 2;
      }
    });
    /** A request: it reads the facts, takes its time, and appends what it disclosed on them. */
    const disclosing = Array.from({ length: 24 }, async (_, n) => {
      const through = gateways[n % gateways.length] ?? log;
      while (going) {
        const clientId = anyOf(clients);
        const epoch = await epochOf(clientId);
        await sleep(Math.random() * 4);
        const entry = entryWith({
          gateway: 'history',
          disclosures: [disclosureOf(clientId, { epoch: String(epoch) })],
        });
        outcomes[await through.append(entry, new Map([[clientId, epoch]]))] += 1;
      }
    });
    const deadline = Date.now() + 10_000;
    while (!(outcomes.durable > 1_500 && outcomes.stale > 150 && events > 100) && Date.now() < deadline)
      await sleep(20);
    going = false;
    await Promise.all([...changing, ...disclosing]);
    await Promise.all(others.map((pool) => pool.end()));
    expect(outcomes.durable, 'a busy machine does fewer, but not none').toBeGreaterThan(200);
    expect(Math.min(outcomes.stale, events)).toBeGreaterThan(20);

    // A transaction takes its number after its lock and keeps the lock until it has committed: numbers tell the serial order.
    const { rows: broken } = await admin.query(
      `WITH relied AS (
         SELECT e.id, e.xmin::text::bigint AS number, (d ->> 'client')::uuid AS client_id, (d ->> 'epoch')::bigint AS epoch
         FROM audit.entries e, jsonb_array_elements(e.body::jsonb -> 'disclosures') AS d
         WHERE e.body LIKE '%"gateway":"history"%')
       SELECT relied.* FROM relied WHERE epoch <> coalesce(
         (SELECT max(p.epoch) FROM consent.epochs p WHERE p.client_id = relied.client_id AND p.xmin::text::bigint < number), 0)`,
    );
    expect(broken).toEqual([]);
    const { rows } = await auditing.query(
      `SELECT count(*)::int AS n FROM audit.entries WHERE body LIKE '%"gateway":"history"%'`,
    );
    expect(rows[0].n).toBe(outcomes.durable);
  });

  async function epochOf(clientId: string): Promise<bigint> {
    const { rows } = await gateway.query(
      'SELECT coalesce(max(epoch), 0)::text AS epoch FROM consent.epochs WHERE client_id = $1',
      [clientId],
    );
    return BigInt(rows[0].epoch);
  }
});
