import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import type { ClientFacts, Restriction } from '../../consent/decision.ts';
import { declareRelationship } from '../../consent/declare.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../../consent/errors.ts';
import { loadFacts } from '../../consent/facts.ts';
import { recordRelationship } from '../../consent/relationships.ts';
import { endRestriction, type RestrictionDraft, restrictSight } from '../../consent/restriction.ts';
import { review } from '../../consent/review.ts';
import { listAwaitingReview } from '../../consent/review-queue.ts';
import { WITHHOLDING_STATUTES, type WithheldLook, withheldBy } from '../../consent/withholding.ts';
import { facts, HOUR, NOW, user } from './harness.ts';
import { clientNumber, type LedgerDatabase, openLedger, relationshipDraft } from './ledger-harness.ts';

/** What a source keeps from the client's own log by statute: 1054/2018 § 28, 703/2023 § 11. */
let ledger: LedgerDatabase;
beforeAll(async () => {
  ledger = await openLedger();
});
afterAll(() => ledger.end());

const DAY = 24 * HOUR;
const REASON = 'An investigation of smuggling is under way on the ward.';
const prison = user('rise-worker');
const coordinator = user('coordinator');

let clients = 600;
async function servedBy(...workers: readonly Principal[]): Promise<string> {
  clients += 1;
  const client = clientNumber(clients);
  for (const { agency, organisation = '', unit = '' } of workers) {
    const relationship = { agency: agency as 'PRISON_SERVICE', organisation, unit };
    await recordRelationship(ledger.consents, relationshipDraft(client, randomUUID(), relationship));
  }
  return client;
}

const factsOf = async (client: string): Promise<ClientFacts> =>
  (await loadFacts(ledger.gateway, [client])).get(client)!;

const draft = (clientId: string, given: Partial<RestrictionDraft> = {}): RestrictionDraft => ({
  clientId,
  statute: 'PRISON_SECURITY',
  recipients: [],
  purposes: [],
  reason: REASON,
  ...given,
});

async function withheld(client: string, given: Partial<WithheldLook> = {}): Promise<string | undefined> {
  const look = { principal: prison, purpose: 'SENTENCE_PLANNING', source: 'PRISON_SERVICE', ...given };
  return withheldBy(look, await factsOf(client), Date.now() + 50);
}

/** Refused with the code and one sentence, and nothing is changed. */
async function expectRefused(client: string, attempt: () => Promise<unknown>, code: LedgerErrorCode): Promise<void> {
  const before = await factsOf(client);
  const error = await attempt().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'LedgerError', code, message: LEDGER_ERRORS[code] });
  expect(await factsOf(client)).toEqual(before);
}

