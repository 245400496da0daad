import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runningServer } from '../../bin/postgres/cluster.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { Command, nivel } from './command.ts';

const FREE_PORTS = {
  PORT: '0',
  ISSUER_PORT: '0',
  SUBGRAPH_PORT: '0',
  NIVEL_LOG_PORT: '0',
  NIVEL_ALERTS_PORT: '0',
  LOG_LEVEL: 'warn',
};

describe('nivel start', () => {
  let folder: string;
  let env: Record<string, string>;
  const cluster = (): string => join(folder, 'postgres');
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), `nivel-test-${process.pid}-`));
    chmodSync(folder, 0o711);
    env = { ...FREE_PORTS, NIVEL_DATA_DIR: folder };
  });
  afterAll(() => {
    const left = runningServer(cluster());
    if (left !== undefined) process.kill(left.pid, 'SIGQUIT');
    rmSync(folder, { recursive: true, force: true });
  });

  it('that is interrupted at once leaves nothing running', async () => {
    const hub = new Command(['start'], env);
    await hub.says('Making a PostgreSQL');
    hub.child.kill('SIGINT');
    const { code, out } = await hub.finished();
    expect(code).toBe(0);
    expect(out).toMatch(/Closing\nClosed\n$/);
    expect(out).not.toContain('Nivel is ready');
    expect(runningServer(cluster())).toBeUndefined();
  });

  it('starts everything, alone on its data, and ends in order at Ctrl-C', async () => {
    const hub = await ready(env);
    expect(hub.out).toContain('Making 500 synthetic clients');
    const [, url] = /ready at (\S+)/.exec(hub.out) ?? [];
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    expect((await fetch(`${url}/explorer`)).status).toBe(200);

    const [, issuerPort = ''] = /Issuer at http:\/\/localhost:(\d+)/.exec(hub.out) ?? [];
    const token = await nivel(['token', 'coordinator'], { ISSUER_PORT: issuerPort });
    expect(token).toMatchObject({ code: 0, err: '' });
    const asked = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token.out.trim()}` },
      body: JSON.stringify({ query: '{ __typename }' }),
    });
    expect(await asked.json()).toMatchObject({ data: { __typename: 'Query' } });

    expect(await nivel(['start'], env)).toMatchObject({ code: 1, err: expect.stringContaining('(POSTGRES_IN_USE)') });
    expect(await nivel(['migrate'], env)).toMatchObject({ code: 0, out: 'Nothing to migrate\n' });

    // The terminal's Ctrl-C reaches the hub, and npm hands on its own: both are one wish.
    hub.child.kill('SIGINT');
    hub.child.kill('SIGINT');
    const { code, out, err } = await hub.finished();
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/Closing\nClosed\n$/);
    expect(runningServer(cluster())).toBeUndefined();
  });

  it('keeps its data, also through kill -9', async () => {
    const killed = await ready(env);
    expect(killed.out).not.toContain('Making');
    killed.child.kill('SIGKILL');
    await killed.finished();
    const next = await ready(env);
    expect(next.out).toContain('PostgreSQL was running already');
    next.child.kill('SIGTERM');
    expect(await next.finished()).toMatchObject({ code: 0 });
    expect(runningServer(cluster())).toBeUndefined();
  });

  it('writes its secrets for nobody else, and no secret on the screen', async () => {
    const { databasePassword } = JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'));
    const hub = await ready(env);
    hub.child.kill('SIGTERM');
    const { out, err } = await hub.finished();
    expect(out + err).not.toContain(databasePassword);
  });
});

describe('nivel start subgraph', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it('serves one agency in production, from its environment alone', async () => {
    const production = {
      ...FREE_PORTS,
      NIVEL_MODE: 'production',
      DATABASE_URL: database.roleUrl('social'),
      NIVEL_PASS_KEY_SOCIAL: 'ab'.repeat(32),
      NIVEL_DATA_DIR: '/nonexistent/nivel',
    };
    const subgraph = new Command(['start', 'subgraph', 'social'], production);
    await subgraph.says(/Subgraph social at \S+\n/);
    const [, url = ''] = /at (\S+)\/graphql/.exec(subgraph.out) ?? [];
    expect((await fetch(`${url}/health/ready`)).status).toBe(200);
    const unsigned = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ __typename }"}',
    });
    expect(unsigned.status).toBe(401);
    subgraph.child.kill('SIGTERM');
    expect(await subgraph.finished()).toMatchObject({ code: 0 });
  });

  it('watches the audit log alone, with nothing but its own role', async () => {
    const production = { ...FREE_PORTS, NIVEL_MODE: 'production', DATABASE_URL: database.roleUrl('alerts') };
    const alerts = new Command(['start', 'alerts'], production);
    await alerts.says(/Alerts at \S+\n/);
    const [, url = ''] = /at (\S+)/.exec(alerts.out) ?? [];
    await expect.poll(async () => (await fetch(`${url}/health/ready`)).status).toBe(200);
    alerts.child.kill('SIGTERM');
    expect(await alerts.finished()).toMatchObject({ code: 0, err: '' });
  });
});

async function ready(env: Record<string, string>): Promise<Command> {
  const hub = new Command(['start'], env);
  await hub.says('Ctrl-C ends everything');
  return hub;
}
