import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import { caseload } from '../../consent/caseload.ts';
import { decide } from '../../consent/decide.ts';
import type { ClientFacts } from '../../consent/decision.ts';
import { type DeclarationDraft, declareRelationship } from '../../consent/declare.ts';
import { type EmergencyDraft, grantEmergency } from '../../consent/emergency.ts';
import { LEDGER_ERRORS } from '../../consent/errors.ts';
import { loadFacts } from '../../consent/facts.ts';
import { endGuardian, type GuardianDraft, recordGuardian } from '../../consent/guardian.ts';
import { endJointPlan, type JointPlanDraft, recordJointPlan } from '../../consent/joint-plan.ts';
import { denyAccess, grantConsent, withdrawConsent } from '../../consent/ledger.ts';
import type { Recording } from '../../consent/recording.ts';
import { recordRelationship } from '../../consent/relationships.ts';
import { type RequestDraft, requestAccess } from '../../consent/request.ts';
import { type ReviewDraft, review } from '../../consent/review.ts';
import type { Agency } from '../../schema/categories.ts';
import { GUARDIAN, user } from './harness.ts';
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

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const REASON = 'The client was brought in unconscious an hour ago.';

let clients = 100;
function newClient(): string {
  clients += 1;
  return clientNumber(clients);
}

/** A client whom the worker's unit serves, by an agency's feed. */
async function servedBy(...workers: readonly Principal[]): Promise<string> {
  const client = newClient();
  for (const { agency, organisation = '', unit = '' } of workers) {
    const relationship = { agency: agency as Agency, organisation, unit };
    await recordRelationship(ledger.consents, relationshipDraft(client, randomUUID(), relationship));
  }
  return client;
}

/** A client with whom the coordinator has declared a relationship that nobody has reviewed. */
async function declaredTo(who: Principal): Promise<string> {
  const client = newClient();
  await declareRelationship(ledger.consents, who, { clientId: client, reason: REASON });
  return client;
}

const coordinator = user('coordinator');
const prison = user('rise-worker');
const officer = user('privacy-officer');

const factsOf = async (client: string): Promise<ClientFacts> =>
  (await loadFacts(ledger.gateway, [client])).get(client)!;

/** What the caller may see of the client now. */
async function seen(who: Principal, purpose: string, client: string): Promise<readonly string[]> {
  const categories = ['IDENTITY_CONTACT', 'HOUSING', 'EMPLOYMENT', 'MEDICATION', 'SOCIAL_SERVICES'];
  const request = { principal: who, purpose, clientId: client, categories };
  const decision = decide(request, await factsOf(client), Date.now() + 50);
  return categories.filter((category) => decision.categories.get(category)?.decision === 'PERMIT');
}

/** The change is refused with the code and one sentence, and nothing is changed. */
async function expectRefused(client: string, attempt: () => Promise<unknown>, code: string): Promise<void> {
  const before = await factsOf(client);
  const error = await attempt().catch((cause: unknown) => cause);
  expect(error).toMatchObject({ name: 'LedgerError', code, message: LEDGER_ERRORS[code as 'NOT_FOR_ROLE'] });
  expect((error as Error).message).not.toContain(client);
  expect(await factsOf(client)).toEqual(before);
}

