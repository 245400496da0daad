import type { Pool } from 'pg';
import type { AuditEntry, Disclosure } from './entry.ts';

/** One look at a client's data, as the client may read of it. */
export interface Look {
  /** Order of arrival, decimal: the cursor. */
  readonly seq: string;
  readonly entry: Pick<AuditEntry, 'at' | 'caller' | 'purpose'>;
  /** What was disclosed of the client. */
  readonly disclosed: readonly (Pick<Disclosure, 'source'> & Disclosure['permitted'][number])[];
}

/**
 * One page of the looks at a client's data, newest first, with one statement (703/2023 § 11; 1054/2018 § 23).
 *
 * A look is an entry with a disclosure of this client that permitted something. What a source withholds by law
 * (`Disclosure.withheld`) is passed over: an entry of which nothing is left is no look, and no count or gap tells of it.
 * `first` is at least 1; `after` is the `seq` of the last look of the page before.
 */
export async function listLooks(
  pool: Pick<Pool, 'query'>,
  clientId: string,
  { first, after }: { readonly first: number; readonly after: string | null },
): Promise<{ readonly looks: readonly Look[]; readonly hasNextPage: boolean }> {
  const { rows } = await pool.query<Look>(LOOKS, [first + 1, clientId, after]);
  return { looks: rows.slice(0, first), hasNextPage: rows.length > first };
}

// A disclosure as entries are written, or as they were written before: then it is of one source, and a permit of one category (`written.ts`).
const LOOKS = `SELECT e.seq, json_build_object('at', e.body::json -> 'at', 'caller', e.body::json -> 'caller',
    'purpose', e.body::json -> 'purpose') AS entry, shown.disclosed
FROM audit.entries e CROSS JOIN LATERAL (
  SELECT jsonb_agg(permit - 'from' || jsonb_build_object('source', source -> 'source', 'category', category)
    ORDER BY told.place, asked.place, given.place, opened.place) AS disclosed
  FROM jsonb_array_elements(e.body::jsonb -> 'disclosures') WITH ORDINALITY AS told(disclosure, place),
    jsonb_array_elements(coalesce(disclosure -> 'sources', jsonb_build_array(disclosure))) WITH ORDINALITY AS asked(source, place),
    jsonb_array_elements(disclosure -> 'permitted') WITH ORDINALITY AS given(permit, place),
    jsonb_array_elements(CASE WHEN permit ? 'from' THEN permit -> 'from' -> (source ->> 'source')
      ELSE jsonb_build_array(permit -> 'category') END) WITH ORDINALITY AS opened(category, place)
  WHERE disclosure ->> 'client' = $2::text AND NOT source ? 'withheld'
) AS shown
WHERE e.clients @> ARRAY[$2::uuid] AND shown.disclosed IS NOT NULL AND ($3::bigint IS NULL OR e.seq < $3::bigint)
ORDER BY e.seq DESC LIMIT $1`;
