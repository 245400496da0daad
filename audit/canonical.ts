/**
 * The canonical JSON text of a value: object members sorted by UTF-16 code units, no white space.
 *
 * Numbers and strings are those of ECMAScript, which RFC 8785 adopts. Throws `TypeError` for what JSON cannot hold.
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalize(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonicalize(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(
    `Canonical JSON holds null, booleans, finite numbers, strings, arrays and plain objects, not ${typeof value}.`,
  );
}
