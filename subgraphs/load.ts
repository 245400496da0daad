import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { isClientId } from '../consent/facts.ts';

/** A row of an agency's table; `clientId` says whose it is, and is no field of the schema. */
export interface ClientRow {
  readonly clientId: string;
}

/** Loads all rows of a client by the client's id; lives for one request, because access differs by person. */
export type RowLoader<Row> = DataLoader<string, readonly Row[]>;

/**
 * A loader of one table: one SQL statement a batch, however many clients.
 *
 * `sql` takes the ids as `$1` (`client_id = ANY ($1)`), names its columns as in the row (`client_id AS "clientId"`) and
 * orders a client's rows; `read` turns codes into what the schema shows. A client without rows gets an empty list, and
 * so does a malformed id.
 */
export function loadRows<Raw extends ClientRow, Row = Raw>(
  db: Pool,
  sql: string,
  read: (raw: Raw) => Row = (raw) => raw as unknown as Row,
): RowLoader<Row> {
  return new DataLoader(async (ids) => {
    const { rows } = await db.query<Raw & { clientId: string }>(sql, [ids.filter(isClientId)]);
    const byClient = new Map<string, Row[]>();
    for (const raw of rows) {
      const own = byClient.get(raw.clientId);
      if (own === undefined) byClient.set(raw.clientId, [read(raw)]);
      else own.push(read(raw));
    }
    return ids.map((id) => byClient.get(id) ?? []);
  });
}
