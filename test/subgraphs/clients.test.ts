import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pass } from '../../auth/pass.ts';
import type { CategoryName } from '../../schema/categories.ts';
import { formatIdentityCode } from '../../schema/identity-code.ts';
import { clients } from '../../subgraphs/clients/index.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, day, insertRows, startSubgraph } from './ask.ts';
import { expectNotReadable, itAnswersTheHubAlone } from './door.ts';

const HELSINKI = '1.2.246.10.2012566';
const RISE = '1.2.246.10.3120817';
const PRISON_HEALTH = '1.2.246.10.22295006';
const ALL = [
  'IDENTITY_CONTACT',
  'RESPONSIBLE_WORKERS',
  'APPOINTMENTS_REFERRALS',
  'CLIENT_VOICE',
  'CUSTODY',
] as const satisfies readonly CategoryName[];
const WORKER = 'role worker workerName validFrom validUntil point { agency organisation { oid fi sv } unit { code } }';
const APPOINTMENT = 'reason startsAt endsAt state channel point { agency organisation { oid } unit { code fi sv } }';
const REFERRAL =
  'reason state declineReason sentAt receivedAt decidedAt completedAt from { unit { code } } to { unit { code } }';
const PLACES = `addresses { street } municipality { code } protectionOrder phones { number }
  responsibleWorkers { workerName point { agency organisation { oid } unit { code } } }
  prisonWorkers { point { organisation { oid } unit { code } } }`;
const FULL = `id names { given called family } personalIdentityCode language interpreter { needed language }
  phones { number preferred } addresses { kind street postalCode postOffice validFrom validUntil }
  municipality { code fi sv } protectionOrder
  responsibleWorkers { ${WORKER} } prisonWorkers { ${WORKER} } withoutResponsibleWorker
  appointments { ${APPOINTMENT} } prisonAppointments { ${APPOINTMENT} }
  referrals { ${REFERRAL} } prisonReferrals { ${REFERRAL} }
  ownGoals { area words language setOn reachedOn } feedback { juncture words language givenOn }`;

const many = Array.from({ length: 100 }, () => randomUUID());
const [first = '', guarded = '', lapsed = '', alone = ''] = many;
const worker = randomUUID();
const codeOf = (n: number): string =>
  formatIdentityCode(`1980-01-${String((n % 28) + 1).padStart(2, '0')}`, 900 + Math.floor(n / 28));

const COORDINATOR: Partial<Pass['caller']> = {
  roles: ['coordinator'],
  agency: 'EMPLOYMENT_SERVICES',
  organisation: HELSINKI,
};
const PEER: Partial<Pass['caller']> = {
  roles: ['peer'],
  agency: 'THIRD_SECTOR',
  organisation: '1.2.246.10.99999990',
};

let database: TestDatabase;
let subgraph: AskedSubgraph;

beforeAll(async () => {
  database = await createDatabase();
  await fill();
  subgraph = await startSubgraph(clients, database, 'clients');
});

afterAll(async () => {
  await subgraph?.close();
  await database?.drop();
});

