import { Kind, type SelectionNode } from 'graphql';
import { isIncluded } from '../asked.ts';
import type { Contract } from '../contract.ts';
import { byConditions, withoutLeftOut } from './conditions.ts';
import type { EntityFetch, EntityPart, Occurrence, RootField, RootVariant } from './nodes.ts';
import { entityType, responseKey, setOf } from './prune.ts';

/** What the values of the conditions leave in an entity fetch of these parts. */
export function entityVariants(parts: readonly EntityPart[]): EntityFetch['variant'] {
  return byConditions(
    parts.map(({ selectionSet }) => selectionSet),
    (conditions, id) => ({
      id,
      parts: parts.map(({ type, selectionSet }) => ({ type, selectionSet: withoutLeftOut(selectionSet, conditions) })),
      types: new Map(),
    }),
  );
}

/** What the values of the conditions leave in a root field that a fetch names so often. */
export function rootVariants(
  occurrences: readonly Occurrence[],
  isClient: boolean,
  contract: Contract,
): RootField['variant'] {
  return byConditions(
    occurrences.flatMap(({ node, conditions }) => [...conditions, node]),
    (conditions, id): RootVariant | null => {
      const included = occurrences.filter((each) => isIncluded(each.conditions, conditions));
      const [first] = included;
      if (first === undefined) return null;
      const nodes = included.map(({ node }) => withoutLeftOut(node, conditions));
      const selectionSet = setOf(nodes.flatMap((each) => each.selectionSet?.selections ?? []));
      const node = first.node.selectionSet === undefined ? first.node : { ...first.node, selectionSet };
      const client = isClient ? entityType('Client', [{ type: 'Client', selectionSet }], contract) : undefined;
      const known: { ids: string[]; typenames: string[] } = { ids: [], typenames: [] };
      if (isClient) readIdentity(selectionSet.selections, known);
      return { id, node, client, ...known };
    },
  );
}

/** Under which names the id and the type name of a client are asked. */
function readIdentity(selections: readonly SelectionNode[], known: { ids: string[]; typenames: string[] }): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) readIdentity(selection.selectionSet.selections, known);
    else if (selection.kind === Kind.FIELD && selection.name.value === 'id') known.ids.push(responseKey(selection));
    else if (selection.kind === Kind.FIELD && selection.name.value === '__typename')
      known.typenames.push(responseKey(selection));
  }
}
