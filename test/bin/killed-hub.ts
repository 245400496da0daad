import { connectDatabase } from '../../bin/database.ts';
import { startPostgres } from '../../bin/postgres.ts';

/** A hub that commits one row and is killed; run by postgres.test.ts in a process of its own. */
async function main(dataDir: string): Promise<void> {
  const { url } = await startPostgres({ dataDir, password: 'p w/ö', fsync: false });
  const client = await connectDatabase(url);
  await client.query('CREATE TABLE committed AS SELECT 1 AS n');
  process.kill(process.pid, 'SIGKILL');
}

await main(process.argv[2] ?? '');
