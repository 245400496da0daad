import { hash } from 'node:crypto';

const LEAF = Buffer.from([0]);

/** SHA-256 of nothing: the root of the tree without leaves (RFC 9162 § 2.1.1). */
export const EMPTY_TREE = sha256(new Uint8Array());

export function sha256(data: Uint8Array): Buffer {
  return hash('sha256', data, 'buffer');
}

/** Hash of a leaf's data (RFC 9162 § 2.1.1). */
export function hashLeaf(data: Uint8Array): Buffer {
  return sha256(Buffer.concat([LEAF, data]));
}

const pair = Buffer.alloc(65, 1);

/** Hash of two neighbouring subtrees (RFC 9162 § 2.1.1). Each is 32 bytes. */
export function hashChildren(left: Uint8Array, right: Uint8Array): Buffer {
  pair.set(left, 1);
  pair.set(right, 33);
  return sha256(pair);
}

/**
 * A tree that grows leaf by leaf and remembers the roots of its perfect subtrees only: log₂ n hashes.
 */
export class GrowingTree {
  readonly #peaks: Buffer[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Adds a leaf hash; `onNode` hears of each perfect subtree that is now complete: its height, its place at that height, its root. */
  append(leaf: Buffer, onNode: (height: number, place: number, hash: Buffer) => void = () => {}): void {
    let place = this.#size;
    let node = leaf;
    let height = 0;
    onNode(height, place, node);
    while (place % 2 === 1) {
      node = hashChildren(this.#peaks.pop() as Buffer, node);
      place = (place - 1) / 2;
      height += 1;
      onNode(height, place, node);
    }
    this.#peaks.push(node);
    this.#size += 1;
  }

  root(): Buffer {
    return (
      this.#peaks.reduceRight<Buffer | null>(
        (right, left) => (right === null ? left : hashChildren(left, right)),
        null,
      ) ?? EMPTY_TREE
    );
  }
}

/**
 * Whether the leaf stands at `index` in the tree of `size` leaves with this root (RFC 9162 § 2.1.3.2).
 *
 * Anything that is no index, size or hash is no proof: false, never an error.
 */
export function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  root: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (![leaf, root, ...proof].every(isHash)) return false;
  let place = BigInt(index);
  let last = BigInt(size) - 1n;
  let node: Uint8Array = leaf;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      node = hashChildren(sibling, node);
      while (place % 2n === 0n && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      node = hashChildren(node, sibling);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(node, root);
}

/**
 * Whether the tree of `size2` leaves with `root2` continues the one of `size1` leaves with `root1` (RFC 9162 § 2.1.4.2).
 *
 * Both have leaves: that any tree continues the empty one needs no proof, and none is accepted.
 */
export function verifyConsistency(
  size1: number,
  size2: number,
  root1: Uint8Array,
  root2: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isCount(size1) || !isCount(size2) || size1 === 0 || size1 > size2) return false;
  if (![root1, root2, ...proof].every(isHash)) return false;
  if (size1 === size2) return proof.length === 0 && equal(root1, root2);
  // A perfect first tree is a node of the second: its root is not repeated in the proof.
  let place = BigInt(size1) - 1n;
  const path = (place & (place + 1n)) === 0n ? [root1, ...proof] : proof;
  let last = BigInt(size2) - 1n;
  while (place % 2n === 1n) {
    place >>= 1n;
    last >>= 1n;
  }
  const [seed, ...rest] = path;
  if (seed === undefined) return false;
  let first = seed;
  let second = seed;
  for (const sibling of rest) {
    if (last === 0n) return false;
    if (place % 2n === 1n || place === last) {
      first = hashChildren(sibling, first);
      second = hashChildren(sibling, second);
      while (place % 2n === 0n && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else {
      second = hashChildren(second, sibling);
    }
    place >>= 1n;
    last >>= 1n;
  }
  return last === 0n && equal(first, root1) && equal(second, root2);
}

export function equal(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.compare(one, other) === 0;
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === 32;
}
