import type { Data } from './places.ts';

/** A value of an agency’s answer that is as it was asked, down to its leaves: its bytes go into the hub’s answer as they are. */
export class Raw {
  /** JSON, a character for each byte of its UTF-8. */
  readonly text: string;
  /** Members of a list; 1 for an object. */
  readonly records: number;

  constructor(text: string, records: number) {
    this.text = text;
    this.records = records;
  }
}

/**
 * JSON of a value, a character for each byte of its UTF-8: such texts are put together without a look at what is in them.
 *
 * `hasRaw`: whether there may be raw values in it; without any it is written by `JSON.stringify`, which is faster.
 */
export function writeJson(value: object, hasRaw: boolean): string {
  return hasRaw ? write(value) : inBytes(JSON.stringify(value));
}

function write(value: unknown): string {
  if (typeof value === 'string') return quoteInBytes(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (value instanceof Raw) return value.text;
  let members = '';
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) members += at === 0 ? write(value[at]) : `,${write(value[at])}`;
    return `[${members}]`;
  }
  for (const name in value) {
    const member = (value as Data)[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${quoteInBytes(name)}:${write(member)}`;
  }
  return `{${members}}`;
}

/** Printable ASCII without the quotation mark and the backslash stands for itself. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** A text as JSON, a character for each byte of its UTF-8. */
export function quoteInBytes(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : inBytes(JSON.stringify(text));
}

/** A character for each byte of a text's UTF-8. */
export function inBytes(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString('latin1');
}
