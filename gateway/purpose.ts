import type { Principal } from '../auth/principal.ts';
import { mayUse } from '../consent/tables.ts';
import { isPurpose, type Purpose } from '../schema/purposes.ts';
import { HubError } from './errors.ts';
import type { Root } from './life.ts';
import { LOG_READS } from './reads.ts';

export interface PurposeOptions {
  /** Whether every caller may introspect (development) or developers only. */
  readonly openIntrospection: boolean;
}

/** Root fields whose purpose is what they are for; those that name it as an argument are not here. */
const IMPLIED: Readonly<Record<string, Purpose>> = {
  ownData: 'OWN_DATA',
  whoLooked: 'OWN_DATA',
  ...Object.fromEntries(LOG_READS.map((field) => [field, 'AUDIT' as const])),
  takeAlert: 'AUDIT',
  closeAlert: 'AUDIT',
  reviewQueue: 'AUDIT',
  overdueEmergencies: 'AUDIT',
};

/**
 * The one purpose that the operation names; null when no root field has one (introspection, code lists, the ledger's
 * mutations, which check the caller themselves).
 *
 * Throws `HubError` PURPOSE_AMBIGUOUS. Source: 906/2019 § 23, one purpose a look-up.
 */
export function namedPurpose(roots: readonly Root[], principal: Pick<Principal, 'roles'>): Purpose | null {
  const named = new Set<Purpose>();
  for (const root of roots) {
    const name = isForAnother(root) ? ownPurpose(principal) : (root.args.purpose ?? IMPLIED[root.field]);
    if (isPurpose(name)) named.add(name);
  }
  if (named.size > 1) throw new HubError('PURPOSE_AMBIGUOUS');
  const [only] = named;
  return only ?? null;
}

/** An explanation as if somebody else asked: the purpose in it is theirs, and not the one of the asker. */
function isForAnother({ field, args }: Root): boolean {
  return field === 'explainAccess' && args.asCaller != null;
}

function ownPurpose({ roles }: Pick<Principal, 'roles'>): Purpose {
  return roles.includes('client') ? 'OWN_DATA' : 'AUDIT';
}

/** Step 4: a role of the caller must be allowed the purpose, and introspection. Throws `HubError`, 403. */
export function checkPurpose(
  roots: readonly Root[],
  purpose: Purpose | null,
  principal: Principal,
  options: PurposeOptions,
): void {
  for (const root of roots) checkIntrospection(root, principal, options);
  if (purpose !== null && !mayUse(principal, purpose)) throw new HubError('PURPOSE_NOT_ALLOWED');
}

function checkIntrospection(root: Root, principal: Principal, options: PurposeOptions): void {
  if (root.field !== '__schema' && root.field !== '__type') return;
  if (!options.openIntrospection && !principal.roles.includes('developer')) throw new HubError('INTROSPECTION_REFUSED');
}
