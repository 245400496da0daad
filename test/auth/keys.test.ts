import { createSign, generateKeyPairSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AuthError } from '../../auth/errors.ts';
import type { Issuer } from '../../auth/issuer.ts';
import { createKeySet, type KeySetOptions } from '../../auth/keys.ts';
import { createTokenVerifier, type TokenVerifier } from '../../auth/verify.ts';
import { createForge, type Forge } from './forge.ts';
import { type Served, serve, startIssuer } from './start.ts';

let issuer: Issuer;
let forge: Forge;
let published: { keys: JWK[] };
let server: Served;
/** What the key server does next; each test sets it. */
let answer: (res: ServerResponse) => void;
let fetches = 0;

beforeAll(async () => {
  issuer = await startIssuer();
  forge = await createForge(issuer);
  published = (await (await fetch(issuer.jwksUri)).json()) as { keys: JWK[] };
  server = await serve((_req, res) => {
    fetches += 1;
    answer(res);
  });
});
afterAll(async () => {
  await server.close();
  await issuer.close();
});
afterEach(() => {
  fetches = 0;
});

const json = (value: unknown) => (res: ServerResponse) => void res.end(JSON.stringify(value));

function verifierWith(options: Partial<KeySetOptions> = {}): TokenVerifier {
  return createTokenVerifier({ ...issuer, jwksUri: server.url, ...options });
}

