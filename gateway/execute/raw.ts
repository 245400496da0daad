import { randomBytes } from 'node:crypto';
import { mayHavePrototype } from '../agency/answer.ts';
import { kept } from '../kept.ts';
import type { Data } from './places.ts';
import { IDENTITY } from './prune.ts';
import { lengthOfLast, type Scan, scanNull, scanText, skipValue } from './scan.ts';

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

/** What one aliased `_entities` of clients was asked. */
export interface AskedEntities {
  readonly count: number;
  /** Response keys of the first level, in the order in which they were asked; the identity is after them. */
  readonly keys: readonly string[];
  /** By key, for values that may stay raw. */
  readonly scans: ReadonlyMap<string, Scan>;
}

/**
 * Reads `{"data":{"g0":[{…},…],…}}`, as agencies print what they were asked, with raw values where they are as asked and parsed ones
 * elsewhere.
 *
 * Undefined for any other answer, also where nothing is wrong with it: that one is read as any JSON is. `bytes`: UTF-8.
 */
export function readRaw(bytes: Buffer, groups: readonly AskedEntities[]): Data | undefined {
  const data: Data = {};
  let at = after(bytes, 0, '{"data":');
  for (const [index, { count, keys, scans }] of groups.entries()) {
    at = after(bytes, at, `${index === 0 ? '{' : ','}"g${index}":[`);
    const entities: (Data | null)[] = [];
    for (let member = 0; member < count && at > 0; member += 1) {
      if (member > 0) at = after(bytes, at, ',');
      const end = scanNull(bytes, at);
      if (end > 0) {
        entities.push(null);
        at = end;
        continue;
      }
      const entity: Data = {};
      for (let place = 0; place < keys.length && at > 0; place += 1) {
        const key = keys[place] as string;
        at = after(bytes, at, place === 0 ? `{"${key}":` : `,"${key}":`);
        at = readValue(bytes, at, key, scans.get(key), entity);
      }
      at = after(bytes, at, keys.length === 0 ? `{"${IDENTITY}":` : `,"${IDENTITY}":`);
      const id = scanText(bytes, at);
      if (id < 0) return undefined;
      entity[IDENTITY] = bytes.toString('utf8', at + 1, id - 1);
      at = after(bytes, id, '}');
      entities.push(entity);
    }
    at = after(bytes, at, ']');
    data[`g${index}`] = entities;
  }
  at = after(bytes, at, '}}');
  // Some servers end with a new line.
  return at === bytes.length || (at === bytes.length - 1 && bytes[at] === 0x0a) ? data : undefined;
}

/** The end of a value, which is set under its key; -1 for one that cannot be read here. */
function readValue(bytes: Buffer, at: number, key: string, scan: Scan | undefined, entity: Data): number {
  if (at < 0) return -1;
  const none = scanNull(bytes, at);
  if (none > 0) {
    entity[key] = null;
    return none;
  }
  const asAsked = scan?.(bytes, at) ?? -1;
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

const OPEN_LIST = 0x5b;

const LITERALS = 1_024;
const literals = new Map<string, Buffer>();

/** Where what follows a text begins; -1 when the text is not there. */
function after(bytes: Uint8Array, at: number, text: string): number {
  if (at < 0) return -1;
  const literal = kept(literals, LITERALS, text, () => Buffer.from(text));
  for (let each = 0; each < literal.length; each += 1) if (bytes[at + each] !== literal[each]) return -1;
  return at + literal.length;
}
