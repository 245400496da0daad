import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { LIMITS } from '../../gateway/admit.ts';
import { expectAlive, expectRefusal, type RefusalCode, type Sent, send, sendAlive } from './refusal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 0 });
});
afterAll(() => world?.close());

const times = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');
const nested = (depth: number, field: string): string => `{ ${field} `.repeat(depth) + '}'.repeat(depth);
const client = (fields: string): string =>
  `{ client(id: "${CLIENT_ONE}", purpose: SERVICE_COORDINATION) { ${fields} } }`;
/** 2^levels fields, each fragment spreading the next one twice. */
const bomb = (levels: number, leaf: string): string =>
  `${client('...F0')} ${times(levels, (n) => `fragment F${n} on Client { ...F${n + 1} ...F${n + 1} }`)}
   fragment F${levels} on Client { ${leaf} }`;
const circular = (rounds: number): string =>
  `{ __schema { types { ${'fields { type { '.repeat(rounds)} name ${'} }'.repeat(rounds)} } } }`;
const ofType = (depth: number): string =>
  `{ __schema { types { fields { type ${'{ ofType '.repeat(depth)} { name } ${'}'.repeat(depth)} } } } }`;
const WITHDRAW = `withdrawConsent(input: { recordId: "${CLIENT_ONE}" }) { id }`;
const json = { 'content-type': 'application/json' };

