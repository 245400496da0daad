import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countEntries, countStatement, type EntryFilter, listEntries, pageStatement } from '../../audit/list.ts';
import { inTime } from '../../subgraphs/auditing/errors.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';

/** Entries of the log, about one kilobyte each. */
const ENTRIES = 200_000;
/** Blocks of 8 kB that a page of 100 may read, wherever it stands; the whole log has ten times as many. */
const BLOCKS = 1_800;

let database: TestDatabase;
let auditing: pg.Pool;
let blocks: number;

beforeAll(async () => {
  database = await createDatabase();
  auditing = poolOf(database.roleUrl('audit'));
  const admin = poolOf(database.adminUrl);
  // The indexes as the migrations made them, built once all entries are there: that is quicker.
  const { rows: indexes } = await admin.query<{ name: string; definition: string }>(
    `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
     WHERE indrelid = 'audit.entries'::regclass AND NOT indisunique`,
  );
  for (const { name } of indexes) await admin.query(`DROP INDEX ${name}`);
  await admin.query(FILL, [ENTRIES]);
  for (const { definition } of indexes) await admin.query(definition);
  await admin.query('VACUUM ANALYZE audit.entries');
  const { rows } = await admin.query("SELECT pg_relation_size('audit.entries') / 8192 AS blocks");
  blocks = Number(rows[0].blocks);
  await admin.end();
}, 60_000);
afterAll(async () => {
  await auditing?.end();
  await database?.drop();
});

/** A client of every 200th entry, one of a few, and one of none. */
const [hot, cold, stranger] = [client(1), client(2_900), randomUUID()];

function client(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** Values that are common, rare and of no entry. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  client: [hot, cold, stranger],
  caller: [client(1), client(390), stranger],
  source: ['HEALTH_CARE', 'KELA', 'MUNICIPALITY'],
  agency: ['EMPLOYMENT_SERVICES', 'KELA', 'MUNICIPALITY'],
  category: ['MEDICATION', 'BENEFITS', 'HOUSING'],
  basis: ['CONSENT', 'EMERGENCY', 'GUARDIAN'],
  purpose: ['SERVICE_COORDINATION', 'EMERGENCY', 'BENEFIT_CONTINUITY'],
  outcome: ['ANSWERED', 'PARTIAL'],
  kind: ['QUERY', 'EMERGENCY_GRANTED', 'SCHEMA_CHANGED'],
};
const ALONE: readonly EntryFilter[] = Object.entries(VALUES).flatMap(([name, values]) =>
  values.map((value) => ({ [name]: value })),
);
/** A day long ago, the newest half, and a range before the first entry; half-open. */
const RANGES: readonly EntryFilter[] = [
  { from: new Date('2026-01-02T00:00:00Z'), until: new Date('2026-01-02T12:00:00Z') },
  { from: new Date('2026-01-12T00:00:00Z') },
  { until: new Date('2025-01-01T00:00:00Z') },
];
const WITH_CLIENT = [hot, cold].flatMap((id) => ALONE.map((filter) => ({ client: id, ...filter })));
const WITH_RANGE = RANGES.flatMap((range) => ALONE.map((filter) => ({ ...range, ...filter })));

interface Plan {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly Plans?: readonly Plan[];
}

async function explain({
  text,
  values,
}: {
  text: string;
  values: unknown[];
}): Promise<{ scans: string[]; blocks: number }> {
  const { rows } = await auditing.query(`EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) ${text}`, values);
  const plan = rows[0]['QUERY PLAN'][0].Plan as Plan;
  const nodes = (at: Plan): Plan[] => [at, ...(at.Plans ?? []).flatMap(nodes)];
  return {
    scans: nodes(plan).flatMap((node) => (node['Node Type'] === 'Seq Scan' ? [node['Relation Name'] ?? ''] : [])),
    blocks: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'],
  };
}

/** What a filter's pages cost: the first one, and the one from the middle of the log. */
async function expectCheap(filters: readonly EntryFilter[]): Promise<void> {
  const dear: unknown[] = [];
  for (const filter of filters) {
    for (const after of [null, `${Date.UTC(2026, 0, 9)}000_${ENTRIES / 2}`]) {
      const cost = await explain(pageStatement(filter, 101, after));
      if (cost.scans.includes('entries') || cost.blocks > BLOCKS) dear.push({ filter, after, ...cost });
    }
  }

  expect(dear).toEqual([]);
}

describe(`pages of ${ENTRIES} entries, the first and one deep in the log, scan no table and read few blocks`, () => {
  it('the log is much larger than what a page may read', () => {
    expect(blocks).toBeGreaterThan(10 * BLOCKS);
  });

  it('without a filter', () => expectCheap([{}]));
  it('with one filter', () => expectCheap(ALONE));
  it('with a client and another', () => expectCheap(WITH_CLIENT), 15_000);
  it('with a time range and another', () => expectCheap([...RANGES, ...WITH_RANGE]), 15_000);

  it('with conditions that only the text tells apart', () =>
    expectCheap([
      { source: 'HEALTH_CARE', category: 'MEDICATION' },
      { category: 'MEDICATION', basis: 'CONSENT' },
      { source: 'HEALTH_CARE', category: 'MEDICATION', basis: 'CONSENT', ...RANGES[1] },
      { source: 'SOCIAL_SERVICES', basis: 'EMERGENCY' },
      { client: hot, category: 'MEDICATION', source: 'HEALTH_CARE', basis: 'CONSENT', agency: 'EMPLOYMENT_SERVICES' },
    ]));
});

