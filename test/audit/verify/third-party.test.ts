import { createPublicKey, type KeyObject } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consistencyProof } from '../../../audit/tree/merkle.ts';
import { type EntryProof, proveEntry, readTiles } from '../../../audit/tree/prove.ts';
import { type LogWorld, startLog } from '../sequencing.ts';
import { newSigner, ORIGIN } from '../signing.ts';

/**
 * Verifiers that were not written here: Sigstore’s (checkpoints and inclusion, as Rekor’s are) and Transmute’s (RFC 9162, consistency).
 *
 * Each accepts what this log signs and proves, and refuses it once a bit of it is altered.
 */
const require = createRequire(import.meta.url);
const { verifyCheckpoint }: SigstoreCheckpoint = require('@sigstore/verify/dist/tlog/checkpoint');
const { verifyMerkleInclusion }: SigstoreMerkle = require('@sigstore/verify/dist/tlog/merkle');
const { RFC9162 }: Transmute = require('@transmute/rfc9162');

interface SignedHead {
  readonly logSize: bigint;
  readonly logHash: Buffer;
}
interface SigstoreCheckpoint {
  verifyCheckpoint(
    entry: { inclusionProof: { checkpoint: { envelope: string } } },
    logs: readonly { logID: Buffer; baseURL: string; publicKey: KeyObject }[],
  ): SignedHead;
}
interface SigstoreMerkle {
  verifyMerkleInclusion(
    entry: { canonicalizedBody: Buffer; inclusionProof: { logIndex: string; hashes: readonly Buffer[] } },
    head: SignedHead,
  ): void;
}
interface Transmute {
  readonly RFC9162: {
    verifyConsistencyProof(
      first: Uint8Array,
      second: Uint8Array,
      proof: { tree_size_1: number; tree_size_2: number; consistency_path: readonly Uint8Array[] },
    ): Promise<boolean>;
  };
}

let world: LogWorld;
/** Of the first, the last and other entries, under the checkpoint of 700. */
let proofs: readonly EntryProof[];
/** Checkpoints by their sizes; none is a power of two, for which Transmute’s verifier repeats the first root. */
const notes = new Map<number, string>();

beforeAll(async () => {
  world = await startLog();
  for (const count of [3, 297, 400]) {
    await world.append(count);
    const sequencer = await world.start();
    const size = await world.caughtUp();
    await sequencer.close();
    const { rows } = await world.admin.query('SELECT note FROM audit.publications WHERE size = $1', [size]);
    notes.set(size, rows[0].note);
  }
  const { rows } = await world.admin.query(
    'SELECT e.id FROM audit.sequence s JOIN audit.entries e USING (seq) WHERE s.index IN (0, 1, 255, 256, 417, 511, 512, 699)',
  );
  const found = await Promise.all(rows.map(({ id }) => proveEntry(world.admin, id)));
  proofs = found.filter((proof) => proof !== null);
});
afterAll(() => world?.close());

function logOf({ vkey, keyId }: { vkey: string; keyId: Buffer }) {
  const [, , encoded = ''] = /^([^+]+)\+[^+]+\+(.+)$/.exec(vkey) ?? [];
  const x = Buffer.from(encoded, 'base64').subarray(1).toString('base64url');
  const publicKey = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x } });
  return { logID: keyId, baseURL: ORIGIN, publicKey };
}

const headOf = (envelope: string, signer = world.signer): SignedHead =>
  verifyCheckpoint({ inclusionProof: { checkpoint: { envelope } } }, [logOf(signer)]);

function include({ index, leaf, hashes, note }: Pick<EntryProof, 'index' | 'leaf' | 'hashes' | 'note'>): void {
  const inclusionProof = { logIndex: String(index), hashes };
  verifyMerkleInclusion({ canonicalizedBody: leaf, inclusionProof }, headOf(note));
}

const flipped = (bytes: Buffer, at = 7): Buffer => {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
};

describe('Sigstore’s verifier', () => {
  it('accepts the checkpoints, with the size and the root that they name', () => {
    expect([...notes.keys()]).toEqual([3, 300, 700]);
    for (const [size, note] of notes) {
      const { logSize, logHash } = headOf(note);
      expect(logSize).toBe(BigInt(size));
      expect(logHash.toString('base64')).toBe(note.split('\n')[2]);
    }
  });

  it('refuses a checkpoint that was altered or that another key signed', () => {
    const note = notes.get(700) ?? '';
    expect(() => headOf(note.replace('\n700\n', '\n701\n'))).toThrow('invalid checkpoint signature');
    const root = note.split('\n')[2] ?? '';
    const other = flipped(Buffer.from(root, 'base64')).toString('base64');
    expect(() => headOf(note.replace(root, other))).toThrow('invalid checkpoint signature');
    expect(() => headOf(note, newSigner())).toThrow('invalid checkpoint signature');
  });

  it('accepts the inclusion of each entry, and refuses each that was altered', () => {
    expect(proofs.map(({ index }) => index).sort((a, b) => a - b)).toEqual([0, 1, 255, 256, 417, 511, 512, 699]);
    for (const proof of proofs) {
      expect(() => include(proof)).not.toThrow();
      const { index, leaf, hashes } = proof;
      expect(() => include({ ...proof, leaf: flipped(leaf) })).toThrow();
      expect(() => include({ ...proof, index: index ^ 1 })).toThrow();
      expect(() => include({ ...proof, index: 700 })).toThrow();
      expect(() => include({ ...proof, hashes: hashes.slice(1) })).toThrow();
      expect(() => include({ ...proof, hashes: hashes.with(-1, flipped(hashes.at(-1) as Buffer)) })).toThrow();
      expect(() => include({ ...proof, note: notes.get(300) ?? '' })).toThrow();
    }
  });
});

describe('Transmute’s verifier', () => {
  it.each([
    [3, 300],
    [3, 700],
    [300, 700],
  ])('accepts that the log of %i went on to %i, and refuses it once altered', async (first, second) => {
    const [one, two] = [first, second].map((size) => headOf(notes.get(size) ?? '').logHash) as [Buffer, Buffer];
    const path = await consistencyProof(first, second, readTiles(world.admin));
    const verify = (before: Buffer, after: Buffer, hashes: readonly Buffer[]): Promise<boolean> =>
      RFC9162.verifyConsistencyProof(before, after, {
        tree_size_1: first,
        tree_size_2: second,
        consistency_path: hashes.map((hash) => Uint8Array.from(hash)),
      });
    expect(await verify(one, two, path)).toBe(true);
    expect(await verify(flipped(one), two, path)).toBe(false);
    expect(await verify(one, flipped(two), path)).toBe(false);
    expect(await verify(two, one, path)).toBe(false);
    expect(await verify(one, two, path.slice(0, -1))).toBe(false);
    for (const [at, hash] of path.entries()) expect(await verify(one, two, path.with(at, flipped(hash)))).toBe(false);
  });
});
