import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_ERRORS } from '../../consent/errors.ts';
import type { Answer } from './ask.ts';
import {
  type AskedConsents,
  coordinator,
  mine,
  notMine,
  peer,
  peers,
  self,
  startConsents,
  user,
} from './consents-harness.ts';

let asked: AskedConsents;
beforeAll(async () => {
  asked = await startConsents();
});
afterAll(() => asked?.close());

const CASELOAD = `query ($first: Int!, $after: String) { caseload(purpose: SERVICE_COORDINATION, first: $first, after: $after) {
  edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const pageOf = (data: Answer['data']): Page => data?.caseload as unknown as Page;
const idsOf = (data: Answer['data']): string[] => pageOf(data).edges.map(({ node }) => node.id);

describe('the case-load', () => {
  async function pages(first: number, caller = coordinator): Promise<string[][]> {
    const found: string[][] = [];
    for (let after: string | null = null; ; ) {
      const { data, errors } = await asked.subgraph.ask({ query: CASELOAD, variables: { first, after }, caller });
      expect(errors).toBeUndefined();
      const { edges, pageInfo } = pageOf(data);
      found.push(idsOf(data));
      expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
      if (!pageInfo.hasNextPage || found.length > mine.length) return found;
      after = pageInfo.endCursor;
    }
  }

  it.each([1, 7, 19, 56, 57, 58, 100])('in pages of %d skips nobody and repeats nobody', async (first) => {
    const found = await pages(first);
    expect(found.flat()).toEqual(mine);
    expect(found.map(({ length }) => length)).toEqual([
      ...Array.from({ length: Math.ceil(mine.length / first) - 1 }, () => first),
      mine.length % first || first,
    ]);
  });

  it('goes on after any client of the page before, and after one who is there no more', async () => {
    const between = mine[10] as string;
    const { data } = await asked.subgraph.ask({
      query: CASELOAD,
      variables: { first: 3, after: between },
      caller: coordinator,
    });
    expect(idsOf(data)).toEqual(mine.slice(11, 14));
    const gone = `${between.slice(0, -1)}${between.endsWith('0') ? '1' : '0'}`;
    const next = await asked.subgraph.ask({
      query: CASELOAD,
      variables: { first: 3, after: gone },
      caller: coordinator,
    });
    expect(idsOf(next.data)).toEqual(mine.filter((id) => id > gone).slice(0, 3));
  });

  it('is the caller’s own: another’s, and that of a caller without an organisation, have none of it', async () => {
    expect((await pages(100, peer)).flat()).toEqual(peers);
    expect((await pages(100, user('social-worker'))).flat()).toEqual([notMine[4]]);
    expect((await pages(100, self(mine[0] as string))).flat()).toEqual([]);
    const elsewhere = { ...coordinator, organisation: '1.2.246.10.3120817' };
    expect((await pages(100, elsewhere)).flat()).toEqual([]);
  });

  it('takes one statement, whatever the page', async () => {
    const statements: number[] = [];
    for (const first of [1, 100]) {
      asked.subgraph.statements();
      await asked.subgraph.ask({ query: CASELOAD, variables: { first, after: null }, caller: coordinator });
      statements.push(asked.subgraph.statements());
    }
    expect(statements).toEqual([1, 1]);
  });

  it.each([
    ['no cursor of ours', { after: 'x' }, 'MALFORMED_CURSOR'],
    ['a cursor in capitals', { after: mine[0]?.toUpperCase() }, 'MALFORMED_CURSOR'],
    ['an empty cursor', { after: '' }, 'MALFORMED_CURSOR'],
    ['a page of none', { first: 0 }, 'FIRST_OUT_OF_RANGE'],
    ['a page of less', { first: -1 }, 'FIRST_OUT_OF_RANGE'],
    ['a page of too many', { first: 101 }, 'FIRST_OUT_OF_RANGE'],
  ] as const)('refuses %s', async (_what, given, code) => {
    const { data, errors } = await asked.subgraph.ask({
      query: CASELOAD,
      variables: { first: 5, after: null, ...given },
      caller: coordinator,
    });
    expect(data).toEqual({ caseload: null });
    expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([[LEDGER_ERRORS[code], code]]);
  });

  it('refuses a purpose that is not the one of the pass', async () => {
    const { data, errors } = await asked.subgraph.ask({
      query: CASELOAD,
      variables: { first: 5 },
      caller: coordinator,
      purpose: 'RELEASE_PREPARATION',
    });
    expect([data, errors?.[0]?.extensions.code]).toEqual([{ caseload: null }, 'PASS_OTHER_PURPOSE']);
  });
});
