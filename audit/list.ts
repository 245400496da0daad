import type { Pool } from 'pg';
import { AGENCIES } from '../schema/categories.ts';
import type { AuditEntry } from './entry.ts';
import { readEntry } from './written.ts';

/**
 * Which entries; every condition narrows. Times half-open: `from` included, `until` not.
 *
 * `client`, `source`, `category` and `basis` together are of one disclosure or consent event: an entry that disclosed one client's
 * data and denied another's is no disclosure of the other's.
 */
export interface EntryFilter {
  readonly client?: string;
  readonly caller?: string;
  readonly source?: string;
  readonly agency?: string;
  readonly category?: string;
  readonly basis?: string;
  readonly purpose?: string;
  readonly outcome?: string;
  readonly kind?: string;
  readonly from?: Date;
  readonly until?: Date;
}

/** An entry with its place in the log. Of an erased one (`retention.ts`) only what stands here outside `entry` is left. */
export interface ListedEntry {
  /** Where the next page begins after this entry; opaque. */
  readonly cursor: string;
  readonly id: string;
  /** When the gateway wrote it; ms. */
  readonly at: Date;
  readonly kind: string;
  /** Null: its text has been erased. */
  readonly entry: AuditEntry | null;
  /** Id of the entry that declares the erasure. */
  readonly erasedBy: string | null;
  readonly commitment: Buffer;
  /** Place in the Merkle log; null: the sequencer has not got to it yet. */
  readonly index: number | null;
}

/** One condition a filter, on the columns that have indexes (migration 006); `$` stands for its value's number. */
const CONDITIONS: Readonly<Record<keyof EntryFilter, string>> = {
  client: 'clients @> ARRAY[$::uuid]',
  caller: 'caller = $::uuid',
  source: 'sources @> ARRAY[$::text]',
  // No purpose has the name of an agency.
  agency: 'ARRAY[purpose, caller_agency] @> ARRAY[$::text]',
  category: 'categories @> ARRAY[$::text]',
  basis: 'bases @> ARRAY[$::text]',
  purpose: 'ARRAY[purpose, caller_agency] @> ARRAY[$::text]',
  outcome: 'outcome = $::text',
  kind: 'kind = $::text',
  from: 'at >= $::timestamptz',
  until: 'at < $::timestamptz',
};

/** A cursor: `at` in microseconds since epoch, and `seq`. */
const CURSOR = /^(\d{1,16})_(\d{1,18})$/;

export function isEntryCursor(text: string): boolean {
  return CURSOR.test(text);
}

/**
 * One page of entries, newest first, with one statement.
 *
 * Newest is by `at`, and by arrival within a millisecond: then a time range is one range of an index, wherever it lies, and a page
 * costs the same near the beginning of the log. No entry that was there when the first page was read is skipped or repeated.
 * `first` is at least 1; `after` is the `cursor` of the last entry of the page before. One more than `first` is read to tell
 * whether more follow. Throws `TypeError` when `after` is no cursor.
 */
