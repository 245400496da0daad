import {
  operationFromDocument,
  ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
  type Schema,
  Supergraph,
} from '@apollo/federation-internals';
import { buildOperationContext, executeQueryPlan, type ServiceMap } from '@apollo/gateway';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import type { DocumentNode, ExecutionResult, GraphQLSchema } from 'graphql';
import { withoutLeftOut } from '../../gateway/execute/conditions.ts';
import { Agencies, type Run } from './agencies.ts';
import { Data } from './data.ts';
import { Monolith } from './monolith.ts';
import { hubExecutor, type Subject } from './subject.ts';
import type { Supergraph as Drawn } from './supergraph.ts';

/** A composed graph with its agencies, the program that needs none, Apollo's planner and Apollo's executor. */
export class Federation {
  readonly supergraphSdl: string;
  readonly apiSchema: GraphQLSchema;
  readonly agencies: Agencies;
  readonly monolith: Monolith;
  readonly executor: Subject;
  readonly sdl: ReadonlyMap<string, string>;
  readonly #names: readonly string[];
  readonly #api: Schema;
  readonly #full: GraphQLSchema;
  readonly #planner: QueryPlanner;

  constructor({ model, sdl, supergraphSdl }: Drawn) {
    const data = new Data(model);
    const supergraph = Supergraph.build(supergraphSdl, {
      validateSupergraph: false,
      // With `@context`, which the planner knows and Apollo's executor does not.
      supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    });
    this.supergraphSdl = supergraphSdl;
    this.#api = supergraph.apiSchema();
    this.apiSchema = this.#api.toGraphQLJSSchema();
    this.#full = supergraph.schema.toGraphQLJSSchema();
    // Without a limit some random operations take the planner for ever; the hub gives it a time.
    this.#planner = new QueryPlanner(supergraph, { generateQueryFragments: false, debug: { pathsLimit: 100 } });
    this.#names = model.agencies;
    this.agencies = new Agencies(model, data, sdl);
    this.sdl = sdl;
    this.executor = hubExecutor(supergraphSdl, this.apiSchema);
    this.monolith = new Monolith(model, data, this.apiSchema);
  }

  /** Null for an operation that Apollo's planner gives up on, although it is valid: there is nothing to execute then. */
  plan(document: DocumentNode): QueryPlan | null {
    const operation = operationFromDocument(this.#api, withoutLeftOut(document));
    try {
      return this.#planner.buildQueryPlan(operation);
    } catch {
      return null;
    }
  }

  /** The answer of the executor inside `ApolloGateway`. */
  async reference(
    plan: QueryPlan,
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    run: Run,
  ): Promise<ExecutionResult> {
    const services: ServiceMap = Object.fromEntries(
      this.#names.map((name) => [
        name,
        {
          process: async ({ request }) =>
            (await this.agencies.ask(name, request.query ?? '', request.variables ?? {}, run)) as never,
        },
      ]),
    );
    const operationContext = buildOperationContext({ schema: this.apiSchema, operationDocument: document });
    const requestContext = { request: { variables }, context: {}, metrics: {} };
    const answer = await executeQueryPlan(
      plan,
      services,
      requestContext as never,
      operationContext,
      this.#full,
      this.#api,
    );
    return JSON.parse(JSON.stringify(answer)) as ExecutionResult;
  }
}
