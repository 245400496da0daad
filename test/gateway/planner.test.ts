import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { composeServices } from '@apollo/composition';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Planner, type PlannerOptions, startPlanner } from '../../gateway/planner.ts';
import { readOperations } from '../../gateway/trusted.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OURS = readFileSync(join(ROOT, 'schema/supergraph.graphql'), 'utf8');
const OPERATIONS = readOperations(join(ROOT, 'gateway/operations'));

let planners: Planner[] = [];
afterEach(async () => {
  await Promise.all(planners.map((planner) => planner.close()));
  planners = [];
});

function planner(supergraphSdl: string, options: Partial<PlannerOptions> = {}): Planner {
  const started = startPlanner({ supergraphSdl, ...options });
  planners.push(started);
  return {
    ready: () => started.ready(),
    plan: (document, operationName) => started.plan(document, operationName),
    close: () => started.close(),
  };
}

async function codeOf(plan: Promise<unknown>): Promise<string> {
  return plan.then(
    () => 'planned',
    (error: { code: string }) => error.code,
  );
}

describe('a plan', () => {
  it('of every trusted document is the one that the planner makes in this process', async () => {
    const { plan } = planner(OURS);
    const supergraph = Supergraph.build(OURS);
    const here = new QueryPlanner(supergraph, { generateQueryFragments: false, reuseQueryFragments: false });
    expect(OPERATIONS.length).toBeGreaterThan(20);
    for (const { name, text } of OPERATIONS) {
      const expected = here.buildQueryPlan(operationFromDocument(supergraph.apiSchema(), parse(text)));
      const made = await plan(text, null);
      expect(made, name).toEqual(JSON.parse(JSON.stringify(expected)));
      expect(made.node, name).toBeDefined();
    }
  });

  it('is of the operation that is named', async () => {
    const { plan } = planner(OURS);
    const client = 'client(id: "c", purpose: SERVICE_COORDINATION) { id }';
    const document = `query a { ${client} } query b { ${client} }`;
    expect(await plan(document, 'b')).toMatchObject({ node: { kind: 'Fetch', operationName: 'b__clients__0' } });
    expect(await plan(document, 'a')).toMatchObject({ node: { kind: 'Fetch', operationName: 'a__clients__0' } });
  });

  it('that the planner cannot make is told by its class, and does not end the thread', async () => {
    const { plan } = planner(OURS);
    const error = await plan('{ noSuchFieldOf010190 }', null).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL', message: 'The hub failed.' });
    expect(error.detail).toMatch(/^planner: \w+( \w+)?$/);
    expect(error.detail).not.toContain('010190');
    expect(await codeOf(plan('{ client(id: "c", purpose: SERVICE_COORDINATION) { id } }', null))).toBe('planned');
  });

  it('longer than what is read on the event loop is refused', async () => {
    const { plan } = planner(OURS, { timeout: 30_000 });
    const many = Array.from(
      { length: 1_000 },
      (_, i) => `a${i}: client(id: "${'c'.repeat(5_000)}", purpose: SERVICE_COORDINATION) { id }`,
    );
    expect(await codeOf(plan(`{ ${many.join(' ')} }`, null))).toBe('PLAN_TOO_LARGE');
  });
});

describe('a document whose plan explodes', () => {
  let explosive: string;
  beforeAll(() => {
    explosive = explosiveSupergraph();
  });

  it('is given up in time, then refused unseen; what waits behind it and comes after is planned', async () => {
    const { plan, ready } = planner(explosive, { timeout: 500 });
    await ready();
    const asked = [nested(5), '{ t { id } }', nested(5), '{ t { f0 } }'].map((document) =>
      codeOf(plan(document, null)),
    );
    expect(await Promise.all(asked)).toEqual(['PLAN_TOO_COSTLY', 'planned', 'PLAN_TOO_COSTLY', 'planned']);
    const started = performance.now();
    for (let i = 0; i < 20; i += 1) expect(await codeOf(plan(nested(5), null))).toBe('PLAN_TOO_COSTLY');
    expect(performance.now() - started).toBeLessThan(400);
    // Another document, however like the first, is another.
    expect(await codeOf(plan(nested(6), null))).toBe('PLAN_TOO_COSTLY');
    expect(await codeOf(plan('{ t { f1 } }', null))).toBe('planned');
  });

  it('leaves the event loop free meanwhile', async () => {
    const { plan, ready } = planner(explosive, { timeout: 1_000 });
    await ready();
    let [largest, last] = [0, performance.now()];
    const timer = setInterval(() => {
      const now = performance.now();
      [largest, last] = [Math.max(largest, now - last), now];
    }, 5);
    const started = last;
    expect(await codeOf(plan(nested(5), null))).toBe('PLAN_TOO_COSTLY');
    clearInterval(timer);
    expect(performance.now() - started).toBeGreaterThanOrEqual(990);
    // Planned here, it would be all of the second.
    expect(largest).toBeLessThan(250);
  });

  it('ends its thread, and not the process, when it fills the memory', async () => {
    const { plan, ready } = planner(explosive, { timeout: 60_000, memory: 40 });
    await ready();
    const wide = `{ t { ${Array.from({ length: 300_000 }, (_, i) => `a${i}: f0`).join(' ')} } }`;
    expect(await codeOf(plan(wide, null))).toBe('PLAN_TOO_COSTLY');
    expect(await codeOf(plan(wide, null))).toBe('PLAN_TOO_COSTLY');
    expect(await codeOf(plan('{ t { f0 } }', null))).toBe('planned');
  });

  it('lets no more than so many wait', async () => {
    const { plan, ready } = planner(explosive, { timeout: 500, waiting: 2 });
    await ready();
    const slow = codeOf(plan(nested(5), null));
    const waiting = ['{ t { f0 } }', '{ t { f1 } }'].map((document) => codeOf(plan(document, null)));
    expect(await codeOf(plan('{ t { f2 } }', null))).toBe('OVERLOADED');
    expect(await Promise.all([slow, ...waiting])).toEqual(['PLAN_TOO_COSTLY', 'planned', 'planned']);
    expect(await codeOf(plan('{ t { f2 } }', null))).toBe('planned');
  });

  it('is not blamed for a loop that was held up itself', async () => {
    const { plan, ready } = planner(OURS, { timeout: 300 });
    await ready();
    const answer = codeOf(plan('{ client(id: "c", purpose: SERVICE_COORDINATION) { id } }', null));
    // The thread has the question by then.
    await new Promise(setImmediate);
    const until = performance.now() + 900;
    while (performance.now() < until);
    expect(await answer).toBe('planned');
  });
});

