import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { checkRecipients } from './draft.ts';
import { LedgerError } from './errors.ts';
import { agencyOf, checkReason, endOfBox, type FactChange, roleAmong } from './fact.ts';
import { endLasting, recordLasting } from './lasting.ts';
import { PROFESSIONAL_ROLES } from './tables.ts';
import type { InTransaction } from './transaction.ts';
import { isWithholdingStatute, mayWithholdBy, WITHHOLDABLE_PURPOSES } from './withholding.ts';

const DAY = 86_400_000;

export interface RestrictionDraft {
  /** As in `DenialDraft`. */
  readonly id?: string;
  readonly clientId: string;
  /** One of `WITHHOLDING_STATUTES` by which the caller's agency may withhold. */
  readonly statute: string;
  /** Whose looks; empty: everybody's. `agency:<AGENCY>`, `role:<role>` or `person:<uuid>`. */
  readonly recipients: readonly string[];
  /** Looks for what; empty: for every purpose but the client's own. */
  readonly purposes: readonly string[];
  readonly reason: string;
  /** Ms since epoch; 30 days from now unless said otherwise, at most 90. */
  readonly until?: number;
}

/**
 * Keeps the looks at the data of the caller's agency from the client's own log, from now on (1054/2018 § 28, 703/2023 § 11).
 *
 * It closes and opens nothing. It must be reviewed, and the caller alerts the privacy officer in `inTransaction`. Professionals
 * with a relationship with the client only. Promises what the ledger promises. Throws `LedgerError`.
 */
export async function restrictSight(
  pool: Pool,
  principal: Principal,
  draft: RestrictionDraft,
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  const role = roleAmong(PROFESSIONAL_ROLES, principal);
  const agency = agencyOf(principal);
  const { statute, recipients, purposes, until } = draft;
  if (!isWithholdingStatute(statute)) throw new LedgerError('UNKNOWN_STATUTE');
  if (!mayWithholdBy(statute, agency)) throw new LedgerError('AGENCY_NOT_ALLOWED');
  checkRecipients(recipients);
  if (!purposes.every((name) => (WITHHOLDABLE_PURPOSES as readonly string[]).includes(name))) {
    throw new LedgerError('UNKNOWN_PURPOSE');
  }
  const columns = {
    agency,
    statute,
    recipients: [...new Set(recipients)],
    purposes: [...new Set(purposes)],
    person: principal.id,
    role,
    reason: checkReason(draft.reason),
  };
  return recordLasting(pool, principal, 'restrictions', draft, columns, inTransaction, (at) =>
    endOfBox(at, until, 30 * DAY, 90 * DAY),
  );
}

/**
 * Ends a restriction at once; ending it again changes nothing. What was withheld meanwhile stays so.
 *
 * Professionals of the source agency, with a relationship with the client, only. Throws `LedgerError`.
 */
export async function endRestriction(
  pool: Pool,
  principal: Principal,
  { restrictionId, clientId }: { readonly restrictionId: string; readonly clientId: string },
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  return endLasting(pool, principal, 'restrictions', { id: restrictionId, clientId }, inTransaction, ({ agency }) => {
    if (agency !== agencyOf(principal)) throw new LedgerError('AGENCY_NOT_ALLOWED');
  });
}
