import type { Findings } from './findings.ts';
import { equal, GrowingTree, hashLeaf } from './merkle.ts';

/** Hashes in a tile (C2SP tlog-tiles). */
export const TILE = 256;

/** Levels of tiles that a tree of less than 2⁵³ leaves has. */
export const LEVELS = 7;

/**
 * Tiles by `<level>/<index>`: hashes of 32 bytes one after another; a partial tile is shorter. Where a tile’s root is stored beside it, it
 * stands by `root of <level>/<index>`.
 */
export type Tiles = ReadonlyMap<string, Uint8Array>;

interface Expected {
  readonly root: Buffer;
  /** What says so, for people: `the checkpoint of size 12`. */
  readonly source: string;
  /** Somebody else kept it: it is right whatever the log signs now. */
  readonly kept: boolean;
}

interface Difference {
  readonly index: number;
  readonly until: number;
  readonly tile: string;
}

/**
 * Grows the tree of a log from its commitments and holds it against every tile and every signed root on the way.
 *
 * Memory: log₂ n hashes, the tiles of the leaves to come, and the roots that are still expected.
 */
export class TreeCheck {
  readonly #tree = new GrowingTree();
  readonly #findings: Findings;
  readonly #expected = new Map<number, Expected[]>();
  #tiles: Tiles = new Map();
  /** The tile of the leaves that are added. */
  #leaves: Uint8Array | undefined;
  /** Where tiles and commitments differ since the last root that was right: which of them is altered, the next root tells. */
  #differences: Difference[] = [];
  /** The largest sizes at which the tree was the one that was signed, and the one that was kept. */
  #right = { signed: 0, kept: 0 };
  #broken = false;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  get size(): number {
    return this.#tree.size;
  }

  root(): Buffer {
    return this.#tree.root();
  }

  /** False once the tree is known not to be the one that was signed: what follows cannot be held against anything. */
  get sound(): boolean {
    return !this.#broken;
  }

  /** The tiles that the next leaves are held against, from the beginning of a tile on; of one that is not among them nothing is said. */
  expectTiles(tiles: Tiles): void {
    this.#tiles = tiles;
  }

  /** The root that the tree must have at a size that it has not passed yet. */
  expectRoot(size: number, root: Buffer, source: string, kept = false): void {
    this.#expected.set(size, [...(this.#expected.get(size) ?? []), { root, source, kept }]);
    if (size === this.#tree.size) this.#compareRoot();
  }

  add(commitment: Uint8Array): void {
    if (this.#broken) return;
    this.#tree.append(hashLeaf(commitment), this.#onNode);
    this.#compareRoot();
  }

  /** An entry is not there: the tree ends before it. */
  breakOff(): void {
    this.#broken = true;
    this.#report(
      'LEAF_DIFFERS',
      ({ tile }, which) => `${which} and the tile ${tile} differ, and which is altered cannot be told`,
    );
  }

  /** No more leaves come: what is expected of larger trees cannot be there. */
  end(): void {
    for (const [size, [first]] of this.#expected) {
      if (this.#broken || first === undefined) break;
      this.#findings.add({
        code: 'ENTRIES_MISSING',
        index: this.#tree.size,
        until: size,
        message: `${first.source} signs ${size} entries, and there are ${this.#tree.size}`,
      });
      this.#broken = true;
    }
    this.#report(
      'LEAF_DIFFERS',
      ({ tile }, which) => `${which} and the tile ${tile} differ, and no checkpoint tells which is altered`,
    );
  }

  #compareRoot(): void {
    const expected = this.#expected.get(this.#tree.size);
    if (expected === undefined || this.#broken) return;
    this.#expected.delete(this.#tree.size);
    const root = this.#tree.root();
    const wrong = expected.find((each) => !equal(each.root, root));
    if (wrong !== undefined) this.#mismatch(this.#tree.size, wrong);
    else this.#settle(expected.some(({ kept }) => kept));
  }

  readonly #onNode = (height: number, place: number, hash: Buffer): void => {
    if (height === 0) this.#compareLeaf(place, hash);
    else if (height % 8 === 0) this.#compareNode(height / 8, place, hash);
  };

  /** Once an entry: the tile is looked up once a tile. */
  #compareLeaf(place: number, hash: Buffer): void {
    const slot = place % TILE;
    if (slot === 0) this.#leaves = this.#tiles.get(`0/${place / TILE}`);
    if (!holds(this.#leaves, slot, hash)) this.#differs(`0/${(place - slot) / TILE}`, 0, place);
  }

  #compareNode(level: number, place: number, hash: Buffer): void {
    const slot = place % TILE;
    const tile = `${level}/${(place - slot) / TILE}`;
    const below = `${level - 1}/${place}`;
    if (!holds(this.#tiles.get(`root of ${below}`), 0, hash)) this.#differs(below, level, place);
    if (!holds(this.#tiles.get(tile), slot, hash)) this.#differs(tile, level, place);
  }

  #differs(tile: string, level: number, place: number): void {
    const width = TILE ** level;
    const [from, until] = [place * width, (place + 1) * width];
    // A leaf that differs makes the nodes above it differ: they are no news.
    if (this.#differences.some(({ index }) => index >= from && index < until)) return;
    if (this.#differences.length < TILE) this.#differences.push({ index: from, until, tile });
  }

  /** The entries are those that were signed: where a tile differs, it is the tile that is altered. */
  #settle(isKept: boolean): void {
    const { size } = this.#tree;
    this.#right = { signed: size, kept: isKept ? size : this.#right.kept };
    this.#report('TILE_ALTERED', ({ tile }, which) => `the tile ${tile} does not hold the hash of ${which}`);
  }

  #mismatch(size: number, { source, kept }: Expected): void {
    this.#broken = true;
    const [exact] = this.#differences;
    // What the log’s key signed since says nothing of where the log parts from what was kept: the key may be stolen.
    const right = kept ? this.#right.kept : this.#right.signed;
    const from = exact?.index ?? right;
    const until = exact?.until ?? size;
    const before = exact === undefined && right > 0 ? `the entries up to ${right - 1} are as they were, and ` : '';
    this.#findings.add({
      code: 'LOG_REWRITTEN',
      ...(size === 0 ? {} : { index: from, ...(until - from > 1 ? { until } : {}) }),
      message: `${before}the first ${size} entries are not those that ${source} signs`,
    });
    this.#differences = [];
  }

  #report(code: string, message: (difference: Difference, which: string) => string): void {
    for (const difference of this.#differences) {
      const { index, until } = difference;
      const which = until - index > 1 ? `the entries ${index} to ${until - 1}` : `entry ${index}`;
      this.#findings.add({ code, index, ...(until - index > 1 ? { until } : {}), message: message(difference, which) });
    }
    this.#differences = [];
  }
}

/** Whether the hash stands in the tile; a tile that is not there, or ends before it, denies nothing. */
function holds(tile: Uint8Array | undefined, slot: number, hash: Buffer): boolean {
  const end = (slot + 1) * 32;
  return tile === undefined || tile.length < end || hash.compare(tile, end - 32, end) === 0;
}
