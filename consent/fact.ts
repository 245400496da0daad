import { isDeepStrictEqual } from 'node:util';
import type { Principal } from '../auth/principal.ts';
import type { Agency } from '../schema/categories.ts';
import type { Role } from '../schema/purposes.ts';
import { checkId, checkPeriod } from './draft.ts';
import { LedgerError } from './errors.ts';
import { timestamp } from './event.ts';
import { loadFacts } from './facts.ts';
import { currentRelationship, isFlagged } from './relationship.ts';
import { isAgency } from './tables.ts';
import type { LedgerTransaction } from './transaction.ts';

/** What a change of the facts beside consents is known by. Times in ms since epoch. */
export interface FactChange {
  readonly id: string;
  readonly clientId: string;
  /** The client's epoch that the change made, or had made when the call was a repetition. */
  readonly epoch: bigint;
  readonly from: number;
  readonly until: number | null;
}

/** The role in which the caller does something that some roles may do. Throws `LedgerError` NOT_FOR_ROLE. */
export function roleAmong(roles: readonly Role[], principal: Principal): Role {
  const role = roles.find((name) => principal.roles.includes(name));
  if (role === undefined) throw new LedgerError('NOT_FOR_ROLE');
  checkId(principal.id);
  return role;
}

/** The caller's agency. Throws `LedgerError` UNKNOWN_AGENCY. */
export function agencyOf({ agency }: Principal): Agency {
  if (!isAgency(agency)) throw new LedgerError('UNKNOWN_AGENCY');
  return agency;
}

/**
 * Throws `LedgerError` NO_RELATIONSHIP unless the caller has a current relationship with the client, as it is in the
 * transaction of the change; RELATIONSHIP_NOT_REVIEWED when it is one that the caller has declared and nobody has approved,
 * unless `declared` says that it will do.
 */
export async function checkRelated(
  { connection, at }: LedgerTransaction,
  principal: Principal,
  clientId: string,
  { declared = false }: { readonly declared?: boolean } = {},
): Promise<void> {
  const facts = await loadFacts(connection, [clientId]).catch((cause: unknown) => {
    throw new LedgerError('LEDGER_UNAVAILABLE', cause);
  });
  const relationship = currentRelationship(principal, facts.get(clientId)!, at);
  if (relationship === undefined) throw new LedgerError('NO_RELATIONSHIP');
  if (isFlagged(relationship) && !declared) throw new LedgerError('RELATIONSHIP_NOT_REVIEWED');
}

/** A written reason, trimmed: 20–2,000 characters. It stays in the ledger. Throws `LedgerError` REASON_…. */
export function checkReason(reason: string | null | undefined): string {
  const written = typeof reason === 'string' ? reason.trim() : '';
  if (written === '') throw new LedgerError('REASON_MISSING');
  if (written.length < 20) throw new LedgerError('REASON_TOO_SHORT');
  if (written.length > 2_000) throw new LedgerError('REASON_TOO_LONG');
  return written;
}

/** The end of a time box that begins now, by default after `usual`, at most after `longest` ms. Throws `LedgerError`. */
export function endOfBox(at: number, until: number | undefined, usual: number, longest: number): number {
  const end = until ?? at + usual;
  checkPeriod(at, end);
  if (end > at + longest) throw new LedgerError('TIME_BOX_TOO_LONG');
  return end;
}

/**
 * Inserts one row of a fact table with the client's next epoch; a row of the same id and content is answered as it is.
 *
 * `row` has every column but `epoch`; columns in `unasked` are not compared with those of a row that is there. Throws
 * `LedgerError` ID_IN_USE. `isNew` is false on a repetition, which must not be written to the audit log again.
 */
export async function insertFact(
  transaction: LedgerTransaction,
  table: FactTable,
  row: FactRow,
  unasked: readonly string[] = ['valid_from', 'valid_until'],
): Promise<{ readonly change: FactChange; readonly isNew: boolean }> {
  const [there] = await transaction.query<Found>(
    `SELECT *, epoch::text AS epoch, ${milliseconds('valid_from')} AS from_ms, ${milliseconds('valid_until')} AS until_ms
     FROM consent.${table} WHERE id = $1`,
    [row.id],
  );
  if (there !== undefined) {
    const compared = Object.keys(row).filter((column) => !unasked.includes(column));
    if (!compared.every((column) => isDeepStrictEqual(there[column], row[column]))) throw new LedgerError('ID_IN_USE');
    return { change: changeOf(row, BigInt(there.epoch), there.from_ms, there.until_ms), isNew: false };
  }
  const epoch = await transaction.nextEpoch();
  await insertRow(transaction, table, { ...row, epoch: epoch.toString() });
  return { change: changeOf(row, epoch, row.valid_from, row.valid_until), isNew: true };
}

/** Inserts a row that belongs to a fact; numbers in `at` and `valid_…` are times in ms since epoch. */
export async function insertRow(
  transaction: LedgerTransaction,
  table: FactTable | PartTable,
  row: Readonly<Record<string, unknown>>,
): Promise<void> {
  const columns = Object.keys(row);
  const values = Object.entries(row).map(([column, value]) =>
    TIMES.has(column) && typeof value === 'number' ? timestamp(value) : value,
  );
  const places = columns.map((_, index) => `$${index + 1}`);
  await transaction.query(`INSERT INTO consent.${table} (${columns.join(', ')}) VALUES (${places.join(', ')})`, values);
}

type FactTable = 'relationships' | 'emergencies' | 'requests' | 'guardians' | 'joint_plans' | 'restrictions';
type PartTable =
  | 'declarations'
  | 'relationship_ends'
  | 'guardian_ends'
  | 'joint_plan_ends'
  | 'restriction_ends'
  | 'reviews';

interface FactRow {
  readonly id: string;
  readonly client_id: string;
  readonly valid_from: number;
  readonly valid_until: number | null;
  readonly [column: string]: unknown;
}

interface Found {
  readonly epoch: string;
  readonly from_ms: number;
  readonly until_ms: number | null;
  readonly [column: string]: unknown;
}

const TIMES = new Set(['at', 'valid_from', 'valid_until']);

function milliseconds(column: string): string {
  return `floor(extract(epoch FROM ${column}) * 1000)::float8`;
}

function changeOf(row: FactRow, epoch: bigint, from: number, until: number | null): FactChange {
  return { id: row.id, clientId: row.client_id, epoch, from, until };
}
