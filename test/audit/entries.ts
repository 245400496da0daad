import { randomUUID } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import type pg from 'pg';
import { canonicalize } from '../../audit/canonical.ts';
import type { AuditEntry, Disclosure } from '../../audit/entry.ts';

/** An entry of the audit log with sound values for all that is not given. */
export function entryWith(given: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: randomUUID(),
    at: new Date().toISOString(),
    kind: 'QUERY',
    outcome: 'ANSWERED',
    caller: { id: randomUUID(), roles: ['coordinator'], agency: 'EMPLOYMENT_SERVICES' },
    purpose: 'SERVICE_COORDINATION',
    operation: { name: 'View', hash: 'a'.repeat(64) },
    request: randomUUID(),
    gateway: 'test',
    clients: [],
    disclosures: [],
    ...given,
  };
}

/** A disclosure by health care of medication, by consent, unless said otherwise. */
export function disclosureOf(client: string, given: Partial<Disclosure> = {}): Disclosure {
  return {
    client,
    source: 'HEALTH_CARE',
    permitted: [{ category: 'MEDICATION', basis: 'CONSENT', reference: randomUUID() }],
    denied: [],
    epoch: '1',
    records: 1,
    ...given,
  };
}

/** Gives entries of the log the texts that they had before what several sources have in common stood once (`audit/written.ts`). */
export async function writeAsBefore(admin: Pick<pg.Client, 'query'>, entries: readonly AuditEntry[]): Promise<void> {
  await admin.query(
    `UPDATE audit.entries e SET body = before.body, commitment = sha256(salt || convert_to(before.body, 'UTF8'))
     FROM unnest($1::uuid[], $2::text[]) AS before(id, body) WHERE e.id = before.id`,
    [entries.map(({ id }) => id), entries.map(canonicalize)],
  );
}

type Query = (...given: unknown[]) => Promise<pg.QueryResult>;

/** Hears each statement of a pool before it is sent; `query` sends another one first, on the same connection. */
export function overhear(pool: pg.Pool, hear: (statement: unknown, query: Query) => void | Promise<void>): void {
  pool.on('connect', (client) => {
    const query = client.query.bind(client) as unknown as Query;
    (client as { query: unknown }).query = async (...given: unknown[]) => {
      await hear(given[0], query);
      return query(...given);
    };
  });
}

export interface Line {
  /** The same address through the line. */
  readonly url: string;
  /** While true nothing passes either way, and no end hears of the other's leaving: a network that has gone silent. */
  silent: boolean;
  close(): Promise<void>;
}

/** A line to a PostgreSQL server that can go silent. */
export async function layLine(url: string): Promise<Line> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const line = { silent: false };
  const server = createServer((near) => {
    const far = connect(Number(port || 5432), hostname);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on('data', (bytes) => void (line.silent || to.write(bytes)));
      from.on('close', () => void (line.silent || to.destroy()));
      from.on('error', () => {});
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const through = new URL(url);
  through.host = `127.0.0.1:${(server.address() as { port: number }).port}`;
  return Object.assign(line, {
    url: through.href,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  });
}
