import express from 'express';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { openPool } from '../../consent/pool.ts';
import { type Listening, listen } from '../listen.ts';
import { openAlerts, type WatchAlertsOptions, watchAlerts } from './watch.ts';

export interface ServeAlertsOptions extends WatchAlertsOptions {
  readonly host: string;
  readonly port: number;
  /** Connection string of the role `nivel_alerts`. */
  readonly databaseUrl: string;
}

/**
 * Watches the log for what a person must look at, and serves over HTTP: `/health/live`, `/health/ready`, `/metrics`.
 *
 * More than one may run: they take turns.
 */
export async function serveAlerts(options: ServeAlertsOptions): Promise<Listening> {
  // A batch may be large after a standstill.
  const db = openPool({ ...options, max: 2, statementTimeout: 60_000 });
  const registry = createRegistry(db);
  const app = express();
  app.disable('x-powered-by');
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get(
    '/health/ready',
    (_request, response) =>
      void response.status(watch.looking ? 200 : 503).json({ status: watch.looking ? 'ok' : 'alerts not computed' }),
  );
  app.get('/metrics', async (_request, response) => void response.type('text/plain').send(await registry.metrics()));
  app.use((_request, response) => void response.status(404).type('text/plain').send('Nothing is served here.\n'));
  const listening = await listen(app, options).catch(async (error) => {
    await db.end();
    throw error;
  });
  const watch = watchAlerts(db, options);
  return {
    url: listening.url,
    async close() {
      const closed = listening.close();
      await watch.close();
      await closed;
      await db.end();
    },
  };
}

function createRegistry(db: Pool): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'nivel_alerts_open',
    help: 'Alerts that nobody has taken into review, by kind.',
    labelNames: ['kind'],
    registers: [registry],
    async collect() {
      this.reset();
      // A database that does not answer leaves the value out, which is not 0.
      for (const [kind, open] of await openAlerts(db).catch(() => [])) this.set({ kind }, open);
    },
  });
  return registry;
}
