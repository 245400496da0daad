import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_ONE, DEMO_USERS } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { REGISTRY_ROLES } from '../../bin/settings.ts';
import { decide } from '../../consent/decide.ts';
import { loadFacts } from '../../consent/facts.ts';
import { CLIENT_ONE_RECORDS } from '../../population/client-one/ledger.ts';
import { loadPopulation } from '../../population/load.ts';
import { TABLES } from '../../population/tables.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { demoUser, lives, TODAY } from './lives.ts';

const POPULATION = { seed: 1, count: 120, today: TODAY, staff: DEMO_USERS };

let database: TestDatabase;
let client: pg.Client;

/** What nobody has declared, requested or recorded of synthetic clients. */
const NOT_FILLED: readonly string[] = [
  'declarations',
  'emergencies',
  'requests',
  'guardian_ends',
  'joint_plans',
  'joint_plan_ends',
  'restrictions',
  'restriction_ends',
  'reviews',
  'proposals',
  'proposal_tries',
  'proposal_confirmations',
  'deaths',
].map((table) => `consent.${table}`);

/** Of no client. */
const OF_WORKERS = 'clients.workers';

/** What whoever sees custody and the sentence plan sees too; a statute opens both parts to employment services. */
const PARTS = ['CUSTODY_DATES', 'SENTENCE_PLAN_EMPLOYMENT'] as const;

