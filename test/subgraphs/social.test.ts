import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { social } from '../../subgraphs/social/index.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, day, insertRows, startSubgraph } from './ask.ts';
import { expectNotReadable, itAnswersTheHubAlone } from './door.ts';

const ALL = ['HOUSING', 'SOCIAL_SERVICES', 'SOCIAL_ASSISTANCE', 'BENEFITS'] as const;
const FULL = `id
  housing { class homeless tenancy need since until controller { oid fi sv } earlier { class since until controller { code } } }
  socialServices { task state openedOn closedOn ownWorker { id name unit } controller { oid }
    clientPlans { madeOn reviewOn goals { area goal state } } decisions { service outcome decidedOn validFrom validUntil } }
  socialAssistance { kind controller { oid fi sv } appliedOn dueOn decidedOn inTime outcome periodFrom periodUntil }
  benefits { benefit state startsOn endsOn }`;

const many = Array.from({ length: 100 }, () => randomUUID());
const [first = '', second = '', guarded = '', guardedToday = '', guardedOnce = ''] = many;

let database: TestDatabase;
let subgraph: AskedSubgraph;

beforeAll(async () => {
  database = await createDatabase();
  await fill();
  subgraph = await startSubgraph(social, database, 'social');
});

afterAll(async () => {
  await subgraph?.close();
  await database?.drop();
});

