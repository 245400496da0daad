import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Checkpoint, openCheckpoint, parseVerifierKey, Untrue } from '../../../audit/verify/note.ts';
import { parseProof, verifyProof } from '../../../audit/verify/proof.ts';
import { Unreadable } from '../../../audit/verify/unreadable.ts';

/** A signer of this test’s own, after C2SP signed-note and tlog-cosignature. */
class Signer {
  readonly name: string;
  readonly vkey: string;
  readonly #id: Buffer;
  readonly #key: KeyObject;
  readonly #isWitness: boolean;

  constructor(name: string, type = 1) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const typed = Buffer.concat([Buffer.of(type), raw]);
    this.name = name;
    this.#key = privateKey;
    this.#id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
    this.#isWitness = type === 4;
    this.vkey = `${name}+${this.#id.toString('hex')}+${typed.toString('base64')}`;
  }

  line(text: string, time = 1_700_000_000n): string {
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(time);
    const signature = this.#isWitness
      ? Buffer.concat([stamp, sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), this.#key)])
      : sign(null, Buffer.from(text), this.#key);
    return `— ${this.name} ${Buffer.concat([this.#id, signature]).toString('base64')}\n`;
  }
}

const ORIGIN = 'log.example/audit';
const log = new Signer(ORIGIN);
const next = new Signer(ORIGIN);
const other = new Signer('other.example/log');
const one = new Signer('witness.example/one', 4);
const two = new Signer('witness.example/two', 4);

const sha256 = (...parts: Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = randomBytes(32);
const sibling = randomBytes(32);
const ROOT = sha256(Buffer.of(1), sibling, sha256(Buffer.of(0), leaf));
const TEXT = textOf();

function textOf(size: number | string = 2, root = ROOT.toString('base64'), origin = ORIGIN): string {
  return `${origin}\n${size}\n${root}\n`;
}
function noteOf(text = TEXT, signers: readonly Signer[] = [log]): string {
  return `${text}\n${signers.map((signer) => signer.line(text)).join('')}`;
}
function proofOf({ index = '1', hashes = [sibling.toString('base64')], note = noteOf(), extra = '' } = {}): string {
  return `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${hashes.map((hash) => `${hash}\n`).join('')}\n${note}`;
}

const open = (note: string, signers: readonly Signer[] = [log]): Checkpoint =>
  openCheckpoint(
    note,
    signers.map(({ vkey }) => parseVerifierKey(vkey)),
  );
const check = (proof: string, signers: readonly Signer[] = [log], quorum = 0, commitment = leaf): Checkpoint =>
  verifyProof(
    parseProof(proof),
    commitment,
    signers.map(({ vkey }) => parseVerifierKey(vkey)),
    quorum,
  );

/** Its code; what is thrown is one sentence and no programming error. */
function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof Untrue || error instanceof Unreadable)) throw error;
    expect(error.message).toMatch(/^[^\n]{10,300}[^.\n]$/);
    return error.code;
  }
  return 'TRUE';
}

