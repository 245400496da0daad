import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { askedCategories, isIncluded } from './asked.ts';
import type { Contract } from './contract.ts';
import { HubError } from './errors.ts';
import type { Root } from './life.ts';

/**
 * Step 3: the root fields of a validated operation, their arguments, and the categories asked below each.
 *
 * Apollo Server has parsed and validated; ApolloGateway plans when it first executes the document, and caches by document.
 * Throws `HubError` OPERATION_AMBIGUOUS; VARIABLE_INVALID naming the variable, never its value.
 */
export function plan(
  document: DocumentNode,
  operation: OperationDefinitionNode | undefined,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
  contract: Contract,
): readonly Root[] {
  // Apollo Server leaves it to its executor to find that no operation has the name, or that several could be meant.
  if (operation === undefined) throw new HubError('OPERATION_AMBIGUOUS');
  const coerced = coerceVariables(schema, operation, variables);
  const rootType = operation.operation === 'mutation' ? schema.getMutationType() : schema.getQueryType();
  const merged = new Map<string, FieldNode[]>();
  for (const field of rootFields(document, operation.selectionSet, coerced)) {
    const key = field.alias?.value ?? field.name.value;
    merged.set(key, [...(merged.get(key) ?? []), field]);
  }
  return [...merged].map(([responseKey, nodes]) => {
    const node = nodes[0] as FieldNode;
    const definition = rootType?.getFields()[node.name.value];
    const typeName = rootType?.name ?? 'Query';
    const below = contract.fieldType(typeName, node.name.value) ?? '';
    const args = definition === undefined ? {} : argumentValues(definition, node, coerced);
    checkFirst(args);
    const asked = nodes.flatMap((each) => askedCategories(each.selectionSet, below, document, coerced, contract));
    return {
      field: node.name.value,
      responseKey,
      node,
      args,
      asked: [...new Set(asked)],
    };
  });
}

/** The size of a page is bounded here once, for every list at the root (and again by the subgraph that gives it). */
function checkFirst({ first }: Readonly<Record<string, unknown>>): void {
  if (first === undefined || first === null) return;
  if (!Number.isInteger(first) || (first as number) < 1 || (first as number) > LARGEST_PAGE)
    throw new HubError('FIRST_OUT_OF_RANGE');
}

const LARGEST_PAGE = 100;

function argumentValues(
  definition: Parameters<typeof getArgumentValues>[0],
  node: FieldNode,
  variables: Record<string, unknown>,
): Record<string, unknown> {
  try {
    return getArgumentValues(definition, node, variables);
  } catch (error) {
    if (error instanceof GraphQLError) throw new HubError('VARIABLE_INVALID');
    throw error;
  }
}

function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 1,
  });
  if (errors === undefined) return coerced;
  // graphql-js quotes the value in its message; the name of the variable is all that a caller needs.
  const name = /^Variable "\$(\w{1,64})"/.exec(errors[0]?.message ?? '')?.[1];
  throw new HubError(
    'VARIABLE_INVALID',
    name === undefined ? {} : { message: `The variable $${name} does not fit its type.` },
  );
}

function* rootFields(
  document: DocumentNode,
  set: SelectionSetNode,
  variables: Record<string, unknown>,
): Iterable<FieldNode> {
  for (const selection of set.selections) {
    if (!isIncluded(selection.directives, variables)) continue;
    if (selection.kind === Kind.FIELD) yield selection;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* rootFields(document, selection.selectionSet, variables);
    else {
      const fragment = document.definitions.find(
        (node): node is FragmentDefinitionNode =>
          node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
      );
      if (fragment !== undefined) yield* rootFields(document, fragment.selectionSet, variables);
    }
  }
}
