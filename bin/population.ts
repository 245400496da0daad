import type pg from 'pg';
import { DEMO_USERS } from '../auth/users.ts';
import { loadPopulation, PopulationError } from '../population/load.ts';
import { connectDatabase } from './database.ts';
import { Failure } from './failure.ts';

/** Clients that a first `nivel start` makes. */
export const DEFAULT_COUNT = 500;
export const DEFAULT_SEED = 1;

export interface PopulateOptions {
  readonly count: number;
  readonly seed: number;
  readonly onProgress?: (progress: { readonly done: number; readonly count: number }) => void;
}

/**
 * Fills an empty, migrated database with synthetic clients whose workers are the demo users.
 *
 * @throws Failure `POPULATION_EXISTS`, `POPULATION_PARTIAL`; a code of `connectDatabase`
 */
export async function populate(url: string, options: PopulateOptions): Promise<void> {
  const client = await connectDatabase(url);
  try {
    await loadPopulation(client, { ...options, today: new Date(), staff: DEMO_USERS });
  } catch (error) {
    throw error instanceof PopulationError ? new Failure(error.code, error.message, { cause: error }) : error;
  } finally {
    await client.end();
  }
}

/** The population of a first start; an inhabited database stays as it is. */
export async function seedIfEmpty(url: string, onProgress: (line: string) => void): Promise<void> {
  if (await isInhabited(url)) return;
  onProgress(`Making ${DEFAULT_COUNT} synthetic clients`);
  try {
    await populate(url, { count: DEFAULT_COUNT, seed: DEFAULT_SEED });
  } catch (error) {
    // Another start on the same database was quicker.
    if (!(error instanceof Failure && error.code === 'POPULATION_EXISTS')) throw error;
  }
}

async function isInhabited(url: string): Promise<boolean> {
  const client: pg.Client = await connectDatabase(url);
  try {
    return ((await client.query('SELECT FROM clients.people LIMIT 1')).rowCount ?? 0) > 0;
  } finally {
    await client.end();
  }
}
