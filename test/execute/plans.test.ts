import { isDeepStrictEqual } from 'node:util';
import type { QueryPlan } from '@apollo/query-planner';
import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { CASES, type Case, MISPLANNED, WRONG_AT_APOLLO } from './cases.ts';
import { everythingPermitted } from './errands.ts';
import { Federation } from './federation.ts';
import { writtenSupergraph } from './written.ts';

async function answers(
  { agencies, text, variables = {} }: Case,
  change: (plan: QueryPlan) => QueryPlan = (plan) => plan,
) {
  const federation = new Federation(writtenSupergraph(agencies));
  const document = parse(text);
  const plan = federation.plan(document);
  if (plan === null) throw new TypeError('Apollo’s planner gives up on this case.');
  const asked = { plan: change(plan), document, variables };
  return {
    plan: JSON.stringify(plan),
    expected: (await federation.monolith.answer(document, variables, { ticks: 0 })).data,
    ours: (await federation.executor(asked, everythingPermitted(federation, { ticks: 0 }))).data,
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
