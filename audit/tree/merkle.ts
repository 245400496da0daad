import { hash } from 'node:crypto';
import { TILE_WIDTH, tileWidth } from './tiles.ts';

/** Bytes of a hash. */
const HASH = 32;

/** Levels of the tree in a tile. */
const TILE_HEIGHT = 8;

/** Root of the tree without leaves: SHA-256 of nothing. */
export const EMPTY_ROOT: Buffer = sha256(Buffer.of());

/** Hash of a leaf: SHA-256(0x00 ‖ data). Source: RFC 6962 § 2.1. */
export function leafHash(data: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF, data]));
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right). Source: RFC 6962 § 2.1. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Buffer.concat([NODE, left, right]));
}

/** In one call: a proof over ten million leaves is some 1,500 hashes. */
function sha256(bytes: Uint8Array): Buffer {
  return hash('sha256', bytes, 'buffer');
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** The right edge of a tree: roots of its perfect subtrees, largest first. All that growing needs, O(log n). */
export class Edge {
  #size: number;
  readonly #roots: Buffer[];

  private constructor(size: number, roots: Buffer[]) {
    this.#size = size;
    this.#roots = roots;
  }

  static empty(): Edge {
    return new Edge(0, []);
  }

  /** The edge of a tree of `size` leaves; `roots` as `edge.roots` gave them. Throws `TypeError` when the two do not go together. */
  static of(size: number, roots: readonly Uint8Array[]): Edge {
    const expected = perfectTrees(0, checked(size)).length;
    if (roots.length !== expected || roots.some((root) => root.length !== HASH)) {
      throw new TypeError(`The edge of a tree of ${size} leaves is ${expected} hashes of ${HASH} bytes.`);
    }
    return new Edge(
      size,
      roots.map((root) => Buffer.from(root)),
    );
  }

  /** Leaves so far. */
  get size(): number {
    return this.#size;
  }

  get roots(): readonly Buffer[] {
    return [...this.#roots];
  }

  /** Adds one leaf, by its hash (`leafHash`). */
  append(leaf: Uint8Array): void {
    if (leaf.length !== HASH) throw new TypeError(`The hash of a leaf has ${HASH} bytes, not ${leaf.length}.`);
    let node: Buffer = Buffer.from(leaf);
    // Each 1 at the end of the binary size is a perfect subtree as large as what is being added.
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) node = nodeHash(this.#roots.pop()!, node);
    this.#roots.push(node);
    this.#size += 1;
  }

  /** MTH of all leaves (RFC 6962 § 2.1). */
  root(): Buffer {
    return this.#roots.length === 0 ? EMPTY_ROOT : fold(this.#roots);
  }
}

/**
 * Reads tiles of the tree (C2SP tlog-tiles): key `${level}/${index}` → at least as many hashes, 32 bytes each, as the tree of `size`
 * has there. One call a proof.
 */
export type ReadTiles = (
  tiles: readonly { readonly level: number; readonly index: number }[],
  size: number,
) => Promise<ReadonlyMap<string, Buffer>>;

/**
 * The inclusion proof of leaf `index` in the tree of `size` leaves, from the leaf's sibling to the root's child.
 *
 * Throws `TypeError` unless 0 ≤ index < size; an `Error` when a tile is missing or too short. Source: RFC 6962 § 2.1.1.
 */
export async function inclusionProof(index: number, size: number, read: ReadTiles): Promise<Buffer[]> {
  if (checked(index) >= checked(size)) throw new TypeError(`A tree of ${size} leaves has no leaf ${index}.`);
  const ranges: Range[] = [];
  let [from, until] = [0, size];
  while (until - from > 1) {
    const middle = from + split(until - from);
    if (index < middle) {
      ranges.push([middle, until]);
      until = middle;
    } else {
      ranges.push([from, middle]);
      from = middle;
    }
  }
  return hashesOf(ranges.reverse(), size, read);
}

/**
 * The proof that the tree of `size` leaves begins with the tree of the first `from` leaves; empty for none and for all of them.
 *
 * Throws `TypeError` unless 0 ≤ from ≤ size; an `Error` when a tile is missing or too short. Source: RFC 6962 § 2.1.2.
 */
export async function consistencyProof(from: number, size: number, read: ReadTiles): Promise<Buffer[]> {
  if (checked(from) > checked(size)) throw new TypeError(`A tree of ${size} leaves does not begin with ${from}.`);
  if (from === 0 || from === size) return [];
  const ranges: Range[] = [];
  let [start, until] = [0, size];
  while (until > from) {
    const middle = start + split(until - start);
    if (from <= middle) {
      ranges.push([middle, until]);
      until = middle;
    } else {
      ranges.push([start, middle]);
      start = middle;
    }
  }
  // Who asks knows the root of the smaller tree: it is given only as a part of itself.
  if (start > 0) ranges.push([start, until]);
  return hashesOf(ranges.reverse(), size, read);
}

/** The right edge of the tree of `size` leaves: with it a tree is taken up again, and its root is `edge.root()`. One read. */
export async function readEdge(size: number, read: ReadTiles): Promise<Edge> {
  const trees = perfectTrees(0, checked(size));
  return Edge.of(
    size,
    await hashesOf(
      trees.map(({ height, index }) => [index * 2 ** height, (index + 1) * 2 ** height]),
      size,
      read,
    ),
  );
}

/** Leaves from the first until the second, without it; a node of the tree stands over them. */
type Range = readonly [from: number, until: number];

/** A perfect subtree: 2^height leaves, the `index`-th of its height. */
interface PerfectTree {
  readonly height: number;
  readonly index: number;
}

async function hashesOf(ranges: readonly Range[], size: number, read: ReadTiles): Promise<Buffer[]> {
  if (ranges.length === 0) return [];
  const nodes = ranges.map(([from, until]) => perfectTrees(from, until));
  const wanted = new Map(nodes.flat().map((tree) => [keyOf(tileOf(tree)), tileOf(tree)]));
  const tiles = await read([...wanted.values()], size);
  return nodes.map((trees) => fold(trees.map((tree) => hashOf(tree, size, tiles))));
}

/** The perfect subtrees side by side over a node's leaves, largest first. */
function perfectTrees(from: number, until: number): PerfectTree[] {
  const trees: PerfectTree[] = [];
  let start = from;
  for (let height = 52; height >= 0; height -= 1) {
    const leaves = 2 ** height;
    if (until - start < leaves) continue;
    trees.push({ height, index: start / leaves });
    start += leaves;
  }
  return trees;
}

/** The tile that a perfect subtree's root is computed from: the 1 to 128 hashes from `first` on. */
function tileOf({ height, index }: PerfectTree): { level: number; index: number; first: number; count: number } {
  const level = Math.floor(height / TILE_HEIGHT);
  const count = 2 ** (height % TILE_HEIGHT);
  const first = index * count;
  return { level, index: Math.floor(first / TILE_WIDTH), first: first % TILE_WIDTH, count };
}

function keyOf({ level, index }: { readonly level: number; readonly index: number }): string {
  return `${level}/${index}`;
}

function hashOf(tree: PerfectTree, size: number, tiles: ReadonlyMap<string, Buffer>): Buffer {
  const tile = tileOf(tree);
  const bytes = tiles.get(keyOf(tile));
  const width = tileWidth(tile.level, tile.index, size);
  if (bytes === undefined || bytes.length < width * HASH) {
    throw new Error(`Tile ${keyOf(tile)} of the log lacks hashes: ${width} are in a tree of ${size} leaves.`);
  }
  return perfectRoot(bytes.subarray(tile.first * HASH, (tile.first + tile.count) * HASH));
}

/** Root of the perfect tree over 2^n hashes of 32 bytes side by side; over a complete tile, its hash in the tile above. */
export function perfectRoot(hashes: Uint8Array): Buffer {
  let level: Uint8Array[] = [];
  for (let at = 0; at < hashes.length; at += HASH) level.push(hashes.subarray(at, at + HASH));
  while (level.length > 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < level.length; at += 2) above.push(nodeHash(level[at]!, level[at + 1]!));
    level = above;
  }
  return Buffer.from(level[0]!);
}

/** One node over perfect subtrees of falling size. */
function fold(roots: readonly Buffer[]): Buffer {
  return roots.reduceRight((right, left) => nodeHash(left, right));
}

/** Leaves of the left child: the largest power of two below `leaves`, which is at least 2. */
function split(leaves: number): number {
  let half = 1;
  while (half * 2 < leaves) half *= 2;
  return half;
}

function checked(leaves: number): number {
  if (Number.isSafeInteger(leaves) && leaves >= 0) return leaves;
  throw new TypeError(`A number of leaves is a safe integer from 0, not ${leaves}.`);
}
