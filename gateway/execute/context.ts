import type { EntityFetch } from './nodes.ts';
import { type Data, standingsAt } from './places.ts';
import type { Run } from './run.ts';

export interface Context {
  readonly values: Readonly<Record<string, unknown>>;
  /** Tells entities with other values apart; empty where nothing comes from above. */
  readonly key: string;
}

const NONE: Context = { values: {}, key: '' };

/** The values that the arguments of an entity take from the data above it. Source: `@context`, `@fromContext` (federation 2.8). */
export function contextOf({ context, path }: EntityFetch, { data, contract }: Run): (place: Data) => Context {
  if (context.length === 0) return () => NONE;
  const above = new Map(standingsAt(data, path).map((standing) => [standing.place, standing.above]));
  return (place) => {
    const line = [...(above.get(place) ?? []), place];
    const values: Record<string, unknown> = {};
    for (const { variable, path } of context) {
      let up = 0;
      while (path[up] === '..') up += 1;
      const value = down(line.at(-1 - up), path.slice(up), contract.isSubtype);
      if (value !== undefined) values[variable] = value;
      else values[variable] ??= null;
    }
    return { values, key: `|${JSON.stringify(values)}` };
  };
}

const FRAGMENT = '... on ';

/** Undefined where an object on the way is of another type, or the value is not there. */
function down(
  value: unknown,
  path: readonly string[],
  isSubtype: (condition: string, typeName: string) => boolean,
): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.map((member) => down(member, path, isSubtype));
  if (typeof value !== 'object' || value === null) return value === null ? null : undefined;
  const { __typename } = value as Data;
  if (step.startsWith(FRAGMENT)) {
    const fits = typeof __typename !== 'string' || isSubtype(step.slice(FRAGMENT.length), __typename);
    return fits ? down(value, rest, isSubtype) : undefined;
  }
  return Object.hasOwn(value, step) ? down((value as Data)[step], rest, isSubtype) : undefined;
}