describe('a loaded population', () => {
  const progress: number[] = [];

  beforeAll(async () => {
    database = await createDatabase();
    client = await connectDatabase(database.adminUrl);
    await loadPopulation(client, { ...POPULATION, onProgress: ({ done }) => progress.push(done) });
  });

  afterAll(async () => {
    await client?.end();
    await database?.drop();
  });

  it('is in the tables as it was made', async () => {
    const made = lives(POPULATION.count);
    for (const { name, rows } of TABLES) {
      expect([name, await count(name)]).toEqual([name, made.flatMap((life) => rows(life)).length]);
    }
    const { rows } = await client.query('SELECT words FROM clients.own_goals WHERE client_id = $1 ORDER BY id', [
      CLIENT_ONE,
    ]);
    expect(rows.map(({ words }) => words)).toEqual(made[0]!.ownGoals.map(({ words }) => words));
  });

  it('names every column', async () => {
    const { rows } = await client.query<{ name: string; columns: string[] }>(
      `SELECT table_schema || '.' || table_name AS name, array_agg(column_name::text) AS columns FROM information_schema.columns
       WHERE table_schema = ANY ($1) GROUP BY 1`,
      [[...REGISTRY_ROLES, 'consent']],
    );
    const filled = Object.fromEntries(TABLES.map(({ name, columns }) => [name, [...columns].sort()]));
    const there = rows.filter(({ name }) => name !== OF_WORKERS && !NOT_FILLED.includes(name));
    expect(Object.fromEntries(there.map(({ name, columns }) => [name, [...columns].sort()]))).toEqual(filled);
    expect(there.length).toBe(rows.length - NOT_FILLED.length - 1);
  });

  it('has its keys, references and indexes back', async () => {
    const fresh = await createDatabase();
    const other = await connectDatabase(fresh.adminUrl);
    try {
      expect(await shape(client)).toEqual(await shape(other));
    } finally {
      await other.end();
      await fresh.drop();
    }
  });

  it('knows the workers who answer for its clients, by the surname that they go by', async () => {
    const { rows } = await client.query<{ known: boolean; homes: boolean }>(
      `SELECT bool_and(coalesce(r.worker_name LIKE '% ' || w.last_name, false)) AS known, bool_or(w.street IS NOT NULL) AS homes
       FROM clients.responsible_workers r LEFT JOIN ${OF_WORKERS} w USING (worker)`,
    );
    expect(rows).toEqual([{ known: true, homes: true }]);
  });

  it('tells how far it is', () => {
    expect(progress.at(-1)).toBe(POPULATION.count);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it('refuses a second population and leaves the first alone', async () => {
    await expect(loadPopulation(client, { ...POPULATION, seed: 2 })).rejects.toMatchObject({
      code: 'POPULATION_EXISTS',
    });
    expect(await count('clients.people')).toBe(POPULATION.count);
  });

  it.each([
    ['coordinator', 'SERVICE_COORDINATION', ['EMPLOYMENT', ...Object.keys(CLIENT_ONE_RECORDS.coordinator), ...PARTS]],
    ['peer', 'SERVICE_COORDINATION', Object.keys(CLIENT_ONE_RECORDS.peer)],
    [
      'employment-specialist',
      'EMPLOYMENT_SUPPORT',
      ['IDENTITY_CONTACT', 'EMPLOYMENT', 'CUSTODY', ...PARTS, 'WORK_ABILITY'],
    ],
    [
      'social-worker',
      'RELEASE_PREPARATION',
      [
        'IDENTITY_CONTACT',
        'CUSTODY',
        'SENTENCE_PLAN',
        ...PARTS,
        'BENEFITS',
        'SOCIAL_ASSISTANCE',
        'HOUSING',
        'SOCIAL_SERVICES',
      ],
    ],
    [
      'rise-worker',
      'RELEASE_PREPARATION',
      ['IDENTITY_CONTACT', 'CUSTODY', 'SANCTION_DETAILS', 'SENTENCE_PLAN', ...PARTS, 'EMPLOYMENT'],
    ],
    ['health-professional', 'CARE_CONTINUITY', ['IDENTITY_CONTACT', 'MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY']],
    ['client', 'OWN_DATA', [...CATEGORY_NAMES]],
  ] as const)('%s may see of the first client what the README tells', async (username, purpose, expected) => {
    const facts = (await loadFacts(client as unknown as pg.Pool, [CLIENT_ONE])).get(CLIENT_ONE)!;
    const request = { principal: demoUser(username), purpose, clientId: CLIENT_ONE, categories: CATEGORY_NAMES };
    const decision = decide(request, facts, TODAY.getTime());
    const permitted = [...decision.categories].filter(([, { decision: verdict }]) => verdict === 'PERMIT');
    expect(permitted.map(([category]) => category).sort()).toEqual([...expected].sort());
  });
});

describe('a load that cannot be', () => {
  beforeEach(async () => {
    database = await createDatabase();
    client = await connectDatabase(database.adminUrl);
  });

  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  it('leaves nothing behind when it ends early', async () => {
    const onProgress = ({ done }: { done: number }) => {
      if (done >= 500) throw new Error('stopped');
    };
    await expect(loadPopulation(client, { ...POPULATION, count: 1_200, onProgress })).rejects.toThrow('stopped');
    expect(await total()).toBe(0);
    await loadPopulation(client, { ...POPULATION, count: 2 });
    expect(await count('clients.people')).toBe(2);
  });

  it('leaves nothing behind when its connection is cut', async () => {
    const other = await connectDatabase(database.adminUrl);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const onProgress = ({ done }: { done: number }) => {
      if (done === 500) void other.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    };
    await expect(loadPopulation(client, { ...POPULATION, count: 20_000, onProgress })).rejects.toThrow();
    client = other;
    expect(await total()).toBe(0);
  });

  it('leaves nothing behind when a row is refused', async () => {
    await client.query("ALTER TABLE consent.events ADD CHECK (recorded_role <> 'coordinator')");
    await expect(loadPopulation(client, POPULATION)).rejects.toMatchObject({ code: '23514' });
    expect(await total()).toBe(0);
  });

  it('notices half a population', async () => {
    await client.query(
      "INSERT INTO consent.epochs (client_id, epoch) VALUES ('00000000-0000-4000-8000-000000000009', 1)",
    );
    await expect(loadPopulation(client, POPULATION)).rejects.toMatchObject({ code: 'POPULATION_PARTIAL' });
    expect(await count('clients.people')).toBe(0);
  });

  it.each([0, -5, 1.5, 1_000_001, Number.NaN])('refuses a count of %d', async (wrong) => {
    await expect(loadPopulation(client, { ...POPULATION, count: wrong })).rejects.toMatchObject({
      code: 'POPULATION_COUNT',
    });
  });

  it('lets one of two loads at a time win', async () => {
    const other = await connectDatabase(database.adminUrl);
    try {
      const both = await Promise.allSettled([client, other].map((one) => loadPopulation(one, POPULATION)));
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'POPULATION_EXISTS' } });
      expect(await count('clients.people')).toBe(POPULATION.count);
    } finally {
      await other.end();
    }
  });
});

async function count(table: string): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${table}`);
  return Number(rows[0]!.count);
}

async function total(): Promise<number> {
  let sum = 0;
  for (const { name } of TABLES) sum += await count(name);
  return sum;
}

/** Keys, references, checks and indexes of all tables. */
async function shape(of: pg.Client): Promise<string[]> {
  const { rows } = await of.query<{ line: string }>(
    `SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) AS line FROM pg_constraint WHERE conrelid = ANY ($1::regclass[])
     UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = ANY ($1::regclass[]) ORDER BY 1`,
    [TABLES.map(({ name }) => name)],
  );
  return rows.map(({ line }) => line);
}
