import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/entry.ts';
import { insertEntries } from '../../audit/insert.ts';
import { eraseDue, listDue, rangesOf } from '../../audit/retention.ts';
import { commitmentOf } from '../../audit/written.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { disclosureOf, entryWith, overhear } from './entries.ts';
import { insertOrdered } from './ordered.ts';

let database: TestDatabase;
let admin: pg.Pool;
let retention: pg.Pool;
beforeAll(async () => {
  database = await createDatabase();
  admin = poolOf(database.adminUrl);
  retention = poolOf(database.roleUrl('retention'));
});
afterAll(async () => {
  await Promise.all([admin?.end(), retention?.end()]);
  await database?.drop();
});
beforeEach(async () => {
  await admin.query('TRUNCATE audit.entries, audit.alerts, consent.events, consent.deaths CASCADE');
});

/** So many days before the day that was twelve years ago; negative is after it. */
async function pastBy(days: number): Promise<string> {
  const { rows } = await admin.query<{ at: Date }>(
    `SELECT now() - interval '12 years' - make_interval(days => $1) AS at`,
    [days],
  );
  return (rows[0]?.at ?? new Date()).toISOString();
}

/** Puts entries in order; `arrived` is the store's own time of arrival, the entry's unless said otherwise. */
async function logged(entries: readonly AuditEntry[], arrived?: string): Promise<void> {
  await insertOrdered(admin, entries);
  await admin.query(
    'UPDATE audit.entries SET inserted_at = arrived FROM unnest($1::uuid[], $2::timestamptz[]) AS a(entry, arrived) WHERE id = entry',
    [entries.map(({ id }) => id), entries.map(({ at }) => arrived ?? at)],
  );
}

const erase = (): Promise<number> => eraseDue(retention, { host: 'test' });

interface Row {
  readonly index: string;
  readonly id: string;
  readonly body: string | null;
  readonly salt: Buffer | null;
  readonly commitment: Buffer;
}
async function rows(): Promise<readonly Row[]> {
  const { rows } = await admin.query<Row>(
    `SELECT s.index, e.id, e.body, e.salt, e.commitment FROM audit.entries e LEFT JOIN audit.sequence s USING (seq) ORDER BY e.seq`,
  );
  return rows;
}
const erasedIds = async (): Promise<string[]> => (await rows()).filter(({ body }) => body === null).map(({ id }) => id);

/** The leaves of the tree, as a verifier hashes them (RFC 6962 § 2.1): no root or proof changes while none of them does. */
const leaves = (all: readonly Row[]): string[] =>
  all.map(({ commitment }) => createHash('sha256').update(Buffer.of(0)).update(commitment).digest('hex'));

