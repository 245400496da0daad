import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { layTcpWire, type TcpWeather, type TcpWire } from './tcp-wire.ts';
import { type AnotherHub, type HubAnswer, startWorld, type World } from './world.ts';

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { medication { opioidSubstitution { product } } } }`;

let world: World;
let wire: TcpWire;
let admin: pg.Client;
/** The world's gateway keeps facts; this one keeps none. */
let forgetful: AnotherHub;

const view = (hub: Pick<World, 'ask'>): Promise<HubAnswer> => hub.ask('coordinator', VIEW, { id: CLIENT_ONE });

beforeAll(async () => {
  const database = await createDatabase();
  admin = await connectDatabase(database.adminUrl);
  wire = await layWireTo(database);
  world = await startWorld({ count: 5, database, hub: { databaseUrl: wiredUrl(database, wire) } });
  forgetful = await world.startAnother({ factsKept: 0 });
});
afterAll(async () => {
  await admin?.end();
  await forgetful?.close();
  await world?.close();
  await wire?.close();
});
beforeEach(async () => {
  world.wires.health.onRequest = undefined;
  await recovered(forgetful);
  await warmed();
});

/** The facts are kept, and permit. */
async function warmed(): Promise<void> {
  const deadline = performance.now() + 10_000;
  while ((await metric('nivel_facts_kept')) === 0) {
    if (performance.now() > deadline) throw new Error('The hub did not listen again within 10 s.');
    await recovered(world);
    await sleep(20);
  }
}

async function metric(name: string): Promise<number> {
  const metrics = await (await fetch(`${world.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
}

function layWireTo(database: TestDatabase): Promise<TcpWire> {
  const { hostname, port } = new URL(database.adminUrl);
  return layTcpWire({ host: hostname, port: Number(port) });
}

function wiredUrl(database: TestDatabase, { port }: TcpWire): string {
  const url = new URL(database.roleUrl('gateway'));
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return url.href;
}

/** Nothing was released, whoever is asked is told so soon, and in the hub's own words. */
async function expectClosed(asked: Promise<HubAnswer>, within: number): Promise<void> {
  const began = performance.now();
  const { status, data, errors, text } = await asked;
  expect(performance.now() - began, 'ms').toBeLessThan(within);
  expect(status).toBe(503);
  expect(['DECISIONS_UNAVAILABLE', 'LOG_UNAVAILABLE', 'BASIS_CHANGED']).toContain(errors[0]?.extensions.code);
  expect(data).toBeUndefined();
  expect(text).not.toMatch(/opioid|consent\.|SELECT|ECONN/);
}

/** Well again by itself, without a new start. */
async function recovered(hub: Pick<World, 'ask'>): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const { status, data } = await view(hub);
    if (status === 200) return expect(data.client.medication).not.toBeNull();
    if (performance.now() > deadline) throw new Error('The hub did not recover within 10 s.');
    await sleep(50);
  }
}

/** A fact of the client, as the ledger would write it but for the part that is given. */
const eventLike = (given: string): string => `
  WITH next AS (INSERT INTO consent.epochs (client_id, epoch)
    SELECT '${CLIENT_ONE}', max(epoch) + 1 FROM consent.epochs WHERE client_id = '${CLIENT_ONE}' RETURNING epoch)
  INSERT INTO consent.events SELECT (r).* FROM (
    SELECT jsonb_populate_record(v, to_jsonb(v) || jsonb_build_object('id', '${SPOILED}', 'record_id', '${SPOILED}',
      'epoch', next.epoch) || '${given}') AS r
    FROM consent.events v, next WHERE v.client_id = '${CLIENT_ONE}' AND v.kind = 'GRANTED' LIMIT 1) AS spoiled`;
const SPOILED = randomUUID();
const REMOVE = `DELETE FROM consent.events WHERE id = '${SPOILED}'`;

