import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { CLIENT_ONE, DEMO_USERS } from '../../auth/users.ts';
import { readOperations } from '../../gateway/trusted.ts';
import { CATEGORY_NAMES } from '../../schema/categories.ts';
import { PURPOSES } from '../../schema/purposes.ts';
import type { World } from './world.ts';

/** A client of the population, by what a caller could write about them where nothing of the kind belongs. */
export interface Person {
  readonly id: string;
  readonly code: string;
  /** Last name. */
  readonly name: string;
  readonly call: string;
  readonly street: string | null;
}

const FIELDS = [
  'names { given called family }',
  'personalIdentityCode phones { number } addresses { street postalCode postOffice } municipality { code fi }',
  'ownGoals { area words } feedback { words }',
  'custody { phase unit { code } releaseWindow { earliest } }',
  'sanctions { id offence decidedOn }',
  'housing { class need } socialServices { task clientPlans { goals { goal } } }',
  'employment { jobSeekerStatus { status { code } } plans { kind } }',
  'medication { medications { id atc { code } doseMg startsOn } opioidSubstitution { product nextDoseAt } }',
  'healthConditions { id icd10 { code } since } workAbility { id assessedOn score limits }',
  'responsibleWorkers { __typename } appointments { state }',
  'consents { id kind categories recipients }',
];
const PURPOSE_NAMES = Object.keys(PURPOSES);
const USERS = DEMO_USERS.map(({ username }) => username);

/** Numbers 0 ≤ x < 1 that are the same for the same seed. */
export function generator(seed: string): () => number {
  let state = createHash('sha256').update(seed).digest();
  return () => {
    state = createHash('sha256').update(state).digest();
    return state.readUInt32BE() / 2 ** 32;
  };
}

export interface Told {
  readonly status: number;
  readonly text: string;
}

/** One operation of somebody, about somebody: most are sound, some wrong, many refused. */
export async function randomOperation(world: World, people: readonly Person[], random: () => number): Promise<Told> {
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
    [4, () => withdraw(world, random())],
    [8, () => trusted(world, person, random)],
    [2, () => review(world, random)],
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
        ask(
          `query ${person.name.replace(/\W/g, '_')} { client(id: "${person.id}", purpose: ${purpose}) { ${fields} } }`,
        ),
    ],
    [2, () => ask(`query ${person.call.replace(/\W/g, '_')} { ownData { id } }`, {}, 'client')],
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

async function withdraw(world: World, which: number): Promise<Told> {
  const { data } = await world.ask('client', '{ ownData { consents { id } } }');
  const { consents } = data.ownData;
  return world.ask('client', 'mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state } }', {
    id: consents[Math.floor(which * consents.length)].id,
  });
}

const OPERATIONS = readOperations(fileURLToPath(new URL('../../gateway/operations', import.meta.url)));

/** Each of the hub's own operations by each of its roles, about the client whom all of them know: each goes through once. */
export async function everyOperation(world: World, people: readonly Person[], random: () => number): Promise<Told[]> {
  const told: Told[] = [];
  const one = people.find(({ id }) => id === CLIENT_ONE) as Person;
  for (const { text } of OPERATIONS)
    for (const { username } of usersOf(text)) told.push(await filledIn(world, username, text, one));
  told.push(await review(world, random));
  return told;
}

async function trusted(world: World, person: Person, random: () => number): Promise<Told> {
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const { text } = oneOf(OPERATIONS);
  return filledIn(world, oneOf(usersOf(text)).username, text, person);
}

function usersOf(text: string) {
  const roles = /^# roles: (.*)$/m.exec(text)?.[1]?.split(', ') ?? [];
  return DEMO_USERS.filter((user) => user.roles.some((role) => roles.includes(role)));
}

/** An operation with its example's variables, about this person, with their data in every free text. */
function filledIn(world: World, user: string, text: string, person: Person): Promise<Told> {
  const example = JSON.parse(/^# variables: (.*)$/m.exec(text)?.[1] ?? '{}');
  const told = `${person.call} ${person.name}, ${person.code}, ${person.street ?? 'no address'}`;
  const about = (value: unknown, name = ''): unknown => {
    if (name === 'reason' || name === 'note') return told;
    if (name === 'code') return person.code;
    if (value === CLIENT_ONE) return person.id;
    if (Array.isArray(value)) return value.map((each) => about(each));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, about(member, key)]));
  };
  return world.ask(user, text, about(example) as Record<string, unknown>);
}

/** The privacy officer reviews what waits longest, with a note about the client. */
async function review(world: World, random: () => number): Promise<Told> {
  const { data } = await world.ask(
    'privacy-officer',
    '{ reviewQueue(first: 20) { edges { node { subject id clientId } } } }',
  );
  const edges: { node: { subject: string; id: string; clientId: string } }[] = data?.reviewQueue?.edges ?? [];
  const waiting = edges[Math.floor(random() * edges.length)]?.node;
  const input = {
    clientId: waiting?.clientId ?? CLIENT_ONE,
    subject: waiting?.subject ?? 'EMERGENCY',
    id: waiting?.id ?? randomUUID(),
    outcome: random() < 0.5 ? 'APPROVED' : 'REJECTED',
    note: 'Mika Lahtinen, puhelin +358 43 010 0001',
  };
  return world.ask(
    'privacy-officer',
    'mutation ($input: ReviewAccessInput!) { reviewAccess(input: $input) { id outcome } }',
    { input },
  );
}

/** The text of one of the hub's own operations, by its name without the number. */
export function operationNamed(name: string): string {
  const found = OPERATIONS.find((operation) => operation.name.replace(/^\d+-/, '') === name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found.text;
}
