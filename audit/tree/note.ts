import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** Signs notes under one name with one Ed25519 key. */
export interface NoteSigner {
  readonly name: string;
  /** First 4 bytes of SHA-256(name ‖ "\n" ‖ 0x01 ‖ public key). */
  readonly keyId: Buffer;
  /** The public key as verifiers are configured with it: `<name>+<key id, hex>+<base64(0x01 ‖ public key)>`. */
  readonly vkey: string;
  /** One signature line over a note's text, with the newline at its end. */
  sign(text: string): string;
}

/** A key that verifies notes, read from a vkey. */
export interface NoteVerifier {
  readonly name: string;
  readonly keyId: Buffer;
  /** 0x01: Ed25519 over the text; 0x04: a witness's timestamped cosignature. */
  readonly type: number;
  readonly key: KeyObject;
}

/** Signature types (C2SP signed-note § Signature types). */
export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;

/** DER of an Ed25519 public key (RFC 8410) before its 32 bytes. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * A signer of notes; `key` is an Ed25519 private key.
 *
 * Throws `TypeError` for another key, and for a name that is empty or has a space, a plus or a control character. Source: C2SP signed-note.
 */
export function createSigner(name: string, key: KeyObject): NoteSigner {
  if (key.type !== 'private' || key.asymmetricKeyType !== 'ed25519') {
    throw new TypeError('A note is signed with an Ed25519 private key.');
  }
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI.length);
  const keyId = keyIdOf(checkedName(name), ED25519, raw);
  return {
    name,
    keyId,
    vkey: `${name}+${keyId.toString('hex')}+${Buffer.concat([Buffer.of(ED25519), raw]).toString('base64')}`,
    sign: (text) => signatureLine(name, keyId, sign(null, Buffer.from(checkedText(text)), key)),
  };
}

/** Reads a vkey of an Ed25519 key; throws `TypeError` when it is none, or its key id is not its key's. Source: C2SP signed-note. */
export function parseVkey(vkey: string): NoteVerifier {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(vkey) ?? [];
  const bytes = Buffer.from(encoded ?? '', 'base64');
  const type = bytes[0];
  const raw = bytes.subarray(1);
  if (name === undefined || (type !== ED25519 && type !== COSIGNATURE) || raw.length !== 32) {
    throw new TypeError('A verifier key is `<name>+<8 hex digits>+<base64>` of an Ed25519 key, type 1 or 4.');
  }
  const keyId = keyIdOf(checkedName(name), type, raw);
  if (keyId.toString('hex') !== id) throw new TypeError(`The key id in the verifier key of ${name} is not its key's.`);
  const key = createPublicKey({ key: Buffer.concat([SPKI, raw]), format: 'der', type: 'spki' });
  return { name, keyId, type, key };
}

/** The text of a checkpoint: origin, number of leaves, base64 of the root, a line each. Source: C2SP tlog-checkpoint. */
export function checkpointText(origin: string, size: number, root: Uint8Array): string {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new TypeError(`A checkpoint's size is a safe integer from 0, not ${size}.`);
  if (root.length !== 32) throw new TypeError(`A checkpoint's root has 32 bytes, not ${root.length}.`);
  if (origin === '' || CONTROL.test(origin))
    throw new TypeError('The origin of a checkpoint is one line that is not empty.');
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** A note: the text, an empty line, and one signature line of each signer. Source: C2SP signed-note § Format. */
export function signNote(text: string, signers: readonly NoteSigner[]): string {
  if (signers.length === 0) throw new TypeError('A note has at least one signature.');
  return `${checkedText(text)}\n${signers.map((signer) => signer.sign(text)).join('')}`;
}

/** The note with more signature lines under it; each ends in its newline. */
export function addLines(note: string, lines: readonly string[]): string {
  const bad = lines.find((line) => parseLine(line) === null);
  if (bad !== undefined) throw new TypeError('A signature line is `— <name> <base64>` and a newline.');
  return note + lines.join('');
}

/** The text that a note's signatures are over: all before its last empty line, with the newline. Throws `TypeError` for no note. */
export function noteText(note: string): string {
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw new TypeError('A note has an empty line before its signatures.');
  return note.slice(0, end + 1);
}

/**
 * Whether a signature line is a witness's timestamped cosignature over a checkpoint's text.
 *
 * `unknown`: of another name or key id, which a reader passes over; `bad`: it claims the key, and does not verify. Source: C2SP
 * tlog-cosignature, cosignature/v1.
 */
export function checkCosignature(line: string, text: string, witness: NoteVerifier): 'good' | 'bad' | 'unknown' {
  const signature = parseLine(line);
  if (signature === null || signature.name !== witness.name || !signature.keyId.equals(witness.keyId)) return 'unknown';
  const { bytes } = signature;
  if (bytes.length !== 8 + 64 || bytes.readUInt8(0) > 0x7f) return 'bad';
  const message = `cosignature/v1\ntime ${bytes.readBigUInt64BE()}\n${text}`;
  return verify(null, Buffer.from(message), witness.key, bytes.subarray(8)) ? 'good' : 'bad';
}

interface SignatureLine {
  readonly name: string;
  readonly keyId: Buffer;
  /** What follows the key id. */
  readonly bytes: Buffer;
}

/** Reads a signature line with its newline; null when it is none. */
export function parseLine(line: string): SignatureLine | null {
  const [, name, encoded] = LINE.exec(line) ?? [];
  if (name === undefined || encoded === undefined) return null;
  const bytes = Buffer.from(encoded, 'base64');
  // Node's decoder forgives; the encoding has one form.
  if (bytes.length < 5 || bytes.toString('base64') !== encoded) return null;
  return { name, keyId: bytes.subarray(0, 4), bytes: bytes.subarray(4) };
}

const LINE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})\n$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the control characters are what it looks for.
const CONTROL = /[\u0000-\u001f]/;

function signatureLine(name: string, keyId: Buffer, signature: Buffer): string {
  return `\u2014 ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`;
}

function keyIdOf(name: string, type: number, raw: Uint8Array): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(type)).update(raw).digest().subarray(0, 4);
}

function checkedName(name: string): string {
  if (name !== '' && !/[\s+]/.test(name) && !CONTROL.test(name)) return name;
  throw new TypeError('A key name is not empty, and has no space, plus or control character.');
}

function checkedText(text: string): string {
  if (text.endsWith('\n') && !CONTROL.test(text.replaceAll('\n', '')) && !/\p{Surrogate}/u.test(text)) return text;
  throw new TypeError('The text of a note ends in a newline, and has no other control character.');
}
