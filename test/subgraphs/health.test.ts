import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { health } from '../../subgraphs/health/index.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, day, insertRows, startSubgraph } from './ask.ts';
import { expectNotReadable, itAnswersTheHubAlone } from './door.ts';

const ALL = ['MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY', 'CUSTODY'] as const;
const FULL = `id
  medication {
    medications { atc { code fi sv } doseMg timesADay startsOn endsOn controller { code } }
    opioidSubstitution { mode atc { code } product doseMg startedOn lastDoseAt nextDoseAt controller { code }
      givingUnit { code } receivingClinic { code fi sv controller { oid } } } }
  healthConditions { icd10 { code fi sv } since until careUnit { code } controller { code } }
  workAbility { assessedOn score limits statement controller { code } earlier { assessedOn score } }
  careHandovers { fromUnit { code } toUnit { code } state plannedOn sentAt receivedAt }`;

const many = Array.from({ length: 100 }, () => randomUUID());
const [first = '', unreceived = '', guarded = ''] = many;

let database: TestDatabase;
let subgraph: AskedSubgraph;

beforeAll(async () => {
  database = await createDatabase();
  await fill();
  subgraph = await startSubgraph(health, database, 'health');
});

afterAll(async () => {
  await subgraph?.close();
  await database?.drop();
});

describe('the health subgraph', () => {
  itAnswersTheHubAlone(
    () => subgraph,
    () => ({ query: '{ careUnits { code } }' }),
  );

  it('shows medicines, and opioid substitution with its next dose and receiving clinic', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client?.medication).toEqual({
      medications: [
        {
          atc: { code: 'N06AB04', fi: 'Sitalopraami', sv: 'Citalopram' },
          doseMg: 20,
          timesADay: 1,
          startsOn: day(-50),
          endsOn: null,
          controller: { code: 'PRISON_HEALTH' },
        },
      ],
      opioidSubstitution: {
        mode: 'SUPERVISED_DAILY',
        atc: { code: 'N07BC51' },
        product: 'Buprenorfiini-naloksoni',
        doseMg: 12.5,
        startedOn: day(-300),
        lastDoseAt: '2026-03-01T06:30:00.000Z',
        nextDoseAt: '2026-03-02T06:30:00.000Z',
        controller: { code: 'PRISON_HEALTH' },
        givingUnit: { code: 'VTH_HELSINKI' },
        receivingClinic: {
          code: 'HEL_OST_CLINIC',
          fi: 'Helsingin korvaushoitopoliklinikka',
          sv: 'Helsingfors poliklinik för substitutionsbehandling',
          controller: { oid: '1.2.246.10.2012566' },
        },
      },
    });
  });

  it('shows conditions, the latest work ability with those before, and handovers', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client).toMatchObject({
      healthConditions: [
        {
          icd10: { code: 'F11.2', fi: 'Opioidiriippuvuus', sv: 'Opioidberoende' },
          since: day(-700),
          until: null,
          careUnit: { code: 'VTH_HELSINKI' },
          controller: { code: 'PRISON_HEALTH' },
        },
      ],
      workAbility: {
        assessedOn: day(-5),
        score: 6,
        limits: ['CONCENTRATION', 'REGULAR_HOURS'],
        statement: 'WITH_SUPPORT',
        controller: { code: 'PRISON_HEALTH' },
        earlier: [{ assessedOn: day(-95), score: 0 }],
      },
      careHandovers: [
        {
          fromUnit: { code: 'VTH_HELSINKI' },
          toUnit: { code: 'HEL_OST_CLINIC' },
          state: 'SENT',
          plannedOn: day(20),
          sentAt: '2026-02-20T10:00:00.000Z',
          receivedAt: null,
        },
      ],
    });
  });

  it('tells nothing of custody to who sees health data alone', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ['MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY']);
    expect(client).toMatchObject({
      medication: {
        medications: [{ doseMg: 20, controller: null }],
        opioidSubstitution: {
          doseMg: 12.5,
          controller: null,
          givingUnit: null,
          receivingClinic: { code: 'HEL_OST_CLINIC' },
        },
      },
      healthConditions: [{ icd10: { code: 'F11.2' }, careUnit: null, controller: null }],
      workAbility: { score: 6, controller: null },
      careHandovers: null,
    });
    expect(JSON.stringify(client)).not.toMatch(/VTH|PRISON/);
  });

  it.each([
    ['the client', { clientId: guarded }, 'VTH_HELSINKI', 'HEL_OST_CLINIC', 'HEL_OST_CLINIC'],
    ['who wrote it', unitOf('1.2.246.10.22295006'), 'VTH_HELSINKI', 'HEL_OST_CLINIC', 'HEL_OST_CLINIC'],
    ['who takes over', unitOf('1.2.246.10.2012566'), null, 'HEL_OST_CLINIC', 'HEL_OST_CLINIC'],
    ['a third one', unitOf('1.2.246.10.32213561'), null, null, null],
  ] as const)(
    'masks the places of a client under a protection order: %s',
    async (_name, caller, prison, clinic, to) => {
      const [client] = await subgraph.clients(
        `healthConditions { careUnit { code } controller { code } } careHandovers { toUnit { code } }
       medication { medications { controller { code } } opioidSubstitution { givingUnit { code } receivingClinic { code } } }`,
        [{ id: guarded }],
        ALL,
        caller,
      );
      const unit = (code: string | null) => code && { code };
      // The prison health unit serves the whole country: it alone tells no place.
      const controller = { code: 'PRISON_HEALTH' };
      expect(client).toEqual({
        healthConditions: [{ careUnit: unit(prison), controller }],
        careHandovers: [{ toUnit: unit(to) }],
        medication: {
          medications: [{ controller }],
          opioidSubstitution: { givingUnit: unit(prison), receivingClinic: unit(clinic) },
        },
      });
    },
  );

  it('shows function without the diagnosis, and reads nothing of what is not granted', async () => {
    subgraph.statements();
    const [client] = await subgraph.clients(FULL, [{ id: first }], ['WORK_ABILITY']);
    expect(client).toMatchObject({ medication: null, healthConditions: null, careHandovers: null });
    expect(client).toMatchObject({ workAbility: { score: 6 } });
    expect(subgraph.statements()).toBe(1);
  });

  it('has null and empty lists for a client without rows, and no error', async () => {
    const nobody = randomUUID();
    expect(await subgraph.clients(FULL, [{ id: nobody }], ALL)).toEqual([
      {
        id: nobody,
        medication: { medications: [], opioidSubstitution: null },
        healthConditions: [],
        workAbility: null,
        careHandovers: [],
      },
    ]);
  });

  it('shows no clinic as long as nobody has taken the treatment on', async () => {
    const [client] = await subgraph.clients(
      'medication { opioidSubstitution { receivingClinic { code } } }',
      [{ id: unreceived }],
      ALL,
    );
    expect(client).toEqual({ medication: { opioidSubstitution: { receivingClinic: null } } });
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
    expect(clients.map(({ id }) => id)).toEqual(many);
    for (const client of clients) expect(client.healthConditions).toHaveLength(1);
    expect([one, subgraph.statements()]).toEqual([5, 5]);
  });

  it('names its care units in both languages', async () => {
    const { data } = await subgraph.ask({ query: '{ careUnits { code fi sv en controller { code fi sv } } }' });
    expect(data?.careUnits).toContainEqual({
      code: 'VTH_TURKU',
      fi: 'VTH, Turun poliklinikka',
      sv: 'Enheten för hälso- och sjukvård för fångar, polikliniken i Åbo',
      en: 'Health Care Services for Prisoners, Turku clinic',
      controller: {
        code: 'PRISON_HEALTH',
        fi: 'Vankiterveydenhuollon yksikkö (VTH)',
        sv: 'Enheten för hälso- och sjukvård för fångar',
      },
    });
  });

  it('cannot read another agency’s registry, nor another agency this one', async () => {
    await expectNotReadable(database, 'health', 'SELECT FROM social.housing');
    await expectNotReadable(database, 'health', 'SELECT FROM clients.people');
    await expectNotReadable(database, 'sentences', 'SELECT FROM health.medications');
  });
});

