import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ConsentDraft } from '../../consent/draft.ts';
import { LedgerError, type LedgerErrorCode } from '../../consent/errors.ts';
import { listRecords } from '../../consent/history.ts';
import { denyAccess, grantConsent, withdrawConsent } from '../../consent/ledger.ts';
import { LEDGER_LOCK } from '../../consent/lock.ts';
import {
  BY_CLIENT,
  clientNumber,
  consentDraft,
  denialDraft,
  type LedgerDatabase,
  openLedger,
} from './ledger-harness.ts';

let ledger: LedgerDatabase;
let pool: pg.Pool;
let last = 100;
const newClient = (): string => clientNumber(last++);

beforeAll(async () => {
  ledger = await openLedger();
  pool = ledger.consents;
});
afterAll(() => ledger.end());

async function recordsOf(clientId: string, now = Date.now()) {
  return (await listRecords(pool, [clientId], now)).get(clientId) ?? [];
}

async function epochsOf(clientId: string): Promise<string[]> {
  const { rows } = await pool.query('SELECT epoch::text FROM consent.epochs WHERE client_id = $1 ORDER BY epoch', [
    clientId,
  ]);
  return rows.map(({ epoch }) => epoch);
}

async function expectRefused(
  attempt: Promise<unknown>,
  code: LedgerErrorCode,
  clientId: string,
  events = 0,
): Promise<void> {
  await expect(attempt).rejects.toMatchObject({ code });
  await expect(attempt).rejects.toBeInstanceOf(LedgerError);
  expect(await epochsOf(clientId), 'nothing was changed').toHaveLength(events);
}

describe('granting, denying, withdrawing', () => {
  test('a consent is in force with everything it names; each change takes the next epoch', async () => {
    const client = newClient();
    const until = Date.now() + 86_400_000;
    const granted = await grantConsent(pool, consentDraft(client, { until }), BY_CLIENT);
    expect(granted).toMatchObject({ clientId: client, kind: 'GRANTED', epoch: 1n, until, from: granted.at });
    const denied = await denyAccess(pool, denialDraft(client, { recipients: ['agency:KELA'] }), BY_CLIENT);
    expect(denied).toMatchObject({ kind: 'DENIED', epoch: 2n, sources: [], until: null });
    const records = await recordsOf(client);
    expect(records.map(({ id, kind, state }) => ({ id, kind, state }))).toEqual([
      { id: granted.id, kind: 'CONSENT', state: 'IN_FORCE' },
      { id: denied.id, kind: 'DENIAL', state: 'IN_FORCE' },
    ]);
    expect(records[0]?.opening).toEqual(granted);
    expect(records[1]?.history).toEqual([denied]);
    expect(await epochsOf(client)).toEqual(['1', '2']);
  });

  test('a record is narrowed, then withdrawn when nothing is left', async () => {
    const client = newClient();
    const { id } = await grantConsent(pool, consentDraft(client), BY_CLIENT);
    const part = { clientId: client, recordId: id, categories: ['MEDICATION'] };
    const narrowed = await withdrawConsent(pool, part, BY_CLIENT);
    expect(narrowed).toMatchObject({ kind: 'NARROWED', categories: ['MEDICATION'], recordId: id, epoch: 2n });
    expect(await recordsOf(client)).toMatchObject([{ state: 'NARROWED', categories: ['HOUSING'] }]);
    await expectRefused(withdrawConsent(pool, part, BY_CLIENT), 'CATEGORY_NOT_IN_RECORD', client, 2);
    const rest = await withdrawConsent(pool, { ...part, categories: ['HOUSING'] }, BY_CLIENT);
    expect(rest).toMatchObject({ kind: 'WITHDRAWN', categories: ['HOUSING'] });
    const [record] = await recordsOf(client);
    expect(record).toMatchObject({ state: 'WITHDRAWN', categories: [] });
    expect(record?.history.map(({ kind }) => kind)).toEqual(['GRANTED', 'NARROWED', 'WITHDRAWN']);
    const again = withdrawConsent(pool, { clientId: client, recordId: id }, BY_CLIENT);
    await expectRefused(again, 'ALREADY_WITHDRAWN', client, 3);
  });

  test('a denial of everything can be lifted for one category', async () => {
    const client = newClient();
    const { id } = await denyAccess(pool, denialDraft(client, { categories: [] }), BY_CLIENT);
    await withdrawConsent(pool, { clientId: client, recordId: id, categories: ['HOUSING'] }, BY_CLIENT);
    const [record] = await recordsOf(client);
    expect(record?.state).toBe('NARROWED');
    expect(record?.categories).toContain('MEDICATION');
    expect(record?.categories).not.toContain('HOUSING');
  });

  test('states follow the clock', async () => {
    const client = newClient();
    const hour = 3_600_000;
    const now = Date.now();
    await grantConsent(pool, consentDraft(client, { from: now + hour, until: now + 2 * hour }), BY_CLIENT);
    const states = [now, now + hour, now + 2 * hour].map(async (at) => (await recordsOf(client, at))[0]?.state);
    expect(await Promise.all(states)).toEqual(['NOT_YET_IN_FORCE', 'IN_FORCE', 'EXPIRED']);
  });

  test('records of any number of clients come with one statement; unknown and malformed ids have none', async () => {
    const [one, two, unknown] = [newClient(), newClient(), newClient()];
    await grantConsent(pool, consentDraft(one), BY_CLIENT);
    await denyAccess(pool, denialDraft(two), BY_CLIENT);
    let statements = 0;
    const counting = {
      query: ((...given: Parameters<pg.Pool['query']>) => {
        statements += 1;
        return pool.query(...given);
      }) as pg.Pool['query'],
    };
    const records = await listRecords(counting, [two, unknown, one, two, 'x'], Date.now());
    expect([...records].map(([id, list]) => [id, list.length])).toEqual([
      [two, 1],
      [unknown, 0],
      [one, 1],
      ['x', 0],
    ]);
    expect(statements).toBe(1);
  });
});

