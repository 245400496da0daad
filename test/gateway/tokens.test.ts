import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_USERS } from '../../auth/users.ts';
import { createForge, type ForgedToken, forgeTokens } from '../auth/forge.ts';
import { startIssuer } from '../auth/start.ts';
import { expectAlive, expectRefusal, type RefusalCode } from './refusal.ts';
import { type HubAnswer, read, startWorld, type World } from './world.ts';

let world: World;
let forged: Record<string, ForgedToken>;
/** A right token of the coordinator. */
let right: string;

beforeAll(async () => {
  world = await startWorld({ count: 0 });
  right = await world.token('coordinator');
  forged = { ...(await forgeTokens(world.issuer)), ...(await tokensFromElsewhere()) };
});
afterAll(() => world?.close());

/** Right in everything but where they come from. */
async function tokensFromElsewhere(): Promise<Record<string, ForgedToken>> {
  const elsewhere = await startIssuer();
  const forge = await createForge(elsewhere);
  const ours = (await createForge(world.issuer)).signing.kid;
  const tokens = {
    'of another realm': await elsewhere.tokenFor('coordinator'),
    'of another realm, in our name': await forge.sign({ iss: world.issuer.issuer }),
    'of another realm, in our name and with our kid': await forge.sign({ iss: world.issuer.issuer }, { kid: ours }),
  };
  await elsewhere.close();
  return Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, { token, code: 'TOKEN_INVALID' }]));
}

const BODY = JSON.stringify({ query: '{ caseload(purpose: SERVICE_COORDINATION) { edges { cursor } } }' });

const post = (headers: Record<string, string>): Promise<HubAnswer> =>
  world.post(BODY, { 'content-type': 'application/json', ...headers });

/** The same, with headers as they are: several of one name, in this order. */
function postRaw(headers: readonly (readonly [name: string, value: string])[]): Promise<HubAnswer> {
  const all = [
    ['host', 'hub'],
    ['content-type', 'application/json'],
    ['content-length', String(BODY.length)],
    ...headers,
  ];
  return new Promise((resolve, reject) => {
    const outgoing = request(`${world.url}/graphql`, { method: 'POST', headers: all.flat() }, async (incoming) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
      resolve(await read(new Response(Buffer.concat(chunks), { status: incoming.statusCode ?? 0, headers })));
    });
    outgoing.once('error', reject);
    outgoing.end(BODY);
  });
}

function expectUnauthenticated(name: string, answer: HubAnswer, code: RefusalCode): void {
  expectRefusal(name, answer, code);
  const challenge = answer.headers.get('www-authenticate');
  if (code === 'TOKEN_MISSING') expect(challenge, name).toBe('Bearer realm="nivel"');
  else expect(challenge, name).toMatch(/^Bearer realm="nivel", error="invalid_token", error_description="[^"]+"$/);
}

describe('a right token', () => {
  it.each(DEMO_USERS.map(({ username }) => username))('of %s is let in', async (username) => {
    const { status, data } = await world.ask(username, '{ __typename }');
    expect([status, data]).toEqual([200, { __typename: 'Query' }]);
  });

  it('may be announced in any case', async () => {
    for (const scheme of ['bearer', 'BEARER', 'bEaReR']) {
      expect((await post({ authorization: `${scheme} ${right}` })).status, scheme).toBe(200);
    }
  });
});

