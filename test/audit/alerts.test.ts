import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Alert } from '../../audit/alerts/alerts.ts';
import { changeAlert, countAlerts, listAlerts } from '../../audit/alerts/alerts.ts';
import { ALERT_KINDS } from '../../audit/alerts/kinds.ts';
import { serveAlerts } from '../../audit/alerts/serve.ts';
import { ALERT_STATEMENTS } from '../../audit/alerts/statements.ts';
import { ALERT_THRESHOLDS, parseThresholds } from '../../audit/alerts/thresholds.ts';
import { raiseAlerts } from '../../audit/alerts/watch.ts';
import type { AuditEntry } from '../../audit/entry.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { disclosureOf, entryWith, writeAsBefore } from './entries.ts';
import { insertOrdered } from './ordered.ts';

let database: TestDatabase;
let admin: pg.Pool;
let watching: pg.Pool;
let auditing: pg.Pool;
beforeAll(async () => {
  database = await createDatabase();
  admin = poolOf(database.adminUrl);
  watching = poolOf(database.roleUrl('alerts'));
  auditing = poolOf(database.roleUrl('audit'));
});
afterAll(async () => {
  await Promise.all([admin, watching, auditing].map((pool) => pool?.end()));
  await database?.drop();
});
beforeEach(async () => {
  await admin.query('TRUNCATE audit.entries, audit.alerts, audit.alert_runs, clients.people, clients.workers CASCADE');
});

const LIMITS = {
  manyClients: 3,
  outsideCaseload: 3,
  outOfHours: 3,
  repeatedRefusals: 3,
  workingHours: [6, 20],
} as const;
const CALLER: string = randomUUID();
const OTHER: string = randomUUID();
/** A Wednesday in winter time: Helsinki is two hours ahead. */
const NOON = '2026-01-14T10:00:00.000Z';
const minutes = (at: string, count: number): string => new Date(Date.parse(at) + count * 60_000).toISOString();
const by = (id: string): Pick<AuditEntry, 'caller'> => ({
  caller: { id, roles: ['social-worker'], agency: 'SOCIAL_SERVICES' },
});
const look = (caller = CALLER, at = NOON, client: string = randomUUID()): AuditEntry =>
  entryWith({ ...by(caller), at, clients: [client], disclosures: [disclosureOf(client)] });
const outside = (caller = CALLER, at = NOON, client: string | null = randomUUID()): AuditEntry =>
  entryWith({
    ...by(caller),
    at,
    outcome: 'DENIED',
    clients: client === null ? [] : [client],
    disclosures: [
      {
        ...disclosureOf(''),
        client,
        permitted: [],
        denied: [{ category: 'MEDICATION', reason: 'NO_RELATIONSHIP', detail: 'NO_CURRENT_RELATIONSHIP' }],
      },
    ],
  });
const readLog = (clients: readonly string[], at = NOON): AuditEntry =>
  entryWith({ ...by(CALLER), at, kind: 'LOG_READ', purpose: 'AUDIT', clients });
const refused = (caller = CALLER, at = NOON): AuditEntry =>
  entryWith({ ...by(caller), at, kind: 'REFUSED', outcome: 'REFUSED', refusal: 'PURPOSE_NOT_ALLOWED' });

/** The alerts that the entries raise, all looked at together. */
async function raisedBy(entries: readonly AuditEntry[]): Promise<readonly Alert[]> {
  await insertOrdered(admin, entries);
  await writeAsBefore(
    admin,
    entries.filter((_, place) => place % 2 === 1),
  );
  await raiseAlerts(watching, LIMITS);
  return (await listAlerts(auditing, {}, { first: 100, after: null })).alerts;
}

const ids = (entries: readonly AuditEntry[]): string[] => entries.map(({ id }) => id).sort();

