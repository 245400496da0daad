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

/** Sends lines to a table with COPY; resolves when PostgreSQL has taken them all, in the client's transaction. */
export function copyInto(client: Client, { name, columns }: Table, lines: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(
      new CopyIn(`COPY ${name} (${columns.join(', ')}) FROM STDIN`, Buffer.from(lines), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
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

  submit(connection: Connection): void {
    connection.query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#bytes);
    connection.endCopyFrom();
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback();
  }
}