describe('a declared relationship', () => {
  const declare = (draft: Partial<DeclarationDraft> & { clientId: string }, who: Principal = coordinator) =>
    declareRelationship(ledger.consents, who, { reason: REASON, ...draft });

  test('opens what a relationship opens, for seven days, flagged, and is in the case-load', async () => {
    const client = newClient();
    expect(await seen(coordinator, 'SERVICE_COORDINATION', client)).toEqual([]);
    const { id, epoch, from, until } = await declare({ clientId: client });
    expect(epoch).toBe(1n);
    expect(until! - from).toBe(7 * DAY);
    expect(await seen(coordinator, 'SERVICE_COORDINATION', client)).toEqual(['IDENTITY_CONTACT', 'EMPLOYMENT']);
    const facts = await factsOf(client);
    expect(facts.relationships).toMatchObject([{ id, kind: 'DECLARED', person: coordinator.id, review: null, until }]);
    const decision = decide(
      { principal: coordinator, purpose: 'SERVICE_COORDINATION', clientId: client, categories: [] },
      facts,
      Date.now() + 50,
    );
    expect(decision).toMatchObject({ relationship: true, flagged: true });
    const page = await caseload(ledger.consents, coordinator, { first: 100, now: Date.now() + 50 });
    expect(page.clientIds).toContain(client);
  });

  test('approved it is no longer flagged; rejected it ends at once, in the case-load too', async () => {
    for (const outcome of ['APPROVED', 'REJECTED'] as const) {
      const client = newClient();
      const { id } = await declare({ clientId: client });
      const subject = { clientId: client, subject: 'DECLARED', subjectId: id, outcome } as const;
      expect(await review(ledger.consents, officer, subject)).toMatchObject({ ...subject, epoch: 2n });
      const facts = await factsOf(client);
      const request = { principal: coordinator, purpose: 'SERVICE_COORDINATION', clientId: client, categories: [] };
      const approved = outcome === 'APPROVED';
      const later = Date.now() + 50;
      expect(decide(request, facts, later)).toMatchObject({ relationship: approved, flagged: false });
      const page = await caseload(ledger.consents, coordinator, { first: 100, now: later });
      expect(page.clientIds.includes(client)).toBe(approved);
    }
  });

  test('the same id declares once, and runs the audit once', async () => {
    const client = newClient();
    const id = randomUUID();
    let entries = 0;
    const log = async () => {
      entries += 1;
    };
    const draft = { id, clientId: client, reason: REASON };
    const first = await declareRelationship(ledger.consents, coordinator, draft, log);
    expect(await declareRelationship(ledger.consents, coordinator, draft, log)).toEqual(first);
    expect(entries).toBe(1);
    await expectRefused(client, () => declare({ id, clientId: client }, prison), 'ID_IN_USE');
    const other = newClient();
    await expectRefused(other, () => declare({ id, clientId: other }), 'ID_IN_USE');
  });

  test('what the audit throws undoes it', async () => {
    const client = newClient();
    const failing = async () => {
      throw new Error('the log is full');
    };
    await expect(
      declareRelationship(ledger.consents, coordinator, { clientId: client, reason: REASON }, failing),
    ).rejects.toThrow('the log is full');
    expect((await factsOf(client)).epoch).toBe(0n);
  });

  test.each<[string, Partial<DeclarationDraft>, string, Principal?]>([
    ['without a reason', { reason: '  ' }, 'REASON_MISSING'],
    ['with a word for a reason', { reason: 'because' }, 'REASON_TOO_SHORT'],
    ['with an endless reason', { reason: 'x'.repeat(2_001) }, 'REASON_TOO_LONG'],
    ['for longer than 30 days', { until: Date.now() + 31 * DAY }, 'TIME_BOX_TOO_LONG'],
    ['that has already ended', { until: Date.now() - HOUR }, 'UNTIL_NOT_AFTER_FROM'],
    ['by a peer', {}, 'NOT_FOR_ROLE', user('peer')],
    ['by a client', {}, 'NOT_FOR_ROLE', user('client')],
    ['with a malformed id', { id: 'X' }, 'MALFORMED_ID'],
  ])('%s is refused', async (_, given, code, who = coordinator) => {
    const client = newClient();
    await expectRefused(client, () => declare({ clientId: client, ...given }, who), code);
  });
});

