import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { checkId } from './draft.ts';
import { LedgerError } from './errors.ts';
import { agencyOf, checkReason, endOfBox, type FactChange, insertFact, insertRow, roleAmong } from './fact.ts';
import { LONGEST_DECLARATION } from './relationship.ts';
import { PROFESSIONAL_ROLES } from './tables.ts';
import { changeFacts, type InTransaction } from './transaction.ts';

const DAY = 86_400_000;

export interface DeclarationDraft {
  /** As in `DenialDraft`. */
  readonly id?: string;
  readonly clientId: string;
  readonly reason: string;
  /** Ms since epoch; 7 days from now unless said otherwise, at most 30. */
  readonly until?: number;
}

/**
 * Declares that the caller, in person, stands in a relationship with the client, with a written reason (703/2023 §§ 9, 57).
 *
 * It counts at once and is flagged until someone else reviews it: the caller alerts the privacy officer in
 * `inTransaction`. Professionals only. Promises what the ledger promises (see ledger.ts). Throws `LedgerError`.
 */
export async function declareRelationship(
  pool: Pool,
  principal: Principal,
  draft: DeclarationDraft,
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  const role = roleAmong(PROFESSIONAL_ROLES, principal);
  const agency = agencyOf(principal);
  const { organisation } = principal;
  if (!organisation) throw new LedgerError('ORGANISATION_MISSING');
  const reason = checkReason(draft.reason);
  const id = draft.id ?? randomUUID();
  checkId(id);
  return changeFacts(pool, draft.clientId, async (transaction) => {
    const { at } = transaction;
    const row = {
      id,
      client_id: draft.clientId,
      kind: 'DECLARED',
      agency,
      organisation,
      unit: null,
      person: principal.id,
      valid_from: at,
      valid_until: endOfBox(at, draft.until, 7 * DAY, LONGEST_DECLARATION),
    };
    const { change, isNew } = await insertFact(transaction, 'relationships', row);
    if (!isNew) return change;
    await insertRow(transaction, 'declarations', {
      relationship_id: id,
      client_id: draft.clientId,
      declared_by: principal.id,
      declared_role: role,
      reason,
      epoch: change.epoch.toString(),
      at,
    });
    await inTransaction?.(transaction.connection, change);
    return change;
  });
}
