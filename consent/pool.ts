import pg from 'pg';
import { LedgerSocket } from './socket.ts';

/** Whatever the database prefers: a statement sees what was committed before it, and what is committed is on disk. */
export const SESSION = '-c default_transaction_isolation=read\\ committed -c synchronous_commit=on';

/**
 * For those whose every statement finds its rows by an index: a plan that is kept from when a table was small would read all of it once
 * it has grown, also for each row whose reference is checked.
 */
export const BY_INDEX = '-c enable_seqscan=off';

export interface PoolOptions {
  /** Connection string of a role of its own. */
  readonly databaseUrl: string;
  /** The most connections at a time. */
  readonly max: number;
  /** What one statement may take, ms. */
  readonly statementTimeout?: number;
  /** Whether every statement finds its rows by an index. */
  readonly byIndex?: boolean;
  /** One line a connection that is lost while nobody uses it. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /** Sees the text of each SQL statement, without its values; tests count them. */
  readonly onStatement?: ((text: string) => void) | undefined;
}

/** A service's connections to the primary: every wait on them is bounded, and none that is lost ends the process. */
export function openPool(options: PoolOptions): pg.Pool {
  const { databaseUrl, max, statementTimeout = 5_000, byIndex = false, log, onStatement } = options;
  const db = new pg.Pool({
    connectionString: databaseUrl,
    max,
    connectionTimeoutMillis: 2_000,
    statement_timeout: statementTimeout,
    // A server that has gone silent, and could not time out by itself.
    query_timeout: statementTimeout + 1_000,
    stream: () => new LedgerSocket(),
    options: byIndex ? `${SESSION} ${BY_INDEX}` : SESSION,
  });
  // A connection that dies while it is in use fails its statement; without a listener it would end the process as well.
  db.on('connect', (client) => client.on('error', () => {}));
  db.on('error', (error) => {
    // While it closes, the server may be quicker to end a connection.
    if (!db.ending) log({ level: 'warn', event: 'database connection lost', cause: codeOf(error) });
  });
  if (onStatement !== undefined) watchStatements(db, onStatement);
  return db;
}

function codeOf(error: Error & { readonly code?: string }): string {
  return error.code ?? error.name;
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