describe('the clients subgraph', () => {
  itAnswersTheHubAlone(
    () => subgraph,
    () => ({ query: '{ ownData { id } }', caller: { clientId: first } }),
  );

  it('shows who the client is and how to reach them', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client).toMatchObject({
      id: first,
      names: { given: 'Aino Testi', called: 'Testi', family: 'Esimerkki' },
      personalIdentityCode: codeOf(0),
      language: 'FI',
      interpreter: { needed: true, language: 'SO' },
      phones: [
        { number: '+358 43 011 0001', preferred: true },
        { number: '+358 43 011 0002', preferred: false },
      ],
      // The home of last year is nobody's need any more.
      addresses: [
        {
          kind: 'PERMANENT',
          street: 'Mallikuja 1 A 2',
          postalCode: '00500',
          postOffice: 'HELSINKI',
          validFrom: day(-30),
          validUntil: null,
        },
      ],
      municipality: { code: '091', fi: 'Helsinki', sv: 'Helsingfors' },
    });
  });

  it('shows who answers for the client today, in prison and out, and where nobody does', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client).toMatchObject({
      responsibleWorkers: [
        {
          role: 'RESPONSIBLE',
          worker,
          workerName: 'Maija Malli',
          validFrom: day(-90),
          validUntil: null,
          point: {
            agency: 'SOCIAL_SERVICES',
            organisation: { oid: HELSINKI, fi: 'Helsingin kaupunki', sv: 'Helsingfors stad' },
            unit: { code: 'HEL-ADULT-SOCIAL-WORK' },
          },
        },
      ],
      prisonWorkers: [{ point: { agency: 'PRISON_SERVICE', organisation: { oid: RISE }, unit: { code: 'HELSINKI' } } }],
      withoutResponsibleWorker: ['EMPLOYMENT_SERVICES'],
    });
    const [past] = await subgraph.clients('responsibleWorkers(past: true) { point { agency } }', [{ id: first }], ALL);
    expect(past?.responsibleWorkers).toEqual([
      { point: { agency: 'EMPLOYMENT_SERVICES' } },
      { point: { agency: 'SOCIAL_SERVICES' } },
    ]);
  });

  it('shows the sectors that wait for the client without anybody who answers, for both categories only', async () => {
    const field = 'withoutResponsibleWorker';
    const [client] = await subgraph.clients(field, [{ id: alone }], ALL);
    expect(client?.[field]).toEqual(['SOCIAL_SERVICES']);
    for (const category of ['RESPONSIBLE_WORKERS', 'APPOINTMENTS_REFERRALS'] as const)
      expect(await subgraph.clients(field, [{ id: alone }], [category])).toEqual([{ [field]: null }]);
  });

  it('shows appointments, referrals and the client’s own voice', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL);
    expect(client).toMatchObject({
      appointments: [
        {
          reason: 'HOUSING',
          startsAt: `${day(3)}T09:00:00.000Z`,
          endsAt: `${day(3)}T10:00:00.000Z`,
          state: 'BOOKED',
          channel: 'VIDEO',
          point: {
            agency: 'SOCIAL_SERVICES',
            organisation: { oid: HELSINKI },
            unit: { fi: 'Helsingin aikuissosiaalityö', sv: 'Vuxensocialarbetet, Helsingfors' },
          },
        },
      ],
      prisonAppointments: [
        { reason: 'HEALTH', point: { agency: 'HEALTH_CARE', organisation: { oid: PRISON_HEALTH } } },
      ],
      referrals: [],
      prisonReferrals: [
        {
          reason: 'HOUSING',
          state: 'DECLINED',
          declineReason: 'NO_CAPACITY',
          completedAt: null,
          from: { unit: { code: 'HELSINKI' } },
          to: { unit: { code: 'HEL-ADULT-SOCIAL-WORK' } },
        },
      ],
      ownGoals: [{ area: 'HOUSING', words: 'Oma koti', language: 'FI', setOn: day(-5), reachedOn: null }],
      feedback: [{ juncture: 'ADMISSION', words: 'Kukaan ei kysynyt', language: 'FI', givenOn: day(-4) }],
    });
  });

  it('tells of no stay in prison without CUSTODY', async () => {
    const [client] = await subgraph.clients(FULL, [{ id: first }], ALL.slice(0, 4));
    expect(client).toMatchObject({
      prisonWorkers: null,
      prisonAppointments: null,
      prisonReferrals: null,
      feedback: [{ juncture: null, words: 'Kukaan ei kysynyt' }],
    });
    expect(JSON.stringify(client)).not.toMatch(/PRISON|ADMISSION|VTH/);
    expect(JSON.stringify(client)).not.toContain(RISE);
  });

  it('masks where a client under a protection order is', async () => {
    expect(await placesOf(guarded, COORDINATOR)).toEqual({
      addresses: null,
      municipality: null,
      protectionOrder: true,
      phones: [{ number: '+358 43 011 0003' }],
      responsibleWorkers: [
        { workerName: 'Maija Malli', point: { agency: 'SOCIAL_SERVICES', organisation: null, unit: null } },
      ],
      prisonWorkers: [{ point: { organisation: { oid: RISE }, unit: null } }],
    });
  });

  it('shows the client their own place, and an organisation what it wrote itself', async () => {
    const shown = {
      agency: 'SOCIAL_SERVICES',
      organisation: { oid: HELSINKI },
      unit: { code: 'HEL-ADULT-SOCIAL-WORK' },
    };
    expect(await placesOf(guarded, { roles: ['client'], clientId: guarded })).toMatchObject({
      addresses: [{ street: 'Salainen 1' }],
      municipality: { code: '091' },
      protectionOrder: true,
      responsibleWorkers: [{ point: shown }],
    });
    expect(await placesOf(guarded, { ...COORDINATOR, agency: 'SOCIAL_SERVICES' })).toMatchObject({
      addresses: null,
      municipality: null,
      responsibleWorkers: [{ point: shown }],
      prisonWorkers: [{ point: { unit: null } }],
    });
    expect(await placesOf(guarded, { roles: ['client'], clientId: first })).toMatchObject({ addresses: null });
  });

  it('does not tell the third sector that there is a protection order', async () => {
    const [masked, open] = [await placesOf(guarded, PEER), await placesOf(first, PEER)];
    expect(masked).toMatchObject({ protectionOrder: null, addresses: null });
    expect(open).toMatchObject({ protectionOrder: null, addresses: [{ street: 'Mallikuja 1 A 2' }] });
  });

  it('shows the place again when the order has lapsed', async () => {
    expect(await placesOf(lapsed, COORDINATOR)).toMatchObject({
      addresses: [{ street: 'Avoin 1' }],
      municipality: { code: '091' },
      protectionOrder: false,
    });
  });

  it('opens what the pass grants for that very client, and nothing else', async () => {
    const answer = await subgraph.ask({
      query:
        'query ($c: [_Any!]!) { _entities(representations: $c) { ... on Client { id names { family } ownGoals { words } } } }',
      variables: { c: [first, guarded].map((id) => ({ __typename: 'Client', id })) },
      grants: [
        { categories: ['IDENTITY_CONTACT'], own: [], clients: [first] },
        { categories: ['CLIENT_VOICE'], own: [], clients: [guarded] },
      ],
    });
    expect(answer.data?._entities).toEqual([
      { id: first, names: { family: 'Esimerkki' }, ownGoals: null },
      { id: guarded, names: null, ownGoals: [] },
    ]);
  });

  it('takes as many statements for 100 clients as for one', async () => {
    subgraph.statements();
    await subgraph.clients(FULL, [{ id: first }], ALL);
    const one = subgraph.statements();
    const answers = await subgraph.clients(
      FULL,
      many.map((id) => ({ id })),
      ALL,
    );
    expect(subgraph.statements()).toBe(one);
    expect(one).toBe(8);
    expect(answers.map(({ personalIdentityCode }) => personalIdentityCode)).toEqual(many.map((_, n) => codeOf(n)));
  });

  it('gives nulls and empty lists for a client that it does not know', async () => {
    const [client] = await subgraph.clients(
      'names { family } municipality { code } phones { number }',
      [{ id: randomUUID() }],
      ALL,
    );
    expect(client).toEqual({ names: null, municipality: null, phones: [] });
  });

  it('reads its own registry alone', async () => {
    await expectNotReadable(database, 'clients', 'SELECT FROM sentences.custody');
    await expectNotReadable(database, 'sentences', 'SELECT FROM clients.people');
  });
});

