import type { Principal } from '../auth/principal.ts';
import { mayUse } from '../consent/tables.ts';
import { isPurpose, type Purpose } from '../schema/purposes.ts';
import { HubError } from './errors.ts';
import type { Root } from './life.ts';

export interface PurposeOptions {
  /** Whether every caller may introspect (development) or developers only. */
  readonly openIntrospection: boolean;
}

/** Root fields whose purpose is what they are for; those that name it as an argument are not here. */
const IMPLIED: Readonly<Record<string, Purpose>> = {
  ownData: 'OWN_DATA',
  auditEntries: 'AUDIT',
};

/**
 * Step 4: the one purpose of the operation, which a role of the caller must be allowed; null when no root field has one
 * (introspection, code lists, the ledger's mutations, which check the caller themselves).
 *
 * Throws `HubError`. Source: 906/2019 § 23, one purpose a look-up.
 */
export function purpose(roots: readonly Root[], principal: Principal, options: PurposeOptions): Purpose | null {
  const named = new Set<Purpose>();
  for (const root of roots) {
    checkIntrospection(root, principal, options);
    const name = root.args.purpose ?? IMPLIED[root.field];
    if (isPurpose(name)) named.add(name);
  }
  if (named.size > 1) throw new HubError('PURPOSE_AMBIGUOUS');
  const [only] = named;
  if (only === undefined) return null;
  if (!mayUse(principal, only)) throw new HubError('PURPOSE_NOT_ALLOWED');
  return only;
}

function checkIntrospection(root: Root, principal: Principal, options: PurposeOptions): void {
  if (root.field !== '__schema' && root.field !== '__type') return;
  if (!options.openIntrospection && !principal.roles.includes('developer')) throw new HubError('INTROSPECTION_REFUSED');
}
