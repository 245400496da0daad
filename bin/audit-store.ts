import type pg from 'pg';
import { LogUnavailable } from '../audit/log.ts';
import { connectDatabase } from './database.ts';
import { codeOf, Failure } from './failure.ts';
import { readSettings } from './settings.ts';
import { openStore } from './store.ts';
import { note } from './terminal.ts';

/**
 * Runs work on the audit log's database with one connection of the user of `url`, or else of DATABASE_URL or the PostgreSQL in the
 * data folder.
 *
 * @throws Failure of the work, of `openStore` or `connectDatabase`; `LOG_MISSING`, `LOG_NOT_PERMITTED` or `LOG_UNREADABLE` for
 * what PostgreSQL says meanwhile
 */
export async function withAuditStore<T>(
  url: string | undefined,
  work: (client: pg.Client, url: string) => Promise<T>,
): Promise<T> {
  const settings = readSettings();
  const store = await openStore(url === undefined ? settings : { ...settings, databaseUrl: url }, {
    share: true,
    onProgress: note,
  });
  try {
    const client = await connectDatabase(store.url);
    try {
      return await work(client, store.url);
    } catch (error) {
      throw explain(error);
    } finally {
      await client.end().catch(() => {});
    }
  } finally {
    await store.close();
  }
}

function explain(error: unknown): unknown {
  if (error instanceof Failure) return error;
  const code = codeOf(error);
  const cause = { cause: error };
  // 3F000: no such schema; 42P01: no such table; 42703: no such column.
  if (['3F000', '42P01', '42703'].includes(code)) {
    return new Failure('LOG_MISSING', 'the database has no audit log of this version; run nivel migrate', cause);
  }
  if (code === '42501') {
    return new Failure('LOG_NOT_PERMITTED', 'the user of the database may not do this to the audit log', cause);
  }
  if (error instanceof LogUnavailable || /^[0-9A-Z]{5}$|^ECONN/.test(code) || isLost(error)) {
    return new Failure('LOG_UNREADABLE', `the database failed meanwhile (${code || 'connection lost'})`, cause);
  }
  return error;
}

/** pg gives the end of a connection no code. */
function isLost(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('Connection terminated');
}
