import type { DeferNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Path } from './nodes.ts';
import { responseKey } from './prune.ts';
import { setsBelow } from './shape.ts';

/** A part of an operation that may come after the rest, as the planner names it. */
export interface DeferredPart {
  readonly label: string | undefined;
  /** Of the objects that it adds to. */
  readonly path: Path;
  readonly type: GraphQLNamedType;
  readonly selectionSet: SelectionSetNode;
  readonly node: PlanNode | undefined;
}

/** The parts that may come later; null where nothing is deferred, or not in a way that the hub gives apart: then all comes at once. */
export function deferredParts(
  { node }: QueryPlan,
  { operation, schema }: { readonly operation: OperationDefinitionNode; readonly schema: GraphQLSchema },
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly DeferredPart[] | null {
  // Under a condition, or one in another, nothing is lost by answering at once.
  if (node?.kind !== 'Defer' || operation.operation !== 'query') return null;
  if (node.deferred.some((part) => part.node !== undefined && holdsDefer(part.node))) return null;
  return node.deferred.map((part) => {
    const selectionSet = selectionsOf(part.subselection);
    return {
      label: part.label,
      node: part.node,
      selectionSet,
      ...placeOf(part.queryPath, operation, schema, fragments),
    };
  });
}

function holdsDefer(node: PlanNode): boolean {
  if (node.kind === 'Sequence' || node.kind === 'Parallel') return node.nodes.some(holdsDefer);
  if (node.kind === 'Flatten') return holdsDefer(node.node);
  if (node.kind === 'Condition') return [node.ifClause, node.elseClause].some((each) => each && holdsDefer(each));
  return node.kind === 'Defer';
}

/** The same plan with everything at once. */
export function atOnce({ primary, deferred }: DeferNode): PlanNode {
  const later = deferred.flatMap(({ node }) => node ?? []);
  return {
    kind: 'Sequence',
    nodes: [...(primary.node === undefined ? [] : [primary.node]), { kind: 'Parallel', nodes: later }],
  };
}

/** The document without what is deferred. */
export function withoutDeferred(document: DocumentNode): DocumentNode {
  const drop = (node: { readonly directives?: readonly { readonly name: { readonly value: string } }[] }) =>
    node.directives?.some(({ name }) => name.value === 'defer') ? null : undefined;
  return visit(document, { InlineFragment: drop, FragmentSpread: drop });
}

function selectionsOf(text = '{ __typename }'): SelectionSetNode {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('A deferred part is a selection set.');
  return definition.selectionSet;
}

const FRAGMENT = '... on ';

/** Where a part belongs: the planner names response keys and type conditions on the way. */
function placeOf(
  queryPath: readonly string[],
  operation: OperationDefinitionNode,
  schema: GraphQLSchema,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Pick<DeferredPart, 'path' | 'type'> {
  let type = schema.getRootType(operation.operation) as GraphQLNamedType;
  let sets: readonly SelectionSetNode[] = [operation.selectionSet];
  const path: string[] = [];
  for (const step of queryPath) {
    if (step.startsWith(FRAGMENT)) {
      type = schema.getType(step.slice(FRAGMENT.length)) ?? type;
      continue;
    }
    const nodes = sets.flatMap((set) => [...fieldsNamed(set, step, fragments)]);
    const name = nodes[0]?.name.value ?? '';
    const definition = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
    if (definition === undefined) throw new TypeError('A part is deferred within its own operation.');
    path.push(step);
    for (let at = getNullableType(definition.type); isListType(at); at = getNullableType(at.ofType)) path.push('@');
    type = getNamedType(definition.type);
    sets = setsBelow(nodes);
  }
  return { path, type };
}

function* fieldsNamed(
  { selections }: SelectionSetNode,
  key: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Iterable<FieldNode> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (responseKey(selection) === key) yield selection;
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      yield* fieldsNamed(selection.selectionSet, key, fragments);
    } else {
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) yield* fieldsNamed(fragment.selectionSet, key, fragments);
    }
  }
}
