import type { ClientBase } from 'pg';
import type { AuditEntry } from '../entry.ts';
import { conditionsOf, type EntryFilter } from '../list.ts';
import { inclusionProofs } from '../tree/prove-many.ts';
import { readEntry } from '../written.ts';
import { CSV_START, csvRecord } from './csv.ts';
import { toFhirAuditEvents, toFhirExportEvent } from './fhir.ts';

/** How an export is written; each ends with a count and the checkpoint, so that one that was cut off is known. */
export const EXPORT_FORMATS = ['jsonl', 'csv', 'fhir'] as const;

export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export interface ExportOptions {
  /** What is left out does not narrow; none narrows at all. */
  readonly filter: EntryFilter;
  readonly format: ExportFormat;
  /** The entry that tells of this export, durable already. */
  readonly entry: AuditEntry;
  /** Takes the text, piece by piece; resolves when it can take more. */
  readonly write: (text: string) => Promise<void>;
  /** After each page: indexes gone through, of how many. */
  readonly onProgress?: (done: number, size: number) => void;
}

export interface ExportSummary {
  /** Entries written. */
  readonly count: number;
  /** Entries of the log at the checkpoint. */
  readonly size: number;
}

/** The log has published no checkpoint yet: there is nothing to export. */
export class NothingPublished extends Error {
  override readonly name = 'NothingPublished';
}

/** The database does not hold the entry of an index below the checkpoint's size, or holds no entry there: export nothing more. */
export class EntryUnreadable extends Error {
  override readonly name = 'EntryUnreadable';
  readonly index: number;

  constructor(index: number) {
    super(`The log’s entry ${index} is missing or unreadable.`);
    this.index = index;
  }
}

/**
 * Writes the entries of the latest published checkpoint, in the order of the log, with flat memory.
 *
 * All is read in one snapshot on one connection of a role that may read the log. `jsonl` is what `nivel audit verify` reads: one
 * line an entry with its canonical bytes, salt and commitment; under a filter each with its inclusion proof, since the tree cannot be
 * built from a part of its leaves. `csv` (one record a disclosure) and `fhir` are for reading: there index and commitment of each entry
 * lead to its proof. An entry whose text was erased has no text, and in `fhir` no line.
 *
 * Throws `NothingPublished`, `EntryUnreadable`, an error of PostgreSQL or of `write`; the last line is written only when all the
 * others were.
 */
export async function exportEntries(client: ClientBase, options: ExportOptions): Promise<ExportSummary> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  try {
    return await exportSnapshot(client, options);
  } finally {
    // Nothing was written; a connection that is gone ends its transaction by itself.
    await client.query('ROLLBACK').catch(() => {});
  }
}

interface Leaf {
  readonly index: number;
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly commitment: Buffer;
  readonly salt: Buffer | null;
  /** Canonical bytes; null when erased. */
  readonly body: string | null;
}

interface Checkpoint {
  readonly size: number;
  readonly note: string;
}

/** Entries read at a time: a few megabytes. */
const PAGE = 1_000;

/** Entries proved at a time: each may need a tile of its own, 8 kB. */
const PROVED = 256;

async function exportSnapshot(client: ClientBase, options: ExportOptions): Promise<ExportSummary> {
  const { filter, format, write, onProgress } = options;
  const checkpoint = await latest(client);
  const narrowed = Object.values(filter).some((value) => value !== undefined);
  const form = FORMS[format](options, checkpoint, narrowed);
  if (form.head !== '') await write(form.head);
  let count = 0;
  const pages = narrowed ? chosen(client, filter, checkpoint.size) : everything(checkpoint.size);
  for await (const { indexes, done } of pages) {
    const leaves = await read(client, indexes);
    const proofs =
      narrowed && format === 'jsonl'
        ? await inclusionProofs(client, indexes, checkpoint.size)
        : indexes.map(() => undefined);
    await write(leaves.map((leaf, at) => form.lines(leaf, proofs[at])).join(''));
    count += leaves.length;
    onProgress?.(done, checkpoint.size);
  }
  await write(form.tail(count));
  return { count, size: checkpoint.size };
}

