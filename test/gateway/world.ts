import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createSequencer, type Sequencer } from '../../audit/sequencer/sequencer.ts';
import type { Principal } from '../../auth/principal.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import { createTokenVerifier } from '../../auth/verify.ts';
import { populate } from '../../bin/population.ts';
import { subgraphRole } from '../../bin/settings.ts';
import { loadDefinition } from '../../bin/subgraphs.ts';
import { createHub, type HubOptions, type RunningHub } from '../../gateway/server.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../schema/subgraphs.ts';
import { serveSubgraph } from '../../subgraphs/serve.ts';
import { newSigner } from '../audit/signing.ts';
import { startIssuer } from '../auth/start.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { layWire, type Wire } from './wire.ts';

export interface HubAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for.
  readonly data: any;
  readonly errors: readonly {
    message: string;
    path?: readonly (string | number)[];
    extensions: { code: string; agency?: string };
  }[];
  readonly access: readonly {
    client: string | null;
    category: string;
    decision: string;
    reason?: string;
    register?: string;
  }[];
  readonly auditId: string;
}

export interface World {
  readonly url: string;
  readonly database: TestDatabase;
  readonly wires: Readonly<Record<SubgraphName, Wire>>;
  /** SQL statements that each subgraph has run. */
  readonly statements: Record<SubgraphName, number>;
  /** Lines of every service's log. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly issuer: Awaited<ReturnType<typeof startIssuer>>;
  readonly agencies: NonNullable<HubOptions['agencies']>;
  /** Of the audit log, in this process; not started when the world was made without. */
  readonly sequencer: Sequencer;
  token(user: string): Promise<string>;
  /** Asks as a demo user. */
  ask(user: string, query: string, variables?: Record<string, unknown>): Promise<HubAnswer>;
  /** Posts to /graphql as it is. */
  post(body: string, headers: Record<string, string>): Promise<HubAnswer>;
  forgetRequests(): void;
  /** Starts one more gateway beside the first; close it before the world. */
  startAnother(hub?: Partial<HubOptions>): Promise<AnotherHub>;
  close(): Promise<void>;
}

export type AnotherHub = Pick<World, 'url' | 'ask' | 'close'>;

/** Everything but the console, in this process and over real HTTP, on a database of its own; `users` beside the demo users. */
export async function startWorld(
  options: {
    count?: number;
    hub?: Partial<HubOptions>;
    database?: TestDatabase;
    users?: readonly Principal[];
    sequencer?: false;
  } = {},
): Promise<World> {
  const database = options.database ?? (await createDatabase());
  if (options.count !== 0)
    await populate(database.adminUrl, { count: options.count ?? 60, seed: 1, onProgress: () => {} });
  const issuer = await startIssuer({ users: [...DEMO_USERS, ...(options.users ?? [])] });
  const log: Readonly<Record<string, unknown>>[] = [];
  const statements = Object.fromEntries(SUBGRAPH_NAMES.map((name) => [name, 0])) as Record<SubgraphName, number>;
  const closers: (() => Promise<void>)[] = [];
  const wires = {} as Record<SubgraphName, Wire>;
  const agencies = new Map<SubgraphName, { url: string; passKey: Uint8Array }>();
  for (const name of SUBGRAPH_NAMES) {
    const passKey = randomBytes(32);
    const running = await serveSubgraph(await loadDefinition(name), {
      port: 0,
      host: '127.0.0.1',
      databaseUrl: database.roleUrl(subgraphRole(name)),
      passKey,
      mode: 'development',
      log: (line) => log.push(line),
      onStatement: () => {
        statements[name] += 1;
      },
    });
    const wire = await layWire(running.url);
    wires[name] = wire;
    agencies.set(name, { url: wire.url, passKey });
    closers.push(wire.close, running.close);
  }
  const sequencer = createSequencer({
    databaseUrl: database.roleUrl('sequencer'),
    signers: [newSigner()],
    witnesses: [],
    quorum: 0,
    log: (line) => log.push(line),
  });
  if (options.sequencer !== false) {
    await sequencer.start();
    closers.push(sequencer.close);
  }
  const start = (hub: Partial<HubOptions> = {}): Promise<RunningHub> =>
    createHub({
      port: 0,
      host: '127.0.0.1',
      mode: 'development',
      name: 'test',
      verifier: createTokenVerifier(issuer),
      databaseUrl: database.roleUrl('gateway'),
      supergraphFile: fileURLToPath(new URL('../../schema/supergraph.graphql', import.meta.url)),
      operationsFolder: fileURLToPath(new URL('../../gateway/operations', import.meta.url)),
      agencies,
      agencyTimeout: 1_500,
      explorer: { issuer: issuer.issuer, clientId: 'nivel-explorer' },
      log: (line) => log.push(line),
      ...options.hub,
      ...hub,
    });
  const hub = await start();
  const tokens = new Map<string, Promise<string>>();
  const token = (user: string): Promise<string> => {
    let known = tokens.get(user);
    if (known === undefined) {
      known = issuer.tokenFor(user);
      tokens.set(user, known);
    }
    return known;
  };
  const postTo =
    (url: string): World['post'] =>
    async (body, headers) =>
      read(await fetch(`${url}/graphql`, { method: 'POST', body, headers }));
  const askAt =
    (url: string): World['ask'] =>
    async (user, query, variables = {}) =>
      postTo(url)(JSON.stringify({ query, variables }), {
        'content-type': 'application/json',
        authorization: `Bearer ${await token(user)}`,
      });
  return {
    url: hub.url,
    database,
    wires,
    statements,
    log,
    issuer,
    agencies,
    sequencer,
    token,
    post: postTo(hub.url),
    ask: askAt(hub.url),
    forgetRequests() {
      for (const wire of Object.values(wires)) wire.forget();
    },
    async startAnother(given) {
      const { url, close } = await start(given);
      return { url, ask: askAt(url), close };
    },
    async close() {
      await hub.close();
      for (const close of closers) await close();
      await issuer.close();
      await database.drop();
    },
  };
}

export async function read(response: Response): Promise<HubAnswer> {
  const text = await response.text();
  const body = parseOr(text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    data: body.data,
    errors: (body.errors ?? []) as HubAnswer['errors'],
    access: body.extensions?.access ?? [],
    auditId: body.extensions?.audit?.id ?? '',
  };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever the hub answered.
function parseOr(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
