import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { sha256 } from './merkle.ts';
import { Unreadable } from './unreadable.ts';

/** Signature lines of a note that are read; C2SP signed-note asks for at least 16. A log with its keys and witnesses has a dozen. */
const MOST_SIGNATURES = 100;

/** Bytes of a note that are read. */
const MOST_BYTES = 65_536;

/** A key that signs notes: of the log (Ed25519, type 0x01) or of a witness (cosignature/v1, type 0x04). */
export interface VerifierKey {
  readonly name: string;
  /** Four bytes as hex. */
  readonly id: string;
  readonly kind: 'log' | 'witness';
  readonly key: KeyObject;
}

/** What a log says of itself in a checkpoint (C2SP tlog-checkpoint). */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  /** Names of the log's keys whose signatures were checked. */
  readonly signers: readonly string[];
  /** Names of the witnesses whose cosignatures were checked, each once. */
  readonly witnesses: readonly string[];
  /** The signed text, with its last newline. */
  readonly text: string;
}

/** A note that is not what the holder of the key signed: its code, and why in one sentence. */
export class Untrue extends Error {
  override readonly name = 'Untrue';
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

interface Note {
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly bytes: Buffer }[];
}

const ED25519_SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/**
 * Reads a verifier key `<name>+<key id>+<base64(type ‖ public key)>` (C2SP signed-note; tlog-cosignature for witnesses).
 *
 * @throws Unreadable `KEY_INVALID`
 */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name = '', id = '', encoded = ''] =
    /^([^\s+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})$/u.exec(text.trim()) ?? [];
  const bytes = decodeBase64(encoded);
  const kind = bytes?.[0] === 1 ? 'log' : bytes?.[0] === 4 ? 'witness' : undefined;
  if (bytes === null || bytes.length !== 33 || kind === undefined) {
    throw new Unreadable(
      'KEY_INVALID',
      'a key is written <name>+<8 hexadecimal digits>+<base64> and holds an Ed25519 key of a log or of a witness',
    );
  }
  if (sha256(Buffer.concat([Buffer.from(`${name}\n`), bytes])).toString('hex', 0, 4) !== id) {
    throw new Unreadable('KEY_INVALID', `the key of ${name} does not have the key id ${id} that it is written with`);
  }
  const spki = Buffer.concat([ED25519_SPKI, bytes.subarray(1)]);
  return { name, id, kind, key: createPublicKey({ key: spki, format: 'der', type: 'spki' }) };
}

/**
 * Opens a checkpoint: it is signed by one of the log's keys, and no signature of a key that is known is wrong.
 *
 * @param keys of the log and of witnesses; the log's bear its origin as their name
 * @throws Unreadable `NOTE_INVALID`, `NOTE_TOO_LARGE`
 * @throws Untrue `SIGNATURE_WRONG`, `SIGNATURE_MISSING`, `ORIGIN_WRONG`
 */
export function openCheckpoint(source: string, keys: readonly VerifierKey[]): Checkpoint {
  const note = parseNote(source);
  const { origin, size, root } = parseCheckpointText(note.text);
  const signed = { log: new Set<string>(), witness: new Set<string>() };
  for (const { name, id, bytes } of note.signatures) {
    // Both name and id must be those of a known key (C2SP signed-note); others are not ours to judge.
    const known = keys.find((key) => key.name === name && key.id === id);
    if (known === undefined) continue;
    if (!isSignedBy(known, note.text, bytes)) {
      throw new Untrue('SIGNATURE_WRONG', `the signature of ${name} under the checkpoint of size ${size} is wrong`);
    }
    signed[known.kind].add(name);
  }
  if (signed.log.size === 0) {
    const logs = keys.filter(({ kind }) => kind === 'log');
    if (logs.every(({ name }) => name !== origin)) {
      throw new Untrue(
        'ORIGIN_WRONG',
        `the checkpoint is of the log ${shown(origin)}, and the key is of ${logs[0]?.name}`,
      );
    }
    throw new Untrue('SIGNATURE_MISSING', `the checkpoint of size ${size} has no signature of the key that was given`);
  }
  if (!signed.log.has(origin)) {
    throw new Untrue(
      'ORIGIN_WRONG',
      `the checkpoint is of the log ${shown(origin)}, and is signed by ${[...signed.log][0]}`,
    );
  }
  return { origin, size, root, signers: [...signed.log], witnesses: [...signed.witness], text: note.text };
}

