import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { type CategoryName, isCategory } from '../schema/categories.ts';
import type { Contract } from './contract.ts';

/**
 * The categories asked for below a selection set, in the order of the document, each once.
 *
 * `@skip` and `@include` are honoured: what is left out is not asked. Fragments must not be cyclic (admitted documents are not).
 */
export function askedCategories(
  selections: SelectionSetNode | undefined,
  typeName: string,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  contract: Contract,
): readonly CategoryName[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const asked = new Set<CategoryName>();
  const visited = new Set<string>();

  const walk = (set: SelectionSetNode | undefined, parent: string): void => {
    for (const selection of set?.selections ?? []) {
      if (!isIncluded(selection.directives, variables)) continue;
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        walk(selection.selectionSet, selection.typeCondition?.name.value ?? parent);
      } else if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        // Once a fragment and parent type is enough: categories are a set.
        if (fragment === undefined || visited.has(fragment.name.value)) continue;
        visited.add(fragment.name.value);
        walk(fragment.selectionSet, fragment.typeCondition.name.value);
      } else {
        for (const name of contract.categories(parent, selection.name.value)) if (isCategory(name)) asked.add(name);
        const below = contract.fieldType(parent, selection.name.value);
        if (below !== undefined) walk(selection.selectionSet, below);
      }
    }
  };
  walk(selections, typeName);
  return [...asked];
}

/** Whether `@skip` and `@include` leave a selection in (GraphQL § 3.13.1–2). */
export function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  for (const directive of directives ?? []) {
    const argument = directive.arguments?.find(({ name }) => name.value === 'if');
    if (argument === undefined) continue;
    const condition = valueFromASTUntyped(argument.value, variables as Record<string, unknown>);
    if (directive.name.value === 'skip' && condition === true) return false;
    if (directive.name.value === 'include' && condition === false) return false;
  }
  return true;
}
