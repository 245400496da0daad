import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { recordRelationship } from '../../consent/relationships.ts';
import { formatIdentityCode } from '../../schema/identity-code.ts';
import { relationshipDraft } from '../consent/ledger-harness.ts';
import { poolOf } from '../postgres.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

let world: World;
/** SQL statements of the gateway itself. */
let gatewayStatements = 0;
/** A client of the population with whom the coordinator has no relationship. */
let stranger: { id: string; code: string };
let absentCode: string;

beforeAll(async () => {
  const onStatement = (): void => {
    gatewayStatements += 1;
  };
  world = await startWorld({ count: 80, hub: { onStatement } });
  const admin = await connectDatabase(world.database.adminUrl);
  const { rows } = await admin.query(
    `SELECT client_id AS id, personal_identity_code AS code FROM clients.people p WHERE NOT EXISTS (
       SELECT 1 FROM consent.relationships r WHERE r.client_id = p.client_id AND r.organisation = '1.2.246.10.2012566')
     ORDER BY client_id LIMIT 1`,
  );
  stranger = rows[0];
  const { rows: taken } = await admin.query('SELECT personal_identity_code AS code FROM clients.people');
  const codes = new Set(taken.map(({ code }: { code: string }) => code));
  absentCode = [...Array(99).keys()]
    .map((n) => formatIdentityCode('1985-05-05', 900 + n))
    .find((code) => !codes.has(code)) as string;
  await admin.end();
});
afterAll(() => world?.close());