describe('refused, with nothing changed', () => {
  const client = clientNumber(50);

  test.each<[LedgerErrorCode, Partial<ConsentDraft>]>([
    ['INFORMATION_MISSING', { informationVersion: '' }],
    ['UNKNOWN_INFORMATION_VERSION', { informationVersion: 'toString' }],
    ['UNKNOWN_INFORMATION_LANGUAGE', { informationLanguage: 'de' }],
    ['CATEGORIES_MISSING', { categories: [] }],
    ['UNKNOWN_CATEGORY', { categories: ['SHOE_SIZE'] }],
    ['CATEGORY_NOT_SHAREABLE', { categories: ['HOUSING', 'SANCTION_DETAILS'] }],
    ['CATEGORY_NOT_SHAREABLE', { categories: ['CONSENTS'] }],
    ['SOURCES_MISSING', { sources: [] }],
    ['UNKNOWN_SOURCE', { sources: ['CASINO'] }],
    ['CATEGORY_WITHOUT_SOURCE', { sources: ['HEALTH_CARE'] }],
    ['RECIPIENTS_MISSING', { recipients: [] }],
    ['UNKNOWN_RECIPIENT', { recipients: ['agency:CASINO'] }],
    ['UNKNOWN_RECIPIENT', { recipients: ['role:auditor'] }],
    ['UNKNOWN_RECIPIENT', { recipients: ['person:me'] }],
    ['UNKNOWN_RECIPIENT', { recipients: ['coordinator'] }],
    ['PURPOSES_MISSING', { purposes: [] }],
    ['UNKNOWN_PURPOSE', { purposes: ['CURIOSITY'] }],
    ['UNKNOWN_PURPOSE', { purposes: ['OWN_DATA'] }],
    ['TOO_MANY_NAMES', { recipients: Array.from({ length: 51 }, () => 'role:peer') }],
    ['UNTIL_NOT_AFTER_FROM', { from: Date.now(), until: Date.now() - 1 }],
    ['UNTIL_IN_THE_PAST', { from: Date.now() - 2_000, until: Date.now() - 1_000 }],
    ['TIME_OUT_OF_RANGE', { until: Number.NaN }],
    ['TIME_OUT_OF_RANGE', { until: 8.64e15 }],
    ['MALFORMED_ID', { id: 'me' }],
  ])('%s: %j', async (code, given) => {
    await expectRefused(grantConsent(pool, consentDraft(client, given), BY_CLIENT), code, client);
  });

  test('no message repeats what was sent', async () => {
    const secret = '150382-901A';
    for (const given of [{ categories: [secret] }, { recipients: [secret] }, { purposes: [secret] }, { id: secret }]) {
      const error = await grantConsent(pool, consentDraft(client, given), BY_CLIENT).catch((caught: Error) => caught);
      expect(String((error as Error).message)).not.toContain(secret);
    }
  });

  test('a client or a recorder that is no UUID, an unknown channel', async () => {
    await expect(grantConsent(pool, consentDraft('1; DROP'), BY_CLIENT)).rejects.toMatchObject({
      code: 'MALFORMED_ID',
    });
    const nobody = { ...BY_CLIENT, recordedBy: 'me' };
    await expectRefused(denyAccess(pool, denialDraft(client), nobody), 'MALFORMED_ID', client);
    const shouted = { ...BY_CLIENT, channel: 'SHOUTED' as never };
    await expectRefused(denyAccess(pool, denialDraft(client), shouted), 'UNKNOWN_CHANNEL', client);
  });

  test('another client’s record is no record', async () => {
    const owner = newClient();
    const stranger = newClient();
    const { id } = await grantConsent(pool, consentDraft(owner), BY_CLIENT);
    const attempt = withdrawConsent(pool, { clientId: stranger, recordId: id }, BY_CLIENT);
    await expectRefused(attempt, 'RECORD_NOT_FOUND', stranger);
    expect(await recordsOf(owner)).toMatchObject([{ state: 'IN_FORCE' }]);
    const none = withdrawConsent(pool, { clientId: owner, recordId: randomUUID() }, BY_CLIENT);
    await expectRefused(none, 'RECORD_NOT_FOUND', owner, 1);
  });

  test('the ledger’s own role cannot change or delete what is written', async () => {
    for (const statement of [
      'UPDATE consent.events SET kind = kind',
      'DELETE FROM consent.epochs',
      'TRUNCATE consent.events',
    ]) {
      await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
      await expect(ledger.gateway.query(statement)).rejects.toMatchObject({ code: '42501' });
    }
    const attempt = grantConsent(ledger.gateway, consentDraft(client), BY_CLIENT);
    await expectRefused(attempt, 'LEDGER_UNAVAILABLE', client);
  });
});

