import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SETTINGS } from '../../bin/settings.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { Command, nivel } from './command.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const COMMANDS = ['start', 'seed', 'token', 'compose', 'migrate', 'audit'];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nivel-command-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('help', () => {
  it('names every command and every setting, in any folder', async () => {
    const { code, out, err } = await nivel(['--help'], {}, folder);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    for (const name of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    for (const { name } of SETTINGS) expect(out).toMatch(`${name} `);
  });

  it.concurrent.each(COMMANDS)('of %s begins with its usage', async (name) => {
    const { code, out, err } = await nivel([name, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^Usage: nivel ${name}`));
    expect(await nivel(['help', name])).toEqual({ code, out, err });
  });

  it('tells the version', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await nivel(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' });
  });
});

describe('wrong usage is one line and exit code 2', () => {
  it.concurrent.each([
    [[], 'needs a command'],
    [['strat'], 'did you mean nivel start?'],
    [['xyzzy'], 'see nivel --help'],
    [['constructor'], 'has no command "constructor"'],
    [['seed', '--cuont', '5'], "'--cuont'"],
    [['seed', '--count', '0'], 'from 1 to 1000000 for --count'],
    [['seed', '--count', '1e3'], 'from 1 to 1000000 for --count'],
    [['seed', '--seed', '-1'], '--seed'],
    [['seed', '--count'], '--count'],
    [['token'], 'needs USER'],
    [['token', 'peer', 'auditor'], '"auditor"'],
    [['start', 'gatway'], 'did you mean gateway?'],
    [['start', 'health'], 'did you mean subgraph health?'],
    [['start', 'subgraph'], 'clients, sentences'],
    [['start', 'subgraph', 'healt'], 'did you mean health?'],
    [['start', 'all', 'health'], '"health"'],
    [['compose', 'now'], '"now"'],
    [['migrate', '--json=yes'], '--json'],
  ])('nivel %j', async (args, telling) => {
    const { code, out, err } = await nivel(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^nivel [^\n]+\n$/);
    expect(err).toContain(telling);
  });
});

describe('what the person can mend is one line with a code', () => {
  it.concurrent.each([
    ['SETTING_INVALID', ['migrate'], { PORT: 'four' }],
    ['DATABASE_URL_INVALID', ['migrate'], { DATABASE_URL: 'localhost' }],
    ['DATABASE_URL_INVALID', ['seed'], { DATABASE_URL: 'postgres://a:b#c@127.0.0.1/d' }],
    ['DATABASE_UNREACHABLE', ['seed'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' }],
    ['DATABASE_UNREACHABLE', ['start', 'subgraph', 'health'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' }],
    ['SECRETS_MISSING', ['start', 'gateway'], {}],
    ['SECRETS_MISSING', ['start'], { NIVEL_MODE: 'production' }],
    ['SECRETS_MISSING', ['migrate'], { NODE_ENV: 'production' }],
    ['ISSUER_NOT_FOR_PRODUCTION', ['start', 'issuer'], { NIVEL_MODE: 'production' }],
    [
      'DATA_DIR_UNWRITABLE',
      ['start'],
      { NIVEL_DATA_DIR: '/dev/null/x', PORT: '0', ISSUER_PORT: '0', SUBGRAPH_PORT: '0', NIVEL_LOG_PORT: '0' },
    ],
    ['HOST_INVALID', ['start'], { HOST: '203.0.113.7' }],
    ['ISSUER_UNREACHABLE', ['token', 'peer'], { ISSUER_PORT: '1' }],
  ])('%s: nivel %j', async (code, args, env) => {
    const finished = await nivel(args, { NIVEL_DATA_DIR: join(folder, 'none'), ...env });
    expect(finished).toMatchObject({ code: 1, out: '' });
    const lines = finished.err.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(new RegExp(`^nivel: .* \\(${code}\\)$`));
    expect(lines.filter((line) => !line.startsWith('Using PostgreSQL at'))).toHaveLength(1);
    expect(existsSync(join(folder, 'none', 'postgres'))).toBe(false);
  });

  it('PORT_BUSY names the port and the setting, before anything is made', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const port = String((squatter.address() as AddressInfo).port);
    const free = {
      PORT: '0',
      ISSUER_PORT: '0',
      SUBGRAPH_PORT: '0',
      NIVEL_LOG_PORT: '0',
      NIVEL_DATA_DIR: join(folder, 'busy'),
    };
    for (const name of ['PORT', 'ISSUER_PORT', 'SUBGRAPH_PORT']) {
      const { code, err } = await nivel(['start'], { ...free, [name]: port });
      expect(code).toBe(1);
      expect(err).toMatch(new RegExp(`^nivel: port ${port} .* set ${name} .*\\(PORT_BUSY\\)\n$`));
    }
    expect(existsSync(join(folder, 'busy'))).toBe(false);
    squatter.close();
  });
});

describe('nivel token', () => {
  let issuer: Command;
  let env: Record<string, string>;
  beforeAll(async () => {
    issuer = new Command(['start', 'issuer'], { ISSUER_PORT: '0', NIVEL_DATA_DIR: join(folder, 'issuer') });
    await issuer.says(/Issuer at \S+\n/);
    env = { ISSUER_PORT: /:(\d+)\n/.exec(issuer.out)?.[1] ?? '' };
  });
  afterAll(() => issuer.child.kill('SIGKILL'));

  it('prints a token and nothing else', async () => {
    const { code, out, err } = await nivel(['token', 'coordinator'], env);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(decodeJwt(out.trim())).toMatchObject({ preferred_username: 'coordinator', aud: 'nivel-hub' });
  });

  it('does the same against KEYCLOAK_URL', async () => {
    const { code, out } = await nivel(['token', 'peer'], { KEYCLOAK_URL: `http://localhost:${env.ISSUER_PORT}/` });
    expect(code).toBe(0);
    expect(decodeJwt(out.trim())).toMatchObject({ preferred_username: 'peer' });
  });

  it('lists the users when the name is none of them', async () => {
    const { code, out, err } = await nivel(['token', 'coordinater'], env);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/^nivel: there is no user "coordinater".*rise-worker.*guardian \(USER_UNKNOWN\)\n$/);
  });

  it('keeps the issuer’s keys to their owner', () => {
    const file = join(folder, 'issuer', 'issuer-keys.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('and the issuer ends in order at SIGTERM', async () => {
    issuer.child.kill('SIGTERM');
    expect(await issuer.finished()).toMatchObject({ code: 0, err: '' });
    expect(issuer.out).toMatch(/Closing\nClosed\n$/);
  });
});

describe('nivel migrate', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('prints what was done, for people and for programs', async () => {
    const again = await nivel(['migrate', '--database-url', database.adminUrl, '--json']);
    expect(again).toMatchObject({ code: 0, out: '{"applied":[]}\n' });
    expect(await nivel(['migrate'], { DATABASE_URL: database.adminUrl })).toMatchObject({
      code: 0,
      out: 'Nothing to migrate\n',
    });
  });
});

describe('house rules', () => {
  it('only bin/settings.ts reads the environment', () => {
    const rooms = ['schema', 'auth', 'consent', 'audit', 'population', 'subgraphs', 'gateway', 'bin'];
    const files = rooms
      .flatMap((room) =>
        readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' }).map((file) => join(room, file)),
      )
      .filter((file) => /\.m?ts$/.test(file));
    const readers = files.filter((file) => /process\.env\b(?!\.\w+ = )/.test(readFileSync(join(ROOT, file), 'utf8')));
    expect(readers).toEqual([join('bin', 'settings.ts')]);
  });

  it.runIf(existsSync(join(ROOT, 'README.md')))('README has a row for every setting', () => {
    const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
    for (const { name, fallback, meaning } of SETTINGS) {
      expect(readme).toContain(`| \`${name}\` | ${fallback} | ${meaning} |`);
    }
  });
});
