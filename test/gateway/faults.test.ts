import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import type { Weather } from './wire.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(() => world?.close());
afterEach(() => {
  for (const wire of Object.values(world.wires)) wire.weather = 'clear';
});

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) {
  id names { family } custody { phase } housing { class } employment { jobSeekerStatus { since } } medication { opioidSubstitution { product } } } }`;
const view = () => world.ask('coordinator', VIEW, { id: CLIENT_ONE });

/** What the agency does × the code that the caller reads. */
const WEATHER: readonly [what: string, weather: Weather, code: string][] = [
  ['cuts the connection', 'refused', 'AGENCY_UNAVAILABLE'],
  ['says nothing', 'silent', 'AGENCY_UNAVAILABLE'],
  ['answers a web page', 'html', 'AGENCY_UNAVAILABLE'],
  ['breaks off in the middle', 'half', 'AGENCY_UNAVAILABLE'],
  ['never stops answering', 'endless', 'AGENCY_UNAVAILABLE'],
  ['answers only an error', 'error', 'AGENCY_ERROR'],
  ['answers with another client', 'wrong-client', 'AGENCY_ERROR'],
  ['answers with too few', 'wrong-length', 'AGENCY_ERROR'],
];

describe('one agency fails, the rest answers', () => {
  it.each(WEATHER)('health %s', async (_what, weather, code) => {
    world.wires.health.weather = weather;
    const started = performance.now();
    const { status, data, errors, text } = await view();
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(status).toBe(200);
    expect(data.client.medication).toBeNull();
    for (const field of ['names', 'custody', 'housing', 'employment']) expect(data.client[field], field).not.toBeNull();
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code, agency: 'health' }]);
    expect(errors[0]?.path).toEqual(['client']);
    expect(text).not.toContain('secret of the agency');
    world.wires.health.weather = 'clear';
    expect((await view()).data.client.medication).not.toBeNull();
  });

  it('the entry says which agency was silent', async () => {
    world.wires.health.weather = 'refused';
    const { auditId } = await view();
    const { data } = await world.ask(
      'auditor',
      '{ auditEntries(first: 1, filter: { outcome: PARTIAL }) { edges { node { id unavailable } } } }',
    );
    expect(data.auditEntries.edges[0].node).toEqual({ id: auditId, unavailable: ['HEALTH_CARE'] });
  });

  it('a field that requires another agency’s is null when that agency is silent, and takes nothing else with it', async () => {
    world.wires.sentences.weather = 'refused';
    const { data, errors } = await world.ask(
      'employment-specialist',
      'query ($id: ID!) { client(id: $id, purpose: EMPLOYMENT_SUPPORT) { employment { jobSeekerStatus { since } } meetingsBeforeRelease { daysBeforeRelease } } }',
      { id: CLIENT_ONE },
    );
    expect(data.client).toMatchObject({
      meetingsBeforeRelease: null,
      employment: { jobSeekerStatus: expect.anything() },
    });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'AGENCY_UNAVAILABLE', agency: 'sentences' }]);
  });

  it('answers that are too large together for one operation end it, and leave the others unharmed', async () => {
    const large = ['sentences', 'social', 'employment', 'health'] as const;
    for (const agency of large) world.wires[agency].weather = 'large';
    expect((await view()).status).toBe(200);
    world.wires.clients.weather = 'large';
    const [{ status, data, errors }, other] = await Promise.all([
      view(),
      world.ask(
        'coordinator',
        'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { custody { phase } } }',
        {
          id: CLIENT_ONE,
        },
      ),
    ]);
    expect([status, errors[0]?.extensions.code, data]).toEqual([400, 'ANSWER_TOO_LARGE', undefined]);
    expect([other.status, other.errors]).toEqual([200, []]);
  });

  it('the client index is silent: a look-up by identity code decides nothing', async () => {
    world.wires.clients.weather = 'refused';
    const { status, errors } = await world.ask(
      'coordinator',
      '{ clientByPersonalIdentityCode(code: "150382-901A", purpose: SERVICE_COORDINATION) { id } }',
    );
    expect([status, errors[0]?.extensions.code]).toEqual([503, 'DECISIONS_UNAVAILABLE']);
  });

  it('all agencies are silent: the client, and nothing about them', async () => {
    for (const wire of Object.values(world.wires)) wire.weather = 'refused';
    const { status, data, errors } = await world.ask('coordinator', VIEW.replace('names { family }', ''), {
      id: CLIENT_ONE,
    });
    expect(status).toBe(200);
    expect(data.client).toEqual({ id: CLIENT_ONE, custody: null, housing: null, employment: null, medication: null });
    expect(errors.map(({ extensions }) => extensions.agency).sort()).toEqual([
      'employment',
      'health',
      'sentences',
      'social',
    ]);
  });
});

describe('the operator', () => {
  it('reads of each fault, and no line holds what the agency or the client said', async () => {
    const lines = JSON.stringify(world.log);
    expect(world.log.some(({ event, agency }) => event === 'agency failed' && agency === 'health')).toBe(true);
    for (const secret of ['secret of the agency', CLIENT_ONE, '150382', 'Lahtinen', 'Bearer'])
      expect(lines).not.toContain(secret);
  });

  it('finds liveness, readiness and metrics without names', async () => {
    expect(await (await fetch(`${world.url}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${world.url}/health/ready`)).json()).toEqual({ status: 'ok' });
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    expect(metrics).toMatch(/nivel_http_requests_total\{route="\/graphql",status="200"\} \d+/);
    expect(metrics).toMatch(/nivel_agency_requests_total\{agency="health",outcome="unavailable"\} \d+/);
    expect(metrics).not.toContain(CLIENT_ONE);
  });

  it('gives the API schema to developers alone', async () => {
    const ask = async (user?: string) =>
      fetch(
        `${world.url}/schema.graphql`,
        user === undefined ? {} : { headers: { authorization: `Bearer ${await world.token(user)}` } },
      );
    expect((await ask()).status).toBe(401);
    expect((await ask('coordinator')).status).toBe(403);
    const sdl = await (await ask('developer')).text();
    expect(sdl).toContain('type Client');
    expect(sdl).not.toContain('join__');
  });
});
