import { isAscii, isUtf8 } from 'node:buffer';
import { AgencyFault } from './fault.ts';

/** What an agency answered, of the right shape as far as GraphQL says what that is; the types of the fields are not looked at. */
export interface AgencyAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  /** `code`: capitals and `_`, empty when the agency gave none such; `path`: as the agency gave it, if it is one. */
  readonly errors: readonly { readonly path?: readonly (string | number)[]; readonly code: string }[];
  /** Size of the answer, bytes. */
  readonly bytes: number;
}

/** Reads the `data` of an answer without errors that is as it was asked; undefined for any other. */
export type ReadWell = (body: Buffer) => AgencyAnswer['data'] | undefined;

/**
 * Reads one agency's answer, with `readWell` where that can.
 *
 * Throws `AgencyFault` *answer broken* for anything but a GraphQL answer in JSON and UTF-8 without a key `__proto__`.
 * Source: GraphQL, October 2021, section 7.1.
 */
export function readAnswer(body: Buffer, readWell?: ReadWell): AgencyAnswer {
  if (!isUtf8(body)) throw new AgencyFault('answer broken', 'not UTF-8');
  const well = readWell?.(body);
  if (well !== undefined) return { data: well, errors: NONE, bytes: body.byteLength };
  // Most answers are ASCII, and then every byte is a character.
  const text = body.toString(isAscii(body) ? 'latin1' : 'utf8');
  const answer = parse(text);
  if (!isRecord(answer)) throw new AgencyFault('answer broken', 'no object');
  if (mayHavePrototype(text) && hasPrototype(answer)) throw new AgencyFault('answer broken', '__proto__');
  const { data = null, errors = NONE } = answer;
  if (data !== null && !isRecord(data)) throw new AgencyFault('answer broken', 'data');
  // An error that cannot be read is still one: it must not pass as none.
  if (!Array.isArray(errors) || !errors.every(isRecord)) throw new AgencyFault('answer broken', 'errors');
  if (data === null && errors.length === 0) throw new AgencyFault('answer broken', 'neither data nor errors');
  return { data, errors: errors.length === 0 ? NONE : errors.map(readError), bytes: body.byteLength };
}

const NONE: readonly never[] = [];

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Its message would quote the answer.
    throw new AgencyFault('answer broken', 'not JSON');
  }
}

function readError({ path, extensions }: Record<string, unknown>): AgencyAnswer['errors'][number] {
  const given = isRecord(extensions) ? extensions.code : undefined;
  const code = typeof given === 'string' && /^[A-Z][A-Z0-9_]{0,63}$/.test(given) ? given : '';
  return Array.isArray(path) && path.every(isPathPart) ? { code, path } : { code };
}

function isPathPart(part: unknown): part is string | number {
  return typeof part === 'string' ? part !== '__proto__' : Number.isSafeInteger(part) && (part as number) >= 0;
}

/** Whether the text has the name of the prototype anywhere, or an escaped character that could be one of that name. */
export function mayHavePrototype(text: string): boolean {
  return text.includes('__proto__') || (text.includes('\\u00') && /\\u00[567]/.test(text));
}

/** Whether an object in it has a key `__proto__`; without recursion, because an agency may nest as deep as it likes. */
function hasPrototype(answer: object): boolean {
  const open: object[] = [answer];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (Object.hasOwn(each, '__proto__')) return true;
    for (const value of Object.values(each)) if (typeof value === 'object' && value !== null) open.push(value);
  }
  return false;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
