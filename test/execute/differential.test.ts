import { isDeepStrictEqual } from 'node:util';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Run } from './agencies.ts';
import { everythingPermitted } from './errands.ts';
import { Federation } from './federation.ts';
import { randomOperation } from './operation.ts';
import { told } from './report.ts';
import { compare, RUNS, SEED } from './runs.ts';
import { randomSupergraph } from './supergraph.ts';

/** What plans are made of, as JSON. */
const PARTS = {
  Sequence: /"kind":"Sequence"/,
  Parallel: /"kind":"Parallel"/,
  'Flatten over lists of lists': /"path":\[[^\]]*"@","@"/,
  Condition: /"kind":"Condition"/,
  'input rewrites': /"inputRewrites":\[/,
  'output rewrites': /"outputRewrites":\[/,
  'requires by inline fragments': /"requires":\[(?:[^\]]*"selections":\[){2}[^\]]*"InlineFragment"/,
  mutations: /"operationKind":"mutation"/,
};

/** What the agencies are given to do for one operation. */
class Work {
  /** Each field of each thing that was answered. */
  readonly fields = new Set<string>();
  readonly run: Run & { readonly requests: Map<string, number> } = {
    ticks: 0,
    requests: new Map(),
    observe: (agency, { key }, typeName, fieldName) =>
      void this.fields.add(`${agency} ${typeName} ${key} ${fieldName}`),
  };

  get requests(): number {
    return [...this.run.requests.values()].reduce((sum, each) => sum + each, 0);
  }

  /** No agency is sent more requests than by the other one, nor asked for anything that the other does not ask for. */
  isWithin(other: Work): boolean {
    const { requests } = other.run;
    return (
      [...this.run.requests].every(([agency, count]) => count <= (requests.get(agency) ?? 0)) &&
      [...this.fields].every((field) => other.fields.has(field))
    );
  }

  toJSON(): unknown {
    return { requests: Object.fromEntries(this.run.requests), fields: [...this.fields].sort() };
  }
}

test(`the same answer as one program and as Apollo’s executor; seed ${SEED}`, { timeout: 600_000 }, async () => {
  const more = { joined: 0, apolloErred: 0, fewer: 0 };
  const planned = new Map(Object.keys(PARTS).map((part) => [part, 0]));
  const seen = await compare<Federation>({
    runs: RUNS,
    longest: { graph: 700, operation: 90 },
    draw(numbers) {
      const drawn = randomSupergraph(numbers);
      return 'refused' in drawn ? null : new Federation(drawn);
    },
    async answer(federation, numbers) {
      const operation = randomOperation(federation.apiSchema, numbers);
      if (operation === null) return 'invalid';
      const document = parse(operation.text);
      const plan = federation.plan(document);
      if (plan === null) return 'unplannable';
      const { variables } = operation;
      const asked = { plan, document, variables };
      const expected = await federation.monolith.answer(document, variables, { ticks: 0 });
      const apollosWork = new Work();
      const { run } = apollosWork;
      const apollos = await federation.reference(plan, document, variables, run);
      if (run.misplanned === true) return 'unplannable';
      const work = new Work();
      const ours = await federation.executor(asked, everythingPermitted(federation, work.run));
      // What both executors make of a plan, and no program would answer, is the plan's fault: see `MISPLANNED`.
      if (isDeepStrictEqual(apollos.data, ours.data) && !isDeepStrictEqual(ours.data, expected.data))
        return 'misplanned';
      if (JSON.stringify(ours.data) !== JSON.stringify(expected.data))
        throw new Error(told(federation, operation, plan, { expected, ours, apollos }));
      const text = JSON.stringify(plan);
      if (text.split('"kind":"Fetch"').length > 2) more.joined += 1;
      for (const [part, shape] of Object.entries(PARTS))
        if (shape.test(text)) planned.set(part, (planned.get(part) ?? 0) + 1);
      if (!isDeepStrictEqual(apollos.data, expected.data)) more.apolloErred += 1;
      else if (!work.isWithin(apollosWork)) throw new Error(told(federation, operation, plan, { work, apollosWork }));
      else if (work.requests < apollosWork.requests) more.fewer += 1;
      return 'answered';
    },
  });
  console.info(seen, more, Object.fromEntries(planned));
  for (const [part, count] of planned) expect(count, part).toBeGreaterThan(0);
  // Without these the comparison would say little.
  expect(more.joined).toBeGreaterThan(seen.answered / 3);
  expect(more.fewer).toBeGreaterThan(0);
  expect(more.apolloErred).toBeLessThan(seen.answered / 10);
  expect(seen.misplanned).toBeLessThan(seen.answered / 200);
  expect(seen.unplannable).toBeLessThan(seen.answered / 50);
  expect(seen.refused).toBeLessThan(seen.answered / 100);
});