describe('an alert is raised', () => {
  it.each([
    ['DECLARED_RELATIONSHIP', 'DECLARED_RELATIONSHIP'],
    ['EMERGENCY_GRANTED', 'EMERGENCY'],
  ] as const)('each time: %s', async (kind, alert) => {
    const client = randomUUID();
    const entries = [1, 2].map(() => entryWith({ ...by(CALLER), kind, clients: [client] }));
    const alerts = await raisedBy([...entries, entryWith({ kind: 'ACCESS_REQUESTED', clients: [client] })]);
    expect(alerts.map(({ kind }) => kind)).toEqual([alert, alert]);
    expect(alerts[0]).toMatchObject({ caller: CALLER, clients: [client], state: 'OPEN', owner: null, note: null });
    expect(alerts.flatMap(({ entries }) => entries).sort()).toEqual(ids(entries));
  });

  it('for data of many clients in one day of Helsinki', async () => {
    // 00:30 and 23:30 of one day there are two days in UTC.
    const entries = ['2026-01-13T22:30:00.000Z', NOON, '2026-01-14T21:30:00.000Z'].map((at) => look(CALLER, at));
    const alerts = await raisedBy(entries);
    expect(alerts).toMatchObject([{ kind: 'MANY_CLIENTS', caller: CALLER }]);
    expect(alerts[0]?.entries).toEqual(ids(entries));
    expect(alerts[0]?.clients).toHaveLength(3);
  });

  it('for look-ups outside the caseload, also by a code that led to nobody', async () => {
    const entries = [outside(), outside(), outside(CALLER, NOON, null)];
    const alerts = await raisedBy(entries);
    expect(alerts).toMatchObject([{ kind: 'OUTSIDE_CASELOAD', caller: CALLER }]);
    expect(alerts[0]?.entries).toEqual(ids(entries));
    expect(alerts[0]?.clients).toHaveLength(2);
  });

  it.each([
    ['late', '2026-01-14T19:10:00.000Z'],
    ['early', '2026-01-14T03:00:00.000Z'],
    ['in summer time', '2026-07-15T17:05:00.000Z'],
    ['on Saturday', '2026-01-17T10:00:00.000Z'],
    ['over midnight', '2026-01-14T21:40:00.000Z'],
  ])('for a burst out of hours: %s', async (_, at) => {
    const client = randomUUID();
    const entries = [0, 20, 40].map((later) => look(CALLER, minutes(at, later), client));
    expect(await raisedBy(entries)).toMatchObject([{ kind: 'OUT_OF_HOURS', caller: CALLER, clients: [client] }]);
  });

  it('for a burst out of hours of reading the log of clients', async () => {
    const client = randomUUID();
    const entries = (['LOG_READ', 'EXPORTED', 'QUERY'] as const).map((kind, n) =>
      entryWith({ ...by(CALLER), at: minutes('2026-01-14T19:10:00.000Z', n), kind, clients: [client] }),
    );
    expect(await raisedBy(entries)).toMatchObject([{ kind: 'OUT_OF_HOURS', caller: CALLER, clients: [client] }]);
  });

  it('for repeated refusals', async () => {
    const entries = [0, 20, 40].map((later) => refused(CALLER, minutes(NOON, later)));
    const alerts = await raisedBy(entries);
    expect(alerts).toMatchObject([{ kind: 'REPEATED_REFUSALS', caller: CALLER, clients: [] }]);
    expect([...(alerts[0]?.entries ?? [])].sort()).toEqual(ids(entries));
  });
});

