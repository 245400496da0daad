import type { OperationDefinitionNode } from 'graphql';
import type { Principal } from '../auth/principal.ts';
import type { Agency, CategoryName } from '../schema/categories.ts';
import type { Purpose } from '../schema/purposes.ts';
import type { SubgraphName } from '../schema/subgraphs.ts';
import type { Contract } from './contract.ts';
import type { Decisions } from './decide.ts';

/** A root field of the operation, and what it reaches. */
export interface Root {
  readonly field: string;
  readonly responseKey: string;
  /** Argument values, variables filled in. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The categories asked below it, in the order of the document. */
  readonly asked: readonly CategoryName[];
}

/** The life of one request: each step of the pipeline reads what the earlier ones wrote. */
export interface Life {
  readonly requestId: string;
  /** Id of the audit entry, known from the start: every pass carries it. */
  readonly auditId: string;
  readonly startedAt: number;
  // 1 authenticate
  principal: Principal;
  // 2 admit
  documentHash: string;
  /** As the caller named it. */
  askedName: string | null;
  query: string;
  variables: Readonly<Record<string, unknown>>;
  // 3 plan
  /** Of the supergraph that the operation was planned against; a reload in mid-flight does not change it. */
  contract: Contract;
  operation: OperationDefinitionNode;
  /** As the log may hold it. */
  operationName: string | null;
  /** The variables with defaults, as their types read them. */
  coerced: Readonly<Record<string, unknown>>;
  roots: readonly Root[];
  // 4 purpose
  purpose: Purpose | null;
  // 5 decide
  decisions: Decisions;
  /** Root fields that name one client → the client decided on. */
  namedByRoot: ReadonlyMap<string, string>;
  /** The same roots → the client, or null when the caller may not know whether there is one. */
  clientOfRoot: ReadonlyMap<string, string | null>;
  // 6 fetch
  /** Root fields that lead to several clients → those clients, in the order of the answer. */
  clientsOfRoot: Map<string, readonly string[]>;
  /** Client → agency → the records that it gave of them. */
  records: Map<string, { [agency in Agency]?: number }>;
  /** Agencies that did not answer → what happened, for the operator's log. */
  unavailable: Map<SubgraphName, string>;
  /** Code with which one of the hub's own subgraphs refused what was asked of it. */
  refusal: string | undefined;
}
