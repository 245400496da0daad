import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pass } from '../../auth/pass.ts';
import { sentences } from '../../subgraphs/sentences/index.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, day, insertRows, startSubgraph } from './ask.ts';
import { expectNotReadable, itAnswersTheHubAlone } from './door.ts';

const RISE = '1.2.246.10.3120817';
const ALL = ['CUSTODY', 'SANCTION_DETAILS', 'SENTENCE_PLAN'] as const;
const CUSTODY = `custody { unit { code fi sv security } phase admittedOn releasedOn
  releaseWindow { earliest latest source asOf confidence } leaves { kind state startsAt } }`;
const FULL = `id ${CUSTODY} releaseDate junctures { juncture from until now expected }
  sanctions { type offence decidedOn lengthDays dayFines { total unpaid euros unpaidEuros }
    conversion { days endsWhenPaid rule { from dayFinesPerDay minDays maxDays } } }
  sentencePlan { state draftedOn confirmedOn updatedOn evaluatedOn goals { area goal state } activities { kind startsOn endsOn }
    releasePlan { madeOn housing income employment health contact } }`;

const many = Array.from({ length: 100 }, () => randomUUID());
const [first = '', guarded = '', released = ''] = many;

let database: TestDatabase;
let subgraph: AskedSubgraph;

beforeAll(async () => {
  database = await createDatabase();
  await fill();
  subgraph = await startSubgraph(sentences, database, 'sentences');
});

afterAll(async () => {
  await subgraph?.close();
  await database?.drop();
});

