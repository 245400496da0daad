import type { ClientBase, Pool } from 'pg';
import { isShareable } from '../consent/tables.ts';
import { AGENCIES, CATEGORY_NAMES } from '../schema/categories.ts';
import { type AuditEntry, sealEntry } from './entry.ts';

const COLUMNS = [
  ['id', 'uuid'],
  ['at', 'timestamptz'],
  ['kind', 'text'],
  ['outcome', 'text'],
  ['caller', 'uuid'],
  ['caller_agency', 'text'],
  ['caller_role', 'text'],
  ['purpose', 'text'],
  ['clients', 'text'],
  ['categories', 'text'],
  ['bases', 'text'],
  ['sources', 'text'],
  ['body', 'text'],
  ['salt', 'bytea'],
  ['commitment', 'bytea'],
] as const;

const ARRAYS = new Set(['clients', 'categories', 'bases', 'sources']);

const INSERT = `INSERT INTO audit.entries (${COLUMNS.map(([name]) => name).join(', ')})
  SELECT ${COLUMNS.map(([name]) => (ARRAYS.has(name) ? `${name}::${name === 'clients' ? 'uuid' : 'text'}[]` : name)).join(', ')}
  FROM unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')})
    AS entry(${COLUMNS.map(([name]) => name).join(', ')})`;

/** Inserts entries in the caller's transaction with one statement, whatever their number; they are durable once it commits. */
export async function insertEntries(client: ClientBase, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await client.query({ name: 'audit-insert', text: INSERT, values: columnsOf(entries) });
}

/** An entry, and the epochs of the clients that it was decided on. */
export interface Relying {
  readonly entry: AuditEntry;
  readonly epochs: ReadonlyMap<string, bigint>;
}

const APPEND = `SELECT audit.append(${[...COLUMNS.map(([, type]) => `${type}[]`), 'int[]', 'uuid[]', 'bigint[]']
  .map((type, index) => `$${index + 1}::${type}`)
  .join(', ')}) AS stale`;

/**
 * Appends in one transaction, and one round trip, those entries whose epochs still hold; gives the places of the others, from 0.
 *
 * The session is at READ COMMITTED with synchronous_commit on, as `openPool` makes it: else it is refused.
 */
export async function appendEntries(pool: Pick<Pool, 'query'>, batch: readonly Relying[]): Promise<readonly number[]> {
  const relying: number[] = [];
  const relied: string[] = [];
  const epochs: string[] = [];
  for (const [place, each] of batch.entries()) {
    for (const [client, epoch] of each.epochs) {
      relying.push(place + 1);
      relied.push(client);
      epochs.push(String(epoch));
    }
  }
  const values = [...columnsOf(batch.map(({ entry }) => entry)), relying, relied, epochs];
  const { rows } = await pool.query<{ stale: number[] }>({ name: 'audit-append', text: APPEND, values });
  return (rows[0] as { stale: number[] }).stale.map((place) => place - 1);
}

function columnsOf(entries: readonly AuditEntry[]): unknown[][] {
  const rows = entries.map(rowOf);
  return COLUMNS.map(([name]) => rows.map((row) => row[name]));
}

function rowOf(entry: AuditEntry): Record<(typeof COLUMNS)[number][0], unknown> {
  const { body, salt, commitment } = sealEntry(entry);
  const permitted = entry.disclosures.flatMap((disclosure) => disclosure.permitted);
  const denied = entry.disclosures.flatMap((disclosure) => disclosure.denied);
  return {
    id: entry.id,
    at: entry.at,
    kind: entry.kind,
    outcome: entry.outcome,
    caller: entry.caller.id,
    caller_agency: entry.caller.agency ?? null,
    caller_role: entry.caller.roles.join(' '),
    purpose: entry.purpose,
    clients: literal(entry.clients),
    categories: literal([
      ...[...permitted, ...denied].map(({ category }) => category),
      ...orAll(entry.consent?.categories, SHAREABLE),
      ...(entry.fact?.categories ?? []),
    ]),
    bases: literal(permitted.map(({ basis }) => basis)),
    sources: literal([
      ...entry.disclosures.map(({ source }) => source),
      ...orAll(entry.consent?.sources, Object.keys(AGENCIES)),
      ...(entry.fact?.sources ?? []),
    ]),
    body,
    salt,
    commitment,
  };
}

const SHAREABLE = CATEGORY_NAMES.filter(isShareable);

/** An empty list of a consent event means all: who asks for one of them finds it. */
function orAll(named: readonly string[] | undefined, all: readonly string[]): readonly string[] {
  return named?.length === 0 ? all : (named ?? []);
}

/** An array as PostgreSQL's literal: unnest flattens arrays of arrays. The members are codes and UUIDs, never free text. */
function literal(members: readonly string[]): string {
  return `{${[...new Set(members)].join(',')}}`;
}
