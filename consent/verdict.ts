import type { Basis, Deny, DenyDetail, DenyReason, Permit } from './decision.ts';

export function deny(reason: DenyReason, detail: DenyDetail, reference: string | null = null): Deny {
  return { decision: 'DENY', reason, detail, reference };
}

export function permit(basis: Basis, reference: string | null): Permit {
  return { decision: 'PERMIT', basis, reference };
}

/** A permit for what the caller's own organisation keeps; `reference`: the relationship. */
export function permitPart(reference: string): Permit {
  return { decision: 'PERMIT', basis: 'OWN_REGISTER', reference, register: 'OWN' };
}
