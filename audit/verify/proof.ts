import { equal, hashLeaf, sha256, verifyInclusion } from './merkle.ts';
import { type Checkpoint, decodeBase64, openCheckpoint, parseCount, Untrue, type VerifierKey } from './note.ts';
import { Unreadable } from './unreadable.ts';

/** A proof that an entry is in the log, as it is written (C2SP tlog-proof). */
export interface Proof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** The entry's salt, or whatever stands there; not authenticated. */
  readonly extra: Buffer | null;
  /** The checkpoint with its signatures. */
  readonly note: string;
}

/** Bytes of a proof that are read: the note, and 63 hashes at most. */
const MOST_BYTES = 131_072;

/** A tree of less than 2⁵³ leaves is no higher. */
const MOST_HASHES = 53;

/**
 * Reads a tlog-proof.
 *
 * @throws Unreadable `PROOF_INVALID`, `PROOF_TOO_LARGE`; `NOTE_INVALID` for an index that is none
 */
export function parseProof(source: string): Proof {
  if (source.length > MOST_BYTES) {
    throw new Unreadable('PROOF_TOO_LARGE', `the proof is longer than ${MOST_BYTES} bytes, and none needs as much`);
  }
  const split = source.indexOf('\n\n');
  const [first, ...lines] = source.slice(0, Math.max(0, split)).split('\n');
  if (first !== 'c2sp.org/tlog-proof@v1') {
    throw new Unreadable('PROOF_INVALID', 'the file is no whole proof of the form c2sp.org/tlog-proof@v1');
  }
  const extra = lines[0]?.startsWith('extra ') ? lines.shift()?.slice('extra '.length) : undefined;
  const index = lines.shift() ?? '';
  if (!index.startsWith('index ')) throw new Unreadable('PROOF_INVALID', 'the proof names no index');
  if (lines.length > MOST_HASHES) {
    throw new Unreadable('PROOF_TOO_LARGE', `the proof has ${lines.length} hashes, and no tree is as high`);
  }
  return {
    index: parseCount(index.slice('index '.length), 'the index of the proof'),
    hashes: lines.map((line) => bytesOf(line, 32)),
    extra: extra === undefined ? null : bytesOf(extra),
    note: source.slice(split + 2),
  };
}

/**
 * Checks that the log, as its signed checkpoint has it, holds the commitment at the proof's index.
 *
 * @throws Untrue `INCLUSION_WRONG`, `QUORUM_MISSING` and those of `openCheckpoint`; Unreadable as `openCheckpoint`
 */
export function verifyProof(
  proof: Proof,
  commitment: Uint8Array,
  keys: readonly VerifierKey[],
  quorum: number,
): Checkpoint {
  const checkpoint = openCheckpoint(proof.note, keys);
  requireQuorum(checkpoint, quorum);
  const { size, root } = checkpoint;
  if (proof.index >= size) {
    throw new Untrue('INCLUSION_WRONG', `the proof is of index ${proof.index}, and its checkpoint has ${size} entries`);
  }
  if (!verifyInclusion(hashLeaf(commitment), proof.index, size, root, proof.hashes)) {
    throw new Untrue(
      'INCLUSION_WRONG',
      `the entry is not at index ${proof.index} of the log that the checkpoint signs`,
    );
  }
  return checkpoint;
}

/** @throws Untrue `QUORUM_MISSING` */
export function requireQuorum({ size, witnesses }: Checkpoint, quorum: number): void {
  if (witnesses.length >= quorum) return;
  throw new Untrue(
    'QUORUM_MISSING',
    `the checkpoint of size ${size} has cosignatures of ${witnesses.length} of the witnesses given, and ${quorum} are needed`,
  );
}

/** SHA-256(salt ‖ the entry's canonical bytes): what the log holds in place of the entry. */
export function commit(salt: Uint8Array, body: Uint8Array): Buffer {
  return sha256(Buffer.concat([salt, body]));
}

/** @throws Untrue `COMMITMENT_WRONG` */
export function requireCommitment(commitment: Uint8Array, salt: Uint8Array, body: Uint8Array): void {
  if (equal(commit(salt, body), commitment)) return;
  throw new Untrue('COMMITMENT_WRONG', 'the text is not the one that the commitment was made of');
}

function bytesOf(text: string, length?: number): Buffer {
  const bytes = decodeBase64(text);
  if (bytes !== null && (length === undefined || bytes.length === length)) return bytes;
  throw new Unreadable('PROOF_INVALID', 'the proof cannot be read: a line of it is not whole');
}
