import { randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createIssuer, type Issuer } from '../auth/issuer.ts';
import { DEMO_USERS } from '../auth/users.ts';
import { migrate, roleUrl } from '../bin/migrate.ts';
import { populate } from '../bin/population.ts';
import { loadSecrets } from '../bin/secrets.ts';
import { startHub, startSubgraph } from '../bin/services.ts';
import { readSettings, subgraphRole } from '../bin/settings.ts';
import { Running } from '../bin/shutdown.ts';
import { openStore } from '../bin/store.ts';
import { CURRENT_INFORMATION } from '../consent/information.ts';
import { denyAccess } from '../consent/ledger.ts';
import { recordRelationship } from '../consent/relationships.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '../schema/subgraphs.ts';

/**
 * Prints how long a caller waits for a client whom nobody knows, whom they do not know, who denies, and who was never asked.
 *
 * `tsx bench/oracles.ts [looks]`, 2,000 of each by default, in a changing order, one after the other; the hub, the agencies and
 * PostgreSQL are of this run's own. Each kind is measured in two halves, told apart by nothing: by how much their medians differ is
 * the noise that the kinds' medians are to be read against.
 */
async function main(looks: number): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nivel-bench-'));
  // PostgreSQL's own user must pass through.
  chmodSync(dataDir, 0o711);
  const running = new Running();
  try {
    const { hub, issuer, kinds } = await start(dataDir, running);
    const token = await issuer.tokenFor('coordinator');
    const times = new Map(Object.keys(kinds).map((kind) => [kind, [] as number[]]));
    for (let look = -WARM_UP; look < looks; look += 1) {
      for (const kind of shuffled(Object.keys(kinds))) {
        const took = await view(hub, token, kinds[kind]?.() as string);
        if (look >= 0) times.get(kind)?.push(took);
      }
    }
    for (const [kind, taken] of times) print(kind, taken);
    for (const [one, other] of PAIRS) {
      const [left = [], right = []] = [times.get(one), times.get(other)];
      const apart = Math.abs(quantile(left, 0.5) - quantile(right, 0.5));
      console.log(
        `${one} and ${other}: ${us(apart)} apart; halves of one kind ${us(Math.max(halves(left), halves(right)))}`,
      );
    }
  } finally {
    await running.close(console.error);
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** What must not be told apart. Whether there is a relationship may be: the caller has it. */
const PAIRS = [
  ['unknown', 'unrelated'],
  ['denied', 'not asked'],
] as const;
const WARM_UP = 200;
const CLIENTS = 20;
const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { medication { opioidSubstitution { product } } } }`;

interface Started {
  readonly hub: string;
  readonly issuer: Issuer;
  /** An id of each kind of client, another one each time. */
  readonly kinds: Readonly<Record<string, () => string>>;
}

async function start(dataDir: string, running: Running): Promise<Started> {
  const given = readSettings({ NIVEL_DATA_DIR: dataDir, PORT: '0', SUBGRAPH_PORT: '0', LOG_LEVEL: 'error' });
  const store = running.add('PostgreSQL', await openStore(given, { share: false, onProgress: () => {} }));
  const { passwords } = await migrate(store.url);
  await populate(store.url, { count: 200, seed: 1 });
  const kinds = await makeKinds(roleUrl(store.url, 'consent', passwords.consent));
  const issuer = running.add('issuer', await createIssuer({ port: 0, keyFile: join(dataDir, 'issuer-keys.json') }));
  const { passKeys } = loadSecrets(given);
  const subgraphUrls: Partial<Record<SubgraphName, string>> = {};
  for (const name of SUBGRAPH_NAMES) {
    const role = subgraphRole(name);
    const databaseUrl = roleUrl(store.url, role, passwords[role]);
    const subgraph = await startSubgraph(name, given, { databaseUrl, passKey: passKeys[name] });
    subgraphUrls[name] = running.add(name, subgraph).url;
  }
  const databaseUrl = roleUrl(store.url, 'gateway', passwords.gateway);
  const hub = await startHub({ ...given, subgraphUrls }, { databaseUrl, passKeys, tokens: issuer });
  return { hub: running.add('hub', hub).url, issuer, kinds };
}

/** As many clients of each kind. */
async function makeKinds(databaseUrl: string): Promise<Started['kinds']> {
  const ledger = new pg.Pool({ connectionString: databaseUrl, max: 2 });
  const coordinator = DEMO_USERS.find(({ username }) => username === 'coordinator');
  const open = (clientId: string, unit: string) =>
    recordRelationship(ledger, {
      id: randomUUID(),
      clientId,
      kind: 'OPEN_SERVICE',
      agency: 'EMPLOYMENT_SERVICES',
      organisation: coordinator?.organisation ?? '',
      unit,
    });
  const unrelated = Array.from({ length: CLIENTS }, () => randomUUID());
  const denied = Array.from({ length: CLIENTS }, () => randomUUID());
  const notAsked = Array.from({ length: CLIENTS }, () => randomUUID());
  for (const id of unrelated) await open(id, 'HEL-ANOTHER-UNIT');
  for (const id of notAsked) await open(id, coordinator?.unit ?? '');
  for (const id of denied) {
    await open(id, coordinator?.unit ?? '');
    const draft = { clientId: id, categories: ['MEDICATION'], sources: [], recipients: [], purposes: [] };
    await denyAccess(
      ledger,
      { ...draft, informationVersion: CURRENT_INFORMATION, informationLanguage: 'fi' },
      { recordedBy: randomUUID(), recordedRole: 'client', channel: 'ELECTRONIC', givenBy: 'CLIENT' },
    );
  }
  await ledger.end();
  return {
    unknown: randomUUID,
    unrelated: () => pick(unrelated),
    denied: () => pick(denied),
    'not asked': () => pick(notAsked),
  };
}

async function view(hub: string, token: string, id: string): Promise<number> {
  const began = performance.now();
  const response = await fetch(`${hub}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: VIEW, variables: { id } }),
  });
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`The hub answered ${response.status}.`);
  return performance.now() - began;
}

function print(kind: string, taken: readonly number[]): void {
  const [p25, p50, p75, p95] = [0.25, 0.5, 0.75, 0.95].map((share) => us(quantile(taken, share)));
  console.log(`${kind.padEnd(9)} median ${p50}, middle half ${p25} to ${p75}, 95 % under ${p95}`);
}

/** By how much the medians of every other measurement and of the rest differ. */
function halves(taken: readonly number[]): number {
  const even = quantile(
    taken.filter((_, at) => at % 2 === 0),
    0.5,
  );
  const odd = quantile(
    taken.filter((_, at) => at % 2 === 1),
    0.5,
  );
  return Math.abs(even - odd);
}

function quantile(taken: readonly number[], share: number): number {
  const sorted = [...taken].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

function us(ms: number): string {
  return `${Math.round(ms * 1_000)} µs`;
}

function pick(ids: readonly string[]): string {
  return ids[Math.floor(Math.random() * ids.length)] as string;
}

function shuffled<T>(all: readonly T[]): T[] {
  return all
    .map((each) => [Math.random(), each] as const)
    .sort(([one], [other]) => one - other)
    .map(([, each]) => each);
}

await main(Number(process.argv[2] ?? 2_000));
