import { hostname } from 'node:os';
import pg from 'pg';
import { type Due, eraseDue, listDue } from '../../../audit/retention.ts';
import { type Command, readArgs } from '../../command.ts';
import { codeOf, Failure } from '../../failure.ts';
import { rolePasswords, roleUrl } from '../../roles.ts';
import { readSettings } from '../../settings.ts';
import { openStore } from '../../store.ts';
import { note, print, progressBar } from '../../terminal.ts';

export const command: Command = {
  summary: 'erase the text of entries past their time',
  help: `
Usage: nivel audit erase [--yes] [--database-url URL] [--json]

Shows how many entries are past their time (703/2023, annex: 12 years; consents and denials 12 years after they were
replaced, a client's newest 12 years after death). With --yes erases their text and salt. Their commitments stay, so every
proof stays valid, and the log says in an entry of its own what was erased. Stopped half-way, it goes on when it is run again.

  --yes               erase; without it nothing is changed
  --database-url URL  PostgreSQL 15 or newer (default: DATABASE_URL, else the PostgreSQL in NIVEL_DATA_DIR)
  --json              print {"due": [{"kind", "count", "oldest", "newest"}], "erased"} instead of lines
`,
  async run(args) {
    const { values } = readArgs('audit erase', args, {
      yes: { type: 'boolean', default: false },
      'database-url': { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const settings = readSettings();
    const url = values['database-url'];
    const store = await openStore(url === undefined ? settings : { ...settings, databaseUrl: url }, {
      share: true,
      onProgress: note,
    });
    const { retention } = rolePasswords(store.url, settings.databasePasswords);
    const pool = new pg.Pool({ connectionString: roleUrl(store.url, 'retention', retention), max: 1 });
    // A connection that breaks fails the statement that uses it; the event alone must not end the process.
    pool.on('error', () => {});
    try {
      const due = await listDue(pool);
      const total = due.reduce((sum, { count }) => sum + count, 0);
      if (!values.json) print(inWords(due, total));
      const erased = values.yes ? await erase(pool, total) : 0;
      if (values.json) print(JSON.stringify({ due, erased }));
      else if (values.yes) print(`Erased: ${erased}`);
      else if (total > 0) print('Nothing was changed; add --yes to erase them');
      return 0;
    } catch (error) {
      throw explain(error);
    } finally {
      await pool.end();
      await store.close();
    }
  },
};

async function erase(pool: pg.Pool, total: number): Promise<number> {
  const bar = progressBar();
  const erased = await eraseDue(pool, {
    host: hostname(),
    onProgress: (done) => bar.update(done, total, `${done} of ${total} entries`),
  });
  bar.end();
  return erased;
}

function inWords(due: readonly Due[], total: number): string {
  if (total === 0) return 'No entry is past its time';
  const day = (at: Date): string => at.toISOString().slice(0, 10);
  const lines = due.map(({ kind, count, oldest, newest }) => `  ${kind} ${count}, ${day(oldest)}–${day(newest)}`);
  return [`Entries past their time: ${total}`, ...lines].join('\n');
}

function explain(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  // undefined_function, undefined_table, invalid_schema_name: the migrations have not been run.
  if (['42883', '42P01', '3F000'].includes(code))
    return new Failure('DATABASE_NOT_MIGRATED', 'the database has no audit log of this version; run nivel migrate', {
      cause: error,
    });
  return new Failure(
    'ERASURE_FAILED',
    `the erasure stopped (${code || (error as Error).message}); what is erased is declared, and running it again goes on`,
    { cause: error },
  );
}
