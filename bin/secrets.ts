import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUBGRAPH_NAMES, type SubgraphName } from '../schema/subgraphs.ts';
import { Failure } from './failure.ts';
import { makeDataDir } from './postgres/place.ts';
import type { Settings } from './settings.ts';

export interface Secrets {
  /** 32 bytes each. */
  readonly passKeys: Readonly<Record<SubgraphName, Uint8Array>>;
  /** Of the superuser of the PostgreSQL from npm. */
  readonly databasePassword: string;
}

/** As kept in secrets.json, base64url. */
interface Kept {
  passKeys: Partial<Record<SubgraphName, string>>;
  databasePassword: string;
}

/**
 * The secrets of the environment; in development those not given are made at the first start and kept in
 * `secrets.json` of the data folder (mode 0600).
 *
 * @throws Failure `SECRETS_MISSING` in production, `SECRETS_UNREADABLE`, `DATA_DIR_UNWRITABLE`
 */
export function loadSecrets(settings: Settings): Secrets {
  if (settings.mode === 'production')
    return { passKeys: requirePassKeys(settings, SUBGRAPH_NAMES), databasePassword: '' };
  makeDataDir(settings.dataDir);
  const kept = keep(join(settings.dataDir, 'secrets.json'));
  const passKeys = Object.fromEntries(
    SUBGRAPH_NAMES.map((name) => [name, settings.passKeys[name] ?? decode(kept.passKeys[name])]),
  ) as Record<SubgraphName, Uint8Array>;
  return { passKeys, databasePassword: kept.databasePassword };
}

/** The pass keys that one service cannot do without. @throws Failure `SECRETS_MISSING` naming all that are not set */
export function requirePassKeys<N extends SubgraphName>(
  settings: Pick<Settings, 'passKeys'>,
  names: readonly N[],
): Record<N, Uint8Array> {
  const missing = names.filter((name) => settings.passKeys[name] === undefined);
  requireSettings(missing.map((name) => `NIVEL_PASS_KEY_${name.toUpperCase()}`));
  return Object.fromEntries(names.map((name) => [name, settings.passKeys[name]])) as Record<N, Uint8Array>;
}

/** @throws Failure `SECRETS_MISSING` when any name is given */
export function requireSettings(missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new Failure('SECRETS_MISSING', `not set in the environment: ${missing.join(', ')}`);
}

function keep(path: string): Kept {
  if (!existsSync(path)) create(path, complete({}));
  const kept = read(path);
  const whole = complete(kept);
  // A new subgraph since the file was made.
  if (Object.keys(whole.passKeys).length > Object.keys(kept.passKeys ?? {}).length) replace(path, whole);
  chmodSync(path, 0o600);
  return whole;
}

function complete(kept: Partial<Kept>): Kept {
  const passKeys = Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, kept.passKeys?.[name] ?? random()]));
  return { passKeys, databasePassword: kept.databasePassword ?? random() };
}

/** Of two first starts at once, the file of one is everybody's. */
function create(path: string, secrets: Kept): void {
  const own = `${path}.${process.pid}`;
  writeFileSync(own, text(secrets), { mode: 0o600 });
  try {
    linkSync(own, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
  } finally {
    rmSync(own);
  }
}

function replace(path: string, secrets: Kept): void {
  writeFileSync(`${path}.new`, text(secrets), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

function read(path: string): Partial<Kept> {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as Partial<Kept>;
    if (typeof kept.databasePassword === 'string') return kept;
  } catch (error) {
    throw unreadable(path, error);
  }
  throw unreadable(path, undefined);
}

function unreadable(path: string, cause: unknown): Failure {
  return new Failure('SECRETS_UNREADABLE', `${path} cannot be read as secrets; restore it from a copy`, { cause });
}

function text(secrets: Kept): string {
  return `${JSON.stringify(secrets, null, 2)}\n`;
}

function random(): string {
  return randomBytes(32).toString('base64url');
}

function decode(key: string | undefined): Uint8Array {
  return Uint8Array.from(Buffer.from(key ?? '', 'base64url'));
}
