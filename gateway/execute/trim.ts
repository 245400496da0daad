import { Kind, type SelectionNode } from 'graphql';
import { remember } from '../../consent/remember.ts';
import type { Contract } from '../contract.ts';
import { kept } from '../kept.ts';
import type { Data } from './places.ts';
import { responseKey } from './prune.ts';
import { Raw } from './raw.ts';

/** Takes out of a value, in place, every member that was not asked: whatever an agency adds, nobody was permitted it. */
export type Trim = (value: unknown) => void;

interface Asked {
  readonly selections: readonly SelectionNode[];
}

const trims = new WeakMap<Asked, Trim>();

/** The trim of an object, or of a list of them, of which these selections were asked; compiled once. Fragments must have been spread. */
export function trimOf(asked: Asked, contract: Contract): Trim {
  return remember(trims, asked, () => compileTrim(asked, contract));
}

function compileTrim(asked: Asked, contract: Contract): Trim {
  const byType = new Map<unknown, Members>();
  // Objects in one place are mostly of one type.
  let last: unknown;
  let members: Members | undefined;
  const trim: Trim = (value) => {
    if (typeof value !== 'object' || value === null || value instanceof Raw) return;
    if (Array.isArray(value)) {
      for (const member of value) trim(member);
      return;
    }
    const data = value as Data;
    const { __typename: type } = data;
    if (members === undefined || type !== last) {
      members = kept(byType, KEPT, type, () => membersOf(asked, type, contract));
      last = type;
    }
    const stays = members;
    for (const key in data) {
      const below = stays.get(key);
      if (below === undefined) delete data[key];
      else below?.(data[key]);
    }
  };
  return trim;
}

/** An agency names types as it likes. */
const KEPT = 64;

/** By response key; null for what has no selections. */
type Members = ReadonlyMap<string, Trim | null>;

function membersOf(asked: Asked, type: unknown, contract: Contract): Members {
  const selections = new Map<string, SelectionNode[]>();
  const walk = (set: Asked): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        // An agency does not say what type it is where it was not asked.
        const isFor = condition === undefined || typeof type !== 'string' || contract.mayBe(condition, type);
        if (isFor) walk(selection.selectionSet);
      } else if (selection.kind === Kind.FIELD) {
        const below = selections.get(responseKey(selection)) ?? [];
        selections.set(responseKey(selection), [...below, ...(selection.selectionSet?.selections ?? [])]);
      }
    }
  };
  walk(asked);
  return new Map(
    [...selections].map(([key, below]) => [
      key,
      below.length === 0 ? null : compileTrim({ selections: below }, contract),
    ]),
  );
}
