import type { JWTPayload } from 'jose';
import { AGENCIES, type Agency } from '../schema/categories.ts';
import { isRole } from '../schema/purposes.ts';
import { AuthError } from './errors.ts';
import type { Principal } from './principal.ts';

/** The Keycloak user attribute and token claim of each `Principal` field that Keycloak does not know by itself. */
export const CLAIMS = {
  agency: 'nivel_agency',
  organisation: 'nivel_organisation',
  unit: 'nivel_unit',
  clientId: 'nivel_client',
  actingFor: 'nivel_acting_for',
} as const satisfies Partial<Record<keyof Principal, string>>;

/**
 * The principal of a payload whose signature, issuer, audience and times are already verified.
 *
 * Throws `AuthError` NO_ROLE when no realm role is the hub's, TOKEN_INVALID when a claim that the hub reads has a wrong shape:
 * a half-understood caller is refused, not narrowed.
 */
export function toPrincipal(payload: JWTPayload): Principal {
  const id = uuid(payload.sub, 'sub');
  const username = word(payload.preferred_username, 'preferred_username');
  const roles = realmRoles(payload.realm_access);
  const agency = optional(payload[CLAIMS.agency], CLAIMS.agency, knownAgency);
  const organisation = optional(payload[CLAIMS.organisation], CLAIMS.organisation, organisationOid);
  const unit = optional(payload[CLAIMS.unit], CLAIMS.unit, word);
  const clientId = optional(payload[CLAIMS.clientId], CLAIMS.clientId, uuid);
  const actingFor = optional(payload[CLAIMS.actingFor], CLAIMS.actingFor, uuids);
  const impersonatedBy = optional(payload.act, 'act', actor);
  return Object.freeze({
    id,
    username,
    roles,
    ...(agency && { agency }),
    ...(organisation && { organisation }),
    ...(unit && { unit }),
    ...(clientId && { clientId }),
    ...(actingFor && { actingFor }),
    ...(impersonatedBy && { impersonatedBy }),
  });
}

/** The claims that Keycloak puts into an access token for this principal; `toPrincipal` reads them back. */
export function toClaims(principal: Principal): Record<string, unknown> {
  const claims: Record<string, unknown> = {
    preferred_username: principal.username,
    realm_access: { roles: [...principal.roles] },
  };
  for (const [field, claim] of Object.entries(CLAIMS) as [keyof typeof CLAIMS, string][]) {
    const value = principal[field];
    if (value !== undefined) claims[claim] = value;
  }
  if (principal.impersonatedBy) claims.act = { sub: principal.impersonatedBy };
  return claims;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** 1.2.246.10 is the Finnish arc for organisations; the next arc is the business id without hyphen and leading zero. */
const ORGANISATION = /^1\.2\.246\.10\.[1-9]\d{0,7}(\.\d{1,10}){0,6}$/;
/** Nothing that could break a log line: no control characters, no surrounding space. */
const WORD = /^[^\s\p{C}](?:[^\p{C}]{0,253}[^\s\p{C}])?$/u;
const MOST_ACTING_FOR = 100;

type Reader<T> = (value: unknown, claim: string) => T;

function optional<T>(value: unknown, claim: string, read: Reader<T>): T | undefined {
  return value === undefined ? undefined : read(value, claim);
}

const uuid: Reader<string> = (value, claim) => {
  if (typeof value !== 'string' || !UUID.test(value)) throw wrong(claim);
  return value.toLowerCase();
};

const uuids: Reader<readonly string[]> = (value, claim) => {
  if (!Array.isArray(value) || value.length > MOST_ACTING_FOR) throw wrong(claim);
  return Object.freeze(value.map((one) => uuid(one, claim)));
};

const word: Reader<string> = (value, claim) => {
  if (typeof value !== 'string' || !WORD.test(value)) throw wrong(claim);
  return value;
};

const organisationOid: Reader<string> = (value, claim) => {
  if (typeof value !== 'string' || !ORGANISATION.test(value)) throw wrong(claim);
  return value;
};

const knownAgency: Reader<Agency> = (value, claim) => {
  if (typeof value !== 'string' || !Object.hasOwn(AGENCIES, value)) throw wrong(claim);
  return value as Agency;
};

/** RFC 8693 § 4.1: the acting party; a chain of actors is named by its outermost, current one. */
const actor: Reader<string> = (value, claim) => {
  if (typeof value !== 'object' || value === null) throw wrong(claim);
  return uuid((value as { sub?: unknown }).sub, 'act.sub');
};

function realmRoles(value: unknown): Principal['roles'] {
  const named = (value as { roles?: unknown } | null | undefined)?.roles;
  if (named !== undefined && !Array.isArray(named)) throw wrong('realm_access');
  const roles = [...new Set((named ?? []).filter(isRole))];
  if (roles.length === 0) throw new AuthError('NO_ROLE');
  return Object.freeze(roles);
}

function wrong(claim: string): AuthError {
  return new AuthError('TOKEN_INVALID', `claim ${claim} has a wrong shape`);
}
