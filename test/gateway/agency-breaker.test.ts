import { afterAll, beforeAll, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 5 });
});
afterAll(() => world?.close());

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) {
  id employment { jobSeekerStatus { since } } medication { opioidSubstitution { product } } } }`;
const view = () => world.ask('coordinator', VIEW, { id: CLIENT_ONE });
const metrics = async () => (await fetch(`${world.url}/metrics`)).text();
const events = (event: string) => world.log.filter((line) => line.event === event && line.agency === 'health');

it('an agency that fails is left alone for a while and costs its own fields at once; the hub stays ready', async () => {
  expect(await metrics()).toContain('nivel_agency_breaker_open{agency="health"} 0');
  const { health } = world.wires;
  health.weather = 'html';
  for (let n = 0; n < 5; n += 1) await view();
  health.forget();
  for (let n = 0; n < 3; n += 1) {
    const { status, data, errors } = await view();
    expect([status, data.client.medication]).toEqual([200, null]);
    expect(data.client.employment).not.toBeNull();
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'AGENCY_UNAVAILABLE', agency: 'health' }]);
  }
  expect(health.requests).toEqual([]);
  expect((await fetch(`${world.url}/health/ready`)).status).toBe(200);
  const text = await metrics();
  expect(text).toContain('nivel_agency_breaker_open{agency="health"} 1');
  expect(text).toContain('nivel_agency_breaker_open{agency="employment"} 0');
  expect(text).toContain('nivel_agency_faults_total{agency="health",fault="answer broken"} 5');
  expect(text).toContain('nivel_agency_faults_total{agency="health",fault="breaker open"} 3');
  expect(text).toContain('nivel_agency_requests_total{agency="health",outcome="unavailable"} 8');
  expect(text).toContain('nivel_agency_request_seconds_count{agency="health"} 5');
  expect(events('agency failed').map(({ cause }) => cause)).toEqual(Array(5).fill('answer broken: not JSON'));
  expect(events('agency breaker')).toEqual([expect.objectContaining({ level: 'warn', state: 'open' })]);

  health.weather = 'clear';
  await expect
    .poll(async () => (await view()).data.client.medication, { timeout: 4_000, interval: 200 })
    .not.toBeNull();
  expect(await metrics()).toContain('nivel_agency_breaker_open{agency="health"} 0');
  expect(events('agency breaker').map(({ state }) => state)).toEqual(['open', 'closed']);
});
