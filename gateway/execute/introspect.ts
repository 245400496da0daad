import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { fragmentsOf, responseKey, setOf, spreadFragments, variablesIn } from './prune.ts';

/** graphql-js answers for the schema itself. */
export function introspect(
  nodes: readonly FieldNode[],
  {
    document,
    operation,
    schema,
  }: { readonly document: DocumentNode; readonly operation: OperationDefinitionNode; readonly schema: GraphQLSchema },
  variableValues: Readonly<Record<string, unknown>>,
): unknown {
  const [first] = nodes;
  if (first === undefined) return null;
  const used = variablesIn(spreadFragments(setOf(nodes), fragmentsOf(document.definitions)));
  const { data } = executeSync({
    schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: [
        ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION),
        {
          ...operation,
          selectionSet: setOf(nodes),
          variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
            used.includes(variable.name.value),
          ),
        },
      ],
    },
    variableValues,
  });
  return data?.[responseKey(first)] ?? null;
}