describe('an emergency', () => {
  const grant = (draft: Partial<EmergencyDraft> & { clientId: string }, who: Principal = coordinator) =>
    grantEmergency(ledger.consents, who, { ground: 'OVERDOSE', reason: REASON, ...draft });

  test('opens health and contact data at once, for four hours, despite a denial, until a review rejects it', async () => {
    const client = newClient();
    await denyAccess(ledger.consents, denialDraft(client, { categories: [] }), BY_CLIENT);
    expect(await seen(coordinator, 'EMERGENCY', client)).toEqual([]);
    const { id, from, until } = await grant({ clientId: client });
    expect(until! - from).toBe(4 * HOUR);
    expect(await seen(coordinator, 'EMERGENCY', client)).toEqual(['IDENTITY_CONTACT', 'MEDICATION']);
    expect(await seen(user('social-worker'), 'EMERGENCY', client)).toEqual([]);
    const rejection = { clientId: client, subject: 'EMERGENCY', subjectId: id, outcome: 'REJECTED' } as const;
    await review(ledger.consents, officer, rejection);
    expect(await seen(coordinator, 'EMERGENCY', client)).toEqual([]);
    const [emergency] = (await factsOf(client)).emergencies;
    expect(emergency).toMatchObject({ id, review: 'REJECTED' });
    expect(emergency!.until).toBeLessThan(until!);
  });

  test.each<[string, Partial<EmergencyDraft>, string, Principal?]>([
    ['without a ground', { ground: '' }, 'GROUND_MISSING'],
    ['on a ground that is not listed', { ground: 'CURIOSITY' }, 'UNKNOWN_GROUND'],
    ['without a reason', { reason: '' }, 'REASON_MISSING'],
    ['with a word for a reason', { reason: 'urgent!' }, 'REASON_TOO_SHORT'],
    ['for longer than 24 hours', { until: Date.now() + 25 * HOUR }, 'TIME_BOX_TOO_LONG'],
    ['by an employment specialist', {}, 'NOT_FOR_ROLE', user('employment-specialist')],
    ['by a peer', {}, 'NOT_FOR_ROLE', user('peer')],
    ['in the third sector', {}, 'AGENCY_NOT_ALLOWED', { ...coordinator, agency: 'THIRD_SECTOR' }],
  ])('%s is refused', async (_, given, code, who = coordinator) => {
    const client = newClient();
    await expectRefused(client, () => grant({ clientId: client, ...given }, who), code);
  });
});

describe('a specified request', () => {
  const draft = (clientId: string, given: Partial<RequestDraft> = {}): RequestDraft => ({
    clientId,
    basis: 'CARE-PRISON',
    ground: 'RELEASE',
    categories: ['HOUSING'],
    reason: 'The release plan needs to know where the client will live.',
    ...given,
  });

  test('opens the named data to the worker who made it', async () => {
    const client = await servedBy(prison);
    expect(await seen(prison, 'RELEASE_PREPARATION', client)).not.toContain('HOUSING');
    const { id } = await requestAccess(ledger.consents, prison, draft(client));
    expect(await seen(prison, 'RELEASE_PREPARATION', client)).toContain('HOUSING');
    expect(await seen({ ...prison, id: randomUUID() }, 'RELEASE_PREPARATION', client)).not.toContain('HOUSING');
    await review(ledger.consents, officer, {
      clientId: client,
      subject: 'REQUEST',
      subjectId: id,
      outcome: 'REJECTED',
    });
    expect(await seen(prison, 'RELEASE_PREPARATION', client)).not.toContain('HOUSING');
  });

  test.each<[string, Partial<RequestDraft>, string, Principal?]>([
    ['under an unknown statute', { basis: 'NO-SUCH-LAW' }, 'UNKNOWN_BASIS'],
    ['under a statute that asks for none', { basis: 'PRISON-KELA' }, 'BASIS_WITHOUT_REQUEST'],
    ['by an agency that is no recipient', {}, 'AGENCY_NOT_ALLOWED', coordinator],
    ['without a ground', { ground: '' }, 'GROUND_MISSING'],
    ['on a ground of another statute', { ground: 'CHILDS_INTEREST' }, 'UNKNOWN_GROUND'],
    ['of no data', { categories: [] }, 'CATEGORIES_MISSING'],
    ['of unknown data', { categories: ['SHOE_SIZE'] }, 'UNKNOWN_CATEGORY'],
    ['of diagnoses', { categories: ['HEALTH_CONDITIONS'] }, 'CATEGORY_NOT_IN_BASIS'],
    ['without a reason', { reason: '' }, 'REASON_MISSING'],
    ['for longer than 30 days', { until: Date.now() + 31 * DAY }, 'TIME_BOX_TOO_LONG'],
  ])('%s is refused', async (_, given, code, who = prison) => {
    const client = await servedBy(prison);
    await expectRefused(client, () => requestAccess(ledger.consents, who, draft(client, given)), code);
  });

  test('for a client of nobody’s, or of another unit, is refused; a declared relationship will do', async () => {
    const refused = (client: string) =>
      expectRefused(client, () => requestAccess(ledger.consents, prison, draft(client)), 'NO_RELATIONSHIP');
    await refused(newClient());
    await refused(await servedBy(coordinator));
    const { epoch } = await requestAccess(ledger.consents, prison, draft(await declaredTo(prison)));
    expect(epoch).toBe(2n);
  });

  test('under a statute that is switched off is refused', async () => {
    const client = newClient();
    const none = { on: [] };
    await expectRefused(
      client,
      () => requestAccess(ledger.consents, prison, draft(client), undefined, none),
      'UNKNOWN_BASIS',
    );
  });
});

