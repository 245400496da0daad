import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';
import { connectDatabase } from '../bin/database.ts';
import { codeOf } from '../bin/failure.ts';
import { migrate, roleUrl } from '../bin/migrate.ts';
import { runningServer } from '../bin/postgres/cluster.ts';
import { type Postgres, startPostgres } from '../bin/postgres.ts';
import { rolePasswords } from '../bin/roles.ts';
import type { DatabaseRole } from '../bin/settings.ts';
import { SESSION } from '../consent/pool.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Superuser's address of the test run's server, at database `postgres` or the one of DATABASE_URL. */
    postgresUrl: string;
    /** Migrated, empty database that `createDatabase` clones. */
    postgresTemplate: string;
  }
}

export interface TestDatabase {
  readonly name: string;
  /** Address of the migrating role. */
  readonly adminUrl: string;
  /** Address of one of the hub's roles. */
  roleUrl(role: DatabaseRole): string;
  /** Cuts every session on it; call it in `afterAll`. */
  drop(): Promise<void>;
}

/** A fresh, migrated, empty database of this test file's own, cloned from the template of the run. */
export async function createDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `nivel_test_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${name} TEMPLATE ${inject('postgresTemplate')}`);
  const adminUrl = databaseUrl(server, name);
  const passwords = rolePasswords(server);
  return {
    name,
    adminUrl,
    roleUrl: (role) => roleUrl(adminUrl, role, passwords[role]),
    drop: () => dropDatabase(server, name),
  };
}

/** Makes and migrates the template of a test run on a server. */
export async function createTemplate(server: string): Promise<string> {
  const template = `nivel_template_${randomBytes(6).toString('hex')}`;
  await execute(server, `CREATE DATABASE ${template}`);
  await migrate(databaseUrl(server, template));
  return template;
}

export function dropDatabase(server: string, name: string): Promise<void> {
  return execute(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** A server of the test's own in a temporary folder that `stop` removes; durable unless told otherwise. */
export async function startTestPostgres(options: { fsync?: boolean } = {}): Promise<Postgres> {
  const dataDir = temporaryDir();
  const postgres = await startPostgres({
    dataDir,
    database: 'postgres',
    password: randomBytes(12).toString('base64url'),
    ...options,
  });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(dirname(postgres.cluster), { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { ...postgres, stop };
}

/** Removes what killed test runs have left: their folders carry the number of the process. */
export function sweepTestPostgres(): void {
  for (const name of readdirSync(tmpdir())) {
    const maker = Number(/^nivel-test-(\d+)-/.exec(name)?.[1]);
    if (!Number.isInteger(maker) || isAlive(maker)) continue;
    const folder = join(tmpdir(), name);
    const left = runningServer(join(folder, 'postgres'));
    // Immediate shutdown: the data goes too.
    if (left !== undefined) process.kill(left.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A pool as the hub's: no connection that dies ends the process, in use or idle, as when its database is dropped while it says goodbye. */
export function poolOf(connectionString: string, options: pg.PoolConfig = {}): pg.Pool {
  const pool = new pg.Pool({ connectionString, max: 4, options: SESSION, ...options });
  pool.on('connect', (client) => client.on('error', () => {}));
  pool.on('error', () => {});
  return pool;
}

export function databaseUrl(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/** PostgreSQL's own user must pass through. */
function temporaryDir(): string {
  const folder = mkdtempSync(join(tmpdir(), `nivel-test-${process.pid}-`));
  chmodSync(folder, 0o711);
  return folder;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function execute(server: string, statement: string): Promise<void> {
  const client = await connectDatabase(server);
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
