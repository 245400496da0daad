/**
 * Whether a text is the canonical JSON of its value (RFC 8785).
 *
 * ECMAScript writes numbers and strings as the RFC does, so what remains is the order of members, and lone surrogates.
 */
export function isCanonical(text: string, value: unknown): boolean {
  // Written by the engine at once, which keeps the order of members but for those named like array indexes.
  return (isSorted(value) && JSON.stringify(value) === text) || write(value) === text ? isWellFormed(text) : false;
}

/** The engine escapes a lone surrogate, which has no UTF-8 bytes (RFC 8785 § 3.2.2.2), and no other one. */
function isWellFormed(text: string): boolean {
  return !text.includes('\\ud') || !/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(text);
}

function isSorted(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isSorted);
  let before = '';
  for (const name in value) {
    if (name < before || !isSorted((value as Record<string, unknown>)[name])) return false;
    before = name;
  }
  return true;
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${write(member)}`).join(',')}}`;
}
