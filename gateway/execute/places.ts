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

/** Where an object stands in the answer. */
export interface Standing {
  readonly place: Data;
  /** With indexes. */
  readonly path: readonly (string | number)[];
  /** The objects above it, the root first. */
  readonly above: readonly Data[];
}

/** Where each object at a path stands, in the order of the answer; made only when somebody has to say so. */
export function standingsAt(data: Data, path: Path): readonly Standing[] {
  const found: Standing[] = [];
  const walk = (value: unknown, at: number, way: Standing['path'], above: readonly Data[]): void => {
    if (Array.isArray(value)) {
      const next = path[at] === '@' ? at + 1 : at;
      for (const [index, member] of value.entries()) walk(member, next, [...way, index], above);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const place = value as Data;
    const step = path[at];
    if (step === undefined) found.push({ place, path: way, above });
    else if (step !== '@' && Object.hasOwn(place, step)) walk(place[step], at + 1, [...way, step], [...above, place]);
  };
  walk(data, 0, [], []);
  return found;
}

/** The part of a path before its first list: it holds for every object there. */
export function beforeList(path: Path): readonly string[] {
  const list = path.indexOf('@');
  return list === -1 ? path : path.slice(0, list);
}