describe('the ways to a client', () => {
  const byCode =
    'query ($code: PersonalIdentityCode!) { clientByPersonalIdentityCode(code: $code, purpose: SERVICE_COORDINATION) { id } }';

  it('by id: the stub, whether the client exists or not, without a look', async () => {
    const query = 'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { id names { family } } }';
    subgraph.statements();
    for (const id of [first, randomUUID(), 'no id at all']) {
      const answer = await subgraph.ask({ query, variables: { id } });
      expect(answer).toEqual({ data: { client: { id, names: null } } });
    }
    expect(subgraph.statements()).toBe(0);
  });

  it('by identity code: the same statement for a known and an unknown one', async () => {
    const counts: number[] = [];
    for (const [code, client] of [
      [codeOf(0), { id: first }],
      [formatIdentityCode('1999-12-31', 999), null],
    ] as const) {
      subgraph.statements();
      const answer = await subgraph.ask({ query: byCode, variables: { code } });
      counts.push(subgraph.statements());
      expect(answer).toEqual({ data: { clientByPersonalIdentityCode: client } });
    }
    expect(counts).toEqual([1, 1]);
  });

  it('by a wrong identity code: refused without repeating it', async () => {
    const answer = await subgraph.ask({ query: byCode, variables: { code: '010190-999Y' } });
    expect(answer.errors).toHaveLength(1);
    expect(JSON.stringify(answer)).not.toContain('010190');
    expect(JSON.stringify(subgraph.log)).not.toContain('010190');
  });

  it('for another purpose than the pass says: refused', async () => {
    const answer = await subgraph.ask({ query: `{ client(id: "${first}", purpose: CARE_CONTINUITY) { id } }` });
    expect(answer.data).toEqual({ client: null });
    expect(answer.errors?.[0]?.extensions.code).toBe('PASS_OTHER_PURPOSE');
  });

  it('own data: the client of the pass, null for others', async () => {
    const own = (caller: Partial<Pass['caller']>) => subgraph.ask({ query: '{ ownData { id } }', caller });
    expect(await own({ roles: ['client'], clientId: first })).toEqual({ data: { ownData: { id: first } } });
    expect(await own(COORDINATOR)).toEqual({ data: { ownData: null } });
  });
});

