import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

const VIEW = `query UnifiedView($id: ID!, $purpose: Purpose!) {
  client(id: $id, purpose: $purpose) {
    id
    names { given family }
    custody { phase unit { code fi sv } releaseWindow { earliest latest source confidence } }
    housing { class need }
    employment { jobSeekerStatus { status { code } } }
    medication { opioidSubstitution { product nextDoseAt } }
    appointments { state }
  }
}`;
const FOUR = ['custody', 'housing', 'employment', 'medication'];

const view = (user: string, purpose = 'SERVICE_COORDINATION', id = CLIENT_ONE) =>
  world.ask(user, VIEW, { id, purpose });

/** How often each subgraph was asked; those that were not are left out. */
const asked = (): Record<string, number> =>
  Object.fromEntries(
    Object.entries(world.wires).flatMap(([name, { requests }]) =>
      requests.length > 0 ? [[name, requests.length]] : [],
    ),
  );

describe('one client, four agencies', () => {
  it('the coordinator sees custody, housing, employment and medication of client 1', async () => {
    world.forgetRequests();
    const { status, data, access, errors } = await view('coordinator');
    expect({ status, access, errors }).toEqual({ status: 200, access: [], errors: [] });
    for (const field of FOUR) expect(data.client[field], field).not.toBeNull();
    expect(asked()).toEqual({ clients: 1, sentences: 1, social: 1, employment: 1, health: 1 });
  });

  it('the peer sees only what is shared, and the four agencies are not asked', async () => {
    world.forgetRequests();
    const { data, access } = await view('peer');
    expect(data.client.names).not.toBeNull();
    expect(data.client.appointments).not.toBeNull();
    for (const field of FOUR) expect(data.client[field], field).toBeNull();
    expect(access.map(({ category, reason }) => [category, reason])).toEqual([
      ['CUSTODY', 'NOT_FOR_ROLE'],
      ['HOUSING', 'NOT_FOR_ROLE'],
      ['EMPLOYMENT', 'NOT_FOR_ROLE'],
      ['MEDICATION', 'NOT_FOR_ROLE'],
    ]);
    expect(asked()).toEqual({ clients: 1 });
  });

  it('asks no agency for what a constant leaves out, which no entry would name', async () => {
    world.forgetRequests();
    const { data, errors } = await world.ask(
      'coordinator',
      `query ($id: ID!, $no: Boolean!) { client(id: $id, purpose: SERVICE_COORDINATION) @skip(if: $no) {
        names { family } appointments @skip(if: true) { state } } }`,
      { id: CLIENT_ONE, no: false },
    );
    expect([Object.keys(data.client), errors]).toEqual([['names'], []]);
    expect(asked()).toEqual({ clients: 1 });
    expect(JSON.stringify(world.wires.clients.requests)).not.toContain('appointments');
  });

  it('roles without a purpose are refused, and the attempt is in the log', async () => {
    for (const user of ['auditor', 'steering', 'developer', 'client']) {
      const { status, errors } = await view(user);
      expect([status, errors[0]?.extensions.code]).toEqual([403, 'PURPOSE_NOT_ALLOWED']);
    }
    const { data } = await world.ask(
      'auditor',
      '{ auditEntries(filter: { kind: REFUSED }) { edges { node { refusal purpose clients caller { roles } } } } }',
    );
    expect(data.auditEntries.edges[0].node).toEqual({
      refusal: 'PURPOSE_NOT_ALLOWED',
      purpose: 'SERVICE_COORDINATION',
      clients: [CLIENT_ONE],
      caller: { roles: ['client'] },
    });
  });

  it('a client sees all of their own, and which consents there are', async () => {
    const { data, access } = await world.ask(
      'client',
      '{ ownData { id custody { phase } healthConditions { __typename } sanctions { __typename } consents { kind state categories } } }',
    );
    expect(access).toEqual([]);
    expect(data.ownData.id).toBe(CLIENT_ONE);
    for (const field of ['custody', 'healthConditions', 'sanctions']) expect(data.ownData[field], field).not.toBeNull();
    expect(data.ownData.consents).toContainEqual({
      kind: 'DENIAL',
      state: 'IN_FORCE',
      categories: ['HEALTH_CONDITIONS'],
    });
  });

  it('denied stays denied through aliases, fragments and derived fields', async () => {
    const { data, access } = await world.ask(
      'employment-specialist',
      `query ($id: ID!) {
        client(id: $id, purpose: EMPLOYMENT_SUPPORT) { a: medication { __typename } ... on Client { b: medication { __typename } } ...F }
        again: client(id: $id, purpose: EMPLOYMENT_SUPPORT) { c: medication { __typename } }
      }
      fragment F on Client { d: healthConditions { __typename } }`,
      { id: CLIENT_ONE },
    );
    expect(data).toEqual({ client: { a: null, b: null, d: null }, again: { c: null } });
    expect(access.map(({ category }) => category).sort()).toEqual(['HEALTH_CONDITIONS', 'MEDICATION']);
  });

  it('the answer carries the id of the entry that says what was disclosed and on what basis', async () => {
    const { auditId } = await view('coordinator');
    const { data } = await world.ask(
      'auditor',
      `query ($client: ID!) { auditEntries(first: 1, filter: { client: $client, category: MEDICATION }) { edges { node {
        id kind outcome purpose operationName clients
        disclosures { source permitted { category basis reference } denied { category } records } } } } }`,
      { client: CLIENT_ONE },
    );
    const entry = data.auditEntries.edges[0].node;
    expect(entry).toMatchObject({
      id: auditId,
      kind: 'QUERY',
      outcome: 'ANSWERED',
      purpose: 'SERVICE_COORDINATION',
      clients: [CLIENT_ONE],
    });
    expect(entry.disclosures).toContainEqual({
      source: 'HEALTH_CARE',
      permitted: [{ category: 'MEDICATION', basis: 'CONSENT', reference: expect.any(String) }],
      denied: [],
      records: 1,
    });
  });
});

