import { readFileSync } from 'node:fs';
import { parseVerifierKey, type VerifierKey } from '../audit/verify/note.ts';
import { Unreadable } from '../audit/verify/unreadable.ts';
import { usage, wholeNumber } from './command.ts';
import { codeOf, Failure } from './failure.ts';

/** Options of the commands that check what the log has signed. */
export const KEY_OPTIONS = {
  key: { type: 'string', multiple: true },
  'key-file': { type: 'string' },
  witness: { type: 'string', multiple: true },
  quorum: { type: 'string' },
} as const;

export const KEY_HELP = `
  --key VKEY          public key of the log, <name>+<key id>+<base64> (C2SP signed-note); again for each key of a log that
                      has changed its key
  --key-file FILE     file with such keys, one a line
  --witness VKEY      public key of a witness (type 0x04); again for each
  --quorum N          witnesses given whose cosignatures are required (default: all)
`.slice(1, -1);

export interface TrustedKeys {
  readonly keys: readonly VerifierKey[];
  readonly quorum: number;
}

/**
 * The keys that the person trusts.
 *
 * @throws Failure `WRONG_USAGE`, `KEY_INVALID`, `FILE_UNREADABLE`
 */
export function readKeys(
  command: string,
  values: {
    readonly key?: string[];
    readonly 'key-file'?: string;
    readonly witness?: string[];
    readonly quorum?: string;
  },
): TrustedKeys {
  const written = [...(values.key ?? []), ...(values['key-file'] === undefined ? [] : linesOf(values['key-file']))];
  if (written.length === 0) throw usage(command, 'needs the log’s public key, --key VKEY or --key-file FILE');
  const logs = written.map((text) => readKey(text, 'log'));
  if (new Set(logs.map(({ name }) => name)).size > 1) throw usage(command, 'needs keys of one log: their names differ');
  const witnesses = (values.witness ?? []).map((text) => readKey(text, 'witness'));
  const names = new Set(witnesses.map(({ name }) => name)).size;
  const quorum = values.quorum === undefined ? names : wholeNumber(command, '--quorum', values.quorum, 0, names);
  return { keys: [...logs, ...witnesses], quorum };
}

/** What cannot be checked at all, as a failure for the person at the terminal. */
export function asFailure(error: unknown): unknown {
  return error instanceof Unreadable ? new Failure(error.code, error.message, { cause: error }) : error;
}

/** @throws Failure `FILE_UNREADABLE`, `FILE_TOO_LARGE` */
export function readText(path: string, most = 1_048_576): string {
  try {
    const text = readFileSync(path === '-' ? 0 : path, 'utf8');
    if (text.length <= most) return text;
  } catch (error) {
    const name = path === '-' ? 'standard input' : path;
    throw new Failure('FILE_UNREADABLE', `${name} cannot be read (${codeOf(error)})`, { cause: error });
  }
  throw new Failure('FILE_TOO_LARGE', `${path === '-' ? 'standard input' : path} is longer than ${most} characters`);
}

function readKey(text: string, kind: VerifierKey['kind']): VerifierKey {
  try {
    const key = parseVerifierKey(text);
    if (key.kind === kind) return key;
    throw new Failure('KEY_INVALID', `the key of ${key.name} is not one of a ${kind}`);
  } catch (error) {
    throw asFailure(error);
  }
}

/** Lines with something in them; # begins a remark. */
function linesOf(path: string): string[] {
  return readText(path)
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
