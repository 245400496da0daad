import type { TestProject } from 'vitest/node';
import { readSettings } from '../bin/settings.ts';
import { createTemplate, dropDatabase, startTestPostgres, sweepTestPostgres } from './postgres.ts';

/**
 * One PostgreSQL for the whole test run: the one of DATABASE_URL, else a temporary one.
 *
 * Its template database is migrated once; test files clone it with `createDatabase`.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { databaseUrl } = readSettings();
  sweepTestPostgres();
  const own = databaseUrl === undefined ? await startTestPostgres() : undefined;
  const server = databaseUrl ?? own?.url ?? '';
  const template = await createTemplate(server);
  project.provide('postgresUrl', server);
  project.provide('postgresTemplate', template);
  return async () => {
    await dropDatabase(server, template);
    await own?.stop();
  };
}