/**
 * Whether a signature line is the witness's cosignature of the text; null when it is not of this witness's name and key id.
 *
 * @throws Unreadable `NOTE_INVALID`
 */
export function verifyLine(line: string, text: string, key: VerifierKey): boolean | null {
  const { name, id, bytes } = parseLine(line.replace(/\n$/, ''));
  return name === key.name && id === key.id ? isSignedBy(key, text, bytes) : null;
}

function isSignedBy({ kind, key }: VerifierKey, text: string, bytes: Buffer): boolean {
  if (kind === 'log') return bytes.length === 64 && verify(null, Buffer.from(text), key, bytes);
  // timestamped_signature: a 64-bit POSIX time and the signature of the time and the text (C2SP tlog-cosignature).
  if (bytes.length !== 72 || bytes.readUInt8(0) > 0x7f) return false;
  return verify(null, Buffer.from(`cosignature/v1\ntime ${bytes.readBigUInt64BE(0)}\n${text}`), key, bytes.subarray(8));
}

function parseNote(source: string): Note {
  if (source.length > MOST_BYTES) {
    throw new Unreadable('NOTE_TOO_LARGE', `the checkpoint is longer than ${MOST_BYTES} bytes`);
  }
  const end = source.lastIndexOf('\n\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: signed notes hold none but the newline.
  if (end < 0 || !source.endsWith('\n') || /[\0-\x09\x0b-\x1f\ufffd]/.test(source))
    throw invalid('it is no signed note');
  const lines = source.slice(end + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) {
    throw new Unreadable(
      'NOTE_TOO_LARGE',
      `the checkpoint has ${lines.length} signatures, and at most ${MOST_SIGNATURES} are read`,
    );
  }
  return { text: source.slice(0, end + 1), signatures: lines.map(parseLine) };
}

function parseLine(line: string): Note['signatures'][number] {
  const [, name = '', encoded = ''] = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = decodeBase64(encoded);
  if (bytes === null || bytes.length < 5) throw invalid('a signature line is not whole');
  return { name, id: bytes.toString('hex', 0, 4), bytes: bytes.subarray(4) };
}

function parseCheckpointText(text: string): Pick<Checkpoint, 'origin' | 'size' | 'root'> {
  const [origin = '', size = '', root = '', ...extensions] = text.slice(0, -1).split('\n');
  const hash = decodeBase64(root);
  if (origin === '' || extensions.includes('')) throw invalid('its text is no checkpoint');
  if (hash?.length !== 32) throw invalid('its root is no SHA-256 hash');
  return { origin, size: parseCount(size, 'its size'), root: hash };
}

/**
 * A number of entries as C2SP writes it: decimal digits without leading zeros.
 *
 * @throws Unreadable `NOTE_INVALID` also above 2⁵³ − 1, which no log reaches
 */
export function parseCount(text: string, what: string): number {
  const number = /^(0|[1-9]\d{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw invalid(`${what} is no whole number from 0 to 2^53 - 1`);
  return number;
}

/** The bytes, or null when the text is not base64 as RFC 4648 § 4 writes it, padding and last bits included. */
export function decodeBase64(text: string): Buffer | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

function invalid(why: string): Unreadable {
  return new Unreadable('NOTE_INVALID', `the checkpoint cannot be read: ${why}`);
}

/** Of a stranger's text no more than a line's worth. */
function shown(origin: string): string {
  return JSON.stringify(origin.length > 80 ? `${origin.slice(0, 80)}…` : origin);
}
