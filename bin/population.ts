import type pg from 'pg';
import { DEMO_USERS } from '../auth/users.ts';
import { connectDatabase } from './database.ts';
import { Failure } from './failure.ts';

/** Clients that a first `nivel start` makes. */
export const DEFAULT_COUNT = 500;
export const DEFAULT_SEED = 1;

export interface PopulateOptions {
  readonly count: number;
  readonly seed: number;
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * Fills an empty, migrated database with synthetic clients.
 *
 * @throws Failure `SEED_NOT_EMPTY`; a code of `connectDatabase`
 */
export async function populate(url: string, options: PopulateOptions): Promise<void> {
  await alone(url, async (client) => {
    const held = await countClients(client);
    if (held > 0) {
      throw new Failure(
        'SEED_NOT_EMPTY',
        `the database holds ${held} clients already; seed an empty one, or remove the data folder to begin anew`,
      );
    }
    await load(client, options);
  });
}

/** The population of a first start; an inhabited database stays as it is. */
export async function seedIfEmpty(url: string, onProgress: (line: string) => void): Promise<void> {
  await alone(url, async (client) => {
    if ((await countClients(client)) > 0) return;
    onProgress(`Making ${DEFAULT_COUNT} synthetic clients`);
    await load(client, { count: DEFAULT_COUNT, seed: DEFAULT_SEED, onProgress: () => {} });
  });
}

/** Lock of one database: of two first starts at once, one makes the people. */
const SEED_LOCK = 0x73656564; // "seed"

async function alone(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = await connectDatabase(url);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [SEED_LOCK]);
    await work(client);
  } finally {
    await client.end();
  }
}

async function countClients(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ n: number }>('SELECT count(*)::int AS n FROM clients.people');
  return rows[0]?.n ?? 0;
}

/** SEAM: population/load.ts is being written; import it directly when it is here. */
interface PopulationModule {
  loadPopulation(
    client: pg.Client,
    options: PopulateOptions & { today: string; staff: typeof DEMO_USERS },
  ): Promise<unknown>;
}

async function load(client: pg.Client, options: PopulateOptions): Promise<void> {
  const path = '../population/load.ts';
  const { loadPopulation } = (await import(path)) as PopulationModule;
  await loadPopulation(client, { ...options, today: today(), staff: DEMO_USERS });
}

/** Today in Finland, ISO 8601: the people's ages, sentences and meetings are set around it. */
function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Helsinki' }).format(new Date());
}
