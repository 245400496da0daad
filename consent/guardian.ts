import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { CATEGORY_NAMES, isCategory } from '../schema/categories.ts';
import { checkId } from './draft.ts';
import { LedgerError } from './errors.ts';
import type { LedgerEvent } from './event.ts';
import { type FactChange, roleAmong } from './fact.ts';
import { endLasting, type LastingDraft, recordLasting } from './lasting.ts';
import type { Recording } from './recording.ts';
import { isNeverShared, isShareable, lists, PROFESSIONAL_ROLES } from './tables.ts';
import type { InTransaction, LedgerTransaction } from './transaction.ts';

export interface GuardianDraft extends LastingDraft {
  /** Token subject of the guardian. */
  readonly person: string;
  readonly categories: readonly string[];
  readonly mayConsent: boolean;
}

/**
 * Records a guardian's mandate (442/1999). Professionals with a relationship with the client only, and nobody their own.
 *
 * Promises what the ledger promises. Throws `LedgerError`.
 */
export async function recordGuardian(
  pool: Pool,
  principal: Principal,
  draft: GuardianDraft,
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  const role = roleAmong(PROFESSIONAL_ROLES, principal);
  checkId(draft.person);
  if (draft.person === principal.id) throw new LedgerError('GUARDIAN_IS_RECORDER');
  if (draft.categories.length === 0) throw new LedgerError('CATEGORIES_MISSING');
  if (!draft.categories.every(isCategory)) throw new LedgerError('UNKNOWN_CATEGORY');
  if (draft.categories.some(isNeverShared)) throw new LedgerError('CATEGORY_NOT_SHAREABLE');
  const columns = {
    person: draft.person,
    categories: [...new Set(draft.categories)],
    may_consent: draft.mayConsent,
    recorded_by: principal.id,
    recorded_role: role,
  };
  return recordLasting(pool, principal, 'guardians', draft, columns, inTransaction);
}

/**
 * Ends a mandate at once; ending it again changes nothing. Professionals with a relationship with the client only.
 *
 * The client, who may not end it, may deny the guardian sight. Throws `LedgerError`.
 */
export async function endGuardian(
  pool: Pool,
  principal: Principal,
  { guardianId, clientId }: { readonly guardianId: string; readonly clientId: string },
  inTransaction?: InTransaction<FactChange>,
): Promise<FactChange> {
  return endLasting(pool, principal, 'guardians', { id: guardianId, clientId }, inTransaction);
}

/**
 * Throws `LedgerError` OUTSIDE_MANDATE unless a guardian who records has a mandate to consent over every category.
 *
 * It asks the ledger in the transaction of the change, so that a mandate that has ended is seen to have.
 */
export async function checkMandate(
  transaction: LedgerTransaction,
  clientId: string,
  { recordedBy, recordedRole, givenBy }: Recording,
  categories: readonly string[],
): Promise<void> {
  if (recordedRole !== 'guardian') {
    // A guardian speaks for the client under their own name only.
    if (givenBy === 'GUARDIAN') throw new LedgerError('OUTSIDE_MANDATE');
    return;
  }
  const rows = await transaction.query<{ categories: string[] }>(MANDATES, [
    clientId,
    recordedBy,
    new Date(transaction.at).toISOString(),
  ]);
  const named = categories.length > 0 ? categories : CATEGORY_NAMES.filter(isShareable);
  const covered = named.every((name) => rows.some((row) => lists(row.categories, name)));
  if (!covered || givenBy !== 'GUARDIAN') throw new LedgerError('OUTSIDE_MANDATE');
}

/** Throws `LedgerError` GUARDIAN_DENIED when a guardian would lift a denial that is against guardians. */
export function checkLifting({ recordedBy, recordedRole }: Recording, opening: LedgerEvent): void {
  if (recordedRole !== 'guardian' || opening.kind !== 'DENIED') return;
  const { recipients } = opening;
  const against = ['role:guardian', `person:${recordedBy}`];
  if (recipients.length === 0 || recipients.some((name) => against.includes(name))) {
    throw new LedgerError('GUARDIAN_DENIED');
  }
}

const MANDATES = `SELECT g.categories FROM consent.guardians g
WHERE g.client_id = $1 AND g.person = $2 AND g.may_consent AND g.valid_from <= $3
  AND (g.valid_until IS NULL OR g.valid_until > $3)
  AND NOT EXISTS (SELECT 1 FROM consent.guardian_ends e WHERE e.guardian_id = g.id AND e.at <= $3)`;
