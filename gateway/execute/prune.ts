import {
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type NameNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { CategoryName } from '../../schema/categories.ts';
import type { Contract } from '../contract.ts';

/** The alias under which every client is asked for its id, so that answers are merged by identity and not by position. */
export const IDENTITY = 'hubId';

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: name('__typename') };
const CLIENT_ID: FieldNode = { kind: Kind.FIELD, alias: name(IDENTITY), name: name('id') };

export interface Pruned {
  readonly selectionSet: SelectionSetNode;
  /** Whether anything but ids and type names is left to ask. */
  readonly worthAsking: boolean;
  /** Response keys of the first level, left out or not, but for ids and type names. */
  readonly keys: readonly string[];
}

/**
 * The selections that are left of a selection set on `typeName` when only `permitted` categories may be read.
 *
 * A field needs every category of its own, below the fields above it. Fragments must have been spread (`spreadFragments`).
 */
export function prune(
  set: SelectionSetNode,
  typeName: string,
  permitted: ReadonlySet<string>,
  contract: Contract,
): Pruned {
  const keys: string[] = [];
  let worthAsking = false;
  const prunedFields = (selections: SelectionSetNode, parent: string, top: boolean): SelectionNode[] =>
    selections.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const below = prunedFields(selection.selectionSet, selection.typeCondition?.name.value ?? parent, top);
        return below.length === 0 ? [] : [{ ...selection, selectionSet: selectionSet(below) }];
      }
      if (selection.kind !== Kind.FIELD) throw new TypeError('Fragments are spread before pruning.');
      const counts = top && selection.name.value !== 'id' && selection.name.value !== '__typename';
      if (counts) keys.push(responseKey(selection));
      if (!contract.categories(parent, selection.name.value).every((category) => permitted.has(category))) return [];
      if (counts) worthAsking = true;
      const below = contract.fieldType(parent, selection.name.value);
      if (selection.selectionSet === undefined || below === undefined) return [selection];
      const fields = prunedFields(selection.selectionSet, below, false);
      return [{ ...selection, selectionSet: selectionSet(fields.length === 0 ? [TYPENAME] : fields) }];
    });
  const fields = prunedFields(set, typeName, true);
  const identified = contract.isClient(typeName) ? [...fields, CLIENT_ID] : fields.length === 0 ? [TYPENAME] : fields;
  return { selectionSet: selectionSet(identified), worthAsking, keys };
}

/** The categories that the fields of a selection set need, each once. Fragments must have been spread. */
export function neededCategories(set: SelectionSetNode, typeName: string, contract: Contract): readonly CategoryName[] {
  const needed = new Set<string>();
  const walk = (selections: SelectionSetNode, parent: string): void => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? parent);
      } else if (selection.kind === Kind.FIELD) {
        for (const category of contract.categories(parent, selection.name.value)) needed.add(category);
        const below = contract.fieldType(parent, selection.name.value);
        if (selection.selectionSet !== undefined && below !== undefined) walk(selection.selectionSet, below);
      }
    }
  };
  walk(set, typeName);
  return [...needed] as CategoryName[];
}

/** Replaces every fragment spread by an inline fragment of the same type condition. */
export function spreadFragments(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode {
  return selectionSet(
    set.selections.map((selection): SelectionNode => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined) throw new TypeError('A fragment is spread that the document does not define.');
        return {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: fragment.typeCondition,
          ...(selection.directives === undefined ? {} : { directives: selection.directives }),
          selectionSet: spreadFragments(fragment.selectionSet, fragments),
        };
      }
      if (selection.selectionSet === undefined) return selection;
      return { ...selection, selectionSet: spreadFragments(selection.selectionSet, fragments) };
    }),
  );
}

export function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

function selectionSet(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function name(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
