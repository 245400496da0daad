import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_USERS } from '../../auth/users.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../../consent/errors.ts';
import { consents } from '../../subgraphs/consents/index.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { type Answer, type AskedSubgraph, insertRows, type Question, startSubgraph } from './ask.ts';

/** Explaining access, and the access that workers take on their own word, as the subgraph answers the hub. */
let database: TestDatabase;
let subgraph: AskedSubgraph;
let admin: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = poolOf(database.adminUrl);
  await fill();
  subgraph = await startSubgraph(consents, database, 'consent');
});
afterAll(async () => {
  await subgraph?.close();
  await admin?.end();
  await database?.drop();
});

type Asker = NonNullable<Question['caller']>;

/** A demo user as a pass names them. */
function user(name: string): Asker {
  const { username: _, ...caller } = DEMO_USERS.find(
    ({ username }) => username === name,
  ) as (typeof DEMO_USERS)[number];
  return caller;
}
const self = (clientId: string): Asker => ({ id: clientId, roles: ['client'], clientId });
const coordinator = user('coordinator');
const officer = user('privacy-officer');

/** Has a relationship with the coordinator's unit; the other is a client of nobody's. */
const known = randomUUID();
const unrelated = randomUUID();
const REASON = 'Called from the street, cannot say what he has taken';

// biome-ignore lint/suspicious/noExplicitAny: what the subgraph answered.
type Data = any;

async function traces(): Promise<unknown> {
  const { rows } = await admin.query(
    `SELECT (SELECT count(*) FROM consent.epochs) AS epochs, (SELECT count(*) FROM audit.entries) AS entries,
       (SELECT count(*) FROM consent.emergencies) AS emergencies, (SELECT count(*) FROM consent.reviews) AS reviews,
       (SELECT count(*) FROM consent.events) AS events`,
  );
  return rows[0];
}

async function entriesOf(client: string): Promise<Data[]> {
  const { rows } = await admin.query('SELECT body FROM audit.entries WHERE clients @> ARRAY[$1::uuid] ORDER BY seq', [
    client,
  ]);
  return rows.map(({ body }) => JSON.parse(body));
}

const ask = (query: string, variables: object, caller: Asker, purpose?: Question['purpose']): Promise<Answer> =>
  subgraph.ask({ query, variables: { ...variables }, caller, ...(purpose === undefined ? {} : { purpose }) });

async function answered(...question: Parameters<typeof ask>): Promise<Data> {
  const { data, errors } = await ask(...question);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0];
}

async function refused(code: LedgerErrorCode, ...question: Parameters<typeof ask>): Promise<void> {
  const before = await traces();
  const { data, errors } = await ask(...question);
  expect(errors?.map(({ message, extensions }) => ({ message, ...extensions }))).toEqual([
    { message: LEDGER_ERRORS[code], code },
  ]);
  expect(Object.values(data ?? {}).every((value) => value === null)).toBe(true);
  expect(await traces()).toEqual(before);
}

const EXPLAIN = `query ($client: ID!, $purpose: Purpose!, $categories: [DataCategory!]!, $asCaller: CallerInput) {
  explainAccess(client: $client, purpose: $purpose, categories: $categories, asCaller: $asCaller) {
    category decision reason rule basis statute citation restsOn detail } }`;
const GRANT = 'mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { id } }';
const DENY = 'mutation ($input: DenyAccessInput!) { denyAccess(input: $input) { id } }';
const FIELDS = '{ id kind clientId validFrom validUntil }';
const DECLARE = `mutation ($input: DeclareRelationshipInput!) { declareRelationship(input: $input) ${FIELDS} }`;
const EMERGENCY = `mutation ($input: GrantEmergencyAccessInput!) { grantEmergencyAccess(input: $input) ${FIELDS} }`;
const REQUEST = `mutation ($input: RequestAccessInput!) { requestAccess(input: $input) ${FIELDS} }`;
const REVIEW = 'mutation ($input: ReviewAccessInput!) { reviewAccess(input: $input) { subject id outcome at } }';
const QUEUE = `query ($first: Int!, $after: String) { reviewQueue(first: $first, after: $after) {
  edges { cursor node { subject id clientId person agency role ground basis categories reason overdue } }
  pageInfo { hasNextPage endCursor } } }`;
