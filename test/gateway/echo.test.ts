import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectDatabase } from '../../bin/database.ts';
import { version } from '../../gateway/explorer/graphiql.ts';
import { formatIdentityCode } from '../../schema/identity-code.ts';
import { type Sent, send } from './refusal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 0 });
});
afterAll(() => world?.close());

/** Of nobody: right in form. */
const RIGHT = formatIdentityCode('1982-03-15', 947);
const [DATE, REST] = [RIGHT.slice(0, 6), RIGHT.slice(7)];

/** Ways in which people write an identity code. */
const WRITTEN: Readonly<Record<string, string>> = {
  right: RIGHT,
  'with a wrong check character': `${RIGHT.slice(0, -1)}${RIGHT.endsWith('A') ? 'B' : 'A'}`,
  'in lower case': RIGHT.toLowerCase(),
  'with a separator of 2023': `${DATE}Y${REST}`,
  'with a space': `${DATE} ${REST}`,
  'with a dash from a word processor': `${DATE}–${REST}`,
  'without a separator': `${DATE}${REST}`,
  'with points': `15.03.82-${REST}`,
  'in a sentence': `Client ${RIGHT}, please`,
  'between quotation marks': `"${RIGHT}"`,
  'with line breaks': `\n${RIGHT}\n`,
  'ninety times': `${RIGHT} `.repeat(90),
  'without its end': RIGHT.slice(0, 9),
};

const variable = (type: string, use: string) => (value: string) => ({
  query: `query ($v: ${type}) { ${use} }`,
  variables: { v: value },
});
const literal = (use: string) => (value: string) => `{ ${use.replace('$v', () => JSON.stringify(value))} }`;

/** Root fields with a place for a value. */
const USES: readonly (readonly [type: string, use: string])[] = [
  ['PersonalIdentityCode!', 'clientByPersonalIdentityCode(code: $v, purpose: SERVICE_COORDINATION) { id }'],
  ['ID!', 'client(id: $v, purpose: SERVICE_COORDINATION) { id }'],
  ['Purpose!', 'caseload(purpose: $v) { edges { cursor } }'],
  ['Int!', 'caseload(purpose: SERVICE_COORDINATION, first: $v) { edges { cursor } }'],
  ['String', 'caseload(purpose: SERVICE_COORDINATION, after: $v) { edges { cursor } }'],
  ['ID', 'auditEntries(filter: { client: $v }) { edges { cursor } }'],
  ['DateTimeISO', 'auditEntries(filter: { from: $v }) { edges { cursor } }'],
  ['DataCategory', 'auditEntries(filter: { category: $v }) { edges { cursor } }'],
  ['AuditFilter', 'auditEntries(filter: $v) { edges { cursor } }'],
  ['String', 'auditEntries(after: $v) { edges { cursor } }'],
  ['Boolean!', '__typename @skip(if: $v)'],
];

/** Every other place of a request into which somebody may paste one. */
const PLACES: Readonly<Record<string, (value: string) => Sent>> = {
  'a list for a code': (v) => ({
    query: 'query ($v: PersonalIdentityCode!) { clientByPersonalIdentityCode(code: $v, purpose: EMERGENCY) { id } }',
    variables: { v: [v] },
  }),
  'an object for a code': (v) => ({
    query: 'query ($v: PersonalIdentityCode!) { clientByPersonalIdentityCode(code: $v, purpose: EMERGENCY) { id } }',
    variables: { v: { code: v } },
  }),
  'an object for an id': (v) => `{ client(id: { code: ${JSON.stringify(v)} }, purpose: SERVICE_COORDINATION) { id } }`,
  'a variable that no one asked for': (v) => ({ query: '{ __typename }', variables: { code: v } }),
  'the name of a variable': (v) => ({ query: '{ __typename }', variables: { [v]: 1 } }),
  'a key of an input': (v) => ({
    query: 'mutation ($v: GrantConsentInput!) { grantConsent(input: $v) { id } }',
    variables: { v: { [v]: v, categories: [v] } },
  }),
  'ids of a mutation': (v) => ({
    query: 'mutation ($v: ID!) { withdrawConsent(input: { recordId: $v, clientId: $v, id: $v }) { id } }',
    variables: { v },
  }),
  'ids of a mutation, as literals': (v) =>
    `mutation { withdrawConsent(input: { recordId: ${JSON.stringify(v)}, channel: IN_PERSON }) { id } }`,
  'a recipient and what they were told': (v) => ({
    query: `mutation ($v: ID!, $s: String!) { grantConsent(input: { categories: [HOUSING], purposes: [SERVICE_COORDINATION],
      recipients: [{ person: $v }], informed: { version: $s, language: fi } }) { id } }`,
    variables: { v, s: v },
  }),
  'the operation’s name in the body': (v) => ({ query: 'query A { __typename }', operationName: v }),
  'the id of a trusted document': (v) => ({ documentId: v }),
  'an extension': (v) => ({ query: '{ __typename }', extensions: { code: v, pass: { caller: { id: v } } } }),
  'a comment': (v) => `{ __typename } # ${v.trim()}`,
  'the whole document': (v) => v,
  'an unfinished string': (v) => `{ client(id: "${v.trim()}`,
  'the whole body': (v) => ({ body: v, headers: { 'content-type': 'application/json' } }),
  'a body of text': (v) => ({ body: v, headers: { 'content-type': 'text/plain' } }),
};

