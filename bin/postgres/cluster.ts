import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import { type Account, identity } from './account.ts';
import type { Binaries } from './binaries.ts';

export const SUPERUSER = 'nivel_admin';

/** Behaviour of every cluster; whatever is durable stays as PostgreSQL ships it. */
const CONFIGURATION = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  // A log line must not carry personal data: no statements, no DETAIL with key values, no parameters.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

/** Makes a cluster; a start that is killed half-way leaves none, and of two at once one wins. */
export async function createCluster(
  cluster: string,
  options: { binaries: Binaries; account: Account; password: string; fsync: boolean },
): Promise<void> {
  const { account, binaries } = options;
  await mkdir(dirname(cluster), { recursive: true });
  const half = await mkdtemp(`${cluster}.new-`);
  const passwordFile = `${half}.password`;
  try {
    await writeFile(passwordFile, options.password, { mode: 0o600 });
    if (account.uid !== undefined && account.gid !== undefined) {
      await chown(half, account.uid, account.gid);
      await chown(passwordFile, account.uid, account.gid);
    }
    await chmod(half, 0o700);
    const settings = Object.entries({ ...CONFIGURATION, fsync: options.fsync ? 'on' : 'off' });
    await run(binaries.initdb, account, [
      ...['--pgdata', half, '--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
      // The same order and letters on every machine, whatever its locales.
      ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
      ...settings.map(([name, value]) => `--set=${name}=${value}`),
      ...(options.fsync ? [] : ['--no-sync']),
    ]);
    await rename(half, cluster).catch((error) => {
      if (!existsSync(join(cluster, 'PG_VERSION'))) throw error;
    });
  } finally {
    await rm(passwordFile, { force: true });
    await rm(half, { recursive: true, force: true });
  }
}

/**
 * Starts the server and waits until it answers.
 *
 * pg_ctl gives the server a session of its own, so Ctrl-C in the terminal reaches the hub alone.
 */
export async function startServer(cluster: string, port: number, binaries: Binaries, account: Account): Promise<void> {
  const log = logFile(cluster);
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > 5_000_000) await rename(log, `${log}.1`);
  await run(binaries.pgCtl, account, ['start', '-D', cluster, '-l', log, '-w', '-t', '60', '-s', '-o', `-p ${port}`]);
}

/**
 * Stops the server: sessions are cut, what was committed is on disk. A server that has gone already is no error.
 *
 * SIGINT is PostgreSQL's fast shutdown. `pg_ctl stop` would wait for whichever server the folder then has, also for one
 * that another hub has started meanwhile.
 */
export async function stopServer(cluster: string): Promise<void> {
  const pid = runningServer(cluster)?.pid;
  if (pid === undefined) return;
  try {
    process.kill(pid, 'SIGINT');
  } catch (error) {
    if (!isPostgres(pid)) return;
    throw failed('postgres', (error as Error).message);
  }
  for (const deadline = Date.now() + 60_000; isPostgres(pid); await sleep(20)) {
    if (Date.now() > deadline) throw failed('postgres', 'the server does not shut down');
  }
}

export function logFile(cluster: string): string {
  return join(cluster, 'server.log');
}

/** The server that runs on the cluster, read from its postmaster.pid; a stale file is no server. */
export function runningServer(cluster: string): { pid: number; port: number } | undefined {
  const [pidLine, , , portLine] = readLines(join(cluster, 'postmaster.pid'));
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 0 || !isPostgres(pid)) return undefined;
  return { pid, port: Number(portLine) };
}

/**
 * Removes a postmaster.pid whose process is not PostgreSQL.
 *
 * PostgreSQL itself refuses to start when any process of the same user has the number, as happens in containers.
 */
export async function clearStaleLock(cluster: string): Promise<void> {
  if (runningServer(cluster) === undefined) await rm(join(cluster, 'postmaster.pid'), { force: true });
}

/** The remembered port when it is free, else any free port of 127.0.0.1. */
export async function freePort(wanted?: number): Promise<number> {
  for (const port of wanted === undefined ? [0] : [wanted, 0]) {
    const found = await tryPort(port);
    if (found !== undefined) return found;
  }
  throw new Failure('POSTGRES_NO_PORT', 'no free port was found on 127.0.0.1 for PostgreSQL');
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((settle) => {
    const server = createServer();
    server.once('error', () => settle(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => settle(typeof address === 'object' && address !== null ? address.port : undefined));
    });
  });
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}

function isPostgres(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  // Where there is no /proc, a living process is taken at its word.
  if (!existsSync('/proc/self/cmdline')) return true;
  return /postgres/.test(readLines(`/proc/${pid}/cmdline`)[0] ?? '');
}

function run(program: string, account: Account, args: readonly string[]): Promise<void> {
  return new Promise((settle, reject) => {
    const child = spawn(program, args, {
      ...identity(account),
      cwd: '/',
      detached: true,
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
    child.once('error', (error) => reject(failed(program, error.message)));
    child.once('close', (code) => (code === 0 ? settle() : reject(failed(program, output))));
  });
}

function failed(program: string, output: string): Failure {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const telling = lines.find((line) => /error|fatal|could not/i.test(line)) ?? lines.at(-1) ?? 'no output';
  return new Failure('POSTGRES_FAILED', `${program.split('/').at(-1)}: ${telling.trim()}`);
}
