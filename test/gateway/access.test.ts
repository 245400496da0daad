import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertEntries } from '../../audit/insert.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { LEDGER_ERRORS } from '../../consent/errors.ts';
import { ERRORS } from '../../gateway/errors.ts';
import { readOperations } from '../../gateway/trusted.ts';
import { disclosureOf, entryWith, writeAsBefore } from '../audit/entries.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

/** Explaining access, taking it on one's own word, and who looked: as the demo users meet them through the hub. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(() => world?.close());

const EXPLAIN = `query ($client: ID!, $purpose: Purpose!, $categories: [DataCategory!]!, $asCaller: CallerInput) {
  explainAccess(client: $client, purpose: $purpose, categories: $categories, asCaller: $asCaller) {
    category decision reason rule basis citation restsOn detail } }`;
const EMERGENCY = `mutation ($input: GrantEmergencyAccessInput!) { grantEmergencyAccess(input: $input) { id validUntil } }`;
const MEDICATION = `query ($id: ID!) { client(id: $id, purpose: EMERGENCY) { id medication { medications { atc { code } } } } }`;
const LOOKED = `query ($first: Int! = 20, $after: String) { whoLooked(first: $first, after: $after) {
  edges { cursor node { at agency unit roles purpose disclosed { category source basis citation } } }
  pageInfo { hasNextPage endCursor } } }`;
const ENTRIES = `query ($filter: AuditFilter) { auditEntries(filter: $filter, first: 5) { edges { node {
  id kind outcome purpose refusal clients caller { roles } disclosures { source } fact { id ground subject outcome until } } } } }`;

const codes = ({ errors }: HubAnswer) => errors.map(({ message, extensions }) => [extensions.code, message]);

// biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
async function newest(filter: Record<string, unknown>): Promise<any> {
  const { data } = await world.ask('auditor', ENTRIES, { filter });
  return data.auditEntries.edges[0]?.node;
}

describe('explaining access', () => {
  const asked = { client: CLIENT_ONE, purpose: 'SERVICE_COORDINATION', categories: ['HOUSING', 'MEDICATION'] };

  it('asks no agency, discloses nothing and is logged', async () => {
    world.forgetRequests();
    const { data, access, auditId } = await world.ask('coordinator', EXPLAIN, asked);
    expect(data.explainAccess.map(({ category }: { category: string }) => category)).toEqual(asked.categories);
    expect(access).toEqual([]);
    for (const [name, wire] of Object.entries(world.wires)) {
      expect(wire.requests.length, name).toBe(name === 'consents' ? 1 : 0);
    }
    expect(await newest({ client: CLIENT_ONE, kind: 'QUERY', purpose: 'SERVICE_COORDINATION' })).toMatchObject({
      id: auditId,
      clients: [CLIENT_ONE],
      disclosures: [],
    });
  });

  it('says what the hub then does', async () => {
    const categories = ['IDENTITY_CONTACT', 'HOUSING', 'MEDICATION', 'EMPLOYMENT'];
    const { data } = await world.ask('coordinator', EXPLAIN, { ...asked, categories });
    const closed = data.explainAccess
      .filter(({ decision }: { decision: string }) => decision === 'DENY')
      .map(({ category, reason }: { category: string; reason: string }) => [category, reason]);
    const view = await world.ask(
      'coordinator',
      `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { names { family } housing { class }
        medication { medications { doseMg } } employment { plans { kind } } } }`,
      { id: CLIENT_ONE },
    );
    expect(view.access.map(({ category, reason }) => [category, reason])).toEqual(closed);
  });

  it('to the auditor and the client as if somebody else asked, in full; to a professional never', async () => {
    const asCaller = { role: 'PEER', agency: 'THIRD_SECTOR' };
    for (const user of ['auditor', 'privacy-officer', 'client']) {
      const { data, errors } = await world.ask(user, EXPLAIN, { ...asked, asCaller });
      expect(errors, user).toEqual([]);
      expect(data.explainAccess[0], user).toMatchObject({
        decision: 'DENY',
        rule: '1',
        detail: 'NO_CURRENT_RELATIONSHIP',
      });
    }
    const refused = await world.ask('coordinator', EXPLAIN, { ...asked, asCaller });
    expect([refused.status, codes(refused)]).toEqual([
      403,
      [['PURPOSE_NOT_ALLOWED', ERRORS.PURPOSE_NOT_ALLOWED.message]],
    ]);
    expect(await newest({ kind: 'REFUSED' })).toMatchObject({
      clients: [CLIENT_ONE],
      caller: { roles: ['coordinator'] },
    });
    const stranger = await world.ask('client', EXPLAIN, { ...asked, client: randomUUID(), asCaller });
    expect(codes(stranger)).toEqual([['NO_RELATIONSHIP', LEDGER_ERRORS.NO_RELATIONSHIP]]);
  });

  it('has the same bytes for a client unknown and one unrelated', async () => {
    const { rows } = await query(
      `SELECT DISTINCT client_id AS id FROM consent.relationships WHERE client_id NOT IN
        (SELECT client_id FROM consent.relationships WHERE agency = 'THIRD_SECTOR') LIMIT 1`,
    );
    const texts = [];
    for (const client of [rows[0]?.id, randomUUID()]) {
      const { text, auditId } = await world.ask('peer', EXPLAIN, { ...asked, client });
      texts.push(text.replace(auditId, 'ID'));
    }
    expect(texts[0]).toContain('NO_RELATIONSHIP');
    expect(texts[0]).toBe(texts[1]);
  });
});

describe('an emergency', () => {
  it('opens medication at once, is seen by the privacy officer, and a rejection closes it at once', async () => {
    const before = await world.ask('social-worker', MEDICATION, { id: CLIENT_ONE });
    expect(before.access[0]).toMatchObject({ category: 'MEDICATION', decision: 'DENY' });
    const input = { clientId: CLIENT_ONE, ground: 'OVERDOSE', reason: 'Found unconscious in the stairway of her home' };
    const granted = await world.ask('social-worker', EMERGENCY, { input });
    expect(granted.errors).toEqual([]);
    const { id } = granted.data.grantEmergencyAccess;
    expect(world.log).toContainEqual({ level: 'warn', event: 'access waits for review', kind: 'grantEmergencyAccess' });
    const during = await world.ask('social-worker', MEDICATION, { id: CLIENT_ONE });
    expect([during.access, during.data.client.medication]).toEqual([[], expect.anything()]);

    const entry = await newest({ kind: 'EMERGENCY_GRANTED' });
    expect(entry).toMatchObject({ clients: [CLIENT_ONE], fact: { id, ground: 'OVERDOSE' } });
    const queue = await world.ask(
      'privacy-officer',
      '{ reviewQueue { edges { node { id subject reason overdue } } } }',
    );
    expect(queue.data.reviewQueue.edges.map(({ node }: { node: unknown }) => node)).toContainEqual({
      id,
      subject: 'EMERGENCY',
      reason: input.reason,
      overdue: false,
    });
    const REVIEW = 'mutation ($input: ReviewAccessInput!) { reviewAccess(input: $input) { outcome } }';
    const review = { clientId: CLIENT_ONE, subject: 'EMERGENCY', id, outcome: 'REJECTED' };
    expect((await world.ask('privacy-officer', REVIEW, { input: review })).errors).toEqual([]);
    const after = await world.ask('social-worker', MEDICATION, { id: CLIENT_ONE });
    expect(after.access[0]).toMatchObject({ category: 'MEDICATION', decision: 'DENY' });
    expect(await newest({ kind: 'REVIEWED' })).toMatchObject({
      fact: { id, subject: 'EMERGENCY', outcome: 'REJECTED' },
    });
    const { rows } = await query('SELECT body FROM audit.entries');
    expect(JSON.stringify([rows, world.log])).not.toContain('stairway');
  });

  it('without a ground is refused, and the attempt is in the log', async () => {
    const input = { clientId: CLIENT_ONE, reason: 'Found unconscious in the stairway of her home' };
    const answer = await world.ask('social-worker', EMERGENCY, { input });
    expect(codes(answer)).toEqual([['GROUND_MISSING', LEDGER_ERRORS.GROUND_MISSING]]);
    expect(await newest({ outcome: 'REFUSED' })).toMatchObject({
      id: answer.auditId,
      refusal: 'GROUND_MISSING',
      clients: [CLIENT_ONE],
    });
  });

  it('the queue is for the privacy officer and the auditor alone', async () => {
    const QUEUE = '{ reviewQueue { edges { node { reason } } } }';
    expect((await world.ask('auditor', QUEUE)).errors).toEqual([]);
    for (const user of ['coordinator', 'client', 'peer']) expect((await world.ask(user, QUEUE)).status).toBe(403);
    const whole = await world.ask('auditor', ready('review-queue'), { first: 5 });
    expect(whole.errors).toEqual([]);
  });
});

describe('who looked', () => {
  // biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
  const looks = async (variables = {}): Promise<any> => (await world.ask('client', LOOKED, variables)).data.whoLooked;

  it('tells the client who, when, why and on what basis; not the person', async () => {
    await world.ask(
      'coordinator',
      'query ($id: ID!) { client(id: $id, purpose: RELEASE_PREPARATION) { names { family } employment { plans { kind } } } }',
      { id: CLIENT_ONE },
    );
    const { edges } = await looks({ first: 1 });
    expect(edges[0].node).toEqual({
      at: expect.any(String),
      agency: 'EMPLOYMENT_SERVICES',
      unit: 'HEL-WORK-ABILITY-COORDINATORS',
      roles: ['coordinator'],
      purpose: 'RELEASE_PREPARATION',
      disclosed: [
        { category: 'IDENTITY_CONTACT', source: 'HUB', basis: 'OWN_REGISTER', citation: null },
        { category: 'EMPLOYMENT', source: 'EMPLOYMENT_SERVICES', basis: 'OWN_REGISTER', citation: null },
      ],
    });
    expect(await newest({ client: CLIENT_ONE, purpose: 'OWN_DATA' })).toMatchObject({ clients: [CLIENT_ONE] });
  });

  it('leaves out what a source withholds by law, what was denied, what is another’s, and leaves no gap', async () => {
    const before = await looks({ first: 100 });
    const other = randomUUID();
    const withheld = disclosureOf(CLIENT_ONE, { source: 'PRISON_SERVICE', withheld: '1054/2018 § 28' });
    const denied = disclosureOf(CLIENT_ONE, {
      permitted: [],
      denied: [{ category: 'HOUSING', reason: 'x', detail: 'y' }],
    });
    const clients = [CLIENT_ONE, other];
    const entries = [
      entryWith({ clients, disclosures: [withheld, disclosureOf(other)] }),
      entryWith({ clients, disclosures: [denied] }),
      entryWith({ clients, disclosures: [withheld, disclosureOf(CLIENT_ONE, { source: 'SOCIAL_SERVICES' })] }),
    ];
    await asAdmin((admin) => insertEntries(admin, entries));
    const after = await looks({ first: 100 });
    expect(after.edges.length).toBe(before.edges.length + 1);
    expect(after.edges[0].node.disclosed.map(({ source }: { source: string }) => source)).toEqual(['SOCIAL_SERVICES']);
    expect(after.edges.slice(1)).toEqual(before.edges);
    await asAdmin((admin) => writeAsBefore(admin, entries));
    expect(await looks({ first: 100 })).toEqual(after);
    const paged = [];
    for (let cursor: string | null = null; ; ) {
      const page = await looks({ first: 2, after: cursor });
      paged.push(...page.edges);
      cursor = page.pageInfo.endCursor;
      if (!page.pageInfo.hasNextPage) break;
    }
    expect(paged).toEqual(after.edges);
  });

  it('takes one statement; is for clients alone; bad pages', async () => {
    const before = world.statements.auditing;
    await looks();
    expect(world.statements.auditing - before).toBe(1);
    for (const user of ['coordinator', 'auditor', 'peer']) {
      const { status, text } = await world.ask(user, LOOKED);
      expect([status, text], user).toEqual([403, expect.stringContaining('PURPOSE_NOT_ALLOWED')]);
    }
    expect(codes(await world.ask('client', LOOKED, { after: 'x' }))).toEqual([
      ['CURSOR_INVALID', ERRORS.CURSOR_INVALID.message],
    ]);
  });
});

describe('who may see what of me', () => {
  const MATRIX = '{ ownData { accessMatrix { role agency cells { category open openings { basis citation } } } } }';

  it('is one matrix, for the client alone, and agencies are not asked', async () => {
    world.forgetRequests();
    const { data, errors } = await world.ask('client', MATRIX);
    expect(errors).toEqual([]);
    const rows = data.ownData.accessMatrix;
    expect(rows.length).toBeGreaterThan(2);
    expect(new Set(rows.map(({ cells }: { cells: unknown[] }) => cells.length)).size).toBe(1);
    for (const name of ['health', 'social', 'employment', 'sentences'] as const) {
      expect(world.wires[name].requests, name).toEqual([]);
    }
    const other = await world.ask(
      'coordinator',
      'query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { accessMatrix { role } } }',
      { id: CLIENT_ONE },
    );
    expect(other.data.client.accessMatrix).toBeNull();
  });
});

describe('assisted consent', () => {
  it('by the ready operations: the coordinator proposes, the client reads and confirms; each is in the log', async () => {
    const proposed = await world.ask('coordinator', ready('propose'), variablesOf('propose'));
    expect(proposed.errors).toEqual([]);
    const { code, proposal } = proposed.data.proposeConsent;
    expect((await world.ask('client', ready('proposals'))).data.ownData.consentProposals).toMatchObject([
      { id: proposal.id, categories: ['HOUSING'], proposedRole: 'coordinator' },
    ]);
    const input = { proposalId: proposal.id, code };
    const wrong = await world.ask('client', ready('confirm'), { input: { ...input, code: 'x' } });
    expect(codes(wrong)).toEqual([['WRONG_CODE', LEDGER_ERRORS.WRONG_CODE]]);
    expect(await newest({ outcome: 'REFUSED' })).toMatchObject({ refusal: 'WRONG_CODE', clients: [CLIENT_ONE] });
    const confirmed = await world.ask('client', ready('confirm'), { input });
    expect(confirmed.data.confirmConsent).toMatchObject({ id: proposal.id, state: 'IN_FORCE' });
    expect(await newest({ kind: 'PROPOSED', client: CLIENT_ONE, category: 'HOUSING' })).toMatchObject({
      fact: { id: proposal.id },
      caller: { roles: ['coordinator'] },
    });
    const { rows } = await query('SELECT body FROM audit.entries');
    expect(JSON.stringify([rows, world.log])).not.toContain(code);
  });
});

const OPERATIONS = readOperations(fileURLToPath(new URL('../../gateway/operations', import.meta.url)));

/** A ready operation by a part of its name. */
function ready(name: string): string {
  return OPERATIONS.find((operation) => operation.name.endsWith(`${name}-consent`) || operation.name.endsWith(name))!
    .text;
}
/** The variables in its header. */
function variablesOf(name: string): Record<string, unknown> {
  return JSON.parse(/^# variables: (.*)$/m.exec(ready(name))![1]!);
}

async function query(text: string): Promise<{ rows: { id: string; body: string }[] }> {
  const admin = await connectDatabase(world.database.adminUrl);
  try {
    return await admin.query(text);
  } finally {
    await admin.end();
  }
}

async function asAdmin(run: (admin: pg.Client) => Promise<void>): Promise<void> {
  const admin = await connectDatabase(world.database.adminUrl);
  try {
    await run(admin);
  } finally {
    await admin.end();
  }
}