describe('a checkpoint', () => {
  it('opens with the log’s key, and tells what it signs', () => {
    expect(open(noteOf())).toEqual({
      origin: ORIGIN,
      size: 2,
      root: ROOT,
      signers: [ORIGIN],
      witnesses: [],
      text: TEXT,
    });
  });

  it('opens with either key while a log changes its key, and passes over signatures of strangers', () => {
    const note = noteOf(TEXT, [other, log, next, one]);
    for (const keys of [[log], [next], [log, next]]) expect(open(note, keys).signers).toEqual([ORIGIN]);
    expect(open(noteOf(TEXT, [log]), [next, log]).signers).toEqual([ORIGIN]);
  });

  it('counts each witness once, and only those that are known', () => {
    const note = noteOf(TEXT, [log, one, one, two]);
    expect(open(note, [log, one]).witnesses).toEqual([one.name]);
    expect(open(note, [log, one, two]).witnesses).toEqual([one.name, two.name]);
  });

  it('holds extension lines, and sixteen signatures and more', () => {
    const text = `${TEXT}an extension\n`;
    const strangers = Array.from({ length: 40 }, (_, n) => new Signer(`stranger.example/${n}`));
    expect(open(noteOf(text, [...strangers, log])).size).toBe(2);
  });

  const line = log.line(TEXT);
  const id = (text: string): string => text.replace(/(— \S+ )./, '$1/');
  it.each<[string, string, string]>([
    ['nothing', '', 'NOTE_INVALID'],
    ['truncated in the text', noteOf().slice(0, 30), 'NOTE_INVALID'],
    ['truncated before the signature', `${TEXT}\n`, 'NOTE_INVALID'],
    ['truncated in the signature', noteOf().slice(0, -20), 'NOTE_INVALID'],
    ['a signature line with half a byte', `${TEXT}\n${line.slice(0, -4)}\n`, 'NOTE_INVALID'],
    ['a signature line cut short', `${TEXT}\n${line.slice(0, -21)}\n`, 'SIGNATURE_WRONG'],
    ['10,000 signatures', `${TEXT}\n${line.repeat(10_000)}`, 'NOTE_TOO_LARGE'],
    ['101 short signatures', `${TEXT}\n${'— a AAAAAAAA\n'.repeat(101)}`, 'NOTE_TOO_LARGE'],
    ['a carriage return', noteOf().replaceAll('\n', '\r\n'), 'NOTE_INVALID'],
    ['bytes that are no UTF-8', noteOf(textOf(2, undefined, 'log.example/�')), 'NOTE_INVALID'],
    ['a negative size', noteOf(textOf(-1)), 'NOTE_INVALID'],
    ['a size with a sign', noteOf(textOf('+2')), 'NOTE_INVALID'],
    ['a size with a leading zero', noteOf(textOf('02')), 'NOTE_INVALID'],
    ['a size in hexadecimal', noteOf(textOf('0x2')), 'NOTE_INVALID'],
    ['a size that is none', noteOf(textOf('')), 'NOTE_INVALID'],
    ['a huge size', noteOf(textOf('18446744073709551616')), 'NOTE_INVALID'],
    ['the first size that is too large', noteOf(textOf(String(2 ** 53))), 'NOTE_INVALID'],
    ['a million digits', noteOf(textOf('1'.repeat(1_000_000))), 'NOTE_TOO_LARGE'],
    ['a root of 31 bytes', noteOf(textOf(2, ROOT.subarray(1).toString('base64'))), 'NOTE_INVALID'],
    ['a root in base64url', noteOf(textOf(2, Buffer.alloc(32, 0xff).toString('base64url'))), 'NOTE_INVALID'],
    ['a root with loose last bits', noteOf(textOf(2, `${'A'.repeat(42)}B=`)), 'NOTE_INVALID'],
    ['an empty origin', noteOf(textOf(2, undefined, '')), 'NOTE_INVALID'],
    ['no signature of the key', noteOf(TEXT, [next]), 'SIGNATURE_MISSING'],
    ['a key id that does not match', `${TEXT}\n${id(line)}`, 'SIGNATURE_MISSING'],
    ['the key’s id under another name', noteOf().replace(`— ${ORIGIN}`, '— somebody.example'), 'SIGNATURE_MISSING'],
    ['from another log', noteOf(textOf(2, undefined, other.name), [other]), 'ORIGIN_WRONG'],
    ['of another log, signed by this one', noteOf(textOf(2, undefined, other.name)), 'ORIGIN_WRONG'],
    ['another size under the signature', noteOf().replace('\n2\n', '\n3\n'), 'SIGNATURE_WRONG'],
    ['a known key’s good and wrong signature', `${noteOf()}${log.line('else\n')}`, 'SIGNATURE_WRONG'],
    ['only a witness’s signature', noteOf(TEXT, [one]), 'SIGNATURE_MISSING'],
  ])('%s', (_, note, code) => {
    expect(codeOf(() => open(note))).toBe(code);
  });

  it('a known witness’s cosignature must be right, of this text and at its time', () => {
    const wrong = `${noteOf()}${one.line(textOf(3))}`;
    expect(codeOf(() => open(wrong, [log, one]))).toBe('SIGNATURE_WRONG');
    expect(codeOf(() => open(wrong))).toBe('TRUE');
    const [before, bytes] = one
      .line(TEXT)
      .trimEnd()
      .split(/ (?=\S+$)/) as [string, string];
    const later = Buffer.from(bytes, 'base64');
    later.writeUInt8(1, 11);
    expect(codeOf(() => open(`${noteOf()}${before} ${later.toString('base64')}\n`, [log, one]))).toBe(
      'SIGNATURE_WRONG',
    );
    expect(codeOf(() => open(`${noteOf()}${one.line(TEXT, 2n ** 63n)}`, [log, one]))).toBe('SIGNATURE_WRONG');
  });
});

