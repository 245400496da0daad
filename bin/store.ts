import { databaseName } from './database.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { loadSecrets, requireSettings } from './secrets.ts';
import type { Settings } from './settings.ts';

export interface Store {
  /** Address of the migrating role. */
  readonly url: string;
  /** Stops a PostgreSQL that this call started; any other goes on. */
  close(): Promise<void>;
}

export interface OpenStoreOptions {
  /** Use the server of a running hub too; without it, that is refused. */
  readonly share: boolean;
  readonly onProgress: (line: string) => void;
}

/**
 * The database of DATABASE_URL, or else the PostgreSQL from npm in the data folder.
 *
 * @throws Failure of `startPostgres`; `SECRETS_MISSING` in production without DATABASE_URL
 */
export async function openStore(settings: Settings, options: OpenStoreOptions): Promise<Store> {
  if (settings.databaseUrl !== undefined) {
    options.onProgress(`Using PostgreSQL at ${databaseName(settings.databaseUrl)}`);
    return { url: settings.databaseUrl, close: async () => {} };
  }
  if (settings.mode === 'production') requireSettings(['DATABASE_URL']);
  const { dataDir } = settings;
  const password = loadSecrets(settings).databasePassword;
  const postgres: Postgres = await startPostgres({ dataDir, password, ...options });
  options.onProgress(`PostgreSQL ${postgres.reused ? 'was running already' : 'runs'} on port ${postgres.port}`);
  return { url: postgres.url, close: () => postgres.stop() };
}
