import type { Client, Connection, Submittable } from 'pg';
import type { Life } from './life.ts';
import type { Table } from './tables.ts';

/** Rows of one table as lines of COPY's text format. */
export function copyLines({ rows, keys }: Table, life: Life): string {
  let lines = '';
  for (const row of rows(life) as readonly Readonly<Record<string, unknown>>[]) {
    lines += life.clientId;
    for (const key of keys) lines += `\t${field(row[key])}`;
    lines += '\n';
  }
  return lines;
}

/** Text that grows in one buffer and can be used again. */
export class Lines {
  rows = 0;
  #buffer = Buffer.allocUnsafe(65_536);
  #length = 0;

  /** Adds whole lines; `rows` is theirs to count. */
  add(lines: string, rows: number): void {
    // UTF-8 takes at most three bytes a UTF-16 unit.
    const needed = this.#length + lines.length * 3;
    if (needed > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(needed * 2);
      this.#buffer.copy(larger, 0, 0, this.#length);
      this.#buffer = larger;
    }
    this.#length += this.#buffer.write(lines, this.#length);
    this.rows += rows;
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
    this.rows = 0;
  }
}

/** Sends lines to a table with COPY; resolves when PostgreSQL has taken them all, in the client's transaction. */
export function copyInto(client: Client, { name, columns }: Table, lines: Lines): Promise<void> {
  return new Promise((resolve, reject) => {
    const text = `COPY ${name} (${columns.join(', ')}) FROM STDIN`;
    client.query(new CopyIn(text, lines.bytes(), (error) => (error ? reject(error) : resolve())));
  });
}

/** `null`, booleans, numbers, texts and arrays of texts (PostgreSQL manual, COPY, text format; arrays, input syntax). */
function field(value: unknown): string {
  if (typeof value === 'string') return SPECIAL.test(value) ? value.replace(SPECIALS, (one) => ESCAPES[one]!) : value;
  if (value === null) return '\\N';
  if (Array.isArray(value))
    return field(`{${value.map((item) => `"${String(item).replace(/["\\]/g, '\\$&')}"`).join(',')}}`);
  return String(value);
}

const SPECIAL = /[\\\n\r\t]/;
const SPECIALS = /[\\\n\r\t]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** What pg's connection offers for COPY but its types leave out. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** One COPY as pg's queue wants it: the methods are named and called by pg's client. */
class CopyIn implements Submittable {
  readonly text: string;
  readonly callback: (error?: Error) => void;
  readonly #bytes: Buffer;

  constructor(text: string, bytes: Buffer, callback: (error?: Error) => void) {
    this.text = text;
    this.#bytes = bytes;
    this.callback = callback;
  }

  /** The data goes right behind the statement: when the statement fails, PostgreSQL drops them (protocol, COPY operations). */
  submit(given: Connection): void {
    const connection = given as CopyConnection;
    connection.query(this.text);
    connection.sendCopyFromChunk(this.#bytes);
    connection.endCopyFrom();
  }

  handleCopyInResponse(): void {}

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback();
  }
}
