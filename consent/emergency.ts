import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { checkId } from './draft.ts';
import { LedgerError } from './errors.ts';
import { agencyOf, checkReason, endOfBox, type FactChange, insertFact, roleAmong } from './fact.ts';
import { isEmergencyGround } from './grounds.ts';
import { LONGEST_EMERGENCY } from './relationship.ts';
import { EMERGENCY_ROLES } from './tables.ts';
import { changeFacts, type InTransaction } from './transaction.ts';

const HOUR = 3_600_000;

/** How long an emergency may stay unreviewed before it shows on every auditor's page, in ms. */
export const REVIEW_OVERDUE = 7 * 24 * HOUR;

export interface EmergencyDraft {
  /** As in `DenialDraft`. */
  readonly id?: string;
  readonly clientId: string;
  /** One of `EMERGENCY_GROUNDS`. */
  readonly ground: string;
  readonly reason: string;
  /** Ms since epoch; 4 hours from now unless said otherwise, at most 24. */
  readonly until?: number;
}

/**
 * Declares an emergency (rule 6): for its time the caller sees contact and health data, whatever the client has denied.
 *
 * No relationship is needed. It must be reviewed, and the caller alerts the privacy officer in `inTransaction`. Only the
 * roles of `EMERGENCY_ROLES`, never the third sector. Promises what the ledger promises. Throws `LedgerError`.
 */
export async function grantEmergency(
  pool: Pool,
  principal: Principal,
  draft: EmergencyDraft,
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  const role = roleAmong(EMERGENCY_ROLES, principal);
  const agency = agencyOf(principal);
  if (agency === 'THIRD_SECTOR') throw new LedgerError('AGENCY_NOT_ALLOWED');
  if (!draft.ground) throw new LedgerError('GROUND_MISSING');
  if (!isEmergencyGround(draft.ground)) throw new LedgerError('UNKNOWN_GROUND');
  const reason = checkReason(draft.reason);
  const id = draft.id ?? randomUUID();
  checkId(id);
  return changeFacts(pool, draft.clientId, async (transaction) => {
    const { change, isNew } = await insertFact(transaction, 'emergencies', {
      id,
      client_id: draft.clientId,
      person: principal.id,
      agency,
      role,
      ground: draft.ground,
      reason,
      valid_from: transaction.at,
      valid_until: endOfBox(transaction.at, draft.until, 4 * HOUR, LONGEST_EMERGENCY),
    });
    if (isNew) await inTransaction?.(transaction.connection, change);
    return change;
  });
}
