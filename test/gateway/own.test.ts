import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../../consent/errors.ts';
import { PROFESSIONAL_ROLES, purposesOf } from '../../consent/tables.ts';
import { ERRORS, type ErrorCode } from '../../gateway/errors.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

/** The hub's own subgraphs, `consents` and `auditing`, as callers meet them. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(() => world?.close());
afterEach(() => {
  for (const wire of Object.values(world.wires)) wire.weather = 'clear';
});

const ENTRIES = `query ($filter: AuditFilter, $first: Int! = 5, $after: String) {
  auditEntries(filter: $filter, first: $first, after: $after) { edges { cursor node {
    id kind outcome purpose requestId refusal unavailable clients caller { roles } consent { record } } } pageInfo { endCursor } } }`;
const GRANT = `mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { id state } }`;
const grant = {
  categories: ['HOUSING'],
  recipients: [{ role: 'PEER' }],
  purposes: ['SERVICE_COORDINATION'],
  informed: { version: '2026-1', language: 'fi' },
};

const read = (variables: Record<string, unknown> = {}, user = 'auditor') => world.ask(user, ENTRIES, variables);

// biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
async function newest(filter: Record<string, unknown>): Promise<any> {
  const { data } = await read({ filter, first: 1 });
  return data.auditEntries.edges[0]?.node;
}

const codes = ({ errors }: HubAnswer) => errors.map(({ message, extensions }) => [extensions.code, message]);

describe('consents', () => {
  it('are for the client alone: no professional sees them, for any purpose, and nobody is asked', async () => {
    for (const user of [...PROFESSIONAL_ROLES, 'peer'] as const) {
      for (const purpose of purposesOf([user])) {
        world.forgetRequests();
        const { data, access } = await world.ask(
          user,
          'query ($id: ID!, $purpose: Purpose!) { client(id: $id, purpose: $purpose) { id consents { id history { kind } } } }',
          { id: CLIENT_ONE, purpose },
        );
        expect(data, user).toEqual({ client: { id: CLIENT_ONE, consents: null } });
        expect(access, user).toEqual([
          { client: CLIENT_ONE, category: 'CONSENTS', decision: 'DENY', reason: 'NOT_FOR_ROLE' },
        ]);
        expect(world.wires.consents.requests, user).toEqual([]);
      }
      const caseload = await world.ask(
        user,
        `query ($purpose: Purpose!) { caseload(purpose: $purpose) { edges { node { consents { id } } } } }`,
        { purpose: [...purposesOf([user])][0] },
      );
      const consents = caseload.data.caseload.edges.map(({ node }: { node: { consents: unknown } }) => node.consents);
      expect(consents.length, user).toBeGreaterThan(0);
      expect(new Set(consents), user).toEqual(new Set([null]));
    }
    const { data, access } = await world.ask('client', '{ ownData { consents { id } } }');
    expect(access).toEqual([]);
    expect(data.ownData.consents.length).toBeGreaterThan(3);
  });

  it.each<[LedgerErrorCode, string, object]>([
    ['NO_RELATIONSHIP', 'coordinator', { clientId: randomUUID() }],
    ['NOT_FOR_ROLE', 'peer', { clientId: CLIENT_ONE }],
    ['UNKNOWN_RECIPIENT', 'client', { recipients: [{ person: 'Maija' }] }],
    ['UNTIL_IN_THE_PAST', 'client', { from: '2001-01-01T00:00:00Z', until: '2002-01-01T00:00:00Z' }],
    ['MALFORMED_ID', 'client', { id: 'mine' }],
  ])(
    '%s: the caller reads the ledger’s sentence, and the log tells of a refused attempt',
    async (code, user, given) => {
      const input = { ...grant, ...given };
      const answer = await world.ask(user, GRANT, { input });
      expect([answer.data, codes(answer)]).toEqual([null, [[code, LEDGER_ERRORS[code]]]]);
      const { clientId = CLIENT_ONE } = given as { clientId?: string };
      expect(await newest({ outcome: 'REFUSED' })).toMatchObject({
        id: answer.auditId,
        kind: 'MUTATION',
        refusal: code,
        clients: [clientId],
        caller: { roles: [user] },
      });
    },
  );

  it('an answered change has two entries that lead to each other', async () => {
    const { auditId, data } = await world.ask('client', GRANT, { input: grant });
    const { edges } = (await read({ filter: { client: CLIENT_ONE }, first: 2 })).data.auditEntries;
    expect(edges.map(({ node }: { node: unknown }) => node)).toMatchObject([
      { id: auditId, kind: 'MUTATION', outcome: 'ANSWERED', refusal: null },
      { kind: 'CONSENT_GRANTED', requestId: auditId, consent: { record: data.grantConsent.id } },
    ]);
  });

  it('a change of which nobody knows whether it was made is no refusal', async () => {
    const admin = await connectDatabase(world.database.adminUrl);
    await admin.query(`
      CREATE FUNCTION consent.spoil() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        'BEGIN REVOKE SELECT ON consent.events FROM nivel_consent; RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER spoil AFTER INSERT ON consent.events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION consent.spoil()`);
    const answer = await world.ask('client', GRANT, { input: grant });
    await admin.query('DROP TRIGGER spoil ON consent.events; DROP FUNCTION consent.spoil()');
    await admin.query('GRANT SELECT ON consent.events TO nivel_consent');
    await admin.end();
    expect(codes(answer)).toEqual([['OUTCOME_UNKNOWN', LEDGER_ERRORS.OUTCOME_UNKNOWN]]);
    expect(await newest({ kind: 'MUTATION' })).toMatchObject({
      id: answer.auditId,
      outcome: 'PARTIAL',
      refusal: null,
      unavailable: ['HUB'],
    });
  });

  it('a bad cursor of the case-load', async () => {
    const answer = await world.ask(
      'coordinator',
      '{ caseload(purpose: SERVICE_COORDINATION, after: "x") { edges { cursor } } }',
    );
    expect([answer.data, codes(answer)]).toEqual([
      { caseload: null },
      [['MALFORMED_CURSOR', LEDGER_ERRORS.MALFORMED_CURSOR]],
    ]);
  });

  it('out of reach take their own fields and no others', async () => {
    world.wires.consents.weather = 'refused';
    const { status, data, errors } = await world.ask(
      'coordinator',
      `query ($id: ID!) { caseload(purpose: SERVICE_COORDINATION) { edges { cursor } }
        client(id: $id, purpose: SERVICE_COORDINATION) { names { family } } }`,
      { id: CLIENT_ONE },
    );
    expect(status).toBe(200);
    expect(data).toEqual({ caseload: null, client: { names: { family: expect.any(String) } } });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'AGENCY_UNAVAILABLE', agency: 'consents' }]);
    const change = await world.ask('client', GRANT, { input: grant });
    expect([change.data, change.errors[0]?.extensions.code]).toEqual([null, 'AGENCY_UNAVAILABLE']);
  });
});

describe('the log', () => {
  it('of a reading tells who read, and about whom', async () => {
    for (const user of ['auditor', 'privacy-officer']) {
      const { auditId } = await read({ filter: { client: CLIENT_ONE } }, user);
      expect(await newest({ purpose: 'AUDIT', client: CLIENT_ONE })).toMatchObject({
        id: auditId,
        kind: 'LOG_READ',
        outcome: 'ANSWERED',
        clients: [CLIENT_ONE],
        caller: { roles: [user] },
      });
    }
  });

  it('is for the auditor and the privacy officer alone; another’s attempt is in it', async () => {
    for (const user of ['coordinator', 'client', 'peer', 'steering', 'developer']) {
      world.forgetRequests();
      const answer = await read({ filter: { client: CLIENT_ONE } }, user);
      expect([answer.status, answer.data, codes(answer)]).toEqual([
        403,
        undefined,
        [['PURPOSE_NOT_ALLOWED', ERRORS.PURPOSE_NOT_ALLOWED.message]],
      ]);
      expect(world.wires.auditing.requests).toEqual([]);
      expect(await newest({ kind: 'REFUSED' })).toMatchObject({ clients: [CLIENT_ONE], caller: { roles: [user] } });
    }
  });

  it.each<[ErrorCode, object, string]>([
    ['FILTER_INVALID', { filter: { client: 'Matti' } }, 'REFUSED'],
    ['FILTER_INVALID', { filter: { from: '2026-03-02T00:00:00Z', until: '2026-03-01T00:00:00Z' } }, 'REFUSED'],
    ['CURSOR_INVALID', { after: 'x' }, 'REFUSED'],
    ['FIRST_OUT_OF_RANGE', { first: 101 }, 'NOT LOGGED'],
    ['VARIABLE_INVALID', { filter: { from: 'yesterday' } }, 'NOT LOGGED'],
    ['VARIABLE_INVALID', { filter: { from: '2026-03-01T00:00:00' } }, 'NOT LOGGED'],
    ['VARIABLE_INVALID', { filter: { basis: 'CURIOSITY' } }, 'NOT LOGGED'],
  ])('%s %j: 400 with its sentence', async (code, variables, logged) => {
    const answer = await read(variables as Record<string, unknown>);
    expect([answer.status, answer.data ?? { auditEntries: null }]).toEqual([400, { auditEntries: null }]);
    expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual([code]);
    if (code !== 'VARIABLE_INVALID') expect(answer.errors[0]?.message).toBe(ERRORS[code].message);
    expect(answer.text).not.toMatch(/Matti|yesterday|CURIOSITY/);
    if (logged === 'REFUSED') {
      expect(await newest({ outcome: 'REFUSED' })).toMatchObject({
        id: answer.auditId,
        kind: 'LOG_READ',
        refusal: code,
      });
    }
  });

  it('takes moments in a variable and in the document, with any offset', async () => {
    const [from, until] = [new Date(Date.now() - 60_000).toISOString(), new Date(Date.now() + 60_000).toISOString()];
    const shifted = `${new Date(Date.parse(from) + 2 * 3_600_000).toISOString().slice(0, -1)}+02:00`;
    const ids = async (filter: string, variables: Record<string, unknown> = {}) => {
      const head = Object.keys(variables)
        .map((name) => `$${name}: DateTimeISO`)
        .join(', ');
      const { data, errors } = await world.ask(
        'auditor',
        `query ${head && `(${head})`} { auditEntries(first: 100, filter: { ${filter}, kind: CONSENT_GRANTED }) { edges { node { id } } } }`,
        variables,
      );
      expect(errors).toEqual([]);
      return data.auditEntries.edges;
    };
    await world.ask('client', GRANT, { input: grant });
    const whole = await ids(`from: "${from}", until: "${until}"`);
    expect(whole.length).toBeGreaterThan(0);
    expect(await ids('from: $from, until: $until', { from, until })).toEqual(whole);
    expect(await ids('from: $from', { from: shifted })).toEqual(whole);
    expect(await ids(`from: "${until}"`)).toEqual([]);
  });

  it('in pages through the hub skips and repeats nothing, though each page adds an entry', async () => {
    const total = (await read({ first: 100 })).data.auditEntries.edges.map(
      ({ node }: { node: { id: string } }) => node.id,
    );
    const paged: string[] = [];
    for (let after: string | null = null; paged.length < 12; ) {
      const { data }: HubAnswer = await read({ first: 4, after });
      paged.push(...data.auditEntries.edges.map(({ node }: { node: { id: string } }) => node.id));
      after = data.auditEntries.pageInfo.endCursor;
    }
    // The newest is the entry of the reading of `total`.
    expect(paged.slice(1)).toEqual(total.slice(0, 11));
  });

  it('out of reach is said, and not an empty page', async () => {
    world.wires.auditing.weather = 'html';
    const answer = await read();
    expect([answer.data, answer.errors[0]?.extensions.code]).toEqual([{ auditEntries: null }, 'AGENCY_UNAVAILABLE']);
  });
});