describe('the social subgraph', () => {
  itAnswersTheHubAlone(
    () => subgraph,
    () => ({ query: '{ socialControllers { oid } }' }),
  );

  it('shows the housing of today, what came before, and who keeps each', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client).toMatchObject({
      id: first,
      housing: {
        class: 'RELEASED_WITHOUT_HOUSING',
        homeless: true,
        tenancy: null,
        need: 'SUPPORTED_HOUSING',
        since: day(-10),
        until: null,
        controller: { oid: '1.2.246.10.2012566', fi: 'Helsingin kaupunki', sv: 'Helsingfors stad' },
        earlier: [{ class: 'OWN_TENANCY', since: day(-400), until: day(-11), controller: { code: 'WESTERN_UUSIMAA' } }],
      },
    });
  });

  it('shows a case with its own worker, plan, goals and decision', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client?.socialServices).toEqual([
      {
        task: 'WORKING_AGE',
        state: 'SERVICE',
        openedOn: day(-90),
        closedOn: null,
        ownWorker: { id: first, name: 'Maija Malli', unit: 'HEL_ADULTS' },
        controller: { oid: '1.2.246.10.2012566' },
        clientPlans: [
          {
            madeOn: day(-80),
            reviewOn: day(100),
            goals: [{ area: 'HOUSING', goal: 'Oma koti', state: 'ONGOING' }],
          },
        ],
        decisions: [
          {
            service: 'HOUSING_GUIDANCE',
            outcome: 'GRANTED',
            decidedOn: day(-70),
            validFrom: day(-70),
            validUntil: day(200),
          },
        ],
      },
    ]);
  });

  it('shows assistance with its due day, by Kela or a social controller', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client?.socialAssistance).toEqual([
      {
        kind: 'SUPPLEMENTARY',
        controller: { oid: '1.2.246.10.2012566', fi: 'Helsingin kaupunki', sv: 'Helsingfors stad' },
        appliedOn: '2025-04-14',
        // Good Friday and Easter Monday do not count.
        dueOn: '2025-04-25',
        decidedOn: '2025-04-28',
        inTime: false,
        outcome: 'REFUSED',
        periodFrom: '2025-04-01',
        periodUntil: '2025-04-30',
      },
      {
        kind: 'BASIC',
        controller: { oid: '1.2.246.10.2462460', fi: 'Kansaneläkelaitos', sv: 'Folkpensionsanstalten' },
        appliedOn: '2025-03-03',
        dueOn: '2025-03-12',
        decidedOn: null,
        inTime: false,
        outcome: null,
        periodFrom: '2025-03-01',
        periodUntil: '2025-03-31',
      },
    ]);
    expect(client?.benefits).toEqual([
      { benefit: 'LABOUR_MARKET_SUBSIDY', state: 'SUSPENDED', startsOn: day(-300), endsOn: null },
    ]);
  });

  it('has null and empty lists for a client without rows, and no error', async () => {
    const nobody = randomUUID();
    expect(await subgraph.clients(FULL, [{ id: nobody }], ALL)).toEqual([
      { id: nobody, housing: null, socialServices: [], socialAssistance: [], benefits: [] },
    ]);
  });

  it('has no housing now when the last one has ended', async () => {
    const [client] = await subgraph.clients('housing { class }', [{ id: second }], ALL);
    expect(client).toEqual({ housing: null });
  });

  it('gives each of two clients exactly what the pass grants, in a batch', async () => {
    const answer = await subgraph.ask({
      query: `query ($clients: [_Any!]!) { _entities(representations: $clients) { ... on Client { ${FULL} } } }`,
      variables: { clients: [first, second, first].map((id) => ({ __typename: 'Client', id })) },
      grants: [
        { categories: ['HOUSING'], own: [], clients: [first] },
        { categories: ['BENEFITS'], own: [], clients: [second] },
      ],
    });
    const denied = { housing: null, socialServices: null, socialAssistance: null, benefits: null };
    const one = { ...denied, id: first, housing: expect.objectContaining({ homeless: true }) };
    expect(answer.errors).toBeUndefined();
    expect(answer.data?._entities).toEqual([
      one,
      { ...denied, id: second, benefits: [expect.objectContaining({ benefit: 'LABOUR_MARKET_SUBSIDY' })] },
      one,
    ]);
  });

  it.each([
    ['the client', { clientId: guarded }, false],
    ['who wrote it', { agency: 'SOCIAL_SERVICES', organisation: '1.2.246.10.2012566' }, false],
    ['another county', { agency: 'SOCIAL_SERVICES', organisation: '1.2.246.10.32213473' }, true],
    ['another sector of the same city', { agency: 'HEALTH_CARE', organisation: '1.2.246.10.2012566' }, true],
    ['a caller without an organisation', {}, true],
  ] as const)('masks the place of a client under a protection order: %s', async (_name, caller, masked) => {
    const [client] = await subgraph.clients(
      'socialServices { controller { code } ownWorker { name unit } clientPlans { controller { code } } decisions { controller { code } } } socialAssistance { kind controller { code } }',
      [{ id: guarded }],
      ALL,
      caller,
    );
    const controller = masked ? null : { code: 'HELSINKI' };
    expect(client).toEqual({
      socialServices: [
        {
          controller,
          ownWorker: { name: 'Maija Malli', unit: masked ? null : 'HEL_ADULTS' },
          clientPlans: [{ controller }],
          decisions: [{ controller }],
        },
      ],
      socialAssistance: [
        { kind: 'SUPPLEMENTARY', controller },
        { kind: 'BASIC', controller: { code: 'KELA' } },
      ],
    });
  });

  it('masks the place to the last day of the protection order', async () => {
    const clients = await subgraph.clients(
      'housing { controller { code } earlier { controller { code } } } socialServices { controller { code } }',
      [first, guardedToday, guardedOnce].map((id) => ({ id })),
      ALL,
    );
    expect(clients.map(({ socialServices }) => socialServices)).toEqual([
      [{ controller: { code: 'HELSINKI' } }],
      [{ controller: null }],
      [{ controller: { code: 'HELSINKI' } }],
    ]);
    expect(clients[0]?.housing).toMatchObject({ earlier: [{ controller: { code: 'WESTERN_UUSIMAA' } }] });
    expect(clients[1]?.housing).toEqual({ controller: null, earlier: [{ controller: null }] });
  });

  it('reads nothing from the database for what is not granted', async () => {
    subgraph.statements();
    const [client] = await subgraph.clients(FULL, [{ id: first }], ['EMPLOYMENT']);
    expect(client).toEqual({ id: first, housing: null, socialServices: null, socialAssistance: null, benefits: null });
    expect(subgraph.statements()).toBe(0);
  });

  it('uses as many statements for a hundred clients as for one', async () => {
    subgraph.statements();
    await subgraph.clients(FULL, [{ id: first }], ALL);
    const one = subgraph.statements();
    const clients = await subgraph.clients(
      FULL,
      many.map((id) => ({ id })),
      ALL,
    );
    expect(clients.map((client) => client.id)).toEqual(many);
    expect(clients.every((client) => (client.socialServices as unknown[]).length === 1)).toBe(true);
    expect([one, subgraph.statements()]).toEqual([7, 7]);
  });

  it('names its controllers and homelessness classes in both languages', async () => {
    const { data } = await subgraph.ask({
      query: '{ socialControllers { code oid fi sv en } homelessnessClasses { code fi sv en homeless } }',
    });
    expect(data?.socialControllers).toHaveLength(4);
    expect(data?.socialControllers).toContainEqual({
      code: 'CENTRAL_UUSIMAA',
      oid: '1.2.246.10.32213318',
      fi: 'Keski-Uudenmaan hyvinvointialue',
      sv: 'Mellersta Nylands välfärdsområde',
      en: 'Wellbeing services county of Central Uusimaa',
    });
    expect(data?.homelessnessClasses).toContainEqual({
      code: 'HOSTEL',
      fi: 'Asuntolassa tai majoitusliikkeessä',
      sv: 'På boendehem eller inkvarteringsrörelse',
      en: 'In a hostel or boarding house',
      homeless: true,
    });
  });

  it('cannot read another agency’s registry, nor another agency this one', async () => {
    await expectNotReadable(database, 'social', 'SELECT FROM health.conditions');
    await expectNotReadable(database, 'social', 'SELECT FROM clients.people');
    await expectNotReadable(database, 'employment', 'SELECT FROM social.housing');
  });
});

