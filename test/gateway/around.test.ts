import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingHttpHeaders } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Pass } from '../../auth/pass.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(() => world?.close());

const HOUSING = `{ client(id: "${CLIENT_ONE}", purpose: SERVICE_COORDINATION) { id housing { __typename } healthConditions { __typename } } }`;

/** Names that the hub itself sends to agencies, and what Node's HTTP client adds. */
const OWN = ['content-digest', 'content-type', 'signature', 'signature-input', 'content-length', 'host', 'connection'];

const SPOOFED: Readonly<Record<string, string>> = {
  signature: 'hub=:c3Bvb2ZlZA==:',
  'signature-input': 'hub=("@method");created=1;keyid="spoofed"',
  'content-digest': 'sha-256=:c3Bvb2ZlZA==:',
  'x-nivel-pass': 'spoofed',
  'x-nivel-purpose': 'CARE_CONTINUITY-spoofed',
  'x-request-id': 'spoofed',
  traceparent: '00-spoofed',
  'x-user': 'spoofed',
  'x-forwarded-user': 'spoofed',
  'x-forwarded-for': '10.0.0.1, spoofed',
  'x-forwarded-access-token': 'spoofed',
  'x-original-url': '/metrics?spoofed',
  'x-http-method-override': 'GET',
  'apollo-federation-include-trace': 'ftv1',
  'apollo-query-plan-experimental': '1',
  'apollographql-client-name': 'spoofed',
  cookie: 'session=spoofed',
};

describe('what a client sends beside the operation', () => {
  async function spoof(): Promise<
    { headers: IncomingHttpHeaders; body: string; answer: Awaited<ReturnType<World['post']>> }[]
  > {
    const seen: { headers: IncomingHttpHeaders; body: string }[] = [];
    for (const wire of Object.values(world.wires)) {
      wire.onRequest = (body, headers) => {
        seen.push({ body, headers });
      };
    }
    const pass: Pass = {
      auditId: CLIENT_ONE,
      caller: { id: CLIENT_ONE, roles: ['health-professional'], agency: 'HEALTH_CARE' },
      purpose: 'CARE_CONTINUITY',
      grants: [{ categories: CATEGORY_NAMES, own: [], clients: [CLIENT_ONE] }],
    };
    const body = {
      query: HOUSING,
      extensions: { pass, spoofed: true },
      pass,
      purpose: 'CARE_CONTINUITY',
      context: 'spoofed',
    };
    const answer = await world.post(JSON.stringify(body), {
      ...SPOOFED,
      'content-type': 'application/json',
      authorization: `Bearer ${await world.token('coordinator')}`,
    });
    for (const wire of Object.values(world.wires)) wire.onRequest = undefined;
    return seen.map((each) => ({ ...each, answer }));
  }

  it('reaches no agency: the hub sends headers and a pass of its own', async () => {
    const seen = await spoof();
    expect(seen.length).toBeGreaterThan(0);
    for (const { headers, body, answer } of seen) {
      expect(Object.keys(headers).filter((name) => !OWN.includes(name))).toEqual([]);
      expect(`${JSON.stringify(headers)} ${body}`).not.toMatch(/spoofed|ftv1|Bearer/);
      const { pass } = JSON.parse(body).extensions as { pass: Pass };
      expect(pass).toMatchObject({ caller: { roles: ['coordinator'] }, purpose: 'SERVICE_COORDINATION' });
      expect(pass.auditId).toBe(answer.auditId);
      expect(pass.grants.flatMap(({ categories }) => categories)).not.toContain('HEALTH_CONDITIONS');
    }
  });

  it('changes nothing of the answer', async () => {
    const [plain] = [await world.ask('coordinator', HOUSING)];
    const [{ answer } = { answer: plain }] = await spoof();
    expect(answer.status).toBe(200);
    expect(answer.text.replace(answer.auditId, '')).toBe(plain.text.replace(plain.auditId, ''));
    expect(Object.keys(JSON.parse(answer.text).extensions)).toEqual(['access', 'audit']);
    expect([...answer.headers.keys()].sort()).toEqual([...plain.headers.keys()].sort());
    expect(JSON.stringify([...answer.headers, world.log])).not.toContain('spoofed');
  });

  it('does not choose the form of the answer: nothing is done whose answer is then thrown away', async () => {
    for (const accept of [
      'text/html',
      'multipart/mixed; deferSpec=20220824',
      'image/png',
      'application/json;q=0',
      '*/*',
    ]) {
      const { status, data, headers } = await world.post(JSON.stringify({ query: '{ __typename }' }), {
        accept,
        'content-type': 'application/json',
        authorization: `Bearer ${await world.token('coordinator')}`,
      });
      expect([accept, status, data]).toEqual([accept, 200, { __typename: 'Query' }]);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    }
  });
});

describe('third parties', () => {
  const asked = new Set<string>();
  const onHttp = (message: unknown) => void asked.add((message as { request: ClientRequest }).request.host);
  const onUndici = (message: unknown) =>
    void asked.add(new URL(String((message as { request: { origin: string } }).request.origin)).hostname);
  beforeEach(() => {
    asked.clear();
    subscribe('http.client.request.created', onHttp);
    subscribe('http.client.request.start', onHttp);
    subscribe('undici:request:create', onUndici);
  });
  afterEach(() => {
    unsubscribe('http.client.request.created', onHttp);
    unsubscribe('http.client.request.start', onHttp);
    unsubscribe('undici:request:create', onUndici);
    vi.unstubAllEnvs();
  });

  it('are told nothing, from start to end, even with a key of Apollo’s in the environment', async () => {
    vi.stubEnv('APOLLO_TELEMETRY_DISABLED', '');
    vi.stubEnv('APOLLO_KEY', 'service:nivel:nobody');
    vi.stubEnv('APOLLO_GRAPH_REF', 'nivel@current');
    vi.stubEnv('APOLLO_SCHEMA_REPORTING', 'true');
    const other = await startWorld({ count: 0 });
    for (let n = 0; n < 5; n += 1) expect((await other.ask('coordinator', '{ __typename }')).status).toBe(200);
    await other.close();
    expect([...asked].sort()).toEqual(['127.0.0.1', 'localhost']);
  });

  it('have no landing page here', async () => {
    for (const [path, status] of [
      ['/', 404],
      ['/graphql', 405],
      ['/graphql?', 405],
      ['/index.html', 404],
    ] as const) {
      const response = await fetch(world.url + path, { headers: { accept: 'text/html' } });
      const text = await response.text();
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        status,
        'application/json; charset=utf-8',
      ]);
      expect(text).not.toMatch(/apollo|http/i);
    }
  });
});
