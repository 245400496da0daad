import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import KeycloakConnect from 'keycloak-connect';
import type { Role } from '../schema/purposes.ts';
import { AuthError } from './errors.ts';
import type { KeySet } from './keys.ts';
import type { Principal } from './principal.ts';
import { bearerToken, type TokenVerifier } from './verify.ts';

/** A request that a role guard let through. */
export type GuardedRequest = IncomingMessage & { principal?: Principal };

/** Express middleware, by the types of Node that express 5 hands on. */
export type RoleGuard = (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;

/**
 * Makes guards for plain HTTP routes: `app.get('/metrics', guard('developer'), handler)`.
 *
 * The verifier decides first whether the token stands, keycloak-connect's `protect('realm:…')` then whether its bearer has
 * the role. Whoever is not let through gets 401, 403 or 503 as JSON; `next` is called for nobody else, and the caller is
 * `req.principal` then. keycloak-connect reads RS256 alone: tokens of another algorithm get 401 here.
 */
export function createRoleGuard(verifier: TokenVerifier): (role: Role) => RoleGuard {
  const keycloak = connect(verifier);

  async function authenticate(req: IncomingMessage): Promise<void> {
    const values = req.headersDistinct.authorization;
    const principal = await verifier.verify(values);
    const grant = await keycloak.grantManager.createGrant({ access_token: bearerToken(values) as never }).catch(() => {
      throw new AuthError('TOKEN_INVALID', 'keycloak-connect refused the token');
    });
    Object.assign(req, { principal, kauth: { grant } });
  }

  return (role) => {
    const protect = keycloak.protect(`realm:${role}`) as unknown as RoleGuard;
    return (req, res, next) => {
      authenticate(req)
        .then(
          () => protect(req, res, next),
          (error: unknown) => refuse(res, error),
        )
        .catch(next);
    };
  };
}

interface Rotation {
  getJWK(kid: string): Promise<KeyObject>;
}

/**
 * keycloak-connect with the verifier's keys in place of its own.
 *
 * Its own key store takes encryption keys, and a key set that is no JSON ends the process. Its `middleware()` is never
 * mounted: that would turn bad tokens into anonymous callers and open addresses that roll a revocation back.
 */
function connect(verifier: TokenVerifier): KeycloakConnect.Keycloak {
  const [, server, realm] = /^(.+)\/realms\/([^/]+)$/.exec(verifier.issuer) ?? [];
  if (!server || !realm) {
    throw new TypeError(`Expected an issuer of the form https://host/realms/name, got ${verifier.issuer}`);
  }
  const keycloak = new KeycloakConnect({}, {
    realm,
    'auth-server-url': server,
    resource: verifier.audience,
    'bearer-only': true,
    'verify-token-audience': true,
    'ssl-required': 'external',
    'confidential-port': 0,
  } as KeycloakConnect.KeycloakConfig);
  const manager = keycloak.grantManager as KeycloakConnect.GrantManager & { rotation: Rotation };
  manager.rotation = { getJWK: (kid) => publicKey(verifier.keys, kid) };
  keycloak.accessDenied = (_req, res) => refuse(res as unknown as ServerResponse, new AuthError('ROLE_REQUIRED'));
  return keycloak;
}

async function publicKey(keys: KeySet, kid: string): Promise<KeyObject> {
  const key = await keys.find(kid);
  if (!key) throw new AuthError('TOKEN_INVALID', 'unknown key');
  return createPublicKey({ key: key as JsonWebKey, format: 'jwk' });
}

function refuse(res: ServerResponse, error: unknown): void {
  const { status, headers, code, message } = error instanceof AuthError ? error : new AuthError('TOKEN_INVALID');
  res.writeHead(status, { ...headers, 'content-type': 'application/json', 'cache-control': 'no-store' });
  res.end(JSON.stringify({ error: { code, message } }));
}
