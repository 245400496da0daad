/**
 * The canonical JSON text of a value: object members sorted by UTF-16 code units, no white space.
 *
 * Numbers and strings are those of ECMAScript, which RFC 8785 adopts; a member that is undefined is left out, as JSON does.
 * Throws `TypeError` for what JSON cannot hold, and for a lone surrogate, which has no UTF-8 bytes (RFC 8785 § 3.2.2.2).
 * Source: RFC 8785 (JSON Canonicalization Scheme).
 */
export function canonicalize(value: unknown): string {
  if (isInOrder(value)) {
    const text = JSON.stringify(value);
    // What may be the escape of a lone surrogate, and may be a text about one, is looked at closely.
    if (!text.includes('\\ud')) return text;
  }
  return write(value);
}

/** Whether JSON.stringify writes a value canonically, lone surrogates aside: then it does so many times faster. */
function isInOrder(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) if (!isInOrder(value[at])) return false;
    return true;
  }
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false;
  let before = '';
  for (const name in value) {
    const member = (value as Readonly<Record<string, unknown>>)[name];
    if (name < before || name === 'toJSON' || (member !== undefined && !isInOrder(member))) return false;
    before = name;
  }
  return true;
}

function write(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    let members = '';
    // By index, which sees the holes of a sparse array too.
    for (let at = 0; at < value.length; at += 1) members += `${at === 0 ? '' : ','}${canonicalize(value[at])}`;
    return `[${members}]`;
  }
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
    let members = '';
    for (const name of inOrder(Object.keys(value))) {
      const member = (value as Readonly<Record<string, unknown>>)[name];
      if (member === undefined) continue;
      members += `${members === '' ? '' : ','}${quote(name)}:${canonicalize(member)}`;
    }
    return `{${members}}`;
  }
  throw new TypeError(
    `Canonical JSON holds null, booleans, finite numbers, strings, arrays and plain objects, not ${typeof value}.`,
  );
}

/** Most objects are written in order already. */
function inOrder(names: string[]): readonly string[] {
  for (let at = 1; at < names.length; at += 1) {
    if ((names[at - 1] as string) > (names[at] as string)) return names.sort((a, b) => (a < b ? -1 : 1));
  }
  return names;
}

/** Printable ASCII without the quotation mark and the backslash stands for itself. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A string as canonical JSON. Throws `TypeError` like `canonicalize`. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  if (/\p{Surrogate}/u.test(text)) throw new TypeError('Canonical JSON holds no lone surrogate.');
  return JSON.stringify(text);
}
