import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import { CLIENT_ONE, CLIENT_TWO, DEMO_USERS } from '../../auth/users.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../../consent/errors.ts';
import { readOperations } from '../../gateway/trusted.ts';
import { poolOf } from '../postgres.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

/** A guardian acts for a client through the hub: within the mandate, until it ends, unless the client denies them sight. */
const ward: Principal = { id: randomUUID(), username: 'ward', roles: ['client'], clientId: CLIENT_TWO };
/** Signs in as one who acts for both, and nobody has recorded it. */
const impostor: Principal = {
  id: randomUUID(),
  username: 'impostor',
  roles: ['guardian'],
  actingFor: [CLIENT_ONE, CLIENT_TWO],
};
const guardian = DEMO_USERS.find(({ username }) => username === 'guardian') as Principal;
const coordinator = DEMO_USERS.find(({ username }) => username === 'coordinator') as Principal;

let world: World;
let admin: pg.Pool;
beforeAll(async () => {
  world = await startWorld({ count: 20, users: [ward, impostor] });
  admin = poolOf(world.database.adminUrl);
  await serve(coordinator);
});
afterAll(async () => {
  await admin?.end();
  await world?.close();
});
beforeEach(() => world.forgetRequests());

const VIEW = `query ($id: ID!) { client(id: $id, purpose: OWN_DATA) { id names { family } housing { class } consents { id }
  medication { medications { doseMg } } custody { phase } } }`;
const GRANT = 'mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { id givenBy state } }';
const DENY = 'mutation ($input: DenyAccessInput!) { denyAccess(input: $input) { id } }';
const WITHDRAW = 'mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { id state } }';
const RECORD = 'mutation ($input: RecordGuardianInput!) { recordGuardian(input: $input) { id validFrom validUntil } }';
const END = 'mutation ($input: EndFactInput!) { endGuardian(input: $input) { id validUntil } }';
const PLAN = 'mutation ($input: RecordJointPlanInput!) { recordJointPlan(input: $input) { id validUntil } }';
const END_PLAN = 'mutation ($input: EndFactInput!) { endJointPlan(input: $input) { id validUntil } }';
const DECLARE = 'mutation ($input: DeclareRelationshipInput!) { declareRelationship(input: $input) { id } }';
const EXPLAIN = `query ($client: ID!, $categories: [DataCategory!]!, $asCaller: CallerInput) {
  explainAccess(client: $client, purpose: OWN_DATA, categories: $categories, asCaller: $asCaller) {
    category decision reason detail } }`;
const ENTRIES = `query ($filter: AuditFilter) { auditEntries(filter: $filter, first: 5) { edges { node { id kind refusal
  clients caller { id roles } disclosures { source permitted { category basis reference } denied { category detail } }
  fact { id person mayConsent categories sources until } } } } }`;

const informed = { version: '2026-1', language: 'fi' };
const consent = {
  clientId: CLIENT_TWO,
  recipients: [{ role: 'COORDINATOR' }],
  purposes: ['SERVICE_COORDINATION'],
  informed,
};
const see = (user: string, id = CLIENT_TWO) => world.ask(user, VIEW, { id });
const denied = ({ access }: HubAnswer) => access.map(({ category, reason }) => `${category} ${reason}`);

// biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
async function newest(filter: Record<string, unknown>): Promise<any> {
  const { data } = await world.ask('auditor', ENTRIES, { filter });
  return data.auditEntries.edges[0]?.node;
}

// biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
async function done(user: string, mutation: string, input: object): Promise<any> {
  const { data, errors } = await world.ask(user, mutation, { input });
  expect(errors).toEqual([]);
  return Object.values(data)[0];
}

/** What the ledger holds of the client, to the row. */
async function ledgerOf(client: string): Promise<unknown> {
  const { rows } = await admin.query(
    `SELECT (SELECT max(epoch) FROM consent.epochs WHERE client_id = $1) AS epoch,
       (SELECT count(*) FROM consent.events WHERE client_id = $1) AS events,
       (SELECT count(*) FROM consent.guardians WHERE client_id = $1) AS guardians,
       (SELECT count(*) FROM consent.guardian_ends WHERE client_id = $1) AS ends,
       (SELECT count(*) FROM consent.joint_plans WHERE client_id = $1) AS plans`,
    [client],
  );
  return rows[0];
}

interface Input {
  readonly clientId: string;
  readonly [name: string]: unknown;
}