it('a count scans no table', async () => {
  const scanning: EntryFilter[] = [];
  for (const filter of [{}, ...ALONE, { client: hot, category: 'MEDICATION' }, ...RANGES])
    if ((await explain(countStatement(filter))).scans.includes('entries')) scanning.push(filter);
  expect(scanning).toEqual([]);
});

describe('a search of two common values that never meet in one disclosure', () => {
  // The columns of most entries have both: only the text tells, of each.
  const apart: EntryFilter = { kind: 'QUERY', category: 'IDENTITY_CONTACT', source: 'HEALTH_CARE' };
  const [day] = RANGES;

  it('ends in its time with a code that says to narrow it; narrowed, it finds that there are none', async () => {
    const hasty = poolOf(database.roleUrl('audit'), { statement_timeout: 100 });
    try {
      for (const search of [
        () => listEntries(hasty, apart, { first: 50, after: null }),
        () => countEntries(hasty, apart),
      ])
        await expect(inTime<unknown>(search())).rejects.toMatchObject({ extensions: { code: 'FILTER_TOO_WIDE' } });
      const narrowed = await inTime(listEntries(auditing, { ...apart, ...day }, { first: 50, after: null }));
      expect(narrowed).toEqual({ entries: [], hasNextPage: false });
      // The connection is fit for the next.
      expect((await listEntries(hasty, {}, { first: 1, after: null })).entries).toHaveLength(1);
    } finally {
      await hasty.end();
    }
  });
});

it('a deep page begins where the one before it ended', async () => {
  const filter = { source: 'HEALTH_CARE' };
  const all = await listEntries(auditing, filter, { first: 100, after: null });
  const head = await listEntries(auditing, filter, { first: 60, after: null });
  const tail = await listEntries(auditing, filter, { first: 40, after: head.entries.at(-1)?.cursor ?? null });
  expect([...head.entries, ...tail.entries].map(({ id }) => id)).toEqual(all.entries.map(({ id }) => id));
});

/** One in so many by a hash of the entry's number and a salt: the same each time, and independent of each other. */
const FILL = `INSERT INTO audit.entries (id, at, kind, outcome, caller, caller_agency, caller_role, purpose, clients, categories, bases,
  sources, body, salt, commitment)
SELECT gen_random_uuid(), timestamptz '2026-01-01T00:00:00Z' + i * interval '7 seconds' - (i % 13) * interval '3 seconds',
  CASE WHEN a < 9000 THEN 'QUERY' WHEN a < 9500 THEN 'LOG_READ' WHEN a < 9800 THEN 'MUTATION' WHEN a < 9999 THEN 'REFUSED'
    ELSE 'EMERGENCY_GRANTED' END,
  CASE WHEN b < 8800 THEN 'ANSWERED' WHEN b < 9900 THEN 'DENIED' ELSE 'PARTIAL' END,
  ('00000000-0000-4000-8000-' || lpad(to_hex(1 + (c * c / 250000) % 400), 12, '0'))::uuid,
  CASE WHEN c < 5000 THEN 'EMPLOYMENT_SERVICES' WHEN c < 8000 THEN 'SOCIAL_SERVICES' WHEN c < 9999 THEN 'HEALTH_CARE' ELSE 'KELA' END,
  'coordinator',
  CASE WHEN b < 7000 THEN 'SERVICE_COORDINATION' WHEN b < 9998 THEN 'CARE_CONTINUITY' ELSE 'EMERGENCY' END,
  ARRAY[client], ARRAY['IDENTITY_CONTACT', category], ARRAY['OWN_REGISTER', basis], ARRAY['HUB', source],
  format('{"caller":{"agency":"EMPLOYMENT_SERVICES","id":"%s","roles":["coordinator"]},"disclosures":[{"client":"%s","denied":[],"epoch":"1",'
    '"permitted":[{"basis":"%s","category":"%s","reference":null}],"records":1,"source":"%s"}],"pad":"%s"}',
    client, client, basis, category, source, repeat('x', 600)),
  decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex')
FROM generate_series(1, $1::int) i
  CROSS JOIN LATERAL (SELECT abs(hashint8(i)) % 10000 AS a, abs(hashint8(i + 1000000000)) % 10000 AS b,
    abs(hashint8(i + 2000000000)) % 10000 AS c, abs(hashint8(i + 3000000000)) % 10000 AS d) AS draw
  CROSS JOIN LATERAL (SELECT
    ('00000000-0000-4000-8000-' || lpad(to_hex(CASE WHEN d < 50 THEN 1 ELSE 2 + (d + 7 * a) % 3000 END), 12, '0'))::uuid AS client,
    CASE WHEN d < 6000 THEN 'MEDICATION' WHEN d < 9998 THEN 'SOCIAL_SERVICES' ELSE 'BENEFITS' END AS category,
    CASE WHEN d < 6000 THEN 'HEALTH_CARE' WHEN d < 9998 THEN 'SOCIAL_SERVICES' ELSE 'KELA' END AS source,
    CASE WHEN a % 100 < 60 THEN 'CONSENT' WHEN a % 1000 < 999 THEN 'STATUTE' ELSE 'EMERGENCY' END AS basis) AS about`;
