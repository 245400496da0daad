import type { RequestListener } from 'node:http';
import express from 'express';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from '../../auth/issuer.ts';
import { createRoleGuard, type GuardedRequest } from '../../auth/keycloak.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import { createTokenVerifier } from '../../auth/verify.ts';
import { createForge, forgeTokens } from './forge.ts';
import { type Served, serve, startIssuer } from './start.ts';

let issuer: Issuer;
let hub: Served;
let served = 0;

function hubWith(jwksUri: string): Promise<Served> {
  const guard = createRoleGuard(createTokenVerifier({ ...issuer, jwksUri }));
  const app = express();
  app.get('/metrics', guard('developer'), (req: GuardedRequest, res: { json(body: unknown): void }) => {
    served += 1;
    res.json(req.principal);
  });
  return serve(app as RequestListener);
}

const get = (token?: string, path = '/metrics', at = hub) =>
  fetch(at.url + path, { headers: token ? { authorization: `Bearer ${token}` } : {} });

beforeAll(async () => {
  issuer = await startIssuer();
  hub = await hubWith(issuer.jwksUri);
});
afterAll(async () => {
  await hub.close();
  await issuer.close();
});

describe('a route that needs the role developer', () => {
  it('lets the developer in and says who it is', async () => {
    const response = await get(await issuer.tokenFor('developer'));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(DEMO_USERS.find((user) => user.username === 'developer'));
  });

  it.each(DEMO_USERS.map((user) => user.username).filter((name) => name !== 'developer'))(
    'is 403 for %s',
    async (name) => {
      const response = await get(await issuer.tokenFor(name));
      expect(response.status).toBe(403);
      expect(response.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
      expect(await response.json()).toEqual({
        error: { code: 'ROLE_REQUIRED', message: 'The role that this address needs is missing.' },
      });
    },
  );

  it('is 401 as JSON without a token', async () => {
    const response = await get();
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="nivel"']);
    expect(await response.json()).toMatchObject({ error: { code: 'TOKEN_MISSING' } });
  });

  it('is 401 for every forged token of a developer, and its handler is never reached', async () => {
    const before = served;
    for (const [name, { token, code }] of Object.entries(await forgeTokens(issuer, 'developer'))) {
      const response = await get(token);
      expect([name, response.status]).toEqual([name, 401]);
      expect([name, await response.json()]).toMatchObject([name, { error: { code } }]);
    }
    expect(served).toBe(before);
  });

  it('is 503 when the keys cannot be had, whatever the key server answers, and the process lives', async () => {
    const token = await (await createForge(issuer, 'developer')).sign();
    for (const body of ['<html>', '', '{}']) {
      const keys = await serve((_req, res) => void res.end(body));
      const lame = await hubWith(keys.url);
      const response = await get(token, '/metrics', lame);
      expect([body, response.status, response.headers.get('retry-after')]).toEqual([body, 503, '2']);
      await lame.close();
      await keys.close();
    }
  });

  it('refuses algorithms that keycloak-connect cannot read, although jose can', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const key = { ...(await exportJWK(publicKey)), kid: 'curve', alg: 'ES256', use: 'sig' };
    const keys = await serve((_req, res) => void res.end(JSON.stringify({ keys: [key] })));
    const other = await hubWith(keys.url);
    const payload = (await createForge(issuer, 'developer')).payload();
    const token = await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'curve' }).sign(privateKey);
    expect((await get(token, '/metrics', other)).status).toBe(401);
    await other.close();
    await keys.close();
  });
});

describe('keycloak-connect’s own addresses', () => {
  it.each(['k_logout', 'k_push_not_before', 'k_version', 'k_test_available', 'k_jwks', 'logout'])(
    '/%s is not there',
    async (path) => {
      for (const method of ['GET', 'POST']) {
        expect((await fetch(`${hub.url}/${path}`, { method, redirect: 'manual' })).status).toBe(404);
      }
    },
  );
});

it('an issuer that is no Keycloak realm is refused at start', () => {
  const verifier = createTokenVerifier({
    issuer: 'https://login.example',
    audience: 'nivel-hub',
    jwksUri: issuer.jwksUri,
  });
  expect(() => createRoleGuard(verifier)).toThrow(/Expected an issuer of the form/);
});
