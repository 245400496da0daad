import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import pg from 'pg';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
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
export async function serveAlerts(options: ServeAlertsOptions): Promise<{ url: string; close(): Promise<void> }> {
  const db = openPool(options);
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
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000 }, app);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(options.port, options.host, resolve);
    });
  } catch (error) {
    await db.end();
    throw error;
  }
  const watch = watchAlerts(db, options);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host === '0.0.0.0' ? 'localhost' : options.host}:${port}`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await watch.close();
      await closed;
      await db.end();
    },
  };
}

function openPool({ databaseUrl, log }: ServeAlertsOptions): pg.Pool {
  const db = new pg.Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 2_000,
    // A batch may be large after a standstill.
    statement_timeout: 60_000,
    query_timeout: 61_000,
  });
  // A connection that dies while it is in use fails its statement; without a listener it would end the process as well.
  db.on('connect', (client) => client.on('error', () => {}));
  db.on('error', (error) => {
    // While it closes, the server may be quicker to end a connection.
    if (!db.ending) log({ level: 'warn', event: 'database connection lost', code: (error as { code?: string }).code });
  });
  return db;
}

function createRegistry(db: pg.Pool): Registry {
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