const FIELDS = 'id names { family } custody { phase } medication { opioidSubstitution { product } }';
const BY_ID = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { ${FIELDS} } }`;
const BY_CODE = `query ($code: PersonalIdentityCode!) { clientByPersonalIdentityCode(code: $code, purpose: SERVICE_COORDINATION) { ${FIELDS} } }`;

/** The answer's bytes without what names the question and the entry. */
const bytes = (answer: HubAnswer, ...named: string[]): string =>
  [answer.auditId, ...named].reduce((text, name) => text.replaceAll(name, '*'), answer.text);

async function work(
  run: () => Promise<HubAnswer>,
): Promise<{ answer: HubAnswer; requests: number[]; statements: number[] }> {
  world.forgetRequests();
  const before = { ...world.statements };
  const ofGatewayBefore = gatewayStatements;
  const answer = await run();
  return {
    answer,
    requests: Object.values(world.wires).map(({ requests }) => requests.length),
    statements: [
      gatewayStatements - ofGatewayBefore,
      ...Object.entries(world.statements).map(([name, count]) => count - before[name as keyof typeof before]),
    ],
  };
}

describe('an unknown client and one without a relationship', () => {
  it('look the same by id, and cost the same', async () => {
    const unknownId = randomUUID();
    const unknown = await work(() => world.ask('coordinator', BY_ID, { id: unknownId }));
    const unrelated = await work(() => world.ask('coordinator', BY_ID, { id: stranger.id }));
    expect(unknown.answer.data).toEqual({ client: null });
    expect(bytes(unknown.answer, unknownId)).toBe(bytes(unrelated.answer, stranger.id));
    expect(unknown.answer.access.map(({ category, reason }) => [category, reason])).toEqual([
      ['IDENTITY_CONTACT', 'NO_RELATIONSHIP'],
      ['CUSTODY', 'NO_RELATIONSHIP'],
      ['MEDICATION', 'NO_RELATIONSHIP'],
    ]);
    expect([unknown.requests, unknown.statements]).toEqual([unrelated.requests, unrelated.statements]);
    expect(Math.max(...unknown.requests)).toBe(0);
  });

  it('look the same by identity code, name no client, and cost the same', async () => {
    const unknown = await work(() => world.ask('coordinator', BY_CODE, { code: absentCode }));
    const unrelated = await work(() => world.ask('coordinator', BY_CODE, { code: stranger.code }));
    expect(unknown.answer.data).toEqual({ clientByPersonalIdentityCode: null });
    expect(bytes(unknown.answer)).toBe(bytes(unrelated.answer));
    expect(unrelated.answer.text).not.toContain(stranger.id);
    expect(unrelated.answer.text).not.toContain(stranger.code);
    expect([unknown.requests, unknown.statements]).toEqual([unrelated.requests, unrelated.statements]);
  });

  it('a code with a wrong check character is refused by its form alone, and not repeated', async () => {
    const wrong = stranger.code.slice(0, -1) + (stranger.code.endsWith('A') ? 'B' : 'A');
    for (const [query, variables] of [
      [BY_CODE, { code: wrong }],
      [BY_CODE.replace('($code: PersonalIdentityCode!)', '').replace('$code', `"${wrong}"`), {}],
    ] as const) {
      const { status, errors, text } = await world.ask('coordinator', query, variables);
      expect([status, errors[0]?.extensions.code]).toEqual([400, 'PERSONAL_IDENTITY_CODE_INVALID']);
      expect(text).not.toContain(wrong);
    }
    expect(JSON.stringify(world.log)).not.toContain(wrong.slice(0, 6));
  });
});

describe('a related client', () => {
  it('is found by identity code, and is the same as by id', async () => {
    const { data } = await world.ask(
      'coordinator',
      '{ caseload(purpose: SERVICE_COORDINATION, first: 5) { edges { node { id personalIdentityCode } } } }',
    );
    for (const { node } of data.caseload.edges) {
      const byCode = await world.ask('coordinator', BY_CODE, { code: node.personalIdentityCode });
      const byId = await world.ask('coordinator', BY_ID, { id: node.id });
      expect(byCode.data.clientByPersonalIdentityCode).toEqual(byId.data.client);
      expect(byCode.access).toEqual(byId.access);
    }
  });

  it('a denied field gives the same bytes whether there is data behind it or not', async () => {
    const admin = await connectDatabase(world.database.adminUrl);
    const { rows } = await admin.query<{ id: string; has: boolean }>(
      `SELECT DISTINCT r.client_id AS id, EXISTS (SELECT 1 FROM health.conditions c WHERE c.client_id = r.client_id) AS has
       FROM consent.relationships r WHERE r.unit = 'HEL-WORK-ABILITY-COORDINATORS' AND r.valid_from <= now() AND coalesce(r.valid_until > now(), true) ORDER BY 1`,
    );
    await admin.end();
    const sick = rows.find(({ has }) => has)?.id as string;
    const healthy = rows.find(({ has }) => !has)?.id as string;
    const query =
      'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { id healthConditions { __typename } } }';
    const one = await world.ask('coordinator', query, { id: sick });
    const other = await world.ask('coordinator', query, { id: healthy });
    expect(bytes(one, sick)).toBe(bytes(other, healthy));
  });
});

describe('a warm gateway', () => {
  const MEDICATION =
    'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { medication { opioidSubstitution { product } } } }';
  const EMPLOYMENT =
    'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { employment { jobSeekerStatus { since } } } }';
  const DENY = `mutation { denyAccess(input: { categories: [MEDICATION], informed: { version: "2026-1", language: fi } }) { id } }`;

  it('does the same work, to the statement, for the unknown, the unrelated and those who deny', async () => {
    expect((await world.ask('client', DENY)).errors).toEqual([]);
    // Everyone that the hub may keep facts of is asked for until it does, by someone who sees something of them.
    for (let n = 0; n < 3; n += 1) {
      await world.ask('coordinator', EMPLOYMENT, { id: CLIENT_ONE });
      await world.ask('coordinator', EMPLOYMENT, { id: stranger.id });
    }
    const kept = await work(() => world.ask('coordinator', EMPLOYMENT, { id: CLIENT_ONE }));
    const denied = await work(() => world.ask('coordinator', MEDICATION, { id: CLIENT_ONE }));
    const unrelated = await work(() => world.ask('coordinator', MEDICATION, { id: stranger.id }));
    const id = randomUUID();
    const unknown = await work(() => world.ask('coordinator', MEDICATION, { id }));
    const again = await work(() => world.ask('coordinator', MEDICATION, { id }));

    expect(denied.answer.data.client.medication).toBeNull();
    expect(denied.answer.access.map(({ reason }) => reason)).toEqual(['NO_BASIS']);
    for (const each of [unrelated, unknown, again]) {
      expect(each.answer.data).toEqual({ client: null });
      expect([each.requests, each.statements]).toEqual([denied.requests, denied.statements]);
    }
    expect(bytes(unrelated.answer, stranger.id)).toBe(bytes(unknown.answer, id));
    // One for the facts, which are kept and not used, and one for the entry.
    expect(denied.statements[0]).toBe(2);
    // Facts kept, epochs compared where the entry is appended.
    expect(kept.statements[0]).toBe(1);
    expect(kept.answer.data.client.employment).not.toBeNull();
  });

  it('looks up an identity code that nobody has with the same work as one of a stranger', async () => {
    for (let n = 0; n < 2; n += 1) {
      const unknown = await work(() => world.ask('coordinator', BY_CODE, { code: absentCode }));
      const unrelated = await work(() => world.ask('coordinator', BY_CODE, { code: stranger.code }));
      expect([unknown.requests, unknown.statements]).toEqual([unrelated.requests, unrelated.statements]);
    }
  });

  it('a client who denies and one who was never asked: the same bytes and work', async () => {
    const id = randomUUID();
    const ledger = poolOf(world.database.roleUrl('consent'), { max: 1 });
    await recordRelationship(ledger, relationshipDraft(id, randomUUID()));
    await ledger.end();
    const denied = await work(() => world.ask('coordinator', MEDICATION, { id: CLIENT_ONE }));
    const neverAsked = await work(() => world.ask('coordinator', MEDICATION, { id }));
    expect(bytes(neverAsked.answer, id)).toBe(bytes(denied.answer, CLIENT_ONE));
    expect([neverAsked.requests, neverAsked.statements]).toEqual([denied.requests, denied.statements]);
  });
});
