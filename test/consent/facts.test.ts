import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { decide } from '../../consent/decide.ts';
import { FactsError, loadFacts } from '../../consent/facts.ts';
import { denyAccess, grantConsent, withdrawConsent } from '../../consent/ledger.ts';
import { endRelationship, recordRelationship } from '../../consent/relationships.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import { user } from './harness.ts';
import {
  BY_CLIENT,
  clientNumber,
  consentDraft,
  denialDraft,
  type LedgerDatabase,
  openLedger,
  relationshipDraft,
} from './ledger-harness.ts';

let ledger: LedgerDatabase;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.end());

const empty = (clientId: string) => ({
  clientId,
  epoch: 0n,
  relationships: [],
  events: [],
  guardians: [],
  emergencies: [],
  requests: [],
  jointPlans: [],
  restrictions: [],
});

/** A pool of the gateway's that counts its statements. */
function counting() {
  const counter = { statements: 0, query: undefined as unknown as pg.Pool['query'] };
  counter.query = ((...given: Parameters<pg.Pool['query']>) => {
    counter.statements += 1;
    return ledger.gateway.query(...given);
  }) as pg.Pool['query'];
  return counter;
}

test('facts are what the ledger and the feeds recorded, at the epoch of the last change', async () => {
  const client = clientNumber(10);
  const relationship = relationshipDraft(client, randomUUID(), { until: Date.now() + 1e9 });
  await recordRelationship(ledger.consents, relationship);
  const granted = await grantConsent(ledger.consents, consentDraft(client), BY_CLIENT);
  const denied = await denyAccess(ledger.consents, denialDraft(client, { categories: ['HOUSING'] }), BY_CLIENT);
  const withdrawn = await withdrawConsent(ledger.consents, { clientId: client, recordId: denied.id }, BY_CLIENT);
  const at = Date.now() + 5e8;
  await endRelationship(ledger.consents, { relationshipId: relationship.id, clientId: client, at });
  const facts = (await loadFacts(ledger.gateway, [client])).get(client);
  expect(facts?.epoch).toBe(5n);
  expect(facts?.relationships).toMatchObject([
    { id: relationship.id, unit: relationship.unit, person: null, until: at },
  ]);
  expect(facts?.events.map(({ id, kind, from, until }) => ({ id, kind, from, until }))).toEqual(
    [granted, denied, withdrawn].map(({ id, kind, from, until }) => ({ id, kind, from, until })),
  );
});

test('one statement for any number of ids; unknown and malformed ones are empty and cost the same', async () => {
  const pool = counting();
  const ids = [clientNumber(10), ...Array.from({ length: 200 }, (_, n) => clientNumber(9_000 + n)), 'x', "'; --", ''];
  const facts = await loadFacts(pool, [...ids, ...ids]);
  expect(pool.statements).toBe(1);
  expect([...facts.keys()]).toEqual(ids);
  for (const id of ids.slice(1)) expect(facts.get(id)).toEqual(empty(id));
  const upper = randomUUID().toUpperCase();
  expect((await loadFacts(pool, [upper])).get(upper)).toEqual(empty(upper));
  expect((await loadFacts(pool, ['x'])).get('x')).toEqual(empty('x'));
  expect(pool.statements).toBe(3);
});

test('permuting, repeating and adding clients in a batch changes no one’s decision', async () => {
  const clients = Array.from({ length: 12 }, (_, n) => clientNumber(20 + n));
  for (const [n, client] of clients.entries()) {
    if (n % 4 !== 3) await recordRelationship(ledger.consents, relationshipDraft(client, randomUUID()));
    if (n % 2 === 0) await grantConsent(ledger.consents, consentDraft(client), BY_CLIENT);
    if (n % 3 === 0) await denyAccess(ledger.consents, denialDraft(client, { categories: ['MEDICATION'] }), BY_CLIENT);
  }
  const ids = [...clients, clientNumber(8_000), 'x'];
  const now = Date.now() + 1_000;
  const request = { principal: user('coordinator'), purpose: 'SERVICE_COORDINATION', categories: CATEGORY_NAMES };
  const decideAll = async (batch: readonly string[]) =>
    new Map(
      [...(await loadFacts(ledger.gateway, batch))].map(([clientId, facts]) => [
        clientId,
        decide({ ...request, clientId }, facts, now),
      ]),
    );
  const alone = new Map<string, unknown>();
  for (const id of ids) alone.set(id, (await decideAll([id])).get(id));
  const permits = JSON.stringify(
    [...alone.values()].map((decision) => [...(decision as ReturnType<typeof decide>).categories]),
  );
  for (const word of ['CONSENT', 'CLIENT_DENIED', 'NO_CURRENT_RELATIONSHIP']) expect(permits).toContain(word);
  const batches = fc.array(fc.constantFrom(...ids), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(batches, async (batch) => {
      const together = await decideAll(batch);
      expect(new Set(together.keys())).toEqual(new Set(batch));
      for (const [id, decision] of together) expect(decision).toEqual(alone.get(id));
    }),
    { numRuns: 100 },
  );
});

