import pg from 'pg';
import { BY_INDEX } from '../../consent/pool.ts';
import { LedgerSocket } from '../../consent/socket.ts';

/** Key of the advisory lock whose holder is the one sequencer of a database. */
const SEQUENCER_LOCK = 126_879_531_950_949; // "seqnce" in ASCII, read as one number

/** How long a statement may take, ms. */
const TIMEOUT = 5_000;

/** What runs in a transaction: nothing else of the session comes between. */
export type Query = pg.Client['query'];

/**
 * The one connection of a sequencer: it holds the lock of leadership, and all that the leader writes goes through it.
 *
 * Whoever loses the connection loses the lock with it and can write nothing more; the server ends a session that has gone silent, and
 * tells a vanished machine by TCP keepalives. It goes straight to PostgreSQL: behind a pooler by transaction no session holds a lock.
 */
export class Session {
  readonly #client: pg.Client;
  readonly #lost = new AbortController();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(client: pg.Client) {
    this.#client = client;
    client.on('error', (error) => this.#lost.abort(error));
    client.on('end', () => this.#lost.abort(new Error('The connection to the database has ended.')));
  }

  /** Connects; `databaseUrl` is of the role `nivel_sequencer`, `silence` how long it may be silent before the server ends it, ms. */
  static async open(databaseUrl: string, silence: number): Promise<Session> {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: 'nivel sequencer',
      keepAlive: true,
      connectionTimeoutMillis: 2_000,
      statement_timeout: TIMEOUT,
      query_timeout: TIMEOUT + 1_000,
      stream: () => new LedgerSocket(),
      options: BY_INDEX,
    });
    const session = new Session(client);
    try {
      await client.connect();
      await client.query(setup(silence));
      return session;
    } catch (error) {
      await session.end();
      throw error;
    }
  }

  /** Aborts when the connection is no more; the reason is the error. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Whether this session holds the lock of leadership now. */
  async lead(): Promise<boolean> {
    const { rows } = await this.query<{ leads: boolean }>('SELECT pg_try_advisory_lock($1) AS leads', [SEQUENCER_LOCK]);
    return rows[0]?.leads === true;
  }

  /** One statement, after what waits before it. */
  readonly query = ((text: string, values?: unknown[]) => this.alone((query) => query(text, values))) as Query;

  /** All or nothing, on disk when it resolves. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T> {
    return this.alone(async (query) => {
      await query('BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on');
      try {
        const result = await work(query);
        await query('COMMIT');
        return result;
      } catch (error) {
        await query('ROLLBACK').catch((failure) => this.#lost.abort(failure));
        throw error;
      }
    });
  }

  /** Statements between which no other of the session comes. */
  alone<T>(work: (query: Query) => Promise<T>): Promise<T> {
    const turn = this.#queue.then(() => {
      this.lost.throwIfAborted();
      return work(this.#client.query.bind(this.#client) as Query);
    });
    this.#queue = turn.catch(() => {});
    return turn;
  }

  /** Ends the connection, and the leadership with it; waits for nothing that is under way. */
  async end(): Promise<void> {
    this.#lost.abort(new Error('The session was ended.'));
    // The server's answer to a farewell may never come.
    const stream = (this.#client as unknown as { readonly connection: { readonly stream: LedgerSocket } }).connection
      .stream;
    const cut = setTimeout(() => stream.destroy(), 500);
    await this.#client.end().catch(() => {});
    clearTimeout(cut);
  }
}

/** Userset parameters: the operator's own, whatever they are, are for other sessions. */
function setup(silence: number): string {
  return `SET idle_session_timeout = ${silence};
    SET idle_in_transaction_session_timeout = ${silence};
    SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2;
    SET tcp_user_timeout = 3000`;
}
