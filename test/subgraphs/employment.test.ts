import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { employment } from '../../subgraphs/employment/index.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, day, insertRows, startSubgraph } from './ask.ts';
import { expectNotReadable, itAnswersTheHubAlone } from './door.ts';

const BOTH = ['EMPLOYMENT', 'CUSTODY'] as const;
const MEETING = 'state channel at subject inPrison prisonUnit { code fi sv }';
const FULL = `id
  employment {
    jobSeekerStatus { status { code fi sv } since until area { oid fi sv } } statusHistory { status { code } since until }
    plans { kind state madeOn reviewOn goals { area goal state } } services { service state provider startsOn endsOn }
    meetings { ${MEETING} } }
  meetingsBeforeRelease { daysBeforeRelease meeting { ${MEETING} } }`;

const many = Array.from({ length: 100 }, () => randomUUID());
const [first = '', guarded = ''] = many;
const released = { id: first, releaseDate: '2026-03-30' };

let database: TestDatabase;
let subgraph: AskedSubgraph;

beforeAll(async () => {
  database = await createDatabase();
  await fill();
  subgraph = await startSubgraph(employment, database, 'employment');
});

afterAll(async () => {
  await subgraph?.close();
  await database?.drop();
});

describe('the employment subgraph', () => {
  itAnswersTheHubAlone(
    () => subgraph,
    () => ({ query: '{ jobSeekerStatuses { code } }' }),
  );

  it('shows the status of today by its code, and the history', async () => {
    const [client] = await subgraph.clients(FULL, [released], BOTH);
    expect(client).toMatchObject({
      employment: {
        jobSeekerStatus: {
          status: { code: '05', fi: 'Työvoiman ulkopuolella', sv: 'Utanför arbetskraften' },
          since: day(-30),
          until: null,
          area: { oid: '1.2.246.10.1012636', fi: 'Espoon työllisyysalue', sv: 'Esbo sysselsättningsområde' },
        },
        statusHistory: [
          { status: { code: '05' }, since: day(-30), until: null },
          { status: { code: '02' }, since: day(-200), until: day(-31) },
        ],
      },
    });
  });

  it('shows plans with goals, and services', async () => {
    const [client] = await subgraph.clients(FULL, [released], BOTH);
    expect(client).toMatchObject({
      employment: {
        plans: [
          {
            kind: 'MULTISECTOR_PLAN',
            state: 'IN_FORCE',
            madeOn: day(-60),
            reviewOn: day(30),
            goals: [{ area: 'WORK', goal: 'Työkokeilu', state: 'SET' }],
          },
        ],
        services: [{ service: 'JOB_COACHING', state: 'AGREED', provider: 'Malli', startsOn: day(10), endsOn: null }],
      },
    });
  });

  it('counts the days from each meeting to the release by the calendar of Helsinki', async () => {
    const [client] = await subgraph.clients(FULL, [released], BOTH);
    expect(client?.meetingsBeforeRelease).toEqual([
      {
        // 21:30 UTC on the 29th is already the 30th, summer time began that morning.
        daysBeforeRelease: 0,
        meeting: {
          state: 'BOOKED',
          channel: 'VIDEO',
          at: '2026-03-29T21:30:00.000Z',
          subject: 'JOB_SEARCH_DISCUSSION',
          inPrison: false,
          prisonUnit: null,
        },
      },
      {
        daysBeforeRelease: 42,
        meeting: {
          state: 'HELD',
          channel: 'ON_SITE',
          at: '2026-02-16T08:00:00.000Z',
          subject: 'RELEASE_PREPARATION',
          inPrison: true,
          prisonUnit: { code: 'TURKU', fi: 'Turun vankila', sv: 'Åbo fängelse' },
        },
      },
    ]);
  });

  it('lists every meeting, those without a time first', async () => {
    const [client] = await subgraph.clients('employment { meetings { state at } }', [released], BOTH);
    expect(client).toEqual({
      employment: {
        meetings: [
          { state: 'PLANNED', at: null },
          { state: 'BOOKED', at: '2026-04-20T08:00:00.000Z' },
          { state: 'BOOKED', at: '2026-03-29T21:30:00.000Z' },
          { state: 'HELD', at: '2026-02-16T08:00:00.000Z' },
        ],
      },
    });
  });

  it.each([null, undefined])('has no meetings before a release that is not known: %s', async (releaseDate) => {
    const [client] = await subgraph.clients(
      'meetingsBeforeRelease { daysBeforeRelease }',
      [{ id: first, releaseDate }],
      BOTH,
    );
    expect(client).toEqual({ meetingsBeforeRelease: null });
  });

  it('tells nothing of custody to who sees employment alone', async () => {
    const [client] = await subgraph.clients(FULL, [released], ['EMPLOYMENT']);
    expect(client?.meetingsBeforeRelease).toBeNull();
    const { meetings } = Object(client?.employment) as { meetings: Record<string, unknown>[] };
    expect(meetings).toHaveLength(4);
    for (const meeting of meetings) expect(meeting).toMatchObject({ subject: null, inPrison: null, prisonUnit: null });
    expect(JSON.stringify(client)).not.toMatch(/RELEASE|TURKU/);
  });

  it.each([
    ['the client', { clientId: guarded }, false, false],
    ['its area', { agency: 'EMPLOYMENT_SERVICES', organisation: '1.2.246.10.1012636' }, false, true],
    ['another area', { agency: 'EMPLOYMENT_SERVICES', organisation: '1.2.246.10.2012566' }, true, true],
  ] as const)('masks the places of a client under a protection order: %s', async (_name, caller, area, place) => {
    const [client] = await subgraph.clients(
      'employment { jobSeekerStatus { area { code } } services { provider } } meetingsBeforeRelease { meeting { inPrison prisonUnit { code } } }',
      [{ id: guarded, releaseDate: '2026-02-16' }],
      BOTH,
      caller,
    );
    expect(client).toEqual({
      employment: {
        jobSeekerStatus: { area: area ? null : { code: 'ESPOO' } },
        services: [{ provider: place ? null : 'Malli' }],
      },
      meetingsBeforeRelease: [{ meeting: { inPrison: true, prisonUnit: place ? null : { code: 'TURKU' } } }],
    });
  });

  it('tells nothing of employment to who sees custody alone, and reads nothing', async () => {
    subgraph.statements();
    const [client] = await subgraph.clients(FULL, [released], ['CUSTODY']);
    expect(client).toEqual({ id: first, employment: null, meetingsBeforeRelease: null });
    expect(subgraph.statements()).toBe(0);
  });

  it('has no status and empty lists for a client without rows, and no error', async () => {
    const nobody = { id: randomUUID(), releaseDate: '2026-03-30' };
    expect(await subgraph.clients(FULL, [nobody], BOTH)).toEqual([
      {
        id: nobody.id,
        employment: { jobSeekerStatus: null, statusHistory: [], plans: [], services: [], meetings: [] },
        meetingsBeforeRelease: [],
      },
    ]);
  });

  it('uses as many statements for a hundred clients as for one', async () => {
    subgraph.statements();
    await subgraph.clients(FULL, [released], BOTH);
    const one = subgraph.statements();
    const clients = await subgraph.clients(
      FULL,
      many.map((id) => ({ id, releaseDate: '2026-03-30' })),
      BOTH,
    );
    expect(clients.map(({ id }) => id)).toEqual(many);
    for (const client of clients) expect(client.meetingsBeforeRelease).toHaveLength(2);
    expect([one, subgraph.statements()]).toEqual([5, 5]);
  });

  it('names its codes in both languages', async () => {
    const { data } = await subgraph.ask({ query: '{ jobSeekerStatuses { code fi sv en } }' });
    expect(data?.jobSeekerStatuses).toMatchObject(Array.from({ length: 9 }, (_, index) => ({ code: `0${index}` })));
    expect(data?.jobSeekerStatuses).toContainEqual({ code: '02', fi: 'Työtön', sv: 'Arbetslös', en: 'Unemployed' });
  });

  it('cannot read another agency’s registry, nor another agency this one', async () => {
    await expectNotReadable(database, 'employment', 'SELECT FROM sentences.custody');
    await expectNotReadable(database, 'employment', 'SELECT FROM clients.people');
    await expectNotReadable(database, 'health', 'SELECT FROM employment.meetings');
  });
});