describe('a document that costs too much', () => {
  const cases: readonly (readonly [name: string, sent: Sent, code: RefusalCode])[] = [
    ['10,000 aliases', `{${times(10_000, (n) => `a${n}:x`)}}`, 'DOCUMENT_TOO_LONG'],
    ['10,000 longer aliases', `{${times(10_000, (n) => `alias${n}: __typename`)}}`, 'BODY_TOO_LARGE'],
    ['600 aliases', `{${times(600, (n) => `a${n}: __typename`)}}`, 'DOCUMENT_TOO_MANY_ALIASES'],
    ['one alias too many', `{${times(LIMITS.aliases + 1, (n) => `a${n}: x`)}}`, 'DOCUMENT_TOO_MANY_ALIASES'],
    [
      'aliases in fragments',
      `{ ...A ...B } fragment A on Query {${times(16, (n) => `a${n}: x`)}} fragment B on Query {${times(16, (n) => `b${n}: x`)}}`,
      'DOCUMENT_TOO_MANY_ALIASES',
    ],
    ['depth 2,000', nested(2_000, 'a'), 'DOCUMENT_TOO_LONG'],
    ['depth 600', nested(600, 'a'), 'DOCUMENT_TOO_DEEP'],
    ['one level too deep', nested(LIMITS.depth + 1, 'a'), 'DOCUMENT_TOO_DEEP'],
    ['depth by fragments', `{ a { a { a { a { ...F } } } } } fragment F on X ${nested(12, 'a')}`, 'DOCUMENT_TOO_DEEP'],
    ['depth in an operation that is not run', `query A { __typename } query B ${nested(20, 'a')}`, 'DOCUMENT_TOO_DEEP'],
    ['2^20 fragment bomb', bomb(20, 'id'), 'DOCUMENT_TOO_COSTLY'],
    ['2^150 fragment bomb', bomb(150, 'id names { family }'), 'DOCUMENT_TOO_COSTLY'],
    ['fragment that spreads itself', '{ ...A } fragment A on Query { ...A }', 'DOCUMENT_CYCLIC'],
    ['fragment cycle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', 'DOCUMENT_CYCLIC'],
    ['fragment cycle below a field', client('...A').concat('fragment A on Client { a { ...A } }'), 'DOCUMENT_CYCLIC'],
    ['fragment cycle that nothing uses', '{ __typename } fragment A on Query { ...A }', 'DOCUMENT_CYCLIC'],
    ['5,000 directives', `{ __typename ${'@a '.repeat(5_000)} }`, 'DOCUMENT_TOO_LONG'],
    ['900 directives', `{ __typename ${'@a '.repeat(900)} }`, 'DOCUMENT_TOO_MANY_DIRECTIVES'],
    ['directives on an operation', `query ${'@a '.repeat(51)} { __typename }`, 'DOCUMENT_TOO_MANY_DIRECTIVES'],
    ['directives on a variable', `query ($a: Int ${'@a '.repeat(51)}) { a }`, 'DOCUMENT_TOO_MANY_DIRECTIVES'],
    [
      'directives on a fragment',
      `{ ...F } fragment F on Query ${'@a '.repeat(51)} { a }`,
      'DOCUMENT_TOO_MANY_DIRECTIVES',
    ],
    [
      'directives on spreads',
      `{ ${'...F @a @a '.repeat(26)} } fragment F on Query { a }`,
      'DOCUMENT_TOO_MANY_DIRECTIVES',
    ],
    ['3,000 overlapping fields', client('id '.repeat(3_000)), 'DOCUMENT_TOO_LONG'],
    ['1,900 overlapping fields', client('id '.repeat(1_900)), 'DOCUMENT_TOO_COSTLY'],
    ['450 overlapping objects', client('names { given } '.repeat(450)), 'DOCUMENT_TOO_COSTLY'],
    ['circular introspection', circular(3), 'DOCUMENT_INVALID'],
    ['circular introspection, 100 rounds', circular(100), 'DOCUMENT_INVALID'],
    ['introspection beside data', `{ __schema { a } ${nested(20, 'a').slice(1)}`, 'DOCUMENT_TOO_DEEP'],
    [
      'list in lists as a literal',
      `{ auditEntries(filter: { client: ${'['.repeat(900)}${']'.repeat(900)} }) { a } }`,
      'DOCUMENT_INVALID',
    ],
    ['comment of 90 kB and nothing more', `#${'x'.repeat(90_000)}`, 'DOCUMENT_MALFORMED'],
    [
      'string of 90 kB as an enum',
      `{ caseload(purpose: "${'x'.repeat(90_000)}") { edges { cursor } } }`,
      'DOCUMENT_INVALID',
    ],
  ];

  it.each(cases)('%s', async (name, sent, code) => {
    expectRefusal(name, await sendAlive(world, 'coordinator', sent), code);
    expectRefusal(`${name}, again`, await send(world, 'coordinator', sent), code);
  });

  it('all of them at once, five times over', async () => {
    const started = performance.now();
    const all = Array.from({ length: 5 }, () => cases).flat();
    const answers = await Promise.all([...all.map(([, sent]) => send(world, 'coordinator', sent)), expectAlive(world)]);
    expect(answers.filter((answer) => answer !== undefined).map(({ status }) => status < 500)).not.toContain(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('a document just within the limits is answered', () => {
  it.each<[string, string]>([
    ['as many aliases as may be', `{${times(LIMITS.aliases, (n) => `a${n}: __typename`)}}`],
    ['2^12 fields by fragments', bomb(12, 'id')],
    ['300 overlapping fields', client('id '.repeat(300))],
    ['ofType 300 deep', ofType(300)],
    ['30 introspections', `{${times(30, (n) => `a${n}: __schema { types { fields { args { type { name } } } } }`)}}`],
    ['30 clients', `{${times(30, (n) => `a${n}: client(id: "${CLIENT_ONE}", purpose: SERVICE_COORDINATION) { id }`)}}`],
  ])('%s', async (_name, document) => {
    const { status, errors } = await sendAlive(world, 'coordinator', document);
    expect([status, errors]).toEqual([200, []]);
  });
});

describe('an operation that is not one query or one mutation field', () => {
  const twice = `a: ${WITHDRAW} b: ${WITHDRAW}`;
  it.each<[string, Sent, RefusalCode]>([
    [
      'the same mutation 100 times by alias',
      `mutation { ${times(100, (n) => `a${n}: ${WITHDRAW}`)} }`,
      'MUTATION_NOT_ALONE',
    ],
    ['the same mutation twice', `mutation { ${twice} }`, 'MUTATION_NOT_ALONE'],
    ['twice in an inline fragment', `mutation { ... { ${twice} } }`, 'MUTATION_NOT_ALONE'],
    ['twice in a fragment', `mutation { ...F } fragment F on Mutation { ${twice} }`, 'MUTATION_NOT_ALONE'],
    [
      'twice in a mutation that is not run',
      { query: `query A { __typename } mutation B { ${twice} }`, operationName: 'A' },
      'MUTATION_NOT_ALONE',
    ],
    ['a batch', { body: JSON.stringify([{ query: '{ __typename }' }]), headers: json }, 'BATCH_REFUSED'],
    ['an empty batch', { body: '[]', headers: json }, 'BATCH_REFUSED'],
    ['a subscription', 'subscription { __typename }', 'SUBSCRIPTION_REFUSED'],
    [
      'a subscription beside a query',
      { query: 'query A { __typename } subscription B { a }', operationName: 'A' },
      'SUBSCRIPTION_REFUSED',
    ],
    ['two operations and no name', 'query A { __typename } query B { __typename }', 'OPERATION_AMBIGUOUS'],
    ['a name that no operation has', { query: 'query A { __typename }', operationName: 'B' }, 'OPERATION_AMBIGUOUS'],
    ['an empty name', { query: 'query A { __typename }', operationName: '' }, 'OPERATION_AMBIGUOUS'],
    [
      'a name inherited from Object',
      { query: 'query A { __typename }', operationName: 'constructor' },
      'OPERATION_AMBIGUOUS',
    ],
    ['two operations of one name', 'query A { __typename } query A { __typename }', 'DOCUMENT_INVALID'],
    ['no operation', 'fragment F on Query { __typename }', 'DOCUMENT_INVALID'],
    ['types', 'type Query { a: Int }', 'DOCUMENT_INVALID'],
    ['@defer', client('... @defer { id }'), 'DOCUMENT_INVALID'],
    ['@stream', client('phones @stream { __typename }'), 'DOCUMENT_INVALID'],
    ['_entities', '{ _entities(representations: []) { __typename } }', 'DOCUMENT_INVALID'],
    ['_service', '{ _service { sdl } }', 'DOCUMENT_INVALID'],
    [
      'two purposes',
      `{ a: ownData { id } b: caseload(purpose: SERVICE_COORDINATION) { edges { cursor } } }`,
      'PURPOSE_AMBIGUOUS',
    ],
  ])('%s', async (name, sent, code) => {
    world.forgetRequests();
    expectRefusal(name, await sendAlive(world, 'client', sent), code);
    expect(Object.values(world.wires).flatMap(({ requests }) => requests)).toEqual([]);
  });
});

describe('a body that is no JSON object with an operation', () => {
  const QUERY = JSON.stringify({ query: '{ __typename }' });
  const body = (text: string | Uint8Array, headers: Record<string, string> = json): Sent => ({
    body: text,
    headers,
  });
  const vary = (variables: string): Sent => body(`{ "query": "{ __typename }", "variables": ${variables} }`);
  it.each<[string, Sent, RefusalCode]>([
    ['text/plain', body(QUERY, { 'content-type': 'text/plain' }), 'NOT_JSON'],
    ['a form', body('query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' }), 'NOT_JSON'],
    ['application/graphql', body('{ __typename }', { 'content-type': 'application/graphql' }), 'NOT_JSON'],
    ['no type at all', body(QUERY, { 'content-type': '' }), 'NOT_JSON'],
    ['gzip', body(gzipSync(QUERY), { ...json, 'content-encoding': 'gzip' }), 'NOT_JSON'],
    ['a gzip bomb', body(gzipSync(' '.repeat(20_000_000)), { ...json, 'content-encoding': 'gzip' }), 'NOT_JSON'],
    ['gzip in name only', body(QUERY, { ...json, 'content-encoding': 'gzip' }), 'NOT_JSON'],
    ['another character set', body(QUERY, { 'content-type': 'application/json; charset=latin1' }), 'NOT_JSON'],
    ['2 MB', body(JSON.stringify({ query: `#${'x'.repeat(2_000_000)}` })), 'BODY_TOO_LARGE'],
    ['nothing', body(''), 'BODY_MALFORMED'],
    ['no JSON', body('{ __typename }'), 'BODY_MALFORMED'],
    ['half', body(QUERY.slice(0, -2)), 'BODY_MALFORMED'],
    ['null', body('null'), 'BODY_MALFORMED'],
    ['text', body('"{ __typename }"'), 'BODY_MALFORMED'],
    ['{}', {}, 'BODY_MALFORMED'],
    ['a query that is a number', { query: 5 }, 'BODY_MALFORMED'],
    ['a query that is a list', { query: ['{ __typename }'] }, 'BODY_MALFORMED'],
    ['an empty query', { query: '' }, 'DOCUMENT_MALFORMED'],
    ['an operation name that is an object', { query: '{ __typename }', operationName: {} }, 'BODY_MALFORMED'],
    ['variables that are a list', vary('[]'), 'BODY_MALFORMED'],
    ['variables that are text', vary('"{}"'), 'BODY_MALFORMED'],
    [
      'a persisted query of Apollo',
      { extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
      'BODY_MALFORMED',
    ],
    ['a trusted document and a query', { query: '{ __typename }', documentId: 'sha256:0' }, 'BODY_MALFORMED'],
    ['variables 9,000 lists deep', vary(`{ "a": ${'['.repeat(9_000)}${']'.repeat(9_000)} }`), 'BODY_TOO_DEEP'],
    ['variables 9,000 objects deep', vary(`${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}`), 'BODY_TOO_DEEP'],
    ['__proto__ as a variable', vary('{ "__proto__": { "admin": true } }'), 'BODY_TOO_DEEP'],
    ['__proto__ below', vary('{ "a": [{ "__proto__": { "admin": true } }] }'), 'BODY_TOO_DEEP'],
    ['__proto__ beside the query', body('{ "query": "{ __typename }", "__proto__": {} }'), 'BODY_TOO_DEEP'],
    ['__proto__ for the query', body('{ "__proto__": { "query": "{ __typename }" } }'), 'BODY_MALFORMED'],
  ])('%s', async (name, sent, code) => {
    expectRefusal(name, await sendAlive(world, 'coordinator', sent), code);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('a body that never ends is refused once it is too large', async () => {
    const authorization = `Bearer ${await world.token('coordinator')}`;
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(`${world.url}/graphql`, { method: 'POST', headers: { ...json, authorization } });
      const timer = setInterval(() => outgoing.write(' '.repeat(20_000)), 5);
      outgoing.once('close', () => clearInterval(timer)).once('error', reject);
      outgoing.once('response', (response) => {
        resolve(response.statusCode);
        outgoing.destroy();
      });
    });
    expect(status).toBe(413);
    await expectAlive(world);
  });

  it('keys that Object has are variables like any other, and reach nothing', async () => {
    const keys = vary('{ "constructor": { "prototype": { "admin": true } }, "toString": "x", "hasOwnProperty": 1 }');
    expect((await send(world, 'coordinator', keys)).status).toBe(200);
    const named =
      'query ($constructor: ID, $toString: Boolean! = true) { __typename @include(if: $toString) a: __typename }';
    expect((await send(world, 'coordinator', named.replace('$constructor: ID, ', ''))).data).toEqual({
      __typename: 'Query',
      a: 'Query',
    });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });
});

describe('another method than POST', () => {
  const query = encodeURIComponent('{ __typename }');
  const mutation = encodeURIComponent(`mutation { ${WITHDRAW} }`);
  it.each<[string, string, RequestInit]>([
    ['a query by GET', `?query=${query}`, {}],
    ['a mutation by GET', `?query=${mutation}`, {}],
    ['a GET that would be a POST', `?query=${query}`, { headers: { 'x-http-method-override': 'POST' } }],
    ['PUT', '', { method: 'PUT', body: JSON.stringify({ query: '{ __typename }' }), headers: json }],
    ['DELETE', '', { method: 'DELETE' }],
    ['OPTIONS, from another site', '', { method: 'OPTIONS', headers: { origin: 'https://elsewhere.example' } }],
  ])('%s: 405', async (_name, search, init) => {
    world.forgetRequests();
    const authorization = `Bearer ${await world.token('client')}`;
    const response = await fetch(`${world.url}/graphql${search}`, {
      ...init,
      headers: { ...init.headers, authorization },
    });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'NOT_POST' } }] });
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
    expect(Object.values(world.wires).flatMap(({ requests }) => requests)).toEqual([]);
  });

  it('a query in the address of a POST is not read', async () => {
    const response = await fetch(`${world.url}/graphql?query=${query}`, {
      method: 'POST',
      body: '{}',
      headers: { ...json, authorization: `Bearer ${await world.token('coordinator')}` },
    });
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ extensions: { code: 'BODY_MALFORMED' } }] },
    ]);
  });
});