describe('no alert is raised', () => {
  it.each<[what: string, entries: AuditEntry[]]>([
    ['one client fewer', [look(), look()]],
    ['a client seen twice counts once', ['a', 'b', 'c'].map(() => look(CALLER, NOON, OTHER))],
    ['the third client on the next day', [look(), look(), look(CALLER, '2026-01-15T10:00:00.000Z')]],
    ['the third client after midnight in Helsinki', [look(), look(), look(CALLER, '2026-01-14T22:30:00.000Z')]],
    ['the third client to someone else', [look(), look(), look(OTHER)]],
    ['the third client denied', [look(), look(), outside()]],
    ['one outside the caseload fewer', [outside(), outside(), look()]],
    ['the third outside by someone else', [outside(), outside(), outside(OTHER)]],
    ['the third outside on the next day', [outside(), outside(), outside(CALLER, '2026-01-15T10:00:00.000Z')]],
    ['a third category denied for another reason', [outside(), outside(), deniedOtherwise()]],
    ['a burst within hours', [0, 1, 2].map((n) => look(CALLER, minutes(NOON, n), OTHER))],
    ['one fewer at night', [0, 20].map((n) => look(CALLER, minutes('2026-01-14T19:00:00.000Z', n), OTHER))],
    [
      'a night’s three, not in an hour',
      [0, 40, 80].map((n) => look(CALLER, minutes('2026-01-14T19:00:00Z', n), OTHER)),
    ],
    ['two at night, one by day', [0, 20, -15].map((n) => look(CALLER, minutes('2026-01-14T18:10:00.000Z', n), OTHER))],
    ['the log read at night, of no client', [0, 1, 2].map((n) => readLog([], minutes('2026-01-14T19:00:00.000Z', n)))],
    ['the log of many clients read by day', [1, 2, 3].map(() => readLog([randomUUID()]))],
    ['one refusal fewer', [refused(), refused()]],
    ['refusals not in an hour', [0, 40, 80].map((n) => refused(CALLER, minutes(NOON, n)))],
    ['the third refusal of someone else', [refused(), refused(), refused(OTHER)]],
    ['what the hub did itself', [1, 2, 3].map(() => entryWith({ kind: 'ERASED', caller: { id: null, roles: [] } }))],
  ])('%s', async (_, entries) => {
    expect(await raisedBy(entries)).toEqual([]);
  });

  function deniedOtherwise(): AuditEntry {
    const client = randomUUID();
    const denied = [{ category: 'MEDICATION', reason: 'NO_BASIS', detail: 'NO_CONSENT' }] as const;
    const disclosures = [disclosureOf(client, { permitted: [], denied })];
    return entryWith({ ...by(CALLER), at: NOON, outcome: 'DENIED', clients: [client], disclosures });
  }
});