/** Refused with the ledger's sentence; the attempt is in the log, and nothing changed. */
async function refused(user: string, mutation: string, input: Input, code: LedgerErrorCode) {
  const before = await ledgerOf(input.clientId);
  const answer = await world.ask(user, mutation, { input });
  expect(answer.errors.map(({ message, extensions }) => [extensions.code, message])).toEqual([
    [code, LEDGER_ERRORS[code]],
  ]);
  expect(await newest({ outcome: 'REFUSED' })).toMatchObject({
    id: answer.auditId,
    refusal: code,
    clients: [input.clientId],
  });
  expect(await ledgerOf(input.clientId)).toEqual(before);
}

/** A relationship of the worker's unit with the client, as an agency feeds it. */
async function serve({ agency, organisation, unit }: Principal, client = CLIENT_TWO): Promise<void> {
  await admin.query(
    `WITH turn AS (INSERT INTO consent.epochs (client_id, epoch)
       SELECT $1::uuid, coalesce(max(epoch), 0) + 1 FROM consent.epochs WHERE client_id = $1 RETURNING epoch)
     INSERT INTO consent.relationships (id, client_id, kind, agency, organisation, unit, valid_from, epoch)
     SELECT gen_random_uuid(), $1, 'OPEN_SERVICE', $2, $3, $4, now() - interval '1 day', epoch FROM turn`,
    [client, agency, organisation, unit],
  );
}

describe('a guardian', () => {
  it('sees within the mandate; outside it nothing is fetched, and only the auditor and the client read why', async () => {
    const answer = await see('guardian');
    expect(answer.errors).toEqual([]);
    expect(answer.data.client).toMatchObject({ id: CLIENT_TWO, names: { family: expect.any(String) } });
    expect([answer.data.client.medication, answer.data.client.custody]).toEqual([null, null]);
    expect(denied(answer)).toEqual(['MEDICATION NO_BASIS', 'CUSTODY NO_BASIS']);
    expect([world.wires.health.requests, world.wires.sentences.requests]).toEqual([[], []]);
    expect(world.wires.social.requests.length).toBe(1);
    expect(answer.text).not.toContain('MANDATE');

    const { disclosures } = await newest({ client: CLIENT_TWO, caller: guardian.id, kind: 'QUERY' });
    const { rows } = await admin.query('SELECT id FROM consent.guardians WHERE client_id = $1', [CLIENT_TWO]);
    const permitted = disclosures.flatMap((each: { permitted: unknown[] }) => each.permitted);
    expect(permitted).toContainEqual({ category: 'HOUSING', basis: 'GUARDIAN', reference: rows[0].id });
    const why = disclosures.flatMap((each: { denied: { detail: string }[] }) => each.denied);
    expect(new Set(why.map(({ detail }: { detail: string }) => detail))).toEqual(new Set(['OUTSIDE_MANDATE']));

    const asked = { client: CLIENT_TWO, categories: ['MEDICATION'] };
    const own = await world.ask('guardian', EXPLAIN, asked);
    expect(own.data.explainAccess).toEqual([
      { category: 'MEDICATION', decision: 'DENY', reason: 'NO_BASIS', detail: null },
    ]);
    const asCaller = { role: 'GUARDIAN', person: guardian.id };
    for (const user of ['ward', 'auditor']) {
      const { data } = await world.ask(user, EXPLAIN, { ...asked, asCaller });
      expect(data.explainAccess[0], user).toMatchObject({ decision: 'DENY', detail: 'OUTSIDE_MANDATE' });
    }
  });

  it('has a ready operation', async () => {
    const folder = fileURLToPath(new URL('../../gateway/operations', import.meta.url));
    const { text } = readOperations(folder).find(({ name }) => name.endsWith('guardian-view'))!;
    const { errors, access } = await world.ask('guardian', text, { id: CLIENT_TWO });
    expect([errors, access]).toEqual([[], []]);
  });

  it('sees nobody else, and who claims to act for a client without a recorded mandate sees nothing', async () => {
    const whole = ['IDENTITY_CONTACT', 'HOUSING', 'CONSENTS', 'MEDICATION', 'CUSTODY'];
    for (const [user, client] of [
      ['guardian', CLIENT_ONE],
      ['impostor', CLIENT_ONE],
      ['impostor', CLIENT_TWO],
    ] as const) {
      world.forgetRequests();
      const answer = await see(user, client);
      expect(answer.data, user).toEqual({ client: null });
      expect(new Set(denied(answer)), user).toEqual(new Set(whole.map((category) => `${category} NO_RELATIONSHIP`)));
      expect(Object.values(world.wires).flatMap(({ requests }) => requests)).toEqual([]);
    }
    const nobody = await see('impostor', randomUUID());
    const one = await see('impostor', CLIENT_TWO);
    const alike = ({ text, auditId }: HubAnswer) =>
      text.replace(auditId, '').replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
    expect(alike(nobody)).toBe(alike(one));
  });

  it('consents and withdraws within the mandate, in their own name', async () => {
    const given = await done('guardian', GRANT, { ...consent, categories: ['HOUSING'] });
    expect(given).toMatchObject({ givenBy: 'GUARDIAN', state: 'IN_FORCE' });
    expect(await newest({ kind: 'CONSENT_GRANTED', client: CLIENT_TWO })).toMatchObject({
      caller: { id: guardian.id, roles: ['guardian'] },
    });
    const withdrawn = await done('guardian', WITHDRAW, { clientId: CLIENT_TWO, recordId: given.id });
    expect(withdrawn).toEqual({ id: given.id, state: 'WITHDRAWN' });
  });

  it('does nothing outside it, for another client, or without a recorded mandate', async () => {
    await refused('guardian', GRANT, { ...consent, categories: ['HOUSING', 'MEDICATION'] }, 'OUTSIDE_MANDATE');
    const everything = { clientId: CLIENT_TWO, categories: [], informed };
    await refused('guardian', DENY, everything, 'OUTSIDE_MANDATE');
    const { id } = await done('ward', GRANT, { ...consent, categories: ['MEDICATION'] });
    const withdrawal = { clientId: CLIENT_TWO, recordId: id };
    await refused('guardian', WITHDRAW, withdrawal, 'OUTSIDE_MANDATE');
    const other = { ...consent, clientId: CLIENT_ONE, categories: ['HOUSING'] };
    await refused('guardian', GRANT, other, 'NO_RELATIONSHIP');
    await refused('impostor', GRANT, { ...consent, categories: ['HOUSING'] }, 'NO_RELATIONSHIP');
  });

  it('whom the client denies sight sees nothing of it, and cannot lift the denial', async () => {
    const input = { categories: ['HOUSING'], recipients: [{ role: 'GUARDIAN' }], informed };
    const { id } = await done('ward', DENY, input);
    const answer = await see('guardian');
    expect(denied(answer)).toEqual(['HOUSING NO_BASIS', 'MEDICATION NO_BASIS', 'CUSTODY NO_BASIS']);
    expect([answer.data.client.housing, world.wires.social.requests]).toEqual([null, []]);
    await refused('guardian', WITHDRAW, { clientId: CLIENT_TWO, recordId: id }, 'GUARDIAN_DENIED');
    await done('ward', WITHDRAW, { recordId: id });
    expect(denied(await see('guardian'))).not.toContain('HOUSING NO_BASIS');
  });
});

