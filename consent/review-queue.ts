import type { Pool } from 'pg';
import { REVIEW_OVERDUE } from './emergency.ts';
import { LedgerError } from './errors.ts';
import { isId } from './id.ts';
import type { ReviewSubject } from './review.ts';

/** Something that a worker took on their own word and that nobody has reviewed. Times in ms since epoch. */
export interface AwaitingReview {
  readonly subject: ReviewSubject;
  readonly id: string;
  readonly clientId: string;
  readonly person: string;
  readonly agency: string;
  readonly role: string;
  /** Of an emergency or a request. */
  readonly ground: string | null;
  /** Of a request or a restriction: the id of the statute's rule. Of a request: the data that it names. */
  readonly basis: string | null;
  readonly categories: readonly string[];
  /** As the worker wrote it: for the reviewer's eyes. */
  readonly reason: string;
  readonly from: number;
  readonly until: number;
  /** Has it waited longer than `REVIEW_OVERDUE`? */
  readonly overdue: boolean;
  /** Where the next page begins after this one. */
  readonly cursor: string;
}

/**
 * What waits for review, the longest waiting first, with one statement; what is over waits too.
 *
 * `only` narrows to emergencies that have waited longer than `REVIEW_OVERDUE`. `first` is 1–100; `after` is a cursor from before; `now` in ms since epoch. Throws `LedgerError` FIRST_OUT_OF_RANGE,
 * MALFORMED_CURSOR or LEDGER_UNAVAILABLE.
 */
export async function listAwaitingReview(
  pool: Pick<Pool, 'query'>,
  { first, after }: { readonly first: number; readonly after: string | null },
  now: number,
  only?: 'OVERDUE_EMERGENCIES',
): Promise<{ readonly items: readonly AwaitingReview[]; readonly hasNextPage: boolean }> {
  if (!Number.isInteger(first) || first < 1 || first > 100) throw new LedgerError('FIRST_OUT_OF_RANGE');
  const [from, id] = after === null ? [null, null] : readCursor(after);
  const before = only === undefined ? null : now - REVIEW_OVERDUE;
  const { rows } = await pool.query<Row>(AWAITING, [first + 1, from, id, before]).catch((cause: unknown) => {
    throw new LedgerError('LEDGER_UNAVAILABLE', cause);
  });
  const items = rows.slice(0, first).map((row) => ({
    ...row,
    overdue: now - row.from > REVIEW_OVERDUE,
    cursor: `${row.from}_${row.id}`,
  }));
  return { items, hasNextPage: rows.length > first };
}

type Row = Omit<AwaitingReview, 'overdue' | 'cursor'>;

function readCursor(cursor: string): readonly [string, string] {
  const [from = '', id = '', ...more] = cursor.split('_');
  if (!/^\d{1,15}$/.test(from) || !isId(id) || more.length > 0) throw new LedgerError('MALFORMED_CURSOR');
  return [from, id];
}

function ms(column: string): string {
  return `floor(extract(epoch FROM ${column}) * 1000)::float8`;
}

function awaiting(subject: ReviewSubject, columns: string, tables: string): string {
  return `SELECT '${subject}' AS subject, s.id, s.client_id, s.person, s.agency, ${columns},
    ${ms('s.valid_from')} AS "from", ${ms('s.valid_until')} AS "until"
  FROM ${tables}
  WHERE NOT EXISTS (SELECT 1 FROM consent.reviews w WHERE w.subject = '${subject}' AND w.subject_id = s.id)`;
}

const AWAITING = `SELECT subject, id, client_id AS "clientId", person, agency, role, ground, basis, categories, reason,
  "from", "until"
FROM (
  ${awaiting(
    'DECLARED',
    `d.declared_role AS role, NULL AS ground, NULL AS basis, '{}'::text[] AS categories, d.reason`,
    'consent.declarations d JOIN consent.relationships s ON s.id = d.relationship_id',
  )}
  UNION ALL
  ${awaiting('EMERGENCY', `s.role, s.ground, NULL, '{}'::text[], s.reason`, 'consent.emergencies s')}
  UNION ALL
  ${awaiting('REQUEST', 's.role, s.ground, s.basis, s.categories, s.reason', 'consent.requests s')}
  UNION ALL
  ${awaiting('RESTRICTION', `s.role, NULL, s.statute, '{}'::text[], s.reason`, 'consent.restrictions s')}
) AS waiting
WHERE ($2::float8 IS NULL OR ("from", id) > ($2::float8, $3::uuid))
  AND ($4::float8 IS NULL OR (subject = 'EMERGENCY' AND "from" < $4::float8))
ORDER BY "from", id LIMIT $1`;
