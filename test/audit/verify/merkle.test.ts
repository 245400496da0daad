import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  EMPTY_TREE,
  GrowingTree,
  hashChildren,
  hashLeaf,
  verifyConsistency,
  verifyInclusion,
} from '../../../audit/verify/merkle.ts';

/** The published vectors: from the shared folder where it is, else the copy. */
function vectors<Vector>(file: string): readonly Vector[] {
  const [shared, copy] = ['../../../../shared/vectors/', '../../vectors/'].map((folder) =>
    fileURLToPath(new URL(folder + file, import.meta.url)),
  ) as [string, string];
  return JSON.parse(readFileSync(existsSync(shared) ? shared : copy, 'utf8'));
}

interface Vector {
  readonly name: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

const bytes = (text: string | null): Buffer => Buffer.from(text ?? '', 'base64');

describe('the published vectors', () => {
  const inclusion = vectors<Vector & { leafIdx: number; treeSize: number; root: string; leafHash: string }>(
    'merkle-inclusion.json',
  );
  const consistency = vectors<Vector & { size1: number; size2: number; root1: string; root2: string }>(
    'merkle-consistency.json',
  );

  it('are of both kinds, right and wrong', () => {
    for (const wantErr of [true, false]) {
      expect(inclusion.filter((vector) => vector.wantErr === wantErr).length).toBeGreaterThan(0);
      expect(consistency.filter((vector) => vector.wantErr === wantErr).length).toBeGreaterThan(0);
    }
  });

  it.each(inclusion)('inclusion $name: wrong is $wantErr', ({ leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
    const accepted = verifyInclusion(bytes(leafHash), leafIdx, treeSize, bytes(root), (proof ?? []).map(bytes));
    expect(accepted).toBe(!wantErr);
  });

  it.each(consistency)('consistency $name: wrong is $wantErr', ({ size1, size2, root1, root2, proof, wantErr }) => {
    expect(verifyConsistency(size1, size2, bytes(root1), bytes(root2), (proof ?? []).map(bytes))).toBe(!wantErr);
  });
});

/** RFC 9162 § 2.1, written down as it stands there: slow, and nobody's arithmetic. */
const definition = {
  split: (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1),
  root(leaves: readonly Buffer[]): Buffer {
    if (leaves.length === 0) return EMPTY_TREE;
    if (leaves.length === 1) return leaves[0] as Buffer;
    const k = definition.split(leaves.length);
    return hashChildren(definition.root(leaves.slice(0, k)), definition.root(leaves.slice(k)));
  },
  path(m: number, leaves: readonly Buffer[]): Buffer[] {
    if (leaves.length <= 1) return [];
    const k = definition.split(leaves.length);
    const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
    return m < k
      ? [...definition.path(m, left), definition.root(right)]
      : [...definition.path(m - k, right), definition.root(left)];
  },
  subproof(m: number, leaves: readonly Buffer[], whole: boolean): Buffer[] {
    if (m === leaves.length) return whole ? [] : [definition.root(leaves)];
    const k = definition.split(leaves.length);
    const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
    return m <= k
      ? [...definition.subproof(m, left, whole), definition.root(right)]
      : [...definition.subproof(m - k, right, false), definition.root(left)];
  },
};

describe('every tree of up to 33 leaves', () => {
  const leaves = Array.from({ length: 33 }, (_, index) => hashLeaf(Buffer.from(`leaf ${index}`)));
  const roots = leaves.map((_, index) => definition.root(leaves.slice(0, index + 1)));
  const rootOf = (size: number): Buffer => roots[size - 1] ?? EMPTY_TREE;

  it('grows to the root of the definition', () => {
    const tree = new GrowingTree();
    expect(tree.root().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const leaf of leaves) {
      tree.append(leaf);
      expect(tree.root()).toEqual(rootOf(tree.size));
    }
  });

  it('includes each leaf at its index, and at no other', () => {
    for (let size = 1; size <= leaves.length; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const proof = definition.path(index, leaves.slice(0, size));
        const leaf = leaves[index] as Buffer;
        expect(verifyInclusion(leaf, index, size, rootOf(size), proof)).toBe(true);
        expect(verifyInclusion(leaf, (index + 1) % (size + 1), size, rootOf(size), proof)).toBe(false);
        expect(verifyInclusion(leaves[(index + 1) % 33] as Buffer, index, size, rootOf(size), proof)).toBe(false);
        expect(verifyInclusion(leaf, index, size, rootOf(size), [...proof, leaf])).toBe(false);
        if (proof.length > 0) expect(verifyInclusion(leaf, index, size, rootOf(size), proof.slice(1))).toBe(false);
      }
    }
  });

  it('continues each smaller tree, and none that differs', () => {
    for (let size2 = 1; size2 <= leaves.length; size2 += 1) {
      for (let size1 = 1; size1 <= size2; size1 += 1) {
        const proof = definition.subproof(size1, leaves.slice(0, size2), true);
        expect(verifyConsistency(size1, size2, rootOf(size1), rootOf(size2), proof)).toBe(true);
        const other = hashLeaf(Buffer.from('another'));
        expect(verifyConsistency(size1, size2, other, rootOf(size2), proof)).toBe(false);
        expect(verifyConsistency(size1, size2, rootOf(size1), other, proof)).toBe(false);
        expect(verifyConsistency(size1, size2, rootOf(size1), rootOf(size2), [...proof, other])).toBe(false);
        if (proof.length > 0) {
          expect(verifyConsistency(size1, size2, rootOf(size1), rootOf(size2), proof.slice(0, -1))).toBe(false);
        }
      }
    }
  });
});

describe('what is no index, size or hash is no proof', () => {
  const leaf = hashLeaf(Buffer.from('leaf'));

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s', (number) => {
    expect(verifyInclusion(leaf, number, 1, leaf, [])).toBe(false);
    expect(verifyInclusion(leaf, 0, number, leaf, [])).toBe(false);
    expect(verifyConsistency(number, 1, leaf, leaf, [])).toBe(false);
    expect(verifyConsistency(1, number, leaf, leaf, [])).toBe(false);
  });

  it('the largest tree there can be is answered at once', () => {
    const largest = Number.MAX_SAFE_INTEGER;
    expect(verifyInclusion(leaf, largest - 1, largest, leaf, Array(53).fill(leaf))).toBe(false);
    expect(verifyConsistency(largest - 1, largest, leaf, leaf, Array(53).fill(leaf))).toBe(false);
  });
});