describe('entries past their time', () => {
  it('lose their text, and every proof stays', async () => {
    const [client, caller] = [randomUUID(), randomUUID()];
    const old = entryWith({
      at: await pastBy(1),
      caller: { id: caller, roles: ['coordinator'], agency: 'EMPLOYMENT_SERVICES' },
      clients: [client],
      disclosures: [disclosureOf(client)],
    });
    const young = entryWith({ at: await pastBy(-1), clients: [client], disclosures: [disclosureOf(client)] });
    await logged([old, young, { ...old, id: randomUUID() }]);
    const before = await rows();
    expect(await listDue(retention)).toEqual([
      { kind: 'QUERY', count: 2, oldest: new Date(old.at), newest: new Date(old.at) },
    ]);
    expect(await erasedIds()).toEqual([]);

    expect(await erase()).toBe(2);
    const after = await rows();
    expect(leaves(after.slice(0, 3))).toEqual(leaves(before));
    expect(after.slice(0, 3).map(({ index, id }) => [index, id])).toEqual(before.map(({ index, id }) => [index, id]));
    expect(after.map(({ body }) => body === null)).toEqual([true, false, true, false]);
    for (const { body, salt, commitment } of after)
      if (body !== null && salt !== null) expect(commitmentOf(salt, body)).toEqual(commitment);
    // What was erased stands in the log, exactly.
    expect(JSON.parse(after[3]?.body ?? '')).toMatchObject({
      kind: 'ERASED',
      caller: { id: null, roles: [], service: 'retention' },
      clients: [],
      erased: {
        ranges: [
          [0, 1],
          [2, 3],
        ],
        count: 2,
        rule: 'TWELVE_YEARS',
        citation: '703/2023, annex; 1054/2018',
      },
    });
    // Nothing of it is left in the table.
    const { rows: left } = await admin.query<{ row: string }>(
      `SELECT e::text AS row FROM audit.entries e WHERE body IS NULL`,
    );
    const text = left.map(({ row }) => row).join();
    for (const trace of [caller, client, 'coordinator', 'EMPLOYMENT', 'MEDICATION', before[0]?.salt?.toString('hex')])
      expect(text).not.toContain(trace);
    expect(await erase(), 'nothing is left to do').toBe(0);
    expect(await rows()).toHaveLength(4);
  });

  it('are not those that say they are old, nor those that have no index yet', async () => {
    await logged([entryWith({ at: await pastBy(1) })], new Date().toISOString());
    await logged([entryWith({ at: await pastBy(-1) })], await pastBy(1));
    const client = await admin.connect();
    const waiting = entryWith({ at: await pastBy(1) });
    await insertEntries(client, [waiting]);
    await client.query('UPDATE audit.entries SET inserted_at = at WHERE id = $1', [waiting.id]);
    client.release();
    expect(await erase()).toBe(0);
    expect(await erasedIds()).toEqual([]);
  });

  it('are none of those that name nobody: erasures and schemas', async () => {
    const at = await pastBy(1);
    await logged([entryWith({ at })]);
    expect(await erase()).toBe(1);
    await admin.query('DELETE FROM audit.sequence; DELETE FROM audit.entries WHERE erased_by IS NOT NULL');
    await logged([entryWith({ at, kind: 'SCHEMA_CHANGED' })]);
    await admin.query('UPDATE audit.entries SET at = $1, inserted_at = $1', [at]);
    expect(await erase()).toBe(0);
    expect(await erasedIds()).toEqual([]);
  });

  it('take their alerts with them, 12 years after the review', async () => {
    const alert = async (at: string, reviewed?: string): Promise<void> => {
      const { rows } = await admin.query(
        `INSERT INTO audit.alerts (kind, key, caller, clients, entries, at)
         VALUES ('EMERGENCY', $1::uuid::text, $1::uuid, '{}', ARRAY[$1::uuid], $2) RETURNING id`,
        [randomUUID(), at],
      );
      if (reviewed !== undefined)
        await admin.query(
          `INSERT INTO audit.alert_events (alert_id, number, state, owner, at) VALUES ($1, 1, 'IN_REVIEW', $1, $2)`,
          [rows[0].id, reviewed],
        );
    };
    await alert(await pastBy(1));
    await alert(await pastBy(2), await pastBy(1));
    await alert(await pastBy(2), await pastBy(-1));
    await alert(await pastBy(-1));
    await erase();
    const { rows } = await admin.query('SELECT count(*)::int AS alerts FROM audit.alerts');
    expect(rows).toEqual([{ alerts: 2 }]);
  });
});

