import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { caseload, LARGEST_PAGE } from '../../consent/caseload.ts';
import type { LedgerErrorCode } from '../../consent/errors.ts';
import { loadFacts } from '../../consent/facts.ts';
import { mayPropose, mayRecord } from '../../consent/recording.ts';
import { currentRelationship } from '../../consent/relationship.ts';
import { endRelationship, type RelationshipDraft, recordRelationship } from '../../consent/relationships.ts';
import { CLIENT, declaredBy, facts, HOUR, NOW, relationshipOf, user } from './harness.ts';
import { clientNumber, type LedgerDatabase, openLedger, relationshipDraft } from './ledger-harness.ts';

const coordinator = user('coordinator');
let ledger: LedgerDatabase;

beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.end());

describe('the agencies’ feeds', () => {
  const client = clientNumber(1);

  test('a case opens and closes; repeating either changes nothing', async () => {
    const draft = relationshipDraft(client, randomUUID());
    const opened = await recordRelationship(ledger.consents, draft);
    expect(opened).toEqual({ relationshipId: draft.id, clientId: client, epoch: 1n });
    expect(await recordRelationship(ledger.consents, draft)).toEqual(opened);
    const end = { relationshipId: draft.id, clientId: client };
    const closed = await endRelationship(ledger.consents, end);
    expect(closed.epoch).toBe(2n);
    expect(await endRelationship(ledger.consents, end)).toEqual(closed);
    const read = (await loadFacts(ledger.gateway, [client])).get(client);
    expect(read?.epoch).toBe(2n);
    expect(currentRelationship(coordinator, read!, Date.now() + 1)).toBeUndefined();
  });

  test.each<[LedgerErrorCode, Partial<Record<keyof RelationshipDraft, unknown>>]>([
    ['MALFORMED_ID', { id: '1' }],
    ['MALFORMED_ID', { clientId: 'x' }],
    ['UNKNOWN_RELATIONSHIP_KIND', { kind: 'DECLARED' }],
    ['UNKNOWN_AGENCY', { agency: 'CASINO' }],
    ['ORGANISATION_MISSING', { organisation: '' }],
    ['UNIT_OR_PERSON', { unit: undefined }],
    ['UNIT_OR_PERSON', { person: coordinator.id }],
    ['UNTIL_NOT_AFTER_FROM', { from: NOW, until: NOW }],
  ])('%s: %j', async (code, given) => {
    const draft = { ...relationshipDraft(clientNumber(2), randomUUID()), ...given } as RelationshipDraft;
    await expect(recordRelationship(ledger.consents, draft)).rejects.toMatchObject({ code });
  });

  test('an id names one relationship; another client’s cannot be ended', async () => {
    const draft = relationshipDraft(clientNumber(3), randomUUID(), { unit: 'HEL-QUEUE' });
    await recordRelationship(ledger.consents, draft);
    const other = recordRelationship(ledger.consents, { ...draft, unit: 'HEL-OTHER' });
    await expect(other).rejects.toMatchObject({ code: 'ID_IN_USE' });
    const foreign = endRelationship(ledger.consents, { relationshipId: draft.id, clientId: clientNumber(4) });
    await expect(foreign).rejects.toMatchObject({ code: 'RELATIONSHIP_NOT_FOUND' });
  });
});

