import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../audit/entry.ts';
import { insertEntries } from '../../audit/insert.ts';
import { commitmentOf } from '../../audit/written.ts';
import { AGENCIES } from '../../schema/categories.ts';
import { auditing } from '../../subgraphs/auditing/index.ts';
import { entryWith, writeAsBefore } from '../audit/entries.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { type Answer, type AskedSubgraph, type Question, startSubgraph } from './ask.ts';
import { at, coordinator, ENTRIES, type Filter, matches, nurse, one, other, stranger } from './auditing-entries.ts';
import { expectNotReadable, itAnswersTheHubAlone } from './door.ts';

let database: TestDatabase;
let subgraph: AskedSubgraph;
let gateway: pg.Pool;

/** Oldest first. */
const written: AuditEntry[] = [];

beforeAll(async () => {
  database = await createDatabase();
  gateway = poolOf(database.roleUrl('gateway'));
  subgraph = await startSubgraph(auditing, database, 'audit');
  await write(...ENTRIES);
});
afterAll(async () => {
  await subgraph?.close();
  await gateway?.end();
  await database?.drop();
});

async function write(...entries: readonly AuditEntry[]): Promise<void> {
  const client = await gateway.connect();
  // One by one: the order of arrival is the test's.
  for (const entry of entries) await insertEntries(client, [entry]);
  client.release();
  written.push(...entries);
}

