import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { type AnotherHub, startWorld, type World } from './world.ts';

/** Two gateways on one ledger; the second counts its statements. */
let world: World;
let second: AnotherHub;
let statements: string[] = [];

beforeAll(async () => {
  world = await startWorld({ count: 20 });
  second = await world.startAnother({ onStatement: (text) => statements.push(text) });
  await listening();
});
afterAll(async () => {
  await second?.close();
  await world?.close();
});
beforeEach(() => {
  for (const wire of Object.values(world.wires)) wire.onRequest = undefined;
});

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { medication { opioidSubstitution { product } } } }`;
const GRANT = `mutation { grantConsent(input: { categories: [MEDICATION], recipients: [{ role: COORDINATOR }],
  purposes: [SERVICE_COORDINATION], informed: { version: "2026-1", language: fi } }) { id } }`;

const view = (hub: Pick<World, 'ask'> = second) => hub.ask('coordinator', VIEW, { id: CLIENT_ONE });
const sees = async (hub?: Pick<World, 'ask'>): Promise<boolean> => (await view(hub)).data.client.medication !== null;

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${second.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1]);
}

async function listening(): Promise<void> {
  while ((await metric('nivel_facts_listening')) === 0) await sleep(10);
}

async function withdrawAll(): Promise<void> {
  const { data } = await world.ask('client', '{ ownData { consents { id kind state categories } } }');
  for (const { id, kind, state, categories } of data.ownData.consents) {
    if (kind !== 'CONSENT' || state === 'WITHDRAWN' || !categories.includes('MEDICATION')) continue;
    const withdraw = 'mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state } }';
    expect((await world.ask('client', withdraw, { id })).errors).toEqual([]);
  }
}

/** Statements on facts of one view. */
async function reads(): Promise<number> {
  statements = [];
  await view();
  return statements.filter((text) => text.includes('consent.relationships')).length;
}

describe('a gateway that keeps facts', () => {
  it('reads them once, until they change', async () => {
    await view();
    expect(await reads()).toBe(0);
    await world.ask('client', GRANT);
    await sleep(1_000);
    expect(await reads()).toBe(1);
    expect(await reads()).toBe(0);
  });

  it('hears of a withdrawal at another gateway within a second, and of a consent at once', async () => {
    await world.ask('client', GRANT);
    expect([await sees(), await sees(world)]).toEqual([true, true]);
    const kept = await metric('nivel_facts_kept');
    await withdrawAll();
    const began = performance.now();
    while ((await metric('nivel_facts_kept')) === kept && performance.now() - began < 1_000) await sleep(10);
    expect(await metric('nivel_facts_kept')).toBe(kept - 1);
    expect([await sees(), await sees(world)]).toEqual([false, false]);
    await world.ask('client', GRANT);
    // Who is refused everything is refused on the ledger as it is now: nothing has to be heard.
    expect([await sees(), await sees(world)]).toEqual([true, true]);
  });

  it('releases nothing on kept facts that have just changed, heard of or not', async () => {
    for (let n = 0; n < 10; n += 1) {
      await world.ask('client', GRANT);
      expect(await sees()).toBe(true);
      await withdrawAll();
      expect(await sees()).toBe(false);
    }
  });

  it('decides anew on the ledger, not on what it keeps, once the log has found the decision stale', async () => {
    await world.ask('client', GRANT);
    await view();
    world.wires.health.onRequest = async () => {
      world.wires.health.onRequest = undefined;
      await world.ask('client', GRANT);
    };
    expect(await reads()).toBe(1);
    expect(await sees()).toBe(true);
  });

  it('does so too when nobody told of the change', async () => {
    await world.ask('client', GRANT);
    expect(await sees()).toBe(true);
    const admin = await connectDatabase(world.database.adminUrl);
    await admin.query(
      'INSERT INTO consent.epochs (client_id, epoch) SELECT $1::uuid, max(epoch) + 1 FROM consent.epochs WHERE client_id = $1',
      [CLIENT_ONE],
    );
    await admin.end();
    expect(await reads()).toBe(1);
    expect([await reads(), await sees()]).toEqual([0, true]);
  });

  it('one statement for all whose facts are not kept: fifty are as dear as one', async () => {
    const caseload = `{ caseload(purpose: SERVICE_COORDINATION, first: 50) { edges { node { id names { family } employment { jobSeekerStatus { since } } } } } }`;
    const { data } = await world.ask('coordinator', caseload);
    expect(data.caseload.edges.length).toBeGreaterThan(1);
    const cold = await world.startAnother({ factsKept: 0, onStatement: (text) => statements.push(text) });
    try {
      statements = [];
      await cold.ask('coordinator', caseload);
      expect(statements.filter((text) => text.includes('consent.relationships'))).toHaveLength(1);
    } finally {
      await cold.close();
    }
  });

  it('counts what came from where, and names nobody', async () => {
    const text = await (await fetch(`${second.url}/metrics`)).text();
    expect(text).toMatch(/^nivel_facts_total\{from="cache"\} [1-9]/m);
    expect(text).toMatch(/^nivel_facts_total\{from="ledger"\} [1-9]/m);
    expect(text).not.toContain(CLIENT_ONE);
  });
});
