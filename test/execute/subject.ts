import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, type GraphQLSchema, getOperationAST, type OperationDefinitionNode } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { readContract } from '../../gateway/contract.ts';
import { compileOperation } from '../../gateway/execute/compile.ts';
import { Raw, writeJson } from '../../gateway/execute/raw.ts';
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

/** How many values have gone through as they came. */
export const raws = { seen: 0 };

/** The answer as its reader has it; what went through as it came is no other JSON than what is printed. */
function asItLeaves(data: Record<string, unknown>, hasRaw: boolean): Record<string, unknown> {
  raws.seen += countRaws(data);
  const text = Buffer.from(writeJson(data, hasRaw), 'latin1').toString();
  const left = JSON.parse(text);
  if (JSON.stringify(left) !== text) throw new Error(`not as JSON.stringify would have it: ${text}`);
  return left;
}

function countRaws(value: unknown): number {
  if (value instanceof Raw) return 1;
  if (typeof value !== 'object' || value === null) return 0;
  return Object.values(value).reduce((sum: number, each) => sum + countRaws(each), 0);
}

/** The hub's own executor over one supergraph. */
export function hubExecutor(supergraphSdl: string, schema: GraphQLSchema): Subject {
  const contract = readContract(supergraphSdl);
  return async ({ plan, document, variables }, errand) => {
    const operation = getOperationAST(document) as OperationDefinitionNode;
    const compiled = compileOperation({ plan, document, operation, schema, contract });
    const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (coerced === undefined) throw new TypeError('The drawn variables do not fit the drawn operation.');
    const executed = await execute(compiled, { given: variables, coerced }, errand);
    return executed.data === null ? executed : { ...executed, data: asItLeaves(executed.data, executed.run.hasRaw) };
  };
}
