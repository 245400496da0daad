import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE, CLIENT_TWO } from '../../auth/users.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../../consent/errors.ts';
import { readOperations } from '../../gateway/trusted.ts';
import { poolOf } from '../postgres.ts';
import { type AnotherHub, type HubAnswer, startWorld, type World } from './world.ts';

/** A source keeps looks from the client's own log by statute: the auditor sees them whole, the client nothing at all. */
let world: World;
let admin: pg.Pool;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
  admin = poolOf(world.database.adminUrl);
});
afterAll(async () => {
  await admin?.end();
  await world?.close();
});

const REASON = 'Her letters are under investigation, and the look would tell of it';
const RESTRICT =
  'mutation ($input: RestrictSightInput!) { restrictSight(input: $input) { id clientId validFrom validUntil } }';
const END = 'mutation ($input: EndFactInput!) { endRestriction(input: $input) { id validUntil } }';
const REVIEW = 'mutation ($input: ReviewAccessInput!) { reviewAccess(input: $input) { outcome } }';
const INSIDE = 'query ($id: ID!) { client(id: $id, purpose: RELEASE_PREPARATION) { custody { phase } } }';
const BOTH = `query ($id: ID!) { client(id: $id, purpose: RELEASE_PREPARATION) { custody { phase } names { family } } }`;
const LOOKED = `query ($first: Int! = 20, $after: String) { whoLooked(first: $first, after: $after) {
  edges { cursor node { at agency roles purpose disclosed { category source basis citation } } }
  pageInfo { hasNextPage endCursor } } }`;
const ENTRIES = `query ($filter: AuditFilter) { auditEntries(filter: $filter, first: 5) { edges { node { id kind refusal
  clients caller { roles } disclosures { source withheld permitted { category } }
  fact { id basis sources recipients purposes until outcome } } } } }`;
const restriction = { clientId: CLIENT_ONE, statute: 'PRISON_SECURITY', reason: REASON };

// biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
async function done(user: string, mutation: string, input: object): Promise<any> {
  const { data, errors } = await world.ask(user, mutation, { input });
  expect(errors).toEqual([]);
  return Object.values(data)[0];
}

// biome-ignore lint/suspicious/noExplicitAny: what the hub answered.
async function newest(filter: Record<string, unknown>): Promise<any> {
  const { data } = await world.ask('auditor', ENTRIES, { filter });
  return data.auditEntries.edges[0]?.node;
}

/** The rise-worker looks into the prison's data; the mark on the entry. */
async function look(hub: Pick<AnotherHub, 'ask'> = world, query = INSIDE): Promise<string | null> {
  const { errors, access, auditId } = await hub.ask('rise-worker', query, { id: CLIENT_ONE });
  expect([errors, access]).toEqual([[], []]);
  const entry = await newest({ client: CLIENT_ONE, source: 'PRISON_SERVICE', kind: 'QUERY' });
  expect(entry).toMatchObject({ id: auditId, clients: [CLIENT_ONE] });
  const of = entry.disclosures.find(({ source }: { source: string }) => source === 'PRISON_SERVICE');
  expect(of.permitted).toEqual([{ category: 'CUSTODY' }]);
  return of.withheld;
}

const bytes = ({ text, auditId }: HubAnswer) => text.replace(auditId, 'ID');

/** All that the client can read of who looked, page by page, for pages of this size. */
async function pages(first: number): Promise<string[]> {
  const all: string[] = [];
  for (let after: string | null = null; all.length < 200; ) {
    const answer: HubAnswer = await world.ask('client', LOOKED, { first, after });
    all.push(bytes(answer));
    after = answer.data.whoLooked.pageInfo.endCursor;
    if (!answer.data.whoLooked.pageInfo.hasNextPage) return all;
  }
  throw new Error('The pages have no end.');
}

async function looked(): Promise<string[][]> {
  return [await pages(1), await pages(2), await pages(100)];
}

