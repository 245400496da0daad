import { describe, expect, it } from 'vitest';
import { tokenSource } from '../../bin/services.ts';
import {
  DATABASE_ROLES,
  REGISTRY_ROLES,
  readSettings,
  SETTINGS,
  subgraphPort,
  subgraphRole,
  subgraphUrl,
} from '../../bin/settings.ts';
import { SUBGRAPH_NAMES, SUBGRAPHS } from '../../schema/subgraphs.ts';

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
      basesOff: [],
      logLevel: 'info',
    });
    expect(settings.dataDir).toMatch(/[/\\]\.data$/);
    expect('databaseUrl' in settings || 'keycloakUrl' in settings).toBe(false);
    expect(SUBGRAPH_NAMES.map((name) => subgraphPort(settings, name))).toEqual(
      SUBGRAPH_NAMES.map((_, index) => 4001 + index),
    );
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
      NIVEL_BASES_OFF: ' PRISON-KELA, MULTISECTOR,',
      NODE_ENV: 'production',
    });
    expect(settings.basesOff).toEqual(['PRISON-KELA', 'MULTISECTOR']);
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
    ['NIVEL_BASES_OFF', 'PRISON-KELA,NO-SUCH-LAW'],
    ['NIVEL_ALERTS_THRESHOLDS', '{"manyClients":"some"}'],
    ['NIVEL_ALERTS_THRESHOLDS', '{"someThing":5}'],
    ['NIVEL_ALERTS_THRESHOLDS', 'manyClients=5'],
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
  });

  it('give each subgraph and each service of the hub a database role, and each agency the one of its name', () => {
    const services = ['gateway', 'sequencer', 'alerts', 'retention'];
    expect([...DATABASE_ROLES].sort()).toEqual([...REGISTRY_ROLES, 'consent', 'audit', ...services].sort());
    expect(new Set(DATABASE_ROLES).size).toBe(SUBGRAPH_NAMES.length + services.length);
    for (const name of SUBGRAPH_NAMES) if (!SUBGRAPHS[name].own) expect(subgraphRole(name)).toBe(name);
    for (const name of REGISTRY_ROLES) expect(subgraphRole(name)).toBe(name);
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
