import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type Express, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { watchLag } from '../audit/lag.ts';
import { createAuditLog } from '../audit/log.ts';
import { announceSchema } from '../audit/schema.ts';
import { AuthError } from '../auth/errors.ts';
import { createRoleGuard } from '../auth/keycloak.ts';
import type { TokenVerifier } from '../auth/verify.ts';
import { createBases } from '../consent/bases.ts';
import { openPool } from '../consent/pool.ts';
import { ROLES, type Role } from '../schema/purposes.ts';
import type { SubgraphName } from '../schema/subgraphs.ts';
import { type Agencies, Agency, type AgencyOptions } from './agency.ts';
import { createApollo, type VisitContext } from './apollo.ts';
import { readJson } from './body.ts';
import { describe, HubError, RETRY_AFTER } from './errors.ts';
import { type ExplorerOptions, explorer } from './explorer.ts';
import { openFacts } from './facts.ts';
import { findByCode } from './identify.ts';
import type { Life } from './life.ts';
import { createMetrics } from './metrics.ts';
import { enter, type Hub, type Visit } from './pipeline.ts';
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
  const db = openPool({ ...options, max: 10 });
  const metrics = createMetrics();
  const observe: AgencyOptions['observe'] = ({ agency, seconds, fault }) => {
    metrics.observeAgency(agency, fault === undefined ? 'answered' : 'unavailable', seconds);
    if (fault !== undefined) options.log({ level: 'warn', event: 'agency failed', agency, cause: fault });
  };
  const agencies: Agencies = new Map(
    [...options.agencies].map(([name, { url, passKey }]) => [
      name,
      new Agency({ name, url, passKey, timeout: options.agencyTimeout ?? 5_000, observe }),
    ]),
  );
  const supergraph = loadSupergraph({
    file: options.supergraphFile,
    agencies,
    announce: (hash) => announceSchema(db, hash, options.name),
    log: options.log,
  });
  const operations = readOperations(options.operationsFolder);
  const freeForm =
    options.freeForm ?? (options.mode === 'development' ? (Object.keys(ROLES) as Role[]) : ['developer']);
  // A connection of its own: operations that wait for one do not make the lag unknown.
  const watching = openPool({ databaseUrl: options.databaseUrl, max: 1, log: options.log });
  const lag = watchLag(watching, { budget: options.lagBudget ?? 60_000, log: options.log });
  metrics.watchLag(lag);
  const auditLog = createAuditLog(db, { behind: lag.behind });
  const facts = openFacts({ ...options, db, capacity: options.factsKept ?? 10_000, metrics });
  const hub: Hub = {
    name: options.name,
    verifier: options.verifier,
    admission: { trusted: trust(operations), freeForm: new Set(freeForm) },
    purposes: { openIntrospection: options.mode === 'development' },
    contract: supergraph.contract,
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
  const apollo = createApollo({ hub, gateway: supergraph.gateway, mode: options.mode, log: options.log });
  await apollo.start();

  const state: State = { underWay: 0, closing: false };
  const app = express();
  app.disable('x-powered-by');
  app.use(metrics.observe);
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/health/ready', async (_request, response) => {
    const ready = !state.closing && supergraph.announced() && (await auditLog.ready());
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ok' : state.closing ? 'closing' : 'database unavailable' });
  });
  app.get('/metrics', async (_request, response) => void response.type('text/plain').send(await metrics.text()));
  // A schema answers nothing, not even itself, before the log names it.
  const announced: RequestHandler = (_request, _response, next) =>
    next(supergraph.announced() ? undefined : new HubError('LOG_UNAVAILABLE', { detail: 'schema not announced' }));
  const guard = createRoleGuard(options.verifier);
  app.get(
    '/schema.graphql',
    announced,
    guard('developer'),
    (_request, response) => void response.type('text/plain').send(supergraph.apiSdl()),
  );
  app.use('/explorer', explorer({ ...options.explorer, operations }));
  app.all('/graphql', announced, ...graphql(hub, apollo, state, options));
  app.use((_request, response) => refuse(response, new HubError('NOT_FOUND')));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const refusal = known(error);
    if (refusal.status >= 500)
      options.log({ level: 'error', event: 'request refused', code: refusal.code, cause: refusal.detail });
    refuse(response, refusal);
  });

  const server = await listen(app, options);
  facts.listen();
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host === '0.0.0.0' ? 'localhost' : options.host}:${port}`,
    async close() {
      state.closing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      // A connection that was busy at first becomes idle and would keep the server open.
      const sweep = setInterval(() => server.closeIdleConnections(), 50);
      server.closeIdleConnections();
      await closed;
      clearInterval(sweep);
      await apollo.stop();
      await Promise.all([...agencies.values()].map((agency) => agency.close()));
      await facts.close();
      lag.close();
      await watching.end();
      await db.end();
    },
  };
}

interface State {
  underWay: number;
  closing: boolean;
}

const visits = new WeakMap<Request, Visit>();

/** Steps 1 and 2 at the door, then Apollo Server, which runs the others. */
function graphql(hub: Hub, apollo: ApolloServer<VisitContext>, state: State, options: HubOptions): RequestHandler[] {
  const capacity = options.capacity ?? 512;
  const door: RequestHandler = async (request, response, next) => {
    response.setHeader('cache-control', 'no-store');
    if (state.closing) throw new HubError('SHUTTING_DOWN');
    if (state.underWay >= capacity) throw new HubError('OVERLOADED');
    state.underWay += 1;
    response.once('close', () => {
      state.underWay -= 1;
    });
    if (request.method !== 'POST') throw new HubError('NOT_POST');
    const visit: Visit = {
      life: begin(),
      authorization: request.headersDistinct.authorization,
      readBody: () => readJson(request),
    };
    visits.set(request, visit);
    response.once('finish', () => logOperation(visit.life, response.statusCode, options.log));
    await enter(visit, hub);
    // Apollo Server sees what was admitted and nothing else of the request: its headers could ask it for traces and plans.
    const { query, operationName, variables } = visit.life;
    request.body = { query, variables, ...(operationName === null ? {} : { operationName }) };
    request.headers = { 'content-type': 'application/json', accept: 'application/json' };
    next();
  };
  const serveApollo = expressMiddleware(apollo, {
    context: async ({ req }) => ({ visit: visits.get(req as Request) as Visit }),
  });
  return [door, serveApollo as RequestHandler];
}

/** What the operator may read of an operation; the audit log has the rest. */
function logOperation(life: Partial<Life>, status: number, log: HubOptions['log']): void {
  log({
    level: 'info',
    event: 'operation',
    status,
    ms: Math.round(performance.now() - (life.startedAt ?? 0)),
    request: life.requestId,
    audit: life.auditId,
    roles: life.principal?.roles,
    purpose: life.purpose,
    document: life.documentHash?.slice(0, 12),
  });
}

/** A life with its ids; the steps write the rest before any step reads it. */
function begin(): Life {
  return {
    requestId: randomUUID(),
    auditId: randomUUID(),
    startedAt: performance.now(),
    purpose: null,
  } as unknown as Life;
}

function refuse(response: Response, error: HubError | AuthError): void {
  if (response.headersSent) return void response.end();
  if (error instanceof AuthError) response.set(error.headers);
  if (error.status === 503) response.set('retry-after', String(RETRY_AFTER));
  if (error.code === 'NOT_POST') response.set('allow', 'POST');
  response.status(error.status).json({ errors: [{ message: error.message, extensions: { code: error.code } }] });
}

function known(error: unknown): HubError | AuthError {
  if (error instanceof HubError || error instanceof AuthError) return error;
  // An address that cannot be decoded.
  if (error instanceof URIError) return new HubError('NOT_FOUND');
  return new HubError('INTERNAL', { detail: describe(error) });
}

async function listen(app: Express, { port, host }: HubOptions): Promise<Server> {
  // Larger than Node's 16 kB, so that a too large token gets an answer of ours.
  const server = createServer({ maxHeaderSize: 128 * 1024, requestTimeout: 30_000, headersTimeout: 10_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return server;
}
