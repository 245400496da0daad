import type { Findings } from './findings.ts';
import { isCanonical } from './json.ts';
import { equal, sha256 } from './merkle.ts';
import { ALL_CATEGORIES, ALL_SOURCES } from './vocabulary.ts';

/** An entry as a database or an export holds it. */
export interface StoredEntry {
  readonly index: number;
  readonly commitment: Uint8Array;
  /** Null when the text was erased. */
  readonly salt: Uint8Array | null;
  /** The canonical bytes. */
  readonly body: string | null;
  /** The columns beside the text, in the order of `COLUMNS`, as a JSON array of strings and nulls; undefined where there are none. */
  readonly columns?: string;
}

/** The columns beside the text that are read from it for filters, in the order in which they are compared. */
export const COLUMNS = [
  'id',
  'at',
  'kind',
  'outcome',
  'caller',
  'caller_agency',
  'caller_role',
  'purpose',
  'clients',
  'categories',
  'bases',
  'sources',
] as const;

/** Columns that outlive an erasure. */
const LASTING = new Set<string>(['id', 'at', 'kind']);

/** The parts of an entry that the columns are read from. Nothing is known of what a stranger's text holds. */
interface Entry {
  readonly id?: string;
  readonly at?: string;
  readonly kind?: string;
  readonly outcome?: string;
  readonly caller?: { readonly id?: string | null; readonly agency?: string; readonly roles?: readonly string[] };
  readonly purpose?: string | null;
  readonly clients?: readonly string[];
  readonly disclosures?: readonly {
    readonly permitted: readonly (Told & { readonly basis: string })[];
    readonly denied: readonly Told[];
    readonly sources?: readonly { readonly source: string }[];
    /** In the place of `sources`, as entries were written before. */
    readonly source?: string;
  }[];
  readonly consent?: { readonly categories: readonly string[]; readonly sources: readonly string[] };
  readonly fact?: { readonly categories?: readonly string[]; readonly sources?: readonly string[] };
  readonly erased?: { readonly ranges: unknown };
}

/** What is told of the categories of some sources; of one category, as entries were written before. */
interface Told {
  readonly from?: Readonly<Record<string, readonly string[]>>;
  readonly category?: string;
}

/** Erased entries next to each other; half-open. */
interface Stretch {
  readonly from: number;
  until: number;
  /** When the youngest of them was made, ISO 8601; empty where it is not known. */
  newest: string;
}

/** Entries that an entry declares erased; half-open. */
interface Declared {
  readonly from: number;
  readonly until: number;
  /** When the declaration was made, ISO 8601. */
  readonly at: string;
}

/** Years that the text of an entry is kept at least (703/2023, annex; 1054/2018). */
const KEPT_YEARS = 12;

/**
 * Holds the text of each entry against its commitment and its columns, and the erased ones against the entries that declare them.
 *
 * Memory: a pair of numbers for each stretch of erased entries and each declared range.
 */
export class EntryCheck {
  readonly #findings: Findings;
  readonly #erased: Stretch[] = [];
  readonly #declared: Declared[] = [];
  #erasedCount = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  get erased(): number {
    return this.#erasedCount;
  }

  add(stored: StoredEntry): void {
    if (stored.salt === null && stored.body === null) this.#addErased(stored);
    else this.#addText(stored);
  }

  /** A declaration of the log that has no index yet, since it was made this moment. */
  addDeclaration(body: string): void {
    const entry = parse(body);
    if (entry?.kind === 'ERASED') this.#declared.push(...declaredBy(entry, Number.POSITIVE_INFINITY));
  }

  /** All entries have been seen: what was erased must have been declared by an entry of the log, and past its time. */
  end(): void {
    const declared = this.#declared.sort((a, b) => a.from - b.from);
    // Those before it end where the stretch, and so each later one, has not begun.
    let first = 0;
    for (const { from, until, newest } of this.#erased) {
      while ((declared[first]?.until ?? until) <= from) first += 1;
      let index = from;
      let latest = '';
      let next = until;
      for (let n = first; index < until; n += 1) {
        const range = declared[n];
        if (range === undefined) break;
        if (range.from > index) {
          next = Math.min(range.from, until);
          break;
        }
        if (range.until <= from) continue;
        index = Math.max(index, range.until);
        if (range.at > latest) latest = range.at;
      }
      if (index < until) {
        this.#reportErased(index, next, 'no entry of the log declares that it was erased');
      } else if (newest !== '' && yearsLater(newest) > latest) {
        this.#reportErased(from, until, `it was declared erased before ${KEPT_YEARS} years had passed`);
      }
    }
  }

  #reportErased(from: number, until: number, why: string): void {
    const which = until - from > 1 ? `one of the entries ${from} to ${until - 1}` : `entry ${from}`;
    this.#findings.add({
      code: 'ENTRY_ERASED',
      index: from,
      ...(until - from > 1 ? { until } : {}),
      message: `the text of ${which} is gone, and ${why}`,
    });
  }

  #addErased({ index, columns }: StoredEntry): void {
    this.#erasedCount += 1;
    const left = columns === undefined ? [] : (JSON.parse(columns) as (string | null)[]);
    const at = left[COLUMNS.indexOf('at')] ?? '';
    const last = this.#erased.at(-1);
    if (last?.until === index) {
      last.until = index + 1;
      if (at > last.newest) last.newest = at;
    } else {
      this.#erased.push({ from: index, until: index + 1, newest: at });
    }
    const kept = COLUMNS.find((name, n) => !LASTING.has(name) && (left[n] ?? '{}') !== '{}');
    if (kept === undefined) return;
    this.#findings.add({
      code: 'COLUMN_ALTERED',
      index,
      message: `the column ${kept} of entry ${index} holds something, though its text was erased`,
    });
  }

  #addText({ index, commitment, salt, body, columns }: StoredEntry): void {
    const bytes = salt === null || body === null ? null : Buffer.concat([salt, Buffer.from(body)]);
    if (bytes === null || !equal(sha256(bytes), commitment)) {
      this.#findings.add({
        code: 'ENTRY_ALTERED',
        index,
        message: `the text of entry ${index} is not the one that its commitment was made of`,
      });
    }
    const entry = body === null ? undefined : parse(body);
    if (body === null || entry === undefined || !isCanonical(body, entry)) {
      this.#findings.add({
        code: 'ENTRY_NOT_CANONICAL',
        index,
        message: `the text of entry ${index} is not canonical JSON`,
      });
    }
    if (entry === undefined) return;
    // A declaration that cannot be read declares nothing.
    if (entry.kind === 'ERASED') this.#declared.push(...declaredBy(entry, index));
    if (columns !== undefined) this.#compareColumns(index, entry, columns);
  }

  #compareColumns(index: number, entry: Entry, columns: string): void {
    const altered = differing(entry, columns);
    if (altered === undefined) return;
    this.#findings.add({
      code: 'COLUMN_ALTERED',
      index,
      message: `the column ${altered} of entry ${index} is not what its text says`,
    });
  }
}

