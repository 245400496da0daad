import type { IncomingMessage, ServerResponse } from 'node:http';
import { createLocalJWKSet, type JWK, jwtVerify } from 'jose';
import { AuthError } from '../errors.ts';
import { AUDIENCE } from '../realm.ts';
import { bearerToken } from '../verify.ts';
import type { RealmKeys } from './keys.ts';

export interface UserinfoOptions {
  readonly issuer: string;
  readonly keys: RealmKeys;
  readonly redirectUris: readonly string[];
}

/**
 * Keycloak's userinfo endpoint: tells the bearer of an access token for the hub who they are.
 *
 * oidc-provider's own refuses tokens that have an audience, and Keycloak's tokens have one.
 */
export function createUserinfo({ issuer, keys, redirectUris }: UserinfoOptions) {
  const published = createLocalJWKSet({ keys: keys.keys.map(publicPart) });
  const origins = new Set(redirectUris.map((uri) => new URL(uri).origin));

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const { origin } = req.headers;
    if (origin && origins.has(origin)) {
      res.setHeader('access-control-allow-origin', origin);
      res.setHeader('access-control-allow-headers', 'authorization');
      res.setHeader('vary', 'Origin');
    }
    if (req.method === 'OPTIONS') return void res.writeHead(204).end();
    res.setHeader('content-type', 'application/json');
    res.setHeader('cache-control', 'no-store');
    try {
      const token = bearerToken(req.headersDistinct.authorization);
      const { payload } = await jwtVerify(token, published, { issuer, audience: AUDIENCE, algorithms: ['RS256'] });
      if (payload.typ !== 'Bearer') throw new AuthError('TOKEN_INVALID');
      res.writeHead(200).end(JSON.stringify({ sub: payload.sub, preferred_username: payload.preferred_username }));
    } catch (error) {
      const refused = error instanceof AuthError ? error : new AuthError('TOKEN_INVALID');
      res.writeHead(refused.status, refused.headers).end(JSON.stringify({ error: 'invalid_token' }));
    }
  };
}

function publicPart({ kty, kid, use, alg, n, e }: JWK): JWK {
  return { kty, kid, use, alg, n, e } as JWK;
}
