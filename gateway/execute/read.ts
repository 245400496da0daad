import { mayHavePrototype } from '../agency/answer.ts';
import type { Data } from './places.ts';
import { IDENTITY, type Pruned } from './prune.ts';
import { Raw } from './raw.ts';
import { type Scan, skipValue } from './scan.ts';
import type { Trim } from './trim.ts';

/** One aliased `_entities` of clients, as it was asked. */
export interface AskedEntities {
  readonly members: readonly Identified[];
  readonly read: ReadEntity;
}

interface Identified {
  readonly id: string;
  /** JSON, a character for each byte. */
  readonly idText: string;
}

/** An answer, and the same with a character for each byte. */
interface Body {
  readonly bytes: Buffer;
  readonly text: string;
}

/** Reads the entity that begins at a place, into an object; gives its end, -1 where it is not as asked, or another one. */
export type ReadEntity = (body: Body, at: number, asked: Identified, entity: Data) => number;

/**
 * Compiles how an entity with the members that were asked, and its identity after them, is read: no other is taken.
 *
 * `scans`: by key, for values that may stay raw, of what the operation asks: that is not what was asked where something was left out.
 */
export function compileReader(
  { asked, cut }: Pick<Pruned, 'asked' | 'cut'>,
  scans: ReadonlyMap<string, Scan>,
  trim: Trim,
): ReadEntity {
  const members = asked.map((key, place) => {
    return { key, name: memberName(key, place), scan: cut.has(key) ? undefined : scans.get(key) };
  });
  const identity = memberName(IDENTITY, asked.length);
  return (body, start, { id, idText }, entity) => {
    const { text } = body;
    let at = start;
    let isParsed = false;
    for (const { key, name, scan } of members) {
      if (!text.startsWith(name, at)) return -1;
      at = readValue(body, at + name.length, key, scan, entity);
      if (at < 0) return -1;
      const value = entity[key];
      if (typeof value === 'object' && value !== null && !(value instanceof Raw)) isParsed = true;
    }
    if (isParsed) trim(entity);
    const end = at + identity.length + idText.length;
    if (!text.startsWith(identity, at) || !text.startsWith(idText, end - idText.length) || text[end] !== '}') return -1;
    entity[IDENTITY] = id;
    return end + 1;
  };
}

/** What stands before the value of a member: of an object, the first one or a later one. */
function memberName(key: string, place: number): string {
  return `${place === 0 ? '{' : ','}"${key}":`;
}

/**
 * Reads `{"data":{"g0":[{…},…],…}}`, as agencies print what they were asked, with raw values where they are as asked and parsed ones
 * elsewhere.
 *
 * Undefined for any other answer, also where nothing is wrong with it: that one is read as any JSON is. `bytes`: UTF-8.
 */
export function readRaw(bytes: Buffer, asked: readonly AskedEntities[]): Data | undefined {
  const body = { bytes, text: bytes.toString('latin1') };
  const { text } = body;
  const data: Data = {};
  let at = 0;
  for (const [index, { members, read }] of asked.entries()) {
    const before = `${index === 0 ? '{"data":{' : ','}"g${index}":[`;
    if (!text.startsWith(before, at)) return undefined;
    at += before.length;
    const entities: (Data | null)[] = [];
    for (const member of members) {
      if (entities.length > 0 && text[at++] !== ',') return undefined;
      const entity: Data | null = text.startsWith('null', at) ? null : {};
      at = entity === null ? at + 4 : read(body, at, member, entity);
      if (at < 0) return undefined;
      entities.push(entity);
    }
    if (text[at++] !== ']') return undefined;
    data[`g${index}`] = entities;
  }
  const rest = text.slice(at);
  // Some servers end with a new line.
  return rest === '}}' || rest === '}}\n' ? data : undefined;
}

/** The end of a value, which is set under its key; -1 for one that cannot be read here. */
function readValue({ bytes, text }: Body, at: number, key: string, scan: Scan | undefined, entity: Data): number {
  if (text.startsWith('null', at)) {
    entity[key] = null;
    return at + 4;
  }
  const raw = scan?.(text, at);
  if (raw !== undefined) {
    entity[key] = raw;
    return at + raw.text.length;
  }
  const end = skipValue(text, at);
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
