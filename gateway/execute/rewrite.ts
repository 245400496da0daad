import type { FetchDataRewrite } from '@apollo/query-planner';
import type { Contract } from '../contract.ts';

/** Changes representations before they are sent, or an answer before it is merged; in place. */
export type Rewrite = (value: unknown) => void;

type Data = Record<string, unknown>;

/** The rewrites of one fetch, compiled. Source: `FetchDataRewrite` of Apollo's planner, for `@interfaceObject` and for aliases that meet. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  contract: Contract,
): readonly Rewrite[] {
  return (rewrites ?? []).map((rewrite) => {
    const above = rewrite.path.slice(0, -1);
    const last = rewrite.path.at(-1);
    if (last === undefined) return () => {};
    const change = changeOf(rewrite, last);
    return (value) => descend(value, above, 0, change, contract);
  });
}

function changeOf(rewrite: FetchDataRewrite, field: string): (data: Data) => void {
  if (rewrite.kind === 'ValueSetter') {
    const { setValueTo } = rewrite;
    return (data) => {
      data[field] = setValueTo;
    };
  }
  const { renameKeyTo } = rewrite;
  return (data) => {
    if (!Object.hasOwn(data, field)) return;
    data[renameKeyTo] = data[field];
    delete data[field];
  };
}

const FRAGMENT = '... on ';

function descend(
  value: unknown,
  path: readonly string[],
  at: number,
  change: (data: Data) => void,
  contract: Contract,
): void {
  if (Array.isArray(value)) {
    for (const member of value) descend(member, path, at, change, contract);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const data = value as Data;
  const step = path[at];
  if (step === undefined) change(data);
  else if (step.startsWith(FRAGMENT)) {
    const typename = data.__typename;
    // An object that does not say what it is was asked under this fragment alone.
    if (typeof typename !== 'string' || contract.isSubtype(step.slice(FRAGMENT.length), typename))
      descend(data, path, at + 1, change, contract);
  } else if (Object.hasOwn(data, step)) descend(data[step], path, at + 1, change, contract);
}