describe('a restriction', () => {
  test('withholds for thirty days, from now on, until it is ended; twice ended is once', async () => {
    const client = await servedBy(prison);
    expect(await withheld(client)).toBeUndefined();
    const { id, from, until, epoch } = await restrictSight(ledger.consents, prison, draft(client));
    expect([until! - from, epoch]).toEqual([30 * DAY, 2n]);
    expect(await withheld(client)).toBe('1054/2018 § 28');
    expect(await withheld(client, { source: 'HEALTH_CARE' })).toBeUndefined();
    const end = { restrictionId: id, clientId: client };
    const ended = await endRestriction(ledger.consents, prison, end);
    expect(await endRestriction(ledger.consents, prison, end)).toEqual(ended);
    expect(await withheld(client)).toBeUndefined();
    expect((await factsOf(client)).epoch).toBe(3n);
  });

  test('waits for review with its reason, and a rejection ends it at once', async () => {
    const client = await servedBy(prison);
    const { id } = await restrictSight(ledger.consents, prison, draft(client));
    const { items } = await listAwaitingReview(ledger.consents, { first: 100, after: null }, Date.now());
    expect(items.find((item) => item.id === id)).toMatchObject({
      subject: 'RESTRICTION',
      clientId: client,
      person: prison.id,
      agency: 'PRISON_SERVICE',
      role: 'rise-worker',
      ground: null,
      basis: 'PRISON_SECURITY',
      categories: [],
      reason: REASON,
    });
    const subject = { clientId: client, subject: 'RESTRICTION', subjectId: id, outcome: 'REJECTED' } as const;
    const itself: Principal = { ...prison, roles: ['rise-worker', 'privacy-officer'] };
    await expectRefused(client, () => review(ledger.consents, itself, subject), 'REVIEW_OF_OWN');
    await review(ledger.consents, user('privacy-officer'), subject);
    expect(await withheld(client)).toBeUndefined();
    await expectRefused(client, () => review(ledger.consents, user('privacy-officer'), subject), 'ALREADY_REVIEWED');
  });

  test('approved it goes on to its end', async () => {
    const client = await servedBy(prison);
    const { id } = await restrictSight(ledger.consents, prison, draft(client, { until: Date.now() + HOUR }));
    const subject = { clientId: client, subject: 'RESTRICTION', subjectId: id, outcome: 'APPROVED' } as const;
    await review(ledger.consents, user('privacy-officer'), subject);
    expect(await withheld(client)).toBe('1054/2018 § 28');
    const [restriction] = (await factsOf(client)).restrictions;
    const look = { principal: prison, purpose: 'SENTENCE_PLANNING', source: 'PRISON_SERVICE' };
    expect(withheldBy(look, await factsOf(client), restriction!.until)).toBeUndefined();
  });

  test('the same id restricts once, and runs the audit once', async () => {
    const client = await servedBy(prison);
    let entries = 0;
    const log = async () => {
      entries += 1;
    };
    const again = draft(client, { id: randomUUID() });
    const first = await restrictSight(ledger.consents, prison, again, log);
    expect(await restrictSight(ledger.consents, prison, again, log)).toEqual(first);
    expect(entries).toBe(1);
    const other = { ...again, purposes: ['SENTENCE_PLANNING'] };
    await expectRefused(client, () => restrictSight(ledger.consents, prison, other), 'ID_IN_USE');
  });

  test('what the audit throws undoes it', async () => {
    const client = await servedBy(prison);
    const failing = async () => {
      throw new Error('the log is full');
    };
    await expect(restrictSight(ledger.consents, prison, draft(client), failing)).rejects.toThrow('the log is full');
    expect(await factsOf(client)).toMatchObject({ epoch: 1n, restrictions: [] });
  });

  test.each<[string, Partial<RestrictionDraft>, LedgerErrorCode, Principal?]>([
    ['without a statute', { statute: '' }, 'UNKNOWN_STATUTE'],
    ['by a statute that withholds nothing', { statute: 'PRISON-KELA' }, 'UNKNOWN_STATUTE'],
    ['by a statute of other agencies', { statute: 'CARE_DANGER' }, 'AGENCY_NOT_ALLOWED'],
    ['over another agency’s data', {}, 'AGENCY_NOT_ALLOWED', coordinator],
    ['without a reason', { reason: ' ' }, 'REASON_MISSING'],
    ['with a word for a reason', { reason: 'secret' }, 'REASON_TOO_SHORT'],
    ['for longer than 90 days', { until: Date.now() + 91 * DAY }, 'TIME_BOX_TOO_LONG'],
    ['that has already ended', { until: Date.now() - HOUR }, 'UNTIL_NOT_AFTER_FROM'],
    ['of the looks of nobody known', { recipients: ['agency:CURIOUS'] }, 'UNKNOWN_RECIPIENT'],
    ['of the client’s own looks', { purposes: ['OWN_DATA'] }, 'UNKNOWN_PURPOSE'],
    ['by a peer', {}, 'NOT_FOR_ROLE', user('peer')],
    ['by the client', {}, 'NOT_FOR_ROLE', user('client')],
    ['with a malformed id', { id: 'X' }, 'MALFORMED_ID'],
  ])('%s is refused', async (_, given, code, who = prison) => {
    const client = await servedBy(prison, coordinator);
    await expectRefused(client, () => restrictSight(ledger.consents, who, draft(client, given)), code);
  });

  test('is made by who serves the client now, not on their own word alone, and ended by the source alone', async () => {
    const restrict = (client: string) => () => restrictSight(ledger.consents, prison, draft(client));
    const elses = await servedBy(coordinator);
    await expectRefused(elses, restrict(elses), 'NO_RELATIONSHIP');
    const declared = await servedBy();
    await declareRelationship(ledger.consents, prison, { clientId: declared, reason: REASON });
    await expectRefused(declared, restrict(declared), 'RELATIONSHIP_NOT_REVIEWED');
    const client = await servedBy(prison, coordinator);
    const { id } = await restrict(client)();
    const end =
      (who: Principal, clientId = client) =>
      () =>
        endRestriction(ledger.consents, who, { restrictionId: id, clientId });
    await expectRefused(client, end(coordinator), 'AGENCY_NOT_ALLOWED');
    await expectRefused(client, end(user('social-worker')), 'NO_RELATIONSHIP');
    await expectRefused(client, end({ ...user('client'), clientId: client }), 'NOT_FOR_ROLE');
    const other = await servedBy(prison);
    await expectRefused(other, end(prison, other), 'RESTRICTION_NOT_FOUND');
  });
});

