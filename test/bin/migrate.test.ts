import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { connectDatabase } from '../../bin/database.ts';
import { migrate, roleUrl } from '../../bin/migrate.ts';
import { rolePasswords } from '../../bin/roles.ts';
import { DATABASE_ROLES, REGISTRY_ROLES, SCHEMA_ROLES } from '../../bin/settings.ts';
import { createDatabase, databaseUrl, dropDatabase, type TestDatabase } from '../postgres.ts';

describe('what each role may do', () => {
  let database: TestDatabase;
  let admin: pg.Client;
  beforeAll(async () => {
    database = await createDatabase();
    admin = await connectDatabase(database.adminUrl);
    // A table in every schema, whatever the agencies' own migrations make.
    for (const schema of SCHEMA_ROLES)
      await admin.query(`CREATE TABLE ${schema}.probe (n int); INSERT INTO ${schema}.probe VALUES (1)`);
    await migrate(database.adminUrl);
  });
  afterAll(async () => {
    await admin.end();
    await database.drop();
  });

  for (const role of REGISTRY_ROLES) {
    it(`nivel_${role} reads schema ${role} and no other`, async () => {
      const client = await connectDatabase(database.roleUrl(role));
      try {
        expect((await client.query(`SELECT n FROM ${role}.probe`)).rows).toEqual([{ n: 1 }]);
        for (const other of SCHEMA_ROLES.filter((schema) => schema !== role)) {
          await expect(client.query(`SELECT * FROM ${other}.probe`), other).rejects.toMatchObject({ code: '42501' });
        }
        await expect(client.query('SELECT * FROM nivel.migrations')).rejects.toMatchObject({ code: '42501' });
        await expect(client.query('CREATE TABLE public.mine (n int)')).rejects.toMatchObject({ code: '42501' });
        await expect(client.query('CREATE TEMP TABLE mine (n int)')).rejects.toMatchObject({ code: '42501' });
        await expect(client.query('SELECT rolpassword FROM pg_authid')).rejects.toMatchObject({ code: '42501' });
        await expect(client.query(`INSERT INTO ${role}.probe VALUES (2)`)).rejects.toMatchObject({ code: '42501' });
      } finally {
        await client.end();
      }
    });
  }

  it('no role of the hub changes or removes a row of the ledger or the log', async () => {
    const { rows: tables } = await admin.query<{ name: string; column: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name,
         (SELECT quote_ident(attname) FROM pg_attribute
          WHERE attrelid = format('%I.%I', schemaname, tablename)::regclass AND attnum > 0 AND attidentity = '' LIMIT 1) AS column
       FROM pg_tables WHERE schemaname IN ('consent', 'audit') AND tablename <> 'probe'`,
    );
    expect(tables.length).toBeGreaterThanOrEqual(4);
    for (const role of DATABASE_ROLES) {
      const client = await connectDatabase(database.roleUrl(role));
      try {
        for (const { name, column } of tables) {
          for (const statement of [
            `UPDATE ${name} SET ${column} = ${column}`,
            `DELETE FROM ${name}`,
            `TRUNCATE ${name} CASCADE`,
            `DROP TABLE ${name} CASCADE`,
          ]) {
            await expect(client.query(statement), `${role}: ${statement}`).rejects.toMatchObject({ code: '42501' });
          }
        }
      } finally {
        await client.end();
      }
    }
  });

  it('a role of another user of the server does not get in', async () => {
    const { rows } = await admin.query(
      "SELECT has_database_privilege('public', current_database(), 'CONNECT') AS connect, has_schema_privilege('public', 'public', 'USAGE') AS usage",
    );
    expect(rows).toEqual([{ connect: false, usage: false }]);
  });

  it('finds a role that was given more than a login', async () => {
    const powerful = `nivel_test_powers_${process.pid}`;
    await admin.query(`CREATE ROLE ${powerful}`);
    try {
      await admin.query(`GRANT ${powerful} TO nivel_social`);
      await expect(migrate(database.adminUrl)).rejects.toMatchObject({
        code: 'ROLE_TOO_POWERFUL',
        message: expect.stringContaining('nivel_social'),
      });
    } finally {
      await admin.query(`DROP ROLE ${powerful}`);
    }
    await expect(migrate(database.adminUrl)).resolves.toMatchObject({ applied: [] });
  });
});

describe('migration files', () => {
  let root: string;
  let url: string;
  let name: string;
  const server = inject('postgresUrl');
  const write = (file: string, sql: string): void => {
    mkdirSync(join(root, file, '..'), { recursive: true });
    writeFileSync(join(root, file), sql);
  };
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'nivel-migrations-'));
    write('consent/migrations/001-first.sql', 'CREATE TABLE consent.a (n int);');
    write('subgraphs/health/migrations/001-first.sql', 'CREATE TABLE health.a (n int);');
    write('subgraphs/health/migrations/002-second.sql', 'CREATE TABLE health.b (n int);');
    name = `nivel_test_files_${process.pid}`;
    url = databaseUrl(server, name);
    await withServer((client) => client.query(`CREATE DATABASE ${name}`));
  });
  afterEach(async () => {
    await dropDatabase(server, name);
    rmSync(root, { recursive: true, force: true });
  });

  it('are applied once, in order', async () => {
    const first = await migrate(url, { root });
    expect(first.applied).toEqual(['consent/001-first.sql', 'health/001-first.sql', 'health/002-second.sql']);
    expect((await migrate(url, { root })).applied).toEqual([]);
    write('subgraphs/health/migrations/003-third.sql', 'DROP TABLE health.a;');
    expect((await migrate(url, { root })).applied).toEqual(['health/003-third.sql']);
  });

  it('are the same with other line ends', async () => {
    write('consent/migrations/001-first.sql', '-- one\nCREATE TABLE consent.a (n int);\n');
    await migrate(url, { root });
    write('consent/migrations/001-first.sql', '-- one\r\nCREATE TABLE consent.a (n int);\r\n');
    expect((await migrate(url, { root })).applied).toEqual([]);
  });

  it('are refused when changed or gone after they were applied', async () => {
    await migrate(url, { root });
    write('consent/migrations/001-first.sql', 'CREATE TABLE consent.a (n bigint);');
    await expect(migrate(url, { root })).rejects.toMatchObject({
      code: 'MIGRATION_CHANGED',
      message: expect.stringContaining('consent/001-first.sql'),
    });
    rmSync(join(root, 'consent/migrations/001-first.sql'));
    await expect(migrate(url, { root })).rejects.toMatchObject({ code: 'MIGRATION_UNKNOWN' });
  });

  it('that fail leave nothing behind and name their line', async () => {
    write(
      'subgraphs/health/migrations/002-second.sql',
      'CREATE TABLE health.b (n int);\nCREATE TABLE health.b (n int;\n',
    );
    await expect(migrate(url, { root })).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      message: expect.stringMatching(/^health\/002-second\.sql:2: /),
    });
    write('subgraphs/health/migrations/002-second.sql', 'CREATE TABLE health.b (n int);');
    expect((await migrate(url, { root })).applied).toEqual(['health/002-second.sql']);
  });

  it('wait for each other when two processes migrate', async () => {
    const both = await Promise.all([migrate(url, { root }), migrate(url, { root }), migrate(url, { root })]);
    expect(both.map(({ applied }) => applied.length).sort()).toEqual([0, 0, 3]);
  });

  it('run for an admin who is no superuser and owns the database', async () => {
    // Nivel's roles on the shared server belong to its superuser; this admin makes its own on a server without them.
    const { startTestPostgres } = await import('../postgres.ts');
    const own = await startTestPostgres({ fsync: false });
    try {
      const admin = await connectDatabase(own.url);
      await admin.query("CREATE ROLE owner LOGIN CREATEROLE NOSUPERUSER PASSWORD 'o'");
      await admin.query('CREATE DATABASE registries OWNER owner');
      await admin.end();
      const ownerUrl = new URL(databaseUrl(own.url, 'registries'));
      ownerUrl.username = 'owner';
      ownerUrl.password = 'o';
      await migrate(ownerUrl.href, { passwords: { social: 'näin / on' } });
      await migrate(ownerUrl.href, { passwords: { social: 'näin / on' } });
      const social = await connectDatabase(roleUrl(ownerUrl.href, 'social', 'näin / on'));
      await social.end();
      const health = await connectDatabase(roleUrl(ownerUrl.href, 'health', rolePasswords(ownerUrl.href).health));
      await health.end();
    } finally {
      await own.stop();
    }
  });

  async function withServer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
    const client = await connectDatabase(server);
    try {
      await work(client);
    } finally {
      await client.end();
    }
  }
});
