import { randomBytes } from 'node:crypto';
import { mayHavePrototype } from '../agency/answer.ts';
import type { Data } from './places.ts';
import { IDENTITY } from './prune.ts';
import { after, lengthOfLast, memberName, type Scan, scanNull, scanText, skipValue } from './scan.ts';

/** A value of an agency’s answer that is as it was asked, down to its leaves: its bytes go into the hub’s answer as they are. */
export class Raw {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
  /** Members of a list; 1 for an object. */
  readonly records: number;

  constructor(bytes: Buffer, start: number, end: number, records: number) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.records = records;
  }

  /** What stands for it in a text that `writeJson` takes apart again. */
  toJSON(): string {
    written.push(this);
    return MARK;
  }
}

/** Nobody outside knows it: no agency can have it in an answer. */
const MARK = randomBytes(16).toString('hex');
const MARK_BYTES = Buffer.from(`"${MARK}"`);
/** The raw values of the text that is being written, in its order. */
const written: Raw[] = [];

/** JSON of a value that may hold raw ones, UTF-8. */
export function writeJson(value: object): Buffer {
  written.length = 0;
  const text = Buffer.from(JSON.stringify(value));
  if (written.length === 0) return text;
  const raws = written.splice(0);
  const length = raws.reduce((sum, { start, end }) => sum + end - start - MARK_BYTES.length, text.length);
  const whole = Buffer.allocUnsafe(length);
  let from = 0;
  let at = 0;
  for (const { bytes, start, end } of raws) {
    const mark = text.indexOf(MARK_BYTES, from);
    at += text.copy(whole, at, from, mark);
    at += bytes.copy(whole, at, start, end);
    from = mark + MARK_BYTES.length;
  }
  at += text.copy(whole, at, from);
  if (at !== length) throw new TypeError('Every raw value has one place in a text.');
  return whole;
}

/** One aliased `_entities` of clients, as it was asked. */
export interface AskedEntities {
  readonly count: number;
  readonly read: ReadEntity;
}

/** Reads an object that begins at a place, into another one; gives its end, -1 where it is not as asked. */
export type ReadEntity = (bytes: Buffer, at: number, entity: Data) => number;

/**
 * Compiles how an entity with these members, and its identity after them, is read.
 *
 * `scans`: by key, for values that may stay raw.
 */
export function compileReader(keys: readonly string[], scans: ReadonlyMap<string, Scan>): ReadEntity {
  const members = keys.map((key, place) => ({ key, name: memberName(key, place), scan: scans.get(key) }));
  const identity = memberName(IDENTITY, keys.length);
  return (bytes, start, entity) => {
    let at = start;
    for (const { key, name, scan } of members) {
      at = after(bytes, at, name);
      if (at < 0) return -1;
      at = readValue(bytes, at, key, scan, entity);
      if (at < 0) return -1;
    }
    at = after(bytes, at, identity);
    const end = scanText(bytes, at);
    if (end < 0) return -1;
    entity[IDENTITY] = bytes.toString('utf8', at + 1, end - 1);
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
  const data: Data = {};
  let at = after(bytes, 0, DATA);
  for (const [index, { count, read }] of asked.entries()) {
    const entities: (Data | null)[] = [];
    at = after(bytes, at, Buffer.from(`${index === 0 ? '{' : ','}"g${index}":[`));
    for (let member = 0; member < count; member += 1) {
      if (at < 0 || (member > 0 && bytes[at++] !== COMMA)) return undefined;
      const none = scanNull(bytes, at);
      const entity: Data | null = none > 0 ? null : {};
      at = entity === null ? none : read(bytes, at, entity);
      entities.push(entity);
    }
    at = after(bytes, at, LIST_END);
    data[`g${index}`] = entities;
  }
  at = after(bytes, at, END);
  // Some servers end with a new line.
  return at === bytes.length || (at === bytes.length - 1 && bytes[at] === NEW_LINE) ? data : undefined;
}

const [DATA, LIST_END, END] = ['{"data":', ']', '}}'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];
const [COMMA, OPEN_LIST, CLOSE_OBJECT, NEW_LINE] = [0x2c, 0x5b, 0x7d, 0x0a] as const;

/** The end of a value, which is set under its key; -1 for one that cannot be read here. */
function readValue(bytes: Buffer, at: number, key: string, scan: Scan | undefined, entity: Data): number {
  const none = scanNull(bytes, at);
  if (none > 0) {
    entity[key] = null;
    return none;
  }
  const asAsked = scan === undefined ? -1 : scan(bytes, at);
  if (asAsked > 0) {
    entity[key] = new Raw(bytes, at, asAsked, bytes[at] === OPEN_LIST ? lengthOfLast() : 1);
    return asAsked;
  }
  const end = skipValue(bytes, at);
  if (end < 0) return -1;
  const text = bytes.toString('utf8', at, end);
  if (mayHavePrototype(text)) return -1;
  try {
    entity[key] = JSON.parse(text);
  } catch {
    return -1;
  }
  return end;
}
