import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { isCategory } from '../schema/categories.ts';
import { ACCESS_BASES } from './bases.ts';
import { checkId, checkPeriod } from './draft.ts';
import { endFact } from './end.ts';
import { LedgerError } from './errors.ts';
import { agencyOf, type FactChange, insertFact, roleAmong } from './fact.ts';
import { lists, PROFESSIONAL_ROLES } from './tables.ts';
import { changeFacts, type InTransaction } from './transaction.ts';

export interface JointPlanDraft {
  /** As in `DenialDraft`. */
  readonly id?: string;
  readonly clientId: string;
  /** Agencies; the caller's is one of them. */
  readonly parties: readonly string[];
  /** Data categories that the plan lists. */
  readonly items: readonly string[];
  /** Ms since epoch; now unless said otherwise. */
  readonly from?: number;
  readonly until?: number | null;
}

/**
 * Records a joint employment plan, whose parties then share its items (381/2023 §§ 11, 12, 15).
 *
 * Professionals of a party only. Promises what the ledger promises. Throws `LedgerError`.
 */
export async function recordJointPlan(
  pool: Pool,
  principal: Principal,
  draft: JointPlanDraft,
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  const role = roleAmong(PROFESSIONAL_ROLES, principal);
  checkPlan(draft, agencyOf(principal));
  const id = draft.id ?? randomUUID();
  checkId(id);
  return changeFacts(pool, draft.clientId, async (transaction) => {
    const from = draft.from ?? transaction.at;
    const until = draft.until ?? null;
    checkPeriod(from, until);
    const { change, isNew } = await insertFact(transaction, 'joint_plans', {
      id,
      client_id: draft.clientId,
      parties: [...new Set(draft.parties)],
      items: [...new Set(draft.items)],
      valid_from: from,
      valid_until: until,
      recorded_by: principal.id,
      recorded_role: role,
    });
    if (isNew) await inTransaction?.(transaction.connection, change);
    return change;
  });
}

/** Ends a joint plan at once; ending it again changes nothing. Throws `LedgerError`. */
export async function endJointPlan(
  pool: Pool,
  end: { readonly jointPlanId: string; readonly clientId: string },
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  return endFact(pool, 'jointPlan', { id: end.jointPlanId, clientId: end.clientId }, inTransaction);
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