describe('same surname or address as the caller', () => {
  interface Home {
    readonly street?: string;
    readonly kind?: string;
    readonly until?: string;
    readonly protectedUntil?: string | null;
  }
  async function person(lastName: string, home: Home = {}): Promise<string> {
    const id = randomUUID();
    const { street = 'Other Street 1', kind = 'PERMANENT', until = null, protectedUntil } = home;
    await admin.query(
      `INSERT INTO clients.people (client_id, personal_identity_code, first_names, call_name, last_name, language,
         protection_order, protection_order_until) VALUES ($1::uuid, left(md5($1::text), 11), 'A', 'A', $2, 'fi', $3, $4)`,
      [id, lastName, protectedUntil !== undefined, protectedUntil ?? null],
    );
    await admin.query(
      `INSERT INTO clients.addresses (client_id, id, kind, street, postal_code, post_office, valid_from, valid_until)
       VALUES ($1::uuid, $1::uuid, $2, $3, '00100', 'HELSINKI', '2020-01-01', $4)`,
      [id, kind, street, until],
    );
    return id;
  }
  const worker = (lastName = 'Virtanen'): Promise<unknown> =>
    admin.query(
      `INSERT INTO clients.workers (worker, last_name, street, postal_code) VALUES ($1, $2, 'Test Street 5 B', '00100')`,
      [CALLER, lastName],
    );
  const HOME = 'test street 5 b';

  it.each<[what: string, mine: string, theirs: string, home?: Home]>([
    ['surname', 'Virtanen', 'VIRTANEN'],
    ['one part of a double surname', 'Virtanen-Lehto', 'Lehto'],
    ['address', 'Virtanen', 'Lehto', { street: HOME }],
    ['surname, whatever the protection order', 'Virtanen', 'Virtanen', { protectedUntil: null }],
    ['address after a protection order', 'Virtanen', 'Lehto', { street: HOME, protectedUntil: '2021-01-01' }],
  ])('raises for the %s', async (_, mine, theirs, home) => {
    await worker(mine);
    const client = await person(theirs, home);
    const entry = look(CALLER, NOON, client);
    expect(await raisedBy([entry])).toMatchObject([
      { kind: 'SAME_SURNAME_OR_ADDRESS', caller: CALLER, clients: [client], entries: [entry.id] },
    ]);
  });

  it('raises for a look into the log of the client', async () => {
    await worker();
    const client = await person('Virtanen');
    const entry = readLog([client]);
    expect(await raisedBy([entry])).toMatchObject([
      { kind: 'SAME_SURNAME_OR_ADDRESS', clients: [client], entries: [entry.id] },
    ]);
  });

  it.each<[what: string, theirs: string, home?: Home]>([
    ['another surname and address', 'Lehto'],
    ['a surname that only begins the same', 'Virta'],
    ['an address of yesterday', 'Lehto', { street: HOME, until: '2025-01-01' }],
    ['a post box', 'Lehto', { street: HOME, kind: 'POSTAL' }],
    ['an address under a protection order', 'Lehto', { street: HOME, protectedUntil: null }],
    ['an address under an order with an end to come', 'Lehto', { street: HOME, protectedUntil: '9999-01-01' }],
  ])('raises nothing for %s', async (_, theirs, home) => {
    await worker();
    expect(await raisedBy([look(CALLER, NOON, await person(theirs, home))])).toEqual([]);
  });

  it('raises nothing for another caller, and once a pair and year', async () => {
    await worker();
    const client = await person('Virtanen');
    expect(await raisedBy([look(OTHER, NOON, client)])).toEqual([]);
    expect(await raisedBy([look(CALLER, NOON, client), look(CALLER, NOON, client)])).toHaveLength(1);
    expect(await raisedBy([look(CALLER, minutes(NOON, 60 * 24 * 30), client)])).toHaveLength(1);
    expect(await raisedBy([look(CALLER, '2026-12-31T23:00:00.000Z', client)])).toHaveLength(2);
  });

  it('shows the role that asks no name and no address, and answers no other role', async () => {
    await worker();
    const client = await person('Virtanen');
    const ask = 'SELECT clients.shares_surname_or_address($1, $2) AS same';
    expect((await watching.query(ask, [CALLER, client])).rows).toEqual([{ same: true }]);
    for (const table of ['clients.workers', 'clients.people', 'clients.addresses'])
      await expect(watching.query(`SELECT * FROM ${table}`), table).rejects.toMatchObject({ code: '42501' });
    for (const role of ['gateway', 'audit', 'clients', 'consent'] as const) {
      const pool = poolOf(database.roleUrl(role));
      await expect(pool.query(ask, [CALLER, client]), role).rejects.toMatchObject({ code: '42501' });
      if (role === 'clients') expect((await pool.query('SELECT * FROM clients.workers')).rows).toEqual([]);
      await pool.end();
    }
  });
});

