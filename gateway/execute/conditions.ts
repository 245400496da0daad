import { type ASTNode, type DirectiveNode, Kind, type SelectionNode, visit } from 'graphql';
import { isIncluded } from '../asked.ts';
import { kept } from '../kept.ts';
import { setOf, TYPENAME } from './prune.ts';

/** Values of the variables in `@skip` and `@include`. */
export type Conditions = Readonly<Record<string, boolean>>;

/** Combinations of values for which something is kept. */
const KEPT = 64;

/** What is made once for each combination of the values of the `@skip` and `@include` in these nodes, `id` telling which; takes coerced variables. */
export function byConditions<Made>(
  nodes: readonly ASTNode[],
  make: (conditions: Conditions, id: string) => Made,
): (variables: Readonly<Record<string, unknown>>) => Made {
  const names = conditionVariables(nodes);
  const made = new Map<string, Made>();
  return (variables) => {
    const key = names.map((name) => (variables[name] === true ? '1' : '0')).join('');
    return kept(made, KEPT, key, () =>
      make(Object.fromEntries(names.map((name) => [name, variables[name] === true])), key),
    );
  };
}

function conditionVariables(nodes: readonly ASTNode[]): readonly string[] {
  const names = new Set<string>();
  const Directive = (node: DirectiveNode): void => {
    if (!isCondition(node)) return;
    for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
  };
  for (const node of nodes) visit(node, { Directive });
  return [...names];
}

function isCondition({ name }: DirectiveNode): boolean {
  return name.value === 'skip' || name.value === 'include';
}

/**
 * A document, or a part of one, without what `@skip` and `@include` leave out for these conditions, and without those conditions.
 *
 * Without any, only those that are constant are known: the planner is to see the document so. Apollo's planner forgets such a
 * condition below one of a variable: agencies would be asked for what nobody asked, and no entry names.
 */
export function withoutLeftOut<Node extends ASTNode>(node: Node, conditions: Conditions = {}): Node {
  const drop = ({ directives }: SelectionNode) => (isIncluded(directives, conditions) ? undefined : null);
  return visit(node, {
    Field: drop,
    InlineFragment: drop,
    FragmentSpread: drop,
    Directive: (directive) => (isCondition(directive) && isKnown(directive, conditions) ? null : undefined),
    SelectionSet: { leave: ({ selections }) => (selections.length === 0 ? setOf([TYPENAME]) : undefined) },
  });
}

function isKnown({ arguments: given }: DirectiveNode, conditions: Conditions): boolean {
  return (given ?? []).every(
    ({ value }) => value.kind !== Kind.VARIABLE || Object.hasOwn(conditions, value.name.value),
  );
}
