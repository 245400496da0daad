import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grant } from '../../auth/pass.ts';
import { HEALTH_CONTROLLERS, SOCIAL_CONTROLLERS } from '../../schema/codes/controllers.ts';
import { health } from '../../subgraphs/health/index.ts';
import { social } from '../../subgraphs/social/index.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, day, insertRows, type Question, startSubgraph } from './ask.ts';

/** Which rows a pass opens where several controllers keep a register, whatever the hub says in it. */
const SOCIAL = ['HOUSING', 'SOCIAL_SERVICES', 'SOCIAL_ASSISTANCE', 'BENEFITS'] as const;
const HEALTH = ['MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY', 'CUSTODY'] as const;
const SOCIAL_FIELDS = `housing { controller { code } earlier { controller { code } } }
  socialServices { controller { code } clientPlans { goals { goal } } decisions { controller { code } } }
  socialAssistance { controller { code } } benefits { benefit }`;
const HEALTH_FIELDS = `medication { medications { controller { code } } opioidSubstitution { controller { code } } }
  healthConditions { controller { code } } workAbility { controller { code } earlier { controller { code } } }
  careHandovers { fromUnit { code } toUnit { code } }`;

const client = randomUUID();
const caller = (agency: 'SOCIAL_SERVICES' | 'HEALTH_CARE' | 'EMPLOYMENT_SERVICES', { oid }: { oid: string }) => ({
  agency,
  organisation: oid,
});
const helsinki = caller('SOCIAL_SERVICES', SOCIAL_CONTROLLERS.HELSINKI);
const western = caller('SOCIAL_SERVICES', SOCIAL_CONTROLLERS.WESTERN_UUSIMAA);
const prisonHealth = caller('HEALTH_CARE', HEALTH_CONTROLLERS.PRISON_HEALTH);
const helsinkiHealth = caller('HEALTH_CARE', HEALTH_CONTROLLERS.HELSINKI);

let database: TestDatabase;
let services: AskedSubgraph;
let care: AskedSubgraph;

beforeAll(async () => {
  database = await createDatabase();
  await fill();
  services = await startSubgraph(social, database, 'social');
  care = await startSubgraph(health, database, 'health');
});
afterAll(async () => {
  await services?.close();
  await care?.close();
  await database?.drop();
});

const code = (controller: string) => ({ controller: { code: controller } });
const KELA = code('KELA');
const BENEFITS = [{ benefit: 'LABOUR_MARKET_SUBSIDY' }];

/** What of social services a caller sees of whom only Kela's rows are left. */
const NATIONAL = { housing: null, socialServices: [], socialAssistance: [KELA], benefits: BENEFITS };
const NOTHING = { ...NATIONAL, socialAssistance: [], benefits: [] };

const HELSINKI_PART = {
  housing: { ...code('HELSINKI'), earlier: [] },
  socialServices: [
    { ...code('HELSINKI'), clientPlans: [{ goals: [{ goal: 'Oma koti' }] }], decisions: [code('HELSINKI')] },
  ],
  socialAssistance: [code('HELSINKI'), KELA],
  benefits: BENEFITS,
};
const WESTERN_PART = {
  housing: { ...code('WESTERN_UUSIMAA'), earlier: [] },
  socialServices: [{ ...code('WESTERN_UUSIMAA'), clientPlans: [], decisions: [] }],
  socialAssistance: [KELA],
  benefits: BENEFITS,
};

async function ask(
  subgraph: AskedSubgraph,
  fields: string,
  grants: readonly Grant[],
  who: Question['caller'] = {},
): Promise<unknown> {
  const { data, errors } = await subgraph.ask({
    query: `query ($clients: [_Any!]!) { _entities(representations: $clients) { ... on Client { ${fields} } } }`,
    variables: { clients: [{ __typename: 'Client', id: client }] },
    grants,
    caller: who,
  });
  expect(errors).toBeUndefined();
  return (data as { _entities: unknown[] })._entities[0];
}

