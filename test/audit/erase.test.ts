import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nivel } from '../bin/command.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { entryWith } from './entries.ts';
import { insertOrdered } from './ordered.ts';

let database: TestDatabase;
let admin: pg.Pool;
beforeAll(async () => {
  database = await createDatabase();
  admin = poolOf(database.adminUrl);
  const old = '2001-02-03T10:00:00.000Z';
  await insertOrdered(admin, [entryWith({ at: old }), entryWith({ at: old, kind: 'REFUSED' }), entryWith()]);
  await admin.query('UPDATE audit.entries SET inserted_at = at');
});
afterAll(async () => {
  await admin?.end();
  await database?.drop();
});

const erase = (...args: string[]) => nivel(['audit', 'erase', ...args], { DATABASE_URL: database.adminUrl });
async function erased(): Promise<number> {
  const { rows } = await admin.query('SELECT count(*)::int AS count FROM audit.entries WHERE body IS NULL');
  return rows[0].count;
}

describe('nivel audit erase', () => {
  it('only counts, until it is told to', async () => {
    const { code, out } = await erase();
    expect({ code, out }).toEqual({
      code: 0,
      out: `Entries past their time: 2
  QUERY 1, 2001-02-03–2001-02-03
  REFUSED 1, 2001-02-03–2001-02-03
Nothing was changed; add --yes to erase them
`,
    });
    expect(await erased()).toBe(0);
    expect(JSON.parse((await erase('--json')).out)).toMatchObject({
      due: [
        { kind: 'QUERY', count: 1 },
        { kind: 'REFUSED', count: 1 },
      ],
      erased: 0,
    });
  });

  it('erases with --yes, shows how far it is, and has nothing left to do', async () => {
    const { code, out, err } = await erase('--yes');
    expect(code).toBe(0);
    expect(out).toMatch(/^Erased: 2$/m);
    expect(err).toContain('100 %  2 of 2 entries');
    expect(await erased()).toBe(2);
    expect((await erase('--yes')).out).toBe('No entry is past its time\nErased: 0\n');
  });

  it('fails in one line', async () => {
    await admin.query('DROP FUNCTION audit.due_by_kind');
    const { code, out, err } = await erase('--yes');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(
      /^nivel: the database has no audit log of this version; run nivel migrate \(DATABASE_NOT_MIGRATED\)$/m,
    );
    expect(err).not.toMatch(/^ +at /m);
    const unreachable = await nivel(['audit', 'erase'], { DATABASE_URL: 'postgres://a:b@127.0.0.1:1/nivel' });
    expect(unreachable).toMatchObject({ code: 1, err: expect.stringContaining('(ERASURE_FAILED)') });
  });
});
