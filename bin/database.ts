import pg from 'pg';
import { codeOf, Failure } from './failure.ts';

/** The oldest PostgreSQL that the migrations run on: before 15 everyone may create in schema `public`. */
export const OLDEST_POSTGRES = 15;

/**
 * Connects to PostgreSQL; the caller ends the client.
 *
 * @throws Failure `DATABASE_URL_INVALID`, `DATABASE_UNREACHABLE`, `DATABASE_LOGIN_REFUSED`, `DATABASE_MISSING` or
 * `DATABASE_TOO_OLD`; no message repeats the password.
 */
export async function connectDatabase(url: string, options: { timeoutMs?: number } = {}): Promise<pg.Client> {
  const client = createClient(url, options.timeoutMs ?? 10_000);
  // A connection that breaks later fails the query that uses it; the event alone must not end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    await checkVersion(client, url);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error instanceof Failure ? error : explain(error, url);
  }
}

/** The address without user, password and parameters, for people. */
export function databaseName(url: string): string {
  if (!URL.canParse(url)) return 'the database';
  const { host, pathname } = new URL(url);
  return `${host || 'local socket'}${pathname}`;
}

function createClient(url: string, timeoutMs: number): pg.Client {
  try {
    if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) {
      return new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs, application_name: 'nivel' });
    }
  } catch {
    // pg reads more of the address than URL does, such as files of certificates.
  }
  throw new Failure(
    'DATABASE_URL_INVALID',
    'DATABASE_URL is not an address of PostgreSQL; it looks like postgres://user:password@host:5432/database, with signs like # and / in the password percent-encoded',
  );
}

async function checkVersion(client: pg.Client, url: string): Promise<void> {
  const { rows } = await client.query<{ number: string; text: string }>(
    "SELECT current_setting('server_version_num') AS number, current_setting('server_version') AS text",
  );
  const [version] = rows;
  if (version !== undefined && Number(version.number) >= OLDEST_POSTGRES * 10_000) return;
  throw new Failure(
    'DATABASE_TOO_OLD',
    `PostgreSQL at ${databaseName(url)} is ${version?.text}; Nivel needs ${OLDEST_POSTGRES} or newer`,
  );
}

function explain(error: unknown, url: string): Failure {
  const where = databaseName(url);
  const code = codeOf(error);
  const cause = { cause: error };
  // Class 28: invalid authorization; https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (code.startsWith('28') || /SASL|password/i.test((error as Error).message)) {
    return new Failure(
      'DATABASE_LOGIN_REFUSED',
      `PostgreSQL at ${where} refuses the user or password of DATABASE_URL`,
      cause,
    );
  }
  if (code === '3D000') {
    return new Failure(
      'DATABASE_MISSING',
      `PostgreSQL at ${where} has no such database; create it or correct DATABASE_URL`,
      cause,
    );
  }
  if (code === '42501') {
    return new Failure(
      'DATABASE_LOGIN_REFUSED',
      `PostgreSQL at ${where} does not let this user connect to the database`,
      cause,
    );
  }
  const reason = code || (error as Error).message;
  return new Failure(
    'DATABASE_UNREACHABLE',
    `PostgreSQL does not answer at ${where} (${reason}); check DATABASE_URL`,
    cause,
  );
}