describe('social services', () => {
  it.each([
    ['the city', helsinki, HELSINKI_PART],
    ['a county', western, WESTERN_PART],
    [
      'a county that keeps nothing of the client',
      caller('SOCIAL_SERVICES', SOCIAL_CONTROLLERS.CENTRAL_UUSIMAA),
      NATIONAL,
    ],
    ['nobody’s worker', { agency: 'SOCIAL_SERVICES' } as const, NATIONAL],
    ['another sector of the same city', caller('EMPLOYMENT_SERVICES', SOCIAL_CONTROLLERS.HELSINKI), NOTHING],
    ['a caller without a sector', {}, NOTHING],
  ])('limited to the own register, show %s its own rows and Kela’s', async (_, who, part) => {
    expect(await ask(services, SOCIAL_FIELDS, [{ categories: SOCIAL, own: SOCIAL, clients: [client] }], who)).toEqual(
      part,
    );
  });

  it('show every controller’s rows where the pass sets no limit', async () => {
    const all = await ask(services, SOCIAL_FIELDS, [{ categories: SOCIAL, own: [], clients: [client] }], western);
    expect(all).toMatchObject({
      housing: { ...code('WESTERN_UUSIMAA'), earlier: [code('HELSINKI'), { controller: null }] },
      socialServices: [
        code('WESTERN_UUSIMAA'),
        { ...code('HELSINKI'), clientPlans: [{}, {}], decisions: [code('HELSINKI'), code('WESTERN_UUSIMAA')] },
      ],
      socialAssistance: [code('HELSINKI'), KELA],
    });
  });

  it('limit category by category', async () => {
    const own: Grant['own'] = ['HOUSING'];
    const { housing, socialServices } = (await ask(
      services,
      SOCIAL_FIELDS,
      [{ categories: SOCIAL, own, clients: [client] }],
      helsinki,
    )) as typeof HELSINKI_PART;
    expect(housing).toEqual(HELSINKI_PART.housing);
    expect(socialServices).toHaveLength(2);
  });
});

describe('a hub that says too little, or nonsense, gets the least', () => {
  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['false', false],
    ['a name instead of a list', 'HOUSING'],
    ['an object', { length: 0 }],
    ['a list of nonsense', [null]],
    ['a category that it does not grant', ['HOUSING', 'EMPLOYMENT']],
  ])('%s as the limit', async (_, own) => {
    const grant = {
      categories: SOCIAL,
      clients: [client],
      ...(own === undefined ? {} : { own: own as Grant['own'] }),
    } as Grant;
    expect(await ask(services, SOCIAL_FIELDS, [grant], helsinki)).toEqual(HELSINKI_PART);
    expect(await ask(services, SOCIAL_FIELDS, [grant], {})).toEqual(NOTHING);
  });

  it('two grants of one client, of which one is limited', async () => {
    const wide: Grant = { categories: ['HOUSING', 'BENEFITS'], own: [], clients: [client] };
    const narrow: Grant = { categories: ['HOUSING', 'SOCIAL_SERVICES'], own: ['HOUSING'], clients: [client] };
    for (const grants of [
      [wide, narrow],
      [narrow, wide],
    ]) {
      const found = await ask(services, SOCIAL_FIELDS, grants, helsinki);
      expect(found).toMatchObject({
        housing: HELSINKI_PART.housing,
        socialServices: [{}, {}],
        socialAssistance: null,
        benefits: BENEFITS,
      });
    }
  });
});

describe('health care', () => {
  const handover = { fromUnit: { code: 'VTH_HELSINKI' }, toUnit: { code: 'HEL_OST_CLINIC' } };

  it.each([
    [
      'the prison health unit',
      prisonHealth,
      {
        medication: { medications: [code('PRISON_HEALTH')], opioidSubstitution: code('PRISON_HEALTH') },
        healthConditions: [code('PRISON_HEALTH')],
        workAbility: { ...code('PRISON_HEALTH'), earlier: [] },
        careHandovers: [handover],
      },
    ],
    [
      'the city, which takes over',
      helsinkiHealth,
      {
        medication: { medications: [code('HELSINKI')], opioidSubstitution: null },
        healthConditions: [code('HELSINKI')],
        workAbility: { ...code('HELSINKI'), earlier: [] },
        careHandovers: [handover],
      },
    ],
    [
      'a county that has nothing to do with it',
      caller('HEALTH_CARE', HEALTH_CONTROLLERS.WESTERN_UUSIMAA),
      {
        medication: { medications: [], opioidSubstitution: null },
        healthConditions: [],
        workAbility: null,
        careHandovers: [],
      },
    ],
    [
      'social services of the same city',
      helsinki,
      {
        medication: { medications: [], opioidSubstitution: null },
        healthConditions: [],
        workAbility: null,
        careHandovers: [],
      },
    ],
  ])('limited to the own register, shows %s its own rows', async (_, who, part) => {
    const own = HEALTH.filter((name) => name !== 'CUSTODY');
    expect(await ask(care, HEALTH_FIELDS, [{ categories: HEALTH, own, clients: [client] }], who)).toEqual(part);
  });

  it('shows every controller’s rows where the pass sets no limit', async () => {
    const all = await ask(care, HEALTH_FIELDS, [{ categories: HEALTH, own: [], clients: [client] }], helsinkiHealth);
    expect(all).toMatchObject({
      medication: { medications: [{}, {}], opioidSubstitution: code('PRISON_HEALTH') },
      healthConditions: [{}, {}],
      workAbility: { ...code('PRISON_HEALTH'), earlier: [code('HELSINKI')] },
    });
  });
});

