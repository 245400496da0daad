import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** DER of an Ed25519 private key (RFC 8410 § 7) before its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const BLOCK = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/g;

/**
 * The Ed25519 private keys of a text, in its order: PEM blocks (PKCS #8), or seeds of 32 bytes as 64 hexadecimal digits, for where a
 * secret has one line. Several sign side by side: so a key is changed.
 *
 * Throws `TypeError` when there is none, one of them is no such key, one is there twice, or something else is between them; the message
 * holds nothing of the text. Source: RFC 8032, RFC 8410.
 */
export function readSigningKeys(text: string): readonly KeyObject[] {
  const blocks = text.match(BLOCK) ?? [];
  const rest = text
    .replaceAll(BLOCK, ' ')
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  if (!rest.every((word) => /^[0-9a-f]{64}$/i.test(word))) {
    throw new TypeError('A signing key is a PEM block PRIVATE KEY, or 64 hexadecimal digits.');
  }
  const keys = [
    ...blocks.map(readBlock),
    ...rest.map((seed) =>
      createPrivateKey({ key: Buffer.concat([PKCS8, Buffer.from(seed, 'hex')]), format: 'der', type: 'pkcs8' }),
    ),
  ];
  if (keys.length === 0) throw new TypeError('There is no signing key.');
  if (keys.some((key, at) => keys.slice(0, at).some((other) => key.equals(other)))) {
    throw new TypeError('A signing key is there twice.');
  }
  return keys;
}

/** A new signing key as PEM. */
export function makeSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

function readBlock(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Node's message quotes OpenSSL.
  }
  throw new TypeError('A signing key is an Ed25519 key in PKCS #8.');
}
