import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type NameNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { type CategoryName, isCategory } from '../../schema/categories.ts';
import type { Contract } from '../contract.ts';
import { kept } from '../kept.ts';
import type { EntityPart, EntityType } from './nodes.ts';

/** The alias under which every client is asked for its id, so that answers are merged by identity and not by position. */
export const IDENTITY = 'hubId';

export const TYPENAME: FieldNode = { kind: Kind.FIELD, name: name('__typename') };
export const CLIENT_ID: FieldNode = { kind: Kind.FIELD, alias: name(IDENTITY), name: name('id') };

/** What is left of selections when only some categories may be read. */
export interface Pruned {
  /** The permitted categories: tells it from the others of its type. */
  readonly id: string;
  /** One inline fragment a part. */
  readonly selections: readonly SelectionNode[];
  readonly text: string;
  /** Names of the variables used in it. */
  readonly variables: readonly string[];
  /** Whether anything is left to ask; the id and the type name of a client are known already. */
  readonly worthAsking: boolean;
  /** Response keys of the first level that are asked, in their order, without the identity. */
  readonly asked: readonly string[];
  /** Those of them below which something is left out. */
  readonly cut: ReadonlySet<string>;
  /** Response keys of the first level, left out or not, without the type name; of a client without its id too. */
  readonly keys: readonly string[];
}

/** Makes `EntityType` of what is asked of objects of the type `name`. */
export function entityType(name: string, parts: readonly EntityPart[], contract: Contract): EntityType {
  const needed = parts.flatMap(({ type, selectionSet }) => neededCategories(selectionSet, type, contract));
  return { name, isClient: contract.isClient(name), parts, needed: [...new Set(needed)], pruned: new Map() };
}

/**
 * The selections that are left of what is asked of a type when only `permitted` categories may be read; made once for each.
 *
 * A field needs every category of its own, below the fields above it. Fragments must have been spread (`spreadFragments`).
 */
export function prune(type: EntityType, permitted: readonly string[], contract: Contract): Pruned {
  const id = permitted.join(' ');
  return kept(type.pruned, KEPT, id, () => ({ id, ...pruneParts(type, new Set(permitted), contract) }));
}

const KEPT = 256;

function pruneParts(
  { isClient, parts }: EntityType,
  permitted: ReadonlySet<string>,
  contract: Contract,
): Omit<Pruned, 'id'> {
  const asked = new Set<string>();
  const cut = new Set<string>();
  const keys = new Set<string>();
  let worthAsking = !isClient;
  let leftOut = 0;
  const prunedFields = (selections: SelectionSetNode, parent: string, top: boolean): SelectionNode[] =>
    selections.selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const below = prunedFields(selection.selectionSet, selection.typeCondition?.name.value ?? parent, top);
        return below.length === 0 ? [] : [{ ...selection, selectionSet: setOf(below) }];
      }
      if (selection.kind !== Kind.FIELD) throw new TypeError('Fragments are spread before pruning.');
      const counts = top && !(isClient && isIdentity(selection));
      // What type it is, an agency may know less of than what is known.
      if (counts && responseKey(selection) !== '__typename') keys.add(responseKey(selection));
      if (!contract.categories(parent, selection.name.value).every((category) => permitted.has(category))) {
        leftOut += 1;
        return [];
      }
      if (counts) worthAsking = true;
      if (top) asked.add(responseKey(selection));
      const below = contract.fieldType(parent, selection.name.value);
      if (selection.selectionSet === undefined || below === undefined) return [selection];
      const before = leftOut;
      const fields = prunedFields(selection.selectionSet, below, false);
      if (top && leftOut > before) cut.add(responseKey(selection));
      return [{ ...selection, selectionSet: setOf(fields.length === 0 ? [TYPENAME] : fields) }];
    });
  const selections = parts.map(({ type, selectionSet }): SelectionNode => {
    const fields = prunedFields(selectionSet, type, true);
    const identified = isClient ? [...fields, CLIENT_ID] : fields.length === 0 ? [TYPENAME] : fields;
    return {
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: name(type) },
      selectionSet: setOf(identified),
    };
  });
  return {
    selections,
    // Agencies are asked the same text again and again: nothing in it is for readers.
    text: stripIgnoredCharacters(selections.map((selection) => print(selection)).join(' ')),
    variables: variablesIn(setOf(selections)),
    worthAsking,
    asked: [...asked],
    cut,
    keys: [...keys],
  };
}

/** Whether a field of a client tells only which client it is. */
export function isIdentity(field: FieldNode): boolean {
  return field.name.value === 'id' || field.name.value === '__typename';
}

/** The categories that the fields of a selection set need, each once. Fragments must have been spread. */
function neededCategories(set: SelectionSetNode, typeName: string, contract: Contract): readonly CategoryName[] {
  const needed = new Set<CategoryName>();
  const walk = (selections: SelectionSetNode, parent: string): void => {
    for (const selection of selections.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? parent);
      } else if (selection.kind === Kind.FIELD) {
        for (const category of contract.categories(parent, selection.name.value))
          if (isCategory(category)) needed.add(category);
        const below = contract.fieldType(parent, selection.name.value);
        if (selection.selectionSet !== undefined && below !== undefined) walk(selection.selectionSet, below);
      }
    }
  };
  walk(set, typeName);
  return [...needed];
}

/** The fragments of a document, by name. */
export function fragmentsOf(definitions: DocumentNode['definitions']): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
}

/** Replaces every fragment spread by an inline fragment of the same type condition. */
export function spreadFragments(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): SelectionSetNode {
  return setOf(
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

/** Names of the variables that a selection set uses. */
export function variablesIn(set: SelectionSetNode): readonly string[] {
  const names = new Set<string>();
  visit(set, { Variable: (node) => void names.add(node.name.value) });
  return [...names];
}

export function responseKey(field: FieldNode): string {
  return field.alias?.value ?? field.name.value;
}

export function setOf(selections: readonly SelectionNode[]): SelectionSetNode {
  return { kind: Kind.SELECTION_SET, selections };
}

function name(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