const informed = { version: '2026-1', language: 'fi' };
const HOUSING = {
  categories: ['HOUSING'],
  recipients: [{ role: 'COORDINATOR' }],
  purposes: ['SERVICE_COORDINATION'],
  informed,
};
const asked = (client: string, categories = ['IDENTITY_CONTACT', 'HOUSING', 'EMPLOYMENT', 'SANCTION_DETAILS']) => ({
  client,
  purpose: 'SERVICE_COORDINATION',
  categories,
});
const asCoordinator = {
  role: 'COORDINATOR',
  agency: coordinator.agency,
  organisation: coordinator.organisation,
  unit: coordinator.unit,
};

describe('an explanation', () => {
  it('to a professional is the decision and the coarse reason, the same whether the client denied or was never asked', async () => {
    const never = await answered(EXPLAIN, asked(known), coordinator);
    expect(never.map(({ category, decision, reason }: Data) => [category, decision, reason])).toEqual([
      ['IDENTITY_CONTACT', 'PERMIT', null],
      ['HOUSING', 'DENY', 'NO_BASIS'],
      ['EMPLOYMENT', 'PERMIT', null],
      ['SANCTION_DETAILS', 'DENY', 'NOT_FOR_ROLE'],
    ]);
    for (const { category: _, decision: __, reason: ___, ...rest } of never) {
      expect(new Set(Object.values(rest))).toEqual(new Set([null]));
    }
    const { id } = await answered(DENY, { input: { categories: ['HOUSING'], informed } }, self(known));
    expect(await answered(EXPLAIN, asked(known), coordinator)).toEqual(never);
    await answered(
      'mutation ($input: WithdrawConsentInput!) { withdrawConsent(input: $input) { id } }',
      { input: { recordId: id } },
      self(known),
    );
  });

  it('to the client and the auditor names the rule, the basis, the statute and what it rests on', async () => {
    const client = await clientOf('SOCIAL_SERVICES', 'EMPLOYMENT_SERVICES');
    const consent = await answered(GRANT, { input: HOUSING }, self(client));
    for (const [asker, purpose] of [
      [self(client), 'OWN_DATA'],
      [user('auditor'), 'AUDIT'],
      [officer, 'AUDIT'],
    ] as const) {
      const [identity, housing, , sanction] = await answered(
        EXPLAIN,
        { ...asked(client), asCaller: asCoordinator },
        asker,
        purpose,
      );
      expect(identity).toMatchObject({
        decision: 'PERMIT',
        rule: '3',
        basis: 'OWN_REGISTER',
        restsOn: expect.any(String),
      });
      expect(housing).toMatchObject({ decision: 'PERMIT', rule: '5', basis: 'CONSENT', restsOn: consent.id });
      expect(sanction).toMatchObject({ decision: 'DENY', rule: '2', reason: 'NOT_FOR_ROLE', detail: 'NEVER_SHARED' });
      const [custody] = await answered(
        EXPLAIN,
        {
          ...asked(client, ['CUSTODY']),
          asCaller: { ...asCoordinator, role: 'SOCIAL_WORKER', agency: 'SOCIAL_SERVICES' },
        },
        asker,
        purpose,
      );
      expect(custody).toMatchObject({
        rule: '4',
        basis: 'STATUTE',
        statute: 'AUTHORITY-SOCIAL',
        citation: '703/2023 § 64',
      });
    }
    const denial = await answered(DENY, { input: { categories: ['HOUSING'], informed } }, self(client));
    const [housing] = await answered(
      EXPLAIN,
      { ...asked(client, ['HOUSING']), asCaller: asCoordinator },
      self(client),
      'OWN_DATA',
    );
    expect(housing).toMatchObject({ decision: 'DENY', rule: '5', detail: 'CLIENT_DENIED', restsOn: denial.id });
  });

  it('of the client’s own sight', async () => {
    const rows = await answered(EXPLAIN, { ...asked(known), purpose: 'OWN_DATA' }, self(known), 'OWN_DATA');
    expect(new Set(rows.map(({ basis, rule }: Data) => `${basis} ${rule}`))).toEqual(new Set(['OWN_DATA 3']));
  });

  it('has the same bytes and the same statements for a client unknown and one unrelated', async () => {
    const answers = [];
    for (const client of [unrelated, randomUUID()]) {
      subgraph.statements();
      answers.push([JSON.stringify(await ask(EXPLAIN, asked(client), coordinator)), subgraph.statements()]);
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.[1]).toBe(1);
    expect(answers[0]?.[0]).toContain('NO_RELATIONSHIP');
  });

  it.each<[LedgerErrorCode, object, Asker]>([
    ['MALFORMED_ID', { client: 'Matti' }, coordinator],
    ['CATEGORIES_MISSING', { categories: [] }, coordinator],
    ['PURPOSE_OF_ANOTHER', { purpose: 'EMPLOYMENT_SUPPORT' }, coordinator],
    ['NO_RELATIONSHIP', { asCaller: asCoordinator }, coordinator],
    ['NO_RELATIONSHIP', { asCaller: asCoordinator }, self(unrelated)],
    ['NO_RELATIONSHIP', { asCaller: asCoordinator, client: randomUUID() }, self(unrelated)],
  ])('%s: %j', async (code, given, caller) => {
    await refused(code, EXPLAIN, { ...asked(known), ...given }, caller);
  });
});

