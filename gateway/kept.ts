/** What is kept under a key, made when first asked for; at most `limit` are kept, the oldest goes first. */
export function kept<Key, Value>(map: Map<Key, Value>, limit: number, key: Key, make: () => Value): Value {
  const before = map.get(key);
  if (before !== undefined) return before;
  const made = make();
  if (map.size >= limit) map.delete(map.keys().next().value as Key);
  map.set(key, made);
  return made;
}