describe('entries of consents follow the consents’ own clock', () => {
  let epoch = 0;
  const client = randomUUID();
  /** A consent of years ago, with the entry of its granting. */
  async function consent(given: {
    from: string;
    until?: string;
    withdrawn?: string;
    of?: string;
  }): Promise<AuditEntry> {
    const record = randomUUID();
    const event = (kind: string, id: string, at: string): Promise<unknown> => {
      epoch += 1;
      return admin.query(
        `INSERT INTO consent.events (id, client_id, epoch, kind, record_id, categories, sources, recipients, purposes, valid_from,
           valid_until, information_version, information_language, channel, given_by, recorded_by, recorded_role, at)
         VALUES ($1, $2, $3, $4, $5, '{}', '{}', '{}', '{}', $6, $7, '1', 'fi', 'IN_PERSON', 'CLIENT', $2, 'peer', $6)`,
        [id, given.of ?? client, epoch, kind, record, at, kind === 'GRANTED' ? (given.until ?? null) : null],
      );
    };
    await event('GRANTED', record, given.from);
    if (given.withdrawn !== undefined) await event('WITHDRAWN', randomUUID(), given.withdrawn);
    const change = { record, event: record, categories: [], sources: [], recipients: [], purposes: [], until: null };
    const entry = entryWith({
      at: given.from,
      kind: 'CONSENT_GRANTED',
      clients: [given.of ?? client],
      consent: { ...change, from: given.from, epoch: String(epoch) },
    });
    await logged([entry]);
    return entry;
  }
  const longAgo = (): Promise<string> => pastBy(400);

  it('kept: in force, ended later, replaced later, the newest, unknown to the ledger', async () => {
    const from = await longAgo();
    const [past, later] = [await pastBy(1), await pastBy(-1)];
    const inForce = { from };
    await consent(inForce);
    await consent({ from, withdrawn: later });
    await consent({ from, until: later });
    // The only one, so the newest, of someone else.
    await consent({ from, withdrawn: past, of: randomUUID() });
    // Over, but replaced only later.
    const replaced = randomUUID();
    await consent({ from, withdrawn: past, of: replaced });
    await consent({ from: later, of: replaced });
    const unknown = { record: randomUUID(), event: randomUUID(), categories: [], sources: [], recipients: [] };
    await logged([
      entryWith({
        at: from,
        kind: 'CONSENT_WITHDRAWN',
        consent: { ...unknown, purposes: [], from, until: null, epoch: '1' },
      }),
    ]);
    await consent({ from });
    expect(await erase()).toBe(0);
  });

  it('erased: withdrawn or ended, and replaced, more than 12 years ago', async () => {
    const from = await longAgo();
    const withdrawn = await consent({ from, withdrawn: await pastBy(1) });
    const ended = await consent({ from, until: await pastBy(1) });
    const newest = await consent({ from: await pastBy(10), withdrawn: await pastBy(1) });
    expect(await erase()).toBe(2);
    expect(await erasedIds()).toEqual([withdrawn.id, ended.id]);
    expect(newest.id).not.toBe(withdrawn.id);
  });

  it('erased: the newest too, 12 years after death', async () => {
    const entry = await consent({ from: await longAgo() });
    await admin.query('INSERT INTO consent.deaths VALUES ($1, $2)', [client, await pastBy(-3)]);
    expect(await erase()).toBe(0);
    await admin.query('UPDATE consent.deaths SET died_on = $1', [await pastBy(3)]);
    expect(await erase()).toBe(1);
    expect(await erasedIds()).toEqual([entry.id]);
  });
});

