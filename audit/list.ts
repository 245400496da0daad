import type { Pool } from 'pg';
import type { AuditEntry } from './entry.ts';

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

export interface ListedEntry {
  /** Order of arrival, decimal: the cursor. */
  readonly seq: string;
  readonly entry: AuditEntry;
  readonly commitment: Buffer;
}

/** One condition a filter, on the columns that have indexes; `$` stands for its value's number. */
const CONDITIONS: Readonly<Record<keyof EntryFilter, string>> = {
  client: 'clients @> ARRAY[$::uuid]',
  caller: 'caller = $::uuid',
  source: 'sources @> ARRAY[$::text]',
  agency: 'caller_agency = $::text',
  category: 'categories @> ARRAY[$::text]',
  basis: 'bases @> ARRAY[$::text]',
  purpose: 'purpose = $::text',
  outcome: 'outcome = $::text',
  kind: 'kind = $::text',
  from: 'at >= $::timestamptz',
  until: 'at < $::timestamptz',
};

/**
 * One page of entries, newest first, with one statement.
 *
 * `first` is at least 1; `after` is the `seq` of the last entry of the page before. One more than `first` is read to tell
 * whether more follow.
 */
export async function listEntries(
  pool: Pick<Pool, 'query'>,
  filter: EntryFilter,
  page: { readonly first: number; readonly after: string | null },
): Promise<{ readonly entries: readonly ListedEntry[]; readonly hasNextPage: boolean }> {
  const values: unknown[] = [page.first + 1];
  const conditions: string[] = [];
  const narrow = (condition: string, value: unknown): void => {
    values.push(value);
    conditions.push(condition.replace('$', `$${values.length}`));
  };
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = filter[name as keyof EntryFilter];
    if (value !== undefined && value !== null) narrow(condition, value);
  }
  const together = oneDisclosure(filter);
  if (together !== null) narrow(TOGETHER, together);
  if (page.after !== null) narrow('seq < $::bigint', page.after);
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const { rows } = await pool.query<{ seq: string; body: string; commitment: Buffer }>(
    `SELECT seq, body, commitment FROM audit.entries ${where} ORDER BY seq DESC LIMIT $1`,
    values,
  );
  const entries = rows.slice(0, page.first).map(({ seq, body, commitment }) => ({
    seq,
    entry: JSON.parse(body) as AuditEntry,
    commitment,
  }));
  return { entries, hasNextPage: rows.length > page.first };
}

/** An entry that discloses nothing is about one client, and its categories go with its sources: its columns say all. */
const TOGETHER = "(kind NOT IN ('QUERY', 'MUTATION') OR body::jsonb @> ANY ($::jsonb[]))";

/** What the entry must hold, one of these, when several conditions are to meet in one disclosure; else null. */
function oneDisclosure({ client, source, category, basis }: EntryFilter): readonly string[] | null {
  const given = (members: Readonly<Record<string, string | null | undefined>>) =>
    Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null));
  if (Object.keys(given({ client, source, category, basis })).length < 2) return null;
  const about = given({ client: client?.toLowerCase(), source });
  const verdict = given({ category, basis });
  if (Object.keys(verdict).length === 0) return [JSON.stringify({ disclosures: [about] })];
  return (basis ? ['permitted'] : ['permitted', 'denied']).map((how) =>
    JSON.stringify({ disclosures: [{ ...about, [how]: [verdict] }] }),
  );
}
