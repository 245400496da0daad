import { fileURLToPath } from 'node:url';
import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_USERS } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { readOperations, trust } from '../../gateway/trusted.ts';
import { ROLES, type Role } from '../../schema/purposes.ts';
import { expectRefusal, send } from './refusal.ts';
import { startWorld, type World } from './world.ts';

/** As it is run, and with every role allowed to write documents, so that only the later guards are left. */
let production: World;
let open: World;
let development: World;

beforeAll(async () => {
  const freeForm = Object.keys(ROLES) as Role[];
  [production, open, development] = await Promise.all([
    startWorld({ count: 0, hub: { mode: 'production' } }),
    startWorld({ count: 0, hub: { mode: 'production', freeForm } }),
    startWorld({ count: 0 }),
  ]);
});
afterAll(async () => {
  for (const world of [production, open, development]) await world?.close();
});

const USERS = DEMO_USERS.map(({ username }) => username);
const OTHERS = USERS.filter((user) => user !== 'developer');

async function refusals(world: World): Promise<{ refusal: string; role: string; outcome: string }[]> {
  const admin = await connectDatabase(world.database.adminUrl);
  const { rows } = await admin.query<{ body: string }>(
    `SELECT body FROM audit.entries WHERE kind = 'REFUSED' ORDER BY seq`,
  );
  await admin.end();
  return rows.map(({ body }) => {
    const { refusal, caller, outcome } = JSON.parse(body);
    return { refusal, role: caller.roles[0], outcome };
  });
}

describe('trusted documents', () => {
  const trusted = trust(readOperations(fileURLToPath(new URL('../../gateway/operations', import.meta.url))));
  const variables = { purpose: 'SERVICE_COORDINATION', first: 5, after: null };
  const [[hash, text]] = [...trusted].filter(([, each]) => each.includes('caseload(')) as [[string, string]];

  it('are run by id, with and without the name of the hash, and by their exact text', async () => {
    for (const sent of [{ documentId: `sha256:${hash}` }, { documentId: hash }, { query: text }]) {
      const { status, data, errors } = await send(production, 'coordinator', { ...sent, variables });
      expect([status, errors]).toEqual([200, []]);
      expect(data.caseload.edges).toEqual([]);
    }
  });

  it('are checked like any other: a wrong page is a wrong page', async () => {
    const sent = { documentId: hash, variables: { ...variables, first: 101 } };
    expectRefusal('first', await send(production, 'coordinator', sent), 'FIRST_OUT_OF_RANGE');
  });

  it('that nobody knows are refused, by id and by text, and the text is written down', async () => {
    for (const documentId of ['sha256:0', '', 'constructor', `${hash} `, hash.toUpperCase(), `sha512:${hash}`]) {
      expectRefusal(documentId, await send(production, 'coordinator', { documentId, variables }), 'DOCUMENT_UNKNOWN');
    }
    for (const query of [`${text} `, `${text}#`, '{ __typename }', '{', '']) {
      expectRefusal(query, await send(production, 'coordinator', { query, variables }), 'DOCUMENT_NOT_TRUSTED');
    }
    const entries = await refusals(production);
    expect(entries.slice(-5)).toEqual(
      Array(5).fill({ refusal: 'DOCUMENT_NOT_TRUSTED', role: 'coordinator', outcome: 'REFUSED' }),
    );
  });

  it('are all that any role but the developer may send in production', async () => {
    for (const user of OTHERS) {
      expectRefusal(user, await send(production, user, '{ __typename }'), 'DOCUMENT_NOT_TRUSTED');
    }
    expect((await send(production, 'developer', '{ __typename }')).status).toBe(200);
    for (const user of USERS) expect((await send(development, user, '{ __typename }')).status, user).toBe(200);
  });
});

