import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyProof,
  Edge,
  EMPTY_ROOT,
  inclusionProof,
  leafHash,
  nodeHash,
  perfectRoot,
  type ReadTiles,
  readEdge,
} from '../../audit/tree/merkle.ts';
import { leavesOf, naiveTree } from './naive-tree.ts';
import { isConsistent } from './witness-server.ts';

/** The eight leaves of the published trees. */
const PUBLISHED = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));

/** Roots of the first 1 to 8 of them. */
const PUBLISHED_ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const edgeOver = (leaves: readonly Buffer[]): Edge => {
  const edge = Edge.empty();
  for (const leaf of leaves) edge.append(leafHash(leaf));
  return edge;
};

const hex = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('hex'));

describe('a tree', () => {
  it('without leaves has the hash of nothing as its root', () => {
    const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
    expect(EMPTY_ROOT.toString('hex')).toBe(empty);
    expect(Edge.empty().root().toString('hex')).toBe(empty);
  });

  it('has the published roots with 1 to 8 leaves', () => {
    expect(
      PUBLISHED_ROOTS.map((_, at) =>
        edgeOver(PUBLISHED.slice(0, at + 1))
          .root()
          .toString('hex'),
      ),
    ).toEqual(PUBLISHED_ROOTS);
  });

  it('grows at its edge to the root over all leaves, at every size to 600 and around whole tiles of two levels', () => {
    const leaves = leavesOf(65_537);
    const tree = naiveTree(leaves);
    const edge = Edge.empty();
    for (const [index, leaf] of leaves.entries()) {
      edge.append(leafHash(leaf));
      const size = index + 1;
      if (size > 600 && size < 65_535) continue;
      expect(edge.size).toBe(size);
      expect(edge.root()).toEqual(tree.root(size));
    }
  });

  it('is taken up again from its edge, and continues as if never left', () =>
    fc.assert(
      fc.property(fc.nat(700), fc.nat(700), (before, after) => {
        const leaves = leavesOf(before + after);
        const whole = edgeOver(leaves);
        const left = edgeOver(leaves.slice(0, before));
        const again = Edge.of(left.size, left.roots);
        expect(again.root()).toEqual(left.root());
        for (const leaf of leaves.slice(before)) again.append(leafHash(leaf));
        expect([again.size, again.root(), again.roots]).toEqual([whole.size, whole.root(), whole.roots]);
        // The edge that was left has not moved.
        expect(left.size).toBe(before);
      }),
      { numRuns: 40 },
    ));

  it('has the edge that is read from its tiles, in one read', async () => {
    const leaves = leavesOf(65_537);
    const tree = naiveTree(leaves);
    for (const size of [0, 1, 2, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537]) {
      let reads = 0;
      const edge = await readEdge(size, (tiles, of) => {
        reads += 1;
        return tree.readTiles(tiles, of);
      });
      expect([edge.size, edge.root()]).toEqual([size, tree.root(size)]);
      expect(edge.roots).toEqual(edgeOver(leaves.slice(0, size)).roots);
      expect(reads).toBe(size === 0 ? 0 : 1);
    }
  });

  it('has over a complete tile the hash of the tile above', () => {
    const tree = naiveTree(leavesOf(256));
    expect(perfectRoot(tree.tile(0, 0, 256))).toEqual(tree.root());
    expect(perfectRoot(tree.tile(0, 0, 1))).toEqual(tree.root(1));
  });
});