describe('the case-load', () => {
  const numbers = Array.from({ length: 25 }, (_, n) => clientNumber(100 + n));
  let served: string[];

  beforeAll(async () => {
    const now = Date.now();
    for (const [n, client] of numbers.entries()) {
      const kinds: Partial<RelationshipDraft>[] = [
        {},
        { unit: undefined as never, person: coordinator.id },
        { unit: 'HEL-OTHER' },
        { from: now - 2 * HOUR, until: now - HOUR },
        { from: now + HOUR },
        { agency: 'SOCIAL_SERVICES' },
        { organisation: '1.2.246.10.1' },
      ];
      await recordRelationship(ledger.consents, relationshipDraft(client, randomUUID(), kinds[n % 7]!));
      // Served in two ways, and once no more: still one client, still served.
      if (n % 7 === 0) await recordRelationship(ledger.consents, relationshipDraft(client, randomUUID(), kinds[1]!));
      const ended = relationshipDraft(client, randomUUID(), { from: now - HOUR });
      await recordRelationship(ledger.consents, ended);
      await endRelationship(ledger.consents, { relationshipId: ended.id, clientId: client, at: now - 1 });
    }
    const all = await loadFacts(ledger.gateway, numbers);
    served = numbers.filter((id) => currentRelationship(coordinator, all.get(id)!, Date.now()));
  });

  test('pages hold exactly those whom `decide` counts as the caller’s, in order, each once', async () => {
    expect(served).toHaveLength(8);
    for (const first of [1, 3, 7, 8, LARGEST_PAGE]) {
      const seen: string[] = [];
      let after: string | null = null;
      for (let more = true; more; ) {
        const page: Awaited<ReturnType<typeof caseload>> = await caseload(ledger.gateway, coordinator, {
          first,
          after,
        });
        seen.push(...page.clientIds);
        expect(page.clientIds.length).toBeLessThanOrEqual(first);
        after = page.clientIds.at(-1) ?? null;
        more = page.hasNextPage;
      }
      expect(seen).toEqual(served);
    }
  });

  test('those without an agency, or with ids of another kind, have none', async () => {
    const none = { clientIds: [], hasNextPage: false };
    expect(await caseload(ledger.gateway, user('client'), { first: 10 })).toEqual(none);
    const { unit, ...unitless } = { ...coordinator, id: 'not-a-uuid' };
    expect(await caseload(ledger.gateway, unitless, { first: 10 })).toEqual(none);
  });

  test.each([0, -1, LARGEST_PAGE + 1, 2_147_483_647, 1.5, Number.NaN])('first: %d is out of range', async (first) => {
    await expect(caseload(ledger.gateway, coordinator, { first })).rejects.toMatchObject({
      code: 'FIRST_OUT_OF_RANGE',
    });
  });

  test('a cursor that no page gave', async () => {
    const attempt = caseload(ledger.gateway, coordinator, { first: 1, after: "' OR 1=1" });
    await expect(attempt).rejects.toMatchObject({ code: 'MALFORMED_CURSOR' });
  });
});

describe('who may record', () => {
  const workers = [
    'rise-worker',
    'social-worker',
    'employment-specialist',
    'health-professional',
    'coordinator',
  ] as const;

  test('the client themself, electronically', () => {
    const own = mayRecord(user('client'), facts(), NOW);
    expect(own).toEqual({ decision: 'PERMIT', role: 'client', channels: ['ELECTRONIC'], givenBy: 'CLIENT' });
    const other = mayRecord(user('client'), { ...facts(), clientId: clientNumber(9) }, NOW);
    expect(other).toEqual({ decision: 'DENY', reason: 'NO_RELATIONSHIP' });
  });

  test.each(workers)('%s on the client’s behalf, in person or on paper, while they serve the client', (name) => {
    const worker = user(name);
    const permit = { decision: 'PERMIT', role: name, channels: ['IN_PERSON', 'ON_PAPER'], givenBy: 'CLIENT' };
    expect(mayRecord(worker, facts(relationshipOf(worker)), NOW)).toEqual(permit);
    expect(mayRecord(worker, facts(), NOW)).toEqual({ decision: 'DENY', reason: 'NO_RELATIONSHIP' });
    const ended = facts(relationshipOf(worker, { until: NOW }));
    expect(mayRecord(worker, ended, NOW)).toEqual({ decision: 'DENY', reason: 'NO_RELATIONSHIP' });
  });

  test('not a worker on their own word alone, who may propose for the client to confirm', () => {
    const worker = user('coordinator');
    const refusal = { decision: 'DENY', reason: 'RELATIONSHIP_NOT_REVIEWED' };
    const permit = { decision: 'PERMIT', role: 'coordinator', channels: ['IN_PERSON', 'ON_PAPER'], givenBy: 'CLIENT' };
    const declared = facts(declaredBy(worker));
    expect(mayRecord(worker, declared, NOW)).toEqual(refusal);
    expect(mayPropose(worker, declared, NOW)).toEqual(permit);
    expect(mayRecord(worker, facts(declaredBy(worker, { review: 'APPROVED' })), NOW)).toEqual(permit);
    // A relationship that an agency feeds stands beside it.
    expect(mayRecord(worker, facts(declaredBy(worker), relationshipOf(worker)), NOW)).toEqual(permit);
    const rejected = facts(declaredBy(worker, { review: 'REJECTED' }));
    for (const may of [mayRecord, mayPropose]) {
      expect(may(worker, rejected, NOW)).toEqual({ decision: 'DENY', reason: 'NO_RELATIONSHIP' });
    }
    expect(mayPropose(user('client'), facts(), NOW)).toEqual({ decision: 'DENY', reason: 'NOT_FOR_ROLE' });
  });

  test.each(['peer', 'auditor', 'privacy-officer', 'steering', 'developer'])('not %s', (name) => {
    const about = { ...facts(relationshipOf(user(name))), clientId: CLIENT };
    expect(mayRecord(user(name), about, NOW)).toEqual({ decision: 'DENY', reason: 'NOT_FOR_ROLE' });
  });
});
