import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import type { Principal } from '../auth/principal.ts';
import { DEMO_USERS } from '../auth/users.ts';
import { connectDatabase } from '../bin/database.ts';
import { migrate, roleUrl } from '../bin/migrate.ts';
import { rolePasswords } from '../bin/roles.ts';
import { decide } from '../consent/decide.ts';
import type { ClientFacts, Decision } from '../consent/decision.ts';
import { loadFacts } from '../consent/facts.ts';
import { loadPopulation } from '../population/load.ts';
import { CATEGORY_NAMES } from '../schema/categories.ts';
import { benchServer } from './server.ts';

const CLIENTS = 1_000;
const CASELOAD = 50;
const ROUNDS = 200;

/**
 * Prints microseconds a decision, of one client and every category, with facts at hand, and the statements and
 * milliseconds that the facts of 1 and of 1,000 clients take. Nothing is asserted: figures depend on the machine.
 *
 * `tsx bench/decide.ts`; on the PostgreSQL of DATABASE_URL, else on a temporary one.
 */
async function main(): Promise<void> {
  const server = await benchServer();
  const name = `nivel_bench_${randomUUID().slice(0, 8)}`;
  const admin = await connectDatabase(server.url);
  try {
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await fill(url.href);
    const pool = new pg.Pool({ connectionString: roleUrl(url.href, 'gateway', rolePasswords(server.url).gateway) });
    // Dropping the database may meet a connection that is just ending.
    pool.on('error', () => {});
    await measure(pool);
    await pool.end();
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
    await server.stop();
  }
}

async function fill(url: string): Promise<void> {
  await migrate(url);
  const client = await connectDatabase(url);
  await loadPopulation(client, { seed: 1, count: CLIENTS, today: new Date(), staff: DEMO_USERS });
  await client.query('ANALYZE');
  await client.end();
}

async function measure(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ id: string }>('SELECT DISTINCT client_id AS id FROM consent.epochs ORDER BY 1');
  const ids = rows.map(({ id }) => id);
  for (const count of [1, ids.length]) await measureLoading(pool, ids.slice(0, count));
  const facts = [...(await loadFacts(pool, ids)).values()];
  const asked = [
    ['coordinator', 'SERVICE_COORDINATION'],
    ['social-worker', 'RELEASE_PREPARATION'],
    ['employment-specialist', 'EMPLOYMENT_SUPPORT'],
    ['client', 'OWN_DATA'],
  ] as const;
  for (const [username, purpose] of asked) {
    const principal = DEMO_USERS.find((user) => user.username === username)!;
    measureDeciding(principal, purpose, facts, 'as they are');
    if (username === 'client') continue;
    // Who is tied to none is denied at once: the same caller, tied to each.
    const theirs = facts.map((each) => tied(each, principal));
    measureDeciding(principal, purpose, theirs, 'all theirs');
    measureDeciding(principal, purpose, theirs.slice(0, CASELOAD), 'all theirs');
  }
}

async function measureLoading(pool: pg.Pool, ids: readonly string[]): Promise<void> {
  let statements = 0;
  const query = ((...given: Parameters<pg.Pool['query']>) => {
    statements += 1;
    return pool.query(...given);
  }) as pg.Pool['query'];
  await loadFacts({ query }, ids);
  statements = 0;
  const began = performance.now();
  await loadFacts({ query }, ids);
  const took = performance.now() - began;
  console.log(`facts of ${ids.length} client(s), not kept: ${statements} statement(s), ${took.toFixed(1)} ms`);
}

function measureDeciding(principal: Principal, purpose: string, facts: readonly ClientFacts[], whose: string): void {
  const now = Date.now();
  const made: Decision[] = [];
  const decideOn = (each: ClientFacts): Decision =>
    decide({ principal, purpose, clientId: each.clientId, categories: CATEGORY_NAMES }, each, now);
  // A round keeps its decisions, or they would be optimised away.
  const round = (): number => {
    const began = performance.now();
    for (let index = 0; index < facts.length; index += 1) made[index] = decideOn(facts[index]!);
    return ((performance.now() - began) * 1_000) / facts.length;
  };
  const first = round();
  const rest = Array.from({ length: ROUNDS }, round).sort((a, b) => a - b);
  const figures = `${rest[ROUNDS >> 1]!.toFixed(2)} µs a client (median of ${ROUNDS} rounds; best ${rest[0]!.toFixed(2)}, first ${first.toFixed(1)})`;
  const open = made
    .flatMap(({ categories }) => [...categories.values()])
    .filter((verdict) => verdict.decision === 'PERMIT').length;
  const seen = `${(open / facts.length).toFixed(1)} of ${CATEGORY_NAMES.length} open`;
  console.log(`${principal.username}, ${purpose}, ${facts.length} clients, ${whose}: ${figures}, ${seen}`);
}

function tied(facts: ClientFacts, { agency, organisation, id }: Principal): ClientFacts {
  const own = {
    id: 'own',
    kind: 'OPEN_SERVICE',
    agency: agency ?? '',
    organisation: organisation ?? '',
    unit: null,
    person: id,
    from: 0,
    until: null,
  };
  return { ...facts, relationships: [...facts.relationships, own] };
}

await main();