describe('a guardian', () => {
  const draft = (clientId: string, given: Partial<GuardianDraft> = {}): GuardianDraft => ({
    clientId,
    person: GUARDIAN.id,
    categories: ['HOUSING', 'CUSTODY'],
    mayConsent: true,
    ...given,
  });
  const recording: Recording = {
    recordedBy: GUARDIAN.id,
    recordedRole: 'guardian',
    channel: 'ELECTRONIC',
    givenBy: 'GUARDIAN',
  };
  const acting = (client: string): Principal => ({ ...GUARDIAN, actingFor: [client] });

  test('sees within the mandate until it ends', async () => {
    const client = await servedBy(coordinator);
    const { id } = await recordGuardian(ledger.consents, coordinator, draft(client));
    expect(await seen(acting(client), 'OWN_DATA', client)).toEqual(['HOUSING']);
    const end = { guardianId: id, clientId: client };
    const ended = await endGuardian(ledger.consents, coordinator, end);
    expect(ended.epoch).toBe(3n);
    expect(await endGuardian(ledger.consents, coordinator, end)).toEqual(ended);
    expect(await seen(acting(client), 'OWN_DATA', client)).toEqual([]);
  });

  test('consents within the mandate, and outside it nothing is recorded', async () => {
    const client = await servedBy(coordinator);
    const housing = { categories: ['HOUSING'], sources: ['SOCIAL_SERVICES'] };
    const grant = (given: object, as = recording) => grantConsent(ledger.consents, consentDraft(client, given), as);
    await expectRefused(client, () => grant(housing), 'OUTSIDE_MANDATE');
    const { id } = await recordGuardian(ledger.consents, coordinator, draft(client));
    const granted = await grant(housing);
    expect(granted).toMatchObject({ givenBy: 'GUARDIAN', recordedBy: GUARDIAN.id, epoch: 3n });
    const dates = { categories: ['CUSTODY_DATES'], sources: ['PRISON_SERVICE'] };
    expect((await grant(dates)).categories).toEqual(['CUSTODY_DATES']);
    await expectRefused(client, () => grant({}), 'OUTSIDE_MANDATE');
    await expectRefused(client, () => grant(housing, { ...recording, givenBy: 'CLIENT' }), 'OUTSIDE_MANDATE');
    await expectRefused(client, () => grant(housing, { ...BY_CLIENT, givenBy: 'GUARDIAN' }), 'OUTSIDE_MANDATE');
    await expectRefused(
      client,
      () => denyAccess(ledger.consents, denialDraft(client, { categories: [] }), recording),
      'OUTSIDE_MANDATE',
    );
    const withdrawal = { clientId: client, recordId: granted.id };
    expect((await withdrawConsent(ledger.consents, withdrawal, recording)).kind).toBe('WITHDRAWN');
    await endGuardian(ledger.consents, coordinator, { guardianId: id, clientId: client });
    await expectRefused(client, () => grant(housing), 'OUTSIDE_MANDATE');
  });

  test('with a mandate to look alone does not consent', async () => {
    const client = await servedBy(coordinator);
    await recordGuardian(ledger.consents, coordinator, draft(client, { mayConsent: false }));
    const housing = consentDraft(client, { categories: ['HOUSING'], sources: ['SOCIAL_SERVICES'] });
    await expectRefused(client, () => grantConsent(ledger.consents, housing, recording), 'OUTSIDE_MANDATE');
  });

  test('whom the client denies sight sees nothing, and cannot lift the denial', async () => {
    const client = await servedBy(coordinator);
    await recordGuardian(ledger.consents, coordinator, draft(client));
    for (const recipients of [['role:guardian'], [`person:${GUARDIAN.id}`], []]) {
      const denial = denialDraft(client, { categories: ['HOUSING'], recipients });
      const { id } = await denyAccess(ledger.consents, denial, BY_CLIENT);
      expect(await seen(acting(client), 'OWN_DATA', client)).toEqual([]);
      const lifting = { clientId: client, recordId: id };
      await expectRefused(client, () => withdrawConsent(ledger.consents, lifting, recording), 'GUARDIAN_DENIED');
      await withdrawConsent(ledger.consents, lifting, BY_CLIENT);
      expect(await seen(acting(client), 'OWN_DATA', client)).toEqual(['HOUSING']);
    }
  });

  test('is nobody to consent to', async () => {
    const client = newClient();
    const toGuardians = consentDraft(client, { recipients: ['role:guardian'] });
    await expectRefused(client, () => grantConsent(ledger.consents, toGuardians, BY_CLIENT), 'UNKNOWN_RECIPIENT');
  });

  test.each<[string, Partial<GuardianDraft>, string, Principal?]>([
    ['over nothing', { categories: [] }, 'CATEGORIES_MISSING'],
    ['over unknown data', { categories: ['SHOE_SIZE'] }, 'UNKNOWN_CATEGORY'],
    ['over sanction details', { categories: ['SANCTION_DETAILS'] }, 'CATEGORY_NOT_SHAREABLE'],
    ['of the recorder', { person: coordinator.id }, 'GUARDIAN_IS_RECORDER'],
    ['that ends before it begins', { from: 2e12, until: 1.9e12 }, 'UNTIL_NOT_AFTER_FROM'],
    ['recorded by a client', {}, 'NOT_FOR_ROLE', user('client')],
    ['for no person', { person: 'guardian' }, 'MALFORMED_ID'],
  ])('%s is refused', async (_, given, code, who = coordinator) => {
    const client = await servedBy(coordinator);
    await expectRefused(client, () => recordGuardian(ledger.consents, who, draft(client, given)), code);
  });

  test('of another client is not found', async () => {
    const { id } = await recordGuardian(ledger.consents, coordinator, draft(await servedBy(coordinator)));
    const other = await servedBy(coordinator);
    const end = { guardianId: id, clientId: other };
    await expectRefused(other, () => endGuardian(ledger.consents, coordinator, end), 'GUARDIAN_NOT_FOUND');
  });

  test('is recorded and ended by who serves the client now, on a relationship that is not their own word alone', async () => {
    const record = (client: string) => () => recordGuardian(ledger.consents, coordinator, draft(client));
    const nobodys = newClient();
    await expectRefused(nobodys, record(nobodys), 'NO_RELATIONSHIP');
    const elses = await servedBy(prison);
    await expectRefused(elses, record(elses), 'NO_RELATIONSHIP');
    const declared = await declaredTo(coordinator);
    await expectRefused(declared, record(declared), 'RELATIONSHIP_NOT_REVIEWED');
    const [{ id: subjectId } = { id: '' }] = (await factsOf(declared)).relationships;
    const approval = { clientId: declared, subject: 'DECLARED', subjectId, outcome: 'APPROVED' } as const;
    await review(ledger.consents, officer, approval);
    const { id } = await record(declared)();
    const end = (who: Principal) => () => endGuardian(ledger.consents, who, { guardianId: id, clientId: declared });
    await expectRefused(declared, end(prison), 'NO_RELATIONSHIP');
    await expectRefused(declared, end(user('peer')), 'NOT_FOR_ROLE');
    await expectRefused(declared, end({ ...user('client'), clientId: declared }), 'NOT_FOR_ROLE');
    await expectRefused(declared, end(acting(declared)), 'NOT_FOR_ROLE');
    expect((await end(coordinator)()).until).toBeLessThanOrEqual(Date.now());
  });
});