/** What is wrong with the ledger × how it is made so × how it is mended × what a gateway that keeps facts may answer. */
const LEDGERS: readonly [what: string, spoil: string, mend: string, kept: 'closed' | 'as before'][] = [
  [
    'may not be read',
    'REVOKE SELECT ON consent.events, consent.epochs FROM nivel_gateway',
    'GRANT SELECT ON consent.events, consent.epochs TO nivel_gateway',
    'closed',
  ],
  ['is slow: epochs', 'BEGIN; LOCK TABLE consent.epochs IN ACCESS EXCLUSIVE MODE', 'ROLLBACK', 'closed'],
  // The log has compared the epochs: what is kept is what the ledger holds.
  ['is slow: events', 'BEGIN; LOCK TABLE consent.events IN ACCESS EXCLUSIVE MODE', 'ROLLBACK', 'as before'],
  [
    'holds a kind of event that nobody knows',
    `ALTER TABLE consent.events DROP CONSTRAINT events_kind_check; ${eventLike('{"kind": "PERHAPS"}')}`,
    `${REMOVE}; ALTER TABLE consent.events ADD CONSTRAINT events_kind_check CHECK (kind IN ('GRANTED', 'DENIED', 'NARROWED', 'WITHDRAWN'))`,
    'closed',
  ],
  [
    'holds an event without an epoch',
    `ALTER TABLE consent.events ALTER COLUMN epoch DROP NOT NULL; ${eventLike('{"epoch": null}')}`,
    `${REMOVE}; ALTER TABLE consent.events ALTER COLUMN epoch SET NOT NULL`,
    'closed',
  ],
  ['holds an event ahead of its epoch', eventLike('{"epoch": 99999}'), REMOVE, 'closed'],
  ['holds a consent that opens another record', eventLike(`{"record_id": "${randomUUID()}"}`), REMOVE, 'closed'],
  [
    'has lost the epochs',
    'CREATE TABLE public.epochs AS TABLE consent.epochs; TRUNCATE consent.epochs',
    'INSERT INTO consent.epochs TABLE public.epochs; DROP TABLE public.epochs',
    'closed',
  ],
  [
    'has lost its tables',
    'ALTER TABLE consent.epochs RENAME TO elsewhere',
    'ALTER TABLE consent.elsewhere RENAME TO epochs',
    'closed',
  ],
];

describe.each(LEDGERS)('a ledger that %s', (_what, spoil, mend, kept) => {
  it('opens nothing, in bounded time, and is obeyed again once it is well', async () => {
    await admin.query(spoil);
    try {
      await expectClosed(view(forgetful), 8_000);
      if (kept === 'closed') await expectClosed(view(world), 16_000);
      else await recovered(world);
    } finally {
      await admin.query(mend);
    }
    await recovered(forgetful);
    await recovered(world);
  });

  it('between decision and log, the same', async () => {
    world.wires.health.onRequest = async () => {
      world.wires.health.onRequest = undefined;
      await admin.query(spoil);
    };
    try {
      if (kept === 'closed') await expectClosed(view(world), 16_000);
      else await recovered(world);
    } finally {
      await admin.query(mend);
    }
    await recovered(world);
  });
});

describe.each<TcpWeather>(['cut', 'silent', 'nonsense'])('a line to the ledger that is %s', (weather) => {
  it('in mid-flight opens nothing, in bounded time, and the hub goes on by itself', async () => {
    world.wires.health.onRequest = () => {
      world.wires.health.onRequest = undefined;
      wire.turn(weather);
    };
    try {
      await expectClosed(view(world), 16_000);
      await expectClosed(view(world), 16_000);
      expect((await fetch(`${world.url}/health/live`)).status).toBe(200);
    } finally {
      wire.turn('clear');
    }
    await recovered(world);
  });

  it('at the start does the same', async () => {
    wire.turn(weather);
    const late = await world.startAnother();
    try {
      await expectClosed(view(late), 16_000);
      wire.turn('clear');
      await recovered(late);
    } finally {
      wire.turn('clear');
      await late.close();
    }
  });
});

describe('a listener that is cut', () => {
  const TERMINATE = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE application_name = 'nivel listener' AND datname = current_database()`;
  it('keeps no facts until it listens again, and answers all the while', async () => {
    expect([await metric('nivel_facts_listening'), await metric('nivel_facts_kept')]).toEqual([1, 1]);
    wire.admits(false);
    try {
      await admin.query(TERMINATE);
      while ((await metric('nivel_facts_listening')) === 1) await sleep(10);
      const fromCache = await metric('nivel_facts_total\\{from="cache"\\}');
      for (let n = 0; n < 3; n += 1) expect((await view(world)).status).toBe(200);
      expect(await metric('nivel_facts_kept')).toBe(0);
      expect(await metric('nivel_facts_total\\{from="cache"\\}')).toBe(fromCache);
    } finally {
      wire.admits(true);
    }
    await warmed();
    expect(await metric('nivel_facts_listening')).toBe(1);
  });
});