describe('repeating a call with the same id', () => {
  test('records once and answers with what was recorded', async () => {
    const client = newClient();
    const draft = consentDraft(client, { id: randomUUID() });
    const first = await grantConsent(pool, draft, BY_CLIENT);
    let hooked = 0;
    const second = await grantConsent(
      pool,
      { ...draft, categories: ['HOUSING', 'MEDICATION'] },
      BY_CLIENT,
      async () => {
        hooked += 1;
      },
    );
    expect(second).toEqual(first);
    expect(hooked).toBe(0);
    const withdrawal = { id: randomUUID(), clientId: client, recordId: first.id };
    const gone = await withdrawConsent(pool, withdrawal, BY_CLIENT);
    expect(await withdrawConsent(pool, withdrawal, BY_CLIENT)).toEqual(gone);
    expect(await epochsOf(client)).toEqual(['1', '2']);
  });

  test('but not something else under it', async () => {
    const client = newClient();
    const draft = consentDraft(client, { id: randomUUID() });
    const { id } = await grantConsent(pool, draft, BY_CLIENT);
    const other = { ...draft, purposes: ['RELEASE_PREPARATION'] };
    await expectRefused(grantConsent(pool, other, BY_CLIENT), 'ID_IN_USE', client, 1);
    await expectRefused(denyAccess(pool, denialDraft(client, { id }), BY_CLIENT), 'ID_IN_USE', client, 1);
    const mixed = withdrawConsent(pool, { id, clientId: client, recordId: id }, BY_CLIENT);
    await expectRefused(mixed, 'ID_IN_USE', client, 1);
  });
});

