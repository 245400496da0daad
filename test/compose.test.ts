import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLogSigners } from '../bin/log-key.ts';
import { DATABASE_ROLES, readSettings } from '../bin/settings.ts';
import { SUBGRAPH_NAMES, SUBGRAPHS } from '../schema/subgraphs.ts';
import { serve } from './auth/start.ts';
import {
  GATEWAYS,
  interpolate,
  makeEnv,
  ROOT,
  readCompose,
  readExample,
  readRoot,
  serviceOf,
  variablesOf,
} from './compose/file.ts';
import { copiedPaths } from './compose/image.ts';

const compose = readCompose();
const services = Object.entries(compose.services);
const service = (name: string) => serviceOf(compose, name);
const ONE_SHOT = ['migrate', 'seed'];
const HUB = [...GATEWAYS, ...SUBGRAPH_NAMES, 'sequencer', 'alerts', ...ONE_SHOT];

let folder: string;
let secrets: Record<string, string>;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nivel-compose-'));
  copyFileSync(join(ROOT, '.env.example'), join(folder, '.env.example'));
  secrets = makeEnv(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('docker-compose.yml', () => {
  it('has the hub, each of its subgraphs, two gateways behind a proxy, a sequencer, a watch, Keycloak and PostgreSQL', () => {
    const others = ['proxy', 'postgres', 'keycloak', 'keycloak-postgres'];
    expect(Object.keys(compose.services).sort()).toEqual([...HUB, ...others].sort());
    for (const name of SUBGRAPH_NAMES) expect(service(name).command).toEqual(['start', 'subgraph', name]);
    for (const name of GATEWAYS) expect(service(name).command).toEqual(['start', 'gateway']);
    expect(service('sequencer').command).toEqual(['start', 'sequencer']);
    expect(service('alerts').command).toEqual(['start', 'alerts']);
    for (const name of HUB) expect(service(name).build).toBe('.');
  });

  it('refuses to start without every secret, and .env.example names them all and makes them', () => {
    const { empty, defaults } = readExample();
    expect(empty).toEqual(variablesOf(compose, '?'));
    expect(Object.keys(defaults).sort()).toEqual(variablesOf(compose, '-'));
    const written = JSON.stringify(compose);
    for (const [name, value] of Object.entries(defaults)) expect(written).toContain(`\${${name}:-${value}}`);
    for (const name of empty) {
      expect(() => interpolate(compose, { ...secrets, [name]: '' })).toThrow(`required variable ${name}`);
    }
    expect(Object.keys(secrets).sort()).toEqual(empty);
    for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(Object.values(secrets)).size).toBe(empty.length);
    expect(readRoot('.gitignore')).toMatch(/^\.env$/m);
  });

  it('holds no secret itself', () => {
    for (const [, { environment = {} }] of services) {
      for (const [key, value] of Object.entries(environment)) {
        if (/PASSWORD|_KEY|SECRET/.test(key))
          expect([key, value]).toEqual([key, expect.stringMatching(/^\$\{[A-Z_]+:\?[^}]+\}$/)]);
        expect(value.replace(/\$\{[^}]+\}/g, '$')).not.toMatch(/\/\/[^/]*:[^$/]+@/);
      }
    }
  });

  it('gives each service its own secrets and no other', () => {
    for (const name of SUBGRAPH_NAMES) {
      const { role } = SUBGRAPHS[name];
      const password = `NIVEL_DB_PASSWORD_${role.replace('nivel_', '').toUpperCase()}`;
      expect(variablesOf(service(name), '?')).toEqual([password, `NIVEL_PASS_KEY_${name.toUpperCase()}`].sort());
      expect(service(name).environment?.DATABASE_URL).toContain(`//${role}:\${${password}:?`);
    }
    const passKeys = SUBGRAPH_NAMES.map((name) => `NIVEL_PASS_KEY_${name.toUpperCase()}`);
    for (const name of GATEWAYS) {
      expect(variablesOf(service(name), '?')).toEqual(['NIVEL_DB_PASSWORD_GATEWAY', ...passKeys].sort());
    }
    const passwords = DATABASE_ROLES.map((role) => `NIVEL_DB_PASSWORD_${role.toUpperCase()}`);
    for (const name of ONE_SHOT) {
      expect(variablesOf(service(name), '?')).toEqual([...passwords, 'POSTGRES_PASSWORD'].sort());
    }
    // Who writes entries cannot sign for them.
    expect(variablesOf(service('sequencer'), '?')).toEqual(['NIVEL_DB_PASSWORD_SEQUENCER', 'NIVEL_LOG_KEY']);
    expect(service('sequencer').environment?.DATABASE_URL).toContain('//nivel_sequencer:');
    expect(variablesOf(service('alerts'), '?')).toEqual(['NIVEL_DB_PASSWORD_ALERTS']);
    expect(service('alerts').environment?.DATABASE_URL).toContain('//nivel_alerts:');
    expect(variablesOf(service('proxy'), '?')).toEqual([]);
    expect(variablesOf(service('postgres'), '?')).toEqual(['POSTGRES_PASSWORD']);
    expect(variablesOf(service('keycloak'), '?')).toEqual(['KEYCLOAK_ADMIN_PASSWORD', 'KEYCLOAK_DB_PASSWORD']);
  });

  it.each(services)('confines %s: no root, no capability, nothing to write to but what it keeps', (name, confined) => {
    expect(confined.user).toMatch(/^(?!root\b|0\b)[a-z0-9]+$/);
    expect(confined.cap_drop).toEqual(['ALL']);
    expect(confined.security_opt).toEqual(['no-new-privileges:true']);
    // Keycloak builds itself for its database at the first start.
    expect(confined.read_only ?? false).toBe(name !== 'keycloak');
  });

  it.each(services)('knows whether %s is well, or waits for its end', (name, { healthcheck, restart, profiles }) => {
    expect(healthcheck?.test[0]).toBe(ONE_SHOT.includes(name) ? undefined : 'CMD');
    expect(restart).toBe(ONE_SHOT.includes(name) ? 'no' : 'unless-stopped');
    // People are made only when asked for.
    expect(profiles).toEqual(name === 'seed' ? ['seed'] : undefined);
  });

  it('starts in order: PostgreSQL, its migration, what stands on it, the proxy', () => {
    const migrated = { migrate: { condition: 'service_completed_successfully' } };
    for (const name of [...SUBGRAPH_NAMES, ...GATEWAYS, 'sequencer', 'alerts'])
      expect(service(name).depends_on).toEqual(migrated);
    for (const name of ONE_SHOT)
      expect(service(name).depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
    const healthy = GATEWAYS.map((name) => [name, { condition: 'service_healthy' }]);
    expect(service('proxy').depends_on).toEqual(Object.fromEntries(healthy));
  });

  it('lets the world reach the proxy and Keycloak alone, on this machine unless told otherwise', () => {
    const open = services.filter(([, { ports }]) => ports !== undefined).map(([name]) => name);
    expect(open.sort()).toEqual(['keycloak', 'proxy']);
    for (const name of open)
      expect(service(name).ports).toEqual([expect.stringMatching(/^\$\{NIVEL_BIND:-127\.0\.0\.1\}:/)]);
    expect(interpolate(service('proxy').ports, secrets)).toEqual(['127.0.0.1:4000:8080']);
    const outside = Object.keys(compose.networks).filter((name) => compose.networks[name]?.internal !== true);
    expect(outside).toEqual(['outside']);
    const onIt = services.filter(([, { networks }]) => networks.includes('outside')).map(([name]) => name);
    expect(onIt.sort()).toEqual(open);
    for (const name of [...SUBGRAPH_NAMES, 'postgres']) {
      expect(service(name).networks).not.toContain(service('proxy').networks.find((network) => network !== 'outside'));
    }
  });

  it.each(services)('lets %s reach the services that its settings name', (_, { environment = {}, networks }) => {
    for (const value of Object.values(interpolate(environment, secrets))) {
      const host = /\/\/(?:[^@/]*@)?([a-z0-9-]+):\d+/.exec(value)?.[1];
      if (host === undefined || host === 'localhost') continue;
      expect(service(host).networks.filter((network) => networks.includes(network))).not.toEqual([]);
    }
  });

  it('gives the gateways every subgraph at the port that it listens on', () => {
    for (const gateway of GATEWAYS) {
      const { subgraphUrls, mode } = readSettings(interpolate(service(gateway).environment ?? {}, secrets));
      expect(mode).toBe('production');
      expect(subgraphUrls).toEqual(
        Object.fromEntries(
          SUBGRAPH_NAMES.map((name) => [name, `http://${name}:${4001 + SUBGRAPHS[name].port}/graphql`]),
        ),
      );
    }
  });

  it('gives the sequencer a key that it can sign with', () => {
    const settings = readSettings(interpolate(service('sequencer').environment ?? {}, secrets));
    expect(settings).toMatchObject({ mode: 'production', logPort: 4010, logOrigin: 'localhost:4000/log' });
    expect(loadLogSigners(settings)).toMatchObject([{ name: 'localhost:4000/log' }]);
  });

  it('has Keycloak import the realm and put the address of the gateways’ settings into its tokens', () => {
    const { command, volumes = [], environment } = service('keycloak');
    expect(command).toEqual(['start', '--import-realm']);
    expect(volumes).toEqual([
      expect.stringMatching(/^\.\/auth\/realm\.json:\/opt\/keycloak\/data\/import\/[a-z]+\.json:ro$/),
    ]);
    // Keycloak fills ${…} in at the import.
    expect(readRoot('auth/realm.json')).not.toContain('${');
    for (const name of GATEWAYS) expect(service(name).environment?.KEYCLOAK_URL).toBe(environment?.KC_HOSTNAME);
  });

  it('keeps values out of the logs of PostgreSQL', () => {
    for (const name of ['postgres', 'keycloak-postgres']) {
      expect(service(name).command).toEqual(
        expect.arrayContaining(['--log_min_error_statement=panic', '--log_error_verbosity=terse']),
      );
    }
  });

  it('mounts only what is here', () => {
    for (const path of services.flatMap(([, { volumes = [] }]) => volumes).filter((volume) => volume.startsWith('.'))) {
      expect(existsSync(join(ROOT, path.split(':')[0] ?? ''))).toBe(true);
    }
  });

  it.each([
    [200, 0],
    [503, 1],
  ])('has a health check for Keycloak that takes HTTP %i as exit code %i', async (status, code) => {
    const keycloak = await serve((request, response) => {
      response.writeHead(request.url === '/health/ready' ? status : 404).end('{}');
    });
    const [, program = '', ...args] = interpolate(service('keycloak').healthcheck?.test ?? [], secrets);
    const check = spawn(
      program,
      args.map((arg) => arg.replace('9000', new URL(keycloak.url).port)),
    );
    await once(check, 'exit');
    expect(check.exitCode).toBe(code);
    await keycloak.close();
  });
});

