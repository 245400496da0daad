import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connectDatabase } from '../../bin/database.ts';
import { populate } from '../../bin/population.ts';
import { subgraphRole } from '../../bin/settings.ts';
import { loadDefinition } from '../../bin/subgraphs.ts';
import { recordRelationship } from '../../consent/relationships.ts';
import type { SubgraphName } from '../../schema/subgraphs.ts';
import { serveSubgraph } from '../../subgraphs/serve.ts';
import { startIssuer } from '../auth/start.ts';
import { relationshipDraft } from '../consent/ledger-harness.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { checkHistory, type FaultCode } from './history-checker.ts';
import { type Load, readEpochs, readHistory, runLoad } from './history-load.ts';

/** More by NIVEL_HISTORY, e.g. 100000. */
const OPERATIONS = Number(process.env.NIVEL_HISTORY ?? 10_200);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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
  ledger = new pg.Pool({ connectionString: database.roleUrl('consent'), max: 4 });
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

async function run(options: { operations: number; clients: readonly string[]; root?: string }): Promise<Run> {
  const settings = { databaseUrl: database.roleUrl('gateway'), issuer: issuer.issuer, agencies };
  const gateways: GatewayProcess[] = [];
  try {
    for (let n = 0; n < 2; n += 1) {
      gateways.push(await startGateway({ ...settings, ...(options.root === undefined ? {} : { root: options.root }) }));
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

/** The checkout in a folder of its own, with some sentences of the audit log replaced. */
function breakLog(replaced: readonly (readonly [sentence: string, by: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'nivel-broken-'));
  closers.push(async () => rmSync(folder, { recursive: true, force: true }));
  for (const each of ['schema', 'auth', 'consent', 'audit', 'population', 'subgraphs', 'gateway', 'bin']) {
    cpSync(join(ROOT, each), join(folder, each), { recursive: true });
  }
  for (const each of ['package.json', 'tsconfig.json']) cpSync(join(ROOT, each), join(folder, each));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const file = join(folder, 'audit/log.ts');
  let text = readFileSync(file, 'utf8');
  for (const [sentence, by] of replaced) {
    expect(text.split(sentence), sentence).toHaveLength(2);
    text = text.replace(sentence, () => by);
  }
  writeFileSync(file, text);
  return folder;
}

it(`${OPERATIONS} operations on two gateways: no entry relies on what was withdrawn or denied before it`, {
  timeout: 30 * OPERATIONS + 60_000,
}, async () => {
  const { load, faults, kept } = await run({ operations: OPERATIONS, clients });
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

const COMPARISON = '(current.get(id) ?? 0n) !== epoch';
const LOCK = /;\s+SELECT pg_advisory_xact_lock_shared\([^)]*\)/.exec(
  readFileSync(join(ROOT, 'audit/log.ts'), 'utf8'),
)?.[0];
const INSERT = 'await insertEntries(';

it.each([
  ['compares no epochs', [[COMPARISON, 'false && id && epoch']]],
  // A moment longer between the comparison and the entry, or the two would seldom meet a change.
  [
    'takes no lock',
    [
      [LOCK ?? '', ''],
      [INSERT, `await new Promise((resolve) => setTimeout(resolve, 30)); ${INSERT}`],
    ],
  ],
] as const)('a log that %s is found out', { timeout: 120_000 }, async (_what, replaced) => {
  const { faults } = await run({ operations: 800, clients: clients.slice(0, 2), root: breakLog(replaced) });
  console.log(`${faults.length} faults`);
  expect(faults).toContain('EPOCH_NOT_CURRENT');
});