export async function listEntries(
  pool: Pick<Pool, 'query'>,
  filter: EntryFilter,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<{ readonly entries: readonly ListedEntry[]; readonly hasNextPage: boolean }> {
  const { text, values } = pageStatement(filter, first + 1, after);
  const { rows } = await pool.query<Row>(text, values);
  return { entries: rows.slice(0, first).map(listed), hasNextPage: rows.length > first };
}

/** One entry by its id, UUID; null when there is none. */
export async function findEntry(pool: Pick<Pool, 'query'>, id: string): Promise<ListedEntry | null> {
  const { rows } = await pool.query<Row>(`SELECT ${COLUMNS} FROM audit.entries AS page WHERE id = $1::uuid`, [id]);
  return rows[0] === undefined ? null : listed(rows[0]);
}

/** Entries that are counted exactly. */
export const COUNTED = 10_000;

export interface EntryCount {
  readonly value: number;
  /** False: there are more than `value`. */
  readonly exact: boolean;
}

/** How many entries a filter finds: exact up to `COUNTED`, so that no count reads the whole log. */
export async function countEntries(pool: Pick<Pool, 'query'>, filter: EntryFilter): Promise<EntryCount> {
  const { text, values } = countStatement(filter);
  const { rows } = await pool.query<{ count: number }>(text, values);
  const count = rows[0]?.count ?? 0;
  return { value: Math.min(count, COUNTED), exact: count <= COUNTED };
}

interface Statement {
  readonly text: string;
  readonly values: unknown[];
}

/** The statement of `listEntries`; a test reads its plan. */
export function pageStatement(filter: EntryFilter, limit: number, after: string | null): Statement {
  const { from, values } = matching(filter, after);
  return {
    text: `SELECT ${COLUMNS} FROM (SELECT * ${from} LIMIT $${values.push(limit)}::int) AS page ORDER BY page.at DESC, page.seq DESC`,
    values,
  };
}

/** The statement of `countEntries`; a test reads its plan. */
export function countStatement(filter: EntryFilter): Statement {
  const { from, values } = matching(filter, null);
  return {
    text: `SELECT count(*)::int AS count FROM (SELECT ${from} LIMIT $${values.push(COUNTED + 1)}::int) AS page`,
    values,
  };
}

/** Conditions on `audit.entries` that the filter's entries meet, all of them; their values are added to `values`. */
export function conditionsOf(filter: EntryFilter, values: unknown[]): string[] {
  const conditions = Object.entries(CONDITIONS).flatMap(([name, condition]) => {
    const value = filter[name as keyof EntryFilter];
    return value === undefined || value === null ? [] : [condition.replace('$', `$${values.push(value)}`)];
  });
  const held = oneDisclosure(filter);
  return held === null ? conditions : [...conditions, TOGETHER.replace('$', `$${values.push(held)}`)];
}

/** Where the matching entries come from, newest first. */
function matching(filter: EntryFilter, after: string | null): { readonly from: string; readonly values: unknown[] } {
  const values: unknown[] = [];
  const conditions = conditionsOf(filter, values);
  if (after !== null) {
    const [, at, seq] = CURSOR.exec(after) ?? [];
    if (at === undefined) throw new TypeError('A page begins after a cursor from an earlier page.');
    conditions.push(
      `(at, seq) < (timestamptz 'epoch' + $${values.push(at)}::float8 * interval '1 microsecond', $${values.push(seq)}::bigint)`,
    );
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return { from: `FROM audit.entries ${where} ORDER BY at DESC, seq DESC`, values };
}

/**
 * An entry that discloses nothing is about one client, and its categories go with its sources: its columns say all. Of others only the
 * text can tell. The planner takes a CASE to let half of the entries through; of the bare condition it believes that next to none
 * pass, and then fetches all that the indexes find instead of a page.
 */
const TOGETHER = `CASE WHEN kind NOT IN ('QUERY', 'MUTATION') THEN true
  ELSE body::jsonb @> ANY ($::jsonb[]) END`;

/** What the entry must hold, one of these, when several conditions are to meet in one disclosure; else null. */
function oneDisclosure({ client, source, category, basis }: EntryFilter): readonly string[] | null {
  const given = (members: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
  if (Object.keys(given({ client, source, category, basis })).length < 2) return null;
  const about = given({ client: client?.toLowerCase() });
  const verdict = given({ category, basis });
  const hows = basis ? ['permitted'] : ['permitted', 'denied'];
  // As entries are written, and as they were written before (`written.ts`).
  const held =
    Object.keys(verdict).length === 0
      ? [
          { ...about, sources: [{ source }] },
          { ...about, source },
        ]
      : hows.flatMap((how) => [
          ...fromOf(source, category).map((from) => ({ ...about, [how]: [given({ basis, from })] })),
          { ...about, ...given({ source }), [how]: [verdict] },
        ]);
  return held.map((disclosure) => JSON.stringify({ disclosures: [disclosure] }));
}

/** Which categories of which source: any source that there is, where none is asked for; any category, where none is. */
function fromOf(source: string | undefined, category: string | undefined): readonly (object | undefined)[] {
  const categories = category == null ? [] : [category];
  if (source != null) return [{ [source]: categories }];
  return category != null ? Object.keys(AGENCIES).map((each) => ({ [each]: categories })) : [undefined];
}

const COLUMNS = `(extract(epoch FROM page.at) * 1000000)::bigint || '_' || page.seq AS cursor, page.id, page.at, page.kind, page.body,
  page.erased_by, page.commitment, (SELECT s.index FROM audit.sequence s WHERE s.seq = page.seq) AS index`;

interface Row {
  readonly cursor: string;
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly body: string | null;
  readonly erased_by: string | null;
  readonly commitment: Buffer;
  readonly index: string | null;
}

function listed({ body, erased_by, index, ...row }: Row): ListedEntry {
  return {
    ...row,
    entry: body === null ? null : readEntry(body),
    erasedBy: erased_by,
    index: index === null ? null : Number(index),
  };
}
