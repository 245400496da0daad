import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEntry } from '../../audit/written.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { poolOf } from '../postgres.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(async () => {
  await world?.close();
});

// biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for.
type Part = any;

const ACCEPT = 'multipart/mixed;deferSpec=20220824, application/json';

/** The parts of an answer, in the order in which they came. */
async function askInParts(user: string, query: string, variables: object, accept = ACCEPT): Promise<Part[]> {
  const response = await fetch(`${world.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, authorization: `Bearer ${await world.token(user)}` },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  if (!response.headers.get('content-type')?.startsWith('multipart/mixed')) return [JSON.parse(text)];
  expect(text.endsWith('\r\n-----\r\n')).toBe(true);
  return text
    .split('\r\n---')
    .filter((part) => part.includes('\r\n\r\n'))
    .map((part) => JSON.parse(part.slice(part.indexOf('\r\n\r\n') + 4)));
}

const DEFERRED = `query ($id: ID!) {
  client(id: $id, purpose: SERVICE_COORDINATION) {
    id names { given }
    ... on Client @defer(label: "later") { housing { class need } medication { medications { doseMg } } }
  }
}`;
const AT_ONCE = DEFERRED.replace('@defer(label: "later")', '');

describe('an operation with @defer', () => {
  it('comes in parts to a caller who takes them, each with what was denied in it and an entry of its own', async () => {
    const whole = await world.ask('coordinator', AT_ONCE, { id: CLIENT_ONE });
    const [first, later, ...more] = await askInParts('coordinator', DEFERRED, { id: CLIENT_ONE });
    expect(more).toEqual([]);
    expect(first.hasNext).toBe(true);
    expect(later.hasNext).toBe(false);
    const [added] = later.incremental;
    expect([added.path, added.label]).toEqual([['client'], 'later']);
    expect({ ...first.data.client, ...added.data }).toEqual(whole.data.client);
    expect(Object.keys(first.data.client)).toEqual(['id', 'names']);
    expect([...first.extensions.access, ...added.extensions.access]).toEqual(whole.access);

    const ids = [first.extensions.audit.id, added.extensions.audit.id];
    const admin = poolOf(world.database.adminUrl);
    const { rows } = await admin.query('SELECT body FROM audit.entries WHERE id = ANY ($1::uuid[]) ORDER BY seq', [
      ids,
    ]);
    await admin.end();
    const entries = rows.map(({ body }) => readEntry(body));
    expect(entries.map(({ id }) => id)).toEqual(ids);
    expect(new Set(entries.map(({ request }) => request)).size).toBe(1);
    const sources = entries.map(({ disclosures }) => disclosures.map(({ source }) => source));
    expect(sources).toEqual([['HUB'], ['SOCIAL_SERVICES', 'HEALTH_CARE']]);
  });

  it('comes at once to everybody else, as if nothing were deferred', async () => {
    const whole = await world.ask('coordinator', AT_ONCE, { id: CLIENT_ONE });
    const [answer, ...more] = await askInParts('coordinator', DEFERRED, { id: CLIENT_ONE }, 'application/json');
    expect(more).toEqual([]);
    expect(answer.data).toEqual(whole.data);
    expect(answer.extensions.access).toEqual(whole.access);
  });

  it('adds to every client of a list', async () => {
    const query = (defer: string) => `{ caseload(purpose: SERVICE_COORDINATION, first: 10) {
      edges { node { id ... ${defer} { housing { class } } } } } }`;
    const whole = await world.ask('coordinator', query('@include(if: true)'));
    const [first, later] = await askInParts('coordinator', query('@defer'), {});
    const { edges } = first.data.caseload;
    for (const { path, data } of later.incremental) Object.assign(edges[path[2]].node, data);
    expect(edges.length).toBeGreaterThan(1);
    expect(first.data).toEqual(whole.data);
  });

  it('waits for no slow agency, and loses no more than its fields when it does not answer', async () => {
    world.wires.social.weather = 'silent';
    try {
      const started = performance.now();
      const response = await fetch(`${world.url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: ACCEPT,
          authorization: `Bearer ${await world.token('coordinator')}`,
        },
        body: JSON.stringify({ query: DEFERRED, variables: { id: CLIENT_ONE } }),
      });
      const reader = response.body?.getReader();
      const chunk = new TextDecoder().decode((await reader?.read())?.value);
      const waited = performance.now() - started;
      let rest = chunk;
      for (let read = await reader?.read(); !read?.done; read = await reader?.read())
        rest += new TextDecoder().decode(read?.value);
      const ended = performance.now() - started;
      expect(waited).toBeLessThan(ended - 1_000);
      expect(rest).toContain('AGENCY_UNAVAILABLE');
      expect(rest).toContain('"housing":null');
    } finally {
      world.wires.social.weather = 'clear';
    }
  });

  it('gives nothing of a part whose basis has been withdrawn meanwhile, and keeps what came before', async () => {
    const { data } = await world.ask('client', '{ ownData { consents { id kind state categories } } }');
    const given = data.ownData.consents.filter(
      ({ kind, state, categories }: Part) =>
        kind === 'CONSENT' && state !== 'WITHDRAWN' && categories.includes('MEDICATION'),
    );
    expect(given).not.toEqual([]);
    world.wires.health.onRequest = async () => {
      world.wires.health.onRequest = undefined;
      for (const { id } of given)
        await world.ask('client', 'mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state } }', {
          id,
        });
    };
    const [first, later] = await askInParts('coordinator', DEFERRED, { id: CLIENT_ONE });
    expect(first.data.client.names).not.toBeNull();
    expect(later).toEqual({
      incremental: [{ data: null, errors: [expect.objectContaining({ extensions: { code: 'BASIS_CHANGED' } })] }],
      hasNext: false,
    });
    const [, again] = await askInParts('coordinator', DEFERRED, { id: CLIENT_ONE });
    expect(again.incremental[0].data.medication).toBeNull();
  });

  it('opens nothing of a client whom the caller may not know of', async () => {
    const parts = await askInParts('coordinator', DEFERRED, { id: crypto.randomUUID() });
    expect(parts[0].data).toEqual({ client: null });
    expect(JSON.stringify(parts)).not.toContain('"housing"');
  });
});
