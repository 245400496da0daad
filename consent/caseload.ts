import type { Pool } from 'pg';
import type { Principal } from '../auth/principal.ts';
import { LedgerError } from './errors.ts';
import { timestamp } from './event.ts';
import { isId } from './id.ts';
import { isAgency } from './tables.ts';

/** The most clients on one page. */
export const LARGEST_PAGE = 100;

export interface CaseloadPage {
  /** In order of id. */
  readonly clientIds: readonly string[];
  readonly hasNextPage: boolean;
}

/**
 * One page of the clients with whom the caller's unit, or the caller, stands in a current relationship; one statement.
 *
 * `first` is 1–100, `after` the last client id of the page before, `now` in ms since epoch. Pages are cut by id, so that a
 * client is neither skipped nor repeated while others come and go. The same relationships count as for `decide`. Throws
 * `LedgerError` FIRST_OUT_OF_RANGE, MALFORMED_CURSOR or LEDGER_UNAVAILABLE.
 */
export async function caseload(
  pool: Pick<Pool, 'query'>,
  principal: Principal,
  page: { readonly first: number; readonly after?: string | null; readonly now?: number },
): Promise<CaseloadPage> {
  const { first, after = null, now = Date.now() } = page;
  if (!Number.isInteger(first) || first < 1 || first > LARGEST_PAGE) throw new LedgerError('FIRST_OUT_OF_RANGE');
  if (after !== null && !isId(after)) throw new LedgerError('MALFORMED_CURSOR');
  const { agency, organisation, unit } = principal;
  if (!isAgency(agency) || !organisation) return { clientIds: [], hasNextPage: false };
  const query = {
    name: 'consent-caseload',
    text: CASELOAD,
    values: [
      agency,
      organisation,
      unit ?? null,
      isId(principal.id) ? principal.id : null,
      after ?? LEAST,
      timestamp(now),
      first + 1,
    ],
    query_timeout: 5_000,
  };
  const { rows } = await pool.query<{ client_id: string }>(query).catch((cause: unknown) => {
    throw new LedgerError('LEDGER_UNAVAILABLE', cause);
  });
  return { clientIds: rows.slice(0, first).map((row) => row.client_id), hasNextPage: rows.length > first };
}

/** Before every client id: the nil UUID is nobody's. */
const LEAST = '00000000-0000-0000-0000-000000000000';

const CURRENT = `r.agency = $1 AND r.organisation = $2 AND r.client_id > $5::uuid
    AND r.valid_from <= $6 AND (r.valid_until IS NULL OR r.valid_until > $6)
    AND NOT EXISTS (SELECT 1 FROM consent.relationship_ends e WHERE e.relationship_id = r.id AND e.at <= $6)`;

// Two branches, so that each walks its own index in order of client and stops at the page's end.
const CASELOAD = `
(SELECT DISTINCT r.client_id FROM consent.relationships r
  WHERE r.unit = $3 AND ${CURRENT} ORDER BY r.client_id LIMIT $7)
UNION
(SELECT DISTINCT r.client_id FROM consent.relationships r
  WHERE r.person = $4::uuid AND ${CURRENT} ORDER BY r.client_id LIMIT $7)
ORDER BY client_id LIMIT $7`;