describe('access on a worker’s own word', () => {
  it('an emergency opens despite a denial, is in the log at once without its reason, and once', async () => {
    const client = randomUUID();
    await answered(DENY, { input: { categories: [], informed } }, self(client));
    const input = { clientId: client, ground: 'OVERDOSE', reason: REASON, hours: 24, id: randomUUID() };
    const grant = await answered(EMERGENCY, { input }, coordinator);
    expect(grant).toMatchObject({ id: input.id, kind: 'EMERGENCY', clientId: client });
    const hours = (Date.parse(grant.validUntil) - Date.parse(grant.validFrom)) / 3_600_000;
    expect(hours).toBeGreaterThan(23.9);
    expect(hours).toBeLessThanOrEqual(24);
    expect(await answered(EMERGENCY, { input }, coordinator)).toEqual(grant);
    const [, entry, ...more] = await entriesOf(client);
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      kind: 'EMERGENCY_GRANTED',
      caller: { id: coordinator.id, roles: ['coordinator'] },
      fact: { id: input.id, ground: 'OVERDOSE', epoch: '2' },
    });
    expect(JSON.stringify([entry, subgraph.log])).not.toContain('street');
    const explained = await answered(
      EXPLAIN,
      { client, purpose: 'EMERGENCY', categories: ['MEDICATION', 'HOUSING'] },
      coordinator,
      'EMERGENCY',
    );
    expect(explained.map(({ decision }: Data) => decision)).toEqual(['PERMIT', 'DENY']);
  });

  it('lasts four hours unless said otherwise', async () => {
    const input = { clientId: randomUUID(), ground: 'MISSING', reason: REASON };
    const { validFrom, validUntil } = await answered(EMERGENCY, { input }, coordinator);
    expect(Date.parse(validUntil) - Date.parse(validFrom)).toBe(4 * 3_600_000);
  });

  it('a declared relationship is a relationship at once; a rejected review ends it at once', async () => {
    const client = randomUUID();
    const declared = await answered(DECLARE, { input: { clientId: client, reason: REASON } }, coordinator);
    const decisions = async () =>
      (await answered(EXPLAIN, asked(client, ['IDENTITY_CONTACT']), coordinator)).map(({ decision }: Data) => decision);
    expect(await decisions()).toEqual(['PERMIT']);
    const input = {
      clientId: client,
      subject: 'DECLARED',
      id: declared.id,
      outcome: 'REJECTED',
      note: 'Not his client.',
    };
    expect(await answered(REVIEW, { input }, officer)).toMatchObject({ id: declared.id, outcome: 'REJECTED' });
    expect(await decisions()).toEqual(['DENY']);
    const entries = await entriesOf(client);
    expect(entries.map(({ kind, fact }) => [kind, fact.id, fact.outcome])).toEqual([
      ['DECLARED_RELATIONSHIP', declared.id, undefined],
      ['REVIEWED', declared.id, 'REJECTED'],
    ]);
    expect(JSON.stringify(entries)).not.toMatch(/Not his client|street/);
    await refused('ALREADY_REVIEWED', REVIEW, { input }, officer);
  });

  it('a specified request names its statute, its ground and its data', async () => {
    const input = {
      clientId: known,
      basis: 'CARE-PRISON',
      ground: 'RELEASE',
      categories: ['HOUSING'],
      reason: 'Where he will live when he is released in March',
    };
    const { id } = await answered(REQUEST, { input }, user('rise-worker'));
    expect((await entriesOf(known)).at(-1)).toMatchObject({
      kind: 'ACCESS_REQUESTED',
      fact: { id, basis: 'CARE-PRISON', ground: 'RELEASE', categories: ['HOUSING'] },
    });
  });

  it('without its entry is not taken', async () => {
    await admin.query('REVOKE INSERT ON audit.entries FROM nivel_consent');
    await admin.query(
      `REVOKE INSERT (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources,
        body, salt, commitment) ON audit.entries FROM nivel_consent`,
    );
    try {
      const input = { clientId: known, ground: 'OVERDOSE', reason: REASON };
      await refused('LEDGER_UNAVAILABLE', EMERGENCY, { input }, coordinator);
    } finally {
      await admin.query(
        `GRANT INSERT (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases, sources,
          body, salt, commitment) ON audit.entries TO nivel_consent`,
      );
    }
  });

  const emergency = { clientId: known, ground: 'OVERDOSE', reason: REASON };
  const declaration = { clientId: known, reason: REASON };
  const request = { ...declaration, basis: 'CARE-PRISON', ground: 'RELEASE', categories: ['HOUSING'] };
  const review = { clientId: known, subject: 'EMERGENCY', id: randomUUID(), outcome: 'APPROVED' };
  it.each<[LedgerErrorCode, string, object, Asker]>([
    ['GROUND_MISSING', EMERGENCY, { ...emergency, ground: undefined }, coordinator],
    ['REASON_MISSING', EMERGENCY, { ...emergency, reason: undefined }, coordinator],
    ['REASON_MISSING', EMERGENCY, { ...emergency, reason: '   ' }, coordinator],
    ['REASON_TOO_SHORT', EMERGENCY, { ...emergency, reason: 'urgent' }, coordinator],
    ['TIME_BOX_TOO_LONG', EMERGENCY, { ...emergency, hours: 25 }, coordinator],
    ['TIME_BOX_TOO_SHORT', EMERGENCY, { ...emergency, hours: 0 }, coordinator],
    ['MALFORMED_ID', EMERGENCY, { ...emergency, clientId: 'Matti' }, coordinator],
    ['NOT_FOR_ROLE', EMERGENCY, emergency, user('peer')],
    ['NOT_FOR_ROLE', EMERGENCY, emergency, self(known)],
    ['REASON_MISSING', DECLARE, { ...declaration, reason: null }, coordinator],
    ['TIME_BOX_TOO_LONG', DECLARE, { ...declaration, until: '2099-01-01T00:00:00Z' }, coordinator],
    ['UNTIL_NOT_AFTER_FROM', DECLARE, { ...declaration, until: '2001-01-01T00:00:00Z' }, coordinator],
    ['NOT_FOR_ROLE', DECLARE, declaration, user('peer')],
    ['NOT_FOR_ROLE', DECLARE, declaration, user('auditor')],
    ['UNKNOWN_BASIS', REQUEST, { ...request, basis: 'CURIOSITY' }, user('rise-worker')],
    ['BASIS_WITHOUT_REQUEST', REQUEST, { ...request, basis: 'PRISON-KELA' }, user('rise-worker')],
    ['GROUND_MISSING', REQUEST, { ...request, ground: null }, user('rise-worker')],
    ['UNKNOWN_GROUND', REQUEST, { ...request, ground: 'CHILDS_INTEREST' }, user('rise-worker')],
    ['CATEGORY_NOT_IN_BASIS', REQUEST, { ...request, categories: ['MEDICATION'] }, user('rise-worker')],
    ['AGENCY_NOT_ALLOWED', REQUEST, request, coordinator],
    ['NOT_FOR_ROLE', REVIEW, review, user('auditor')],
    ['NOT_FOR_ROLE', REVIEW, review, coordinator],
    ['REVIEW_SUBJECT_NOT_FOUND', REVIEW, review, officer],
  ])('%s', async (code, mutation, input, caller) => {
    await refused(code, mutation, { input }, caller);
  });
});

