import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ClientBase } from 'pg';
import { EntryCheck } from './entry.ts';
import { Findings } from './findings.ts';
import { equal } from './merkle.ts';
import { type Checkpoint, openCheckpoint, Untrue, type VerifierKey, verifyLine } from './note.ts';
import { requireQuorum } from './proof.ts';
import { expectKept, type Report, reportOf, type VerifyOptions } from './report.ts';
import { LEVELS, TILE, TreeCheck } from './tree.ts';
import { Unreadable } from './unreadable.ts';

/** Entries that are read at a time: whole tiles. */
const BATCH = 16 * TILE;

/** One batch of entries, and what the log says of the tree on the way to its end. */
interface Batch {
  readonly rows: readonly Row[];
  readonly tiles: ReadonlyMap<string, Buffer>;
  readonly checkpoints: readonly CheckpointRow[];
}

type Row = readonly [
  index: string,
  commitment: Buffer | null,
  salt: Buffer | null,
  body: string | null,
  columns: string,
];

type CheckpointRow = readonly [
  size: string,
  root: Buffer | null,
  note: string | null,
  published: string | null,
  lines: readonly string[] | null,
];

/**
 * Verifies the log in a database: every entry, its columns, tiles, checkpoints, publications and cosignatures.
 *
 * Reads one snapshot; memory does not grow with the log. The client is of a role that reads the schema `audit`, and is not used
 * for anything else meanwhile. `lag` is how long an entry may wait for its index, in milliseconds.
 *
 * @throws Unreadable `LOG_EMPTY`; errors of PostgreSQL come through
 */
export async function verifyDatabase(
  client: Pick<ClientBase, 'query'>,
  options: VerifyOptions & { readonly lag: number },
): Promise<Report> {
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return await new DatabaseCheck(client, options).run();
  } finally {
    await client.query('ROLLBACK').catch(() => {});
  }
}

class DatabaseCheck {
  readonly #client: Pick<ClientBase, 'query'>;
  readonly #options: VerifyOptions & { readonly lag: number };
  readonly #findings = new Findings();
  readonly #tree = new TreeCheck(this.#findings);
  readonly #entries = new EntryCheck(this.#findings);
  readonly #witnesses: readonly VerifierKey[];
  #latest: Checkpoint | null = null;
  #published: Checkpoint | null = null;
  #read = 0;
  #checkpoints = 0;
  #tiles = 0;
  /** The index that the next entry should have. */
  #next = 0;

  constructor(client: Pick<ClientBase, 'query'>, options: VerifyOptions & { readonly lag: number }) {
    this.#client = client;
    this.#options = options;
    this.#witnesses = options.keys.filter(({ kind }) => kind === 'witness');
  }

  async run(): Promise<Report> {
    const total = await this.#total();
    expectKept(this.#tree, this.#options.kept);
    // The database prepares the next batch while this one is checked.
    let coming = this.#load(0);
    for (;;) {
      const batch = await coming;
      const last = batch.rows.at(-1);
      if (last !== undefined) coming = this.#load(Number(last[0]) + 1);
      coming.catch(() => {});
      await this.#check(batch);
      this.#options.onProgress?.(this.#read, total);
      if (last === undefined) break;
    }
    this.#requireSigned();
    await this.#requireNoOtherTiles();
    await this.#requireSequenced();
    await this.#addWaitingDeclarations();
    await this.#requireNoHalt();
    this.#requirePublished();
    return reportOf(this.#findings, this.#tree, this.#entries, false, {
      entries: this.#read,
      checkpoints: this.#checkpoints,
      witnesses: this.#published?.witnesses ?? [],
      tiles: this.#tiles,
      latest: this.#latest,
    });
  }

