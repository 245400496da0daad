import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_USERS } from '../../auth/users.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../../consent/errors.ts';
import { consents } from '../../subgraphs/consents/index.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, insertRows, type Question, startSubgraph } from './ask.ts';
import { expectNotReadable } from './door.ts';

/** Assisted consent, and guardians who consent within their mandate. */
let database: TestDatabase;
let subgraph: AskedSubgraph;
let admin: pg.Pool;

beforeAll(async () => {
  database = await createDatabase();
  admin = poolOf(database.adminUrl);
  subgraph = await startSubgraph(consents, database, 'consent');
});
afterAll(async () => {
  await subgraph?.close();
  await admin?.end();
  await database?.drop();
});

type Asker = NonNullable<Question['caller']>;
// biome-ignore lint/suspicious/noExplicitAny: what the subgraph answered.
type Data = any;

const { username: _, ...coordinator } = DEMO_USERS.find(({ username }) => username === 'coordinator')!;
const self = (clientId: string): Asker => ({ id: clientId, roles: ['client'], clientId });
const days = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString();

const PROPOSE = `mutation ($input: GrantConsentInput!) { proposeConsent(input: $input) {
  code proposal { id categories recipients purposes validUntil proposedRole expiresAt } } }`;
const CONFIRM = `mutation ($input: ConfirmConsentInput!) { confirmConsent(input: $input) {
  id kind state categories givenBy validFrom history { recordedRole channel recordedBy } } }`;
const GRANT = 'mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { id givenBy } }';
const consent = {
  categories: ['HOUSING'],
  recipients: [{ role: 'COORDINATOR' }],
  purposes: ['SERVICE_COORDINATION'],
  informed: { version: '2026-1', language: 'plain' },
};

async function answered(query: string, input: object, caller: Asker): Promise<Data> {
  const { data, errors } = await subgraph.ask({ query, variables: { input }, caller });
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0];
}

async function refused(code: LedgerErrorCode, query: string, input: object, caller: Asker): Promise<void> {
  const { data, errors } = await subgraph.ask({ query, variables: { input }, caller });
  expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([[LEDGER_ERRORS[code], code]]);
  expect(data ?? null).toBeNull();
}

async function waiting(client: string): Promise<string[]> {
  const [found] = await subgraph.clients('consentProposals { id }', [{ id: client }], ['CONSENTS'], self(client));
  return (found as Data).consentProposals.map(({ id }: { id: string }) => id);
}

async function kinds(client: string): Promise<string[]> {
  const { rows } = await admin.query('SELECT kind FROM audit.entries WHERE clients @> ARRAY[$1::uuid] ORDER BY seq', [
    client,
  ]);
  return rows.map(({ kind }) => kind);
}

const eventsOf = async (client: string): Promise<number> =>
  (await admin.query('SELECT count(*)::int AS n FROM consent.events WHERE client_id = $1', [client])).rows[0].n;

/** A new client of the coordinator's unit. */
async function clientOfUnit(): Promise<string> {
  const { agency, organisation, unit } = coordinator;
  const client = randomUUID();
  await insertRows(database, 'consent.epochs', [{ client_id: client, epoch: 1, at: days(-10) }]);
  await insertRows(database, 'consent.relationships', [
    {
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
    },
  ]);
  return client;
}

const wrong = (code: string): string => (code.startsWith('2') ? `3${code.slice(1)}` : `2${code.slice(1)}`);

