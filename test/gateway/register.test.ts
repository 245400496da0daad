import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE, DEMO_USERS } from '../../auth/users.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

/** Own register by controller (consent.md, rule 3; 703/2023 §§ 54–55), from the question to the entry. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 5 });
});
afterAll(() => world?.close());

const SECTORS = [
  {
    user: 'social-worker',
    purpose: 'SERVICE_COORDINATION',
    agency: 'SOCIAL_SERVICES',
    category: 'HOUSING',
    fields: 'housing { since controller { code } earlier { since controller { code } } }',
    // biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
    keepers: ({ housing }: any) => [housing, ...housing.earlier].map(({ controller }) => controller.code),
    own: ['HELSINKI', 'HELSINKI'],
    all: ['HELSINKI', 'HELSINKI', 'WESTERN_UUSIMAA'],
    statute: 'SOCIAL-SOCIAL',
    citation: '703/2023 § 55',
  },
  {
    user: 'health-professional',
    purpose: 'CARE_CONTINUITY',
    agency: 'HEALTH_CARE',
    category: 'HEALTH_CONDITIONS',
    // Who keeps it would ask for CUSTODY too: the diagnosis tells the two apart.
    fields: 'healthConditions { icd10 { code } }',
    // biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
    keepers: ({ healthConditions }: any) => healthConditions.map(({ icd10 }: any) => icd10.code),
    own: ['F11.2'],
    all: ['F11.2', 'B18.2'],
    statute: 'HEALTH-HEALTH',
    citation: '703/2023 § 54',
  },
] as const;
const informed = { version: '2026-1', language: 'fi' };
const GRANT = 'mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { id } }';
const DENY = 'mutation ($input: DenyAccessInput!) { denyAccess(input: $input) { id } }';
const WITHDRAW = 'mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { id } }';
const ENTRY = `query ($client: ID!) { auditEntries(first: 1, filter: { client: $client, kind: QUERY }) { edges { node {
  id outcome disclosures { source records permitted { category basis reference register } } } } } }`;

async function change(mutation: string, input: object): Promise<string> {
  const { data, errors } = await world.ask('client', mutation, { input });
  expect(errors).toEqual([]);
  return (Object.values(data)[0] as { id: string }).id;
}

const bytes = ({ text, auditId }: HubAnswer) => text.replace(auditId, 'ENTRY');

describe.each(SECTORS)('$user', ({ user, purpose, agency, category, fields, keepers, own, all, statute, citation }) => {
  const look = async () => {
    const answer = await world.ask(
      user,
      `query ($id: ID!, $purpose: Purpose!) { client(id: $id, purpose: $purpose) { ${fields} } }`,
      { id: CLIENT_ONE, purpose },
    );
    expect([answer.status, answer.errors]).toEqual([200, []]);
    return answer;
  };
  const entryOf = async ({ auditId }: HubAnswer) => {
    const { data } = await world.ask('auditor', ENTRY, { client: CLIENT_ONE });
    const { node } = data.auditEntries.edges[0];
    expect(node).toMatchObject({ id: auditId, outcome: 'ANSWERED' });
    return node.disclosures[0];
  };
  const limited = { client: CLIENT_ONE, category, decision: 'PERMIT', register: 'OWN' };
  const ownRegister = { category, basis: 'OWN_REGISTER', reference: expect.any(String), register: 'OWN' };
  const permission = { categories: [category], recipients: [{ agency }], purposes: [purpose], informed };

  it('sees what their own organisation keeps, and is told that it is no more', async () => {
    const answer = await look();
    expect(keepers(answer.data.client)).toEqual(own);
    expect(answer.access).toEqual([limited]);
    expect((await entryOf(answer)).permitted).toEqual([ownRegister]);
  });

  it('sees the other controllers’ too once the client permits it; the entry names both bases; a withdrawal ends it', async () => {
    const before = await look();
    const recordId = await change(GRANT, permission);
    const answer = await look();
    expect(keepers(answer.data.client)).toEqual(all);
    expect(answer.access).toEqual([]);
    expect((await entryOf(answer)).permitted).toEqual([
      { category, basis: 'STATUTE', reference: statute, register: null },
      ownRegister,
    ]);
    const { data } = await world.ask(
      'client',
      '{ whoLooked(first: 1) { edges { node { disclosed { category basis citation register } } } } }',
    );
    expect(data.whoLooked.edges[0].node.disclosed).toEqual([
      { category, basis: 'STATUTE', citation, register: null },
      { category, basis: 'OWN_REGISTER', citation: null, register: 'OWN' },
    ]);
    await change(WITHDRAW, { recordId });
    const after = await look();
    expect(keepers(after.data.client)).toEqual(own);
    expect(bytes(after)).toBe(bytes(before));
  });

  it('reads the same bytes whether the client refused or was never asked, and a refusal takes no own rows away', async () => {
    const never = await look();
    const denial = await change(DENY, { categories: [category], recipients: [{ agency }], informed });
    const consent = await change(GRANT, permission);
    expect(bytes(await look())).toBe(bytes(never));
    await change(WITHDRAW, { recordId: denial });
    expect(keepers((await look()).data.client)).toEqual(all);
    await change(WITHDRAW, { recordId: consent });
  });

  it('is explained to the client: both bases, and whose rows each opens', async () => {
    const explain = async () => {
      const { data, errors } = await world.ask(
        'client',
        `query ($client: ID!, $purpose: Purpose!, $categories: [DataCategory!]!, $asCaller: CallerInput) {
          explainAccess(client: $client, purpose: $purpose, categories: $categories, asCaller: $asCaller) {
            decision basis citation register beside { decision rule basis register } } }`,
        { client: CLIENT_ONE, purpose, categories: [category], asCaller: callerOf(user) },
      );
      expect(errors).toEqual([]);
      return data.explainAccess;
    };
    const part = { decision: 'PERMIT', basis: 'OWN_REGISTER', register: 'OWN' };
    expect(await explain()).toEqual([{ ...part, citation: null, beside: null }]);
    const recordId = await change(GRANT, permission);
    expect(await explain()).toEqual([
      { decision: 'PERMIT', basis: 'STATUTE', citation, register: null, beside: { ...part, rule: '3' } },
    ]);
    await change(WITHDRAW, { recordId });
  });
});

it('one client under two names in one question is open to both of them', async () => {
  const { data } = await world.ask(
    'coordinator',
    `query ($id: ID!) { a: client(id: $id, purpose: SERVICE_COORDINATION) { names { family } }
      b: client(id: $id, purpose: SERVICE_COORDINATION) { appointments { state } } }`,
    { id: CLIENT_ONE },
  );
  expect(data.a.names).not.toBeNull();
  expect(data.b.appointments).not.toBeNull();
});

/** A demo user as the client would describe them. */
function callerOf(name: string): object {
  const { agency, organisation, unit, roles } = DEMO_USERS.find(({ username }) => username === name)!;
  return { agency, organisation, unit, role: roles[0]!.replaceAll('-', '_').toUpperCase() };
}
