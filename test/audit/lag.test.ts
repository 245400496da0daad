import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LagWatch, readLag, watchLag } from '../../audit/lag.ts';
import { createAuditLog } from '../../audit/log.ts';
import { poolOf } from '../postgres.ts';
import { disclosureOf, entryWith, layLine } from './entries.ts';
import { type Line, type LogWorld, startLog } from './sequencing.ts';

let world: LogWorld;
let watches: LagWatch[];
let lines: Line[];
beforeEach(async () => {
  world = await startLog();
  watches = [];
  lines = [];
});
afterEach(async () => {
  for (const watch of watches) watch.close();
  await world.close();
});

const NONE = new Map<string, bigint>();
const disclosing = () => entryWith({ disclosures: [disclosureOf('00000000-0000-4000-8000-000000000001')] });

function watched(budget: number, pool = world.gateway) {
  const watch = watchLag(pool, { budget, interval: 25, log: (line) => lines.push(line) });
  watches.push(watch);
  return { watch, log: createAuditLog(pool, { behind: watch.behind }) };
}

/** As if the entries had come that long ago. */
const age = (seconds: number) =>
  world.admin.query(`UPDATE audit.entries SET inserted_at = inserted_at - interval '${seconds} s'`);

describe('the lag', () => {
  it('is 0 of an empty log, and of one that is all published', async () => {
    expect(await readLag(world.gateway)).toBe(0);
    await world.append(3);
    await age(100);
    expect(await readLag(world.gateway)).toBeGreaterThan(100_000);
    await world.start();
    await world.caughtUp();
    expect(await readLag(world.gateway)).toBe(0);
  });

  it('is that of the oldest, with an index or without, that is not published', async () => {
    const first = await world.start();
    await world.append(3);
    await world.caughtUp();
    await first.close();
    await world.append(2);
    await age(50);
    // Signed, and not published: the quorum is not there.
    const unwitnessed = await world.start();
    await world.caughtUp();
    await unwitnessed.close();
    await world.admin.query('DELETE FROM audit.publications WHERE size = 5');
    await world.append(1);
    const lag = await readLag(world.gateway);
    expect(lag).toBeGreaterThan(50_000);
    expect(lag).toBeLessThan(60_000);
  });
});

describe('beyond the budget', () => {
  it('nothing is disclosed; what discloses nothing is written; both by themselves as the log comes and goes', async () => {
    await world.append(1);
    await age(100);
    // Its time runs from here.
    const { watch, log } = watched(1_000);
    // The gateway has just started: the sequencer has a moment.
    expect(await log.append(disclosing(), NONE)).toBe('durable');
    await expect.poll(watch.behind).toBe(true);
    await expect(log.append(disclosing(), NONE)).rejects.toMatchObject({ name: 'LogUnavailable', code: 'LAG' });
    expect(await log.append(entryWith(), NONE)).toBe('durable');
    expect(watch.lag()).toBeGreaterThan(100_000);
    const sequencer = await world.start();
    await expect.poll(watch.behind).toBe(false);
    expect(await log.append(disclosing(), NONE)).toBe('durable');
    await sequencer.close();
    await world.append(1);
    await expect.poll(watch.behind).toBe(true);
    await world.start();
    await expect.poll(watch.behind).toBe(false);
    await expect
      .poll(() => lines.map(({ event }) => event))
      .toEqual(['log lags', 'log caught up', 'log lags', 'log caught up']);
  });

  it('a lag that cannot be read is one', async () => {
    const line = await layLine(world.database.roleUrl('gateway'));
    const pool = poolOf(line.url, { query_timeout: 500, connectionTimeoutMillis: 500 });
    await world.start();
    const { watch, log } = watched(1_200, pool);
    expect(await log.append(disclosing(), NONE)).toBe('durable');
    await sleep(1_300);
    expect(watch.behind()).toBe(false);
    line.silent = true;
    await expect.poll(watch.behind).toBe(true);
    line.silent = false;
    await expect.poll(watch.behind).toBe(false);
    expect(await log.append(disclosing(), NONE)).toBe('durable');
    watch.close();
    await pool.end();
    await line.close();
  });
});
