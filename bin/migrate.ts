import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { connectDatabase } from './database.ts';
import { codeOf, Failure } from './failure.ts';
import { ensureRoles, grantOwnSchemas, type RolePasswords, rolePasswords } from './roles.ts';
import { SCHEMA_ROLES } from './settings.ts';

export { roleUrl } from './roles.ts';

export interface MigrateOptions {
  /** Passwords of the hub's roles; one not given is derived from the admin URL's password. */
  readonly passwords?: Partial<RolePasswords>;
  readonly onProgress?: (line: string) => void;
  /** Folder that holds `consent/migrations`, `audit/migrations` and `subgraphs/<name>/migrations`; the checkout itself. */
  readonly root?: string;
}

export interface Migrated {
  /** Files applied by this call, as `consent/001-ledger.sql`; empty when all were. */
  readonly applied: readonly string[];
  /** Passwords that the roles have now. */
  readonly passwords: RolePasswords;
}

interface Migration {
  /** `consent/001-ledger.sql`: what the record knows it by. */
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

/** Transaction-free lock of one database; a second migration waits for the first. */
const MIGRATION_LOCK = 0x6d696772; // "migr"

/**
 * Brings a database to the state of the migration files: roles, schemas, then each file once, in its own transaction.
 *
 * Repeating it changes nothing. The admin needs ownership of the database and CREATEROLE, not more.
 *
 * @throws Failure `MIGRATION_CHANGED` when an applied file differs, `MIGRATION_UNKNOWN` when one is not here,
 * `MIGRATION_FAILED`, `MIGRATION_NOT_PERMITTED`, `ROLE_TOO_POWERFUL`, or a code of `connectDatabase`.
 */
export async function migrate(adminUrl: string, options: MigrateOptions = {}): Promise<Migrated> {
  const { onProgress = () => {} } = options;
  const migrations = findMigrations(options.root ?? fileURLToPath(new URL('..', import.meta.url)));
  const client = await connectDatabase(adminUrl);
  try {
    const passwords = rolePasswords(adminUrl, options.passwords);
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await ensureRoles(client, passwords);
    await ensureSchemas(client);
    const pending = compare(migrations, await readRecord(client));
    for (const migration of pending) {
      onProgress(`Migrating ${migration.name}`);
      await apply(client, migration);
    }
    await grantOwnSchemas(client);
    return { applied: pending.map(({ name }) => name), passwords };
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('MIGRATION_FAILED', `the database cannot be set up: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    await client.end();
  }
}

/** In order: the stores that every agency may refer to first, then the agencies by name, files by name. */
function findMigrations(root: string): Migration[] {
  const subgraphs = join(root, 'subgraphs');
  const agencies = existsSync(subgraphs) ? readdirSync(subgraphs).sort() : [];
  const rooms = [
    ...['consent', 'audit'].map((room) => ({ room, folder: join(root, room, 'migrations') })),
    ...agencies.map((room) => ({ room, folder: join(subgraphs, room, 'migrations') })),
  ];
  return rooms
    .filter(({ folder }) => existsSync(folder))
    .flatMap(({ room, folder }) =>
      readdirSync(folder)
        .filter((file) => file.endsWith('.sql'))
        .sort()
        .map((file) => readMigration(`${room}/${file}`, join(folder, file))),
    );
}

function readMigration(name: string, path: string): Migration {
  // Git may check files out with CRLF: the same file must have the same hash everywhere.
  const sql = readFileSync(path, 'utf8').replaceAll('\r\n', '\n');
  return { name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
}

async function ensureSchemas(client: pg.Client): Promise<void> {
  await client.query(`
    CREATE SCHEMA IF NOT EXISTS nivel;
    CREATE TABLE IF NOT EXISTS nivel.migrations (
      name text PRIMARY KEY,
      sha256 text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
      at timestamptz NOT NULL DEFAULT now()
    )`);
  for (const role of SCHEMA_ROLES) {
    await client.query(`CREATE SCHEMA IF NOT EXISTS ${client.escapeIdentifier(role)}`);
  }
}

async function readRecord(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; sha256: string }>('SELECT name, sha256 FROM nivel.migrations');
  return new Map(rows.map(({ name, sha256 }) => [name, sha256]));
}

function compare(migrations: readonly Migration[], record: ReadonlyMap<string, string>): Migration[] {
  const here = new Set(migrations.map(({ name }) => name));
  const unknown = [...record.keys()].filter((name) => !here.has(name));
  if (unknown.length > 0) {
    throw new Failure(
      'MIGRATION_UNKNOWN',
      `the database has had ${unknown.join(', ')}, which this version of Nivel does not know; use the version that applied it`,
    );
  }
  return migrations.filter(({ name, sha256 }) => {
    const applied = record.get(name);
    if (applied !== undefined && applied !== sha256) {
      throw new Failure(
        'MIGRATION_CHANGED',
        `${name} was changed after it was applied to this database; undo the change and add a new file instead`,
      );
    }
    return applied === undefined;
  });
}

async function apply(client: pg.Client, { name, sql, sha256 }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO nivel.migrations (name, sha256) VALUES ($1, $2)', [name, sha256]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    if (codeOf(error) === NOT_PERMITTED) throw explain(error);
    const position = Number((error as { position?: string }).position);
    const line = Number.isInteger(position) ? `:${sql.slice(0, position).split('\n').length}` : '';
    throw new Failure('MIGRATION_FAILED', `${name}${line}: ${(error as Error).message}`, { cause: error });
  }
}

/** SQLSTATE insufficient_privilege. */
const NOT_PERMITTED = '42501';

function explain(error: unknown): Failure {
  const { message } = error as Error;
  if (codeOf(error) !== NOT_PERMITTED) {
    return new Failure('MIGRATION_FAILED', `the database cannot be set up: ${message}`, { cause: error });
  }
  return new Failure(
    'MIGRATION_NOT_PERMITTED',
    `${message}: the user of DATABASE_URL must own the database, have CREATEROLE, and be the one who first migrated it`,
    { cause: error },
  );
}
