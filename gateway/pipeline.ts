import type { GatewayExecutor } from '@apollo/server-gateway-interface';
import type { AuditLog } from '../audit/log.ts';
import type { TokenVerifier } from '../auth/verify.ts';
import type { Bases } from '../consent/bases.ts';
import { type AdmitOptions, admit } from './admit.ts';
import { authenticate } from './authenticate.ts';
import type { Contract } from './contract.ts';
import { Decisions, decide, type FindByCode } from './decide.ts';
import { HubError } from './errors.ts';
import type { LoadFacts } from './facts.ts';
import type { Life } from './life.ts';
import { plan } from './plan.ts';
import { checkPurpose, namedPurpose, type PurposeOptions } from './purpose.ts';
import { namedBy, record, recordRefusal } from './record.ts';
import { type HubExtensions, respond } from './respond.ts';

/** What the steps need beside the request; the same for every request. */
export interface Hub {
  readonly name: string;
  readonly verifier: TokenVerifier;
  readonly admission: AdmitOptions;
  readonly purposes: PurposeOptions;
  readonly contract: () => Contract;
  readonly loadFacts: LoadFacts;
  /** After a change that this gateway has passed on. */
  readonly forgetFacts: (clientIds: readonly string[]) => void;
  /** The statutes that are switched on. */
  readonly bases: Bases;
  readonly findByCode: (life: Life) => FindByCode;
  readonly log: AuditLog;
  /** Tells the privacy officer’s watch that an access waits for review; never whose. */
  readonly alert: (kind: string) => void;
}

export interface Executed {
  data?: Record<string, unknown> | null;
  errors?: readonly unknown[];
  extensions?: HubExtensions;
}

type Request = Parameters<GatewayExecutor>[0];

/** What a step works on: the life so far, and what came in with it. */
export interface Visit {
  readonly life: Life;
  /** Every Authorization header, unjoined. */
  readonly authorization: readonly string[] | undefined;
  /** Throws an error of the body parser. */
  readonly readBody: () => Promise<unknown>;
  /** From step 3 on: the operation as Apollo Server parsed and validated it. */
  request?: Request;
  /** From step 6 on. */
  execute?: (request: Request) => ReturnType<GatewayExecutor>;
  answer?: Executed;
  /** How often what was decided has turned out stale. */
  retries?: number;
}

interface Step {
  readonly name: string;
  /** `door`: before Apollo Server parses; `hub`: after it has validated, instead of its execution. */
  readonly at: 'door' | 'hub';
  /** `stale`: what was decided no longer holds; the steps from `decide` on run again. */
  readonly run: (visit: Visit, hub: Hub) => Promise<'stale' | undefined> | Promise<void> | void;
}

/** A request's life. Each step reads what the ones before it wrote into `Life`, and throws `HubError` to end it. */
// biome-ignore format: one table, one line a step
export const PIPELINE: readonly Step[] = [
  { name: 'authenticate', at: 'door', run: runAuthenticate }, // bearer token → who, agency, roles     401, 503
  { name: 'admit',        at: 'door', run: runAdmit },        // one operation within the limits        400, 403
  { name: 'plan',         at: 'hub',  run: runPlan },         // root fields, arguments, categories     400
  { name: 'purpose',      at: 'hub',  run: runPurpose },      // one purpose, allowed to the role       403
  { name: 'decide',       at: 'hub',  run: runDecide },       // per client: what may be fetched        503
  { name: 'fetch',        at: 'hub',  run: runFetch },        // only that, from each agency            its fields null
  { name: 'record',       at: 'hub',  run: runRecord },       // entry durable, bases re-checked        503
  { name: 'respond',      at: 'hub',  run: runRespond },      // extensions.access, extensions.audit
];

const DOOR = PIPELINE.filter(({ at }) => at === 'door');
const INSIDE = PIPELINE.filter(({ at }) => at === 'hub');
const DECIDE = INSIDE.findIndex(({ name }) => name === 'decide');

/** How often a decision that became stale is made anew before the caller is told to ask again. */
const RETRIES = 2;

/** Steps 1–2. */
export async function enter(visit: Visit, hub: Hub): Promise<void> {
  for (const step of DOOR) await step.run(visit, hub);
}

