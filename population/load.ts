import { setImmediate } from 'node:timers/promises';
import type { Client } from 'pg';
import { copyInto, copyLines, Lines } from './copy.ts';
import { MAX_CLIENTS } from './identity.ts';
import { withoutIndexes } from './indexes.ts';
import { type Life, life } from './life.ts';
import { Directory, type StaffMember } from './staff.ts';
import { TABLES, type Table } from './tables.ts';

export interface PopulationOptions {
  /** Whole number; the same seed, count, day and staff make the same population. */
  readonly seed: number;
  /** 1–1,000,000. */
  readonly count: number;
  /** What "now" is in every life. */
  readonly today: Date;
  /** Called after each batch; `done` counts clients. */
  readonly onProgress?: (progress: { readonly done: number; readonly count: number }) => void;
  /** Who exists in the identity provider (DEMO_USERS): each worker is the first of their unit, a guardian has a mandate. */
  readonly staff?: readonly StaffMember[];
}

export interface LoadedPopulation {
  readonly clients: number;
  readonly rows: number;
}

/** A population cannot be loaded; `code` is stable, the message is for people. */
export class PopulationError extends Error {
  readonly code: 'POPULATION_EXISTS' | 'POPULATION_PARTIAL' | 'POPULATION_COUNT';

  constructor(code: PopulationError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/** Clients whose rows are in memory at once, twice: one batch is made while another is sent. */
const BATCH = 500;
/** Lives made before PostgreSQL's answers are looked at again. */
const SLICE = 4;
const NAMES = TABLES.map(({ name }) => name);
/** Transaction's lock: a second load waits for the first, and then finds a population. */
const LOAD_LOCK = 0x706f7075; // "popu"

/**
 * Fills the registries and the consent schema of a migrated database with synthetic people, streamed with COPY.
 *
 * All or nothing: one transaction, so a load that ends early leaves the database as it was. Memory does not grow with
 * `count`. `client` must own the tables, be idle, and is not ended here; nobody else reads the tables until it is done.
 *
 * @throws PopulationError `POPULATION_EXISTS` when clients are there, `POPULATION_PARTIAL` when they are not but another
 * table has rows, `POPULATION_COUNT` for a count out of range; the database's own error otherwise.
 */
export async function loadPopulation(client: Client, options: PopulationOptions): Promise<LoadedPopulation> {
  const { count } = options;
  if (!Number.isInteger(count) || count < 1 || count > MAX_CLIENTS) {
    throw new PopulationError('POPULATION_COUNT', `a population has from 1 to ${MAX_CLIENTS} clients, not ${count}`);
  }
  await client.query('BEGIN');
  try {
    await client.query('SELECT pg_advisory_xact_lock($1)', [LOAD_LOCK]);
    await refuseWhenFilled(client);
    const rows = await withoutIndexes(client, NAMES, () => stream(client, options));
    // The planner has never seen these tables with rows in them.
    await client.query(`ANALYZE ${NAMES.join(', ')}`);
    await client.query('COMMIT');
    return { clients: count, rows };
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

async function refuseWhenFilled(client: Client): Promise<void> {
  const tests = TABLES.map(({ name }) => `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name})`);
  const { rows } = await client.query<{ name: string }>(tests.join(' UNION ALL '));
  const filled = rows.map(({ name }) => name);
  if (filled.includes('clients.people')) {
    throw new PopulationError('POPULATION_EXISTS', 'the database already has a population; empty it first');
  }
  if (filled.length > 0) {
    throw new PopulationError(
      'POPULATION_PARTIAL',
      `the database has no clients but rows in ${filled.join(', ')}; empty it first`,
    );
  }
}

/** While PostgreSQL takes one batch, the next is made. */
async function stream(client: Client, { seed, count, today, onProgress, staff }: PopulationOptions): Promise<number> {
  const directory = new Directory(staff);
  const make = (index: number): Life => life(seed, index, today, directory);
  let [idle, busy] = [emptyBatch(), emptyBatch()];
  let sending: Promise<number> = Promise.resolve(0);
  let rows = 0;
  try {
    for (let first = 1; first <= count; first += BATCH) {
      // The first to fail ends the load.
      const [sent] = await Promise.all([sending, fill(idle, first, Math.min(count, first + BATCH - 1), make)]);
      rows += sent;
      onProgress?.({ done: first - 1, count });
      [idle, busy] = [busy, idle];
      sending = send(client, busy);
    }
    rows += await sending;
    rows += await sendWorkers(client, directory);
  } finally {
    // Nothing may be sent behind the ROLLBACK.
    await sending.catch(() => {});
  }
  onProgress?.({ done: count, count });
  return rows;
}

/** Those whom the lives have met; none that was there before is told anew. */
async function sendWorkers(client: Client, directory: Directory): Promise<number> {
  const workers = directory.workers();
  const { rowCount } = await client.query(
    `INSERT INTO clients.workers (worker, last_name, street, postal_code)
     SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
    [
      workers.map(({ id }) => id),
      workers.map(({ lastName }) => lastName),
      workers.map(({ home }) => home?.street ?? null),
      workers.map(({ home }) => home?.postalCode ?? null),
    ],
  );
  return rowCount ?? 0;
}

type Batch = ReadonlyMap<Table, Lines>;

function emptyBatch(): Batch {
  return new Map(TABLES.map((table) => [table, new Lines()]));
}

async function fill(batch: Batch, first: number, last: number, make: (index: number) => Life): Promise<void> {
  for (const lines of batch.values()) lines.clear();
  for (let index = first; index <= last; index += 1) {
    const made = make(index);
    for (const [table, lines] of batch) {
      const rows = table.rows(made).length;
      if (rows > 0) lines.add(copyLines(table, made), rows);
    }
    if (index % SLICE === 0) await setImmediate();
  }
}

async function send(client: Client, batch: Batch): Promise<number> {
  let rows = 0;
  for (const [table, lines] of batch) {
    if (lines.rows > 0) await copyInto(client, table, lines);
    rows += lines.rows;
  }
  return rows;
}