describe('a mandate', () => {
  const mandate = { clientId: CLIENT_TWO, person: impostor.id, categories: ['HOUSING', 'CONSENTS'], mayConsent: false };

  it('is recorded and ended by a worker who serves the client, each in the log; then the guardian is nobody', async () => {
    const { id, validUntil } = await done('coordinator', RECORD, mandate);
    expect(validUntil).toBeNull();
    expect(await newest({ kind: 'GUARDIAN_RECORDED', client: CLIENT_TWO, category: 'HOUSING' })).toMatchObject({
      caller: { id: coordinator.id, roles: ['coordinator'] },
      clients: [CLIENT_TWO],
      fact: { id, person: impostor.id, mayConsent: false, categories: mandate.categories },
    });
    const during = await see('impostor');
    expect([during.data.client.id, denied(during).length]).toEqual([CLIENT_TWO, 3]);
    await refused('impostor', GRANT, { ...consent, categories: ['HOUSING'] }, 'NO_RELATIONSHIP');

    const end = { clientId: CLIENT_TWO, id };
    for (const user of ['ward', 'impostor', 'peer']) await refused(user, END, end, 'NOT_FOR_ROLE');
    await refused('rise-worker', END, end, 'NO_RELATIONSHIP');
    await refused('coordinator', END, { clientId: CLIENT_TWO, id: randomUUID() }, 'GUARDIAN_NOT_FOUND');
    const ended = await done('coordinator', END, end);
    expect(Date.parse(ended.validUntil)).toBeLessThanOrEqual(Date.now());
    expect(await newest({ kind: 'GUARDIAN_ENDED' })).toMatchObject({ clients: [CLIENT_TWO], fact: { id } });
    expect((await see('impostor')).data).toEqual({ client: null });
    expect(await done('coordinator', END, end)).toEqual(ended);
  });

  it.each<[LedgerErrorCode, string, object]>([
    ['NO_RELATIONSHIP', 'health-professional', {}],
    ['NOT_FOR_ROLE', 'peer', {}],
    ['NOT_FOR_ROLE', 'guardian', {}],
    ['GUARDIAN_IS_RECORDER', 'coordinator', { person: coordinator.id }],
    ['MALFORMED_ID', 'coordinator', { person: 'Maija' }],
    ['CATEGORIES_MISSING', 'coordinator', { categories: [] }],
    ['CATEGORY_NOT_SHAREABLE', 'coordinator', { categories: ['SANCTION_DETAILS'] }],
    ['UNTIL_NOT_AFTER_FROM', 'coordinator', { from: '2030-01-01T00:00:00Z', until: '2029-01-01T00:00:00Z' }],
  ])('%s: as %s', async (code, user, given) => {
    await refused(user, RECORD, { ...mandate, ...given }, code);
  });

  it('is not recorded, nor a consent or denial, on a worker’s own word: they propose, the client confirms', async () => {
    const client = await unserved();
    const reason = 'The client came to the office today for the first time';
    await done('coordinator', DECLARE, { clientId: client, reason });
    const input = { ...consent, clientId: client, categories: ['HOUSING'] };
    await refused('coordinator', GRANT, input, 'RELATIONSHIP_NOT_REVIEWED');
    await refused(
      'coordinator',
      DENY,
      { clientId: client, categories: ['HOUSING'], informed },
      'RELATIONSHIP_NOT_REVIEWED',
    );
    await refused('coordinator', RECORD, { ...mandate, clientId: client }, 'RELATIONSHIP_NOT_REVIEWED');
    const PROPOSE = 'mutation ($input: GrantConsentInput!) { proposeConsent(input: $input) { proposal { id } } }';
    expect((await done('coordinator', PROPOSE, input)).proposal.id).toEqual(expect.any(String));
  });
});

