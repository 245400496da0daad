import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadSecrets } from '../../bin/secrets.ts';
import { readSettings } from '../../bin/settings.ts';
import { SUBGRAPH_NAMES } from '../../schema/subgraphs.ts';

let folder: string;
const settings = (env: Record<string, string> = {}) => readSettings({ NIVEL_DATA_DIR: folder, ...env });
const file = (): string => join(folder, 'secrets.json');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nivel-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('are made once, each another, for the owner alone', () => {
  const first = loadSecrets(settings());
  expect(loadSecrets(settings())).toEqual(first);
  const keys = SUBGRAPH_NAMES.map((name) => Buffer.from(first.passKeys[name]).toString('hex'));
  expect(new Set(keys).size).toBe(SUBGRAPH_NAMES.length);
  for (const key of keys) expect(key).toHaveLength(64);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  chmodSync(file(), 0o644);
  loadSecrets(settings());
  expect(statSync(file()).mode & 0o777).toBe(0o600);
});

it('come from the environment before the file', () => {
  const key = Buffer.alloc(32, 9);
  const { passKeys } = loadSecrets(settings({ NIVEL_PASS_KEY_HEALTH: key.toString('hex') }));
  expect(Buffer.from(passKeys.health)).toEqual(key);
  expect(readFileSync(file(), 'utf8')).not.toContain(key.toString('base64url'));
});

it('are completed when a subgraph is new', () => {
  const before = loadSecrets(settings());
  const kept = JSON.parse(readFileSync(file(), 'utf8'));
  delete kept.passKeys.health;
  writeFileSync(file(), JSON.stringify(kept));
  const after = loadSecrets(settings());
  expect(after.passKeys.clients).toEqual(before.passKeys.clients);
  expect(after.passKeys.health).toHaveLength(32);
  expect(loadSecrets(settings())).toEqual(after);
});

it('are never made in production: all that are missing are named in one line', () => {
  const env = { NIVEL_MODE: 'production', NIVEL_PASS_KEY_HEALTH: '0'.repeat(64) };
  const missing = SUBGRAPH_NAMES.filter((name) => name !== 'health').map(
    (name) => `NIVEL_PASS_KEY_${name.toUpperCase()}`,
  );
  expect(() => loadSecrets(settings(env))).toThrow(
    expect.objectContaining({
      code: 'SECRETS_MISSING',
      message: `not set in the environment: ${missing.join(', ')}`,
    }),
  );
});

it('that cannot be read are not replaced', () => {
  writeFileSync(file(), '{"half');
  expect(() => loadSecrets(settings())).toThrow(expect.objectContaining({ code: 'SECRETS_UNREADABLE' }));
  expect(readFileSync(file(), 'utf8')).toBe('{"half');
});
