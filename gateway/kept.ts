/** What is kept for an object, made when first asked for, for as long as the object is there. */
export function keptFor<Key extends WeakKey, Value>(map: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  map.set(key, made);
  return made;
}

/** What is kept under a key, made when first asked for; at most `limit` are kept, the oldest goes first. */
export function kept<Key, Value>(map: Map<Key, Value>, limit: number, key: Key, make: () => Value): Value {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  if (map.size >= limit) map.delete(map.keys().next().value as Key);
  map.set(key, made);
  return made;
}