describe('a store that fails makes the caller deny', () => {
  const client = clientNumber(60);
  const load = () => loadFacts(ledger.gateway, [client]);
  const event = (given: Record<string, string>) => {
    const row = {
      id: 'gen_random_uuid()',
      client_id: `'${client}'`,
      epoch: '1',
      kind: "'NARROWED'",
      record_id: 'gen_random_uuid()',
      categories: "'{HOUSING}'",
      sources: "'{}'",
      recipients: "'{}'",
      purposes: "'{}'",
      valid_from: 'now()',
      information_version: "'2026-1'",
      information_language: "'fi'",
      channel: "'ON_PAPER'",
      given_by: "'CLIENT'",
      recorded_by: 'gen_random_uuid()',
      recorded_role: "'client'",
      ...given,
    };
    return `INSERT INTO consent.events (${Object.keys(row)}) VALUES (${Object.values(row)})`;
  };

  beforeEach(async () => {
    await ledger.admin.query('DELETE FROM consent.events WHERE client_id = $1', [client]);
    await ledger.admin.query('DELETE FROM consent.epochs WHERE client_id = $1', [client]);
    await ledger.admin.query('INSERT INTO consent.epochs (client_id, epoch) VALUES ($1, 1)', [client]);
  });

  test.each<[string, Record<string, string>]>([
    ['an event ahead of the client’s epoch', { epoch: '2' }],
    ['a consent that opens another record', { kind: "'GRANTED'" }],
    ['a nameless category', { categories: 'ARRAY[NULL]::text[]' }],
    ['a beginning before all time', { valid_from: "'-infinity'" }],
  ])('%s makes no sense', async (_, given) => {
    await ledger.admin.query(event(given));
    const attempt = load();
    await expect(attempt).rejects.toMatchObject({ code: 'FACTS_MALFORMED' });
    await expect(attempt).rejects.toBeInstanceOf(FactsError);
  });

  test('a sound row does not', async () => {
    await ledger.admin.query(event({}));
    expect((await load()).get(client)?.events).toHaveLength(1);
  });

  test('a relationship without an epoch makes no sense', async () => {
    const orphan = clientNumber(61);
    await recordRelationship(ledger.consents, relationshipDraft(orphan, randomUUID()));
    await ledger.admin.query('DELETE FROM consent.epochs WHERE client_id = $1', [orphan]);
    await expect(loadFacts(ledger.gateway, [orphan])).rejects.toMatchObject({ code: 'FACTS_MALFORMED' });
  });

  test('nobody answers, or not in time', async () => {
    const nowhere = new pg.Pool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    await expect(loadFacts(nowhere, [client])).rejects.toMatchObject({ code: 'FACTS_UNAVAILABLE' });
    await nowhere.end();
    const locker = await ledger.admin.connect();
    try {
      await locker.query('BEGIN');
      await locker.query('LOCK TABLE consent.events IN ACCESS EXCLUSIVE MODE');
      const attempt = loadFacts(ledger.gateway, [client], 200);
      await expect(attempt).rejects.toMatchObject({ code: 'FACTS_UNAVAILABLE' });
      await expect(attempt).rejects.not.toThrow(client);
    } finally {
      await locker.query('ROLLBACK');
      locker.release();
    }
    expect((await load()).get(client)?.epoch).toBe(1n);
  });
});
