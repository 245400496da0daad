import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeSigningKey, readSigningKeys } from '../../audit/sequencer/key.ts';
import { loadLogSigners } from '../../bin/log-key.ts';
import { readSettings } from '../../bin/settings.ts';
import { newSigner } from './signing.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nivel-key-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seed = 'ab'.repeat(32);
const WITNESS = newSigner('w.example').vkey;

describe('signing keys', () => {
  it('are PEM blocks and seeds, in their order, with what white space there is', () => {
    const [one, two] = [makeSigningKey(), makeSigningKey()];
    expect(readSigningKeys(one)).toHaveLength(1);
    expect(readSigningKeys(`${one}\n\n${two}`)).toHaveLength(2);
    expect(readSigningKeys(`${two.replaceAll('\n', '\r\n')}${one}`)[1]?.equals(readSigningKeys(one)[0] as never)).toBe(
      true,
    );
    const [key] = readSigningKeys(` ${seed}, ${'cd'.repeat(32)}\n`);
    // RFC 8410: the seed is the last 32 bytes.
    expect(key?.export({ format: 'der', type: 'pkcs8' }).subarray(-32).toString('hex')).toBe(seed);
  });

  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'pem', type: 'pkcs8' });
  it.each([
    ['nothing', ''],
    ['a word', 'secret'],
    ['a short seed', 'ab'.repeat(31)],
    ['another kind of key', String(rsa)],
    ['a broken block', makeSigningKey().replace(/\n\w{8}/, '\n')],
    ['half a block', makeSigningKey().slice(0, 60)],
    ['a public key', makeSigningKey().replaceAll('PRIVATE', 'PUBLIC')],
    ['a key and a word', `${makeSigningKey()}\nsecret`],
    ['a key twice', `${seed} ${seed}`],
  ])('are not %s, and the message holds nothing of it', (_what, text) => {
    expect(() => readSigningKeys(text)).toThrow(TypeError);
    expect(() => readSigningKeys(text)).not.toThrow(/secret|MC4C|abab/);
  });
});

describe('the key of the log', () => {
  const load = (env: Record<string, string>) => loadLogSigners(readSettings(env));

  it('is made at the first start in development, for nobody else to read, and kept', () => {
    const data = join(folder, 'data');
    const [made] = load({ NIVEL_DATA_DIR: data });
    expect(made?.name).toBe('nivel.localhost/log');
    expect(statSync(join(data, 'log-key.pem')).mode & 0o777).toBe(0o600);
    expect(load({ NIVEL_DATA_DIR: data })[0]?.vkey).toBe(made?.vkey);
    expect(readFileSync(join(data, 'log-key.pem'), 'utf8')).toMatch(/^-----BEGIN PRIVATE KEY-----/);
  });

  it('is read from a file or the environment; several sign side by side', () => {
    const file = join(folder, 'keys.pem');
    writeFileSync(file, makeSigningKey() + makeSigningKey());
    const production = { NIVEL_MODE: 'production', NIVEL_LOG_ORIGIN: 'hub.example/log' };
    expect(load({ ...production, NIVEL_LOG_KEY_FILE: file }).map(({ name }) => name)).toEqual(
      Array(2).fill('hub.example/log'),
    );
    expect(load({ ...production, NIVEL_LOG_KEY: seed })).toHaveLength(1);
  });

  it.each([
    ['SECRETS_MISSING', /NIVEL_LOG_ORIGIN, NIVEL_LOG_KEY or NIVEL_LOG_KEY_FILE$/, { NIVEL_MODE: 'production' }],
    ['SECRETS_MISSING', /: NIVEL_LOG_ORIGIN$/, { NIVEL_MODE: 'production', NIVEL_LOG_KEY: seed }],
    ['LOG_KEY_INVALID', /^NIVEL_LOG_KEY cannot be read/, { NIVEL_LOG_KEY: 'hemmelig' }],
    ['LOG_KEY_INVALID', /ENOENT/, { NIVEL_LOG_KEY_FILE: '/nowhere/key.pem' }],
    ['SETTING_INVALID', /must not both be set/, { NIVEL_LOG_KEY: seed, NIVEL_LOG_KEY_FILE: '/x' }],
    ['SETTING_INVALID', /^NIVEL_LOG_ORIGIN must/, { NIVEL_LOG_ORIGIN: 'hub example' }],
    ['SETTING_INVALID', /^NIVEL_LOG_ORIGIN must/, { NIVEL_LOG_ORIGIN: 'hub.example/log/' }],
    ['SETTING_INVALID', /^NIVEL_LOG_WITNESSES must be pairs/, { NIVEL_LOG_WITNESSES: 'https://witness.example' }],
    [
      'SETTING_INVALID',
      /^NIVEL_LOG_WITNESSES names a verifier key/,
      { NIVEL_LOG_WITNESSES: 'w+00000000+AAAA https://w.example' },
    ],
    ['SETTING_INVALID', /^NIVEL_LOG_QUORUM must be/, { NIVEL_LOG_QUORUM: '1' }],
    ['SETTING_INVALID', /^NIVEL_LOG_LAG_BUDGET must be/, { NIVEL_LOG_LAG_BUDGET: '0' }],
  ])('%s %s', (code, message, env) => {
    let failure: unknown;
    try {
      load({ NIVEL_DATA_DIR: join(folder, 'none'), ...(env as Record<string, string>) });
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((failure as Error).message).not.toMatch(/hemmelig|abab/);
    expect(existsSync(join(folder, 'none'))).toBe(false);
  });
});

describe('the addresses of witnesses', () => {
  const read = (address: string, mode: string): string[] =>
    readSettings({ NIVEL_MODE: mode, NIVEL_LOG_WITNESSES: `${WITNESS} ${address}` }).logWitnesses.map(({ url }) => url);

  it.each(['https://w.example/log', 'http://127.0.0.1:7000', 'http://localhost:7000', 'http://[::1]:7000'])(
    'may be %s in production',
    (address) => expect(read(address, 'production')).toEqual([address]),
  );

  it.each(['http://w.example', 'http://127.0.0.1.example', 'http://10.0.0.1', 'http://localhost.example'])(
    'may be %s in development alone: only a cosignature is signed, and a refusal can halt the log',
    (address) => {
      expect(read(address, 'development')).toEqual([address]);
      expect(() => read(address, 'production')).toThrow(
        'NIVEL_LOG_WITNESSES must name witnesses by https:// addresses in production, except on this machine',
      );
    },
  );
});