describe('a joint employment plan', () => {
  const draft = (clientId: string, given: Partial<JointPlanDraft> = {}): JointPlanDraft => ({
    clientId,
    parties: ['EMPLOYMENT_SERVICES', 'SOCIAL_SERVICES'],
    items: ['EMPLOYMENT', 'SOCIAL_SERVICES'],
    ...given,
  });

  test('opens its items between its parties until it ends', async () => {
    const client = await servedBy(coordinator);
    const { id } = await recordJointPlan(ledger.consents, coordinator, draft(client));
    expect(await seen(coordinator, 'SERVICE_COORDINATION', client)).toContain('SOCIAL_SERVICES');
    const end = { jointPlanId: id, clientId: client };
    const ended = await endJointPlan(ledger.consents, coordinator, end);
    expect(await endJointPlan(ledger.consents, coordinator, end)).toEqual(ended);
    expect(await seen(coordinator, 'SERVICE_COORDINATION', client)).not.toContain('SOCIAL_SERVICES');
  });

  test('is recorded by who serves the client now, and ended by a party alone', async () => {
    const record = (client: string) => () => recordJointPlan(ledger.consents, coordinator, draft(client));
    const nobodys = newClient();
    await expectRefused(nobodys, record(nobodys), 'NO_RELATIONSHIP');
    const declared = await declaredTo(coordinator);
    await expectRefused(declared, record(declared), 'RELATIONSHIP_NOT_REVIEWED');
    const [social, nurse] = [user('social-worker'), user('health-professional')];
    const client = await servedBy(coordinator, social, nurse);
    const { id } = await record(client)();
    const end = (who: Principal) => () => endJointPlan(ledger.consents, who, { jointPlanId: id, clientId: client });
    await expectRefused(client, end(nurse), 'NOT_A_PARTY');
    await expectRefused(client, end(prison), 'NO_RELATIONSHIP');
    await expectRefused(client, end(user('peer')), 'NOT_FOR_ROLE');
    const elsewhere = { jointPlanId: randomUUID(), clientId: client };
    await expectRefused(client, () => endJointPlan(ledger.consents, social, elsewhere), 'JOINT_PLAN_NOT_FOUND');
    expect(await end(social)()).toMatchObject({ id, clientId: client });
  });

  test.each<[string, Partial<JointPlanDraft>, string, Principal?]>([
    ['of one party', { parties: ['EMPLOYMENT_SERVICES', 'EMPLOYMENT_SERVICES'] }, 'PARTIES_MISSING'],
    ['with the prison service', { parties: ['EMPLOYMENT_SERVICES', 'PRISON_SERVICE'] }, 'UNKNOWN_PARTY'],
    ['of others', { parties: ['SOCIAL_SERVICES', 'KELA'] }, 'NOT_A_PARTY'],
    ['that lists nothing', { items: [] }, 'CATEGORIES_MISSING'],
    ['that lists medicines', { items: ['MEDICATION'] }, 'CATEGORY_NOT_IN_BASIS'],
    ['recorded by a peer', {}, 'NOT_FOR_ROLE', user('peer')],
  ])('%s is refused', async (_, given, code, who = coordinator) => {
    const client = newClient();
    await expectRefused(client, () => recordJointPlan(ledger.consents, who, draft(client, given)), code);
  });
});

