import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../bin/postgres.ts';
import { readSettings } from '../bin/settings.ts';

/** The PostgreSQL that a benchmark runs on: the one of DATABASE_URL, else a temporary one that `stop` removes. */
export async function benchServer(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { databaseUrl } = readSettings();
  if (databaseUrl !== undefined) return { url: databaseUrl, stop: async () => {} };
  const dataDir = mkdtempSync(join(tmpdir(), 'nivel-bench-'));
  // PostgreSQL's own user must pass through.
  chmodSync(dataDir, 0o711);
  const postgres = await startPostgres({
    dataDir,
    database: 'postgres',
    password: randomBytes(12).toString('base64url'),
  });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  return { url: postgres.url, stop };
}
