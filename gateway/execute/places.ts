import type { Path } from './nodes.ts';

/** An object of the answer as it is put together. */
export type Data = Record<string, unknown>;

/** The objects at a path of the answer, in its order; those that are null are not there. */
export function placesAt(data: Data, path: Path): readonly Data[] {
  const found: Data[] = [];
  visitPlaces(data, path, 0, (place) => found.push(place));
  return found;
}

function visitPlaces(value: unknown, path: Path, at: number, found: (place: Data) => void): void {
  if (Array.isArray(value)) {
    const next = path[at] === '@' ? at + 1 : at;
    for (const member of value) visitPlaces(member, path, next, found);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const step = path[at];
  if (step === undefined) found(value as Data);
  else if (step !== '@' && Object.hasOwn(value, step)) visitPlaces((value as Data)[step], path, at + 1, found);
}

/** Where each object at a path stands in the answer, with its indexes: made only when an error has to say so. */
export function pathsAt(data: Data, path: Path): ReadonlyMap<Data, readonly (readonly (string | number)[])[]> {
  const paths = new Map<Data, (readonly (string | number)[])[]>();
  const walk = (value: unknown, at: number, above: readonly (string | number)[]): void => {
    if (Array.isArray(value)) {
      const next = path[at] === '@' ? at + 1 : at;
      for (const [index, member] of value.entries()) walk(member, next, [...above, index]);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const place = value as Data;
    const step = path[at];
    if (step === undefined) paths.set(place, [...(paths.get(place) ?? []), above]);
    else if (step !== '@' && Object.hasOwn(place, step)) walk(place[step], at + 1, [...above, step]);
  };
  walk(data, 0, []);
  return paths;
}

/** The objects above each object at a path, the root first. */
export function ancestorsAt(data: Data, path: Path): ReadonlyMap<Data, readonly Data[]> {
  const ancestors = new Map<Data, readonly Data[]>();
  const walk = (value: unknown, at: number, above: readonly Data[]): void => {
    if (Array.isArray(value)) {
      const next = path[at] === '@' ? at + 1 : at;
      for (const member of value) walk(member, next, above);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const place = value as Data;
    const step = path[at];
    if (step === undefined) ancestors.set(place, above);
    else if (step !== '@' && Object.hasOwn(place, step)) walk(place[step], at + 1, [...above, place]);
  };
  walk(data, 0, []);
  return ancestors;
}

/** The part of a path before its first list: it holds for every object there. */
export function beforeList(path: Path): readonly string[] {
  const list = path.indexOf('@');
  return list === -1 ? path : path.slice(0, list);
}