describe('a review', () => {
  test('is of what there is, once, by the privacy officer, and not of their own', async () => {
    const client = newClient();
    const both: Principal = { ...coordinator, roles: ['coordinator', 'privacy-officer'] };
    const { id } = await declareRelationship(ledger.consents, both, { clientId: client, reason: REASON });
    const attempt =
      (given: Partial<ReviewDraft>, who: Principal = officer) =>
      () =>
        review(ledger.consents, who, {
          clientId: client,
          subject: 'DECLARED',
          subjectId: id,
          outcome: 'APPROVED',
          ...given,
        });
    await expectRefused(client, attempt({}, coordinator), 'NOT_FOR_ROLE');
    await expectRefused(client, attempt({}, user('auditor')), 'NOT_FOR_ROLE');
    await expectRefused(client, attempt({}, both), 'REVIEW_OF_OWN');
    await expectRefused(client, attempt({ subject: 'EMERGENCY' }), 'REVIEW_SUBJECT_NOT_FOUND');
    await expectRefused(client, attempt({ subject: 'OTHER' as never }), 'UNKNOWN_REVIEW_SUBJECT');
    await expectRefused(client, attempt({ outcome: 'MAYBE' as never }), 'UNKNOWN_REVIEW_OUTCOME');
    const other = newClient();
    await expectRefused(other, attempt({ clientId: other }), 'REVIEW_SUBJECT_NOT_FOUND');
    await attempt({ note: 'Checked with the unit.' })();
    await expectRefused(client, attempt({}), 'ALREADY_REVIEWED');
    await expectRefused(client, attempt({ outcome: 'REJECTED' }), 'ALREADY_REVIEWED');
  });

  test('of a relationship that an agency feeds there is none', async () => {
    const client = newClient();
    const id = randomUUID();
    await recordRelationship(ledger.consents, relationshipDraft(client, id));
    const draft = { clientId: client, subject: 'DECLARED', subjectId: id, outcome: 'REJECTED' } as const;
    await expectRefused(client, () => review(ledger.consents, officer, draft), 'REVIEW_SUBJECT_NOT_FOUND');
  });
});