interface InclusionVector {
  readonly name: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

interface ConsistencyVector {
  readonly name: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

function vectors<T extends { readonly wantErr: boolean }>(file: string): { readonly good: T[]; readonly bad: T[] } {
  const all = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8')) as T[];
  return { good: all.filter(({ wantErr }) => !wantErr), bad: all.filter(({ wantErr }) => wantErr) };
}

describe('the published vectors', () => {
  const tree = naiveTree(PUBLISHED);
  const inclusion = vectors<InclusionVector>('merkle-inclusion.json');
  const consistency = vectors<ConsistencyVector>('merkle-consistency.json');
  const base64 = (hashes: readonly Buffer[]): string[] => hashes.map((hash) => hash.toString('base64'));

  it.each(inclusion.good)('inclusion $name: leaf $leafIdx of $treeSize', async (vector) => {
    const { leafIdx, treeSize, root } = vector;
    expect(edgeOver(PUBLISHED.slice(0, treeSize)).root().toString('base64')).toBe(root);
    expect(leafHash(PUBLISHED[leafIdx]!).toString('base64')).toBe(vector.leafHash);
    expect(base64(await inclusionProof(leafIdx, treeSize, tree.readTiles))).toEqual(vector.proof ?? []);
  });

  it.each(consistency.good)('consistency $name: $size1 to $size2', async ({ size1, size2, root1, root2, proof }) => {
    expect(edgeOver(PUBLISHED.slice(0, size1)).root().toString('base64')).toBe(root1);
    expect(edgeOver(PUBLISHED.slice(0, size2)).root().toString('base64')).toBe(root2);
    expect(base64(await consistencyProof(size1, size2, tree.readTiles))).toEqual(proof ?? []);
  });

  // The reference witness of these tests is what says that a log forks: it is held to the vectors too.
  it('of wrong consistency are all refused by the reference witness', () => {
    const bytes = (text: string): Buffer => Buffer.from(text, 'base64');
    const checked = consistency.bad.filter(({ size1, size2 }) => 0 < size1 && size1 < size2);
    expect(checked.length).toBeGreaterThan(25);
    for (const { size1, size2, root1, root2, proof } of checked) {
      expect(isConsistent(size1, size2, bytes(root1), bytes(root2), (proof ?? []).map(bytes))).toBe(false);
    }
  });
});

describe('a proof from tiles', () => {
  async function expectProofs(count: number, indexes: readonly number[], sizes: readonly number[]): Promise<void> {
    const tree = naiveTree(leavesOf(count));
    for (const size of sizes) {
      for (const index of indexes.filter((each) => each < size)) {
        expect(hex(await inclusionProof(index, size, tree.readTiles))).toEqual(hex(tree.path(index, size)));
      }
      for (const from of indexes.filter((each) => 0 < each && each <= size)) {
        const proof = await consistencyProof(from, size, tree.readTiles);
        expect(hex(proof)).toEqual(hex(tree.proof(from, size)));
        if (from < size) expect(isConsistent(from, size, tree.root(from), tree.root(size), proof)).toBe(true);
      }
    }
  }
  const upTo = (count: number): number[] => Array.from({ length: count + 1 }, (_, index) => index);

  it('is that of RFC 6962 for every leaf and every earlier tree, up to 70 leaves', () =>
    expectProofs(70, upTo(70), upTo(70)));

  it('is that of RFC 6962 for every leaf and every earlier tree of some trees of up to 2,000 leaves', () =>
    fc.assert(
      fc.asyncProperty(fc.integer({ min: 71, max: 2_000 }), (size) => expectProofs(size, upTo(size), [size])),
      { numRuns: 3 },
    ));

  it.each([
    [600, [255, 256, 257, 511, 512, 513]],
    [65_537, [65_535, 65_536, 65_537]],
  ])('is that of RFC 6962 around whole tiles, up to %i leaves', (count, sizes) => {
    const indexes = [0, 1, 127, 128, 254, 255, 256, 257, 511, 512, 513, 32_767, 32_768, 65_279, 65_280, 65_534, 65_535];
    return expectProofs(count, [...indexes, 65_536, 65_537], sizes);
  });

  it('reads once, and a bounded number of tiles: two a level', async () => {
    const size = 10_000_019;
    const reads: number[] = [];
    const zeros: ReadTiles = async (tiles) => {
      reads.push(tiles.length);
      return new Map(tiles.map(({ level, index }) => [`${level}/${index}`, Buffer.alloc(8192)]));
    };
    for (const index of [0, 4_999_999, 8_388_608, size - 1]) {
      await inclusionProof(index, size, zeros);
      await consistencyProof(index + 1, size, zeros);
    }
    // Of a tree with itself there is nothing to read.
    expect(reads).toHaveLength(7);
    expect(Math.max(...reads)).toBeLessThanOrEqual(6);
  });

  it('takes more hashes than the tree has there: a tile that was completed since', async () => {
    const tree = naiveTree(leavesOf(600));
    const later: ReadTiles = (tiles) => tree.readTiles(tiles, 600);
    expect(hex(await inclusionProof(3, 300, later))).toEqual(hex(tree.path(3, 300)));
    expect(hex(await consistencyProof(257, 300, later))).toEqual(hex(tree.proof(257, 300)));
  });

  it('fails when a tile is missing or short, and is never made of what is there', async () => {
    const tree = naiveTree(leavesOf(600));
    const without =
      (key: string): ReadTiles =>
      async (tiles, size) => {
        const read = new Map(await tree.readTiles(tiles, size));
        read.delete(key);
        return read;
      };
    const short =
      (key: string): ReadTiles =>
      async (tiles, size) => {
        const read = await tree.readTiles(tiles, size);
        return new Map([...read].map(([at, hashes]) => [at, at === key ? hashes.subarray(32) : hashes]));
      };
    await expect(inclusionProof(3, 600, without('0/2'))).rejects.toThrow('Tile 0/2 of the log lacks hashes');
    await expect(inclusionProof(3, 600, short('0/2'))).rejects.toThrow('Tile 0/2 of the log lacks hashes');
    await expect(consistencyProof(300, 600, short('1/0'))).rejects.toThrow('Tile 1/0 of the log lacks hashes');
    await expect(readEdge(600, short('0/2'))).rejects.toThrow('Tile 0/2 of the log lacks hashes');
  });

  it('between a tree and none, or itself, is empty', async () => {
    const never: ReadTiles = () => Promise.reject(new Error('read'));
    expect(await consistencyProof(0, 0, never)).toEqual([]);
    expect(await consistencyProof(0, 600, never)).toEqual([]);
    expect(await consistencyProof(600, 600, never)).toEqual([]);
    expect(await inclusionProof(0, 1, never)).toEqual([]);
  });
});

describe('wrong use', () => {
  const read = naiveTree(leavesOf(8)).readTiles;

  it.each([
    [8, 8],
    [0, 0],
    [-1, 8],
    [0.5, 8],
    [Number.NaN, 8],
    [0, 2 ** 53],
    [0, Number.POSITIVE_INFINITY],
  ])('no inclusion of leaf %d in %d', (index, size) =>
    expect(inclusionProof(index, size, read)).rejects.toThrow(TypeError),
  );

  it.each([
    [9, 8],
    [-1, 8],
    [1, 1.5],
  ])('no consistency of %d with %d', (from, size) =>
    expect(consistencyProof(from, size, read)).rejects.toThrow(TypeError),
  );

  it('no edge of another size, or of other hashes', () => {
    const root = nodeHash(EMPTY_ROOT, EMPTY_ROOT);
    expect(() => Edge.of(3, [root])).toThrow('The edge of a tree of 3 leaves is 2 hashes of 32 bytes.');
    expect(() => Edge.of(1, [root.subarray(1)])).toThrow(TypeError);
    expect(() => Edge.of(-1, [])).toThrow(TypeError);
    expect(() => Edge.empty().append(Buffer.from('not hashed'))).toThrow('The hash of a leaf has 32 bytes, not 10.');
  });
});
