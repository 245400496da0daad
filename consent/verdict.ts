import type { Basis, Deny, DenyDetail, DenyReason, Permit } from './decision.ts';

export function deny(reason: DenyReason, detail: DenyDetail, reference: string | null = null): Deny {
  return { decision: 'DENY', reason, detail, reference };
}

export function permit(basis: Basis, reference: string | null): Permit {
  return { decision: 'PERMIT', basis, reference };
}
