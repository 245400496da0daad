import { chmodSync, existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeSigningKey, readSigningKeys } from '../audit/sequencer/key.ts';
import { createSigner, type NoteSigner } from '../audit/tree/note.ts';
import { codeOf, Failure } from './failure.ts';
import { makeDataDir } from './postgres/place.ts';
import { requireSettings } from './secrets.ts';
import type { Settings } from './settings.ts';

/**
 * The signers of the audit log: their keys are in the environment or a file; in development one is made at the first start and kept in
 * `log-key.pem` of the data folder (mode 0600).
 *
 * @throws Failure `SECRETS_MISSING` in production, `LOG_KEY_INVALID`, `DATA_DIR_UNWRITABLE`
 */
export function loadLogSigners(settings: Settings): readonly NoteSigner[] {
  const { mode, logOrigin, logKey, logKeyFile } = settings;
  const isGiven = logKey !== undefined || logKeyFile !== undefined;
  if (mode === 'production') {
    requireSettings([
      ...(logOrigin === undefined ? ['NIVEL_LOG_ORIGIN'] : []),
      ...(isGiven ? [] : ['NIVEL_LOG_KEY or NIVEL_LOG_KEY_FILE']),
    ]);
  }
  const origin = logOrigin ?? 'nivel.localhost/log';
  if (logKey !== undefined) return signersOf(origin, logKey, 'NIVEL_LOG_KEY');
  const file = logKeyFile ?? keep(settings.dataDir);
  return signersOf(origin, read(file), file);
}

function signersOf(origin: string, text: string, where: string): readonly NoteSigner[] {
  try {
    return readSigningKeys(text).map((key) => createSigner(origin, key));
  } catch (error) {
    const why = (error as Error).message.replace(/\.$/, '');
    throw new Failure('LOG_KEY_INVALID', `${where} cannot be read as the key of the audit log: ${why}`);
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('LOG_KEY_INVALID', `${file} with the key of the audit log cannot be read (${codeOf(error)})`);
  }
}

/** Of two first starts at once, the file of one is everybody's. */
function keep(dataDir: string): string {
  makeDataDir(dataDir);
  const file = join(dataDir, 'log-key.pem');
  if (!existsSync(file)) {
    const own = `${file}.${process.pid}`;
    writeFileSync(own, makeSigningKey(), { mode: 0o600 });
    try {
      linkSync(own, file);
    } catch (error) {
      if (!existsSync(file)) throw error;
    } finally {
      rmSync(own);
    }
  }
  chmodSync(file, 0o600);
  return file;
}