async function latest(client: ClientBase): Promise<Checkpoint> {
  const { rows } = await client.query<{ size: string; note: string }>(
    'SELECT size, note FROM audit.publications ORDER BY size DESC LIMIT 1',
  );
  const [row] = rows;
  if (row === undefined) throw new NothingPublished('The log has published no checkpoint yet.');
  return { size: Number(row.size), note: row.note };
}

interface Indexes {
  readonly indexes: readonly number[];
  /** Indexes below this one are gone through. */
  readonly done: number;
}

async function* everything(size: number): AsyncGenerator<Indexes> {
  for (let from = 0; from < size; from += PAGE) {
    const until = Math.min(size, from + PAGE);
    yield { indexes: Array.from({ length: until - from }, (_, n) => from + n), done: until };
  }
}

/** Only indexes go through the sort that a cursor over a part of the log needs, never the texts. */
async function* chosen(client: ClientBase, filter: EntryFilter, size: number): AsyncGenerator<Indexes> {
  const values: unknown[] = [size];
  const conditions = ['index < $1', ...conditionsOf(filter, values)].join(' AND ');
  // The whole answer is wanted, not its first rows soon.
  await client.query('SET LOCAL cursor_tuple_fraction = 1');
  await client.query(
    `DECLARE chosen NO SCROLL CURSOR FOR
     SELECT index FROM audit.sequence JOIN audit.entries USING (seq) WHERE ${conditions} ORDER BY index`,
    values,
  );
  for (;;) {
    const { rows } = await client.query<{ index: string }>(`FETCH ${PROVED} FROM chosen`);
    const indexes = rows.map(({ index }) => Number(index));
    const last = indexes.at(-1);
    if (last === undefined) return;
    yield { indexes, done: last + 1 };
  }
}

async function read(client: ClientBase, indexes: readonly number[]): Promise<readonly Leaf[]> {
  const { rows } = await client.query<Omit<Leaf, 'index'> & { index: string }>({
    name: 'audit-export',
    text: `SELECT index, id, at, kind, commitment, salt, body FROM audit.sequence JOIN audit.entries USING (seq)
      WHERE index = ANY ($1::bigint[]) ORDER BY index`,
    values: [indexes],
  });
  const missing = indexes.find((index, at) => Number(rows[at]?.index) !== index);
  if (missing !== undefined) throw new EntryUnreadable(missing);
  return rows.map((row) => ({ ...row, index: Number(row.index) }));
}

/** One way to write an export. */
interface Form {
  readonly head: string;
  lines(leaf: Leaf, proof: readonly Buffer[] | undefined): string;
  tail(count: number): string;
}

const FORMS: Readonly<
  Record<ExportFormat, (options: ExportOptions, checkpoint: Checkpoint, narrowed: boolean) => Form>
> = { jsonl: jsonLines, csv: csvRecords, fhir: fhirResources };

/** The canonical bytes stand in the line as they are: hashing them needs no canonicalisation again. */
function jsonLines({ filter }: ExportOptions, { size, note }: Checkpoint, narrowed: boolean): Form {
  return {
    head: '',
    lines({ index, commitment, salt, body }, proof) {
      // No canonical text has a line end: one that was changed so would be two lines to a reader.
      if (body?.includes('\n')) throw new EntryUnreadable(index);
      const proved =
        proof === undefined ? '' : `"proof":${JSON.stringify(proof.map((hash) => hash.toString('base64')))},`;
      const opens = salt === null ? 'null' : `"${salt.toString('hex')}"`;
      return `{"index":${index},"commitment":"${commitment.toString('hex')}","salt":${opens},${proved}"entry":${body ?? null}}\n`;
    },
    tail: (count) =>
      `${JSON.stringify({ end: true, count, from: 0, size, checkpoint: note, ...(narrowed ? { filter } : {}) })}\n`,
  };
}