describe('what people wrote', () => {
  test.each([
    'SELECT reason FROM consent.declarations',
    'SELECT reason FROM consent.emergencies',
    'SELECT reason FROM consent.requests',
    'SELECT reason FROM consent.restrictions',
    'SELECT note FROM consent.reviews',
  ])('the gateway cannot read: %s', async (statement) => {
    await expect(ledger.gateway.query(statement)).rejects.toMatchObject({ code: '42501' });
    await expect(ledger.consents.query(statement)).resolves.toBeDefined();
  });

  test.each(['emergencies', 'requests', 'guardians', 'joint_plans', 'reviews', 'declarations', 'restrictions'])(
    'consent.%s is only ever added to',
    async (table) => {
      for (const statement of [`UPDATE consent.${table} SET epoch = 1`, `DELETE FROM consent.${table}`]) {
        await expect(ledger.consents.query(statement)).rejects.toMatchObject({ code: '42501' });
      }
    },
  );
});

test('narrowing a record by its whole leaves nothing of the part; by its part, the rest', async () => {
  const client = newClient();
  const sources = ['PRISON_SERVICE'];
  const grant = (categories: string[]) =>
    grantConsent(ledger.consents, consentDraft(client, { categories, sources }), BY_CLIENT);
  const withdraw = (recordId: string, categories: string[]) =>
    withdrawConsent(ledger.consents, { clientId: client, recordId, categories }, BY_CLIENT);
  const { id } = await grant(['CUSTODY']);
  expect((await withdraw(id, ['CUSTODY_DATES'])).kind).toBe('NARROWED');
  await expectRefused(client, () => withdraw(id, ['CUSTODY_DATES']), 'CATEGORY_NOT_IN_RECORD');
  expect((await withdraw(id, ['CUSTODY'])).kind).toBe('WITHDRAWN');
  const both = await grant(['CUSTODY', 'CUSTODY_DATES']);
  expect((await withdraw(both.id, ['CUSTODY'])).kind).toBe('WITHDRAWN');
});