async function outcome(verifier: TokenVerifier, token: string): Promise<string> {
  try {
    return (await verifier.verify([`Bearer ${token}`])).username;
  } catch (error) {
    expect(error).toBeInstanceOf(AuthError);
    return (error as AuthError).code;
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const UNAVAILABLE = 'IDENTITY_PROVIDER_UNAVAILABLE';

describe('a key server that fails', () => {
  const faults: [string, (res: ServerResponse) => void][] = [
    ['hangs', () => {}],
    ['hangs in the middle', (res) => void res.write('{"keys":[')],
    ['answers HTML', (res) => void res.setHeader('content-type', 'text/html').end('<html>Sign in</html>')],
    ['answers 500', (res) => void res.writeHead(500).end('{}')],
    ['answers 204', (res) => void res.writeHead(204).end()],
    ['redirects', (res) => void res.writeHead(302, { location: issuer.jwksUri }).end()],
    ['hangs up', (res) => void res.destroy()],
    ['answers no key set', json({ keys: 'none' })],
    ['answers null', json(null)],
    ['answers without end', (res) => flood(res)],
  ];

  it.each(faults)('%s: 503 within the time-out, soon again, and right again once it is well', async (_name, fault) => {
    answer = fault;
    const verifier = verifierWith({ timeoutMs: 200, retryMs: 100 });
    const token = await forge.sign();
    const started = performance.now();
    const error = await verifier.verify([`Bearer ${token}`]).catch((caught: AuthError) => caught);
    expect(performance.now() - started).toBeLessThan(1000);
    expect(error).toMatchObject({ code: UNAVAILABLE, status: 503, headers: { 'retry-after': '2' } });

    const waited = performance.now();
    expect(await outcome(verifier, token)).toBe(UNAVAILABLE);
    expect(performance.now() - waited, 'no second wait right after a failure').toBeLessThan(50);
    expect(fetches).toBe(1);

    answer = json(published);
    await sleep(120);
    expect(await outcome(verifier, token)).toBe('coordinator');
  });

  it('is not there at all: 503', async () => {
    const gone = await serve(() => {});
    await gone.close();
    const verifier = createTokenVerifier({ ...issuer, jwksUri: gone.url });
    expect(await outcome(verifier, await forge.sign())).toBe(UNAVAILABLE);
  });

  it('waits 2 s by default', async () => {
    answer = () => {};
    const started = performance.now();
    expect(await outcome(verifierWith(), await forge.sign())).toBe(UNAVAILABLE);
    const seconds = (performance.now() - started) / 1000;
    expect(seconds).toBeGreaterThan(1.9);
    expect(seconds).toBeLessThan(2.5);
  });

  it('does not make a token that is wrong in itself look like our fault', async () => {
    answer = (res) => void res.writeHead(500).end();
    const verifier = verifierWith();
    expect(await outcome(verifier, 'nonsense')).toBe('TOKEN_MALFORMED');
    expect(await outcome(verifier, await forge.sign({}, { kid: undefined }))).toBe('TOKEN_INVALID');
    expect(fetches).toBe(0);
  });

  it('does not stop tokens of keys that are known, until these are too old', async () => {
    answer = json(published);
    const verifier = verifierWith({ maxAgeMs: 50, maxStaleMs: 600, retryMs: 20, cooldownMs: 40 });
    const token = await forge.sign();
    expect(await outcome(verifier, token)).toBe('coordinator');
    answer = (res) => void res.writeHead(500).end();
    await sleep(100);
    verifier.flush();
    expect(await outcome(verifier, token)).toBe('coordinator');
    const rotated = await forge.sign({}, { kid: crypto.randomUUID() });
    expect(await outcome(verifier, rotated), 'perhaps a new key: nobody can say').toBe(UNAVAILABLE);
    await sleep(600);
    verifier.flush();
    expect(await outcome(verifier, token)).toBe(UNAVAILABLE);
  });
});

describe('the key set', () => {
  it('is fetched once, however many ask at once and however many unknown kids come', async () => {
    answer = (res) => void setTimeout(() => json(published)(res), 50);
    const verifier = verifierWith();
    const token = await forge.sign();
    expect(new Set(await Promise.all(Array.from({ length: 200 }, () => outcome(verifier, token))))).toEqual(
      new Set(['coordinator']),
    );
    expect(fetches).toBe(1);

    // A thousand unknown kids in about a second, all of them signed.
    const unknown = await Promise.all(Array.from({ length: 1000 }, () => forge.sign({}, { kid: crypto.randomUUID() })));
    const codes = new Set<string>();
    for (let i = 0; i < unknown.length; i += 50) {
      for (const code of await Promise.all(unknown.slice(i, i + 50).map((one) => outcome(verifier, one))))
        codes.add(code);
      await sleep(30);
    }
    expect([...codes]).toEqual(['TOKEN_INVALID']);
    expect(fetches).toBe(1);
  });

  it('is fetched once too when the first thousand tokens of all have unknown kids', async () => {
    answer = json(published);
    const verifier = verifierWith();
    const unknown = await Promise.all(Array.from({ length: 1000 }, () => forge.sign({}, { kid: crypto.randomUUID() })));
    expect(new Set(await Promise.all(unknown.map((one) => outcome(verifier, one))))).toEqual(
      new Set(['TOKEN_INVALID']),
    );
    expect(fetches).toBe(1);
  });

  it('learns a new key after the cooldown, forgets an old one and everything that it had verified', async () => {
    answer = json(published);
    const verifier = verifierWith({ cooldownMs: 50 });
    const old = await forge.sign();
    expect(await outcome(verifier, old)).toBe('coordinator');

    const next = await keyPair('RS256');
    answer = json({ keys: [next.jwk] });
    await sleep(60);
    expect(await outcome(verifier, await next.sign(forge))).toBe('coordinator');
    expect(await outcome(verifier, old), 'verified before, but its key is gone').toBe('TOKEN_INVALID');
    expect(fetches).toBe(2);
  });

  it('is looked at again after its age, so that a key that was taken back leaves', async () => {
    answer = json(published);
    const verifier = verifierWith({ maxAgeMs: 50 });
    const token = await forge.sign();
    expect(await outcome(verifier, token)).toBe('coordinator');
    answer = json({ keys: [] });
    await sleep(60);
    // This request starts the refresh and is still served; the next one is not.
    verifier.flush();
    expect(await outcome(verifier, token)).toBe('coordinator');
    await sleep(100);
    expect(await outcome(verifier, token)).toBe('TOKEN_INVALID');
  });

  it.each(['PS256', 'ES256', 'EdDSA'])('serves %s as well', async (alg) => {
    const key = await keyPair(alg);
    answer = json({ keys: [key.jwk, published.keys[1]] });
    expect(await outcome(verifierWith(), await key.sign(forge))).toBe('coordinator');
  });

  it.each<[string, (key: JWK) => unknown[]]>([
    ['is for encryption', (key) => [{ ...key, use: 'enc' }]],
    ['is only for encrypting', (key) => [{ ...key, use: undefined, key_ops: ['encrypt'] }]],
    ['is there twice with one kid', (key) => [key, { ...key }]],
    ['is a shared secret', (key) => [{ kty: 'oct', k: key.n, kid: key.kid, alg: 'HS256' }]],
    ['is damaged', (key) => [null, 7, { ...key, n: '!' }]],
  ])('gives no key that %s', async (_name, spoil) => {
    const key = await keyPair('RS256');
    answer = json({ keys: spoil(key.jwk) });
    expect(await outcome(verifierWith(), await key.sign(forge))).toBe('TOKEN_INVALID');
  });
});

it('finds no encryption key, so that neither jose nor keycloak-connect can meet one', async () => {
  const keys = createKeySet({ jwksUri: issuer.jwksUri });
  expect(await keys.find(forge.signing.kid as string)).toBeDefined();
  expect(await keys.find(forge.encryption.kid as string)).toBeUndefined();
});

it.each([
  ['RS256', 'coordinator'],
  ['PS256', 'coordinator'],
  ['RS384', 'TOKEN_INVALID'],
  ['RS512', 'TOKEN_INVALID'],
  ['PS512', 'TOKEN_INVALID'],
])('a key that does not say its algorithm verifies %s: %s', async (alg, expected) => {
  const { alg: _alg, ...key } = published.keys[0]!;
  answer = json({ keys: [key] });
  expect(await outcome(verifierWith(), await forge.sign({}, { alg }))).toBe(expected);
});

it('gives no RSA key of less than 2048 bits (RFC 7518 § 3.3)', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  answer = json({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'short', alg: 'RS256', use: 'sig' }] });
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', kid: 'short' })}.${part(forge.payload())}`;
  const signature = createSign('RSA-SHA256').update(signed).sign(privateKey, 'base64url');
  expect(await outcome(verifierWith(), `${signed}.${signature}`)).toBe('TOKEN_INVALID');
});

describe('the issuer’s key file', () => {
  it('holds the private halves and the key server none of them', async () => {
    const kept = JSON.parse(await readFile(issuer.keyFile, 'utf8')) as { keys: JWK[] };
    expect(kept.keys.map((key) => [key.use, key.alg])).toEqual(published.keys.map((key) => [key.use, key.alg]));
    for (const key of published.keys) expect(key).not.toHaveProperty('d');
  });
});

async function keyPair(alg: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const kid = crypto.randomUUID();
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' };
  const sign = (from: Forge) => new SignJWT(from.payload()).setProtectedHeader({ alg, kid }).sign(privateKey);
  return { jwk, sign };
}

/** Sends spaces until the reader hangs up: JSON allows them, memory does not. */
function flood(res: ServerResponse): void {
  const spaces = Buffer.alloc(64 * 1024, ' ');
  const more = () => {
    while (!res.destroyed && res.write(spaces));
  };
  res.on('drain', more).on('error', () => {});
  more();
}