async function placesOf(id: string, caller: Partial<Pass['caller']>): Promise<Record<string, unknown> | undefined> {
  const [client] = await subgraph.clients(PLACES, [{ id }], ALL, caller);
  return client;
}

async function fill(): Promise<void> {
  const social = { agency: 'SOCIAL_SERVICES', organisation: HELSINKI, unit: 'HEL-ADULT-SOCIAL-WORK' };
  const prison = { agency: 'PRISON_SERVICE', organisation: RISE, unit: 'HELSINKI' };
  const employment = { agency: 'EMPLOYMENT_SERVICES', organisation: HELSINKI, unit: 'HEL-EMPLOYMENT-AREA' };
  const health = { agency: 'HEALTH_CARE', organisation: PRISON_HEALTH, unit: 'VTH-HELSINKI' };
  await insertRows(
    database,
    'clients.people',
    many.map((client_id, n) => ({
      client_id,
      personal_identity_code: codeOf(n),
      first_names: 'Aino Testi',
      call_name: 'Testi',
      last_name: 'Esimerkki',
      language: 'FI',
      interpreter_language: n === 0 ? 'SO' : null,
      municipality: '091',
      protection_order: client_id === guarded || client_id === lapsed,
      protection_order_until: client_id === guarded ? day(0) : client_id === lapsed ? day(-1) : null,
    })),
  );
  const phone = (client_id: string, n: number, preferred: boolean) => ({
    client_id,
    id: randomUUID(),
    number: `+358 43 011 000${n}`,
    preferred,
  });
  await insertRows(database, 'clients.phones', [
    phone(first, 2, false),
    phone(first, 1, true),
    phone(guarded, 3, true),
  ]);
  const address = (client_id: string, street: string, valid_from: string, valid_until: string | null) => ({
    client_id,
    id: randomUUID(),
    kind: 'PERMANENT',
    street,
    postal_code: '00500',
    post_office: 'HELSINKI',
    valid_from,
    valid_until,
  });
  await insertRows(database, 'clients.addresses', [
    address(first, 'Entinen 1', day(-500), day(-31)),
    address(first, 'Mallikuja 1 A 2', day(-30), null),
    address(guarded, 'Salainen 1', day(-30), null),
    address(lapsed, 'Avoin 1', day(-30), null),
  ]);
  const answers = (client_id: string, place: typeof social, valid_until: string | null) => ({
    client_id,
    id: randomUUID(),
    ...place,
    role: 'RESPONSIBLE',
    worker,
    worker_name: 'Maija Malli',
    valid_from: day(-90),
    valid_until,
  });
  await insertRows(database, 'clients.responsible_workers', [
    answers(first, social, null),
    answers(first, prison, null),
    answers(first, employment, day(-1)),
    answers(guarded, social, day(0)),
    answers(guarded, prison, null),
  ]);
  const appointment = (place: typeof social, reason: string, client_id = first, on = day(3)) => ({
    client_id,
    id: randomUUID(),
    ...place,
    starts_at: `${on}T09:00:00Z`,
    ends_at: `${on}T10:00:00Z`,
    state: 'BOOKED',
    channel: 'VIDEO',
    reason,
  });
  await insertRows(database, 'clients.appointments', [
    appointment(social, 'HOUSING'),
    appointment(health, 'HEALTH'),
    appointment(social, 'INCOME', alone),
    appointment(employment, 'EMPLOYMENT', alone, day(-1)),
    appointment(prison, 'HOUSING', alone),
  ]);
  await insertRows(database, 'clients.referrals', [
    {
      client_id: first,
      id: randomUUID(),
      from_agency: prison.agency,
      from_organisation: prison.organisation,
      from_unit: prison.unit,
      to_agency: social.agency,
      to_organisation: social.organisation,
      to_unit: social.unit,
      reason: 'HOUSING',
      state: 'DECLINED',
      decline_reason: 'NO_CAPACITY',
      sent_at: `${day(-9)}T09:00:00Z`,
      received_at: `${day(-8)}T09:00:00Z`,
      decided_at: `${day(-7)}T09:00:00Z`,
      completed_at: null,
    },
  ]);
  await insertRows(database, 'clients.own_goals', [
    {
      client_id: first,
      id: randomUUID(),
      area: 'HOUSING',
      words: 'Oma koti',
      language: 'FI',
      set_on: day(-5),
      reached_on: null,
    },
  ]);
  await insertRows(database, 'clients.feedback', [
    {
      client_id: first,
      id: randomUUID(),
      juncture: 'ADMISSION',
      words: 'Kukaan ei kysynyt',
      language: 'FI',
      given_on: day(-4),
    },
  ]);
}