/** Steps 3–8; gives what may leave. A refused attempt of a known caller is in the log before the refusal leaves. */
export async function serve(visit: Visit, hub: Hub): Promise<Executed> {
  visit.retries = 0;
  try {
    for (let at = 0; at < INSIDE.length; at += 1) {
      const outcome = await INSIDE[at]?.run(visit, hub);
      if (outcome !== 'stale') continue;
      // A mutation has happened once and is never repeated.
      if (visit.retries === RETRIES || visit.life.operation.operation === 'mutation')
        throw new HubError('BASIS_CHANGED');
      visit.retries += 1;
      at = DECIDE - 1;
    }
  } catch (error) {
    if (error instanceof HubError && error.status === 403)
      await recordRefusal(visit.life, hub.log, hub.name, error.code);
    throw error;
  }
  return visit.answer ?? { data: null };
}

async function runAuthenticate(visit: Visit, hub: Hub): Promise<void> {
  visit.life.principal = await authenticate(hub.verifier, visit.authorization);
}

async function runAdmit({ life, readBody }: Visit, hub: Hub): Promise<void> {
  const body = await readBody();
  try {
    const admitted = admit(body, life.principal.roles, hub.admission);
    life.documentHash = admitted.documentHash;
    life.operationName = admitted.operationName;
    life.query = admitted.query;
    life.variables = admitted.variables;
  } catch (error) {
    if (error instanceof HubError && error.status === 403) await recordRefusal(life, hub.log, hub.name, error.code);
    throw error;
  }
}

function runPlan({ life, request }: Visit, hub: Hub): void {
  if (request === undefined) throw new TypeError('The hub’s steps run on a validated operation.');
  life.contract = hub.contract();
  life.operation = request.operation;
  // A caller may name their own document after a person, and the log would hold it: there its hash has to do.
  life.operationName = hub.admission.trusted.has(life.documentHash) ? (request.operationName ?? null) : null;
  life.roots = plan(request.document, request.operation, life.variables, request.schema, life.contract);
}

function runPurpose({ life }: Visit, hub: Hub): void {
  life.purpose = namedPurpose(life.roots, life.principal);
  checkPurpose(life.roots, life.purpose, life.principal, hub.purposes);
}

async function runDecide({ life, retries = 0 }: Visit, hub: Hub): Promise<void> {
  life.decisions = new Decisions({
    load: hub.loadFacts,
    bases: hub.bases,
    principal: life.principal,
    purpose: life.purpose,
    now: Date.now(),
    asked: life.roots.flatMap(({ asked }) => asked),
    fresh: retries > 0 || life.operation.operation === 'mutation',
  });
  life.clientsOfRoot = new Map();
  life.tallies = [];
  life.unavailable = new Map();
  life.refusal = undefined;
  const { named, clients } = await decide(life.roots, life.principal, life.decisions, hub.findByCode(life));
  life.namedByRoot = named;
  life.clientOfRoot = clients;
}

async function runFetch(visit: Visit, hub: Hub): Promise<void> {
  const { execute, request, life } = visit;
  if (execute === undefined || request === undefined)
    throw new TypeError('The hub’s steps run on a validated operation.');
  const { data, errors } = await execute(request);
  if (life.operation.operation === 'mutation') hub.forgetFacts(namedBy(life));
  if (life.failure !== undefined) throw life.failure;
  visit.answer = {
    data: (data as Record<string, unknown> | null | undefined) ?? null,
    ...(errors?.length ? { errors } : {}),
  };
}

async function runRecord({ life }: Visit, hub: Hub): Promise<'stale' | undefined> {
  return (await record(life, hub.log, hub.name)) === 'stale' ? 'stale' : undefined;
}

/** What counts at once and is reviewed afterwards: accesses (consent.md, rules 1, 4 and 6), and what a source withholds. */
const REVIEWED = new Set(['declareRelationship', 'grantEmergencyAccess', 'requestAccess', 'restrictSight']);

function runRespond(visit: Visit, hub: Hub): void {
  const { life, answer } = visit;
  if (answer === undefined) return;
  answer.extensions = respond(life);
  if (life.operation.operation !== 'mutation' || answer.errors !== undefined) return;
  for (const { field } of life.roots) if (REVIEWED.has(field)) hub.alert(field);
}
