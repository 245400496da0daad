import { errors, type JWK, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { createTokenCache } from './cache.ts';
import { toPrincipal } from './claims.ts';
import { AuthError } from './errors.ts';
import { createKeySet, type KeySet, type KeySetOptions } from './keys.ts';
import type { Principal } from './principal.ts';

export interface TokenVerifierOptions extends KeySetOptions {
  /** Exact issuer (`iss`); a trailing slash makes another one. */
  readonly issuer: string;
  /** The audience that must be among `aud`: `nivel-hub`. */
  readonly audience: string;
  /** How many verified tokens are remembered. */
  readonly cacheEntries?: number;
}

/** Turns what came in the Authorization headers into the caller, or refuses; there is no anonymous caller. */
export interface TokenVerifier {
  /**
   * The caller named by the one bearer token among `values` (every Authorization header of the request, unjoined:
   * `request.headersDistinct.authorization`).
   *
   * Throws `AuthError` and nothing else. RFC 6750 § 2.1, RFC 7519, RFC 8725 § 3.
   */
  verify(values: readonly string[] | undefined): Promise<Principal>;
  /** Forgets every verified token: for a logout, or a key that was taken back. Also done whenever the keys change. */
  flush(): void;
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA'];
const TOLERANCE_SECONDS = 5;
const LARGEST_TOKEN_BYTES = 16 * 1024;
const LONGEST_CACHED_MS = 60_000;

export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const { issuer, audience, cacheEntries = 10_000 } = options;
  const keys = createKeySet(options);
  const cache = createTokenCache(cacheEntries, LONGEST_CACHED_MS);
  keys.onChange(() => cache.flush());

  async function keyFor(header: JWTHeaderParameters): Promise<JWK> {
    const key = header.kid === undefined ? undefined : await keys.find(header.kid);
    if (!key) throw new AuthError('TOKEN_INVALID', 'unknown key');
    // RFC 8725 § 3.1: the key, not the token, says which algorithm it is for.
    if (key.alg !== undefined && key.alg !== header.alg) throw new AuthError('TOKEN_INVALID', 'key is for another alg');
    return key;
  }

  return {
    issuer,
    audience,
    keys,
    flush: () => cache.flush(),
    async verify(values) {
      const token = bearerToken(values);
      const known = cache.get(token);
      if (known) return known;
      const generation = cache.generation();
      try {
        const { payload } = await jwtVerify(token, keyFor, {
          algorithms: ALGORITHMS,
          issuer,
          audience,
          clockTolerance: TOLERANCE_SECONDS,
          requiredClaims: ['exp', 'iat', 'sub'],
        });
        checkKind(payload);
        const principal = toPrincipal(payload);
        cache.put(token, principal, payload.exp as number, generation);
        return principal;
      } catch (error) {
        throw refusal(error);
      }
    },
  };
}

/**
 * The token of the one `Bearer` header among `values`, nothing of it verified. Throws `AuthError`.
 *
 * Two headers are refused even when equal: which of them a proxy looked at cannot be known.
 */
export function bearerToken(values: readonly string[] | undefined): string {
  if (!values || values.length === 0) throw new AuthError('TOKEN_MISSING');
  const [value] = values;
  if (value === undefined || values.length > 1) throw new AuthError('TOKEN_MALFORMED', 'several Authorization headers');
  if (value.length > LARGEST_TOKEN_BYTES + 'Bearer '.length) throw new AuthError('TOKEN_TOO_LARGE');
  const token = BEARER.exec(value)?.[1];
  if (token === undefined) throw new AuthError('TOKEN_MALFORMED', 'not a Bearer header');
  return token;
}

/** RFC 6750 § 2.1 `b64token`, after a scheme whose letters may have any case (RFC 9110 § 11.1). */
const BEARER = /^Bearer +([\w\-.~+/]+=*)$/i;

/** Keycloak writes the kind of token into the payload: an ID or refresh token is signed as well, yet opens nothing here. */
function checkKind(payload: JWTPayload): void {
  if (payload.typ !== 'Bearer') throw new AuthError('TOKEN_INVALID', 'not an access token');
  if ((payload.iat as number) > Date.now() / 1000 + TOLERANCE_SECONDS)
    throw new AuthError('TOKEN_INVALID', 'iat ahead');
}

/** jose's errors carry the payload: only their fixed code and the name of the claim go on. */
function refusal(error: unknown): AuthError {
  if (error instanceof AuthError) return error;
  if (error instanceof errors.JWTExpired) return new AuthError('TOKEN_EXPIRED', error.code);
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return new AuthError('TOKEN_MALFORMED', error.code);
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new AuthError('TOKEN_INVALID', `${error.code} ${error.claim}`);
  }
  return new AuthError('TOKEN_INVALID', error instanceof errors.JOSEError ? error.code : 'key could not be used');
}
