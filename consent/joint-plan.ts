import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { isCategory } from '../schema/categories.ts';
import { ACCESS_BASES } from './bases.ts';
import { LedgerError } from './errors.ts';
import { agencyOf, type FactChange, roleAmong } from './fact.ts';
import { endLasting, type LastingDraft, recordLasting } from './lasting.ts';
import { lists, PROFESSIONAL_ROLES } from './tables.ts';
import type { InTransaction } from './transaction.ts';

export interface JointPlanDraft extends LastingDraft {
  /** Agencies; the caller's is one of them. */
  readonly parties: readonly string[];
  /** Data categories that the plan lists. */
  readonly items: readonly string[];
}

/**
 * Records a joint employment plan, whose parties then share its items (381/2023 §§ 11, 12, 15).
 *
 * Professionals of a party, with a relationship with the client, only. Promises what the ledger promises. Throws `LedgerError`.
 */
export async function recordJointPlan(
  pool: Pool,
  principal: Principal,
  draft: JointPlanDraft,
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  const role = roleAmong(PROFESSIONAL_ROLES, principal);
  checkPlan(draft, agencyOf(principal));
  const columns = {
    parties: [...new Set(draft.parties)],
    items: [...new Set(draft.items)],
    recorded_by: principal.id,
    recorded_role: role,
  };
  return recordLasting(pool, principal, 'joint_plans', draft, columns, inTransaction);
}

/** Ends a joint plan at once; ending it again changes nothing. For whom may record one with these parties. Throws `LedgerError`. */
export async function endJointPlan(
  pool: Pool,
  principal: Principal,
  { jointPlanId, clientId }: { readonly jointPlanId: string; readonly clientId: string },
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  return endLasting(pool, principal, 'joint_plans', { id: jointPlanId, clientId }, inTransaction, ({ parties }) => {
    if (!(parties as readonly string[]).includes(agencyOf(principal))) throw new LedgerError('NOT_A_PARTY');
  });
}

const MULTISECTOR = ACCESS_BASES.find(({ id }) => id === 'MULTISECTOR')!;

function checkPlan({ parties, items }: JointPlanDraft, agency: string): void {
  if (new Set(parties).size < 2) throw new LedgerError('PARTIES_MISSING');
  if (!parties.every((name) => (MULTISECTOR.recipients as readonly string[]).includes(name))) {
    throw new LedgerError('UNKNOWN_PARTY');
  }
  if (!parties.includes(agency)) throw new LedgerError('NOT_A_PARTY');
  if (items.length === 0) throw new LedgerError('CATEGORIES_MISSING');
  if (!items.every(isCategory)) throw new LedgerError('UNKNOWN_CATEGORY');
  if (!items.every((name) => lists(MULTISECTOR.categories, name))) throw new LedgerError('CATEGORY_NOT_IN_BASIS');
}
