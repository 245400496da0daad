import express, { type NextFunction, type Request, type Response } from 'express';
import type { Pool } from 'pg';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { openPool } from '../../consent/pool.ts';
import { readLag } from '../lag.ts';
import { listen } from '../listen.ts';
import { serveLog } from '../published/publish.ts';
import { type HaltCode, readHalt } from './halt.ts';
import { createSequencer, type SequencerOptions } from './sequencer.ts';

export interface ServeOptions extends Omit<SequencerOptions, 'onOutcome'> {
  readonly host: string;
  readonly port: number;
}

export interface RunningSequencer {
  /** Of the log itself: `checkpoint` and `tile/…` are below it. */
  readonly url: string;
  readonly leading: boolean;
  close(): Promise<void>;
}

/** Runs a sequencer, and serves over HTTP: `/log/`, `/health/live`, `/health/ready`, `/metrics`. Whether it leads or stands by. */
export async function serveSequencer(options: ServeOptions): Promise<RunningSequencer> {
  // For readers; what the leader writes goes through its own connection.
  const db = openPool({ ...options, max: 4 });
  const metrics = createMetrics(db, () => sequencer.leading);
  const sequencer = createSequencer({ ...options, onOutcome: metrics.observeWitness });
  const app = express();
  app.disable('x-powered-by');
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/health/ready', async (_request, response) => {
    const status = await readHalt(db).then(
      (halt) => (halt === null ? 'ok' : `halted: ${halt.code}`),
      () => 'database unavailable',
    );
    response.status(status === 'ok' ? 200 : 503).json({ status });
  });
  app.get('/metrics', async (_request, response) => void response.type('text/plain').send(await metrics.text()));
  app.use(
    '/log',
    serveLog(
      db,
      options.signers.map(({ vkey }) => vkey),
    ),
  );
  app.use((_request, response) => void response.status(404).type('text/plain').send('Nothing is served here.\n'));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    // An address that cannot be decoded.
    if (error instanceof URIError)
      return void response.status(404).type('text/plain').send('Nothing is served here.\n');
    options.log({ level: 'error', event: 'log not served', cause: (error as { code?: string }).code });
    response
      .status(503)
      .set('cache-control', 'no-store')
      .type('text/plain')
      .send('The log cannot be read right now.\n');
  });

  const listening = await listen(app, options).catch(async (error) => {
    await db.end();
    throw error;
  });
  await sequencer.start();
  return {
    url: `${listening.url}/log`,
    get leading() {
      return sequencer.leading;
    },
    async close() {
      const closed = listening.close();
      await sequencer.close();
      await closed;
      await db.end();
    },
  };
}

const HALTS: readonly HaltCode[] = ['LOG_INCONSISTENT', 'WITNESS_AHEAD', 'WITNESS_INCONSISTENT'];

function createMetrics(db: Pool, isLeading: () => boolean) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const submissions = new Counter({
    name: 'nivel_log_witness_submissions_total',
    help: 'Checkpoints submitted to witnesses, by witness and outcome.',
    labelNames: ['witness', 'outcome'],
    registers: [registry],
  });
  const gauge = (
    name: string,
    help: string,
    labelNames: readonly string[],
    read: () => Promise<readonly (readonly [label: string | null, value: number])[]>,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        this.reset();
        // A database that does not answer leaves the value out, which is not 0.
        for (const [label, value] of await read().catch(() => [])) {
          this.set(label === null ? {} : { [labelNames[0] ?? '']: label }, value);
        }
      },
    });
  };
  gauge('nivel_log_leading', 'Whether this sequencer leads.', [], async () => [[null, Number(isLeading())]]);
  gauge('nivel_log_lag_seconds', 'How long the oldest entry that is not published has waited.', [], async () => [
    [null, (await readLag(db)) / 1_000],
  ]);
  gauge(
    'nivel_log_size',
    'Entries in the last checkpoint that is signed, and that is published.',
    ['state'],
    async () => {
      const { rows } = await db.query<{ signed: string | null; published: string | null }>(
        'SELECT (SELECT max(size) FROM audit.checkpoints) AS signed, (SELECT max(size) FROM audit.publications) AS published',
      );
      return Object.entries(rows[0] ?? {}).map(([state, size]) => [state, Number(size ?? 0)]);
    },
  );
  gauge(
    'nivel_log_halted',
    'Whether the log is halted until an operator has seen to it, by why.',
    ['code'],
    async () => {
      const halt = await readHalt(db);
      return HALTS.map((code) => [code, Number(halt?.code === code)]);
    },
  );
  return {
    observeWitness: (witness: string, outcome: string) => submissions.inc({ witness, outcome }),
    text: () => registry.metrics(),
  };
}
