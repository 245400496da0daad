import { type DocumentNode, Kind, type SelectionNode, visit } from 'graphql';
import { isIncluded } from '../asked.ts';
import { setOf, TYPENAME } from './prune.ts';

/** Values of the variables in `@skip` and `@include`. */
export type Conditions = Readonly<Record<string, boolean>>;

/** Combinations of values for which something is kept; more are made anew each time. */
const KEPT = 64;

/** What is made once for each combination of the values of a document's `@skip` and `@include`; takes coerced variables. */
export function byConditions<Made>(
  document: DocumentNode,
  make: (conditions: Conditions) => Made,
): (variables: Readonly<Record<string, unknown>>) => Made {
  const names = conditionVariables(document);
  const kept = new Map<string, Made>();
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('');
    const before = kept.get(key);
    if (before !== undefined) return before;
    const made = make(Object.fromEntries(names.map((name) => [name, variables[name] === true])));
    if (kept.size < KEPT) kept.set(key, made);
    return made;
  };
}

function conditionVariables(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/**
 * The document without what `@skip(if: true)` and `@include(if: false)` leave out, as the planner is to see it.
 *
 * Apollo's planner forgets such a condition below one of a variable: agencies would be asked for what nobody asked, and no entry names.
 */
export function withoutLeftOut(document: DocumentNode): DocumentNode {
  const drop = ({ directives }: SelectionNode) => (isIncluded(directives, {}) ? undefined : null);
  return visit(document, {
    Field: drop,
    InlineFragment: drop,
    FragmentSpread: drop,
    SelectionSet: { leave: ({ selections }) => (selections.length === 0 ? setOf([TYPENAME]) : undefined) },
  });
}
