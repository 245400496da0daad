/**
 * The canonical JSON text of a value: object members sorted by UTF-16 code units, no white space.
 *
 * Numbers and strings are those of ECMAScript, which RFC 8785 adopts; a member that is undefined is left out, as JSON does.
 * Throws `TypeError` for what JSON cannot hold, and for a lone surrogate, which has no UTF-8 bytes (RFC 8785 § 3.2.2.2).
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalize(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quote(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  // Array.from sees the holes of a sparse array, which map would skip.
  if (Array.isArray(value)) return `[${Array.from(value, canonicalize).join(',')}]`;
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${quote(name)}:${canonicalize(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new TypeError(
    `Canonical JSON holds null, booleans, finite numbers, strings, arrays and plain objects, not ${typeof value}.`,
  );
}

function quote(text: string): string {
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('Canonical JSON holds no lone surrogate.');
  return JSON.stringify(text);
}
