import { createHash } from 'node:crypto';
import type { ReadTiles } from '../../audit/tree/merkle.ts';

/** A tree computed from all its leaves, word by word as RFC 6962 § 2.1 defines it: what the log's own tree is compared with. */
export interface NaiveTree {
  /** MTH of the first `size` leaves. */
  root(size?: number): Buffer;
  /** PATH(m, D[n]), § 2.1.1. */
  path(index: number, size: number): Buffer[];
  /** PROOF(m, D[n]), § 2.1.2. */
  proof(from: number, size: number): Buffer[];
  /** The tile's first `width` hashes, as C2SP tlog-tiles defines them. */
  tile(level: number, index: number, width: number): Buffer;
  /** All tiles of the tree of `size` leaves, each exactly as wide as it is there. */
  readonly readTiles: ReadTiles;
}

export function naiveTree(data: readonly Uint8Array[]): NaiveTree {
  const known = new Map<string, Buffer>();
  const sha256 = (...parts: readonly Uint8Array[]): Buffer =>
    parts.reduce<ReturnType<typeof createHash>>((hash, part) => hash.update(part), createHash('sha256')).digest();

  /** MTH(D[from:until]). */
  function mth(from: number, until: number): Buffer {
    const name = `${from}:${until}`;
    const before = known.get(name);
    if (before !== undefined) return before;
    const hash = compute(from, until);
    known.set(name, hash);
    return hash;
  }

  function compute(from: number, until: number): Buffer {
    if (until === from) return sha256();
    if (until - from === 1) return sha256(Buffer.of(0), data[from]!);
    const k = from + largestPowerBelow(until - from);
    return sha256(Buffer.of(1), mth(from, k), mth(k, until));
  }

  function path(index: number, from: number, until: number): Buffer[] {
    if (until - from === 1) return [];
    const k = from + largestPowerBelow(until - from);
    return index < k ? [...path(index, from, k), mth(k, until)] : [...path(index, k, until), mth(from, k)];
  }

  function subproof(first: number, from: number, until: number, complete: boolean): Buffer[] {
    if (first === until) return complete ? [] : [mth(from, until)];
    const k = from + largestPowerBelow(until - from);
    return first <= k
      ? [...subproof(first, from, k, complete), mth(k, until)]
      : [...subproof(first, k, until, false), mth(from, k)];
  }

  const tiles = new Map<string, Buffer>();

  function tile(level: number, index: number, width: number): Buffer {
    const name = `${level}/${index}/${width}`;
    const hashes = tiles.get(name) ?? concatenated(level, index, width);
    tiles.set(name, hashes);
    return hashes;
  }

  function concatenated(level: number, index: number, width: number): Buffer {
    const leaves = 256 ** level;
    return Buffer.concat(
      Array.from({ length: width }, (_, i) => mth((index * 256 + i) * leaves, (index * 256 + i + 1) * leaves)),
    );
  }

  return {
    root: (size = data.length) => mth(0, size),
    path: (index, size) => path(index, 0, size),
    proof: (from, size) => subproof(from, 0, size, true),
    tile,
    readTiles: async (wanted, size) =>
      new Map(
        wanted.map(({ level, index }) => {
          const width = Math.min(256, Math.floor(size / 256 ** level) - index * 256);
          return [`${level}/${index}`, tile(level, index, Math.max(0, width))];
        }),
      ),
  };
}

/** Leaves with a content of their own, one for each number below `count`. */
export function leavesOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => createHash('sha256').update(`leaf ${index}`).digest());
}

function largestPowerBelow(n: number): number {
  return 2 ** Math.floor(Math.log2(n - 1));
}
