import { randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '../../bin/database.ts';
import { populate } from '../../bin/population.ts';
import { subgraphRole } from '../../bin/settings.ts';
import { loadDefinition } from '../../bin/subgraphs.ts';
import { LEDGER_LOCK } from '../../consent/lock.ts';
import { recordRelationship } from '../../consent/relationships.ts';
import type { SubgraphName } from '../../schema/subgraphs.ts';
import { serveSubgraph } from '../../subgraphs/serve.ts';
import { startIssuer } from '../auth/start.ts';
import { relationshipDraft } from '../consent/ledger-harness.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { checkHistory, type FaultCode } from './history-checker.ts';
import { type Load, readEpochs, readHistory, runLoad } from './history-load.ts';

/** More by NIVEL_HISTORY, e.g. 100000. */
const OPERATIONS = Number(process.env.NIVEL_HISTORY ?? 10_200);

let database: TestDatabase;
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let ledger: pg.Pool;
let admin: pg.Client;
let clients: string[];
const agencies = new Map<SubgraphName, { url: string; passKey: Uint8Array }>();
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  database = await createDatabase();
  await populate(database.adminUrl, { count: 24, seed: 1, onProgress: () => {} });
  issuer = await startIssuer({ accessTokenSeconds: 7_200 });
  admin = await connectDatabase(database.adminUrl);
  ledger = poolOf(database.roleUrl('consent'));
  const { rows } = await admin.query<{ id: string }>('SELECT client_id AS id FROM clients.people ORDER BY 1');
  clients = rows.map(({ id }) => id);
  for (const client of clients) await recordRelationship(ledger, relationshipDraft(client, randomUUID()));
  for (const name of ['health', 'social'] as const) {
    const passKey = randomBytes(32);
    const running = await serveSubgraph(await loadDefinition(name), {
      port: 0,
      host: '127.0.0.1',
      databaseUrl: database.roleUrl(subgraphRole(name)),
      passKey,
      mode: 'development',
      log: () => {},
    });
    agencies.set(name, { url: running.url, passKey });
    closers.push(running.close);
  }
});
afterAll(async () => {
  for (const close of closers) await close();
  await ledger?.end();
  await admin?.end();
  await issuer?.close();
  await database?.drop();
});

interface Run {
  readonly load: Load;
  readonly faults: readonly FaultCode[];
  /** Clients decided on kept facts. */
  readonly kept: number;
}

async function run(options: { operations: number; clients: readonly string[] }): Promise<Run> {
  const settings = { databaseUrl: database.roleUrl('gateway'), issuer: issuer.issuer, agencies };
  const gateways: GatewayProcess[] = [];
  try {
    for (let n = 0; n < 2; n += 1) {
      gateways.push(await startGateway(settings));
    }
    const before = await readEpochs(admin);
    const load = await runLoad({
      ledger,
      gateways: gateways.map(({ url }) => url),
      token: await issuer.tokenFor('coordinator'),
      clients: options.clients,
      queries: Math.ceil(options.operations * 0.6),
      changes: Math.ceil(options.operations * 0.4),
    });
    let kept = 0;
    for (const { url } of gateways) {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      kept += Number(/^nivel_facts_total\{from="cache"\} (\d+)$/m.exec(metrics)?.[1]);
    }
    const history = await readHistory(admin, before);
    return { load, kept, faults: checkHistory({ ...history, ...load }).map(({ code }) => code) };
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.close()));
    await admin.query('TRUNCATE audit.entries CASCADE');
  }
}

/** Runs with sentences of the log's function replaced, and puts it back. */
async function withBrokenLog<T>(
  replaced: readonly (readonly [sentence: string, by: string])[],
  runIt: () => Promise<T>,
): Promise<T> {
  const { rows } = await admin.query(`SELECT pg_get_functiondef('audit.append'::regproc) AS definition`);
  const whole: string = rows[0].definition;
  let broken = whole;
  for (const [sentence, by] of replaced) {
    expect(broken.split(sentence), sentence).toHaveLength(2);
    broken = broken.replace(sentence, () => by);
  }
  await admin.query(broken);
  try {
    return await runIt();
  } finally {
    await admin.query(whole);
  }
}

it(`${OPERATIONS} operations on two gateways: no entry relies on what was withdrawn or denied before it`, {
  timeout: 30 * OPERATIONS + 60_000,
}, async () => {
  const { load, faults, kept } = await run({ operations: OPERATIONS, clients: clients.slice(4) });
  const { answers, outcomes, changed } = load;
  console.log(Object.fromEntries([...outcomes, ...changed, ['decided on kept facts', kept]]));
  expect(faults).toEqual([]);
  const sum = (counts: Iterable<number>): number => [...counts].reduce((all, count) => all + count, 0);
  // Some withdrawals find the record withdrawn already; all but a few change something.
  expect(sum(outcomes.values()) + sum(changed.values())).toBeGreaterThan(OPERATIONS * 0.98);
  expect([...outcomes.keys()].filter((each) => !['200', '503 BASIS_CHANGED'].includes(each))).toEqual([]);
  expect([...changed.keys()].sort()).toEqual(['DENIED', 'GRANTED', 'NARROWED', 'WITHDRAWN']);
  // The history was worth checking: much was released and much refused, on kept facts too.
  const released = answers.filter(({ categories }) => categories.includes('MEDICATION')).length;
  expect(released).toBeGreaterThan(answers.length * 0.1);
  expect(released).toBeLessThan(answers.length * 0.9);
  expect(outcomes.get('200')).toBeGreaterThan(OPERATIONS * 0.5);
  expect(kept).toBeGreaterThan(OPERATIONS * 0.02);
});

const LOCK = `PERFORM pg_advisory_xact_lock_shared(${LEDGER_LOCK});`;

it.each([
  ['compares no epochs', 0, [['WHERE rely.epoch <> coalesce', 'WHERE false AND rely.epoch <> coalesce']]],
  // A moment longer between the comparison and the entry, or the two would seldom meet a change.
  [
    'takes no lock',
    2,
    [
      [LOCK, ''],
      ['INSERT INTO audit.entries', 'PERFORM pg_sleep(0.03); INSERT INTO audit.entries'],
    ],
  ],
] as const)('a log that %s is found out', { timeout: 120_000 }, async (_what, first, replaced) => {
  // Two whom nobody has denied anything before: what relies on nothing is never found out.
  const pair = clients.slice(first, first + 2);
  const { faults } = await withBrokenLog(replaced, () => run({ operations: 800, clients: pair }));
  console.log(`${faults.length} faults`);
  expect(faults).toContain('EPOCH_NOT_CURRENT');
});