  /** Entries that have an index, by the log's own word: for the progress only. */
  async #total(): Promise<number> {
    const { rows } = await this.#client.query<{ entries: string; checkpoints: string }>(
      `SELECT (SELECT coalesce(max(index) + 1, 0) FROM audit.sequence) AS entries,
        (SELECT count(*) FROM (SELECT FROM audit.checkpoints LIMIT 1) c) AS checkpoints`,
    );
    const [row] = rows;
    if (row?.checkpoints === '0' && row.entries === '0' && this.#options.kept.every(({ size }) => size === 0)) {
      throw new Unreadable(
        'LOG_EMPTY',
        'the database holds no checkpoint and no entry that has an index: nothing is signed yet',
      );
    }
    return Number(row?.entries ?? 0);
  }

  /** The entries from an index on; with the last of them the rest of the checkpoints. */
  async #load(from: number): Promise<Batch> {
    const { rows } = await this.#client.query<never[]>({
      name: 'verify-entries',
      text: ENTRIES,
      values: [from, BATCH],
      rowMode: 'array',
    });
    const entries = rows as unknown as readonly Row[];
    const until = entries.length === 0 ? null : Number(entries.at(-1)?.[0]) + 1;
    const [tiles, checkpoints] = await Promise.all([
      until === null ? new Map<string, Buffer>() : this.#loadTiles(from, until),
      this.#loadCheckpoints(from, until),
    ]);
    return { rows: entries, tiles, checkpoints };
  }

  async #loadTiles(from: number, until: number): Promise<Map<string, Buffer>> {
    const levels = Array.from({ length: LEVELS }, (_, level) => level);
    const at = (index: number) => levels.map((level) => Math.floor(index / TILE ** (level + 1)));
    const { rows } = await this.#client.query<{ name: string; hashes: Buffer; root: Buffer }>({
      name: 'verify-tiles',
      text: TILES,
      values: [levels, at(from), at(until - 1)],
    });
    return new Map(
      rows.flatMap(({ name, hashes, root }) => [
        [name, hashes],
        [`root of ${name}`, root],
      ]),
    );
  }

  async #loadCheckpoints(from: number, until: number | null): Promise<readonly CheckpointRow[]> {
    // Those of size 0 come with the first batch.
    const values = [from === 0 ? -1 : from, until];
    const { rows } = await this.#client.query<never[]>({
      name: 'verify-checkpoints',
      text: CHECKPOINTS,
      values,
      rowMode: 'array',
    });
    return rows as unknown as readonly CheckpointRow[];
  }

  async #check({ rows, tiles, checkpoints }: Batch): Promise<void> {
    for (const row of checkpoints) this.#checkCheckpoint(row);
    this.#tree.expectTiles(tiles);
    const from = this.#tree.size;
    for (const [n, row] of rows.entries()) {
      this.#checkRow(row);
      // What the database sends meanwhile is taken from it, or it would wait with the rest.
      if (n % TILE === TILE - 1) await nextTurn();
    }
    if (this.#tree.sound) this.#requireTiles(from, this.#tree.size, tiles);
  }

  #checkRow([number, commitment, salt, body, columns]: Row): void {
    const index = Number(number);
    this.#read += 1;
    if (index > this.#next) this.#missing(this.#next, index);
    this.#next = index + 1;
    if (commitment === null) {
      this.#missing(index, index + 1);
      return;
    }
    this.#tree.add(commitment);
    this.#entries.add({ index, commitment, salt, body, columns });
  }

  #missing(from: number, until: number): void {
    this.#tree.breakOff();
    this.#findings.add({
      code: 'ENTRIES_MISSING',
      index: from,
      ...(until - from > 1 ? { until } : {}),
      message: until - from > 1 ? `the entries ${from} to ${until - 1} are not there` : `entry ${from} is not there`,
    });
  }

  /** Every tile that the tree has filled since must be there. */
  #requireTiles(from: number, until: number, tiles: ReadonlyMap<string, Buffer>): void {
    for (let level = 0; level < LEVELS; level += 1) {
      const width = TILE ** (level + 1);
      for (let index = Math.floor(from / width); (index + 1) * width <= until; index += 1) {
        if (tiles.has(`${level}/${index}`)) this.#tiles += 1;
        else {
          this.#findings.add({
            code: 'TILE_MISSING',
            index: index * width,
            until: (index + 1) * width,
            message: `the tile ${level}/${index} is not there`,
          });
        }
      }
    }
  }

  #checkCheckpoint([number, root, note, published, lines]: CheckpointRow): void {
    const size = Number(number);
    const signed = note === null ? null : this.#open(note, size, root, 'checkpoint');
    if (signed !== null) {
      this.#latest = signed;
      // A second expectation of one root would be of no use: publications repeat it.
      this.#tree.expectRoot(size, signed.root, `the checkpoint of size ${size}`);
    }
    if (published !== null) {
      const again = this.#open(published, size, root, 'publication');
      if (again !== null) this.#published = again;
      if (again !== null && signed !== null && again.text !== signed.text) {
        this.#findings.add({
          code: 'CHECKPOINT_ALTERED',
          message: `the publication of size ${size} is not of the checkpoint that was signed`,
        });
      }
    }
    if (note === null) {
      this.#findings.add({
        code: 'CHECKPOINT_ALTERED',
        message: `a publication or a cosignature of size ${size} is there, and the checkpoint is not`,
      });
    }
    if (signed !== null) for (const line of lines ?? []) this.#checkLine(line, signed);
  }

  /** The checkpoint, or null once it is known what is wrong with it. */
  #open(note: string, size: number, root: Buffer | null, what: string): Checkpoint | null {
    this.#checkpoints += 1;
    try {
      const opened = openCheckpoint(note, this.#options.keys);
      if (opened.size !== size || (root !== null && !equal(opened.root, root))) {
        throw new Untrue(
          'CHECKPOINT_ALTERED',
          `the ${what} of size ${size} signs another size or root than the columns beside it say`,
        );
      }
      return opened;
    } catch (error) {
      if (!(error instanceof Untrue || error instanceof Unreadable)) throw error;
      const message =
        error instanceof Untrue ? error.message : `the ${what} of size ${size} cannot be read: ${error.message}`;
      this.#findings.add({ code: error instanceof Untrue ? error.code : 'CHECKPOINT_ALTERED', message });
      return null;
    }
  }

  #checkLine(line: string, { text, size }: Checkpoint): void {
    for (const witness of this.#witnesses) {
      if (verifyLineOf(line, text, witness) !== false) continue;
      this.#findings.add({
        code: 'SIGNATURE_WRONG',
        message: `a cosignature of ${witness.name} under the checkpoint of size ${size} is wrong`,
      });
    }
  }

  #requireSigned(): void {
    const size = this.#latest?.size ?? 0;
    if (this.#next > size) {
      this.#findings.add({
        code: 'ENTRIES_UNSIGNED',
        index: size,
        until: this.#next,
        message: `the entries from ${size} on have an index, and no checkpoint that can be trusted signs them`,
      });
    }
  }

  async #requireNoOtherTiles(): Promise<void> {
    const { rows } = await this.#client.query<{ name: string }>(
      `SELECT level || '/' || index AS name FROM audit.tiles
       WHERE (index + 1)::numeric * 256::numeric ^ (level + 1) > $1 ORDER BY level, index LIMIT 1`,
      [this.#next],
    );
    if (rows[0] === undefined) return;
    this.#findings.add({ code: 'TILE_ADDED', message: `the tile ${rows[0].name} is of entries that are not there` });
  }

  /** An entry that stays without an index was slipped in, or is being left out. */
  async #requireSequenced(): Promise<void> {
    const { rows } = await this.#client.query<{ count: string; seq: string }>(UNSEQUENCED, [this.#options.lag]);
    const { count = '0', seq = '' } = rows[0] ?? {};
    if (count === '0') return;
    this.#findings.add({
      code: 'ENTRIES_UNSEQUENCED',
      message: `${count} ${count === '1' ? 'entry has' : 'entries have'} no index though the time for it has passed; the first is number ${seq} in the order of arrival`,
    });
  }

  /** An erasure and its declaration are made together; the declaration gets its index a moment later. */
  async #addWaitingDeclarations(): Promise<void> {
    const { rows } = await this.#client.query<{ body: string | null }>(WAITING);
    for (const { body } of rows) if (body !== null) this.#entries.addDeclaration(body);
  }

  /** The log itself, or a witness of it, has found that it is not what was signed, and nobody has seen to it. */
  async #requireNoHalt(): Promise<void> {
    const { rows } = await this.#client.query<{ code: string; at: string }>(
      'SELECT code, at::text FROM audit.halts WHERE lifted_at IS NULL ORDER BY id LIMIT 1',
    );
    for (const { code, at } of rows) {
      this.#findings.add({ code: 'LOG_HALTED', message: `the log has halted at ${at} (${code})` });
    }
  }

  #requirePublished(): void {
    const { quorum } = this.#options;
    if (quorum === 0) return;
    try {
      if (this.#published === null) throw new Untrue('QUORUM_MISSING', 'no checkpoint has been published');
      requireQuorum(this.#published, quorum);
    } catch (error) {
      if (!(error instanceof Untrue)) throw error;
      this.#findings.add({ code: error.code, message: error.message });
    }
  }
}