describe('the sentences subgraph', () => {
  itAnswersTheHubAlone(
    () => subgraph,
    () => ({ query: '{ prisonUnits { code } }' }),
  );

  it('shows the present stay: unit, phase, window with source, as-of and confidence, and the leaves of this stay', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client).toMatchObject({
      id: first,
      custody: {
        unit: { code: 'HELSINKI', fi: 'Helsingin vankila', sv: 'Helsingfors fängelse', security: 'BOTH' },
        phase: 'CLOSED_PRISON',
        admittedOn: day(-10),
        releasedOn: null,
        releaseWindow: {
          earliest: day(11),
          latest: day(15),
          source: 'CONVERSION_ORDER',
          asOf: `${day(-1)}T08:40:00.000Z`,
          confidence: 'LIKELY',
        },
        leaves: [{ kind: 'IMPORTANT_REASON', state: 'GRANTED', startsAt: `${day(2)}T09:00:00.000Z` }],
      },
      releaseDate: day(11),
    });
  });

  it('shows the junctures, at which one the client is, and what is expected only', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    const junctures = client?.junctures as { juncture: string; now: boolean; expected: boolean }[];
    expect(junctures.filter(({ now }) => now)).toEqual([
      { juncture: 'BEFORE_RELEASE', from: day(-9), until: day(10), now: true, expected: true },
    ]);
    expect(junctures.map(({ juncture }) => juncture)).toEqual([
      'ADMISSION',
      'PLAN',
      'BEFORE_RELEASE',
      'RELEASE_DAY',
      'DAY_1',
      'DAY_7',
      'DAY_30',
      'DAY_90',
    ]);
  });

  it('shows the last stay after it, with the day on which it ended', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: released }], ALL);
    expect(client).toMatchObject({
      custody: { phase: 'RELEASED', admittedOn: day(-30), releasedOn: day(-7), releaseWindow: null, leaves: [] },
      releaseDate: day(-7),
    });
    expect(client?.junctures).toContainEqual({
      juncture: 'DAY_7',
      from: day(0),
      until: day(22),
      now: true,
      expected: false,
    });
  });

  it('shows sanctions with the conversion rule of their day, and that paying ends a conversion sentence', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client?.sanctions).toEqual([
      {
        type: 'CONVERSION_SENTENCE',
        offence: 'PETTY_THEFT',
        decidedOn: '2026-01-15',
        lengthDays: null,
        dayFines: { total: 90, unpaid: 86, euros: 6.5, unpaidEuros: 559 },
        conversion: {
          days: 21,
          endsWhenPaid: true,
          rule: { from: '2021-01-01', dayFinesPerDay: 4, minDays: 4, maxDays: 40 },
        },
      },
      {
        type: 'CONVERSION_SENTENCE',
        offence: 'THEFT',
        decidedOn: '2020-12-31',
        lengthDays: null,
        dayFines: { total: 30, unpaid: 30, euros: 6, unpaidEuros: 180 },
        conversion: {
          days: 10,
          endsWhenPaid: true,
          rule: { from: '2006-10-01', dayFinesPerDay: 3, minDays: 4, maxDays: 60 },
        },
      },
      {
        type: 'COMMUNITY_SERVICE',
        offence: 'ASSAULT',
        decidedOn: '2019-05-02',
        lengthDays: 60,
        dayFines: null,
        conversion: null,
      },
    ]);
  });

  it('shows the newest sentence plan with its own goals, activities and release plan', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client?.sentencePlan).toEqual({
      state: 'CONFIRMED',
      draftedOn: day(-8),
      confirmedOn: day(-6),
      updatedOn: null,
      evaluatedOn: null,
      goals: [{ area: 'HOUSING', goal: 'Asunto vapautuessa', state: 'ONGOING' }],
      activities: [{ kind: 'WORK', startsOn: day(-5), endsOn: null }],
      releasePlan: {
        madeOn: day(-6),
        housing: 'OPEN',
        income: 'UNDER_WAY',
        employment: 'ARRANGED',
        health: 'NOT_NEEDED',
        contact: 'OPEN',
      },
    });
  });

  it('masks the unit under a protection order, of every stay, for all but the client and the prison service', async () => {
    const unitFor = async (caller: Partial<Pass['caller']>): Promise<unknown> => {
      const [client] = await subgraph.clients(
        'custody { unit { code } phase }',
        [{ id: guarded }],
        ['CUSTODY'],
        caller,
      );
      const custody = client?.custody as { unit: unknown; phase: string };
      expect(custody.phase).toBe('OPEN_PRISON');
      return custody.unit;
    };
    expect(await unitFor({ agency: 'EMPLOYMENT_SERVICES', organisation: '1.2.246.10.2012566' })).toBeNull();
    expect(await unitFor({ agency: 'HEALTH_CARE', organisation: RISE })).toBeNull();
    expect(await unitFor({ roles: ['client'], clientId: first })).toBeNull();
    expect(await unitFor({ agency: 'PRISON_SERVICE', organisation: RISE })).toEqual({ code: 'SUOMENLINNA' });
    expect(await unitFor({ roles: ['client'], clientId: guarded })).toEqual({ code: 'SUOMENLINNA' });
  });

  it('opens each category by itself', async () => {
    const fields = 'custody { phase } releaseDate junctures { now } sanctions { type } sentencePlan { state }';
    const [custody] = await subgraph.clients(fields, [{ id: first }], ['CUSTODY']);
    expect(custody).toMatchObject({ releaseDate: day(11), sanctions: null, sentencePlan: null });
    const [plan] = await subgraph.clients(fields, [{ id: first }], ['SENTENCE_PLAN']);
    expect(plan).toEqual({
      custody: null,
      releaseDate: null,
      junctures: null,
      sanctions: null,
      sentencePlan: { state: 'CONFIRMED' },
    });
  });

  it('takes as many statements for 100 clients as for one, and none for what is denied', async () => {
    subgraph.statements();
    await subgraph.clients(FULL, [{ id: first }], ALL);
    const one = subgraph.statements();
    const answers = await subgraph.clients(
      FULL,
      many.map((id) => ({ id })),
      ALL,
    );
    expect(subgraph.statements()).toBe(one);
    expect(one).toBe(7);
    expect(answers.filter(({ custody }) => custody !== null)).toHaveLength(100);
    await subgraph.clients(
      FULL,
      many.map((id) => ({ id })),
      ['HOUSING'],
    );
    expect(subgraph.statements()).toBe(0);
  });

  it('gives nulls and empty lists for a client that it does not know', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: randomUUID() }], ALL);
    expect(client).toMatchObject({
      custody: null,
      releaseDate: null,
      junctures: null,
      sanctions: [],
      sentencePlan: null,
    });
  });

  it('tells its prisons and the conversion table to everybody', async () => {
    const answer = await subgraph.ask({
      query: '{ prisonUnits { code fi sv en security validFrom validUntil } conversionRules { from dayFinesPerDay } }',
    });
    expect(answer.data?.prisonUnits).toContainEqual({
      code: 'MIKKELI',
      fi: 'Mikkelin vankila',
      sv: 'S:t Michels fängelse',
      en: 'Mikkeli prison',
      security: 'CLOSED',
      validFrom: '2022-09-01',
      validUntil: null,
    });
    expect(answer.data?.conversionRules).toEqual([
      { from: '2021-01-01', dayFinesPerDay: 4 },
      { from: '2006-10-01', dayFinesPerDay: 3 },
    ]);
  });

  it('reads its own registry alone', async () => {
    await expectNotReadable(database, 'sentences', 'SELECT FROM health.conditions');
    await expectNotReadable(database, 'employment', 'SELECT FROM sentences.custody');
  });
});