describe('computing alerts', () => {
  it('twice, at once or after a crash raises one', async () => {
    await insertOrdered(admin, [look(), look(), look(), refused()]);
    await Promise.all(Array.from({ length: 4 }, () => raiseAlerts(watching, LIMITS)));
    expect(await countAlerts(auditing, {})).toBe(1);
    // As if the transaction of the last look had been lost.
    await admin.query('DELETE FROM audit.alert_runs');
    expect(await raiseAlerts(watching, LIMITS)).toBe(0);
    expect(await countAlerts(auditing, {})).toBe(1);
  });

  it('sees what came before the last look, and does not read the whole log again', async () => {
    expect(await raisedBy([look(), look()])).toEqual([]);
    expect(await raisedBy([look()])).toHaveLength(1);
    const { rows } = await watching.query('SELECT max(until)::int AS until FROM audit.alert_runs');
    expect(rows).toEqual([{ until: 3 }]);
    for (const { sql, values, kind } of ALERT_STATEMENTS) {
      const client = await watching.connect();
      await client.query('BEGIN; SET LOCAL enable_seqscan = off');
      const plan = await client.query(`EXPLAIN ${sql}`, [2, 3, ...values(LIMITS)]);
      await client.query('ROLLBACK');
      client.release();
      expect(JSON.stringify(plan.rows), kind).not.toMatch(/Seq Scan on (entries|sequence)/);
    }
  });

  it('waits for entries that have no index yet', async () => {
    await insertOrdered(admin, [look(), look(), look()]);
    await admin.query('DELETE FROM audit.sequence');
    expect(await raiseAlerts(watching, LIMITS)).toBe(0);
    expect(await raisedBy([])).toHaveLength(1);
  });

  it('goes on by itself, and tells how many are open', async () => {
    const log: unknown[] = [];
    const running = await serveAlerts({
      host: '127.0.0.1',
      port: 0,
      databaseUrl: database.roleUrl('alerts'),
      thresholds: LIMITS,
      interval: 20,
      log: (line) => log.push(line),
    });
    const get = (path: string): Promise<Response> => fetch(`${running.url}${path}`);
    const open = async (kind: string): Promise<string | undefined> =>
      new RegExp(`^nivel_alerts_open\\{kind="${kind}"\\} (\\d+)$`, 'm').exec(await (await get('/metrics')).text())?.[1];
    try {
      await expect.poll(async () => (await get('/health/ready')).status).toBe(200);
      for (const kind of Object.keys(ALERT_KINDS)) expect(await open(kind), kind).toBe('0');
      await insertOrdered(admin, [refused(), refused(), refused()]);
      await expect.poll(() => open('REPEATED_REFUSALS')).toBe('1');
      expect(log).toEqual([{ level: 'warn', event: 'alerts raised', count: 1 }]);
      await admin.query('REVOKE SELECT ON audit.sequence FROM nivel_alerts');
      await expect.poll(() => log.at(-1)).toMatchObject({ event: 'alerts not computed', cause: '42501' });
      expect((await get('/health/ready')).status).toBe(503);
      expect((await get('/health/live')).status).toBe(200);
      await admin.query('GRANT SELECT ON audit.sequence TO nivel_alerts');
      await insertOrdered(admin, [outside(), outside(), outside()]);
      await expect.poll(() => open('OUTSIDE_CASELOAD')).toBe('1');
      expect((await get('/nothing')).status).toBe(404);
    } finally {
      await running.close();
    }
  });

  it.each(['', '[]', 'null', '{"manyClient":3}', '{"manyClients":0}', '{"outOfHours":"3"}', '{"workingHours":[20,6]}'])(
    'refuses thresholds %s',
    (json) => {
      expect(() => parseThresholds(json)).toThrow(TypeError);
    },
  );

  it('takes the usual thresholds where none is given', () => {
    expect(parseThresholds('{}')).toEqual(ALERT_THRESHOLDS);
    expect(parseThresholds('{"manyClients":3,"workingHours":[7,17]}')).toEqual({
      ...ALERT_THRESHOLDS,
      manyClients: 3,
      workingHours: [7, 17],
    });
  });
});

