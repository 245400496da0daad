import { setMaxListeners } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Messages } from './wire.ts';

export interface LoadOptions {
  readonly url: string;
  /** Connections, each with one request under way. */
  readonly connections: number;
  readonly seconds: number;
  /** The bytes of a request; `turn` counts the requests. */
  readonly request: (turn: number) => Buffer;
  /** Ends the load early. */
  readonly signal: AbortSignal;
}

export interface Measured {
  /** Answers a second. */
  readonly rate: number;
  /** Latencies in ms, ascending. */
  readonly latencies: readonly number[];
}

/**
 * Closed load: each connection sends its next request when its answer is there.
 *
 * A program of its own and not a package: it shares its core with the agencies and PostgreSQL, so that each microsecond of it is
 * one that the fastest servers wait for. Throws when any answer is not 200 or holds errors.
 */
export async function load(options: LoadOptions): Promise<Measured> {
  const started = performance.now();
  const deadline = started + options.seconds * 1_000;
  const latencies: number[] = [];
  let turn = 0;
  let last = started;
  setMaxListeners(0, options.signal);
  const connections = Array.from({ length: options.connections }, () =>
    drive(
      options,
      () => {
        if (performance.now() >= deadline) return undefined;
        turn += 1;
        return options.request(turn - 1);
      },
      (took) => {
        last = performance.now();
        latencies.push(took);
      },
    ),
  );
  await Promise.all(connections);
  return { rate: latencies.length / ((last - started) / 1_000), latencies: latencies.sort((a, b) => a - b) };
}

function drive(
  { url, signal }: LoadOptions,
  next: () => Buffer | undefined,
  onAnswer: (took: number) => void,
): Promise<void> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(Number(port), hostname);
    let sent = 0;
    const finish = (error?: Error): void => {
      signal.removeEventListener('abort', abort);
      socket.removeAllListeners('close');
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const abort = (): void => finish(new Error('The load was ended.'));
    const send = (): void => {
      const request = next();
      sent = performance.now();
      if (request === undefined) finish();
      else socket.write(request);
    };
    const messages = new Messages((head, body) => {
      const took = performance.now() - sent;
      if (!head.startsWith('HTTP/1.1 200') || body.includes('"errors":')) {
        return finish(new Error(`${url} answered ${head.split('\r\n')[0]}: ${body.toString().slice(0, 300)}`));
      }
      onAnswer(took);
      send();
    });
    signal.addEventListener('abort', abort);
    socket.setNoDelay(true);
    socket.on('connect', send);
    socket.on('data', (chunk) => messages.push(chunk));
    socket.on('error', finish);
    socket.on('close', () => finish(new Error(`${url} closed the connection.`)));
    if (signal.aborted) abort();
  });
}

/** The value that this share of the ascending values does not exceed. */
export function quantile(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length >> 1;
  return ascending.length % 2 === 1 ? ascending[middle]! : (ascending[middle - 1]! + ascending[middle]!) / 2;
}
