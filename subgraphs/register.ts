import type { Pass } from '../auth/pass.ts';
import { CATEGORIES, type CategoryName } from '../schema/categories.ts';
import type { Permitted } from './enforce.ts';
import type { ClientRow } from './load.ts';
import type { Organisation } from './organisation.ts';

/**
 * Who keeps a row: organisations of the category's sector, or, for the whole country, one that none of them is.
 *
 * An organisation that the code list does not know is undefined, and keeps nothing.
 */
export type Keepers = readonly (Organisation | undefined)[] | 'NATIONAL';

/**
 * The rows that the pass opens, by who keeps them: all, or those that the caller's own organisation keeps.
 *
 * Call it first of all, so that what is current, what is latest and what is counted is chosen among the open rows alone. A
 * city is a controller in several sectors under one OID: only a caller of the category's sector has a register of their own in it.
 * Source: 703/2023 §§ 54–55, consent.md rule 3.
 */
export function openRows<Row extends ClientRow>(
  { pass: { caller }, permitted }: { readonly pass: Pass; readonly permitted: Permitted },
  category: CategoryName,
  rows: readonly Row[],
  keepersOf: (row: Row) => Keepers,
): readonly Row[] {
  const { agency, organisation } = caller;
  const isOwn = (keepers: Keepers): boolean =>
    agency === CATEGORIES[category].source &&
    (keepers === 'NATIONAL' || keepers.some((keeper) => keeper !== undefined && keeper.oid === organisation));
  return rows.filter((row) => permitted.get(row.clientId)?.own.has(category) === false || isOwn(keepersOf(row)));
}
