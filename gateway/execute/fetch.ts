import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { spreadFragments } from './prune.ts';

/** One fetch of a query plan, parsed once and kept by its text: the same for every caller. */
export interface Fetch {
  readonly operation: OperationDefinitionNode;
  readonly selectionSet: SelectionSetNode;
  /** For an entity fetch: what is asked of each type of entity. */
  readonly entities: ReadonlyMap<string, SelectionSetNode> | null;
}

const parsed = new Map<string, Fetch>();
const KEPT = 2_000;

export function readFetch(query: string, document?: DocumentNode): Fetch {
  let fetch = parsed.get(query);
  if (fetch === undefined) {
    fetch = compile(document ?? parse(query));
    if (parsed.size >= KEPT) parsed.delete(parsed.keys().next().value as string);
    parsed.set(query, fetch);
  }
  return fetch;
}

function compile(document: DocumentNode): Fetch {
  const fragments = new Map<string, FragmentDefinitionNode>();
  let operation: OperationDefinitionNode | undefined;
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
    if (node.kind === Kind.OPERATION_DEFINITION) operation = node;
  }
  if (operation === undefined) throw new TypeError('A fetch has an operation.');
  const selectionSet = spreadFragments(operation.selectionSet, fragments);
  const [first] = selectionSet.selections;
  const isEntities = first?.kind === Kind.FIELD && first.name.value === '_entities';
  return { operation, selectionSet, entities: isEntities ? byType(first) : null };
}

function byType(entities: FieldNode): Map<string, SelectionSetNode> {
  const types = new Map<string, SelectionSetNode>();
  for (const selection of entities.selectionSet?.selections ?? []) {
    if (selection.kind !== Kind.INLINE_FRAGMENT || selection.typeCondition === undefined) {
      throw new TypeError('An entity fetch asks by type.');
    }
    const type = selection.typeCondition.name.value;
    const before = types.get(type)?.selections ?? [];
    const conditional = (selection.directives ?? []).length > 0 ? [selection] : selection.selectionSet.selections;
    types.set(type, { kind: Kind.SELECTION_SET, selections: [...before, ...conditional] });
  }
  return types;
}

/** Names of the variables that a selection set uses. */
export function variablesIn(set: SelectionSetNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(set, { Variable: (node) => void names.add(node.name.value) });
  return names;
}
