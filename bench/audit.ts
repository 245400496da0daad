import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import pg from 'pg';
import type { AuditEntry } from '../audit/entry.ts';
import { createAuditLog } from '../audit/log.ts';
import { connectDatabase } from '../bin/database.ts';
import { migrate, roleUrl } from '../bin/migrate.ts';
import { rolePasswords } from '../bin/roles.ts';
import { CATEGORIES, type CategoryName } from '../schema/categories.ts';
import { startSequencer } from './sequencer.ts';
import { benchServer } from './server.ts';

const SECONDS = 5;
const CLIENTS = 1_000;

/**
 * Prints durable entries a second and the latency that the log adds to an answer, with 1, 16 and 64 callers at a time and
 * the sequencer at work beside them. Nothing is asserted: figures depend on the machine.
 *
 * `tsx bench/audit.ts`; on the PostgreSQL of DATABASE_URL, else on a temporary one, in both cases with fsync on.
 */
async function main(): Promise<void> {
  const server = await benchServer();
  const name = `nivel_bench_${randomUUID().slice(0, 8)}`;
  const admin = await connectDatabase(server.url);
  try {
    await admin.query(`CREATE DATABASE ${name}`);
    const url = new URL(server.url);
    url.pathname = `/${name}`;
    await migrate(url.href);
    const { rows } = await admin.query<{ fsync: string; version: string }>(
      "SELECT current_setting('fsync') AS fsync, current_setting('server_version') AS version",
    );
    console.log(`PostgreSQL ${rows[0]?.version}, fsync ${rows[0]?.fsync}, ${SECONDS} s a row`);
    const passwords = rolePasswords(server.url);
    const clients = await makeEpochs(url.href);
    const sequencer = await startSequencer(roleUrl(url.href, 'sequencer', passwords.sequencer));
    const pool = new pg.Pool({ connectionString: roleUrl(url.href, 'gateway', passwords.gateway) });
    // Dropping the database may meet a connection that is just ending.
    pool.on('error', () => {});
    await appendWith(pool, clients, 16, 1);
    for (const callers of [1, 16, 64]) {
      const { count, waits } = await appendWith(pool, clients, callers, SECONDS);
      console.log(
        `${String(callers).padStart(3)} callers: ${Math.round(count / SECONDS)} entries/s, ` +
          `latency median ${quantile(waits, 0.5)} ms, p99 ${quantile(waits, 0.99)} ms`,
      );
    }
    await pool.end();
    await sequencer.stop();
  } finally {
    await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await admin.end();
    await server.stop();
  }
}

/** Clients whose epochs the log compares with. */
async function makeEpochs(url: string): Promise<readonly string[]> {
  const clients = Array.from({ length: CLIENTS }, () => randomUUID());
  const admin = await connectDatabase(url);
  await admin.query('INSERT INTO consent.epochs (client_id, epoch) SELECT unnest($1::uuid[]), 1', [clients]);
  await admin.query('ANALYZE');
  await admin.end();
  return clients;
}

async function appendWith(
  pool: pg.Pool,
  clients: readonly string[],
  callers: number,
  seconds: number,
): Promise<{ readonly count: number; readonly waits: readonly number[] }> {
  const log = createAuditLog(pool);
  const waits: number[] = [];
  const until = performance.now() + seconds * 1_000;
  let turn = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < until) {
        turn += 1;
        const client = clients[turn % clients.length] as string;
        const started = performance.now();
        if ((await log.append(unifiedView(client), new Map([[client, 1n]]))) !== 'durable') throw new Error('stale');
        waits.push(performance.now() - started);
      }
    }),
  );
  return { count: waits.length, waits: waits.sort((a, b) => a - b) };
}

const ASKED: readonly CategoryName[] = [
  'IDENTITY_CONTACT',
  'CUSTODY',
  'SENTENCE_PLAN',
  'HOUSING',
  'SOCIAL_SERVICES',
  'EMPLOYMENT',
  'MEDICATION',
  'WORK_ABILITY',
];

/** The entry of one unified view: one client, five sources, eight categories. */
function unifiedView(client: string): AuditEntry {
  const sources = [...new Set(ASKED.map((category) => CATEGORIES[category].source))];
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    kind: 'QUERY',
    outcome: 'ANSWERED',
    caller: {
      id: '00000000-0000-4000-9000-000000000005',
      roles: ['coordinator'],
      agency: 'EMPLOYMENT_SERVICES',
      organisation: '1.2.246.10.2012566',
      unit: 'HEL-WORK-ABILITY-COORDINATORS',
    },
    purpose: 'SERVICE_COORDINATION',
    operation: { name: 'UnifiedView', hash: 'a'.repeat(64) },
    request: randomUUID(),
    gateway: 'bench',
    clients: [client],
    disclosures: sources.map((source) => ({
      client,
      source,
      permitted: ASKED.filter((category) => CATEGORIES[category].source === source).map((category) => ({
        category,
        basis: 'CONSENT' as const,
        reference: client,
      })),
      denied: [],
      epoch: '1',
      records: 3,
    })),
  };
}

function quantile(sorted: readonly number[], q: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN).toFixed(2);
}

await main();
