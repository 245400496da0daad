import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { LedgerSocket } from './socket.ts';

export interface ListenOptions {
  /** Of a role that may connect to the primary: a replica tells no news. */
  readonly connectionString: string;
  /** `<client id>:<epoch>`, after the change has committed. */
  readonly onNews: (news: string) => void;
  /** From now on every change is told to `onNews`. */
  readonly onListening: () => void;
  /** Changes may be missed until the next `onListening`. `cause` is a code or a class, never a text; CLOSED after `close`. */
  readonly onLost: (cause: string) => void;
}

export const CLOSED = 'CLOSED';

export interface Listener {
  close(): Promise<void>;
}

/**
 * Listens for changes of facts on a connection of its own, and connects again, waiting longer each time, for as long as it lives.
 *
 * Starting it neither waits nor throws. It has found out within about a second that nobody answers on the other end. An echo
 * through the server proves the way before it is trusted: behind a pooler that shares connections, LISTEN succeeds and nothing comes.
 */
export function listenForChanges(options: ListenOptions): Listener {
  const closing = new AbortController();
  const ended = keepListening(options, closing.signal);
  return {
    async close() {
      closing.abort();
      await ended;
    },
  };
}

/** How often the other end is asked whether it is there, how long it may take, and how long to wait before connecting anew, ms. */
const BEAT = 400;
const PATIENCE = 600;
const WAIT = { first: 50, longest: 2_000 };

async function keepListening(options: ListenOptions, closing: AbortSignal): Promise<void> {
  let wait = WAIT.first;
  while (!closing.aborted) {
    const cause = await listenOnce(options, closing, () => {
      wait = WAIT.first;
      options.onListening();
    });
    options.onLost(cause);
    // Replicas that lost the server together do not come back together.
    await pause(wait * (0.5 + Math.random() / 2), closing);
    wait = Math.min(wait * 2, WAIT.longest);
  }
}

/** Listens until the connection is of no use; says why. */
async function listenOnce(options: ListenOptions, closing: AbortSignal, onListening: () => void): Promise<string> {
  const socket = new LedgerSocket();
  const client = new pg.Client({
    connectionString: options.connectionString,
    application_name: 'nivel listener',
    connectionTimeoutMillis: 2_000,
    query_timeout: PATIENCE,
    stream: () => socket,
  });
  const over = new AbortController();
  const end = (): void => {
    over.abort();
    // A server that is silent would keep a polite goodbye waiting.
    socket.destroy();
  };
  closing.addEventListener('abort', end);
  client.on('error', end);
  client.on('end', end);
  try {
    await client.connect();
    await proveEcho(client);
    client.on('notification', ({ payload = '' }) => options.onNews(payload));
    await client.query('LISTEN consent_changed');
    onListening();
    while (!over.signal.aborted) {
      await pause(BEAT, over.signal);
      await client.query('SELECT 1');
    }
    return CLOSED;
  } catch (error) {
    if (closing.aborted) return CLOSED;
    return (error as { code?: string }).code ?? (error as Error).name;
  } finally {
    closing.removeEventListener('abort', end);
    end();
  }
}

async function proveEcho(client: pg.Client): Promise<void> {
  const channel = `nivel_echo_${randomBytes(8).toString('hex')}`;
  const echo = once(client, 'notification', { signal: AbortSignal.timeout(PATIENCE) });
  // Whichever fails first is thrown; the other must not go unhandled.
  await Promise.all([echo, client.query(`LISTEN ${channel}`).then(() => client.query(`NOTIFY ${channel}`))]);
  await client.query(`UNLISTEN ${channel}`);
}

async function pause(ms: number, until: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal: until }).catch(() => {});
}