/** Names of GraphQL have letters, digits and underscores: the code of a person born in the 2000s, or one marked since 2023, fits in. */
const NAMED: Readonly<Record<string, (name: string) => Sent>> = {
  'a field': (name) => `{ ${name} }`,
  'a field of a client': (name) => `{ ownData { ${name} { id } } }`,
  'an argument': (name) => `{ caseload(${name}: 1) { edges { cursor } } }`,
  'an enum value': (name) => `{ caseload(purpose: ${name}) { edges { cursor } } }`,
  'a type': (name) => `{ ... on ${name} { id } }`,
  'a fragment': (name) => `{ ...${name} }`,
  'a directive': (name) => `{ __typename @${name} }`,
  'a variable': (name) => `query ($${name}: Int!) { __typename }`,
  'an undeclared variable': (name) => `{ caseload(purpose: $${name}) { edges { cursor } } }`,
  'an input field': (name) => `{ auditEntries(filter: { ${name}: 1 }) { edges { cursor } } }`,
  'the operation': (name) => `query ${name} { __typename }`,
};

async function expectSilence(user: string, sent: Sent): Promise<void> {
  const before = world.log.length;
  const { text, headers } = await send(world, user, sent);
  const said = withoutIds(`${text} ${[...headers].join(' ')} ${JSON.stringify(world.log.slice(before))}`);
  for (const part of [DATE, REST, REST.toLowerCase(), '15.03.82']) expect(said).not.toContain(part);
}

/** Random ids and hashes may have the same digits by chance. */
function withoutIds(text: string): string {
  return text.replace(/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|[0-9a-f]{12,}/g, '');
}

describe.each(Object.entries(WRITTEN))('an identity code %s is not repeated', (_way, value) => {
  it.each(USES)('in place of %s: %s', async (type, use) => {
    const user = use.startsWith('auditEntries') ? 'auditor' : 'coordinator';
    await expectSilence(user, variable(type, use)(value));
    await expectSilence(user, literal(use)(value));
  });

  it.each(Object.entries(PLACES))('as %s', async (_place, sent) => {
    await expectSilence('client', sent(value));
  });
});

describe('a code in a name is not repeated', () => {
  it.each(Object.entries(NAMED))('of %s', async (_place, sent) => {
    for (const name of [`_${DATE}A${REST}`, `code${DATE}Y${REST}x`]) await expectSilence('coordinator', sent(name));
  });
});

describe('around the body', () => {
  it.each<[string, () => Promise<Response>]>([
    ['an address', () => fetch(`${world.url}/client/${RIGHT}?code=${RIGHT}`)],
    ['an address below the Explorer', () => fetch(`${world.url}/explorer/${RIGHT}`)],
    ['an address that cannot be decoded', () => fetch(`${world.url}/explorer/graphiql-${version}/%E0%A4%A${RIGHT}`)],
    ['a token', () => fetch(`${world.url}/graphql`, { method: 'POST', headers: { authorization: `Bearer ${RIGHT}` } })],
    ['other headers', () => fetch(`${world.url}/graphql`, { headers: { 'x-request-id': RIGHT, 'user-agent': RIGHT } })],
  ])('%s', async (_place, ask) => {
    const response = await ask();
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(withoutIds(`${await response.text()} ${JSON.stringify(world.log)}`)).not.toContain(DATE);
  });
});

it('neither the audit log nor the metrics hold any of it after all this', async () => {
  const admin = await connectDatabase(world.database.adminUrl);
  const { rows } = await admin.query<{ body: string }>('SELECT body FROM audit.entries');
  await admin.end();
  expect(rows.length).toBeGreaterThan(10);
  const kept = `${rows.map(({ body }) => body).join(' ')} ${await (await fetch(`${world.url}/metrics`)).text()}`;
  for (const part of [REST, '15.03.82']) expect(kept).not.toContain(part);
});
