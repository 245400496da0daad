import type { Pass } from '../auth/pass.ts';
import type { Agency } from '../schema/categories.ts';

/** Who wrote a place into a registry: an organisation (OID) in its sector. */
export interface Keeper {
  readonly agency: string;
  readonly organisation: string;
}

/**
 * Whether the caller sees where a client under a protection order is (turvakielto, spärrmarkering).
 *
 * Source: 661/2009 § 37: municipality, place and address go only to an authority whose own task by law needs them, and
 * one that has them must not pass them on. The hub is such a passing on. So the client sees their own place, and an
 * organisation sees what it wrote itself (rule 3 of consent.md: no disclosure); everybody else sees null, whatever the
 * consents: none of them can weigh the threat.
 */
export function seesPlace(pass: Pass, clientId: string, keeper?: Keeper): boolean {
  const { caller } = pass;
  if (caller.clientId === clientId) return true;
  return keeper !== undefined && caller.agency === keeper.agency && caller.organisation === keeper.organisation;
}

/**
 * Whether the caller may know that there is a protection order.
 *
 * An authority must, or it would hand on what it knows from elsewhere; the mark itself is secret (621/1999 § 24.1), so
 * the third sector never learns of it, and a masked address looks to it like one that is not known.
 */
export function seesProtectionOrder(pass: Pass, clientId: string): boolean {
  const { caller } = pass;
  return caller.clientId === clientId || (caller.agency !== undefined && AUTHORITIES.has(caller.agency));
}

const AUTHORITIES: ReadonlySet<Agency> = new Set([
  'PRISON_SERVICE',
  'SOCIAL_SERVICES',
  'EMPLOYMENT_SERVICES',
  'HEALTH_CARE',
  'KELA',
]);
