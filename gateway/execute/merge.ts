import { Raw } from './raw.ts';

type Data = Record<string, unknown>;

/**
 * Merges what an agency gave of an object into what is known of it: members of objects and of lists of one length are merged, all
 * else is replaced. `keys`: the response keys that were asked; nothing else is taken.
 */
export function mergeAsked(target: Data, source: Readonly<Data>, keys: readonly string[]): void {
  for (const key of keys) {
    if (!Object.hasOwn(source, key)) continue;
    const value = source[key];
    if (value === undefined) continue;
    const before = target[key];
    target[key] = before == null ? value : mergeValue(before, value);
  }
}

/** The same for all of its keys. */
export function mergeAll(target: Data, source: Readonly<Data>): void {
  for (const key of Object.keys(source)) {
    // JSON may have it as a name of its own; set here, it would be the prototype.
    if (key === '__proto__') continue;
    const before = Object.hasOwn(target, key) ? target[key] : undefined;
    target[key] = before == null ? source[key] : mergeValue(before, source[key]);
  }
}

function mergeValue(before: unknown, value: unknown): unknown {
  if (value instanceof Raw) return value;
  if (Array.isArray(value)) {
    if (!Array.isArray(before) || before.length !== value.length) return value;
    for (let at = 0; at < value.length; at += 1) before[at] = mergeValue(before[at], value[at]);
    return before;
  }
  if (!isObject(value) || !isObject(before)) return value;
  mergeAll(before, value);
  return before;
}

function isObject(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
