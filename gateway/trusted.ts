import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Documents that every role may send, by the SHA-256 of their text (hexadecimal). */
export type TrustedDocuments = ReadonlyMap<string, string>;

export interface ReadyOperation {
  /** File name without its ending. */
  readonly name: string;
  readonly text: string;
}

/** The operations of `gateway/operations/`, in the order of their numbers: trusted, and ready in the Explorer. */
export function readOperations(folder: string): readonly ReadyOperation[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.graphql'))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((file) => ({ name: file.slice(0, -'.graphql'.length), text: readFileSync(join(folder, file), 'utf8') }));
}

export function trust(operations: readonly ReadyOperation[]): TrustedDocuments {
  return new Map(operations.map(({ text }) => [createHash('sha256').update(text).digest('hex'), text]));
}
