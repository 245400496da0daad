import { describe, expect, it } from 'vitest';
import { tokenSource } from '../../bin/services.ts';
import { readSettings, SETTINGS, subgraphPort, subgraphRole, subgraphUrl } from '../../bin/settings.ts';
import { SUBGRAPH_NAMES } from '../../schema/subgraphs.ts';

describe('settings', () => {
  it('have defaults that start everything on one machine', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      mode: 'development',
      host: '127.0.0.1',
      port: 4000,
      issuerPort: 8080,
      subgraphPort: 4001,
      passKeys: {},
      databasePasswords: {},
      logLevel: 'info',
    });
    expect(settings.dataDir).toMatch(/[/\\]\.data$/);
    expect('databaseUrl' in settings || 'keycloakUrl' in settings).toBe(false);
    expect(SUBGRAPH_NAMES.map((name) => [name, subgraphPort(settings, name)])).toEqual([
      ['clients', 4001],
      ['sentences', 4002],
      ['social', 4003],
      ['employment', 4004],
      ['health', 4005],
      ['consents', 4006],
      ['auditing', 4007],
    ]);
    expect(subgraphUrl(settings, 'health')).toBe('http://127.0.0.1:4005/graphql');
  });

  it('are read from the environment; an empty variable is one not set', () => {
    const key = Buffer.alloc(32, 7);
    const settings = readSettings({
      DATABASE_URL: '',
      KEYCLOAK_URL: 'https://id.example/',
      PORT: '0',
      SUBGRAPH_URL_SOCIAL: 'http://social:4003/graphql',
      NIVEL_PASS_KEY_HEALTH: key.toString('hex'),
      NIVEL_PASS_KEY_SOCIAL: key.toString('base64url'),
      NIVEL_DB_PASSWORD_AUDIT: 'salasana',
      NODE_ENV: 'production',
    });
    expect(settings.databaseUrl).toBeUndefined();
    expect(settings.keycloakUrl).toBe('https://id.example');
    expect(settings.port).toBe(0);
    expect(subgraphUrl(settings, 'social')).toBe('http://social:4003/graphql');
    expect(settings.passKeys).toEqual({ health: Uint8Array.from(key), social: Uint8Array.from(key) });
    expect(settings.databasePasswords).toEqual({ audit: 'salasana' });
    expect(settings.mode).toBe('production');
    expect(readSettings({ NODE_ENV: 'production', NIVEL_MODE: 'development' }).mode).toBe('development');
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '80a'],
    ['ISSUER_PORT', '-1'],
    ['KEYCLOAK_URL', 'id.example'],
    ['KEYCLOAK_INTERNAL_URL', 'keycloak:8080'],
    ['SUBGRAPH_URL_HEALTH', 'ftp://health'],
    ['NIVEL_PASS_KEY_HEALTH', 'tooshortsecret'],
    ['NIVEL_MODE', 'staging'],
    ['LOG_LEVEL', 'loud'],
  ])('refuse %s=%s by name, without its value', (name, value) => {
    const error = caught(() => readSettings({ [name]: value }));
    expect(error).toMatchObject({ code: 'SETTING_INVALID', message: expect.stringContaining(name) });
    expect(error.message).not.toContain(value);
    expect(error.message).not.toContain('\n');
  });

  it.each([
    [{}, 'http://localhost:8080', 'http://localhost:8080'],
    [{ KEYCLOAK_URL: 'https://id.example/' }, 'https://id.example', 'https://id.example'],
    [
      { KEYCLOAK_URL: 'https://id.example', KEYCLOAK_INTERNAL_URL: 'http://keycloak:8080/' },
      'https://id.example',
      'http://keycloak:8080',
    ],
    [{ KEYCLOAK_INTERNAL_URL: 'http://keycloak:8080' }, 'http://localhost:8080', 'http://localhost:8080'],
  ])('%j: tokens are from one address, their keys perhaps from another', (env, named, reached) => {
    expect(tokenSource(readSettings(env))).toEqual({
      issuer: `${named}/realms/nivel`,
      jwksUri: `${reached}/realms/nivel/protocol/openid-connect/certs`,
    });
  });

  it('table names every variable once', () => {
    const names = SETTINGS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(SUBGRAPH_NAMES.map(subgraphRole)).toEqual([
      'clients',
      'sentences',
      'social',
      'employment',
      'health',
      'consent',
      'audit',
    ]);
  });
});

function caught(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