describe('assisted consent', () => {
  it('opens nothing until the client confirms with the code, then is the client’s own, electronic consent', async () => {
    const client = await clientOfUnit();
    const { code, proposal } = await answered(PROPOSE, { ...consent, clientId: client }, coordinator);
    expect(code).toMatch(/^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
    expect(proposal).toMatchObject({
      categories: ['HOUSING'],
      recipients: ['role:coordinator'],
      proposedRole: 'coordinator',
    });
    expect(Date.parse(proposal.expiresAt) - Date.now()).toBeLessThanOrEqual(24 * 3_600_000);
    expect([await eventsOf(client), await waiting(client)]).toEqual([0, [proposal.id]]);

    const input = { proposalId: proposal.id, code: ` ${code.toLowerCase().replace('-', ' ')}` };
    const record = await answered(CONFIRM, input, self(client));
    expect(record).toMatchObject({
      id: proposal.id,
      kind: 'CONSENT',
      state: 'IN_FORCE',
      givenBy: 'CLIENT',
      history: [{ recordedRole: 'client', channel: 'ELECTRONIC', recordedBy: client }],
    });
    expect(await answered(CONFIRM, input, self(client))).toEqual(record);
    expect([await eventsOf(client), await waiting(client)]).toEqual([1, []]);
    expect(await kinds(client)).toEqual(['PROPOSED', 'CONSENT_GRANTED']);
  });

  it('keeps the code nowhere', async () => {
    const client = await clientOfUnit();
    const { code } = await answered(PROPOSE, { ...consent, clientId: client }, coordinator);
    const { rows } = await admin.query(
      'SELECT p::text, (SELECT json_agg(body)::text FROM audit.entries) AS entries FROM consent.proposals p',
    );
    expect(JSON.stringify([rows, subgraph.log])).not.toMatch(new RegExp(`${code}|${code.replace('-', '')}`));
    await expectNotReadable(database, 'gateway', 'SELECT FROM consent.proposals');
  });

  it('takes five tries, also of ten at once, and then not even the right code', async () => {
    const client = await clientOfUnit();
    const { code, proposal } = await answered(PROPOSE, { ...consent, clientId: client }, coordinator);
    const input = { proposalId: proposal.id, code: wrong(code) };
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => subgraph.ask({ query: CONFIRM, variables: { input }, caller: self(client) })),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code).sort();
    expect(codes).toEqual([...Array(5).fill('PROPOSAL_LOCKED'), ...Array(5).fill('WRONG_CODE')]);
    await refused('PROPOSAL_LOCKED', CONFIRM, { ...input, code }, self(client));
    expect([await eventsOf(client), await waiting(client)]).toEqual([0, []]);
  });

  it('is over after 24 hours', async () => {
    const client = await clientOfUnit();
    const { code, proposal } = await answered(PROPOSE, { ...consent, clientId: client }, coordinator);
    await admin.query(
      "UPDATE consent.proposals SET at = at - interval '24 h', expires_at = expires_at - interval '24 h'",
    );
    await refused('PROPOSAL_EXPIRED', CONFIRM, { proposalId: proposal.id, code }, self(client));
    expect(await waiting(client)).toEqual([]);
  });

  it('is confirmed by nobody but that client', async () => {
    const client = await clientOfUnit();
    const { code, proposal } = await answered(PROPOSE, { ...consent, clientId: client }, coordinator);
    const input = { proposalId: proposal.id, code };
    await refused('PROPOSAL_NOT_FOUND', CONFIRM, input, self(randomUUID()));
    await refused('PROPOSAL_NOT_FOUND', CONFIRM, input, coordinator);
    await refused('PROPOSAL_NOT_FOUND', CONFIRM, input, { ...coordinator, clientId: client });
    await refused('PROPOSAL_NOT_FOUND', CONFIRM, { ...input, proposalId: randomUUID() }, self(client));
    await answered(CONFIRM, input, self(client));
  });

  it.each<[LedgerErrorCode, object]>([
    ['NO_RELATIONSHIP', { clientId: randomUUID() }],
    ['NO_RELATIONSHIP', { clientId: null }],
    ['CHANNEL_NOT_ALLOWED', { channel: 'IN_PERSON' }],
    ['INFORMATION_MISSING', { informed: null }],
    ['CATEGORIES_MISSING', { categories: [] }],
    ['CATEGORY_NOT_SHAREABLE', { categories: ['SANCTION_DETAILS'] }],
    ['UNTIL_IN_THE_PAST', { from: '2001-01-01T00:00:00Z', until: '2002-01-01T00:00:00Z' }],
  ])('%s: what cannot be consented to is not proposed', async (code, given) => {
    const client = await clientOfUnit();
    await refused(code, PROPOSE, { ...consent, clientId: client, ...given }, coordinator);
    expect(await kinds(client)).toEqual([]);
  });

  it('a client proposes nothing to themself, and an id is used once', async () => {
    const client = await clientOfUnit();
    await refused('NOT_FOR_ROLE', PROPOSE, { ...consent, clientId: client }, self(client));
    const input = { ...consent, clientId: client, id: randomUUID() };
    await answered(PROPOSE, input, coordinator);
    await refused('ID_IN_USE', PROPOSE, input, coordinator);
  });
});

describe('a guardian', () => {
  const person = randomUUID();
  /** Signed in as one who acts for the client. */
  const guardianOf = (client: string): Asker => ({ id: person, roles: ['guardian'], actingFor: [client] });

  async function ward(mayConsent: boolean): Promise<string> {
    const client = await clientOfUnit();
    await insertRows(database, 'consent.guardians', [
      {
        id: randomUUID(),
        client_id: client,
        person,
        categories: ['HOUSING', 'BENEFITS'],
        may_consent: mayConsent,
        valid_from: days(-1),
        valid_until: null,
        recorded_by: coordinator.id,
        recorded_role: 'coordinator',
        epoch: 1,
      },
    ]);
    return client;
  }

  it('consents within the mandate, in their own name, and not outside it', async () => {
    const clientId = await ward(true);
    const given = await answered(GRANT, { ...consent, clientId }, guardianOf(clientId));
    expect(given.givenBy).toBe('GUARDIAN');
    await refused(
      'OUTSIDE_MANDATE',
      GRANT,
      { ...consent, clientId, categories: ['HOUSING', 'EMPLOYMENT'] },
      guardianOf(clientId),
    );
    expect(await eventsOf(clientId)).toBe(1);
  });

  it('without the power to consent, or of another client, is nobody', async () => {
    const [powerless, able, stranger] = [await ward(false), await ward(true), await clientOfUnit()];
    await refused('NO_RELATIONSHIP', GRANT, { ...consent, clientId: powerless }, guardianOf(powerless));
    await refused('NO_RELATIONSHIP', GRANT, { ...consent, clientId: stranger }, guardianOf(stranger));
    await refused('NO_RELATIONSHIP', GRANT, { ...consent, clientId: able }, guardianOf(powerless));
    await refused('NOT_FOR_ROLE', PROPOSE, { ...consent, clientId: able }, guardianOf(able));
  });
});