describe('a thread', () => {
  it('that cannot read the supergraph says why, and is not started again and again', async () => {
    const { plan, ready } = planner('type Query { a: Int }');
    await expect(ready()).rejects.toMatchObject({
      code: 'INTERNAL',
      detail: expect.stringMatching(/^planner: .*supergraph/i),
    });
    const started = performance.now();
    const details: string[] = [];
    for (let i = 0; i < 20; i += 1)
      details.push(await plan(`{ a${i}: a }`, null).then(String, ({ detail }: { detail: string }) => detail));
    // The second one at once, further ones after a pause.
    expect(new Set(details.slice(1))).toEqual(new Set(['planner: failed repeatedly, starts again later']));
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect.poll(() => plan('{ a }', null).catch(({ detail }) => detail)).toMatch(/supergraph/i);
  });

  it('that dies of its own says so to those who wait', async () => {
    const { plan, ready } = planner(OURS, { memory: 6 });
    const died = { code: 'INTERNAL', detail: expect.stringContaining('ERR_WORKER_OUT_OF_MEMORY') };
    const plans = ['{ __typename }', '{ a: __typename }'].map((document) =>
      plan(document, null).catch((error) => error),
    );
    await expect(ready()).rejects.toMatchObject(died);
    expect((await Promise.all(plans))[0]).toMatchObject(died);
  });

  it('keeps no process alive, unless somebody waits', () => {
    const script = (rest: string) => `
      import { readFileSync } from 'node:fs';
      import { register } from 'tsx/esm/api';
      register();
      const { startPlanner } = await import('./gateway/planner.ts');
      const planner = startPlanner({ supergraphSdl: readFileSync('schema/supergraph.graphql', 'utf8') });
      ${rest}`;
    const run = (rest: string) =>
      spawnSync(process.execPath, ['--input-type=module', '-e', script(rest)], {
        cwd: ROOT,
        encoding: 'utf8',
        timeout: 60_000,
      });
    const left = run(
      `console.log((await planner.plan('{ client(id: "c", purpose: SERVICE_COORDINATION) { id } }', null)).kind);`,
    );
    expect(left).toMatchObject({ status: 0, stdout: 'QueryPlan\n', stderr: '' });
    const closed = run(`await planner.ready(); await planner.close(); console.log('closed');`);
    expect(closed).toMatchObject({ status: 0, stdout: 'closed\n', stderr: '' });
  });
});

describe('close', () => {
  it('plans what it has, and takes no more', async () => {
    const { plan, close } = planner(OURS);
    const asked = OPERATIONS.slice(0, 5).map(({ text }) => codeOf(plan(text, null)));
    const closed = close();
    expect(await codeOf(plan('{ __typename }', null))).toBe('SHUTTING_DOWN');
    expect(await Promise.all(asked)).toEqual(Array(5).fill('planned'));
    await closed;
    await close();
  });

  it('does not wait for a thread that nobody waits for', async () => {
    const { close, ready } = planner(OURS);
    const outcome = codeOf(ready());
    await close();
    expect(await outcome).toBe('INTERNAL');
  });
});

/** Twelve subgraphs of which each lacks one of twelve shared fields: no one of them answers, and every choice can be combined. */
function explosiveSupergraph(): string {
  const head = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable"])\n';
  const fields = (lacking: number) =>
    Array.from({ length: 12 }, (_, i) => (i === lacking ? '' : `f${i}: Int @shareable`)).join(' ');
  const sdls = [
    'type Query { t: T } type T @key(fields: "id") { id: ID! }',
    ...Array.from({ length: 12 }, (_, i) => `type T @key(fields: "id") { id: ID! t: T @shareable ${fields(i)} }`),
  ];
  const { supergraphSdl, errors } = composeServices(
    sdls.map((sdl, i) => ({ name: `s${i}`, url: `http://s${i}`, typeDefs: parse(head + sdl) })),
  );
  if (supergraphSdl === undefined) throw new TypeError(String(errors));
  return supergraphSdl;
}

/** Asks all of them, so many levels deep: from four on, planning takes minutes. */
function nested(depth: number): string {
  const fields = Array.from({ length: 12 }, (_, i) => `f${i}`).join(' ');
  return `{ t { ${`${fields} t { `.repeat(depth)}${fields}${' }'.repeat(depth)} } }`;
}
