import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(async () => {
  await world?.close();
});

const FOLDER = new URL('../../gateway/operations/', import.meta.url);
const READY = readdirSync(FOLDER).map((file) => ({ file, text: readFileSync(new URL(file, FOLDER), 'utf8') }));

/** What a caller can see of an answer, but for what no two answers share. */
function seen({ status, headers, text }: HubAnswer): unknown {
  const names = ['content-type', 'cache-control', 'retry-after', 'x-powered-by', 'etag', 'vary'];
  return [
    status,
    names.map((name) => headers.get(name)),
    text.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'TIME'),
  ];
}

/** A document that nobody has sent: it goes behind Apollo Server once, and past it from then on. */
async function bothWays(user: string, query: string, variables?: Record<string, unknown>): Promise<[unknown, unknown]> {
  const fresh = `${query}\n# ${crypto.randomUUID()}`;
  return [seen(await world.ask(user, fresh, variables)), seen(await world.ask(user, fresh, variables))];
}

describe('an operation that is met for the first time, and again', () => {
  const queries = READY.filter(({ text }) => /^query /m.test(text) && !/whoLooked|audit[A-Z]|reviewQueue/.test(text));

  it.each(queries)('$file: the same answer', async ({ text }) => {
    const [, user = 'coordinator'] = /^# roles: ([\w-]+)/m.exec(text) ?? [];
    const [, variables = '{}'] = /^# variables: (.*)$/m.exec(text) ?? [];
    const [first, again] = await bothWays(user, text, JSON.parse(variables));
    expect(again).toEqual(first);
  });

  it.each([
    ['a variable that does not fit', 'query ($id: ID!) { client(id: $id, purpose: CARE) { id } }', { id: null }],
    ['a purpose that the role may not use', 'query { client(id: "x", purpose: AUDIT) { id } }', {}],
    ['an id that is none', 'query { client(id: "x", purpose: SERVICE_COORDINATION) { id } }', {}],
    [
      'a page that no list has',
      'query { caseload(purpose: SERVICE_COORDINATION, first: 500) { pageInfo { hasNextPage } } }',
      {},
    ],
    [
      'an agency’s own refusal',
      'mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { id } }',
      { input: { recordId: CLIENT_ONE } },
    ],
    ['nothing but the schema', '{ __schema { queryType { name } } __type(name: "Client") { name } __typename }', {}],
  ])('%s: the same refusal', async (_what, query, variables) => {
    const [first, again] = await bothWays('coordinator', query, variables);
    expect(again).toEqual(first);
  });

  it('fails the same while the log cannot be written', async () => {
    const query = 'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { housing { class } } }';
    const blocked = `${query}\n# ${crypto.randomUUID()}`;
    const other = await world.startAnother({ lagBudget: 0 });
    try {
      const first = await other.ask('coordinator', blocked, { id: CLIENT_ONE });
      expect(first.status).toBe(503);
      expect(seen(await other.ask('coordinator', blocked, { id: CLIENT_ONE }))).toEqual(seen(first));
    } finally {
      await other.close();
    }
  });
});

describe('the door', () => {
  it('is /graphql and nothing beside it', async () => {
    const statuses = await Promise.all(
      ['/graphql', '/graphql?x=1', '/graphql/', '/GraphQL', '/graphqlx', '//graphql'].map(
        async (path) => (await fetch(`${world.url}${path}`)).status,
      ),
    );
    expect(statuses).toEqual([405, 405, 404, 404, 404, 404]);
  });
});
