import { createHash, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE, DEMO_USERS } from '../../auth/users.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import { PURPOSES } from '../../schema/purposes.ts';
import { startWorld, type World } from '../gateway/world.ts';
import { poolOf } from './entries.ts';

/** No field value and no identity code is ever in an entry or in a service's log, whatever is asked and however it ends. */

const OPERATIONS = Number(process.env.NIVEL_OPERATIONS ?? 150);
const SEED = process.env.NIVEL_SEED ?? 'no values';

interface Person {
  readonly id: string;
  readonly code: string;
  readonly name: string;
}

let world: World;
let admin: pg.Pool;
let people: readonly Person[];
/** Every value of the population that is nobody else's business, but for the words of code lists. */
let values: readonly string[];

beforeAll(async () => {
  world = await startWorld();
  admin = poolOf(world.database.adminUrl);
  people = (
    await admin.query(`SELECT client_id AS id, personal_identity_code AS code, last_name AS name FROM clients.people`)
  ).rows;
  values = await personalValues();
});
afterAll(async () => {
  await admin?.end();
  await world?.close();
});

const FIELDS = [
  'names { given called family }',
  'personalIdentityCode phones { number } addresses { street postalCode postOffice } municipality { code fi }',
  'ownGoals { area words } feedback { words }',
  'custody { phase unit { code } releaseWindow { earliest } }',
  'sanctions { __typename }',
  'housing { class need } socialServices { task clientPlans { goals { goal } } }',
  'employment { jobSeekerStatus { status { code } } plans { kind } }',
  'medication { medications { atc { code } doseMg } opioidSubstitution { product nextDoseAt } }',
  'healthConditions { __typename } workAbility { __typename }',
  'responsibleWorkers { __typename } appointments { state }',
  'consents { id kind categories recipients }',
];
const PURPOSE_NAMES = Object.keys(PURPOSES);
const USERS = DEMO_USERS.map(({ username }) => username);

describe(`${OPERATIONS} random operations (seed ${SEED})`, () => {
  it('leave no personal value in the audit log, in a service’s log or in the metrics', {
    timeout: 60_000,
  }, async () => {
    const random = generator(SEED);
    const statuses = new Map<number, number>();
    let told = '';
    for (let n = 0; n < OPERATIONS; n += 8) {
      const answers = await Promise.all(Array.from({ length: Math.min(8, OPERATIONS - n) }, () => operation(random)));
      for (const { status, text } of answers) {
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        told += text;
      }
    }
    const { rows } = await admin.query<{ body: string }>('SELECT body FROM audit.entries');
    const metrics = await (await fetch(`${world.url}/metrics`)).text();
    const written = [...rows.map(({ body }) => body), ...world.log.map((line) => JSON.stringify(line)), metrics].join(
      '\n',
    );

    expect(found(written)).toEqual([]);
    // That it is no empty promise: the answers told many of them, and the scan would have found one.
    expect(found(told).length).toBeGreaterThan(50);
    for (const value of [values[0], values.at(-1)]) expect(found(`${written}{"a":"x ${value}"}`)).toContain(value);
    expect(rows.length).toBeGreaterThan(OPERATIONS / 2);
    expect(values.length).toBeGreaterThan(400);
    const kinds = new Set(rows.map(({ body }) => JSON.parse(body).kind));
    for (const kind of ['QUERY', 'MUTATION', 'REFUSED', 'CONSENT_GRANTED', 'CONSENT_DENIED', 'CONSENT_WITHDRAWN'])
      expect(kinds).toContain(kind);
    for (const status of [200, 400, 403]) expect(statuses.get(status), `answers ${status}`).toBeGreaterThan(3);
  });
});

/** The personal values that stand in a text, as whole words. */
function found(text: string): string[] {
  return values.filter((value) => {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      const around = text.slice(at - 1, at) + text.slice(at + value.length, at + value.length + 1);
      if (!/[\p{L}\p{N}]/u.test(around)) return true;
    }
    return false;
  });
}

async function personalValues(): Promise<string[]> {
  const { rows } = await admin.query<{ value: string }>(`
    SELECT regexp_split_to_table(first_names, '[ -]') AS value FROM clients.people
    UNION SELECT call_name FROM clients.people UNION SELECT last_name FROM clients.people
    UNION SELECT worker_name FROM clients.responsible_workers UNION SELECT own_worker_name FROM social.service_tasks
    UNION SELECT personal_identity_code FROM clients.people
    UNION SELECT number FROM clients.phones
    UNION SELECT street FROM clients.addresses UNION SELECT postal_code FROM clients.addresses
    UNION SELECT words FROM clients.own_goals UNION SELECT words FROM clients.feedback
    UNION SELECT goal FROM sentences.plan_goals UNION SELECT goal FROM social.client_plan_goals
    UNION SELECT goal FROM employment.plan_goals
    UNION SELECT icd10 FROM health.conditions UNION SELECT atc FROM health.medications
    UNION SELECT product FROM health.opioid_substitution UNION SELECT offence FROM sentences.sanctions`);
  return rows
    .map(({ value }) => value)
    .filter((value) => value?.length > 3)
    .sort();
}

