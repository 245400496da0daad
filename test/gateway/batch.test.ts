import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_USERS } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import type { CategoryName } from '../../schema/categories.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let admin: pg.Client;
/** Clients of the coordinator's case-load made for this test; what each agency holds of one names it. */
const clients: readonly string[] = Array.from({ length: 50 }, () => randomUUID()).sort();

beforeAll(async () => {
  // The test rewrites history, which no cache can follow; test/gateway/cache.test.ts has the cache.
  world = await startWorld({ count: 0, hub: { factsKept: 0 } });
  admin = await connectDatabase(world.database.adminUrl);
  await makeClients();
});
afterAll(async () => {
  await admin?.end();
  await world?.close();
});

/** More by NIVEL_RUNS. */
const RUNS = Number(process.env.NIVEL_RUNS ?? 25);

// biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
type Client = Record<string, any>;

/** What the batch asks of each client, by the category that opens it. */
const ASKED: readonly { category: CategoryName; field: string; read: (client: Client) => unknown }[] = [
  { category: 'IDENTITY_CONTACT', field: 'names { given }', read: (client) => client.names?.given },
  { category: 'HOUSING', field: 'housing { id }', read: (client) => client.housing?.id },
  {
    category: 'EMPLOYMENT',
    field: 'employment { statusHistory { id } }',
    read: (client) => client.employment?.statusHistory[0]?.id,
  },
  {
    category: 'HEALTH_CONDITIONS',
    field: 'healthConditions { id }',
    read: (client) => client.healthConditions?.[0]?.id,
  },
  {
    category: 'MEDICATION',
    field: 'medication { medications { id } }',
    read: (client) => client.medication?.medications[0]?.id,
  },
];
/** Open to the coordinator without any consent: own register; never open: diagnoses. */
const ALWAYS: readonly CategoryName[] = ['IDENTITY_CONTACT', 'EMPLOYMENT'];
const BY_CONSENT: readonly CategoryName[] = ['HOUSING', 'MEDICATION'];

const FIELDS = `id ${ASKED.map(({ field }) => field).join(' ')}`;

