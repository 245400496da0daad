import type { Principal } from '../auth/principal.ts';
import type { TokenVerifier } from '../auth/verify.ts';

/**
 * Step 1: the caller, from the one bearer token of the request.
 *
 * `authorization`: every Authorization header as it came, unjoined. Throws `AuthError` (401, or 503 when no key set can be had).
 */
export function authenticate(
  verifier: TokenVerifier,
  authorization: readonly string[] | undefined,
): Promise<Principal> {
  return verifier.verify(authorization);
}
