import { generateKeyPair, randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { JWK } from 'jose';
import { IssuerError } from './errors.ts';

/** Private keys of the realm, as Keycloak has them: one RS256 key that signs, one RSA-OAEP key that must never verify. */
export interface RealmKeys {
  readonly keys: readonly [signing: JWK, encryption: JWK];
}

/**
 * The keys in `file`, made and kept there (mode 0600) when there is no such file, so that tokens survive a restart.
 *
 * Of two processes that start at once on one folder, both get the same keys. Throws `IssuerError`.
 */
export async function loadRealmKeys(file: string): Promise<RealmKeys> {
  const existing = await readKeys(file);
  if (existing) return existing;
  const made = JSON.stringify({ keys: [await makeKey('sig', 'RS256'), await makeKey('enc', 'RSA-OAEP')] });
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await publish(file, made);
  } catch (error) {
    throw new IssuerError('KEY_FILE_UNWRITABLE', `The signing keys cannot be kept in ${file} (${codeOf(error)}).`);
  }
  const kept = await readKeys(file);
  if (!kept) throw new IssuerError('KEY_FILE_UNWRITABLE', `The signing keys did not stay in ${file}.`);
  return kept;
}

async function readKeys(file: string): Promise<RealmKeys | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new IssuerError('KEY_FILE_INVALID', `The signing keys in ${file} cannot be read (${codeOf(error)}).`);
  }
  const keys = parseKeys(text);
  if (!keys) {
    throw new IssuerError(
      'KEY_FILE_INVALID',
      `${file} does not hold the issuer’s signing keys; remove it to make new ones.`,
    );
  }
  return keys;
}

function parseKeys(text: string): RealmKeys | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys: JWK[] };
    const [signing, encryption] = keys;
    if (keys.length !== 2 || signing?.use !== 'sig' || encryption?.use !== 'enc') return undefined;
    return keys.every((key) => key.kty === 'RSA' && key.kid && key.d) ? { keys: [signing, encryption] } : undefined;
  } catch {
    return undefined;
  }
}

/** A link fails when the name is taken: the first of two processes wins, and nobody ever reads half a file. */
async function publish(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomUUID()}`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await link(draft, file);
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function makeKey(use: 'sig' | 'enc', alg: string): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), use, alg, kid: randomUUID() };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