describe('the review queue', () => {
  async function queue(asker: Asker, first = 100, after: string | null = null): Promise<Data> {
    return answered(QUEUE, { first, after }, asker, 'AUDIT');
  }
  const idsOf = ({ edges }: Data): string[] => edges.map(({ node }: Data) => node.id);

  it('has what nobody has reviewed, the longest waiting first, overdue after seven days, in one statement', async () => {
    const old = { id: randomUUID(), client_id: randomUUID() };
    await insertRows(database, 'consent.epochs', [{ client_id: old.client_id, epoch: 1, at: days(-8) }]);
    await insertRows(database, 'consent.emergencies', [
      {
        ...old,
        person: coordinator.id,
        agency: coordinator.agency,
        role: 'coordinator',
        ground: 'VIOLENCE',
        reason: REASON,
        valid_from: days(-8),
        valid_until: days(-7.9),
        epoch: 1,
      },
    ]);
    const input = { clientId: randomUUID(), ground: 'OVERDOSE', reason: REASON };
    const fresh = await answered(EMERGENCY, { input }, coordinator);
    subgraph.statements();
    const whole = await queue(officer);
    expect(subgraph.statements()).toBe(1);
    expect(whole.edges[0].node).toMatchObject({
      id: old.id,
      subject: 'EMERGENCY',
      role: 'COORDINATOR',
      ground: 'VIOLENCE',
      overdue: true,
      reason: REASON,
    });
    expect(whole.edges.find(({ node }: Data) => node.id === fresh.id).node).toMatchObject({ overdue: false });
    expect(new Set(whole.edges.map(({ node }: Data) => node.subject))).toEqual(new Set(['EMERGENCY', 'REQUEST']));

    const paged: string[] = [];
    for (let after: string | null = null; ; ) {
      const page: Data = await queue(officer, 2, after);
      paged.push(...idsOf(page));
      after = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(paged).toEqual(idsOf(whole));

    const review = { clientId: old.client_id, subject: 'EMERGENCY', id: old.id, outcome: 'APPROVED' };
    await answered(REVIEW, { input: review }, officer);
    expect(idsOf(await queue(officer))).toEqual(idsOf(whole).slice(1));
  });

  it('the auditor sees it without what the workers wrote', async () => {
    const { edges } = await queue(user('auditor'));
    expect(edges.length).toBeGreaterThan(0);
    expect(new Set(edges.map(({ node }: Data) => node.reason))).toEqual(new Set([null]));
  });

  it('bad pages', async () => {
    const page = (first: number, after: string | null) => [QUEUE, { first, after }, officer, 'AUDIT'] as const;
    await refused('FIRST_OUT_OF_RANGE', ...page(0, null));
    await refused('FIRST_OUT_OF_RANGE', ...page(101, null));
    await refused('MALFORMED_CURSOR', ...page(5, 'x'));
    await refused('MALFORMED_CURSOR', ...page(5, `1_${known}_2`));
    await refused('NOT_FOR_ROLE', QUEUE, { first: 5 }, coordinator);
  });
});

describe('the matrix', () => {
  const MATRIX =
    'accessMatrix { role agency unit person cells { category open openings { purposes basis citation restsOn } } }';
  async function matrix(client: string): Promise<Data[]> {
    const [found] = await subgraph.clients(MATRIX, [{ id: client }], ['CONSENTS'], self(client));
    return found?.accessMatrix as Data[];
  }
  const cell = (rows: Data[], role: string, category: string): Data =>
    rows.find((row) => row.role === role)?.cells.find((each: Data) => each.category === category);

  it('has a row for each recipient with a relationship, and says on what each open category rests', async () => {
    const client = await clientOf('SOCIAL_SERVICES', 'EMPLOYMENT_SERVICES');
    const closed = await matrix(client);
    expect(closed.map(({ role, agency }) => [agency, role])).toEqual([
      ['EMPLOYMENT_SERVICES', 'EMPLOYMENT_SPECIALIST'],
      ['EMPLOYMENT_SERVICES', 'COORDINATOR'],
      ['SOCIAL_SERVICES', 'SOCIAL_WORKER'],
    ]);
    expect(cell(closed, 'COORDINATOR', 'HOUSING')).toEqual({ category: 'HOUSING', open: false, openings: [] });
    expect(cell(closed, 'SOCIAL_WORKER', 'CUSTODY').openings).toEqual([
      {
        purposes: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'BENEFIT_CONTINUITY'],
        basis: 'STATUTE',
        citation: '703/2023 § 64',
        restsOn: null,
      },
    ]);
    expect(cell(closed, 'COORDINATOR', 'SANCTION_DETAILS')).toBeUndefined();
    const { id } = await answered(GRANT, { input: HOUSING }, self(client));
    expect(cell(await matrix(client), 'COORDINATOR', 'HOUSING').openings).toEqual([
      { purposes: ['SERVICE_COORDINATION'], basis: 'CONSENT', citation: null, restsOn: id },
    ]);
    await answered(DENY, { input: { categories: ['HOUSING'], informed } }, self(client));
    expect(cell(await matrix(client), 'COORDINATOR', 'HOUSING')).toMatchObject({ open: false });
  });

  it('has a row for the person of an emergency, and none for who has no relationship', async () => {
    for (const [name, role] of [
      ['health-professional', 'HEALTH_PROFESSIONAL'],
      // The employment specialists of the same agency may declare no emergency.
      ['coordinator', 'COORDINATOR'],
    ] as const) {
      const client = randomUUID();
      expect(await matrix(client)).toEqual([]);
      await answered(EMERGENCY, { input: { clientId: client, ground: 'OVERDOSE', reason: REASON } }, user(name));
      const rows = await matrix(client);
      expect(rows.map((row) => [row.role, row.person])).toEqual([[role, true]]);
      expect(rows[0].cells.filter(({ open }: Data) => open).map(({ category }: Data) => category)).toEqual([
        'IDENTITY_CONTACT',
        'MEDICATION',
        'HEALTH_CONDITIONS',
      ]);
    }
  });

  it('takes one statement, and none without the category', async () => {
    subgraph.statements();
    await matrix(known);
    expect(subgraph.statements()).toBe(1);
    const [found] = await subgraph.clients(MATRIX, [{ id: known }], ['IDENTITY_CONTACT'], coordinator);
    expect([found?.accessMatrix, subgraph.statements()]).toEqual([null, 0]);
  });
});

