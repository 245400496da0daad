import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createIssuer } from '../../auth/issuer.ts';
import type { Principal } from '../../auth/principal.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import type { Running } from '../../bin/shutdown.ts';
import { extraUpTo } from './agencies.ts';
import { type BenchDatabase, openDatabase } from './database.ts';
import { composeGraph } from './graph.ts';
import type { FanOutOptions } from './handwritten.ts';
import type { BenchHubOptions } from './hub.ts';
import { type BenchOperation, CLIENTS_IN_TURN, operationOf } from './operations.ts';
import type { BenchOptions } from './options.ts';
import { type BenchProcess, type Cores, startProcess } from './processes.ts';
import { infoOf, isHub, type ServerName } from './servers.ts';
import type { Addresses } from './subgraphs.ts';

/** All that runs while servers are measured. */
export interface World {
  readonly servers: ReadonlyMap<ServerName, BenchProcess<{ readonly url: string }>>;
  readonly operations: readonly BenchOperation[];
  /** None when no hub is measured. */
  readonly database: BenchDatabase | undefined;
  /** A work-ability coordinator's, to whom every client has consented; all servers are sent it. */
  readonly token: string;
  /** How many requests the agencies have had so far. */
  agencyRequests(): Promise<number>;
}

const PEERS = fileURLToPath(new URL('../peers', import.meta.url));

/** Starts the agencies, PostgreSQL and each server in a process of its own, into `running`. */
export async function startWorld(
  options: BenchOptions,
  given: {
    readonly cores: Cores;
    readonly running: Running;
    readonly signal: AbortSignal;
    readonly say: (line: string) => void;
  },
): Promise<World> {
  const { cores, running, signal, say } = given;
  if (options.servers.some((name) => infoOf(name).peer)) await installPeers(signal, say);
  const operations = options.clients.flatMap((clients) =>
    options.agencies.map((agencies) => operationOf(clients, agencies)),
  );
  const folder = mkdtempSync(join(tmpdir(), 'nivel-bench-'));
  running.add('folder', { close: async () => rmSync(folder, { recursive: true, force: true }) });
  const operationsFolder = join(folder, 'operations');
  mkdirSync(operationsFolder);
  operations.forEach(({ text }, at) => {
    writeFileSync(join(operationsFolder, `${at + 1}-operation.graphql`), text);
  });
  // One graph a run, that of its most agencies: the servers are started once.
  const extra = extraUpTo(Math.max(...options.agencies));
  const { supergraphSdl, subgraphSdl } = composeGraph(extra);
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, supergraphSdl);

  const caller = DEMO_USERS.find(({ roles }) => roles.includes('coordinator')) as Principal;
  const issuer = running.add(
    'issuer',
    await createIssuer({ port: 0, keyFile: join(folder, 'keys.json'), accessTokenSeconds: 86_400 }),
  );
  const token = await issuer.tokenFor(caller.username);
  const agencies = running.add(
    'agencies',
    await startProcess<Addresses>('gateways/subgraphs.ts', { options: Object.keys(subgraphSdl), core: null }),
  ).place;
  signal.throwIfAborted();
  let database: BenchDatabase | undefined;
  if (options.servers.some(isHub)) {
    say('starting PostgreSQL');
    const clients = CLIENTS_IN_TURN + Math.max(...options.clients);
    const otherCategories = extra.map(({ category }) => category);
    database = running.add('database', await openDatabase({ caller, clients, otherCategories }));
  }

  const fanOut: FanOutOptions = { agencies, operations };
  const hub: BenchHubOptions = {
    agencies,
    passKey: randomBytes(32).toString('hex'),
    databaseUrl: database?.gatewayUrl ?? '',
    supergraphFile,
    operationsFolder,
    tokens: { issuer: issuer.issuer, jwksUri: issuer.jwksUri, audience: issuer.audience },
  };
  const peer = {
    agencies,
    supergraphSdl: withAddresses(supergraphSdl, agencies),
    subgraphSdl,
    operations: operations.map(({ text }) => text),
  };
  const servers = new Map<ServerName, BenchProcess<{ readonly url: string }>>();
  for (const name of options.servers) {
    signal.throwIfAborted();
    const info = infoOf(name);
    say(`starting ${info.title}`);
    const serverOptions = info.peer ? peer : isHub(name) ? hub : fanOut;
    const server = await startProcess<{ readonly url: string }>(info.file, {
      ...info,
      options: serverOptions,
      core: cores.server,
    });
    servers.set(name, running.add(name, server));
  }
  return {
    servers,
    operations,
    database,
    token,
    agencyRequests: async () => Number(await (await fetch(agencies.clients as string)).text()),
  };
}

/** On demand: nothing else of the repository needs these packages. */
async function installPeers(signal: AbortSignal, say: (line: string) => void): Promise<void> {
  if (existsSync(join(PEERS, 'node_modules'))) return;
  say('installing the peers (npm ci in bench/peers)');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const npm = spawn('npm', args, { cwd: PEERS, stdio: ['ignore', 2, 2], signal });
  const [code] = await once(npm, 'exit');
  if (code !== 0) throw new Error(`npm ci in bench/peers ended with ${code}.`);
}

function withAddresses(supergraphSdl: string, agencies: Addresses): string {
  return supergraphSdl.replace(
    /@join__graph\(name: "(\w+)", url: "[^"]*"\)/g,
    (_, name: string) => `@join__graph(name: "${name}", url: "${agencies[name]}")`,
  );
}