describe('the owner’s function erases nothing else, whoever asks', () => {
  const declared = (ranges: readonly (readonly [number, number])[]): AuditEntry =>
    entryWith({
      kind: 'ERASED',
      erased: { ranges, count: 1, rule: 'TWELVE_YEARS', citation: 'none' },
    });
  async function tryErase(entry: AuditEntry, id = entry.id): Promise<void> {
    const client = await retention.connect();
    try {
      await client.query('BEGIN');
      await insertEntries(client, [entry]);
      await client.query('SELECT audit.erase($1)', [id]);
      await client.query('COMMIT');
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  }
  beforeEach(async () => {
    await logged([entryWith({ at: await pastBy(1) }), entryWith({ at: await pastBy(-1) })]);
  });

  it.each<[what: string, ranges: [number, number][], code: string]>([
    ['a younger one', [[1, 2]], 'NV002'],
    ['a younger one among old ones', [[0, 2]], 'NV002'],
    ['one twice', [[0, 1], [0, 1]], 'NV002'], // biome-ignore format: one line a case
    ['one that is not there', [[0, 1], [7, 8]], 'NV002'], // biome-ignore format: one line a case
    ['none', [], 'NV002'],
    ['a range turned round', [[0, 1], [2, 1]], 'NV002'], // biome-ignore format: one line a case
  ])('%s', async (_, ranges, code) => {
    await expect(tryErase(declared(ranges))).rejects.toMatchObject({ code });
    expect(await erasedIds()).toEqual([]);
  });

  it('what is not declared', async () => {
    await expect(tryErase(entryWith({ erased: declared([[0, 1]]).erased as never }))).rejects.toMatchObject({
      code: 'NV001',
    });
    await expect(tryErase(declared([[0, 1]]), randomUUID())).rejects.toMatchObject({ code: 'NV001' });
    expect(await erasedIds()).toEqual([]);
  });

  it('and the role can do nothing but that', async () => {
    for (const statement of [
      'UPDATE audit.entries SET body = NULL',
      'DELETE FROM audit.entries',
      'SELECT body FROM audit.entries',
      'SELECT * FROM audit.past_retention',
      'SELECT * FROM consent.deaths',
    ])
      await expect(retention.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    for (const role of ['gateway', 'consent', 'audit', 'sequencer', 'alerts'] as const) {
      const pool = poolOf(database.roleUrl(role));
      for (const call of ['audit.erase($1)', 'audit.erase_alerts()'])
        await expect(
          pool.query(`SELECT ${call}`, call.includes('$') ? [randomUUID()] : []),
          `${role}: ${call}`,
        ).rejects.toMatchObject({ code: '42501' });
      await pool.end();
    }
  });

  it('no gateway writes an entry that has no text from the start', async () => {
    const gateway = poolOf(database.roleUrl('gateway'));
    const insert = (columns: string, values: string): Promise<unknown> =>
      gateway.query(
        `INSERT INTO audit.entries (id, at, kind, clients, categories, bases, sources, commitment${columns})
         VALUES (gen_random_uuid(), now(), 'QUERY', '{}', '{}', '{}', '{}', sha256('')${values})`,
      );
    await expect(insert('', '')).rejects.toMatchObject({ code: '23514' });
    await expect(insert(', erased_by', ', gen_random_uuid()')).rejects.toMatchObject({ code: '42501' });
    await gateway.end();
  });
});

describe('an erasure that ends half-way', () => {
  it('is consistent, and the next one goes on', async () => {
    const at = await pastBy(1);
    await logged(Array.from({ length: 2_500 }, () => entryWith({ at })));
    const dying = poolOf(database.roleUrl('retention'));
    let batches = 0;
    overhear(dying, async (statement, query) => {
      if (!String(statement).startsWith('SELECT audit.erase(')) return;
      batches += 1;
      // The declaration is written, the erasure is not committed.
      if (batches === 2) await query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    await expect(eraseDue(dying, { host: 'test' })).rejects.toThrow();
    await dying.end();
    expect(await consistent()).toBe(1_000);
    expect(await erase()).toBe(1_500);
    expect(await consistent()).toBe(2_500);
  });

  it('or runs beside another, declares each entry once', async () => {
    const at = await pastBy(1);
    await logged(Array.from({ length: 1_500 }, () => entryWith({ at })));
    await Promise.allSettled([erase(), erase()]);
    await erase();
    expect(await consistent()).toBe(1_500);
  });

  /** Every erased entry is declared once, and every declared one is erased; gives their number. */
  async function consistent(): Promise<number> {
    const all = await rows();
    const erased = all.filter(({ body }) => body === null).map(({ index }) => Number(index));
    const declared = all
      .map(({ body }) => JSON.parse(body ?? '{}') as Partial<AuditEntry>)
      .flatMap((entry) => entry.erased?.ranges ?? [])
      .flatMap(([from, until]) => Array.from({ length: until - from }, (_, n) => from + n))
      .sort((a, b) => a - b);
    expect(declared).toEqual(erased);
    return erased.length;
  }
});

describe('ranges', () => {
  it.each<[number[], [number, number][]]>([
    [[], []],
    [[0], [[0, 1]]],
    [[1, 2, 3, 7, 9, 10], [[1, 4], [7, 8], [9, 11]]], // biome-ignore format: one line a case
  ])('of %j', (indexes, ranges) => {
    expect(rangesOf(indexes)).toEqual(ranges);
  });
});
