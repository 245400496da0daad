import pg from 'pg';
import { LedgerSocket } from '../consent/socket.ts';
import { describe } from './errors.ts';

export interface DatabaseOptions {
  /** Connection string of the role `nivel_gateway`. */
  readonly databaseUrl: string;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /** Sees the text of each SQL statement, without its values; tests count them. */
  readonly onStatement?: (text: string) => void;
}

/** The gateway's connections to the primary: every wait on them is bounded. */
export function openDatabase({ databaseUrl, log, onStatement }: DatabaseOptions): pg.Pool {
  const db = new pg.Pool({
    connectionString: databaseUrl,
    max: 10,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 5_000,
    // A server that has gone silent, and could not time out by itself.
    query_timeout: 6_000,
    stream: () => new LedgerSocket(),
  });
  // A connection that dies while it is in use fails its statement; without a listener it would end the process as well.
  db.on('connect', (client) => client.on('error', () => {}));
  db.on('error', (error) => {
    // While it closes, the server may be quicker to end a connection.
    if (!db.ending) log({ level: 'warn', event: 'database connection lost', cause: describe(error) });
  });
  if (onStatement !== undefined) watchStatements(db, onStatement);
  return db;
}

function watchStatements(db: pg.Pool, onStatement: (text: string) => void): void {
  db.on('connect', (client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => unknown;
    (client as unknown as { query: unknown }).query = (...args: unknown[]) => {
      const [statement] = args as [string | { readonly text: string }];
      onStatement(typeof statement === 'string' ? statement : statement.text);
      return query(...args);
    };
  });
}
