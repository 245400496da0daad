import type { QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { Contract } from '../contract.ts';
import { mergeAll } from './merge.ts';

/** What a representation is made of. `_Any` of the subgraph specification. */
export type Representation = Record<string, unknown> & { __typename: string };

/** The representation of an object for one entity fetch; null for one that lacks what is required, or is of another type. */
export type Project = (entity: Readonly<Record<string, unknown>>) => Representation | null;

type Projected = Record<string, unknown> | null | undefined;

/** The `requires` of a fetch, compiled: which keys and required fields of an object are sent to the agency. */
export function compileProjector(requires: readonly QueryPlanSelectionNode[], contract: Contract): Project {
  const project = projectorOf(requires, contract);
  return (entity) => {
    const projected = project(entity);
    return projected == null || typeof projected.__typename !== 'string' ? null : (projected as Representation);
  };
}

/** Undefined: something required is not there. */
function projectorOf(
  selections: readonly QueryPlanSelectionNode[],
  contract: Contract,
): (source: Readonly<Record<string, unknown>>) => Projected {
  const [only] = selections;
  if (selections.length === 1 && only?.kind === 'InlineFragment') return projectorOfFragment(only, contract);
  const steps = selections.map((selection) => {
    if (selection.kind === 'InlineFragment') {
      const below = projectorOfFragment(selection, contract);
      return (source: Readonly<Record<string, unknown>>, target: Record<string, unknown>): boolean => {
        mergeAll(target, below(source));
        return true;
      };
    }
    const key = selection.alias ?? selection.name;
    const below = selection.selections && projectorOf(selection.selections, contract);
    return (source: Readonly<Record<string, unknown>>, target: Record<string, unknown>): boolean => {
      if (!Object.hasOwn(source, key)) return false;
      const value = source[key];
      if (value === undefined) return false;
      target[key] = below === undefined ? value : projectValue(value, below);
      return true;
    };
  });
  return (source) => {
    const target: Record<string, unknown> = {};
    for (const step of steps) if (!step(source, target)) return undefined;
    return target;
  };
}

/** What an object has of a fragment: all of it, or nothing. */
function projectorOfFragment(
  { typeCondition, selections }: QueryPlanInlineFragmentNode,
  contract: Contract,
): (source: Readonly<Record<string, unknown>>) => Record<string, unknown> {
  const project = projectorOf(selections, contract);
  return (source) => {
    const { __typename } = source;
    if (typeCondition === undefined || typeof __typename !== 'string') return {};
    return contract.isSubtype(typeCondition, __typename) ? (project(source) ?? {}) : {};
  };
}

function projectValue(value: unknown, below: (source: Readonly<Record<string, unknown>>) => Projected): unknown {
  if (Array.isArray(value)) return value.map((member) => projectValue(member, below));
  if (typeof value !== 'object' || value === null) return null;
  return below(value as Readonly<Record<string, unknown>>) ?? null;
}