describe('what is withheld', () => {
  const restriction = (given: Partial<Restriction> = {}): Restriction => ({
    id: 'r',
    source: 'PRISON_SERVICE',
    statute: 'PRISON_SECURITY',
    recipients: [],
    purposes: [],
    from: NOW - HOUR,
    until: NOW + HOUR,
    ...given,
  });
  const of = (given: Partial<Restriction>, look: Partial<WithheldLook> = {}) =>
    withheldBy(
      { principal: prison, purpose: 'SENTENCE_PLANNING', source: 'PRISON_SERVICE', ...look },
      facts({ restriction: restriction(given) }),
      NOW,
    );

  test.each<[string, Partial<Restriction>, Partial<WithheldLook>, boolean]>([
    ['everybody’s looks for every purpose', {}, {}, true],
    ['an emergency’s', {}, { purpose: 'EMERGENCY' }, true],
    ['another agency’s look at the source’s data', {}, { principal: coordinator }, true],
    ['looks at another source’s data', {}, { source: 'SOCIAL_SERVICES' }, false],
    ['the client’s own', {}, { principal: user('client'), purpose: 'OWN_DATA' }, false],
    ['what has no purpose', {}, { purpose: null }, false],
    ['of an agency', { recipients: ['agency:PRISON_SERVICE'] }, {}, true],
    ['of another agency', { recipients: ['agency:KELA'] }, {}, false],
    ['of a role', { recipients: ['role:coordinator', 'role:rise-worker'] }, {}, true],
    ['of another role', { recipients: ['role:coordinator'] }, {}, false],
    ['of a person', { recipients: [`person:${prison.id}`] }, {}, true],
    ['of another person', { recipients: [`person:${coordinator.id}`] }, {}, false],
    ['for the purpose', { purposes: ['SENTENCE_PLANNING'] }, {}, true],
    ['for another purpose', { purposes: ['RELEASE_PREPARATION'] }, {}, false],
    ['from the first instant', { from: NOW }, {}, true],
    ['before it', { from: NOW + 1 }, {}, false],
    ['at its end', { until: NOW }, {}, false],
  ])('%s', (_, given, look, isWithheld) => {
    expect(of(given, look)).toBe(isWithheld ? '1054/2018 § 28' : undefined);
  });

  test('stays so when the statute has left the table', () => {
    expect(of({ statute: 'OLD_LAW' })).toBe('OLD_LAW');
  });

  test.each(Object.entries(WITHHOLDING_STATUTES))(
    '%s is a statute with a citation, its sources, and its words',
    (_, each) => {
      expect(each.citation).toMatch(/^\d+\/\d{4} § \d+$/);
      expect(each.sources.length).toBeGreaterThan(0);
      expect(Object.values(each.names).every((name) => name.length > 20)).toBe(true);
    },
  );
});
