import { randomUUID } from 'node:crypto';
import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import type { AuditLog } from '../audit/log.ts';
import type { TokenVerifier } from '../auth/verify.ts';
import type { Bases } from '../consent/bases.ts';
import { type AdmitOptions, admit } from './admit.ts';
import type { Agencies } from './agency.ts';
import { authenticate } from './authenticate.ts';
import { Decisions, decide, type FindByCode } from './decide.ts';
import { errandOf } from './errand.ts';
import { HubError } from './errors.ts';
import { writeJson } from './execute/raw.ts';
import { type Added, type Executed, execute, executeLater } from './execute/run.ts';
import type { LoadFacts } from './facts.ts';
import type { Life } from './life.ts';
import type { PreparedOperation, PreparedPart, PreparedParts } from './operations.ts';
import { checkPurpose, namedPurpose, type PurposeOptions } from './purpose.ts';
import { type Reached, reached } from './reached.ts';
import { namedBy, record, recordRefusal } from './record.ts';
import { type ShownError, showErrors } from './refused.ts';
import { type HubExtensions, respond } from './respond.ts';
import type { Served } from './served.ts';

/** What the steps need beside the request; the same for every request. */
export interface Hub {
  readonly name: string;
  readonly verifier: TokenVerifier;
  readonly admission: AdmitOptions;
  readonly purposes: PurposeOptions;
  readonly agencies: Agencies;
  /** The supergraph as it is now. */
  readonly served: () => Served;
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

/** What may leave, once its entry is durable. */
export interface Answer {
  /** The GraphQL response: JSON, a character for each byte of its UTF-8. */
  readonly body: string;
  readonly isWhole: boolean;
  /** Of HTTP. */
  readonly status: number;
}

/** What the agencies gave. */
interface Found {
  readonly data: Record<string, unknown> | null;
  /** Whether there may be raw values in the data. */
  readonly hasRaw: boolean;
  readonly errors: readonly ShownError[];
  /** Of HTTP. */
  readonly status: number;
}

/** What a step works on: the life so far, and what came in with it. */
export interface Visit {
  readonly life: Life;
  /** Every Authorization header, unjoined. */
  readonly authorization: readonly string[] | undefined;
  /** Throws an error of the body parser. */
  readonly readBody: () => Promise<unknown>;
  /** Whether the caller takes an answer in parts. */
  readonly takesParts?: boolean;
  /** The operation, from its validation on. */
  prepared?: PreparedOperation | undefined;
  /** From step 6 on, of an answer in parts. */
  executed?: Executed;
  /** From step 6 until it is written out in step 7. */
  found?: Found | undefined;
  answer?: Answer;
  /** How often what was decided has turned out stale. */
  retries?: number;
}

interface Step {
  readonly name: string;
  /** `door`: before the document is looked at; `hub`: after it has been validated, now or before. */
  readonly at: 'door' | 'hub';
  /** `stale`: what was decided no longer holds; the steps from `decide` on run again. */
  readonly run: (visit: Visit, hub: Hub) => Promise<'stale' | undefined> | Promise<void> | void;
}

/** A request's life. Each step reads what the ones before it wrote into `Life`, and throws `HubError` to end it. */
// biome-ignore format: one table, one line a step
export const PIPELINE: readonly Step[] = [
  { name: 'authenticate', at: 'door', run: runAuthenticate }, // bearer token → who, agency, roles     401, 503
  { name: 'admit',        at: 'door', run: runAdmit },        // one operation within the limits        400, 403
  { name: 'plan',         at: 'hub',  run: runPlan },         // plan, root fields, categories asked    400
  { name: 'purpose',      at: 'hub',  run: runPurpose },      // one purpose, allowed to the role       403
  { name: 'decide',       at: 'hub',  run: runDecide },       // per client: what may be fetched        503
  { name: 'fetch',        at: 'hub',  run: runFetch },        // only that, from each agency            its fields null
  { name: 'record',       at: 'hub',  run: runRecord },       // entry durable, bases re-checked        503
  { name: 'respond',      at: 'hub',  run: runRespond },      // the answer may leave
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

/** Whether the operation has been validated and prepared before: then it need not be again. */
export function recall(visit: Visit, { served }: Hub): boolean {
  const { documentHash: hash, askedName: operationName } = visit.life;
  visit.prepared = served().operations.ready({ hash, operationName });
  return visit.prepared !== undefined;
}

/** Plans and compiles an operation that has just been validated. Throws `HubError` OPERATION_AMBIGUOUS, and of the planner and the compiler. */
export async function prepare(
  visit: Visit,
  { operations }: Served,
  document: DocumentNode,
  operation: OperationDefinitionNode | undefined,
): Promise<void> {
  // Apollo Server leaves it to its executor to find that no operation has the name, or that several could be meant.
  if (operation === undefined) throw new HubError('OPERATION_AMBIGUOUS');
  const { documentHash: hash, askedName: operationName } = visit.life;
  visit.prepared = await operations.prepare({ hash, operationName }, { document, operation });
}

/** Steps 3–8; gives what may leave. A refused attempt of a known caller is in the log before the refusal leaves. */
export async function serve(visit: Visit, hub: Hub): Promise<Answer> {
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
  if (visit.answer === undefined) throw new TypeError('The steps end with an answer.');
  return visit.answer;
}

/** What a part that comes later adds to the answer. */
export interface LaterAnswer {
  readonly label: string | undefined;
  readonly added: readonly Added[];
  readonly errors: readonly ShownError[];
  readonly extensions: HubExtensions;
}

/**
 * The parts of an answer that come later, each once it is there; none where all came at once.
 *
 * Each is a release of its own: fetched on the decisions that the first part was, with an entry of its own, which is durable, and whose
 * bases are re-checked, before it leaves. Rejects with `HubError`: then nothing of it may leave.
 */
export function serveLater(visit: Visit, hub: Hub): readonly Promise<LaterAnswer>[] {
  return (partsOf(visit)?.later ?? []).map((part) => serveOneLater(part, visit, hub));
}

async function serveOneLater(part: PreparedPart, visit: Visit, hub: Hub): Promise<LaterAnswer> {
  const { executed } = visit;
  if (executed === undefined) throw new TypeError('What comes later comes after the first part.');
  const asked = part.asked(visit.life.coerced);
  const life: Life = {
    ...visit.life,
    auditId: randomUUID(),
    roots: visit.life.roots.flatMap((root) => (root.responseKey === part.rootKey ? [{ ...root, asked }] : [])),
    records: new Map(),
    unavailable: new Map(),
    refusal: undefined,
  };
  const { added, errors } = await executeLater(part, variablesOf(life), executed, errandOf(life, hub.agencies));
  const shown = showErrors(errors, life);
  const clients = reached(life);
  if ((await record(life, clients, hub.log, hub.name)) === 'stale') throw new HubError('BASIS_CHANGED');
  return { label: part.label, added, errors: shown.errors, extensions: respond(life, clients) };
}

async function runAuthenticate(visit: Visit, hub: Hub): Promise<void> {
  visit.life.principal = await authenticate(hub.verifier, visit.authorization);
}

async function runAdmit({ life, readBody }: Visit, hub: Hub): Promise<void> {
  const body = await readBody();
  try {
    const admitted = admit(body, life.principal.roles, hub.admission);
    life.documentHash = admitted.documentHash;
    life.askedName = admitted.operationName;
    life.query = admitted.query;
    life.variables = admitted.variables;
  } catch (error) {
    if (error instanceof HubError && error.status === 403) await recordRefusal(life, hub.log, hub.name, error.code);
    throw error;
  }
}

function runPlan(visit: Visit, hub: Hub): void {
  const { life, prepared } = visit;
  if (prepared === undefined) throw new TypeError('The hub’s steps run on a validated operation.');
  const { operation, compiled } = prepared;
  life.contract = compiled.contract;
  life.operation = operation;
  // A caller may name their own document after a person, and the log would hold it: there its hash has to do.
  life.operationName = hub.admission.trusted.has(life.documentHash) ? (operation.name?.value ?? null) : null;
  const { roots, coerced } = (partsOf(visit) ?? prepared).readRoots(life.variables);
  life.roots = roots;
  life.coerced = coerced;
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
  life.records = new Map();
  life.unavailable = new Map();
  life.refusal = undefined;
  const { named, clients } = await decide(life.roots, life.principal, life.decisions, hub.findByCode(life));
  life.namedByRoot = named;
  life.clientOfRoot = clients;
}

async function runFetch(visit: Visit, hub: Hub): Promise<void> {
  const { life, prepared } = visit;
  if (prepared === undefined) throw new TypeError('An operation is planned before it is run.');
  const parts = partsOf(visit);
  const executed = await execute(parts?.first ?? prepared.compiled, variablesOf(life), errandOf(life, hub.agencies));
  // Else what the agencies gave would live for as long as the answer made of it.
  if (parts !== null) visit.executed = executed;
  const { data, errors, run } = executed;
  if (life.operation.operation === 'mutation') hub.forgetFacts(namedBy(life));
  visit.found = { data, hasRaw: run.hasRaw, ...showErrors(errors, life) };
}

/** The operation in parts, where it has some and the caller takes them. */
function partsOf({ prepared, takesParts = false }: Visit): PreparedParts | null {
  return takesParts ? (prepared?.parts ?? null) : null;
}

function variablesOf({ variables, coerced }: Life): {
  readonly given: Life['variables'];
  readonly coerced: Life['coerced'];
} {
  return { given: variables, coerced };
}

async function runRecord(visit: Visit, hub: Hub): Promise<'stale' | undefined> {
  const { life } = visit;
  const clients = reached(life);
  // While the disk works the answer is written out, and then there are only bytes to wait with.
  const [recorded] = await Promise.all([record(life, clients, hub.log, hub.name), writeOut(visit, clients)]);
  return recorded === 'stale' ? 'stale' : undefined;
}

async function writeOut(visit: Visit, clients: readonly Reached[]): Promise<void> {
  const { life, found } = visit;
  if (found === undefined) throw new TypeError('An answer is written out once.');
  const { data, hasRaw, errors, status } = found;
  const response = { ...(errors.length === 0 ? {} : { errors }), data, extensions: respond(life, clients) };
  visit.answer = { body: writeJson(response, hasRaw), isWhole: errors.length === 0, status };
  visit.found = undefined;
}

/** What counts at once and is reviewed afterwards: accesses (consent.md, rules 1, 4 and 6), and what a source withholds. */
const REVIEWED = new Set(['declareRelationship', 'grantEmergencyAccess', 'requestAccess', 'restrictSight']);

function runRespond({ life, answer }: Visit, hub: Hub): void {
  if (life.operation.operation !== 'mutation' || answer?.isWhole !== true) return;
  for (const { field } of life.roots) if (REVIEWED.has(field)) hub.alert(field);
}