async function fill(): Promise<void> {
  const each = (row: Readonly<Record<string, unknown>>) =>
    many.map((id) => ({ client_id: id, id: randomUUID(), ...row }));
  await insertRows(database, 'employment.protection_orders', [{ client_id: guarded, valid_until: null }]);
  await insertRows(database, 'employment.statuses', [
    ...each({ area: 'ESPOO', status: 'S02_UNEMPLOYED', valid_from: day(-200), valid_until: day(-31) }),
    ...each({ area: 'ESPOO', status: 'S05_OUTSIDE_LABOUR_FORCE', valid_from: day(-30), valid_until: null }),
  ]);
  await insertRows(
    database,
    'employment.plans',
    many.map((id) => ({
      client_id: id,
      id,
      kind: 'MULTISECTOR_PLAN',
      state: 'IN_FORCE',
      made_on: day(-60),
      review_on: day(30),
    })),
  );
  await insertRows(
    database,
    'employment.plan_goals',
    many.map((id) => ({
      client_id: id,
      id: randomUUID(),
      plan_id: id,
      area: 'WORK',
      goal: 'Työkokeilu',
      state: 'SET',
    })),
  );
  await insertRows(
    database,
    'employment.services',
    each({ service: 'JOB_COACHING', state: 'AGREED', provider: 'Malli', starts_on: day(10) }),
  );
  const meeting = { state: 'BOOKED', channel: 'VIDEO', subject: 'JOB_SEARCH_DISCUSSION', prison_unit: null };
  await insertRows(database, 'employment.meetings', [
    ...each({ ...meeting, state: 'PLANNED', at: null }),
    ...each({ ...meeting, at: '2026-04-20T08:00:00Z' }),
    ...each({ ...meeting, at: '2026-03-29T21:30:00Z' }),
    ...each({
      state: 'HELD',
      channel: 'ON_SITE',
      subject: 'RELEASE_PREPARATION',
      prison_unit: 'TURKU',
      at: '2026-02-16T08:00:00Z',
    }),
  ]);
}
