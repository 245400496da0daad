import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { readContract } from '../../gateway/contract.ts';
import { compileOperation } from '../../gateway/execute/compile.ts';
import { type Errand, type Executed, execute } from '../../gateway/execute/run.ts';

/** The executor under test: runs a plan of Apollo's planner in the name of an errand. */
export type Subject = (
  asked: {
    readonly plan: QueryPlan;
    readonly document: DocumentNode;
    readonly variables: Readonly<Record<string, unknown>>;
  },
  errand: Errand,
) => Promise<Executed>;

/** The hub's own executor over one supergraph. */
export function hubExecutor(supergraphSdl: string, schema: GraphQLSchema): Subject {
  const contract = readContract(supergraphSdl);
  return async ({ plan, document, variables }, errand) => {
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const compiled = compileOperation({ plan, document, operation, schema, contract });
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (coerced === undefined) throw new TypeError('The drawn variables do not fit the drawn operation.');
    return execute(compiled, { given: variables, coerced }, errand);
  };
}
