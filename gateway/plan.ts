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
import { byConditions, type Conditions } from './execute/conditions.ts';
import { responseKey } from './execute/prune.ts';
import type { Root } from './life.ts';

/** The root fields of an operation as these variables make them; step 3 of the pipeline. */
export type ReadRoots = (given: Readonly<Record<string, unknown>>) => {
  readonly roots: readonly Root[];
  /** The variables with defaults, as their types read them. */
  readonly coerced: Readonly<Record<string, unknown>>;
};

/**
 * Compiles how the root fields of a validated operation are read: their arguments, and the categories asked below each.
 *
 * Reading throws `HubError` VARIABLE_INVALID naming the variable, never its value, and FIRST_OUT_OF_RANGE.
 */
export function compileRoots({
  document,
  operation,
  schema,
  contract,
}: {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly schema: GraphQLSchema;
  readonly contract: Contract;
}): ReadRoots {
  const rootType = schema.getRootType(operation.operation);
  const typeName = rootType?.name ?? 'Query';
  const templatesOf = byConditions([document], (conditions) => {
    const merged = new Map<string, FieldNode[]>();
    for (const field of rootFields(document, operation.selectionSet, conditions)) {
      const key = responseKey(field);
      merged.set(key, [...(merged.get(key) ?? []), field]);
    }
    return [...merged].map(([key, nodes]) => {
      const node = nodes[0] as FieldNode;
      const below = contract.fieldType(typeName, node.name.value) ?? '';
      const asked = nodes.flatMap((each) => askedCategories(each.selectionSet, below, document, conditions, contract));
      return {
        field: node.name.value,
        responseKey: key,
        node,
        definition: rootType?.getFields()[node.name.value],
        asked: [...new Set(asked)],
      };
    });
  });
  return (given) => {
    const coerced = coerceVariables(schema, operation, given);
    const roots = templatesOf(coerced).map(({ asked, definition, field, node, responseKey }) => {
      const args = definition === undefined ? {} : argumentValues(definition, node, coerced);
      checkFirst(args);
      return { args, asked, field, responseKey };
    });
    return { roots, coerced };
  };
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

function* rootFields(document: DocumentNode, set: SelectionSetNode, conditions: Conditions): Iterable<FieldNode> {
  for (const selection of set.selections) {
    if (!isIncluded(selection.directives, conditions)) continue;
    if (selection.kind === Kind.FIELD) yield selection;
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* rootFields(document, selection.selectionSet, conditions);
    else {
      const fragment = document.definitions.find(
        (node): node is FragmentDefinitionNode =>
          node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === selection.name.value,
      );
      if (fragment !== undefined) yield* rootFields(document, fragment.selectionSet, conditions);
    }
  }
}
