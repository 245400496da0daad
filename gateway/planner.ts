import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { type QueryPlan, QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';

export interface Planner {
  plan(document: string, operationName: string | null): Promise<QueryPlan>;
  ready(): Promise<void>;
  close(): Promise<void>;
}

export function startPlanner({
  supergraphSdl,
}: {
  readonly supergraphSdl: string;
  readonly timeout?: number;
}): Planner {
  const supergraph = Supergraph.build(supergraphSdl);
  const planner = new QueryPlanner(supergraph, { generateQueryFragments: false });
  const api = supergraph.apiSchema();
  return {
    ready: async () => {},
    plan: async (document, operationName) =>
      planner.buildQueryPlan(
        operationFromDocument(api, parse(document), operationName === null ? {} : { operationName }),
      ),
    close: async () => {},
  };
}
