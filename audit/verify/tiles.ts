import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Findings } from './findings.ts';
import { type Checkpoint, openCheckpoint, Untrue } from './note.ts';
import { requireQuorum } from './proof.ts';
import { expectKept, type Report, reportOf, type VerifyOptions } from './report.ts';
import { LEVELS, TILE, TreeCheck } from './tree.ts';
import { Unreadable } from './unreadable.ts';

/** Bytes of a resource that are read: an entry bundle with the longest entries that its format allows is larger, and none of this log is. */
const LONGEST = 131_072;

/** Bundles that are read at a time. */
const BATCH = 16;

/** How long an answer may take, in milliseconds. */
const TIMEOUT = 30_000;

/** Bytes of a commitment. */
const COMMITMENT = 32;

/** A resource of a log by its path below the prefix, or null when it is not there. */
type ReadResource = (path: string) => Promise<Buffer | null>;

/**
 * Verifies a log from its published resources (C2SP tlog-tiles): the checkpoint, every entry bundle and every tile, each held against
 * the others.
 *
 * @param source a folder, or its address as file://, http:// or https://
 * @throws Unreadable `LOG_UNREACHABLE`, `FILE_UNREADABLE`, and those of `openCheckpoint`
 */
export async function verifyTiles(source: string, options: VerifyOptions): Promise<Report> {
  return new TilesCheck(readerOf(source), options).run(source);
}

class TilesCheck {
  readonly #read: ReadResource;
  readonly #options: VerifyOptions;
  readonly #findings = new Findings();
  readonly #tree = new TreeCheck(this.#findings);
  #tiles = 0;
  /** Tiles above level 0 that later entries are below too. */
  #above = new Map<string, Buffer>();

  constructor(read: ReadResource, options: VerifyOptions) {
    this.#read = read;
    this.#options = options;
  }

  async run(source: string): Promise<Report> {
    const note = await this.#read('checkpoint');
    if (note === null) throw new Unreadable('LOG_UNREACHABLE', `${source} has no checkpoint`);
    expectKept(this.#tree, this.#options.kept);
    const latest = this.#open(note.toString());
    const size = latest?.size ?? 0;
    if (latest !== null) this.#tree.expectRoot(size, latest.root, `the checkpoint of size ${size}`);
    for (let from = 0; from < size && this.#tree.sound; from += BATCH * TILE) {
      await this.#check(from, Math.min(size, from + BATCH * TILE), size);
      this.#options.onProgress?.(this.#tree.size, size);
    }
    const entries = this.#tree.size;
    const witnesses = latest?.witnesses ?? [];
    const read = { entries, checkpoints: latest === null ? 0 : 1, witnesses, tiles: this.#tiles, latest };
    return reportOf(this.#findings, this.#tree, null, latest === null, read);
  }

  #open(note: string): Checkpoint | null {
    try {
      const checkpoint = openCheckpoint(note, this.#options.keys);
      this.#requireQuorum(checkpoint);
      return checkpoint;
    } catch (error) {
      if (!(error instanceof Untrue)) throw error;
      this.#findings.add({ code: error.code, message: error.message });
      return null;
    }
  }

  /** A log that lacks a witness is looked through all the same. */
  #requireQuorum(checkpoint: Checkpoint): void {
    try {
      requireQuorum(checkpoint, this.#options.quorum);
    } catch (error) {
      if (!(error instanceof Untrue)) throw error;
      this.#findings.add({ code: error.code, message: error.message });
    }
  }

  async #check(from: number, until: number, size: number): Promise<void> {
    const first = from / TILE;
    const indexes = Array.from({ length: Math.ceil(until / TILE) - first }, (_, n) => first + n);
    const [bundles, tiles] = await Promise.all([
      Promise.all(indexes.map((index) => this.#load('entries', index, Math.min(TILE, until - index * TILE)))),
      this.#loadTiles(from, until, size),
    ]);
    this.#tree.expectTiles(tiles);
    for (const [n, bundle] of bundles.entries()) {
      const start = (first + n) * TILE;
      const commitments = bundle === null ? null : split(bundle, Math.min(TILE, until - start));
      if (commitments === null) {
        const end = Math.min(start + TILE, until);
        this.#tree.breakOff();
        this.#findings.add({
          code: bundle === null ? 'ENTRIES_MISSING' : 'BUNDLE_ALTERED',
          index: start,
          until: end,
          message: `the bundle of the entries ${start} to ${end - 1} ${bundle === null ? 'is not there' : 'does not hold their commitments'}`,
        });
        return;
      }
      for (const commitment of commitments) this.#tree.add(commitment);
    }
  }

  /** The tiles that these entries are below, of all levels. */
  async #loadTiles(from: number, until: number, size: number): Promise<Map<string, Buffer>> {
    const wanted: { level: number; index: number; width: number }[] = [];
    for (let level = 0; level < LEVELS; level += 1) {
      const below = TILE ** level;
      const nodes = Math.floor(size / below);
      for (let index = Math.floor(from / below / TILE); index * TILE * below < until; index += 1) {
        const width = Math.min(TILE, nodes - index * TILE);
        if (width > 0) wanted.push({ level, index, width });
      }
    }
    const tiles = new Map<string, Buffer>();
    const load = async ({ level, index, width }: (typeof wanted)[number]): Promise<void> => {
      const name = `${level}/${index}`;
      const tile = this.#above.get(name) ?? (await this.#loadTile(level, index, width));
      if (tile !== null) tiles.set(name, tile);
    };
    await Promise.all(wanted.map(load));
    this.#above = new Map([...tiles].filter(([name]) => !name.startsWith('0/')));
    return tiles;
  }

  async #loadTile(level: number, index: number, width: number): Promise<Buffer | null> {
    const tile = await this.#load(String(level), index, width);
    const below = TILE ** level;
    const [from, until] = [index * TILE * below, (index * TILE + width) * below];
    if (tile !== null && tile.length === width * 32) {
      this.#tiles += 1;
      return tile;
    }
    this.#findings.add({
      code: tile === null ? 'TILE_MISSING' : 'TILE_ALTERED',
      index: from,
      until,
      message: `the tile ${level}/${index} ${tile === null ? 'is not there' : `is not ${width} hashes long`}`,
    });
    return null;
  }

  /** A partial resource may be gone once the full one is there, of which it is the beginning (C2SP tlog-tiles, Partial Tiles). */
  async #load(kind: string, index: number, width: number): Promise<Buffer | null> {
    const path = `tile/${kind}/${pathOf(index)}`;
    if (width === TILE) return this.#read(path);
    const partial = await this.#read(`${path}.p/${width}`);
    if (partial !== null) return partial;
    const full = await this.#read(path);
    return full?.subarray(0, width * (kind === 'entries' ? 2 + COMMITMENT : 32)) ?? null;
  }
}

