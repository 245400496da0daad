import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import type { ReviewOutcome } from './decision.ts';
import { checkId } from './draft.ts';
import { LedgerError } from './errors.ts';
import { insertRow, roleAmong } from './fact.ts';
import { changeFacts, type InTransaction } from './transaction.ts';

export const REVIEW_SUBJECTS = ['DECLARED', 'EMERGENCY', 'REQUEST', 'RESTRICTION'] as const;

export type ReviewSubject = (typeof REVIEW_SUBJECTS)[number];

export interface ReviewDraft {
  readonly clientId: string;
  readonly subject: ReviewSubject;
  /** The declared relationship, the emergency, the request or the restriction. */
  readonly subjectId: string;
  readonly outcome: ReviewOutcome;
  /** At most 2,000 characters; it stays in the ledger. */
  readonly note?: string;
}

export interface ReviewChange {
  readonly clientId: string;
  readonly subject: ReviewSubject;
  readonly subjectId: string;
  readonly outcome: ReviewOutcome;
  readonly epoch: bigint;
  /** Ms since epoch. */
  readonly at: number;
}

/**
 * Reviews, once, what a worker has declared; REJECTED ends it at once.
 *
 * The privacy officer only, and nobody their own. Promises what the ledger promises. Throws `LedgerError`.
 */
export async function review(
  pool: Pool,
  principal: Principal,
  draft: ReviewDraft,
  inTransaction?: InTransaction<ReviewChange>,
): Promise<ReviewChange> {
  roleAmong(['privacy-officer'], principal);
  const { clientId, subject, subjectId, outcome } = draft;
  if (!REVIEW_SUBJECTS.includes(subject)) throw new LedgerError('UNKNOWN_REVIEW_SUBJECT');
  if (outcome !== 'APPROVED' && outcome !== 'REJECTED') throw new LedgerError('UNKNOWN_REVIEW_OUTCOME');
  checkId(subjectId);
  const note = draft.note?.trim() || null;
  if (note !== null && note.length > 2_000) throw new LedgerError('REASON_TOO_LONG');
  return changeFacts(pool, clientId, async (transaction) => {
    const [found] = await transaction.query<Found>(SUBJECT[subject], [subjectId, clientId]);
    if (found === undefined) throw new LedgerError('REVIEW_SUBJECT_NOT_FOUND');
    if (found.person === principal.id) throw new LedgerError('REVIEW_OF_OWN');
    if (found.reviewed) throw new LedgerError('ALREADY_REVIEWED');
    const { at } = transaction;
    const epoch = await transaction.nextEpoch();
    const common = { client_id: clientId, epoch: epoch.toString(), at };
    await insertRow(transaction, 'reviews', {
      subject,
      subject_id: subjectId,
      reviewer: principal.id,
      outcome,
      note,
      ...common,
    });
    // The case-load reads the ends, and so do the facts; of the other subjects they read the review itself.
    if (subject === 'DECLARED' && outcome === 'REJECTED' && !found.ended) {
      await insertRow(transaction, 'relationship_ends', { relationship_id: subjectId, ...common });
    }
    const change = { clientId, subject, subjectId, outcome, epoch, at };
    await inTransaction?.(transaction.connection, change);
    return change;
  });
}

interface Found {
  readonly person: string;
  readonly reviewed: boolean;
  readonly ended: boolean;
}

const SUBJECT: Readonly<Record<ReviewSubject, string>> = {
  DECLARED: subject('DECLARED', 'relationships', "AND s.kind = 'DECLARED'"),
  EMERGENCY: subject('EMERGENCY', 'emergencies'),
  REQUEST: subject('REQUEST', 'requests'),
  RESTRICTION: subject('RESTRICTION', 'restrictions'),
};

function subject(name: ReviewSubject, table: string, more = ''): string {
  return `SELECT s.person,
    EXISTS (SELECT 1 FROM consent.reviews w WHERE w.subject = '${name}' AND w.subject_id = s.id) AS reviewed,
    EXISTS (SELECT 1 FROM consent.relationship_ends e WHERE e.relationship_id = s.id) AS ended
  FROM consent.${table} s WHERE s.id = $1 AND s.client_id = $2 ${more}`;
}