describe('the life of an alert', () => {
  const OFFICER = randomUUID();
  const DEPUTY = randomUUID();
  const NOTE = 'Checked with the worker’s superior.';
  const closing = { state: 'CLOSED', outcome: 'JUSTIFIED', note: NOTE } as const;
  let id: string;
  beforeEach(async () => {
    id = (await raisedBy([entryWith({ ...by(CALLER), kind: 'EMERGENCY_GRANTED', clients: [OTHER] })]))[0]?.id ?? '';
  });

  it('is taken, handed over and closed, and keeps each step', async () => {
    expect(await changeAlert(auditing, { id, by: OFFICER, state: 'IN_REVIEW' })).toMatchObject({
      state: 'IN_REVIEW',
      owner: OFFICER,
    });
    expect(await changeAlert(auditing, { id, by: DEPUTY, state: 'IN_REVIEW' })).toMatchObject({ owner: DEPUTY });
    await expect(changeAlert(auditing, { id, by: OFFICER, ...closing })).rejects.toMatchObject({
      code: 'ALERT_NOT_YOURS',
    });
    const closed = await changeAlert(auditing, { id, by: DEPUTY, ...closing });
    expect(closed).toMatchObject({ state: 'CLOSED', owner: DEPUTY, outcome: 'JUSTIFIED', note: NOTE });
    expect(closed.changedAt.getTime()).toBeGreaterThan(closed.at.getTime());
    // Said again, it is the same; said otherwise, it is refused.
    expect(await changeAlert(auditing, { id, by: DEPUTY, ...closing })).toEqual(closed);
    const misuse = { ...closing, outcome: 'MISUSE' };
    await expect(changeAlert(auditing, { id, by: DEPUTY, ...misuse })).rejects.toMatchObject({ code: 'ALERT_CLOSED' });
    const { rows } = await admin.query('SELECT owner FROM audit.alert_events ORDER BY number');
    expect(rows.map(({ owner }) => owner)).toEqual([OFFICER, DEPUTY, DEPUTY]);
  });

  it.each([
    [{ by: OFFICER, ...closing }, 'ALERT_NOT_YOURS'],
    [{ by: CALLER, state: 'IN_REVIEW' }, 'ALERT_OF_OWN'],
    [{ by: OFFICER, ...closing, outcome: 'FINE' }, 'UNKNOWN_ALERT_OUTCOME'],
    [{ by: OFFICER, ...closing, note: 'ok' }, 'ALERT_NOTE_LENGTH'],
    [{ by: OFFICER, ...closing, note: 'x'.repeat(2_001) }, 'ALERT_NOTE_LENGTH'],
    [{ by: OFFICER, state: 'IN_REVIEW', id: randomUUID() }, 'ALERT_NOT_FOUND'],
  ] as const)('refuses %j', async (change, code) => {
    await expect(changeAlert(auditing, { id, ...change })).rejects.toMatchObject({ code });
    expect(await countAlerts(auditing, { state: 'OPEN' })).toBe(1);
  });

  it('has one owner when many take it at once, and each step once', async () => {
    const people = Array.from({ length: 8 }, () => randomUUID());
    await Promise.all(people.map((one) => changeAlert(auditing, { id, by: one, state: 'IN_REVIEW' })));
    const { rows } = await admin.query('SELECT number FROM audit.alert_events ORDER BY number');
    expect(rows.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const { alerts } = await listAlerts(auditing, { id }, { first: 1, after: null });
    await changeAlert(auditing, { id, by: alerts[0]?.owner ?? '', ...closing });
    expect(await countAlerts(auditing, { state: 'CLOSED' })).toBe(1);
  });

  it('is found by every filter, newest first, page by page', async () => {
    await raisedBy([entryWith({ ...by(OTHER), kind: 'DECLARED_RELATIONSHIP', clients: [CALLER] })]);
    await changeAlert(auditing, { id, by: OFFICER, state: 'IN_REVIEW' });
    const kinds = async (filter: Parameters<typeof countAlerts>[1]): Promise<string[]> =>
      (await listAlerts(auditing, filter, { first: 9, after: null })).alerts.map(({ kind }) => kind);
    expect(await kinds({})).toEqual(['DECLARED_RELATIONSHIP', 'EMERGENCY']);
    for (const filter of [
      { id },
      { kind: 'EMERGENCY' },
      { state: 'IN_REVIEW' },
      { caller: CALLER },
      { client: OTHER },
      { owner: OFFICER },
    ])
      expect(await kinds(filter), JSON.stringify(filter)).toEqual(['EMERGENCY']);
    expect(await kinds({ from: new Date(Date.now() + 60_000) })).toEqual([]);
    expect(await kinds({ until: new Date(Date.now() - 60_000) })).toEqual([]);
    const first = await listAlerts(auditing, {}, { first: 1, after: null });
    expect(first).toMatchObject({ alerts: [{ kind: 'DECLARED_RELATIONSHIP' }], hasNextPage: true });
    const after = first.alerts[0]?.seq ?? null;
    expect(await listAlerts(auditing, {}, { first: 1, after })).toMatchObject({ alerts: [{ id }], hasNextPage: false });
  });

  it('is made by the watch alone and changed by reviewers alone', async () => {
    const make = `INSERT INTO audit.alerts (kind, key, caller, clients, entries) VALUES ('EMERGENCY', 'x', $1, '{}', ARRAY[$1::uuid])`;
    await expect(auditing.query(make, [CALLER])).rejects.toMatchObject({ code: '42501' });
    const take = `INSERT INTO audit.alert_events (alert_id, number, state, owner) VALUES ($1, 1, 'IN_REVIEW', $1)`;
    await expect(watching.query(take, [id])).rejects.toMatchObject({ code: '42501' });
  });
});