describe('the proxy', () => {
  const conf = readRoot('docker/proxy.conf');

  it('balances the gateways', () => {
    const servers = [...conf.matchAll(/^ {2}server ([a-z0-9-]+):4000 /gm)].map((match) => match[1]);
    expect(servers).toEqual(GATEWAYS);
  });

  it('lets these paths in and no other, not /metrics', () => {
    const paths = [...conf.matchAll(/location (?:= )?(\S+) \{ proxy_pass http:\/\/gateways; \}/g)].map(
      (match) => match[1],
    );
    expect(paths).toEqual(['/graphql', '/schema.graphql', '/explorer', '/explorer/', '/health/live', '/health/ready']);
    expect(conf).toContain('location /log/ { proxy_pass http://log; }');
    expect(conf).toMatch(/^ {2}server sequencer:4010 /m);
    expect(conf.match(/^ {2}location /gm)).toHaveLength(paths.length + 2);
    expect(conf).toContain('location / { return 404; }');
  });

  it('drops the headers that the hub signs with, and logs nothing of a request but its method', () => {
    for (const header of ['Signature', 'Signature-Input', 'Content-Digest']) {
      expect(conf).toContain(`proxy_set_header ${header} "";`);
    }
    const format = /^log_format \w+ '(.+)';$/m.exec(conf)?.[1];
    expect(format?.match(/\$\w+/g)).toEqual([
      '$time_iso8601',
      '$request_method',
      '$status',
      '$request_time',
      '$upstream_addr',
    ]);
  });
});

describe('the image', () => {
  it('takes in what .dockerignore lets through, and no secrets', () => {
    const [first, ...named] = readRoot('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    expect(named.sort()).toEqual([...copiedPaths(), 'package-lock.json'].map((path) => `!${path}`).sort());
    expect(readRoot('Dockerfile')).not.toMatch(/PASSWORD|SECRET|_KEY/);
  });
});
