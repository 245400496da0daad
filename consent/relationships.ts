import type { Pool } from 'pg';
import type { Agency } from '../schema/categories.ts';
import type { Relationship } from './decision.ts';
import { checkId, checkPeriod } from './draft.ts';
import { LedgerError } from './errors.ts';
import { timestamp } from './event.ts';
import { isAgency } from './tables.ts';
import { changeFacts, type InTransaction, type LedgerTransaction } from './transaction.ts';

/** The kinds that agencies feed. DECLARED ones are made by a caller, with a reason, and have rules of their own. */
const RELATIONSHIP_KINDS = ['RESPONSIBLE_WORKER', 'PLACEMENT', 'OPEN_SERVICE', 'ACCEPTED_REFERRAL'] as const;

/** One relationship as an agency feeds it: the unit or the person stands in it. Times in ms since epoch. */
export interface RelationshipDraft {
  /** The agency's own id for it, UUID: the same id twice records once. */
  readonly id: string;
  readonly clientId: string;
  readonly kind: (typeof RELATIONSHIP_KINDS)[number];
  readonly agency: Agency;
  /** Organisation OID. */
  readonly organisation: string;
  readonly unit?: string;
  readonly person?: string;
  readonly from?: number;
  readonly until?: number | null;
}

export interface RelationshipChange {
  readonly relationshipId: string;
  readonly clientId: string;
  /** The client's epoch that the change made, or had made when the call was a repetition. */
  readonly epoch: bigint;
}

/** Records a relationship as a case opens. Promises what the ledger promises (see ledger.ts). Throws `LedgerError`. */
export async function recordRelationship(
  pool: Pool,
  draft: RelationshipDraft,
  inTransaction?: InTransaction<RelationshipChange>,
): Promise<RelationshipChange> {
  checkRelationship(draft);
  return changeFacts(pool, draft.clientId, async (transaction) => {
    const from = draft.from ?? transaction.at;
    const until = draft.until ?? null;
    checkPeriod(from, until);
    const repeated = await findRelationship(transaction, draft.id);
    if (repeated) return checkRepeated(repeated, draft);
    const change = { relationshipId: draft.id, clientId: draft.clientId, epoch: await transaction.nextEpoch() };
    await transaction.query(INSERT, [
      draft.id,
      draft.clientId,
      draft.kind,
      draft.agency,
      draft.organisation,
      draft.unit ?? null,
      draft.person ?? null,
      timestamp(from),
      until === null ? null : timestamp(until),
      change.epoch.toString(),
    ]);
    await inTransaction?.(transaction.connection, change);
    return change;
  });
}

/** Ends a relationship as a case closes, at `at` or now; ending it again changes nothing. Throws `LedgerError`. */
export async function endRelationship(
  pool: Pool,
  end: { readonly relationshipId: string; readonly clientId: string; readonly at?: number },
  inTransaction?: InTransaction<RelationshipChange>,
): Promise<RelationshipChange> {
  const { relationshipId, clientId } = end;
  checkId(relationshipId);
  return changeFacts(pool, clientId, async (transaction) => {
    const at = end.at ?? transaction.at;
    checkPeriod(at, null);
    const relationship = await findRelationship(transaction, relationshipId);
    if (relationship?.client_id !== clientId) throw new LedgerError('RELATIONSHIP_NOT_FOUND');
    if (relationship.end_epoch !== null) return { relationshipId, clientId, epoch: BigInt(relationship.end_epoch) };
    const change = { relationshipId, clientId, epoch: await transaction.nextEpoch() };
    await transaction.query(INSERT_END, [relationshipId, clientId, timestamp(at), change.epoch.toString()]);
    await inTransaction?.(transaction.connection, change);
    return change;
  });
}

const INSERT = `INSERT INTO consent.relationships
  (id, client_id, kind, agency, organisation, unit, person, valid_from, valid_until, epoch)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

const INSERT_END =
  'INSERT INTO consent.relationship_ends (relationship_id, client_id, at, epoch) VALUES ($1, $2, $3, $4)';

const FIND = `SELECT r.client_id, r.kind, r.agency, r.organisation, r.unit, r.person, r.epoch::text, e.epoch::text AS end_epoch
FROM consent.relationships r LEFT JOIN consent.relationship_ends e ON e.relationship_id = r.id WHERE r.id = $1`;

type Row = Pick<Relationship, 'kind' | 'agency' | 'organisation' | 'unit' | 'person'> & {
  readonly client_id: string;
  readonly epoch: string;
  readonly end_epoch: string | null;
};

async function findRelationship(transaction: LedgerTransaction, id: string): Promise<Row | undefined> {
  const [row] = await transaction.query<Row>(FIND, [id]);
  return row;
}

function checkRelationship(draft: RelationshipDraft): void {
  checkId(draft.id);
  if (!RELATIONSHIP_KINDS.includes(draft.kind)) throw new LedgerError('UNKNOWN_RELATIONSHIP_KIND');
  if (!isAgency(draft.agency)) throw new LedgerError('UNKNOWN_AGENCY');
  if (!/^[\d.]{3,64}$/.test(draft.organisation)) throw new LedgerError('ORGANISATION_MISSING');
  if (Boolean(draft.unit) === Boolean(draft.person)) throw new LedgerError('UNIT_OR_PERSON');
  if (draft.person) checkId(draft.person);
}

function checkRepeated(row: Row, draft: RelationshipDraft): RelationshipChange {
  const isSame =
    row.client_id === draft.clientId &&
    row.kind === draft.kind &&
    row.agency === draft.agency &&
    row.organisation === draft.organisation &&
    row.unit === (draft.unit ?? null) &&
    row.person === (draft.person ?? null);
  if (!isSame) throw new LedgerError('ID_IN_USE');
  return { relationshipId: draft.id, clientId: draft.clientId, epoch: BigInt(row.epoch) };
}