function unitOf(organisation: string) {
  return { agency: 'HEALTH_CARE', organisation } as const;
}

async function fill(): Promise<void> {
  await insertRows(database, 'health.protection_orders', [{ client_id: guarded, valid_until: null }]);
  const each = (row: Readonly<Record<string, unknown>>) =>
    many.map((id) => ({ client_id: id, id: randomUUID(), controller: 'PRISON_HEALTH', ...row }));
  await insertRows(
    database,
    'health.conditions',
    each({ care_unit: 'VTH_HELSINKI', icd10: 'F11.2', noted_on: day(-700) }),
  );
  await insertRows(
    database,
    'health.medications',
    each({ atc: 'N06AB04', dose_mg: 20, times_a_day: 1, starts_on: day(-50) }),
  );
  await insertRows(
    database,
    'health.opioid_substitution',
    many.map((id) => ({
      client_id: id,
      controller: 'PRISON_HEALTH',
      mode: 'SUPERVISED_DAILY',
      atc: 'N07BC51',
      product: 'Buprenorfiini-naloksoni',
      dose_mg: 12.5,
      started_on: day(-300),
      last_dose_at: '2026-03-01T06:30:00Z',
      next_dose_at: '2026-03-02T06:30:00Z',
      giving_unit: 'VTH_HELSINKI',
      receiving_clinic: id === unreceived ? null : 'HEL_OST_CLINIC',
    })),
  );
  await insertRows(database, 'health.work_ability', [
    ...each({ assessed_on: day(-95), score: 0, limits: [], statement: 'UNABLE_FOR_NOW' }),
    ...each({ assessed_on: day(-5), score: 6, limits: ['CONCENTRATION', 'REGULAR_HOURS'], statement: 'WITH_SUPPORT' }),
  ]);
  await insertRows(
    database,
    'health.care_handovers',
    many.map((id) => ({
      client_id: id,
      id: randomUUID(),
      from_unit: 'VTH_HELSINKI',
      to_unit: 'HEL_OST_CLINIC',
      state: 'SENT',
      planned_on: day(20),
      sent_at: '2026-02-20T10:00:00Z',
    })),
  );
}
