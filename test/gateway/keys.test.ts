import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Issuer } from '../../auth/issuer.ts';
import type { KeySetOptions } from '../../auth/keys.ts';
import { createTokenVerifier, type TokenVerifier } from '../../auth/verify.ts';
import { createForge, type Forge } from '../auth/forge.ts';
import { type Served, serve, startIssuer } from '../auth/start.ts';
import { expectAlive, expectRefusal } from './refusal.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

let issuer: Issuer;
let forge: Forge;
let published: string;
let keyServer: Served;
/** What the identity provider's key server does next. */
let answer: (response: ServerResponse) => void;
let fetches = 0;
/** The hub's verifier: each test has one that has not asked for keys yet, as a hub that has just started. */
let verifier: TokenVerifier;
let world: World;

beforeAll(async () => {
  issuer = await startIssuer();
  forge = await createForge(issuer);
  published = await (await fetch(issuer.jwksUri)).text();
  answer = faults['answers 500'];
  keyServer = await serve((_request, response) => {
    fetches += 1;
    answer(response);
  });
  renew();
  const verify: TokenVerifier['verify'] = (values) => verifier.verify(values);
  world = await startWorld({ count: 0, hub: { verifier: { ...verifier, verify } } });
});
afterAll(async () => {
  await world?.close();
  await keyServer?.close();
  await issuer?.close();
});
beforeEach(() => {
  fetches = 0;
});

const faults = {
  hangs: () => {},
  'hangs in the middle': (response) => void response.write('{"keys":['),
  'hangs up': (response) => void response.destroy(),
  'answers HTML': (response) => void response.setHeader('content-type', 'text/html').end('<html>Sign in</html>'),
  'answers 500': (response) => void response.writeHead(500).end('{}'),
  'answers no key set': (response) => void response.end('{"keys":"none"}'),
  'answers null': (response) => void response.end('null'),
  redirects: (response) => void response.writeHead(302, { location: issuer.jwksUri }).end(),
} satisfies Record<string, (response: ServerResponse) => void>;

const well = (response: ServerResponse): void => void response.end(published);

function renew(options: Partial<KeySetOptions> = { timeoutMs: 300, retryMs: 50 }): void {
  verifier = createTokenVerifier({ ...issuer, jwksUri: keyServer.url, ...options });
}

function ask(token: string): Promise<HubAnswer> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  return world.post('{ "query": "{ __typename }" }', headers);
}

async function expectUnavailable(name: string, token: string, within: number): Promise<void> {
  const started = performance.now();
  const [refused] = await Promise.all([ask(token), expectAlive(world)]);
  expectRefusal(name, refused, 'IDENTITY_PROVIDER_UNAVAILABLE');
  expect(refused.headers.get('retry-after')).toBe('2');
  expect(performance.now() - started, 'ms').toBeLessThan(within);
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe.each(Object.keys(faults) as (keyof typeof faults)[])('a key server that %s', (fault) => {
  it('from the start: 503 in bounded time, wrong tokens still 401; well again without a new start', async () => {
    renew();
    answer = faults[fault];
    const token = await forge.sign();
    await expectUnavailable(fault, token, 1_500);
    expectRefusal('malformed', await ask('nonsense'), 'TOKEN_MALFORMED');
    expect(fetches).toBe(1);
    answer = well;
    await sleep(60);
    expect((await ask(token)).status).toBe(200);
  });

  it('in mid-flight: known keys go on serving, a new one is 503, an altered token 401; well again by itself', async () => {
    renew({ timeoutMs: 300, retryMs: 50, cooldownMs: 0, maxAgeMs: 0 });
    answer = well;
    expect((await ask(await forge.sign())).status).toBe(200);
    answer = faults[fault];
    const rotated = await forge.sign({}, { kid: crypto.randomUUID() });
    await expectUnavailable(fault, rotated, 1_500);
    expect((await ask(await forge.sign())).status, 'a token never seen before, of a known key').toBe(200);
    const [head, , signature] = (await forge.sign()).split('.');
    const altered = `${head}.${Buffer.from('{"sub":"x"}').toString('base64url')}.${signature}`;
    expectRefusal('altered', await ask(altered), 'TOKEN_INVALID');
    answer = well;
    await sleep(400);
    expect((await ask(await forge.sign())).status).toBe(200);
    expectRefusal('a key that nobody published', await ask(rotated), 'TOKEN_INVALID');
  });
});

it('a key server that hangs holds nobody longer than 2 s, as the hub is set', async () => {
  renew({});
  answer = faults.hangs;
  await expectUnavailable('hangs', await forge.sign(), 3_000);
});

it('a hundred callers wait for one answer of a key server that hangs, and all are told', async () => {
  renew();
  answer = faults.hangs;
  const token = await forge.sign();
  const all = await Promise.all(Array.from({ length: 100 }, () => ask(token)));
  for (const each of all) expectRefusal('hangs', each, 'IDENTITY_PROVIDER_UNAVAILABLE');
  // A caller whom a busy machine lets in only after the first wait has ended begins the second.
  expect(fetches).toBeLessThanOrEqual(2);
});

describe('a thousand tokens of unknown keys', () => {
  it.each([
    ['that come first of all', false],
    ['after a right one', true],
  ])('%s: one look at the key server, a thousand times 401', async (_name, warm) => {
    renew({});
    answer = (response) => void setTimeout(() => well(response), 50);
    if (warm) expect((await ask(await forge.sign())).status).toBe(200);
    const [, payload, signature] = (await forge.sign()).split('.');
    const tokens = Array.from({ length: 1_000 }, () => {
      const header = { alg: 'RS256', typ: 'JWT', kid: crypto.randomUUID() };
      return `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.${signature}`;
    });
    for (let at = 0; at < tokens.length; at += 250) {
      const answers = await Promise.all(tokens.slice(at, at + 250).map(ask));
      for (const each of answers) expectRefusal('unknown kid', each, 'TOKEN_INVALID');
    }
    expect(fetches).toBe(1);
    await expectAlive(world);
    expect((await ask(await forge.sign())).status).toBe(200);
  });
});