async function fill(): Promise<void> {
  const stay = (client_id: string, rest: Readonly<Record<string, unknown>> = {}) => ({
    client_id,
    id: randomUUID(),
    unit: 'HELSINKI',
    phase: 'CLOSED_PRISON',
    admitted_on: day(-10),
    released_on: null,
    release_earliest: day(11),
    release_latest: day(15),
    release_source: 'CONVERSION_ORDER',
    release_as_of: `${day(-1)}T08:40:00Z`,
    release_confidence: 'LIKELY',
    protection_order: false,
    ...rest,
  });
  const ended = {
    release_earliest: null,
    release_latest: null,
    release_source: null,
    release_as_of: null,
    release_confidence: null,
    phase: 'RELEASED',
  };
  const old = { ...ended, unit: 'JOKELA', admitted_on: day(-900), released_on: day(-880) };
  await insertRows(database, 'sentences.custody', [
    ...many.filter((id) => id !== guarded && id !== released).map((id) => stay(id)),
    stay(first, old),
    // The mark stands on the old stay only: the client is the same.
    stay(guarded, { ...old, protection_order: true }),
    stay(guarded, { unit: 'SUOMENLINNA', phase: 'OPEN_PRISON' }),
    stay(released, old),
    stay(released, { ...ended, admitted_on: day(-30), released_on: day(-7) }),
  ]);
  const leave = (client_id: string, kind: string, offset: number, state: string) => ({
    client_id,
    id: randomUUID(),
    kind,
    state,
    starts_at: `${day(offset)}T09:00:00Z`,
    ends_at: `${day(offset)}T15:00:00Z`,
  });
  await insertRows(database, 'sentences.leaves', [
    leave(first, 'ESCORTED', -890, 'USED'),
    leave(first, 'IMPORTANT_REASON', 2, 'GRANTED'),
    leave(released, 'ESCORTED', -890, 'USED'),
  ]);
  const sanction = (rest: Readonly<Record<string, unknown>>) => ({
    client_id: first,
    id: randomUUID(),
    type: 'CONVERSION_SENTENCE',
    length_days: null,
    ...rest,
  });
  await insertRows(database, 'sentences.sanctions', [
    sanction({
      offence: 'PETTY_THEFT',
      decided_on: '2026-01-15',
      day_fines_total: 90,
      day_fines_unpaid: 86,
      day_fine_euros: 6.5,
      conversion_days: 21,
    }),
    sanction({
      offence: 'THEFT',
      decided_on: '2020-12-31',
      day_fines_total: 30,
      day_fines_unpaid: 30,
      day_fine_euros: 6,
      conversion_days: 10,
    }),
  ]);
  await insertRows(database, 'sentences.sanctions', [
    sanction({ type: 'COMMUNITY_SERVICE', offence: 'ASSAULT', decided_on: '2019-05-02', length_days: 60 }),
  ]);
  const [plan, oldPlan] = [randomUUID(), randomUUID()];
  await insertRows(database, 'sentences.plans', [
    {
      client_id: first,
      id: oldPlan,
      state: 'EVALUATED',
      drafted_on: day(-899),
      confirmed_on: day(-895),
      evaluated_on: day(-880),
    },
    { client_id: first, id: plan, state: 'CONFIRMED', drafted_on: day(-8), confirmed_on: day(-6), evaluated_on: null },
  ]);
  await insertRows(database, 'sentences.plan_goals', [
    {
      client_id: first,
      id: randomUUID(),
      plan_id: plan,
      area: 'HOUSING',
      goal: 'Asunto vapautuessa',
      state: 'ONGOING',
    },
    {
      client_id: first,
      id: randomUUID(),
      plan_id: oldPlan,
      area: 'DEBT',
      goal: 'Velkojen selvitys',
      state: 'GIVEN_UP',
    },
  ]);
  await insertRows(database, 'sentences.plan_activities', [
    { client_id: first, id: randomUUID(), plan_id: plan, kind: 'WORK', starts_on: day(-5), ends_on: null },
  ]);
  await insertRows(database, 'sentences.release_plans', [
    {
      client_id: first,
      plan_id: plan,
      made_on: day(-6),
      housing: 'OPEN',
      income: 'UNDER_WAY',
      employment: 'ARRANGED',
      health: 'NOT_NEEDED',
      contact: 'OPEN',
    },
  ]);
}
