import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSequencer, type Sequencer } from '../../audit/sequencer/sequencer.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { newSigner } from '../audit/signing.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let next: Sequencer | undefined;
beforeAll(async () => {
  world = await startWorld({ count: 20, hub: { lagBudget: 2_000 } });
});
afterAll(async () => {
  await next?.close();
  await world?.close();
});

const VIEW = 'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { names { family } } }';
const view = () => world.ask('coordinator', VIEW, { id: CLIENT_ONE });
const refused = (answer: Awaited<ReturnType<typeof view>>) => [answer.status, answer.errors[0]?.extensions.code];
const metric = async (name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(await (await fetch(`${world.url}/metrics`)).text())?.[1]);

it('while nobody publishes the log nothing is disclosed, all else goes on, and it ends by itself', {
  timeout: 20_000,
}, async () => {
  await expect.poll(async () => (await view()).status, { timeout: 8_000 }).toBe(200);
  await world.sequencer.close();
  await expect.poll(async () => refused(await view()), { timeout: 8_000 }).toEqual([503, 'LOG_UNAVAILABLE']);
  const { headers, text } = await view();
  expect(headers.get('retry-after')).toBe('2');
  expect(text).not.toContain('family');
  // Refusals are written, and who watches the log still reads it.
  const denied = await world.ask('peer', VIEW.replace('SERVICE_COORDINATION', 'CARE_CONTINUITY'), { id: CLIENT_ONE });
  expect(refused(denied)).toEqual([403, 'PURPOSE_NOT_ALLOWED']);
  const read = await world.ask('auditor', '{ auditEntries(first: 1) { edges { node { outcome } } } }');
  expect([read.status, read.data.auditEntries.edges[0].node.outcome]).toEqual([200, 'REFUSED']);
  expect(await metric('nivel_log_behind')).toBe(1);
  expect(await metric('nivel_log_lag_seconds')).toBeGreaterThan(2);
  expect((await fetch(`${world.url}/health/ready`)).status).toBe(200);

  next = createSequencer({
    databaseUrl: world.database.roleUrl('sequencer'),
    signers: [newSigner()],
    witnesses: [],
    quorum: 0,
    log: () => {},
  });
  await next.start();
  await expect.poll(async () => (await view()).status, { timeout: 8_000 }).toBe(200);
  expect(await metric('nivel_log_behind')).toBe(0);
  const events = world.log
    .map(({ event }) => event)
    .filter((event) => event === 'log lags' || event === 'log caught up');
  // Once an outage, not once a look; a busy machine may have had one before.
  expect(events.slice(-2)).toEqual(['log lags', 'log caught up']);
  expect(events.length).toBeLessThan(7);
});
