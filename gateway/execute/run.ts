import type { ReadWell } from '../agency/answer.ts';
import type { AgencyAnswer } from '../agency.ts';
import type { Contract } from '../contract.ts';
import type { Decisions } from '../decide.ts';
import type { ScansOf } from './as-asked.ts';
import type { CompiledOperation, CompiledPart } from './compile.ts';
import { fetchEntities, type Member } from './entities.ts';
import type { Node } from './nodes.ts';
import { type Data, standingsAt } from './places.ts';
import { fetchRoots } from './roots.ts';

/** What the executor needs of the request that it runs for. */
export interface Errand {
  readonly decisions: Pick<Decisions, 'reach' | 'permitted'>;
  /** Root fields that lead to one client → the client; null when the caller may not know whether there is one. */
  readonly clientOfRoot: ReadonlyMap<string, string | null>;
  /** Written by the executor: root fields that lead to several clients → those clients, in the order of the answer. */
  readonly clientsOfRoot: Map<string, readonly string[]>;
  /** One request to one agency. Throws `HubError` AGENCY_UNAVAILABLE: its fields are null; any other error ends the operation. */
  ask(agency: string, request: AgencyRequest): Promise<AgencyAnswer>;
  /** Hears how many records an agency gave of a client. */
  tally(agency: string, clientId: string, records: number): void;
}

export interface AgencyRequest {
  readonly query: string;
  /** JSON of an object, a character for each byte of its UTF-8. */
  readonly variables: string;
  /** What may be read of which clients: JSON of a list of `Grant`, a character for each byte. */
  readonly grants: string;
  readonly mutation: boolean;
  readonly readWell?: ReadWell | undefined;
}

export interface ExecutionError {
  /** As the agency named it, or AGENCY_UNAVAILABLE, WRONG_SHAPE, WRONG_IDENTITY. */
  readonly code: string;
  readonly agency: string;
  /** In the answer; none where it cannot be told. */
  readonly path?: readonly (string | number)[];
  /** Whether the whole fetch gave nothing. */
  readonly nothing?: boolean;
}

export interface Variables {
  /** As the caller sent them: agencies get these. */
  readonly given: Readonly<Record<string, unknown>>;
  /** With defaults, and as the types read them. */
  readonly coerced: Readonly<Record<string, unknown>>;
}

export interface Executed {
  readonly data: Record<string, unknown> | null;
  readonly errors: readonly ExecutionError[];
  /** For parts that come later. */
  readonly run: Run;
}

/** One run of a compiled plan. */
export interface Run {
  readonly contract: Contract;
  readonly errand: Errand;
  /** The answer as it is put together. */
  readonly data: Data;
  readonly errors: ExecutionError[];
  /** Clients to whom root fields have led, and who have been decided on. */
  readonly clients: Set<string>;
  /** The caller's variables with defaults, as their types read them. */
  readonly coerced: Variables['coerced'];
  /** By response key, for what an entity fetch asks and nobody else in the plan looks into. */
  readonly scansOf: ScansOf;
  /** Whether there may be raw values in the data. */
  hasRaw: boolean;
  /** What entity fetches have found, by `finds`: for as long as nothing is added to the data. */
  readonly members: Map<string, readonly Member[]>;
  /** Those of the caller's variables that were given. */
  given(names: readonly string[]): Record<string, unknown>;
}

/**
 * Runs a compiled plan: between its nodes each client is decided on, and each agency is asked for what is permitted alone.
 *
 * Throws what `errand.decisions.reach` throws, and what `errand.ask` throws that is not an agency's fault.
 */
export async function execute(
  compiled: Pick<CompiledOperation, 'contract' | 'plan' | 'look'>,
  variables: Variables,
  errand: Errand,
): Promise<Executed> {
  const { shape, scansOf } = compiled.look(variables.coerced);
  const run: Run = {
    contract: compiled.contract,
    errand,
    // An alias may be the name of something that every object has.
    data: Object.create(null),
    errors: [],
    clients: new Set(),
    coerced: variables.coerced,
    scansOf,
    hasRaw: false,
    members: new Map(),
    given(names) {
      const given: Record<string, unknown> = {};
      for (const name of names) if (Object.hasOwn(variables.given, name)) given[name] = variables.given[name];
      return given;
    },
  };
  if (compiled.plan !== null) await runNode(compiled.plan, variables, run);
  const data = shape(run.data, variables.coerced);
  return { data, errors: run.errors.map((error) => inAnswer(error, data)), run };
}

/** An error of something that a fetch required, and nobody asked for, is one of the object that it was required of. */
function inAnswer(error: ExecutionError, data: Data | null): ExecutionError {
  if (error.path === undefined) return error;
  const path: (string | number)[] = [];
  let value: unknown = data;
  for (const step of error.path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) break;
    path.push(step);
    value = (value as Data)[step];
  }
  return { ...error, path };
}

/** What a part adds to one object of the answer. */
export interface Added {
  readonly path: readonly (string | number)[];
  /** Null where what may not be null is missing. */
  readonly data: Record<string, unknown> | null;
}

/** Runs a part that comes later, for an errand of its own. Throws like `execute`. */
export async function executeLater(
  part: CompiledPart,
  variables: Variables,
  before: Executed,
  errand: Errand,
): Promise<{ readonly added: readonly Added[]; readonly errors: readonly ExecutionError[] }> {
  const run: Run = { ...before.run, errand, errors: [], members: new Map() };
  if (part.plan !== null) await runNode(part.plan, variables, run);
  const shape = part.shape(variables.coerced);
  // Objects that the caller has not got have nothing added to them.
  const added = standingsAt(before.data ?? {}, part.path).map(({ path }) => ({
    path,
    data: shape(at(run.data, path), variables.coerced),
  }));
  return { added, errors: run.errors };
}

function at(data: Data, path: readonly (string | number)[]): Data {
  return path.reduce<unknown>((value, step) => (value as Data)[step], data) as Data;
}

function runNode(node: Node, variables: Variables, run: Run): Promise<void> | undefined {
  switch (node.kind) {
    case 'roots':
      return fetchRoots(node, run);
    case 'entities':
      return fetchEntities(node, run);
    case 'parallel':
      return Promise.all(node.nodes.map((each) => runNode(each, variables, run))) as Promise<unknown> as Promise<void>;
    case 'sequence':
      return runInTurn(node.nodes, variables, run);
    case 'condition': {
      const taken = variables.coerced[node.variable] === true ? node.whenTrue : node.whenFalse;
      return taken === null ? undefined : runNode(taken, variables, run);
    }
  }
}

async function runInTurn(nodes: readonly Node[], variables: Variables, run: Run): Promise<void> {
  for (const node of nodes) await runNode(node, variables, run);
}