describe('a batch of 50 clients with mixed consents, duplicates and unknown ids', () => {
  it(`gives each client exactly their own data (${RUNS} random states of the ledger)`, async () => {
    const consent = fc.record({
      client: fc.nat(49),
      kind: fc.constantFrom('GRANTED', 'GRANTED', 'DENIED'),
      category: fc.constantFrom(...BY_CONSENT),
    });
    const ask = fc.record({
      events: fc.array(consent, { maxLength: 120 }),
      // Beside the page of 50: some again, and some whom nobody knows.
      extra: fc.array(fc.oneof(fc.nat(49), fc.constant(-1)), { maxLength: 25 }),
    });
    await fc.assert(
      fc.asyncProperty(ask, async ({ events, extra }) => {
        await rewriteLedger(events);
        const ids = extra.map((index) => clients[index] ?? randomUUID());
        const aliases = ids.map(
          (id, index) => `c${index}: client(id: "${id}", purpose: SERVICE_COORDINATION) { ...F }`,
        );
        world.forgetRequests();
        const { status, data, access } = await world.ask(
          'coordinator',
          `query Batch { caseload(purpose: SERVICE_COORDINATION, first: 50) { edges { node { ...F } } } ${aliases.join(' ')} }
           fragment F on Client { ${FIELDS} }`,
        );
        expect(status).toBe(200);
        const page = data.caseload.edges.map(({ node }: { node: { id: string } }) => node);
        expect(page.map(({ id }: { id: string }) => id)).toEqual(clients);
        for (const client of page) expectOwn(client, events);
        ids.forEach((id, index) => {
          const client = data[`c${index}`];
          if (clients.includes(id)) expectOwn(client, events);
          else expect(client).toBeNull();
        });
        // What is null is said, and nothing else.
        const denied = access.map(({ client, category }) => `${client} ${category}`).sort();
        expect(denied).toEqual(expectedDenials([...clients, ...ids], events));
        // Nobody's data, and not even their ids, reached an agency without need.
        for (const wire of [world.wires.social, world.wires.health]) {
          for (const body of wire.requests) expectOnlyPermitted(body, events);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('costs each agency as many statements and requests for 50 clients as for 1', async () => {
    await rewriteLedger(
      clients.flatMap((_, client) =>
        client % 3 === 0
          ? []
          : [{ client, kind: 'GRANTED' as const, category: BY_CONSENT[client % 2] as CategoryName }],
      ),
    );
    const cost = async (first: number) => {
      const before = { ...world.statements };
      world.forgetRequests();
      const { status } = await world.ask(
        'coordinator',
        `query ($first: Int!) { caseload(purpose: SERVICE_COORDINATION, first: $first) { edges { node { ${FIELDS} } } } }`,
        { first },
      );
      expect(status).toBe(200);
      return Object.entries(world.wires).map(([name, wire]) => [
        name,
        wire.requests.length,
        world.statements[name as 'health'] - before[name as 'health'],
      ]);
    };
    await cost(50);
    const many = await cost(50);
    const few = await cost(5);
    expect(many).toEqual(few);
    expect(many.filter(([, requests]) => (requests as number) > 0).map(([name, requests]) => [name, requests])).toEqual(
      [
        ['clients', 1],
        ['social', 1],
        ['employment', 1],
        ['health', 1],
        ['consents', 1],
      ],
    );
  });
});

interface Event {
  readonly client: number;
  readonly kind: 'GRANTED' | 'DENIED';
  readonly category: CategoryName;
}

/** The rule in this test's own words: a denial wins over any consent; own register needs none; diagnoses never. */
function mayCoordinatorSee(clientId: string, category: CategoryName, events: readonly Event[]): boolean {
  if (ALWAYS.includes(category)) return true;
  if (!BY_CONSENT.includes(category)) return false;
  const about = events.filter((event) => clients[event.client] === clientId && event.category === category);
  return about.some(({ kind }) => kind === 'GRANTED') && !about.some(({ kind }) => kind === 'DENIED');
}

function expectOwn(client: Client, events: readonly Event[]): void {
  for (const { category, read } of ASKED) {
    const open = mayCoordinatorSee(client.id, category, events);
    expect(read(client) ?? null, `${category} of ${client.id}`).toBe(open ? client.id : null);
  }
}

function expectedDenials(ids: readonly string[], events: readonly Event[]): string[] {
  const denied = new Set<string>();
  for (const id of ids) {
    for (const { category } of ASKED) {
      if (!clients.includes(id) || !mayCoordinatorSee(id, category, events)) denied.add(`${id} ${category}`);
    }
  }
  return [...denied].sort();
}

function expectOnlyPermitted(body: string, events: readonly Event[]): void {
  const { grants } = JSON.parse(body).extensions.pass as {
    grants: { categories: CategoryName[]; clients: string[] }[];
  };
  for (const { categories, clients: ids } of grants) {
    expect(categories.length).toBeGreaterThan(0);
    for (const id of ids) for (const category of categories) expect(mayCoordinatorSee(id, category, events)).toBe(true);
  }
  const granted = new Set(grants.flatMap(({ clients: ids }) => ids));
  for (const id of clients) if (!granted.has(id)) expect(body).not.toContain(id);
}

/** The ledger is append-only for the hub; the test, as the migrating role, writes it anew. */
async function rewriteLedger(events: readonly Event[]): Promise<void> {
  await admin.query('BEGIN');
  await admin.query('DELETE FROM consent.events');
  const perClient = new Map<number, number>();
  const rows = events.map((event) => {
    const epoch = (perClient.get(event.client) ?? 1) + 1;
    perClient.set(event.client, epoch);
    return { id: randomUUID(), client: clients[event.client], epoch, kind: event.kind, categories: [event.category] };
  });
  await admin.query(
    `INSERT INTO consent.events (id, client_id, epoch, kind, record_id, categories, sources, recipients, purposes, valid_from,
       information_version, information_language, channel, given_by, recorded_by, recorded_role)
     SELECT id, client, epoch, kind, id, categories,
       CASE kind WHEN 'DENIED' THEN '{}' ELSE '{SOCIAL_SERVICES,HEALTH_CARE}'::text[] END,
       '{role:coordinator}', CASE kind WHEN 'DENIED' THEN '{}' ELSE '{SERVICE_COORDINATION}'::text[] END,
       now() - interval '1 day', '2026-1', 'fi', 'ELECTRONIC', 'CLIENT', client, 'client'
     FROM jsonb_to_recordset($1) AS event(id uuid, client uuid, epoch bigint, kind text, categories text[])`,
    [JSON.stringify(rows)],
  );
  await admin.query('DELETE FROM consent.epochs');
  await admin.query(
    `INSERT INTO consent.epochs (client_id, epoch) SELECT r.client_id, greatest(1, (SELECT max(epoch) FROM consent.events e WHERE e.client_id = r.client_id))
     FROM consent.relationships r`,
  );
  await admin.query('COMMIT');
}

async function makeClients(): Promise<void> {
  const coordinator = DEMO_USERS.find(({ username }) => username === 'coordinator');
  await admin.query(
    `INSERT INTO consent.relationships (id, client_id, kind, agency, organisation, unit, valid_from, epoch)
     SELECT gen_random_uuid(), id, 'OPEN_SERVICE', $2, $3, $4, now() - interval '1 day', 1 FROM unnest($1::uuid[]) AS id`,
    [clients, coordinator?.agency, coordinator?.organisation, coordinator?.unit],
  );
  // Each row's id, and each first name, is the client's: what comes back tells whose it is.
  for (const insert of [
    `clients.people (client_id, personal_identity_code, first_names, call_name, last_name, language, protection_order)
       SELECT id, 'test-' || n, id::text, 'x', 'y', 'fi', false`,
    `social.housing (client_id, id, controller, housing_class, need, valid_from)
       SELECT id, id, 'HELSINKI', 'OWN_TENANCY', 'NONE', current_date - 10`,
    `employment.statuses (client_id, id, area, status, valid_from)
       SELECT id, id, 'HELSINKI', 'S02_UNEMPLOYED', current_date - 10`,
    `health.conditions (client_id, id, controller, care_unit, icd10, noted_on)
       SELECT id, id, 'VTH', 'VTH_HELSINKI', 'F11.2', current_date - 10`,
    `health.medications (client_id, id, controller, atc, dose_mg, times_a_day, starts_on)
       SELECT id, id, 'VTH', 'N06AB04', 20, 1, current_date - 10`,
  ]) {
    await admin.query(`INSERT INTO ${insert} FROM unnest($1::uuid[]) WITH ORDINALITY AS client(id, n)`, [clients]);
  }
}
