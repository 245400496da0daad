import type { ClientBase, Pool } from 'pg';
import { isShareable } from '../consent/tables.ts';
import { AGENCIES, CATEGORY_NAMES } from '../schema/categories.ts';
import type { AuditEntry } from './entry.ts';
import { encodingOf, type SealedEntry, sealEntry } from './written.ts';

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

/** An entry as it goes into the log: sealed, and with what filters read beside its text. */
export interface Row extends SealedEntry {
  readonly filter: Readonly<Record<(typeof FILTERED)[number][0], unknown>>;
}

/** Throws `TypeError` for what canonical JSON cannot hold. */
export function rowOf(entry: AuditEntry): Row {
  // Member by member: V8 copies `...` the slow way where another member follows it.
  const { body, length, salt, commitment } = sealEntry(entry);
  return { body, length, salt, commitment, filter: filterOf(entry) };
}

/** Inserts entries in the caller's transaction with one statement, whatever their number; they are durable once it commits. */
export async function insertEntries(client: ClientBase, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(rowOf);
  const values = [
    ...filtersOf(rows),
    rows.map(({ body }) => body),
    rows.map(({ salt }) => salt),
    rows.map(({ commitment }) => commitment),
  ];
  await client.query({ name: 'audit-insert', text: INSERT, values });
}

/** A row, and the epochs of the clients that its entry was decided on. */
export interface Relying {
  readonly row: Row;
  readonly epochs: ReadonlyMap<string, bigint>;
}

const APPEND_TYPES = [
  ...FILTERED.map(([, type]) => `${type}[]`),
  ...['bytea', 'int[]', 'bytea', 'bytea'],
  ...['int[]', 'uuid[]', 'bigint[]'],
];
const APPEND = `SELECT audit.append(${APPEND_TYPES.map((type, index) => `$${index + 1}::${type}`).join(', ')}) AS stale`;

/**
 * Appends in one transaction, and one round trip, those rows whose epochs still hold; gives the places of the others, from 0.
 *
 * The session is at READ COMMITTED with synchronous_commit on, as `openPool` makes it: else it is refused. `room`: of one append at a time.
 */
export async function appendRows(
  pool: Pick<Pool, 'query'>,
  batch: readonly Relying[],
  room: Room,
): Promise<readonly number[]> {
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
  const rows = batch.map(({ row }) => row);
  const values = [
    ...filtersOf(rows),
    // As bytes: an array of texts would be escaped here and read again there.
    room.hold(rows),
    rows.map(({ length }) => length),
    Buffer.concat(rows.map(({ salt }) => salt)),
    Buffer.concat(rows.map(({ commitment }) => commitment)),
    literal(relying),
    literal(relied),
    literal(epochs),
  ];
  const { rows: answer } = await pool.query<{ stale: number[] }>({ name: 'audit-append', text: APPEND, values });
  return (answer[0] as { stale: number[] }).stale.map((place) => place - 1);
}

/** Where bodies are put side by side to be sent: new bytes for each append would call for the collector again and again. */
export class Room {
  #bytes = Buffer.alloc(0);

  /** The bodies' UTF-8, until it is called again. */
  hold(rows: readonly Row[]): Buffer {
    const total = rows.reduce((sum, { length }) => sum + length, 0);
    const bytes = this.#bytes.length >= total ? this.#bytes : Buffer.allocUnsafeSlow(total);
    if (total <= ROOM) this.#bytes = bytes;
    let at = 0;
    for (const { body, length } of rows) at += bytes.write(body, at, encodingOf(body, length));
    return bytes.subarray(0, total);
  }
}

/** Bytes that stay between appends. */
const ROOM = 4 * 1024 * 1024;

function filtersOf(rows: readonly Row[]): unknown[][] {
  return FILTERED.map(([name]) => rows.map(({ filter }) => filter[name]));
}

function filterOf(entry: AuditEntry): Row['filter'] {
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

/** An array as PostgreSQL's literal: unnest flattens arrays of arrays. The members are codes, numbers and UUIDs, never free text. */
function literal(members: Iterable<string | number>): string {
  return `{${[...members].join(',')}}`;
}