describe('a joint employment plan', () => {
  const plan = {
    clientId: CLIENT_TWO,
    parties: ['EMPLOYMENT_SERVICES', 'SOCIAL_SERVICES'],
    items: ['SOCIAL_SERVICES'],
  };
  const SERVICES = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { socialServices { __typename } } }`;
  const opened = async () => denied(await world.ask('coordinator', SERVICES, { id: CLIENT_TWO })).length === 0;

  it('opens its items to a party until it is ended by one, each in the log', async () => {
    await admin.query(`DELETE FROM consent.events WHERE client_id = $1`, [CLIENT_TWO]);
    expect(await opened()).toBe(false);
    const { id } = await done('coordinator', PLAN, plan);
    expect(await opened()).toBe(true);
    expect(
      await newest({ kind: 'JOINT_PLAN_RECORDED', category: 'SOCIAL_SERVICES', source: 'SOCIAL_SERVICES' }),
    ).toMatchObject({ clients: [CLIENT_TWO], fact: { id, sources: plan.parties, categories: plan.items } });
    const end = { clientId: CLIENT_TWO, id };
    const nurse = DEMO_USERS.find(({ username }) => username === 'health-professional') as Principal;
    await serve(nurse);
    await refused('health-professional', END_PLAN, end, 'NOT_A_PARTY');
    await refused('ward', END_PLAN, end, 'NOT_FOR_ROLE');
    await done('coordinator', END_PLAN, end);
    expect(await opened()).toBe(false);
    expect(await newest({ kind: 'JOINT_PLAN_ENDED' })).toMatchObject({ clients: [CLIENT_TWO], fact: { id } });
  });

  it.each<[LedgerErrorCode, string, object]>([
    ['PARTIES_MISSING', 'coordinator', { parties: ['EMPLOYMENT_SERVICES'] }],
    ['UNKNOWN_PARTY', 'coordinator', { parties: ['EMPLOYMENT_SERVICES', 'PRISON_SERVICE'] }],
    ['NOT_A_PARTY', 'coordinator', { parties: ['SOCIAL_SERVICES', 'KELA'] }],
    ['CATEGORY_NOT_IN_BASIS', 'coordinator', { items: ['MEDICATION'] }],
    ['NOT_FOR_ROLE', 'peer', {}],
  ])('%s: as %s', async (code, user, given) => {
    await refused(user, PLAN, { ...plan, ...given }, code);
  });
});

/** A client whom the coordinator does not serve. */
async function unserved(): Promise<string> {
  const { rows } = await admin.query(
    `SELECT client_id AS id FROM clients.people WHERE client_id NOT IN
       (SELECT client_id FROM consent.relationships WHERE unit = $1 OR person = $2) LIMIT 1`,
    [coordinator.unit, coordinator.id],
  );
  return rows[0].id;
}
