/**
 * Where a value ends that is as it was asked and written as `JSON.stringify` writes it; -1 for any other, and for one that would have to be
 * looked at more closely. `bytes`: UTF-8.
 */
export type Scan = (bytes: Uint8Array, at: number) => number;

const [QUOTE, BACKSLASH, COMMA, MINUS, POINT, ZERO, NINE] = [0x22, 0x5c, 0x2c, 0x2d, 0x2e, 0x30, 0x39] as const;
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d] as const;

export function scanText(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return -1;
  for (let next = at + 1; next < bytes.length; next += 1) {
    const byte = bytes[next] as number;
    if (byte === QUOTE) return next + 1;
    // JSON has several ways to write an escaped character.
    if (byte === BACKSLASH || byte < 0x20) return -1;
  }
  return -1;
}

/** Decimal numbers as ECMAScript writes them: nine digits before the point and six after it at most. */
export function scanFloat(bytes: Uint8Array, at: number): number {
  let end = scanInt(bytes, at);
  if (end < 0) return -1;
  if (bytes[end] === POINT) {
    const fraction = end + 1;
    end = fraction;
    while (isDigit(bytes[end])) end += 1;
    if (end === fraction || end - fraction > 6 || bytes[end - 1] === ZERO) return -1;
  }
  return end;
}

/** Whole numbers of at most nine digits: all of them are an Int. What follows one, who asked looks at. */
export function scanInt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] === MINUS ? at + 1 : at;
  let end = first;
  while (isDigit(bytes[end])) end += 1;
  if (end === first || end - first > 9) return -1;
  return bytes[first] === ZERO && (end - first > 1 || (first > at && bytes[end] !== POINT)) ? -1 : end;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Where what follows a literal begins; -1 when it is not there, or there is no place to look at. */
export function after(bytes: Uint8Array, at: number, literal: Uint8Array): number {
  if (at < 0) return -1;
  for (let each = 0; each < literal.length; each += 1) if (bytes[at + each] !== literal[each]) return -1;
  return at + literal.length;
}

/** What stands before the value of a member: of an object, the first one or a later one. */
export function memberName(key: string, place: number): Buffer {
  return Buffer.from(`${place === 0 ? '{' : ','}${JSON.stringify(key)}:`);
}

/** One of some texts, in quotation marks or without. */
export function scanOneOf(texts: readonly string[]): Scan {
  const literals = texts.map((text) => Buffer.from(text));
  return (bytes, at) => {
    for (const literal of literals) {
      const end = after(bytes, at, literal);
      if (end > 0) return end;
    }
    return -1;
  };
}

export const scanBoolean: Scan = scanOneOf(['true', 'false']);
export const scanNull: Scan = scanOneOf(['null']);

export function scanNullable(scan: Scan): Scan {
  return (bytes, at) => (bytes[at] === 0x6e ? scanNull(bytes, at) : scan(bytes, at));
}

let length = 0;

/** How many members the list had that was scanned last: of lists in a list, the outer one. */
export function lengthOfLast(): number {
  return length;
}

export function scanList(scan: Scan): Scan {
  return (bytes, at) => {
    if (bytes[at] !== OPEN_LIST) return -1;
    let members = 0;
    let end = at + 1;
    if (bytes[end] !== CLOSE_LIST) {
      do {
        // Over the bracket, or the comma.
        end = scan(bytes, members === 0 ? end : end + 1);
        if (end < 0) return -1;
        members += 1;
      } while (bytes[end] === COMMA);
      if (bytes[end] !== CLOSE_LIST) return -1;
    }
    length = members;
    return end + 1;
  };
}

/** An object with these members in this order, and no others. */
export function scanObject(members: readonly (readonly [key: string, scan: Scan])[]): Scan {
  const fields = members.map(([key, scan], place) => ({ name: memberName(key, place), scan }));
  return (bytes, start) => {
    let at = start;
    for (const { name, scan } of fields) {
      at = after(bytes, at, name);
      if (at < 0) return -1;
      at = scan(bytes, at);
      if (at < 0) return -1;
    }
    return bytes[at] === CLOSE_OBJECT ? at + 1 : -1;
  };
}

/** Where any value ends, right or not, with what is in it; -1 where it has no end. */
export function skipValue(bytes: Uint8Array, at: number): number {
  let depth = 0;
  for (let next = at; next < bytes.length; next += 1) {
    const byte = bytes[next];
    if (byte === QUOTE) {
      for (next += 1; next < bytes.length && bytes[next] !== QUOTE; next += 1) if (bytes[next] === BACKSLASH) next += 1;
    } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
      depth += 1;
    } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) {
      if (depth === 0) return next;
      depth -= 1;
    } else if (byte === COMMA && depth === 0) {
      return next;
    }
  }
  return -1;
}