async function fill(): Promise<void> {
  const row = (controller: string, rest: object) => ({ client_id: client, id: randomUUID(), controller, ...rest });
  const housed = { housing_class: 'OWN_TENANCY', need: 'NONE', valid_until: null };
  // Two controllers hold the client to be housed today, and one that no list knows wrote before them.
  await insertRows(database, 'social.housing', [
    row('WESTERN_UUSIMAA', { ...housed, valid_from: day(-10) }),
    row('HELSINKI', { ...housed, valid_from: day(-400) }),
    row('ATLANTIS', { ...housed, valid_from: day(-900) }),
  ]);
  const [hers, theirs] = [row('HELSINKI', {}), row('WESTERN_UUSIMAA', {})];
  await insertRows(database, 'social.service_tasks', [
    { ...hers, task: 'WORKING_AGE', state: 'SERVICE', opened_on: day(-90) },
    { ...theirs, task: 'WORKING_AGE', state: 'SERVICE', opened_on: day(-20) },
  ]);
  // A county has written into the city's case: its plan and decision are the county's own all the same.
  const plans = ['HELSINKI', 'WESTERN_UUSIMAA'].map((controller) =>
    row(controller, { task_id: hers.id, made_on: day(-80), review_on: day(100) }),
  );
  await insertRows(database, 'social.client_plans', plans);
  await insertRows(
    database,
    'social.client_plan_goals',
    plans.map(({ id, controller }) => ({
      client_id: client,
      id: randomUUID(),
      plan_id: id,
      area: 'HOUSING',
      goal: controller === 'HELSINKI' ? 'Oma koti' : 'Muutto',
      state: 'ONGOING',
    })),
  );
  const decided = { task_id: hers.id, service: 'SOCIAL_WORK', outcome: 'GRANTED', valid_from: day(-70) };
  await insertRows(database, 'social.service_decisions', [
    row('HELSINKI', { ...decided, decided_on: day(-70) }),
    row('WESTERN_UUSIMAA', { ...decided, decided_on: day(-75) }),
  ]);
  const applied = { decided_on: null, outcome: null, period_from: day(-30), period_until: day(0) };
  await insertRows(database, 'social.assistance', [
    row('HELSINKI', { ...applied, kind: 'SUPPLEMENTARY', applied_on: day(-30) }),
    row('KELA', { ...applied, kind: 'BASIC', applied_on: day(-31) }),
  ]);
  const { controller: _, ...paid } = row('', {
    benefit: 'LABOUR_MARKET_SUBSIDY',
    state: 'SUSPENDED',
    starts_on: day(-300),
  });
  await insertRows(database, 'social.benefits', [paid]);

  const medicine = { atc: 'N06AB04', dose_mg: 20, times_a_day: 1, ends_on: null };
  await insertRows(database, 'health.medications', [
    row('PRISON_HEALTH', { ...medicine, starts_on: day(-50) }),
    row('HELSINKI', { ...medicine, starts_on: day(-500) }),
  ]);
  const { id: __, ...treatment } = row('PRISON_HEALTH', {
    mode: 'SUPERVISED_DAILY',
    atc: 'N07BC51',
    product: 'Buprenorfiini-naloksoni',
    dose_mg: 12,
    started_on: day(-300),
    last_dose_at: '2026-03-01T06:30:00Z',
    next_dose_at: '2026-03-02T06:30:00Z',
    giving_unit: 'VTH_HELSINKI',
    receiving_clinic: 'HEL_OST_CLINIC',
  });
  await insertRows(database, 'health.opioid_substitution', [treatment]);
  const noted = { ended_on: null, icd10: 'F11.2' };
  await insertRows(database, 'health.conditions', [
    row('PRISON_HEALTH', { ...noted, care_unit: 'VTH_HELSINKI', noted_on: day(-5) }),
    row('HELSINKI', { ...noted, care_unit: 'HEL_HEALTH_CENTRE', noted_on: day(-700) }),
  ]);
  const assessed = { limits: [], statement: 'PART_TIME', score: 5 };
  await insertRows(database, 'health.work_ability', [
    row('PRISON_HEALTH', { ...assessed, assessed_on: day(-5) }),
    row('HELSINKI', { ...assessed, assessed_on: day(-95) }),
  ]);
  const { controller: ___, ...handed } = row('', {
    from_unit: 'VTH_HELSINKI',
    to_unit: 'HEL_OST_CLINIC',
    state: 'PLANNED',
    planned_on: day(5),
  });
  await insertRows(database, 'health.care_handovers', [handed]);
}
