import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

const VIEW =
  'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { names { family } medication { opioidSubstitution { product } } } }';

describe('more load than capacity', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ count: 5, hub: { capacity: 4 } });
  });
  afterAll(() => world?.close());

  it('is turned away with 503 and Retry-After; those admitted are answered', async () => {
    await world.token('coordinator');
    world.wires.health.onRequest = () => new Promise((resolve) => setTimeout(resolve, 100));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => world.ask('coordinator', VIEW, { id: CLIENT_ONE })),
    );
    const by = (status: number): HubAnswer[] => answers.filter((answer) => answer.status === status);
    expect(by(200)).toHaveLength(4);
    expect(by(503)).toHaveLength(16);
    for (const { errors, headers } of by(503)) {
      expect(errors[0]?.extensions.code).toBe('OVERLOADED');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    for (const { data } of by(200)) expect(data.client.medication).not.toBeNull();
    expect((await world.ask('coordinator', VIEW, { id: CLIENT_ONE })).status).toBe(200);
  });
});

describe('closing under load', () => {
  it('answers what is under way, takes nothing new, and ends soon', async () => {
    const world = await startWorld({ count: 5 });
    await world.token('coordinator');
    let arrived = 0;
    world.wires.health.onRequest = (body) => {
      arrived += [JSON.parse(body)].flat().length;
      return new Promise((resolve) => setTimeout(resolve, 300));
    };
    const underWay = Array.from({ length: 8 }, () => world.ask('coordinator', VIEW, { id: CLIENT_ONE }));
    while (arrived < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    const started = performance.now();
    const closing = world.close();
    const late = world.ask('coordinator', VIEW, { id: CLIENT_ONE }).then(
      ({ status }) => status,
      () => 'refused',
    );
    for (const { status, data } of await Promise.all(underWay)) {
      expect(status).toBe(200);
      expect(data.client.medication).not.toBeNull();
    }
    expect([503, 'refused']).toContain(await late);
    await closing;
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});