const QUERY = `query ($filter: AuditFilter, $first: Int! = 100, $after: String) {
  auditEntries(filter: $filter, first: $first, after: $after) { edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const ask = (question: Omit<Question, 'query'> & { query?: string }): Promise<Answer> =>
  subgraph.ask({ query: QUERY, purpose: 'AUDIT', ...question });

async function page(variables: Question['variables'] = {}): Promise<Page> {
  const { data, errors } = await ask({ variables });
  expect(errors).toBeUndefined();
  return pageOf(data);
}

const pageOf = (data: Answer['data']): Page => data?.auditEntries as unknown as Page;

const idsOf = ({ edges }: Page): string[] => edges.map(({ node }) => node.id);
const found = async (filter: Filter): Promise<string[]> => idsOf(await page({ filter }));
/** What the filter is to find, by a reading of its words: newest first, and of one moment the last to arrive. */
const expected = (filter: Filter): string[] =>
  written
    .filter((entry) => matches(entry, filter))
    .reverse()
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .map(({ id }) => id);

describe('the auditing subgraph', () => {
  itAnswersTheHubAlone(
    () => subgraph,
    () => ({ query: '{ auditEntries { pageInfo { hasNextPage } } }', purpose: 'AUDIT' }),
  );

  it('cannot read the ledger or a registry', async () => {
    for (const statement of ['SELECT FROM consent.events', 'SELECT FROM consent.epochs', 'SELECT FROM clients.people'])
      await expectNotReadable(database, 'audit', statement);
    await expectNotReadable(database, 'health', 'SELECT FROM audit.entries');
  });

  it.each([null, 'SERVICE_COORDINATION', 'OWN_DATA'] as const)(
    'answers no pass for the purpose %s',
    async (purpose) => {
      subgraph.statements();
      const { data, errors } = await ask({ purpose });
      expect([data, errors?.[0]?.extensions.code]).toEqual([{ auditEntries: null }, 'PASS_OTHER_PURPOSE']);
      expect(subgraph.statements()).toBe(0);
    },
  );
});

describe('an entry', () => {
  const WHOLE = `query ($filter: AuditFilter) { auditEntries(filter: $filter) { edges { node {
    id at kind outcome caller { id roles agency organisation unit impersonatedBy } purpose operationName documentHash requestId
    gateway clients disclosures { client source permitted { category basis reference } denied { category reason detail } epoch records }
    consent { record categories recipients } refusal unavailable commitment } } } }`;

  it.each(ENTRIES.map((entry) => [entry.at.slice(14, 16), entry] as const))(
    'is read as it was written: %s',
    async (_minute, entry) => {
      const filter = { from: entry.at, until: new Date(Date.parse(entry.at) + 1).toISOString() };
      const { data, errors } = await ask({ query: WHOLE, variables: { filter } });
      expect(errors).toBeUndefined();
      const edges = pageOf(data).edges as unknown as { node: Record<string, unknown> }[];
      const { operation, request, consent, caller, ...same } = entry;
      const nothing = { organisation: null, unit: null, impersonatedBy: null };
      expect(edges.map(({ node }) => node)).toEqual([
        {
          refusal: null,
          unavailable: null,
          ...same,
          caller: { agency: null, ...nothing, ...caller },
          operationName: operation.name,
          documentHash: operation.hash,
          requestId: request,
          consent:
            consent === undefined
              ? null
              : { record: consent.record, categories: consent.categories, recipients: consent.recipients },
          commitment: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
      ]);
      const admin = poolOf(database.adminUrl);
      const { rows } = await admin.query('SELECT salt, body FROM audit.entries WHERE id = $1', [entry.id]);
      await admin.end();
      expect(edges[0]?.node.commitment).toBe(commitmentOf(rows[0].salt, rows[0].body).toString('hex'));
    },
  );
});

describe.each(['they are written now', 'they were written before'])('filters of entries as %s', (form) => {
  beforeAll(async () => {
    if (form === 'they are written now') return;
    const admin = poolOf(database.adminUrl);
    await writeAsBefore(admin, ENTRIES);
    await admin.end();
  });

  it('none: all, newest first, in one statement', async () => {
    subgraph.statements();
    expect(idsOf(await page())).toEqual(expected({}));
    expect(idsOf(await page({ filter: {} }))).toEqual(expected({}));
    const nulls = Object.fromEntries(
      ['client', 'source', 'category', 'from', 'until', 'kind'].map((name) => [name, null]),
    );
    expect(await found(nulls)).toEqual(expected({}));
    expect(subgraph.statements()).toBe(3);
  });

  // What is asked × how many of ENTRIES it finds.
  it.each<[Filter, number]>([
    [{ client: one }, 5],
    [{ client: one.toUpperCase() }, 5],
    [{ client: stranger }, 0],
    [{ caller: coordinator }, 2],
    [{ source: 'HEALTH_CARE' }, 6],
    [{ source: 'KELA' }, 1],
    [{ agency: 'HEALTH_CARE' }, 1],
    [{ agency: 'HUB' }, 2],
    [{ category: 'HOUSING' }, 3],
    [{ category: 'CUSTODY' }, 2],
    [{ basis: 'CONSENT' }, 1],
    [{ purpose: 'CARE_CONTINUITY' }, 1],
    [{ outcome: 'REFUSED' }, 2],
    [{ outcome: 'PARTIAL' }, 1],
    [{ kind: 'REFUSED' }, 2],
    [{ kind: 'CONSENT_WITHDRAWN' }, 1],
    [{ from: at(9) }, 2],
    [{ until: at(2) }, 1],
    // Of one disclosure: the other's medication was denied in the same entry that gave the one's.
    [{ client: one, category: 'MEDICATION', agency: 'EMPLOYMENT_SERVICES' }, 1],
    [{ client: one, category: 'MEDICATION', basis: 'CONSENT' }, 1],
    [{ client: other, category: 'MEDICATION', basis: 'CONSENT' }, 0],
    [{ client: other, category: 'MEDICATION' }, 3],
    [{ client: other, source: 'SOCIAL_SERVICES' }, 1],
    [{ source: 'SOCIAL_SERVICES', category: 'MEDICATION', kind: 'QUERY' }, 0],
    [{ category: 'MEDICATION', basis: 'OWN_DATA' }, 1],
    [{ source: 'HUB', basis: 'OWN_REGISTER' }, 1],
    [{ client: one.toUpperCase(), category: 'HOUSING', basis: 'CONSENT' }, 1],
  ])('%j', async (filter, count) => {
    const ids = await found(filter);
    expect(ids).toHaveLength(count);
    const lower = Object.fromEntries(
      Object.entries(filter).map(([name, value]) => [name, name === 'client' ? (value ?? '').toLowerCase() : value]),
    );
    expect(ids).toEqual(expected(lower));
  });

  it('the auditor’s question: health data of this client to that agency in March', async () => {
    const march = { from: '2026-03-01T00:00:00+02:00', until: '2026-04-01T00:00:00+03:00' };
    const about = { client: one, category: 'MEDICATION', source: 'HEALTH_CARE', agency: 'EMPLOYMENT_SERVICES' };
    expect(await found({ ...march, ...about })).toEqual([ENTRIES[0]?.id]);
    expect(await found({ ...about, from: '2026-04-01T00:00:00+03:00' })).toEqual([]);
  });

  it('a time range has its first moment and not its last, in any offset', async () => {
    const ids = ENTRIES.map(({ id }) => id);
    expect(await found({ from: at(3), until: at(5) })).toEqual([ids[3], ids[2]]);
    expect(await found({ from: '2026-03-01T14:03:00.000+02:00', until: '2026-03-01T14:03:00.001+02:00' })).toEqual([
      ids[2],
    ]);
    expect(await found({ from: '2026-03-01T12:03:00.001Z', until: at(4) })).toEqual([]);
    expect(await found({ from: '0001-01-01T00:00:00Z', until: '9999-12-31T23:59:59Z' })).toEqual(expected({}));
  });

  it('any of them together find what all of them find', async () => {
    const options: Record<string, readonly string[]> = {
      client: [one, other],
      caller: [coordinator, nurse, one],
      source: Object.keys(AGENCIES),
      agency: ['EMPLOYMENT_SERVICES', 'HEALTH_CARE'],
      category: ['MEDICATION', 'HOUSING', 'CUSTODY', 'IDENTITY_CONTACT'],
      basis: ['CONSENT', 'OWN_REGISTER', 'OWN_DATA'],
      purpose: ['SERVICE_COORDINATION', 'CARE_CONTINUITY'],
      outcome: ['ANSWERED', 'DENIED'],
      kind: ['QUERY', 'CONSENT_GRANTED'],
      from: [at(1), at(4)],
      until: [at(6), at(11)],
    };
    const some = fc
      .subarray(Object.entries(options), { minLength: 1, maxLength: 4 })
      .chain((names) =>
        fc.record(Object.fromEntries(names.map(([name, values]) => [name, fc.constantFrom(...values)]))),
      );
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(some, async (filter) => {
        const ids = await found(filter as Filter);
        hits += ids.length;
        expect(ids).toEqual(expected(filter as Filter));
      }),
      { numRuns: 200 },
    );
    expect(hits).toBeGreaterThan(50);
  });

  it.each<[string, Filter]>([
    ['a client that is no UUID', { client: 'Matti' }],
    ['a caller that is no UUID', { caller: '150382-901A' }],
    ['a client by an empty id', { client: '' }],
    ['a range that ends before it begins', { from: at(5), until: at(4) }],
    ['a range without a moment', { from: at(5), until: at(5) }],
    ['the same, in another offset', { from: at(5), until: '2026-03-01T14:05:00+02:00' }],
  ])('refuses %s', async (_what, filter) => {
    subgraph.statements();
    const { data, errors } = await ask({ variables: { filter } });
    expect([data, errors?.[0]?.extensions.code]).toEqual([{ auditEntries: null }, 'FILTER_INVALID']);
    expect(subgraph.statements()).toBe(0);
    expect(JSON.stringify([errors, subgraph.log])).not.toMatch(/Matti|150382/);
  });
});

describe('pages', () => {
  it.each([1, 3, 9, 10, 11, 100])('of %d skip nothing and repeat nothing', async (first) => {
    const pages = await allPages(first);
    expect(pages.flat()).toEqual(expected({}));
    expect(pages.slice(0, -1).every(({ length }) => length === first)).toBe(true);
  });

  it('with a filter, too', async () => {
    expect((await allPages(2, { filter: { client: one } })).flat()).toEqual(expected({ client: one }));
  });

  it('neither skip nor repeat while new entries arrive; newer ones are on the next first page', async () => {
    const before = expected({});
    let minute = 20;
    const pages = await allPages(3, {}, () => write(entryWith({ at: at(minute++) })));
    expect(pages.flat()).toEqual(before);
    expect(idsOf(await page({ first: 2 }))).toEqual(expected({}).slice(0, 2));
  });

  it('neither skip nor repeat what was there while entries of long ago arrive late, on another page or on none', async () => {
    const before = expected({});
    const pages = await allPages(4, {}, () => write(entryWith({ at: at(6) })));
    expect(pages.flat().filter((id) => before.includes(id))).toEqual(before);
    expect(new Set(pages.flat()).size).toBe(pages.flat().length);
  });

  it('part entries of one moment by their arrival', async () => {
    await write(...Array.from({ length: 5 }, () => entryWith({ at: at(50) })));
    const filter = { from: at(50), until: at(51) };
    expect((await allPages(2, { filter })).flat()).toEqual(expected(filter));
    expect(expected(filter)).toHaveLength(5);
  });

  it('go on after a cursor that the log never gave, and end after the first entry', async () => {
    const far = await page({ after: '9999999999999999_999999999999999999' });
    expect(idsOf(far)).toEqual(expected({}));
    expect(await page({ after: '0_0' })).toEqual({ edges: [], pageInfo: { hasNextPage: false, endCursor: null } });
  });

  it.each([
    ['CURSOR_INVALID', { after: '' }],
    ['CURSOR_INVALID', { after: '-1' }],
    ['CURSOR_INVALID', { after: '1; DROP' }],
    ['CURSOR_INVALID', { after: '17' }],
    ['CURSOR_INVALID', { after: '1'.repeat(19) }],
    ['CURSOR_INVALID', { after: `${'1'.repeat(17)}_1` }],
    ['CURSOR_INVALID', { after: '1_1_1' }],
    ['CURSOR_INVALID', { after: randomUUID() }],
    ['FIRST_OUT_OF_RANGE', { first: 0 }],
    ['FIRST_OUT_OF_RANGE', { first: -1 }],
    ['FIRST_OUT_OF_RANGE', { first: 101 }],
  ])('%s: %j', async (code, variables) => {
    const { data, errors } = await ask({ variables });
    expect([data, errors?.[0]?.extensions.code]).toEqual([{ auditEntries: null }, code]);
  });
});

async function allPages(
  first: number,
  given: Question['variables'] = {},
  between?: () => Promise<void>,
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let after: string | null = null; ; ) {
    const { edges, pageInfo } = await page({ ...given, first, after });
    pages.push(edges.map(({ node }) => node.id));
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    if (!pageInfo.hasNextPage || pages.length > 50) return pages;
    after = pageInfo.endCursor;
    await between?.();
  }
}