describe('introspection', () => {
  const documents: readonly (readonly [string, string])[] = [
    ['__schema', '{ __schema { queryType { name } } }'],
    ['__type', '{ __type(name: "Client") { fields { name } } }'],
    ['by alias', '{ typename: __type(name: "Client") { name } }'],
    ['in an inline fragment', '{ __typename ... { __schema { queryType { name } } } }'],
    ['in a fragment', '{ ...F } fragment F on Query { ... { __schema { queryType { name } } } }'],
    ['beside data', '{ caseload(purpose: SERVICE_COORDINATION) { edges { cursor } } __schema { queryType { name } } }'],
    ['by a variable', 'query ($v: Boolean = true) { __schema @include(if: $v) { queryType { name } } }'],
    ['of a tool', getIntrospectionQuery()],
  ];

  it.each(documents)('%s: in production for developers alone, and an attempt is written down', async (name, query) => {
    const before = (await refusals(open)).length;
    for (const user of OTHERS) {
      open.forgetRequests();
      expectRefusal(`${name}, ${user}`, await send(open, user, query), 'INTROSPECTION_REFUSED');
      expect(Object.values(open.wires).flatMap(({ requests }) => requests)).toEqual([]);
    }
    const written = (await refusals(open)).slice(before);
    expect(written.map(({ refusal, role }) => [refusal, role])).toEqual(
      OTHERS.map((user) => ['INTROSPECTION_REFUSED', user]),
    );
    if (name !== 'beside data') expect((await send(production, 'developer', query)).errors).toEqual([]);
  });

  it('what is left out is not asked: nothing to refuse', async () => {
    const { status, data } = await send(open, 'peer', '{ __typename __schema @skip(if: true) { queryType { name } } }');
    expect([status, data]).toEqual([200, { __typename: 'Query' }]);
  });

  it('is open to everybody in development, and shows nothing of federation', async () => {
    for (const user of USERS) {
      const { status, text } = await send(development, user, getIntrospectionQuery());
      expect(status, user).toBe(200);
      expect(text).not.toMatch(/_entities|_service|_Any|_Entity|join__|link__|FieldSet/);
    }
  });
});

describe('names that the caller did not write', () => {
  const documents: readonly (readonly [string, string])[] = [
    ['a field', '{ ownDat { id } }'],
    ['a field of a client', '{ ownData { medicatio { id } } }'],
    ['an argument', '{ caseload(purpos: SERVICE_COORDINATION) { edges { cursor } } }'],
    ['an enum value', '{ caseload(purpose: SERVICE_COORDINATIO) { edges { cursor } } }'],
    ['a type', '{ ... on Quer { __typename } }'],
    ['a directive’s argument', '{ __typename @skip(iff: true) }'],
    ['an input field', '{ auditEntries(filter: { clien: "x" }) { edges { cursor } } }'],
    ['an object without fields', '{ ownData }'],
  ];
  it.each(documents)('%s: suggested in development, not in production', async (name, query) => {
    const suggested = await send(development, 'developer', query);
    expectRefusal(name, suggested, 'DOCUMENT_INVALID');
    expect(suggested.text).toContain('Did you mean');
    const silent = await send(production, 'developer', query);
    expectRefusal(name, silent, 'DOCUMENT_INVALID');
    expect(silent.text).not.toMatch(/did you mean|"ownData"|medication\b|SERVICE_COORDINATION\b/i);
  });
});

describe('a fault of the hub’s own', () => {
  it.each(['development', 'production'] as const)('is one sentence without a cause in %s', async (mode) => {
    const fail = () => Promise.reject(new TypeError('the secret of line 7'));
    const { issuer } = development;
    const broken = { verify: fail, flush() {}, issuer: issuer.issuer, audience: issuer.audience, keys: {} as never };
    const world = await startWorld({ count: 0, hub: { mode, verifier: broken } });
    const answer = await send(world, 'coordinator', '{ __typename }');
    await world.close();
    expectRefusal('fault', answer, 'INTERNAL');
    expect(answer.errors[0]?.message).toBe('The hub failed.');
    expect(`${answer.text} ${JSON.stringify(world.log)}`).not.toContain('secret');
    expect(world.log).toContainEqual({
      level: 'error',
      event: 'request refused',
      code: 'INTERNAL',
      cause: 'TypeError',
    });
  });
});
