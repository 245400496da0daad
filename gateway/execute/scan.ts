import { Raw } from './raw.ts';

/**
 * The text of a regular expression that takes a value which is as it was asked and written as `JSON.stringify` writes it, in a text
 * with a character for each byte.
 *
 * None takes the same value in two ways, and each looks a bounded number of characters ahead: a scan takes time in proportion to what is
 * scanned, also where that is hostile. What follows a number is for what stands around it to refuse.
 */
export type Pattern = string;

/** Without escapes: JSON has several ways to write an escaped character. */
export const TEXT: Pattern = String.raw`"[^"\\\x00-\x1f]*"`;
/** Of at most nine digits: all of them are an Int. */
export const INT: Pattern = String.raw`(?:0|-?[1-9]\d{0,8})`;
/** As ECMAScript writes them: nine digits before the point and six after it at most. */
export const FLOAT: Pattern = String.raw`(?:-?(?:0|[1-9]\d{0,8})\.\d{0,5}[1-9]|${INT})`;
export const BOOLEAN: Pattern = '(?:true|false)';

/** One of some names, as a text. */
export function oneOf(names: readonly string[]): Pattern {
  return `"(?:${names.join('|')})"`;
}

export function nullable(pattern: Pattern): Pattern {
  return `(?:null|${pattern})`;
}

export function listOf(member: Pattern): Pattern {
  return String.raw`\[(?:${memberOf(member)})*\]`;
}

/** An object with these members in this order, and no others. */
export function objectOf(members: readonly (readonly [key: string, pattern: Pattern])[]): Pattern {
  return String.raw`\{${members.map(([key, pattern]) => `"${key}":${pattern}`).join(',')}\}`;
}

/** A member of a list, and the comma after it unless it is the last one. */
function memberOf(member: Pattern): Pattern {
  return String.raw`${member}(?:,(?!\])|(?=\]))`;
}

/** Reads a value that begins at a place of a text, if it is as it was asked; a list tells how many members it has. */
export type Scan = (text: string, at: number) => Raw | undefined;

export function scanObject(pattern: Pattern): Scan {
  const object = new RegExp(pattern, 'y');
  return (text, at) => {
    object.lastIndex = at;
    return takes(object, text) ? new Raw(text.slice(at, object.lastIndex), 1) : undefined;
  };
}

/** `pattern`: of one member. */
export function scanList(pattern: Pattern): Scan {
  const member = new RegExp(memberOf(pattern), 'y');
  return (text, at) => {
    if (text[at] !== '[') return undefined;
    let end = at + 1;
    let members = 0;
    for (member.lastIndex = end; takes(member, text); end = member.lastIndex) members += 1;
    return text[end] === ']' ? new Raw(text.slice(at, end + 1), members) : undefined;
  };
}

function takes(pattern: RegExp, text: string): boolean {
  try {
    return pattern.test(text);
  } catch {
    // V8 remembers each member of an inner list until the value has ended, and has room for a few millions of them.
    return false;
  }
}

/** Where any value ends, right or not, with what is in it; -1 where it has no end. */
export function skipValue(text: string, at: number): number {
  let depth = 0;
  for (let next = at; next < text.length; next += 1) {
    const character = text[next];
    if (character === '"') {
      for (next += 1; next < text.length && text[next] !== '"'; next += 1) if (text[next] === '\\') next += 1;
    } else if (character === '[' || character === '{') {
      depth += 1;
    } else if (character === ']' || character === '}') {
      if (depth === 0) return next;
      depth -= 1;
    } else if (character === ',' && depth === 0) {
      return next;
    }
  }
  return -1;
}
