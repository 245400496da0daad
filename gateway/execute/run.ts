import type { Grant } from '../../auth/pass.ts';
import type { AgencyAnswer } from '../agency.ts';
import type { Contract } from '../contract.ts';
import type { Decisions } from '../decide.ts';
import type { CompiledOperation } from './compile.ts';
import { fetchEntities } from './entities.ts';
import type { Node } from './nodes.ts';
import type { Data } from './places.ts';
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
  readonly variables: Readonly<Record<string, unknown>>;
  /** What may be read of which clients. */
  readonly grants: readonly Grant[];
  readonly mutation: boolean;
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
  /** Those of the caller's variables that were given. */
  given(names: readonly string[]): Record<string, unknown>;
}

/**
 * Runs a compiled plan: between its nodes each client is decided on, and each agency is asked for what is permitted alone.
 *
 * Throws what `errand.decisions.reach` throws, and what `errand.ask` throws that is not an agency's fault.
 */
export async function execute(compiled: CompiledOperation, variables: Variables, errand: Errand): Promise<Executed> {
  const run: Run = {
    contract: compiled.contract,
    errand,
    data: {},
    errors: [],
    clients: new Set(),
    given(names) {
      const given: Record<string, unknown> = {};
      for (const name of names) if (Object.hasOwn(variables.given, name)) given[name] = variables.given[name];
      return given;
    },
  };
  if (compiled.plan !== null) await runNode(compiled.plan, variables, run);
  return { data: compiled.shape(variables.coerced)(run.data, variables.coerced), errors: run.errors };
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
