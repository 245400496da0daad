import { isDeepStrictEqual } from 'node:util';
import type { QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { Errand } from '../../gateway/execute/run.ts';
import { CASES, type Case, MISPLANNED, WRONG_AT_APOLLO } from './cases.ts';
import { everythingPermitted } from './errands.ts';
import { Federation } from './federation.ts';
import { writtenSupergraph } from './written.ts';

async function answers(
  { agencies, text, variables = {} }: Pick<Case, 'agencies' | 'text' | 'variables'>,
  change: (plan: QueryPlan) => QueryPlan = (plan) => plan,
) {
  const federation = new Federation(writtenSupergraph(agencies));
  const document = parse(text);
  const plan = federation.plan(document);
  if (plan === null) throw new TypeError('Apollo’s planner gives up on this case.');
  const asked = { plan: change(plan), document, variables };
  const errand = everythingPermitted(federation, { ticks: 0 });
  const requests: { readonly agency: string; readonly query: string }[] = [];
  const ask: Errand['ask'] = (agency, request) => {
    requests.push({ agency, query: request.query });
    return errand.ask(agency, request);
  };
  return {
    plan: JSON.stringify(plan),
    requests,
    expected: (await federation.monolith.answer(document, variables, { ticks: 0 })).data,
    ours: (await federation.executor(asked, { ...errand, ask })).data,
    apollos: async () => (await federation.reference(plan, document, variables, { ticks: 0 })).data,
  };
}

describe('every node and rewrite of a plan', () => {
  test.each(CASES)('$name', async (written) => {
    for (const variables of written.each ?? [{}]) {
      const { plan, expected, ours, apollos } = await answers({ ...written, variables });
      for (const part of written.planned) expect(plan).toMatch(part);
      for (const part of written.notPlanned ?? []) expect(plan).not.toMatch(part);
      expect(JSON.stringify(ours)).toBe(JSON.stringify(expected));
      if (written.apolloLacks !== true) expect(isDeepStrictEqual(await apollos(), expected)).toBe(true);
    }
  });

  test.each(CASES.filter(({ needs }) => needs !== undefined))('$name: another answer without it', async (written) => {
    const { needs } = written;
    const without = (plan: QueryPlan): QueryPlan =>
      JSON.parse(JSON.stringify(plan, (key, value) => (key === needs ? undefined : value)));
    const [variables = {}] = written.each ?? [];
    const { expected, ours } = await answers({ ...written, variables }, without);
    expect(JSON.stringify(ours)).not.toBe(JSON.stringify(expected));
  });
});

/** What the last agency is asked of is told by the one before it. */
const CHAIN = {
  agencies: {
    a: 'type Query { one: E! } type E @key(fields: "id") { id: ID! }',
    b: 'type E @key(fields: "id") { id: ID! below: [F!]! } type F @key(fields: "id") { id: ID! }',
    c: 'type F @key(fields: "id") { id: ID! told: String! }',
  },
  text: '{ one { below { told } } }',
};

test('what a fetch looks for in vain is found by the next one, once there is something', async () => {
  // All fetches but the first are run before it too, and the last one between all others.
  const often = ({ node, ...plan }: QueryPlan): QueryPlan => {
    if (node?.kind !== 'Sequence') throw new TypeError('A plan in a sequence is needed.');
    const [first, ...others] = node.nodes;
    const last = others.at(-1)!;
    const nodes = [...others, first!, ...others.flatMap((each) => [last, each])];
    return { ...plan, node: { ...node, nodes } };
  };
  const { plan, expected, ours } = await answers(CHAIN, often);
  expect(plan.match(/"kind":"Fetch"/g)).toHaveLength(3);
  expect(JSON.stringify(ours)).toBe(JSON.stringify(expected));
});

/** What is left out is required by a fetch that the planner leaves in, with nothing but the type name to ask for. */
const LEFT_OUT = {
  agencies: {
    a: 'type Query { all: [E] } type E @key(fields: "id") { id: ID! }',
    b: `type E @key(fields: "id") @key(fields: "code") { id: ID! code: String! known: [V] }
      type V { name: String }`,
    c: `type E @key(fields: "code") { code: String! known: [V] @external derived: F @requires(fields: "known { name }") }
      type V { name: String @external } type F { id: ID! }`,
  },
  text: 'query ($if: Boolean!) { all { ... on E { derived @include(if: $if) { id } } __typename } }',
};

test.each([true, false])('what @include(if: %s) makes of a fetch and of what it requires', async (isIn) => {
  const { plan, requests, expected, ours } = await answers({ ...LEFT_OUT, variables: { if: isIn } });
  expect(plan).toContain('__typename derived@include(if:$if){id}');
  expect(JSON.stringify(ours)).toBe(JSON.stringify(expected));
  expect(requests.map(({ agency }) => agency)).toEqual(isIn ? ['a', 'b', 'c'] : ['a', 'b']);
  expect(requests.filter(({ query }) => query.includes('$if') || query.includes('@include'))).toEqual([]);
});

test.each(WRONG_AT_APOLLO)('where Apollo’s executor is wrong: $name', async (written) => {
  const { expected, ours, apollos } = await answers(written);
  expect(JSON.stringify(ours)).toBe(JSON.stringify(expected));
  expect(isDeepStrictEqual(await apollos(), expected)).toBe(false);
});

test.each(MISPLANNED)('where Apollo’s planner is wrong: $name', async (written) => {
  const { expected, ours, apollos } = await answers(written);
  expect(isDeepStrictEqual(await apollos(), ours)).toBe(true);
  expect(isDeepStrictEqual(ours, expected)).toBe(false);
});