/** The commitments in an entry bundle, each after its length (uint16, big-endian); null when they are not all there and nothing else. */
function split(bundle: Buffer, width: number): Buffer[] | null {
  const step = 2 + COMMITMENT;
  if (bundle.length !== width * step) return null;
  const starts = Array.from({ length: width }, (_, n) => n * step);
  if (starts.some((start) => bundle.readUInt16BE(start) !== COMMITMENT)) return null;
  return starts.map((start) => bundle.subarray(start + 2, start + step));
}

/** An index in groups of three digits, all but the last marked with an x: x001/x234/067. */
function pathOf(index: number): string {
  const groups =
    String(index)
      .padStart(Math.ceil(String(index).length / 3) * 3, '0')
      .match(/\d{3}/g) ?? [];
  return groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/');
}

function readerOf(source: string): ReadResource {
  if (/^https?:\/\//i.test(source)) {
    if (!URL.canParse(source)) throw new Unreadable('LOG_UNREACHABLE', `${source} is no address`);
    const prefix = source.replace(/\/+$/, '');
    return (path) => fetchResource(`${prefix}/${path}`);
  }
  const folder = source.startsWith('file:') ? folderOf(source) : source;
  return (path) => readResource(join(folder, path));
}

function folderOf(source: string): string {
  try {
    return fileURLToPath(source);
  } catch {
    throw new Unreadable('FILE_UNREADABLE', `${source} is no address of a folder`);
  }
}

async function readResource(path: string): Promise<Buffer | null> {
  try {
    const file = await open(path);
    try {
      const bytes = Buffer.alloc(LONGEST + 1);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new Unreadable('FILE_UNREADABLE', `${path} cannot be read (${code})`, { cause: error });
  }
}

async function fetchResource(url: string): Promise<Buffer | null> {
  const where = url.replace(/\/\/[^/@]*@/, '//');
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT) });
    if (response.status === 404) {
      await response.body?.cancel();
      return null;
    }
    if (!response.ok) throw new Unreadable('LOG_UNREACHABLE', `${where} answers with the status ${response.status}`);
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of response.body ?? []) {
      pieces.push(piece);
      length += piece.length;
      if (length > LONGEST) break;
    }
    return Buffer.concat(pieces);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable('LOG_UNREACHABLE', `${where} does not answer`, { cause: error });
  }
}
