import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { expectAlive, expectRefusal, type RefusalCode, type Sent, send, sendAlive } from './refusal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 0 });
});
afterAll(() => world?.close());

const json = { 'content-type': 'application/json' };

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
    ['__proto__ for the query', body('{ "__proto__": { "query": "{ __typename }" } }'), 'BODY_TOO_DEEP'],
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
  const mutation = encodeURIComponent(`mutation { withdrawConsent(input: { recordId: "${CLIENT_ONE}" }) { id } }`);
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
