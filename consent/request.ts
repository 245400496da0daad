import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { isCategory } from '../schema/categories.ts';
import { ALL_BASES, type Bases } from './bases.ts';
import { checkId } from './draft.ts';
import { LedgerError } from './errors.ts';
import { agencyOf, checkReason, checkRelated, endOfBox, type FactChange, insertFact, roleAmong } from './fact.ts';
import { lists, PROFESSIONAL_ROLES } from './tables.ts';
import { changeFacts, type InTransaction } from './transaction.ts';

const DAY = 86_400_000;

export interface RequestDraft {
  /** As in `DenialDraft`. */
  readonly id?: string;
  readonly clientId: string;
  /** Id of a base that asks for a request. */
  readonly basis: string;
  /** One of the grounds that the base lists. */
  readonly ground: string;
  /** The data that is asked for, by name. */
  readonly categories: readonly string[];
  readonly reason: string;
  /** Ms since epoch; 7 days from now unless said otherwise, at most 30. */
  readonly until?: number;
}

/**
 * Makes a specified, reasoned request under a statute that asks for one (1301/2021 § 16; 703/2023 § 56).
 *
 * It opens the named data to the caller alone, and a review may reject it. Professionals of a recipient agency, with a
 * relationship with the client, only. Promises what the ledger promises. Throws `LedgerError`.
 */
export async function requestAccess(
  pool: Pool,
  principal: Principal,
  draft: RequestDraft,
  inTransaction?: InTransaction<FactChange>,
  bases: Bases = ALL_BASES,
): Promise<FactChange> {
  const role = roleAmong(PROFESSIONAL_ROLES, principal);
  const agency = agencyOf(principal);
  checkRequest(draft, agency, bases);
  const reason = checkReason(draft.reason);
  const id = draft.id ?? randomUUID();
  checkId(id);
  return changeFacts(pool, draft.clientId, async (transaction) => {
    // It opens nothing without one, and it is reviewed itself: a declared relationship will do.
    await checkRelated(transaction, principal, draft.clientId, { declared: true });
    const { change, isNew } = await insertFact(transaction, 'requests', {
      id,
      client_id: draft.clientId,
      basis: draft.basis,
      ground: draft.ground,
      person: principal.id,
      agency,
      role,
      categories: [...new Set(draft.categories)],
      reason,
      valid_from: transaction.at,
      valid_until: endOfBox(transaction.at, draft.until, 7 * DAY, 30 * DAY),
    });
    if (isNew) await inTransaction?.(transaction.connection, change);
    return change;
  });
}

function checkRequest({ basis, ground, categories }: RequestDraft, agency: string, bases: Bases): void {
  const base = bases.on.find(({ id }) => id === basis);
  if (base === undefined) throw new LedgerError('UNKNOWN_BASIS');
  if (base.asks?.what !== 'REQUEST') throw new LedgerError('BASIS_WITHOUT_REQUEST');
  if (!(base.recipients as readonly string[]).includes(agency)) throw new LedgerError('AGENCY_NOT_ALLOWED');
  if (!ground) throw new LedgerError('GROUND_MISSING');
  if (!base.asks.grounds.includes(ground)) throw new LedgerError('UNKNOWN_GROUND');
  if (categories.length === 0) throw new LedgerError('CATEGORIES_MISSING');
  if (!categories.every(isCategory)) throw new LedgerError('UNKNOWN_CATEGORY');
  if (!categories.every((name) => lists(base.categories, name))) throw new LedgerError('CATEGORY_NOT_IN_BASIS');
}
