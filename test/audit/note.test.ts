import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addLines,
  checkCosignature,
  checkpointText,
  createSigner,
  noteText,
  parseLine,
  parseVkey,
  signNote,
} from '../../audit/tree/note.ts';

const newKey = () => generateKeyPairSync('ed25519').privateKey;

/** An Ed25519 private key from its seed (RFC 8410). */
const keyOf = (seed: Buffer) =>
  createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]),
    format: 'der',
    type: 'pkcs8',
  });

/** The example of Go's golang.org/x/mod/sumdb/note: `PRIVATE+KEY+<name>+<key id>+<base64(0x01 ‖ seed)>`. */
const GO = {
  skey: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  vkey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note:
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
};

describe("the example of Go's notes", () => {
  const seed = Buffer.from(GO.skey.split('+').slice(4).join('+'), 'base64').subarray(1);
  const signer = createSigner('PeterNeumann', keyOf(seed));

  it('gives the verifier key', () => {
    expect(signer.vkey).toBe(GO.vkey);
    expect(signer.keyId.toString('hex')).toBe('c74f20a3');
  });

  it('gives the note, byte for byte', () => expect(signNote(noteText(GO.note), [signer])).toBe(GO.note));

  it('reads back from the verifier key', () => {
    const verifier = parseVkey(GO.vkey);
    expect([verifier.name, verifier.type, verifier.keyId]).toEqual(['PeterNeumann', 1, signer.keyId]);
    const line = parseLine(GO.note.slice(GO.note.lastIndexOf('—')));
    expect(verify(null, Buffer.from(noteText(GO.note)), verifier.key, line!.bytes)).toBe(true);
  });
});

describe('a checkpoint', () => {
  const root = createHash('sha256').digest();

  it('is origin, size and root, a line each', () => {
    expect(checkpointText('nivel.localhost/log', 0, root)).toBe(
      'nivel.localhost/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n',
    );
    expect(checkpointText('a b+c', 2 ** 53 - 1, root)).toContain('a b+c\n9007199254740991\n');
  });

  it.each([
    ['', 1, root],
    ['two\nlines', 1, root],
    ['tab\t', 1, root],
    ['log', -1, root],
    ['log', 1.5, root],
    ['log', 2 ** 53, root],
    ['log', 1, root.subarray(1)],
  ])('is not made of %j, %d', (origin, size, hash) =>
    expect(() => checkpointText(origin, size, hash)).toThrow(TypeError),
  );
});

describe('a note', () => {
  it('signed by several keys has a line of each, and each verifies alone', () =>
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[^\s+\p{C}]{1,20}$/u), { minLength: 1, maxLength: 4 }),
        fc.array(fc.stringMatching(/^\P{C}*$/u), { minLength: 1 }),
        (names, lines) => {
          const text = `${lines.join('\n')}\n`;
          const signers = names.map((name) => createSigner(name, newKey()));
          const note = signNote(text, signers);
          expect(noteText(note)).toBe(text);
          const signatures = note.slice(text.length + 1).match(/[^\n]*\n/g) as string[];
          expect(signatures).toHaveLength(signers.length);
          for (const [index, signer] of signers.entries()) {
            const { name, keyId, key } = parseVkey(signer.vkey);
            const line = parseLine(signatures[index] as string);
            expect([line?.name, line?.keyId]).toEqual([name, keyId]);
            expect(verify(null, Buffer.from(text), key, line!.bytes)).toBe(true);
          }
        },
      ),
      { numRuns: 50 },
    ));

  it('takes more lines under it, and its text stays', () => {
    const signer = createSigner('log', newKey());
    const note = signNote('text\n\nof two parts\n', [signer]);
    const line = createSigner('other', newKey()).sign('text\n\nof two parts\n');
    expect(addLines(note, [line, line])).toBe(note + line + line);
    expect(noteText(addLines(note, [line]))).toBe('text\n\nof two parts\n');
    expect(addLines(note, [])).toBe(note);
  });

  it.each([
    'no newline at its end: — a AAAAAAAA',
    '— a AAAAAAAA',
    '— a AAAAAAAA\n\n',
    '— a  AAAAAAAA\n',
    '- a AAAAAAAA\n',
    '— a+b AAAAAAAA\n',
    '— a AAAAAA==\n',
    '— a AAAAAAB=\n',
    '— a AAAA_AAA\n',
    '— a AAAAAAAA\r\n',
    '— a AAAAAAAA\n— b AAAAAAAA\n',
    '\n',
    '',
  ])('takes no line like %j', (line) => {
    expect(parseLine(line)).toBeNull();
    expect(() => addLines('text\n\n', [line])).toThrow(TypeError);
  });

  it.each(['', 'no newline', 'a\tb\n', 'a\r\n', 'a\0\n', 'lone \ud800\n'])('is not made of the text %j', (text) =>
    expect(() => signNote(text, [createSigner('log', newKey())])).toThrow(TypeError),
  );

  it('has a signature', () => {
    expect(() => signNote('text\n', [])).toThrow(TypeError);
    expect(() => noteText('text\n')).toThrow(TypeError);
  });
});

describe('a signer', () => {
  it.each(['', 'a b', 'a\u00a0b', 'a\u2003b', 'a+b', 'a\nb', 'a\u0001b'])('has no name like %j', (name) =>
    expect(() => createSigner(name, newKey())).toThrow(TypeError),
  );

  it('takes no other key', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(() => createSigner('log', privateKey)).toThrow(TypeError);
    expect(() => createSigner('log', publicKey)).toThrow(TypeError);
    expect(() => createSigner('log', createPublicKey(newKey()))).toThrow(TypeError);
  });
});

describe('a verifier key', () => {
  it.each([
    '',
    'PeterNeumann',
    'PeterNeumann+c74f20a3',
    'PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T',
    'PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
    'PeterNeumann+c74f20a3+',
    GO.skey,
    `${GO.vkey}\n`,
  ])('is not %j', (vkey) => expect(() => parseVkey(vkey)).toThrow(TypeError));
});

describe('a cosignature', () => {
  // The example of C2SP tlog-cosignature has no key with it: what is known of it is its layout.
  const text = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

  it('of another name or key id is unknown, and one that only claims the key is bad', () => {
    const signer = createSigner('w', newKey());
    const witness = parseVkey(signer.vkey);
    const line = (name: string, id: Buffer, rest: Buffer): string =>
      `— ${name} ${Buffer.concat([id, rest]).toString('base64')}\n`;
    expect(checkCosignature(line('v', witness.keyId, Buffer.alloc(72)), text, witness)).toBe('unknown');
    expect(checkCosignature(line('w', Buffer.from('abcd'), Buffer.alloc(72)), text, witness)).toBe('unknown');
    expect(checkCosignature('<html>\n', text, witness)).toBe('unknown');
    expect(checkCosignature(line('w', witness.keyId, Buffer.alloc(72)), text, witness)).toBe('bad');
    expect(checkCosignature(line('w', witness.keyId, Buffer.alloc(72, 0xff)), text, witness)).toBe('bad');
    expect(checkCosignature(line('w', witness.keyId, Buffer.alloc(71)), text, witness)).toBe('bad');
    // A plain signature is no cosignature.
    expect(checkCosignature(signer.sign(text), text, witness)).toBe('bad');
  });
});