/** Names of the columns: stable, for programs that other people write. */
const COLUMNS = [
  'index',
  'id',
  'at',
  'kind',
  'outcome',
  'caller',
  'caller_roles',
  'caller_agency',
  'caller_organisation',
  'caller_unit',
  'impersonated_by',
  'purpose',
  'operation',
  'document_hash',
  'request',
  'gateway',
  'refusal',
  'clients',
  'client',
  'source',
  'permitted',
  'denied',
  'epoch',
  'records',
  'withheld',
  'more',
  'erased',
  'commitment',
] as const;

type Cells = Partial<Record<(typeof COLUMNS)[number], string | number | null>>;

/**
 * One record a disclosure, or one for an entry without any; lists are parted by spaces, what is listed of a category by semicolons.
 * `more` holds what an entry has beside the columns, as JSON. The last record has `end` for its index, the count of entries for its
 * id and the checkpoint for its commitment.
 */
function csvRecords(_: ExportOptions, { note }: Checkpoint): Form {
  const recordOf = (cells: Cells): string => csvRecord(COLUMNS.map((name) => cells[name] ?? null));
  return {
    head: CSV_START + csvRecord(COLUMNS),
    lines(leaf) {
      const { index, id, kind } = leaf;
      const place = { index, id, at: leaf.at.toISOString(), kind, commitment: leaf.commitment.toString('hex') };
      const entry = entryOf(leaf);
      if (entry === null) return recordOf({ ...place, erased: 'yes' });
      const same = { ...place, ...cellsOf(entry) };
      const { disclosures } = entry;
      return disclosures.length === 0
        ? recordOf(same)
        : disclosures.map((disclosure) => recordOf({ ...same, ...disclosed(disclosure) })).join('');
    },
    tail: (count) => recordOf({ index: 'end', id: String(count), commitment: note }),
  };
}

function cellsOf(entry: AuditEntry): Cells {
  const {
    id,
    at,
    kind,
    outcome,
    caller,
    purpose,
    operation,
    request,
    gateway,
    clients,
    disclosures,
    refusal,
    ...more
  } = entry;
  const { id: person, roles, agency, organisation, unit, impersonatedBy, ...moreOfCaller } = caller;
  const rest = { ...more, ...(Object.keys(moreOfCaller).length === 0 ? {} : { caller: moreOfCaller }) };
  return {
    id,
    at,
    kind,
    outcome,
    caller: person,
    caller_roles: roles.join(' '),
    caller_agency: agency ?? null,
    caller_organisation: organisation ?? null,
    caller_unit: unit ?? null,
    impersonated_by: impersonatedBy ?? null,
    purpose,
    operation: operation.name,
    document_hash: operation.hash,
    request,
    gateway,
    refusal: refusal ?? null,
    clients: clients.join(' '),
    more: Object.keys(rest).length === 0 ? null : JSON.stringify(rest),
  };
}

function disclosed({
  client,
  source,
  permitted,
  denied,
  epoch,
  records,
  withheld,
}: AuditEntry['disclosures'][number]): Cells {
  return {
    client,
    source,
    permitted: permitted
      .map(({ category, basis, reference }) => [category, basis, ...(reference === null ? [] : [reference])].join(' '))
      .join('; '),
    denied: denied.map(({ category, reason, detail }) => [category, reason, detail].join(' ')).join('; '),
    epoch,
    records,
    withheld: withheld ?? null,
  };
}

function fhirResources({ entry: own }: ExportOptions, { size, note }: Checkpoint): Form {
  return {
    head: '',
    lines(leaf) {
      const entry = entryOf(leaf);
      if (entry === null) return '';
      const place = { index: leaf.index, commitment: leaf.commitment.toString('hex') };
      return toFhirAuditEvents(entry, place)
        .map((resource) => `${JSON.stringify(resource)}\n`)
        .join('');
    },
    tail: (count) => `${JSON.stringify(toFhirExportEvent({ entry: own, count, size, checkpoint: note }))}\n`,
  };
}

/** Throws `EntryUnreadable`: whoever changed the text does not stop the verifier, which reads JSON Lines. */
function entryOf({ index, body }: Leaf): AuditEntry | null {
  if (body === null) return null;
  try {
    return readEntry(body);
  } catch {
    throw new EntryUnreadable(index);
  }
}
