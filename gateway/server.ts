import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { watchLag } from '../audit/lag.ts';
import { createAuditLog } from '../audit/log.ts';
import { announceSchema } from '../audit/schema.ts';
import { createRoleGuard } from '../auth/keycloak.ts';
import type { TokenVerifier } from '../auth/verify.ts';
import { createBases } from '../consent/bases.ts';
import { openPool } from '../consent/pool.ts';
import { ROLES, type Role } from '../schema/purposes.ts';
import type { SubgraphName } from '../schema/subgraphs.ts';
import { type Agencies, Agency, type AgencyOptions } from './agency.ts';
import { createApollo } from './apollo.ts';
import { isGraphql, logRefusal, openDoor, refuse } from './door.ts';
import { HubError } from './errors.ts';
import { type ExplorerOptions, explorer } from './explorer.ts';
import { openFacts } from './facts.ts';
import { findByCode } from './identify.ts';
import { createMetrics } from './metrics.ts';
import type { Hub } from './pipeline.ts';
import { loadSupergraph } from './supergraph.ts';
import { readOperations, trust } from './trusted.ts';

export interface HubOptions {
  readonly host: string;
  readonly port: number;
  readonly mode: 'development' | 'production';
  /** Names this gateway in the audit log. */
  readonly name: string;
  readonly verifier: TokenVerifier;
  /** Connection string of the role `nivel_gateway`. */
  readonly databaseUrl: string;
  /** Path of the composed supergraph; loaded anew when it changes. */
  readonly supergraphFile: string;
  /** Folder of the trusted documents. */
  readonly operationsFolder: string;
  readonly agencies: ReadonlyMap<SubgraphName, { readonly url: string; readonly passKey: Uint8Array }>;
  /** How long an agency may take, ms. */
  readonly agencyTimeout?: number;
  /** Operations under way at once; more get 503. */
  readonly capacity?: number;
  /** Roles that may send documents of their own; all in development, `developer` alone in production. */
  readonly freeForm?: readonly Role[];
  /** Ids of access bases that are switched off; an unknown one is a `TypeError`. */
  readonly basesOff?: readonly string[];
  /** How long an audit entry may wait for its publication before nothing more is disclosed, ms; a minute when left out. */
  readonly lagBudget?: number;
  /** Clients whose facts are kept; 0 keeps none. */
  readonly factsKept?: number;
  readonly explorer: Pick<ExplorerOptions, 'issuer' | 'clientId'>;
  /** One line an event; never personal data. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /** Sees the text of each SQL statement of an operation, without its values; tests count them. */
  readonly onStatement?: (text: string) => void;
}

export interface RunningHub {
  readonly url: string;
  /** Takes no more requests, answers those under way, then closes. */
  close(): Promise<void>;
}

/** Starts the hub's HTTP server: `POST /graphql`, `/explorer`, `/health/live`, `/health/ready`, `/metrics`, `/schema.graphql`. */
export async function createHub(options: HubOptions): Promise<RunningHub> {
  const db = openPool({ ...options, max: 10, byIndex: true });
  const metrics = createMetrics();
  const observe: AgencyOptions['observe'] = ({ agency, seconds, fault, cause }) => {
    metrics.observeAgency(agency, seconds, fault);
    // That the breaker is open has been said once.
    if (fault !== undefined && fault !== 'breaker open')
      options.log({ level: 'warn', event: 'agency failed', agency, cause });
  };
  const onBreaker: AgencyOptions['onBreaker'] = ({ agency, state }) =>
    options.log({ level: 'warn', event: 'agency breaker', agency, state });
  const agencies: Agencies = new Map(
    [...options.agencies].map(([name, { url, passKey }]) => [
      name,
      new Agency({ name, url, passKey, timeout: options.agencyTimeout ?? 5_000, observe, onBreaker }),
    ]),
  );
  metrics.watchBreakers([...agencies.values()]);
  const operations = readOperations(options.operationsFolder);
  const trusted = trust(operations);
  const supergraph = loadSupergraph({
    file: options.supergraphFile,
    agencies,
    trusted,
    announce: (hash) => announceSchema(db, hash, options.name),
    log: options.log,
  });
  const freeForm =
    options.freeForm ?? (options.mode === 'development' ? (Object.keys(ROLES) as Role[]) : ['developer']);
  // A connection of its own: operations that wait for one do not make the lag unknown.
  const watching = openPool({ databaseUrl: options.databaseUrl, max: 1, byIndex: true, log: options.log });
  const lag = watchLag(watching, { budget: options.lagBudget ?? 60_000, log: options.log });
  metrics.watchLag(lag);
  const auditLog = createAuditLog(db, { behind: lag.behind });
  const facts = openFacts({ ...options, db, capacity: options.factsKept ?? 10_000, metrics });
  const hub: Hub = {
    name: options.name,
    verifier: options.verifier,
    admission: { trusted, freeForm: new Set(freeForm) },
    purposes: { openIntrospection: options.mode === 'development' },
    agencies,
    served: supergraph.served,
    loadFacts: facts.load,
    forgetFacts: facts.forget,
    alert(kind) {
      metrics.observeReview(kind);
      options.log({ level: 'warn', event: 'access waits for review', kind });
    },
    bases: createBases({ off: options.basesOff ?? [] }),
    findByCode: (life) => findByCode(life, agencies.get('clients')),
    log: auditLog,
  };
  const apollo = createApollo({ supergraph, mode: options.mode, log: options.log });
  await apollo.start();

  const door = openDoor({
    hub,
    apollo,
    announced: supergraph.announced,
    capacity: options.capacity ?? 512,
    log: options.log,
  });
  const app = express();
  app.disable('x-powered-by');
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/health/ready', async (_request, response) => {
    const ready = !door.closing && supergraph.announced() && (await auditLog.ready());
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ok' : door.closing ? 'closing' : 'database unavailable' });
  });
  app.get('/metrics', async (_request, response) => void response.type('text/plain').send(await metrics.text()));
  const guard = createRoleGuard(options.verifier);
  app.get(
    '/schema.graphql',
    (_request, _response, next) => next(door.unannounced()),
    guard('developer'),
    (_request, response) => void response.type('text/plain').send(supergraph.served().apiSdl),
  );
  app.use('/explorer', explorer({ ...options.explorer, operations }));
  app.use((_request, response) => refuse(response, new HubError('NOT_FOUND')));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    refuse(response, logRefusal(error, options.log));
  });

  const server = await listen((request, response) => {
    metrics.observe(request, response);
    if (isGraphql(request)) void door.answer(request, response);
    else app(request, response);
  }, options);
  facts.listen();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host === '0.0.0.0' ? 'localhost' : options.host}:${port}`,
    async close() {
      door.close();
      const closed = new Promise((resolve) => server.close(resolve));
      // A connection that was busy at first becomes idle and would keep the server open.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      server.closeIdleConnections();
      await closed;
      clearInterval(sweep);
      await apollo.stop();
      await supergraph.close();
      await Promise.all([...agencies.values()].map((agency) => agency.close()));
      await facts.close();
      lag.close();
      await watching.end();
      await db.end();
    },
  };
}

async function listen(app: RequestListener, { port, host }: HubOptions): Promise<Server> {
  // Larger than Node's 16 kB, so that a too large token gets an answer of ours.
  const server = createServer({ maxHeaderSize: 128 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