describe('a wrong token', () => {
  it('is 401 with a challenge and its code, every one of them, and reaches no agency', async () => {
    world.forgetRequests();
    for (const [name, { token, code }] of Object.entries(forged)) {
      expectUnauthenticated(name, await post({ authorization: `Bearer ${token}` }), code);
    }
    expect(Object.keys(forged).length).toBeGreaterThan(65);
    expect(Object.values(world.wires).flatMap(({ requests }) => requests)).toEqual([]);
    await expectAlive(world);
    expect((await post({ authorization: `Bearer ${right}` })).status).toBe(200);
  });

  it('is refused before the body is looked at', async () => {
    const authorization = `Bearer ${forged['no exp']?.token}`;
    for (const body of ['', '[]', '{'.repeat(2_000_000)]) {
      expectUnauthenticated('body', await world.post(body, { authorization }), 'TOKEN_INVALID');
    }
  });

  it('is refused at the door of a plain route too', async () => {
    for (const [name, { token, code }] of Object.entries(forged)) {
      const response = await fetch(`${world.url}/schema.graphql`, { headers: { authorization: `Bearer ${token}` } });
      expect([name, response.status, ((await response.json()) as { error: { code: string } }).error.code]).toEqual([
        name,
        401,
        code,
      ]);
      expect(response.headers.get('www-authenticate'), name).toMatch(/^Bearer /);
    }
  });

  it('leaves no word of itself in the log', async () => {
    const lines = JSON.stringify(world.log);
    for (const { token } of Object.values(forged).filter(({ token }) => token.length > 100))
      expect(lines).not.toContain(token);
    expect(lines).not.toContain('eyJ');
  });
});

describe('the Authorization header', () => {
  const bearer = () => ['authorization', `Bearer ${right}`] as const;
  const cases: readonly (readonly [string, () => readonly (readonly [string, string])[], RefusalCode])[] = [
    ['missing', () => [], 'TOKEN_MISSING'],
    ['twice, the same', () => [bearer(), bearer()], 'TOKEN_MALFORMED'],
    ['twice, a wrong one first', () => [['authorization', 'Bearer a.b.c'], bearer()], 'TOKEN_MALFORMED'],
    ['twice, a wrong one last', () => [bearer(), ['Authorization', 'Basic YTpi']], 'TOKEN_MALFORMED'],
    ['twice in one line', () => [['authorization', `Bearer ${right}, Bearer ${right}`]], 'TOKEN_MALFORMED'],
    ['empty', () => [['authorization', '']], 'TOKEN_MALFORMED'],
    ['without a token', () => [['authorization', 'Bearer']], 'TOKEN_MALFORMED'],
    ['without a scheme', () => [['authorization', right]], 'TOKEN_MALFORMED'],
    ['of another scheme', () => [['authorization', 'Basic Y29vcmRpbmF0b3I6eA==']], 'TOKEN_MALFORMED'],
    ['with text after the token', () => [['authorization', `Bearer ${right} coordinator`]], 'TOKEN_MALFORMED'],
    ['of 64 kB', () => [['authorization', `Bearer ${'x'.repeat(65_536)}`]], 'TOKEN_TOO_LARGE'],
    ['in a cookie', () => [['cookie', `access_token=${right}; KEYCLOAK_IDENTITY=${right}`]], 'TOKEN_MISSING'],
    ['of a proxy', () => [['proxy-authorization', `Bearer ${right}`]], 'TOKEN_MISSING'],
  ];
  it.each(cases)('%s', async (name, headers, code) => {
    expectUnauthenticated(name, await postRaw(headers()), code);
  });

  it('is the only place: a token in the address or the body opens nothing (RFC 6750 § 2.2–2.3)', async () => {
    const inAddress = await fetch(`${world.url}/graphql?access_token=${right}`, { method: 'POST', body: BODY });
    expectUnauthenticated('address', await read(inAddress), 'TOKEN_MISSING');
    const inBody = await world.post(`access_token=${right}`, { 'content-type': 'application/x-www-form-urlencoded' });
    expectUnauthenticated('body', inBody, 'TOKEN_MISSING');
  });

  it('of more than the server takes ends that connection and nothing else', async () => {
    const outcome = await postRaw([['authorization', `Bearer ${'x'.repeat(300_000)}`]]).catch((error: Error) => error);
    if (!(outcome instanceof Error)) expect(outcome.status).toBe(431);
    await expectAlive(world);
  });
});
