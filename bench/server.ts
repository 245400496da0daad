import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OLDEST_POSTGRES } from '../bin/database.ts';
import { findAccount, identity } from '../bin/postgres/account.ts';
import type { Binaries } from '../bin/postgres/binaries.ts';
import { freePort, SUPERUSER, startServer, stopServer } from '../bin/postgres/cluster.ts';
import { startPostgres } from '../bin/postgres.ts';
import { readSettings } from '../bin/settings.ts';

interface BenchServer {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * The PostgreSQL that a benchmark runs on: the one of DATABASE_URL, else a temporary one that `stop` removes: of the machine's own
 * programs where they have LZ4, as those of `docker-compose.yml` do, else of npm's, which have none.
 */
export async function benchServer(): Promise<BenchServer> {
  const { databaseUrl } = readSettings();
  if (databaseUrl !== undefined) return { url: databaseUrl, stop: async () => {} };
  const dataDir = mkdtempSync(join(tmpdir(), 'nivel-bench-'));
  // PostgreSQL's own user must pass through.
  chmodSync(dataDir, 0o711);
  const remove = (): void => rmSync(dataDir, { recursive: true, force: true });
  try {
    const password = randomBytes(12).toString('base64url');
    const binaries = installedBinaries();
    const { url, stop } =
      binaries === undefined
        ? await startPostgres({ dataDir, database: 'postgres', password })
        : await startInstalled(binaries, dataDir, password);
    return { url, stop: () => stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
}

/** As PostgreSQL ships it, but for where it listens: the clusters of `bin/postgres.ts` need a younger one than systems have. */
async function startInstalled(binaries: Binaries, dataDir: string, password: string): Promise<BenchServer> {
  const cluster = join(dataDir, 'postgres');
  const passwordFile = join(dataDir, 'password');
  const account = findAccount(cluster);
  mkdirSync(cluster, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (account.uid !== undefined && account.gid !== undefined)
    for (const path of [cluster, passwordFile]) chownSync(path, account.uid, account.gid);
  const access = ['--username', SUPERUSER, '--pwfile', passwordFile, '--auth', 'scram-sha-256'];
  execFileSync(binaries.initdb, ['--pgdata', cluster, ...access, '--encoding', 'UTF8', '--locale', 'C'], {
    ...identity(account),
    cwd: '/',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  appendFileSync(join(cluster, 'postgresql.conf'), "listen_addresses = '127.0.0.1'\nunix_socket_directories = ''\n");
  const port = await freePort();
  await startServer(cluster, port, binaries, account);
  return { url: `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/postgres`, stop: () => stopServer(cluster) };
}

/** Debian's folders, a version each. */
const VERSIONS = '/usr/lib/postgresql';

/** Of the youngest version that will do. */
function installedBinaries(): Binaries | undefined {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
  const found = [...versions.map((version) => join(VERSIONS, version, 'bin', 'pg_config')), 'pg_config'].map(
    binariesOf,
  );
  return found.find((each) => each !== undefined);
}

function binariesOf(pgConfig: string): Binaries | undefined {
  const ask = (option: string): string =>
    execFileSync(pgConfig, [option], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const bin = ask('--bindir');
    const major = /^PostgreSQL (\d+)/.exec(ask('--version'))?.[1] ?? '';
    const binaries = { initdb: join(bin, 'initdb'), pgCtl: join(bin, 'pg_ctl'), major };
    const isWhole = existsSync(binaries.initdb) && existsSync(binaries.pgCtl);
    return isWhole && Number(major) >= OLDEST_POSTGRES && ask('--configure').includes('--with-lz4')
      ? binaries
      : undefined;
  } catch {
    // No such program.
    return undefined;
  }
}
