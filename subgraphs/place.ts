import type { Pass } from '../auth/pass.ts';
import type { Agency } from '../schema/categories.ts';
import type { SubgraphName } from '../schema/subgraphs.ts';
import type { ClientRow } from './load.ts';
import type { Organisation } from './organisation.ts';
import { seesPlace } from './protection.ts';

/** A row that tells where its client is; `protected`: a protection order is in force today, Finnish date. */
export interface PlacedRow extends ClientRow {
  readonly protected: boolean;
}

/**
 * The column `protected` of a statement on one of an agency's tables: each agency knows the orders by itself.
 *
 * `schema`: the agency's own, with its table `protection_orders`.
 */
export function protectedIn(schema: SubgraphName): string {
  return `client_id IN (
      SELECT o.client_id FROM ${schema}.protection_orders o
      WHERE o.client_id = ANY ($1)
        AND coalesce(o.valid_until >= (now() AT TIME ZONE 'Europe/Helsinki')::date, true)
    ) AS "protected"`;
}

/**
 * Whether the caller sees the place that a row tells; `keepers`: organisations of the agency's sector that wrote it or are
 * it. Always true without a protection order; else as in `protection.ts`.
 */
export function seesRowPlace(
  pass: Pass,
  row: PlacedRow,
  agency: Agency,
  keepers: readonly (Organisation | undefined)[],
): boolean {
  if (!row.protected || seesPlace(pass, row.clientId)) return true;
  return keepers.some((keeper) => keeper && seesPlace(pass, row.clientId, { agency, organisation: keeper.oid }));
}
