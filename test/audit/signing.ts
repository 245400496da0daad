import { generateKeyPairSync } from 'node:crypto';
import { createSigner, type NoteSigner } from '../../audit/tree/note.ts';

export const ORIGIN = 'nivel.test/log';

/** A signer of notes with a key of its own. */
export function newSigner(name = ORIGIN): NoteSigner {
  return createSigner(name, generateKeyPairSync('ed25519').privateKey);
}