/** The entry, or undefined when the text is no JSON object. */
function parse(body: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** What the entry at this index declares erased: entries before itself, for nothing is erased before it was logged. */
function declaredBy({ erased, at }: Entry, index: number): Declared[] {
  if (!Array.isArray(erased?.ranges)) return [];
  return erased.ranges
    .filter(
      (range): range is [number, number] =>
        Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger),
    )
    .map(([from, until]) => ({ from, until: Math.min(until, index), at: String(at) }));
}

function yearsLater(at: string): string {
  return `${Number(at.slice(0, 4)) + KEPT_YEARS}${at.slice(4)}`;
}

/** The first column that is not what the text says, or undefined. */
function differing(entry: Entry, columns: string): string | undefined {
  let expected: readonly (string | null)[];
  try {
    expected = columnsOf(entry);
  } catch {
    // The text is JSON and no entry: it says nothing that a column could hold.
    return COLUMNS[0];
  }
  if (JSON.stringify(expected) === columns) return undefined;
  const stored = JSON.parse(columns) as readonly (string | null)[];
  return COLUMNS.find((name, n) => !isSame(name, entry, stored[n] ?? null, expected[n] ?? null));
}

/** Sets are the same in any order; a consent to all is to all that there was then. */
function isSame(name: string, entry: Entry, stored: string | null, expected: string | null): boolean {
  if (stored === expected) return true;
  const every = name === 'categories' ? ALL_CATEGORIES : name === 'sources' ? ALL_SOURCES : undefined;
  if (every === undefined) return name === 'clients' || name === 'bases' ? isSameSet(stored, expected) : false;
  return every.some((all) => isSameSet(stored, setsOf(entry, all, all)[name as 'categories' | 'sources']));
}

function isSameSet(one: string | null, other: string | null): boolean {
  const members = (set: string | null): string => (set ?? '').slice(1, -1).split(',').sort().join();
  return one !== null && other !== null && members(one) === members(other);
}

/** What the columns hold of an entry, each as text, in the order of `COLUMNS`. */
function columnsOf(entry: Entry): (string | null)[] {
  const { id, at, kind, outcome, caller, purpose } = entry;
  const { clients, categories, bases, sources } = setsOf(entry, ALL_CATEGORIES.at(-1) ?? [], ALL_SOURCES.at(-1) ?? []);
  return [
    id ?? null,
    at ?? null,
    kind ?? null,
    outcome ?? null,
    caller?.id ?? null,
    caller?.agency ?? null,
    caller?.roles?.join(' ') ?? null,
    purpose ?? null,
    clients,
    categories,
    bases,
    sources,
  ];
}

function setsOf(entry: Entry, allCategories: readonly string[], allSources: readonly string[]) {
  const { clients = [], disclosures = [], consent, fact } = entry;
  const categories = new Set<string>();
  const bases = new Set<string>();
  const sources = new Set<string>();
  for (const { permitted, denied, sources: asked, source: only } of disclosures) {
    for (const { source } of asked ?? [{ source: String(only) }]) {
      sources.add(source);
      for (const permit of permitted) {
        for (const category of categoriesOf(permit, source)) {
          categories.add(category);
          bases.add(permit.basis);
        }
      }
      for (const denial of denied) for (const category of categoriesOf(denial, source)) categories.add(category);
    }
  }
  if (consent !== undefined) {
    for (const category of consent.categories.length === 0 ? allCategories : consent.categories)
      categories.add(category);
    for (const source of consent.sources.length === 0 ? allSources : consent.sources) sources.add(source);
  }
  for (const category of fact?.categories ?? []) categories.add(category);
  for (const source of fact?.sources ?? []) sources.add(source);
  return {
    clients: literal(clients),
    categories: literal(categories),
    bases: literal(bases),
    sources: literal(sources),
  };
}

function categoriesOf({ from, category }: Told, source: string): readonly string[] {
  return from === undefined ? [String(category)] : (from[source] ?? []);
}

/** A set as PostgreSQL writes an array of words. */
function literal(members: Iterable<string>): string {
  return `{${[...new Set(members)].join(',')}}`;
}