describe('a derived field', () => {
  const DERIVED = `query ($id: ID!) { client(id: $id, purpose: EMPLOYMENT_SUPPORT) {
    employment { jobSeekerStatus { status { code } } } meetingsBeforeRelease { daysBeforeRelease } } }`;

  it('is there when all its categories are permitted', async () => {
    const { data } = await world.ask('employment-specialist', DERIVED, { id: CLIENT_ONE });
    expect(data.client.meetingsBeforeRelease[0].daysBeforeRelease).toEqual(expect.any(Number));
  });

  it('is null when one of them is denied, and takes nothing else with it', async () => {
    const { data: denial } = await world.ask(
      'client',
      `mutation { denyAccess(input: { categories: [CUSTODY], recipients: [{ agency: EMPLOYMENT_SERVICES }], informed: { version: "2026-1", language: fi } }) { id } }`,
    );
    const { data, access } = await world.ask('employment-specialist', DERIVED, { id: CLIENT_ONE });
    expect(data.client).toMatchObject({
      meetingsBeforeRelease: null,
      employment: { jobSeekerStatus: { status: { code: expect.any(String) } } },
    });
    expect(access.map(({ category }) => category)).toEqual(['CUSTODY']);
    await world.ask('client', `mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state } }`, {
      id: denial.denyAccess.id,
    });
  });
});

describe('the client changes their mind', () => {
  it('after the withdrawal of medication the next query has none, says DENY, and health gets no request', async () => {
    expect((await view('coordinator')).data.client.medication).not.toBeNull();
    const { data } = await world.ask('client', '{ ownData { consents { id categories recipients state } } }');
    const consent = data.ownData.consents.find(
      (each: { categories: string[]; recipients: string[] }) =>
        each.categories.includes('MEDICATION') && each.recipients.includes('role:coordinator'),
    );
    const withdrawn = await world.ask(
      'client',
      'mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state history { kind } } }',
      { id: consent.id },
    );
    expect(withdrawn.data.withdrawConsent).toEqual({
      state: 'WITHDRAWN',
      history: [{ kind: 'GRANTED' }, { kind: 'WITHDRAWN' }],
    });

    world.forgetRequests();
    const after = await view('coordinator');
    expect(after.data.client.medication).toBeNull();
    expect(after.data.client.custody).not.toBeNull();
    expect(after.access).toEqual([
      { client: CLIENT_ONE, category: 'MEDICATION', decision: 'DENY', reason: 'NO_BASIS' },
    ]);
    expect(asked()).toEqual({ clients: 1, sentences: 1, social: 1, employment: 1 });

    const again = await world.ask(
      'client',
      'mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state } }',
      { id: consent.id },
    );
    expect(again.errors[0]?.extensions.code).toBe('ALREADY_WITHDRAWN');

    const granted = await world.ask(
      'coordinator',
      `mutation ($client: ID!) { grantConsent(input: { clientId: $client, categories: [MEDICATION], recipients: [{ role: COORDINATOR }],
        purposes: [SERVICE_COORDINATION], informed: { version: "2026-1", language: plain }, channel: IN_PERSON }) { state history { recordedRole channel } } }`,
      { client: CLIENT_ONE },
    );
    expect(granted.data.grantConsent).toEqual({
      state: 'IN_FORCE',
      history: [{ recordedRole: 'coordinator', channel: 'IN_PERSON' }],
    });
    expect((await view('coordinator')).data.client.medication).not.toBeNull();
  });

  it('each change is in the log, in the transaction of the change', async () => {
    const { data } = await world.ask(
      'auditor',
      `{ auditEntries(filter: { client: "${CLIENT_ONE}", kind: CONSENT_WITHDRAWN }) { edges { node { clients consent { categories } } } } }`,
    );
    expect(data.auditEntries.edges[0].node).toEqual({ clients: [CLIENT_ONE], consent: { categories: ['MEDICATION'] } });
  });

  it.each([
    ['a client whom the worker does not know', 'coordinator', { clientId: randomUUID() }, 'NO_RELATIONSHIP'],
    ['another client', 'client', { clientId: randomUUID() }, 'NO_RELATIONSHIP'],
    [
      'a worker who claims the client did it electronically',
      'coordinator',
      { clientId: CLIENT_ONE, channel: 'ELECTRONIC' },
      'CHANNEL_NOT_ALLOWED',
    ],
    ['no information given', 'client', { informed: null }, 'INFORMATION_MISSING'],
    [
      'an end before the beginning',
      'client',
      { from: '2027-01-02T00:00:00Z', until: '2027-01-01T00:00:00Z' },
      'UNTIL_NOT_AFTER_FROM',
    ],
    ['a category that nobody may open', 'client', { categories: ['SANCTION_DETAILS'] }, 'CATEGORY_NOT_SHAREABLE'],
    ['nobody to receive it', 'client', { recipients: [] }, 'RECIPIENTS_MISSING'],
  ])('refuses a consent with %s', async (_what, user, change, code) => {
    const input = {
      categories: ['HOUSING'],
      recipients: [{ role: 'SOCIAL_WORKER' }],
      purposes: ['SERVICE_COORDINATION'],
      informed: { version: '2026-1', language: 'fi' },
      ...change,
    };
    const { errors, data } = await world.ask(
      user,
      'mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { id } }',
      { input },
    );
    expect(errors[0]?.extensions.code).toBe(code);
    expect(data).toBeNull();
  });
});
