import type { Client } from 'pg';

/**
 * Runs the work while the tables have no indexes or keys, and no references from or to them, then makes them again from
 * the same definitions.
 *
 * Within the caller's transaction: when it fails, they were never gone. Building them once over all rows takes about half
 * the time of keeping them up to date row by row; what they forbid is found then. The tables are locked until its end.
 */
export async function withoutIndexes<T>(client: Client, tables: readonly string[], work: () => Promise<T>): Promise<T> {
  const { rows: constraints } = await client.query<Dropped>(CONSTRAINTS, [tables]);
  const { rows: indexes } = await client.query<Dropped>(INDEXES, [tables]);
  // References go before the keys that they rest on, and come back after them.
  for (const { place, name } of constraints.toReversed()) {
    await client.query(`ALTER TABLE ${place} DROP CONSTRAINT ${name}`);
  }
  for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
  const done = await work();
  for (const { place, name, definition } of constraints) {
    await client.query(`ALTER TABLE ${place} ADD CONSTRAINT ${name} ${definition}`);
  }
  for (const { definition } of indexes) await client.query(definition);
  return done;
}

interface Dropped {
  /** The table, where the definition does not name it. */
  readonly place: string;
  readonly name: string;
  readonly definition: string;
}

const CONSTRAINTS = `
SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS definition
FROM pg_constraint
WHERE conrelid = ANY ($1::regclass[]) AND contype IN ('p', 'u', 'f') OR confrelid = ANY ($1::regclass[])
ORDER BY contype = 'f', conrelid, conname`;

const INDEXES = `
SELECT '' AS place, indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition
FROM pg_index WHERE indrelid = ANY ($1::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)`;
