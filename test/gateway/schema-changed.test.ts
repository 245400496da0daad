import { createHash } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/entry.ts';
import { announceSchema } from '../../audit/schema.ts';
import { poolOf } from '../postgres.ts';
import { type AnotherHub, startWorld, type World } from './world.ts';

const SLOW = { timeout: 30_000 };

/** The log names every schema before it answers anything. */

const folder = mkdtempSync(join(tmpdir(), 'nivel-schema-changed-'));
const file = join(folder, 'supergraph.graphql');
const committed = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const QUERY = '{ ownData { id } }';
let world: World;
let admin: pg.Pool;

beforeAll(async () => {
  copyFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), file);
  world = await startWorld({ count: 1, hub: { supergraphFile: file } });
  admin = poolOf(world.database.adminUrl);
});
afterAll(async () => {
  await admin?.end();
  await world?.close();
  rmSync(folder, { recursive: true });
});

async function entries(): Promise<readonly AuditEntry[]> {
  const { rows } = await admin.query<{ body: string }>('SELECT body FROM audit.entries ORDER BY seq');
  return rows.map(({ body }) => JSON.parse(body) as AuditEntry);
}
const changes = async () => (await entries()).flatMap(({ schema }) => (schema === undefined ? [] : [schema]));

/** Nobody can write an entry while `work` runs. */
async function withoutLog<T>(work: () => Promise<T>): Promise<T> {
  const columns = `id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources, body,
    salt, commitment`;
  await admin.query(`REVOKE INSERT (${columns}) ON audit.entries FROM nivel_gateway`);
  try {
    return await work();
  } finally {
    await admin.query(`GRANT INSERT (${columns}) ON audit.entries TO nivel_gateway`);
  }
}

describe('the schema is an entry of the log', () => {
  it('that comes before the first answer, by the hub itself', async () => {
    await world.ask('client', QUERY);
    expect((await entries())[0]).toMatchObject({
      kind: 'SCHEMA_CHANGED',
      outcome: 'ANSWERED',
      caller: { id: null, roles: [], service: 'gateway' },
      gateway: 'test',
      clients: [],
      schema: { hash: hashOf(committed), previous: null },
    });
  });

  it('once, however many gateways begin to serve it at once or again', async () => {
    const before = await changes();
    const hubs = await Promise.all([1, 2, 3].map(() => world.startAnother()));
    await Promise.all(hubs.map(({ close }) => close()));
    expect(await changes()).toEqual(before);
    const pools = [1, 2, 3].map(() => poolOf(world.database.roleUrl('gateway')));
    const next = hashOf('another');
    await Promise.all(Array.from({ length: 12 }, (_, n) => announceSchema(pools[n % 3] as pg.Pool, next, 'test')));
    await Promise.all(pools.map((pool) => pool.end()));
    expect(await changes()).toEqual([...before, { hash: next, previous: hashOf(committed) }]);
  });

  it('also when the file changes under a running gateway', SLOW, async () => {
    const next = `${committed}\n# changed\n`;
    writeFileSync(file, next);
    await expect.poll(async () => (await changes()).at(-1)?.hash, { timeout: 15_000 }).toBe(hashOf(next));
    expect((await changes()).at(-1)?.previous).toBe(hashOf('another'));
  });

  it('not one that does not load', SLOW, async () => {
    const before = await changes();
    const refused = () => world.log.filter(({ event }) => String(event).startsWith('supergraph refused')).length;
    for (const broken of ['type Query {', 'type Query { hello: String }']) {
      const already = refused();
      writeFileSync(file, broken);
      await expect.poll(refused, { timeout: 15_000 }).toBe(already + 1);
      expect((await changes()).at(-1)).toMatchObject({ hash: before.at(-1)?.hash });
    }
  });
});

describe('while the log is down', () => {
  it('a changed schema waits, and the one before goes on', SLOW, async () => {
    const before = (await changes()).at(-1)?.hash;
    const next = `${committed}\n# waits for the log\n`;
    const waits = () => world.log.some(({ event }) => event === 'supergraph waits for the audit log');
    await withoutLog(async () => {
      writeFileSync(file, next);
      await expect.poll(waits, { timeout: 15_000 }).toBe(true);
      expect((await changes()).at(-1)?.hash).toBe(before);
    });
    await expect.poll(async () => (await changes()).at(-1)?.hash, { timeout: 15_000 }).toBe(hashOf(next));
    expect((await world.ask('client', QUERY)).status).toBe(200);
  });

  it('a gateway that starts is not ready and answers nothing, then comes by itself', SLOW, async () => {
    const other = join(folder, 'other.graphql');
    writeFileSync(other, `${committed}\n# of another start\n`);
    let hub: AnotherHub | undefined;
    try {
      hub = await withoutLog(async () => {
        const started = await world.startAnother({ supergraphFile: other });
        expect((await fetch(`${started.url}/health/ready`)).status).toBe(503);
        expect((await fetch(`${started.url}/health/live`)).status).toBe(200);
        const answer = await started.ask('client', QUERY);
        expect(answer).toMatchObject({ status: 503, errors: [{ extensions: { code: 'LOG_UNAVAILABLE' } }] });
        expect(answer.headers.get('retry-after')).toBe('2');
        const token = await world.token('developer');
        const headers = { authorization: `Bearer ${token}` };
        expect((await fetch(`${started.url}/schema.graphql`, { headers })).status).toBe(503);
        return started;
      });
      const url = hub.url;
      await expect.poll(async () => (await fetch(`${url}/health/ready`)).status, { timeout: 15_000 }).toBe(200);
      expect((await hub.ask('client', QUERY)).status).toBe(200);
      expect((await changes()).at(-1)?.hash).toBe(hashOf(readFileSync(other, 'utf8')));
    } finally {
      await hub?.close();
    }
  });
});