function verifyLineOf(line: string, text: string, witness: VerifierKey): boolean | null {
  try {
    return verifyLine(line, text, witness);
  } catch (error) {
    if (error instanceof Unreadable) return false;
    throw error;
  }
}

const ENTRIES = `SELECT s.index, e.commitment, e.salt, e.body, array_to_json(ARRAY[e.id::text,
    to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
      || CASE WHEN date_trunc('milliseconds', e.at) = e.at THEN '' ELSE ' and more' END,
    e.kind, e.outcome, e.caller::text, e.caller_agency, e.caller_role, e.purpose,
    e.clients::text, e.categories::text, e.bases::text, e.sources::text])::text
  FROM audit.sequence s LEFT JOIN audit.entries e ON e.seq = s.seq
  WHERE s.index >= $1::bigint ORDER BY s.index LIMIT $2::int`;

const TILES = `SELECT t.level || '/' || t.index AS name, t.hashes, t.root
  FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS wanted(level, first, last)
  JOIN audit.tiles t ON t.level = wanted.level AND t.index BETWEEN wanted.first AND wanted.last`;

const CHECKPOINTS = `SELECT size, c.root, c.note, p.note, array(SELECT line FROM audit.cosignatures l WHERE l.size = sizes.size)
  FROM (SELECT size FROM audit.checkpoints UNION SELECT size FROM audit.publications UNION SELECT size FROM audit.cosignatures) sizes
    LEFT JOIN audit.checkpoints c USING (size) LEFT JOIN audit.publications p USING (size)
  WHERE size > $1::bigint AND ($2::bigint IS NULL OR size <= $2::bigint) ORDER BY size`;

/** Past the watermark of the latest checkpoint an entry may still wait, for as long as the lag budget; behind it none may. */
const UNSEQUENCED = `SELECT count(*), min(e.seq) AS seq FROM audit.entries e
  WHERE NOT EXISTS (SELECT FROM audit.sequence s WHERE s.seq = e.seq)
    AND (e.seq <= (SELECT watermark FROM audit.checkpoints ORDER BY size DESC LIMIT 1)
      OR e.inserted_at NOT BETWEEN now() - $1::int * interval '1 ms' AND now() + interval '1 minute')`;

const WAITING = `SELECT e.body FROM audit.entries e
  WHERE e.kind = 'ERASED' AND e.seq > (SELECT watermark FROM audit.checkpoints ORDER BY size DESC LIMIT 1)
    AND NOT EXISTS (SELECT FROM audit.sequence s WHERE s.seq = e.seq)`;