/** Numbers 0 ≤ x < 1 that are the same for the same seed. */
function generator(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest();
  return () => {
    state = createHash('sha256').update(state).digest();
    return state.readUInt32BE() / 2 ** 32;
  };
}

interface Told {
  readonly status: number;
  readonly text: string;
}

/** One operation of somebody, about somebody: most are sound, some wrong, many refused. */
async function operation(random: () => number): Promise<Told> {
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const some = <T>(list: readonly T[]): T[] => list.filter(() => random() < 0.4);
  const person = random() < 0.4 ? (people.find(({ id }) => id === CLIENT_ONE) as Person) : oneOf(people);
  const user = random() < 0.5 ? oneOf(['coordinator', 'client', 'rise-worker', 'health-professional']) : oneOf(USERS);
  const purpose = random() < 0.7 ? 'SERVICE_COORDINATION' : oneOf(PURPOSE_NAMES);
  const fields = `id ${some(FIELDS).join(' ')}`;
  const ask = (query: string, variables: Record<string, unknown> = {}, as = user) => world.ask(as, query, variables);
  const change = {
    clientId: oneOf([person.id, CLIENT_ONE, null]),
    categories: oneOf([['MEDICATION'], ['HOUSING', 'EMPLOYMENT'], [oneOf(CATEGORY_NAMES)], []]),
    informed: oneOf([
      { version: '2026-1', language: 'fi' },
      { version: person.name, language: 'sv' },
    ]),
    recipients: [oneOf([{ role: 'COORDINATOR' }, { agency: 'KELA' }, { person: person.name }])],
    purposes: ['SERVICE_COORDINATION'],
  };
  const oneChanging = oneOf(['client', 'client', 'coordinator', 'peer']);
  const weighed: readonly (readonly [lots: number, run: () => Promise<Told>])[] = [
    [
      8,
      () =>
        ask(`query Look($id: ID!, $purpose: Purpose!) { client(id: $id, purpose: $purpose) { ${fields} } }`, {
          id: person.id,
          purpose,
        }),
    ],
    [
      2,
      () =>
        ask(`query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { ${fields} } }`, { id: randomUUID() }),
    ],
    [
      4,
      () =>
        ask(
          `query ByCode($code: PersonalIdentityCode!, $purpose: Purpose!) { clientByPersonalIdentityCode(code: $code, purpose: $purpose) { ${fields} } }`,
          { code: person.code, purpose },
        ),
    ],
    [
      4,
      () =>
        ask(
          `query Mine($purpose: Purpose!) { caseload(purpose: $purpose, first: 10) { edges { node { ${fields} } } } }`,
          { purpose },
        ),
    ],
    [4, () => ask(`{ ownData { ${fields} } }`, {}, oneOf(['client', 'client', user]))],
    [
      4,
      () =>
        ask(
          'mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { id state } }',
          { input: change },
          oneChanging,
        ),
    ],
    [
      4,
      () =>
        ask(
          'mutation ($input: DenyAccessInput!) { denyAccess(input: $input) { id state } }',
          { input: change },
          oneChanging,
        ),
    ],
    [4, () => withdraw(random())],
    [
      3,
      () =>
        ask(
          'query ($filter: AuditFilter) { auditEntries(filter: $filter) { edges { node { id clients } } } }',
          { filter: oneOf([{}, { client: person.id }, { client: person.name }, { caller: person.code }]) },
          oneOf(['auditor', user]),
        ),
    ],
    // A value where none belongs: in the document, in its name, in another's place, in no document at all.
    [
      2,
      () =>
        ask(
          `query Find_${person.code.replace(/[-+]/, 'A')} { client(id: "${person.code}", purpose: SERVICE_COORDINATION) { id } }`,
        ),
    ],
    [
      2,
      () =>
        ask(`{ clientByPersonalIdentityCode(code: "${person.code}", purpose: SERVICE_COORDINATION) { ${fields} } }`),
    ],
    [
      2,
      () =>
        ask('query ($id: ID!, $purpose: Purpose!) { client(id: $id, purpose: $purpose) { id } }', {
          id: person.name,
          purpose: person.code,
        }),
    ],
    [1, () => ask(`{ ${person.name} ${person.code}`)],
    [1, () => world.post(`{"query": "${person.code}`, { 'content-type': 'application/json' })],
    [1, () => world.post('{}', { 'content-type': 'application/json', authorization: `Bearer ${person.code}` })],
  ];
  const lots = weighed.flatMap(([weight, run]) => Array.from({ length: weight }, () => run));
  const run = oneOf(lots);
  return run();
}

async function withdraw(which: number): Promise<Told> {
  const { data } = await world.ask('client', '{ ownData { consents { id } } }');
  const { consents } = data.ownData;
  return world.ask('client', 'mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state } }', {
    id: consents[Math.floor(which * consents.length)].id,
  });
}