/** All else that the client can read of themself: every operation that is ready for them, and what is open to whom. */
async function ownView(): Promise<string[]> {
  const operations = readOperations(fileURLToPath(new URL('../../gateway/operations', import.meta.url)));
  const queries = operations.filter(
    ({ text }) => /^# roles:.*\bclient\b/m.test(text) && /^query/m.test(text) && !text.includes('whoLooked'),
  );
  expect(queries.length).toBeGreaterThan(3);
  const texts: string[] = [];
  for (const { text } of queries) {
    const variables = JSON.parse(/^# variables: (.*)$/m.exec(text)?.[1] ?? '{}');
    texts.push(bytes(await world.ask('client', text, variables)));
  }
  const more = `{ ownData { accessMatrix { role agency person cells { category open openings { restsOn } } }
    consents { id state history { id kind at } record fhir } } }`;
  const answer = await world.ask('client', more);
  expect(answer.errors).toEqual([]);
  texts.push(bytes(answer));
  return texts;
}

const kinds = async (): Promise<unknown[]> =>
  (await admin.query('SELECT kind FROM audit.entries WHERE clients @> ARRAY[$1::uuid] ORDER BY seq', [CLIENT_ONE]))
    .rows;

describe('a restriction', () => {
  it('keeps every look at the source’s data from the client without a trace, and nothing else', async () => {
    await look();
    await world.ask('coordinator', BOTH, { id: CLIENT_ONE });
    // The client's own looks are listed too: theirs come first.
    const own = await ownView();
    const before = await looked();

    const restricted = await done('rise-worker', RESTRICT, restriction);
    const days = (Date.parse(restricted.validUntil) - Date.parse(restricted.validFrom)) / 86_400_000;
    expect([days, restricted.clientId]).toEqual([30, CLIENT_ONE]);
    expect(await look()).toBe('1054/2018 § 28');
    expect(await look()).toBe('1054/2018 § 28');
    expect(await newest({ kind: 'SIGHT_RESTRICTED', client: CLIENT_ONE, source: 'PRISON_SERVICE' })).toMatchObject({
      caller: { roles: ['rise-worker'] },
      fact: { id: restricted.id, basis: 'PRISON_SECURITY', sources: ['PRISON_SERVICE'], recipients: [], purposes: [] },
    });
    // Same pages, sizes, cursors and ends as if nobody had looked; and nowhere else a word.
    expect(await looked()).toEqual(before);
    expect(await ownView()).toEqual(own);

    // What other sources disclosed in the same look is listed; what the client looks at themself, too.
    expect(await look(world, BOTH)).toBe('1054/2018 § 28');
    await world.ask('client', '{ ownData { custody { phase } } }');
    const { data } = await world.ask('client', LOOKED, { first: 2 });
    expect(
      data.whoLooked.edges.map(({ node }: { node: { roles: string[]; disclosed: { source: string }[] } }) => [
        node.roles,
        node.disclosed.map(({ source }) => source),
      ]),
    ).toEqual([
      [['client'], ['PRISON_SERVICE']],
      [['rise-worker'], ['HUB']],
    ]);

    const end = { clientId: CLIENT_ONE, id: restricted.id };
    const whole = await pages(100);
    expect((await done('rise-worker', END, end)).id).toBe(restricted.id);
    expect(await newest({ kind: 'RESTRICTION_ENDED' })).toMatchObject({ clients: [CLIENT_ONE], fact: { id: end.id } });
    // What was withheld stays so; the next look is listed.
    expect(await pages(100)).toEqual(whole);
    expect(await look()).toBeNull();
    expect(await pages(100)).not.toEqual(whole);
  });

  it('takes one statement to read who looked, as ever', async () => {
    const before = world.statements.auditing;
    await world.ask('client', LOOKED, {});
    expect(world.statements.auditing - before).toBe(1);
  });

  it('alerts the privacy officer, waits for review with its reason, and a rejection ends it at once', async () => {
    const { id } = await done('rise-worker', RESTRICT, restriction);
    expect(world.log).toContainEqual({ level: 'warn', event: 'access waits for review', kind: 'restrictSight' });
    expect(await (await fetch(`${world.url}/metrics`)).text()).toMatch(
      /^nivel_access_to_review_total\{kind="restrictSight"\} \d+$/m,
    );
    const queue = '{ reviewQueue(first: 100) { edges { node { id subject clientId basis reason agency role } } } }';
    const items = async (user: string) =>
      (await world.ask(user, queue)).data.reviewQueue.edges.map(({ node }: { node: { id: string } }) => node);
    const item = {
      id,
      subject: 'RESTRICTION',
      clientId: CLIENT_ONE,
      basis: 'PRISON_SECURITY',
      agency: 'PRISON_SERVICE',
    };
    expect(await items('privacy-officer')).toContainEqual({ ...item, role: 'RISE_WORKER', reason: REASON });
    expect(await items('auditor')).toContainEqual({ ...item, role: 'RISE_WORKER', reason: null });
    expect(await look()).toBe('1054/2018 § 28');
    const review = { clientId: CLIENT_ONE, subject: 'RESTRICTION', id, outcome: 'REJECTED' };
    await done('privacy-officer', REVIEW, review);
    expect(await newest({ kind: 'REVIEWED' })).toMatchObject({ fact: { id, outcome: 'REJECTED' } });
    expect(await look()).toBeNull();
    const { rows } = await admin.query('SELECT body FROM audit.entries');
    expect(JSON.stringify([rows, world.log])).not.toContain('letters');
  });

  it('may be over some looks only', async () => {
    const over = async (given: object): Promise<string | null> => {
      const { id } = await done('rise-worker', RESTRICT, { ...restriction, ...given });
      const mark = await look();
      await done('rise-worker', END, { clientId: CLIENT_ONE, id });
      return mark;
    };
    expect(await over({ purposes: ['SENTENCE_PLANNING'] })).toBeNull();
    expect(await over({ purposes: ['RELEASE_PREPARATION'] })).toBe('1054/2018 § 28');
    expect(await over({ recipients: [{ role: 'COORDINATOR' }] })).toBeNull();
    expect(await over({ recipients: [{ role: 'RISE_WORKER' }] })).toBe('1054/2018 § 28');
  });

  it('holds at once on a gateway that has kept older facts', async () => {
    const other = await world.startAnother();
    try {
      for (let n = 0; n < 5; n += 1) {
        expect(await look(other)).toBeNull();
        const { id } = await done('rise-worker', RESTRICT, restriction);
        expect(await look(other)).toBe('1054/2018 § 28');
        await done('rise-worker', END, { clientId: CLIENT_ONE, id });
      }
    } finally {
      await other.close();
    }
  });

  it.each<[LedgerErrorCode, string, object]>([
    ['UNKNOWN_STATUTE', 'rise-worker', { statute: null }],
    ['AGENCY_NOT_ALLOWED', 'rise-worker', { statute: 'CARE_DANGER' }],
    ['AGENCY_NOT_ALLOWED', 'coordinator', {}],
    ['REASON_MISSING', 'rise-worker', { reason: null }],
    ['REASON_TOO_SHORT', 'rise-worker', { reason: 'secret' }],
    ['TIME_BOX_TOO_LONG', 'rise-worker', { until: '2099-01-01T00:00:00Z' }],
    ['UNTIL_NOT_AFTER_FROM', 'rise-worker', { until: '2001-01-01T00:00:00Z' }],
    ['UNKNOWN_PURPOSE', 'rise-worker', { purposes: ['OWN_DATA'] }],
    ['UNKNOWN_RECIPIENT', 'rise-worker', { recipients: [{ role: 'CLIENT' }] }],
    ['UNKNOWN_RECIPIENT', 'rise-worker', { recipients: [{}] }],
    ['NOT_FOR_ROLE', 'client', {}],
    ['NOT_FOR_ROLE', 'peer', {}],
    ['NO_RELATIONSHIP', 'rise-worker', { clientId: randomUUID() }],
  ])('%s: as %s, with %j; nothing changes but the log', async (code, user, given) => {
    const before = await kinds();
    const answer = await world.ask(user, RESTRICT, { input: { ...restriction, ...given } });
    expect(answer.errors.map(({ message, extensions }) => [extensions.code, message])).toEqual([
      [code, LEDGER_ERRORS[code]],
    ]);
    expect(await newest({ outcome: 'REFUSED' })).toMatchObject({ id: answer.auditId, refusal: code });
    const { rows } = await admin.query('SELECT count(*)::int AS n FROM consent.restrictions WHERE client_id <> $1', [
      CLIENT_ONE,
    ]);
    expect(rows).toEqual([{ n: 0 }]);
    expect((await kinds()).filter((_, n) => n >= before.length)).toEqual(
      'clientId' in given ? [] : [{ kind: 'MUTATION' }],
    );
  });

  it('is ended by the source alone', async () => {
    const { id } = await done('rise-worker', RESTRICT, restriction);
    const attempt = async (user: string, clientId = CLIENT_ONE) =>
      (await world.ask(user, END, { input: { clientId, id } })).errors.map(({ extensions }) => extensions.code);
    expect(await attempt('coordinator')).toEqual(['AGENCY_NOT_ALLOWED']);
    expect(await attempt('client')).toEqual(['NOT_FOR_ROLE']);
    expect(['NO_RELATIONSHIP', 'RESTRICTION_NOT_FOUND']).toContain((await attempt('rise-worker', CLIENT_TWO))[0]);
    expect(await look()).toBe('1054/2018 § 28');
    await done('rise-worker', END, { clientId: CLIENT_ONE, id });
  });
});
