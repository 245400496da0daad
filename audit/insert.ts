import type { ClientBase, Pool } from 'pg';
import { isShareable } from '../consent/tables.ts';
import { AGENCIES, CATEGORY_NAMES } from '../schema/categories.ts';
import { type AuditEntry, sealEntry } from './entry.ts';

/** What filters read beside an entry's text. */
const FILTERED = [
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
] as const;

const SEALED = [
  ['body', 'text'],
  ['salt', 'bytea'],
  ['commitment', 'bytea'],
] as const;

const COLUMNS = [...FILTERED, ...SEALED];

const ARRAYS = new Set(['clients', 'categories', 'bases', 'sources']);

const INSERT = `INSERT INTO audit.entries (${COLUMNS.map(([name]) => name).join(', ')})
  SELECT ${COLUMNS.map(([name]) => (ARRAYS.has(name) ? `${name}::${name === 'clients' ? 'uuid' : 'text'}[]` : name)).join(', ')}
  FROM unnest(${COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')})
    AS entry(${COLUMNS.map(([name]) => name).join(', ')})`;

/** Inserts entries in the caller's transaction with one statement, whatever their number; they are durable once it commits. */
export async function insertEntries(client: ClientBase, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const sealed = entries.map(sealEntry);
  const values = [
    ...filtersOf(entries),
    sealed.map(({ body }) => body.toString()),
    sealed.map(({ salt }) => salt),
    sealed.map(({ commitment }) => commitment),
  ];
  await client.query({ name: 'audit-insert', text: INSERT, values });
}

/** An entry, and the epochs of the clients that it was decided on. */
export interface Relying {
  readonly entry: AuditEntry;
  readonly epochs: ReadonlyMap<string, bigint>;
}

const APPEND_TYPES = [
  ...FILTERED.map(([, type]) => `${type}[]`),
  ...['bytea', 'int[]', 'bytea', 'bytea'],
  ...['int[]', 'uuid[]', 'bigint[]'],
];
const APPEND = `SELECT audit.append(${APPEND_TYPES.map((type, index) => `$${index + 1}::${type}`).join(', ')}) AS stale`;

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
  const entries = batch.map(({ entry }) => entry);
  const sealed = entries.map(sealEntry);
  const values = [
    ...filtersOf(entries),
    // As bytes: an array of texts would be escaped here and read again there.
    Buffer.concat(sealed.map(({ body }) => body)),
    sealed.map(({ body }) => body.byteLength),
    Buffer.concat(sealed.map(({ salt }) => salt)),
    Buffer.concat(sealed.map(({ commitment }) => commitment)),
    relying,
    relied,
    epochs,
  ];
  const { rows } = await pool.query<{ stale: number[] }>({ name: 'audit-append', text: APPEND, values });
  return (rows[0] as { stale: number[] }).stale.map((place) => place - 1);
}

function filtersOf(entries: readonly AuditEntry[]): unknown[][] {
  const rows = entries.map(filterOf);
  return FILTERED.map(([name]) => rows.map((row) => row[name]));
}

function filterOf(entry: AuditEntry): Record<(typeof FILTERED)[number][0], unknown> {
  const categories = new Set<string>();
  const bases = new Set<string>();
  const sources = new Set<string>();
  for (const { source, permitted, denied } of entry.disclosures) {
    sources.add(source);
    for (const { category, basis } of permitted) {
      categories.add(category);
      bases.add(basis);
    }
    for (const { category } of denied) categories.add(category);
  }
  const { consent, fact } = entry;
  for (const each of [...orAll(consent?.categories, SHAREABLE), ...(fact?.categories ?? [])]) categories.add(each);
  for (const each of [...orAll(consent?.sources, Object.keys(AGENCIES)), ...(fact?.sources ?? [])]) sources.add(each);
  return {
    id: entry.id,
    at: entry.at,
    kind: entry.kind,
    outcome: entry.outcome,
    caller: entry.caller.id,
    caller_agency: entry.caller.agency ?? null,
    caller_role: entry.caller.roles.join(' '),
    purpose: entry.purpose,
    clients: literal(new Set(entry.clients)),
    categories: literal(categories),
    bases: literal(bases),
    sources: literal(sources),
  };
}

const SHAREABLE = CATEGORY_NAMES.filter(isShareable);

/** An empty list of a consent event means all: who asks for one of them finds it. */
function orAll(named: readonly string[] | undefined, all: readonly string[]): readonly string[] {
  return named?.length === 0 ? all : (named ?? []);
}

/** An array as PostgreSQL's literal: unnest flattens arrays of arrays. The members are codes and UUIDs, never free text. */
function literal(members: ReadonlySet<string>): string {
  return `{${[...members].join(',')}}`;
}