function days(n: number): string {
  return new Date(Date.now() + n * 86_400_000).toISOString();
}

/** A new client with relationships of the coordinator's organisation and unit, in these agencies. */
async function clientOf(...agencies: readonly string[]): Promise<string> {
  const client = randomUUID();
  const { organisation, unit } = coordinator;
  await insertRows(database, 'consent.epochs', [{ client_id: client, epoch: 1, at: days(-10) }]);
  await insertRows(
    database,
    'consent.relationships',
    agencies.map((agency) => ({
      id: randomUUID(),
      client_id: client,
      kind: 'OPEN_SERVICE',
      agency,
      organisation,
      unit,
      person: null,
      valid_from: days(-10),
      valid_until: null,
      epoch: 1,
    })),
  );
  return client;
}

async function fill(): Promise<void> {
  const { agency, organisation, unit } = coordinator;
  const prison = user('rise-worker');
  const row = { kind: 'OPEN_SERVICE', organisation, person: null, valid_from: days(-10), valid_until: null, epoch: 1 };
  await insertRows(
    database,
    'consent.epochs',
    [known, unrelated].map((client) => ({ client_id: client, epoch: 1, at: days(-10) })),
  );
  await insertRows(database, 'consent.relationships', [
    { ...row, id: randomUUID(), client_id: known, agency, unit },
    {
      ...row,
      id: randomUUID(),
      client_id: known,
      agency: prison.agency,
      organisation: prison.organisation,
      unit: prison.unit,
    },
    { ...row, id: randomUUID(), client_id: unrelated, agency: 'KELA', unit: 'ELSEWHERE' },
  ]);
}