async function fill(): Promise<void> {
  await insertRows(database, 'social.protection_orders', [
    { client_id: guarded, valid_until: null },
    { client_id: guardedToday, valid_until: day(0) },
    { client_id: guardedOnce, valid_until: day(-1) },
  ]);
  const earlier = { controller: 'WESTERN_UUSIMAA', housing_class: 'OWN_TENANCY', tenancy: 'CITY_RENTAL', need: 'NONE' };
  await insertRows(database, 'social.housing', [
    ...many.map((id) => ({
      client_id: id,
      id: randomUUID(),
      ...earlier,
      valid_from: day(-400),
      valid_until: day(-11),
    })),
    ...[first, guardedToday].map((id) => ({
      client_id: id,
      id: randomUUID(),
      controller: 'HELSINKI',
      housing_class: 'RELEASED_WITHOUT_HOUSING',
      tenancy: null,
      need: 'SUPPORTED_HOUSING',
      valid_from: day(-10),
      valid_until: null,
    })),
  ]);
  await insertRows(
    database,
    'social.service_tasks',
    many.map((id) => ({
      client_id: id,
      id,
      controller: 'HELSINKI',
      task: 'WORKING_AGE',
      state: 'SERVICE',
      opened_on: day(-90),
      own_worker: id,
      own_worker_name: 'Maija Malli',
      own_worker_unit: 'HEL_ADULTS',
    })),
  );
  await insertRows(
    database,
    'social.client_plans',
    many.map((id) => ({
      client_id: id,
      id,
      task_id: id,
      controller: 'HELSINKI',
      made_on: day(-80),
      review_on: day(100),
    })),
  );
  await insertRows(
    database,
    'social.client_plan_goals',
    many.map((id) => ({
      client_id: id,
      id: randomUUID(),
      plan_id: id,
      area: 'HOUSING',
      goal: 'Oma koti',
      state: 'ONGOING',
    })),
  );
  await insertRows(
    database,
    'social.service_decisions',
    many.map((id) => ({
      client_id: id,
      id: randomUUID(),
      task_id: id,
      controller: 'HELSINKI',
      service: 'HOUSING_GUIDANCE',
      outcome: 'GRANTED',
      decided_on: day(-70),
      valid_from: day(-70),
      valid_until: day(200),
    })),
  );
  await insertRows(
    database,
    'social.assistance',
    many.flatMap((id) => [
      {
        client_id: id,
        id: randomUUID(),
        kind: 'BASIC',
        controller: 'KELA',
        applied_on: '2025-03-03',
        decided_on: null,
        outcome: null,
        period_from: '2025-03-01',
        period_until: '2025-03-31',
      },
      {
        client_id: id,
        id: randomUUID(),
        kind: 'SUPPLEMENTARY',
        controller: 'HELSINKI',
        applied_on: '2025-04-14',
        decided_on: '2025-04-28',
        outcome: 'REFUSED',
        period_from: '2025-04-01',
        period_until: '2025-04-30',
      },
    ]),
  );
  await insertRows(
    database,
    'social.benefits',
    many.map((id) => ({
      client_id: id,
      id: randomUUID(),
      benefit: 'LABOUR_MARKET_SUBSIDY',
      state: 'SUSPENDED',
      starts_on: day(-300),
    })),
  );
}
