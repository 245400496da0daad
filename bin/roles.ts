import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { codeOf, Failure } from './failure.ts';
import { DATABASE_ROLES, type DatabaseRole, REGISTRY_ROLES } from './settings.ts';

export type RolePasswords = Readonly<Record<DatabaseRole, string>>;

/** The admin's address with a hub role's name and password in it. */
export function roleUrl(adminUrl: string, role: DatabaseRole, password: string): string {
  const url = new URL(adminUrl);
  if (url.host === '') {
    // A local socket's address has no place for a user before the host: libpq and pg read parameters too.
    url.searchParams.set('user', roleName(role));
    url.searchParams.set('password', password);
  } else {
    url.username = roleName(role);
    url.password = encodeURIComponent(password);
  }
  return url.href;
}

/**
 * A password for each role: the given one, or base64url(HMAC-SHA256(the admin's password, 'nivel role ' + role)).
 *
 * Processes that share a DATABASE_URL so agree without telling each other.
 */
export function rolePasswords(adminUrl: string, given: Partial<RolePasswords> = {}): RolePasswords {
  const url = new URL(adminUrl);
  const secret = decode(url.password) || (url.searchParams.get('password') ?? '');
  const derive = (role: DatabaseRole): string =>
    createHmac('sha256', secret).update(`nivel role ${role}`).digest('base64url');
  return Object.fromEntries(DATABASE_ROLES.map((role) => [role, given[role] ?? derive(role)])) as RolePasswords;
}

/** Makes the login roles, gives them their passwords, and takes from PUBLIC what a new database gives to everyone. */
export async function ensureRoles(client: pg.Client, passwords: RolePasswords): Promise<void> {
  for (const role of DATABASE_ROLES) {
    await retried(() => ensureRole(client, roleName(role), passwords[role]));
  }
  await checkRoles(client);
  const { rows } = await client.query<{ name: string }>('SELECT current_database() AS name');
  const database = rows[0]?.name ?? '';
  const roles = DATABASE_ROLES.map(roleName).join(', ');
  await client.query(`GRANT CONNECT ON DATABASE ${client.escapeIdentifier(database)} TO ${roles}`);
  await client.query(`REVOKE TEMPORARY ON DATABASE ${client.escapeIdentifier(database)} FROM PUBLIC`);
  // Into the server's own database other users must go on getting.
  if (database !== 'postgres') {
    await client.query(`REVOKE CONNECT ON DATABASE ${client.escapeIdentifier(database)} FROM PUBLIC`);
  }
  await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
}

/** An agency's role reads the tables of its own schema; the stores' migrations say for themselves who may what. */
export async function grantOwnSchemas(client: pg.Client): Promise<void> {
  for (const role of REGISTRY_ROLES) {
    await client.query(`GRANT USAGE ON SCHEMA ${role} TO ${roleName(role)}`);
    await client.query(`GRANT SELECT ON ALL TABLES IN SCHEMA ${role} TO ${roleName(role)}`);
  }
}

function roleName(role: DatabaseRole): string {
  return `nivel_${role}`;
}

async function ensureRole(client: pg.Client, name: string, password: string): Promise<void> {
  const verifier = client.escapeLiteral(scramVerifier(password));
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
  if (rowCount === 0) {
    const powers = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS';
    await client.query(`CREATE ROLE ${name} LOGIN ${powers} PASSWORD ${verifier}`);
  } else {
    await client.query(`ALTER ROLE ${name} LOGIN PASSWORD ${verifier}`);
  }
}

/** @throws Failure `ROLE_TOO_POWERFUL`: someone gave a hub role more than its own schema. */
async function checkRoles(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_roles r
     WHERE rolname = ANY ($1) AND (rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls
       OR EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid))
     ORDER BY rolname`,
    [DATABASE_ROLES.map(roleName)],
  );
  if (rows.length === 0) return;
  throw new Failure(
    'ROLE_TOO_POWERFUL',
    `database role ${rows.map(({ name }) => name).join(', ')} has more than a login: take its attributes and memberships away`,
  );
}

/**
 * The stored form of a password (RFC 5803, SCRAM-SHA-256), so that the password itself is never in a statement, which
 * a server may log.
 */
function scramVerifier(password: string): string {
  const iterations = 4096;
  const salt = randomBytes(16);
  const salted = pbkdf2Sync(password.normalize('NFKC'), salt, iterations, 32, 'sha256');
  const hmac = (text: string): Buffer => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${hmac('Server Key').toString('base64')}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A lone % is itself, as pg reads it.
    return text;
  }
}

/** Roles belong to the whole server: migrations of two databases may meet on one, beyond the reach of a lock. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const message = (error as Error).message;
      const raced = ['42710', '23505'].includes(codeOf(error)) || message.includes('tuple concurrently updated');
      if (!raced || attempt === 20) throw error;
      await sleep(10 * attempt);
    }
  }
}