describe('a key', () => {
  const [name, id, bytes = ''] = log.vkey.split(/\+(.{8})\+/);
  it.each([
    ['nothing', ''],
    ['no id', `${name}+${bytes}`],
    ['an id that is not its own', `${name}+00000000+${bytes}`],
    ['another name', `else.example+${id}+${bytes}`],
    ['a space in its name', `log example+${id}+${bytes}`],
    ['of 31 bytes', `${name}+${id}+${bytes.slice(0, -2)}==`],
    ['of a type that is not known', new Signer('x.example', 2).vkey],
    ['no base64', `${name}+${id}+${'*'.repeat(44)}`],
    ['huge', `${'x'.repeat(1_000_000)}+${id}+${bytes}`],
  ])('that is wrong: %s', (_, vkey) => {
    expect(codeOf(() => parseVerifierKey(vkey))).toBe('KEY_INVALID');
  });
});

describe('a proof', () => {
  it('holds', () => {
    const { size, origin } = check(proofOf({ extra: `extra ${leaf.toString('base64')}\n` }));
    expect({ size, origin }).toEqual({ size: 2, origin: ORIGIN });
    expect(parseProof(proofOf({ extra: `extra ${leaf.toString('base64')}\n` })).extra).toEqual(leaf);
  });

  it('of a log with one entry needs no hashes', () => {
    const text = textOf(1, sha256(Buffer.of(0), leaf).toString('base64'));
    expect(check(proofOf({ index: '0', hashes: [], note: noteOf(text) })).size).toBe(1);
  });

  it('needs its quorum of the witnesses that are known', () => {
    const proof = proofOf({ note: noteOf(TEXT, [log, one]) });
    expect(codeOf(() => check(proof, [log, one, two], 1))).toBe('TRUE');
    expect(codeOf(() => check(proof, [log, one, two], 2))).toBe('QUORUM_MISSING');
    expect(codeOf(() => check(proof, [log, two], 1))).toBe('QUORUM_MISSING');
  });

  it('of another commitment is none', () => {
    expect(codeOf(() => check(proofOf(), [log], 0, randomBytes(32)))).toBe('INCLUSION_WRONG');
  });

  const hash = sibling.toString('base64');
  it.each<[string, string, string]>([
    ['nothing', '', 'PROOF_INVALID'],
    ['something else', 'hello\n\nworld\n', 'PROOF_INVALID'],
    ['another version', proofOf().replace('@v1', '@v2'), 'PROOF_INVALID'],
    ['truncated before its checkpoint', proofOf().slice(0, proofOf().indexOf('\n\n')), 'PROOF_INVALID'],
    ['truncated in its checkpoint', proofOf().slice(0, -100), 'NOTE_INVALID'],
    ['no index', proofOf().replace(/index .*\n/, ''), 'PROOF_INVALID'],
    ['a negative index', proofOf({ index: '-1' }), 'NOTE_INVALID'],
    ['a huge index', proofOf({ index: '99999999999999999999' }), 'NOTE_INVALID'],
    ['an index with a leading zero', proofOf({ index: '01' }), 'NOTE_INVALID'],
    ['an index past the checkpoint', proofOf({ index: '2' }), 'INCLUSION_WRONG'],
    ['another index', proofOf({ index: '0' }), 'INCLUSION_WRONG'],
    ['a hash of 31 bytes', proofOf({ hashes: [sibling.subarray(1).toString('base64')] }), 'PROOF_INVALID'],
    ['a hash too few', proofOf({ hashes: [] }), 'INCLUSION_WRONG'],
    ['a hash too many', proofOf({ hashes: [hash, hash] }), 'INCLUSION_WRONG'],
    ['54 hashes', proofOf({ hashes: Array(54).fill(hash) }), 'PROOF_TOO_LARGE'],
    ['10,000 hashes', proofOf({ hashes: Array(10_000).fill(hash) }), 'PROOF_TOO_LARGE'],
    ['extra data that is no base64', proofOf({ extra: 'extra *\n' }), 'PROOF_INVALID'],
    ['10,000 signatures', proofOf({ note: noteOf(TEXT, Array(10_000).fill(log)) }), 'PROOF_TOO_LARGE'],
    ['200 short signatures', proofOf({ note: `${noteOf()}${'— a AAAAAAAA\n'.repeat(200)}` }), 'NOTE_TOO_LARGE'],
    ['of another log', proofOf({ note: noteOf(textOf(2, undefined, other.name), [other]) }), 'ORIGIN_WRONG'],
    ['a negative size', proofOf({ note: noteOf(textOf(-2)) }), 'NOTE_INVALID'],
    ['a huge size', proofOf({ note: noteOf(textOf('9'.repeat(400))) }), 'NOTE_INVALID'],
    ['the largest size there can be', proofOf({ note: noteOf(textOf(2 ** 53 - 1)) }), 'INCLUSION_WRONG'],
  ])('that is wrong: %s', (_, proof, code) => {
    expect(codeOf(() => check(proof))).toBe(code);
  });
});
