import { mayHavePrototype } from '../agency/answer.ts';
import type { Data } from './places.ts';
import { IDENTITY } from './prune.ts';
import { after, lengthOfLast, memberName, type Scan, scanNull, scanText, skipValue } from './scan.ts';

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
  if (typeof value === 'string') return quote(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (value instanceof Raw) return value.text;
  let members = '';
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at += 1) members += at === 0 ? write(value[at]) : `,${write(value[at])}`;
    return `[${members}]`;
  }
  for (const name in value) {
    const member = (value as Data)[name];
    if (member !== undefined) members += `${members === '' ? '' : ','}${quote(name)}:${write(member)}`;
  }
  return `{${members}}`;
}

/** Printable ASCII without the quotation mark and the backslash stands for itself. */
const PLAIN = /^[ !#-[\]-~]*$/;

function quote(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : inBytes(JSON.stringify(text));
}

/** A character for each byte of a text's UTF-8. */
export function inBytes(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString('latin1');
}

/** One aliased `_entities` of clients, as it was asked. */
export interface AskedEntities {
  readonly count: number;
  readonly read: ReadEntity;
}

/** An answer, and the same with a character for each byte. */
interface Body {
  readonly bytes: Buffer;
  readonly text: string;
}

/** Reads an object that begins at a place, into another one; gives its end, -1 where it is not as asked. */
export type ReadEntity = (body: Body, at: number, entity: Data) => number;

/**
 * Compiles how an entity with these members, and its identity after them, is read.
 *
 * `scans`: by key, for values that may stay raw.
 */
export function compileReader(keys: readonly string[], scans: ReadonlyMap<string, Scan>): ReadEntity {
  const members = keys.map((key, place) => ({ key, name: memberName(key, place), scan: scans.get(key) }));
  const identity = memberName(IDENTITY, keys.length);
  return (body, start, entity) => {
    const { bytes } = body;
    let at = start;
    for (const { key, name, scan } of members) {
      at = after(bytes, at, name);
      if (at < 0) return -1;
      at = readValue(body, at, key, scan, entity);
      if (at < 0) return -1;
    }
    at = after(bytes, at, identity);
    const end = scanText(bytes, at);
    if (end < 0) return -1;
    const id = body.text.slice(at + 1, end - 1);
    // Else its characters are no bytes.
    if (!PLAIN.test(id)) return -1;
    entity[IDENTITY] = id;
    return bytes[end] === CLOSE_OBJECT ? end + 1 : -1;
  };
}

/**
 * Reads `{"data":{"g0":[{…},…],…}}`, as agencies print what they were asked, with raw values where they are as asked and parsed ones
 * elsewhere.
 *
 * Undefined for any other answer, also where nothing is wrong with it: that one is read as any JSON is. `bytes`: UTF-8.
 */
export function readRaw(bytes: Buffer, asked: readonly AskedEntities[]): Data | undefined {
  const body = { bytes, text: bytes.toString('latin1') };
  const data: Data = {};
  let at = after(bytes, 0, DATA);
  for (const [index, { count, read }] of asked.entries()) {
    const entities: (Data | null)[] = [];
    at = after(bytes, at, listName(index));
    for (let member = 0; member < count; member += 1) {
      if (at < 0 || (member > 0 && bytes[at++] !== COMMA)) return undefined;
      const none = scanNull(bytes, at);
      const entity: Data | null = none > 0 ? null : {};
      at = entity === null ? none : read(body, at, entity);
      entities.push(entity);
    }
    at = after(bytes, at, LIST_END);
    data[`g${index}`] = entities;
  }
  at = after(bytes, at, END);
  // Some servers end with a new line.
  return at === bytes.length || (at === bytes.length - 1 && bytes[at] === NEW_LINE) ? data : undefined;
}

function listName(index: number): Buffer {
  listNames[index] ??= Buffer.concat([memberName(`g${index}`, index), Buffer.from('[')]);
  return listNames[index];
}

const listNames: Buffer[] = [];

const [DATA, LIST_END, END] = ['{"data":', ']', '}}'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
const [COMMA, OPEN_LIST, CLOSE_OBJECT, NEW_LINE] = [0x2c, 0x5b, 0x7d, 0x0a] as const;

/** The end of a value, which is set under its key; -1 for one that cannot be read here. */
function readValue({ bytes, text }: Body, at: number, key: string, scan: Scan | undefined, entity: Data): number {
  const none = scanNull(bytes, at);
  if (none > 0) {
    entity[key] = null;
    return none;
  }
  const asAsked = scan === undefined ? -1 : scan(bytes, at);
  if (asAsked > 0) {
    entity[key] = new Raw(text.slice(at, asAsked), bytes[at] === OPEN_LIST ? lengthOfLast() : 1);
    return asAsked;
  }
  const end = skipValue(bytes, at);
  if (end < 0) return -1;
  const value = bytes.toString('utf8', at, end);
  if (mayHavePrototype(value)) return -1;
  try {
    entity[key] = JSON.parse(value);
  } catch {
    return -1;
  }
  return end;
}