describe('one transaction, one serial order', () => {
  test('what the caller writes beside the event is durable with it, or not at all', async () => {
    const client = newClient();
    const failing = grantConsent(pool, consentDraft(client), BY_CLIENT, async (connection, event) => {
      const { rows } = await connection.query('SELECT id FROM consent.events WHERE id = $1', [event.id]);
      expect(rows).toHaveLength(1);
      throw new Error('audit entry refused');
    });
    await expect(failing).rejects.toThrow('audit entry refused');
    expect(await epochsOf(client)).toEqual([]);
    expect(await recordsOf(client)).toEqual([]);
    await grantConsent(pool, consentDraft(client), BY_CLIENT);
    expect(await epochsOf(client)).toEqual(['1']);
  });

  test('concurrent changes of one client take dense epochs, and of two withdrawals one wins', async () => {
    const client = newClient();
    const grants = await Promise.all(
      Array.from({ length: 20 }, () => grantConsent(pool, consentDraft(client), BY_CLIENT)),
    );
    expect(grants.map(({ epoch }) => Number(epoch)).sort((a, b) => a - b)).toEqual(grants.map((_, index) => index + 1));
    const inOrder = [...grants].sort((a, b) => Number(a.epoch - b.epoch));
    expect(inOrder.map(({ at }) => at)).toEqual(grants.map(({ at }) => at).sort((a, b) => a - b));
    const recordId = grants[0]!.id;
    const twice = await Promise.allSettled(
      [1, 2].map(() => withdrawConsent(pool, { clientId: client, recordId }, BY_CLIENT)),
    );
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await epochsOf(client)).toHaveLength(21);
  });

  test('a change waits for disclosures under way, and then reads epochs newer than its wait', async () => {
    const client = newClient();
    const disclosing = await ledger.gateway.connect();
    try {
      await disclosing.query('BEGIN');
      await disclosing.query('SELECT pg_advisory_xact_lock_shared($1::bigint)', [LEDGER_LOCK]);
      let isDone = false;
      const waiting = grantConsent(pool, consentDraft(client), BY_CLIENT).then((event) => {
        isDone = true;
        return event;
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(isDone).toBe(false);
      // Another change gets in before: as if it had come first.
      await ledger.admin.query('INSERT INTO consent.epochs (client_id, epoch) VALUES ($1, 1)', [client]);
      await disclosing.query('COMMIT');
      expect((await waiting).epoch).toBe(2n);
    } finally {
      disclosing.release();
    }
  });

  test('listeners hear the client and the epoch after the commit, and nothing of what was undone', async () => {
    const client = newClient();
    const listener = await ledger.gateway.connect();
    try {
      const heard: (string | undefined)[] = [];
      listener.on('notification', ({ payload }) => heard.push(payload));
      await listener.query('LISTEN consent_changed');
      await grantConsent(pool, consentDraft(client), BY_CLIENT, () => Promise.reject(new Error('no'))).catch(() => {});
      await grantConsent(pool, consentDraft(client), BY_CLIENT);
      await expect.poll(() => heard, { timeout: 2_000 }).toEqual([`${client}:1`]);
    } finally {
      listener.release(true);
    }
  });

  test('a store that does not answer is LEDGER_UNAVAILABLE', async () => {
    const nowhere = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const attempt = grantConsent(nowhere, consentDraft(newClient()), BY_CLIENT);
    await expect(attempt).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await nowhere.end();
  });
});
