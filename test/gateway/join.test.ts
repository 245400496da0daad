import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type PassDraft, PassVerifier } from '../../auth/pass.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { Agency, type AgencyOptions } from '../../gateway/agency.ts';
import type { HubError } from '../../gateway/errors.ts';
import { type Conduct, http, type RawAgency, type RawRequest, startRawAgency } from './raw-agency.ts';
import { startWorld, type World } from './world.ts';

/** Reads that come at once share a request, and nothing else. */
const KEY = randomBytes(32);
const passOf = (caller: string): PassDraft => ({
  auditId: '00000000-0000-4000-8000-000000000001',
  caller: JSON.stringify({ id: caller, roles: ['coordinator'] }),
  purpose: null,
  grants: '[]',
});

interface Question {
  readonly variables: { readonly n: number };
  readonly extensions: { readonly pass: { readonly caller: { readonly id: string } }; readonly place?: number };
}

const asked = ({ body }: RawRequest): Question | Question[] => JSON.parse(body);
const answerTo = ({ variables, extensions: { place } }: Question): string =>
  JSON.stringify({ data: { n: variables.n }, ...(place === undefined ? {} : { extensions: { place } }) });
const line = (text: string): string => `${text}\n`;
/** Answers each operation with its number, an array as Apollo Server does. */
const well: Conduct = (socket, request) => {
  const question = asked(request);
  const body = Array.isArray(question) ? `[${question.map(answerTo).map(line).join(',')}]` : answerTo(question);
  socket.write(http(body));
};
/** Answers arrays in its own way, and one operation well. */
const together =
  (answer: (questions: Question[], ...conduct: Parameters<Conduct>) => unknown): Conduct =>
  (socket, request, nth) => {
    const question = asked(request);
    if (Array.isArray(question)) answer(question, socket, request, nth);
    else well(socket, request, nth);
  };

let raw: RawAgency;
let agency: Agency;
let observed: Parameters<AgencyOptions['observe']>[0][] = [];

beforeEach(async () => {
  raw = await startRawAgency(well);
  observed = [];
  agency = open();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all([raw.close(), agency.close()]);
});

function open(options: Partial<AgencyOptions> = {}): Agency {
  return new Agency({
    name: 'health',
    url: raw.url,
    passKey: KEY,
    timeout: 2_000,
    observe: (request) => observed.push(request),
    ...options,
  });
}

/** What was answered, or the fault, by number. */
const read = (n: number, more = '', mutation = false): Promise<unknown> =>
  agency.ask('query ($n: Int) { n }', `{"n":${n}${more}}`, passOf(`caller ${n}`), { mutation }).then(
    ({ data }) => data?.n,
    ({ detail }: HubError) => detail,
  );
const readAll = (count: number): Promise<unknown[]> => Promise.all(Array.from({ length: count }, (_, n) => read(n)));
/** Operations in each request that came. */
const sizes = (): number[] => raw.requests.map((request) => [asked(request)].flat().length);

describe('reads of one turn', () => {
  it('go together, four a request, each with its own pass, and each gets its own answer', async () => {
    expect(await readAll(10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(sizes()).toEqual([4, 4, 2]);
    const verifier = new PassVerifier(KEY, 'health');
    for (const request of raw.requests) {
      const { headers, path, body } = request;
      expect(verifier.verify(headers, path, Buffer.from(body), Date.now() / 1000)).toBeNull();
      for (const { variables, extensions } of asked(request) as Question[])
        expect(extensions.pass.caller.id).toBe(`caller ${variables.n}`);
    }
    expect(observed).toHaveLength(10);
  });

  it('go by themselves where only one comes, where a mutation or a long list does, and where the agency takes no more', async () => {
    expect(await read(1)).toBe(1);
    const long = `,"more":"${'x'.repeat(8 * 1024)}"`;
    expect(await Promise.all([read(1), read(2, '', true), read(3, '', true), read(4, long), read(5, long)])).toEqual([
      1, 2, 3, 4, 5,
    ]);
    expect(sizes()).toEqual([1, 1, 1, 1, 1, 1]);
    await agency.close();
    agency = open({ limits: { joined: 1 } });
    await readAll(3);
    expect(sizes().slice(6)).toEqual([1, 1, 1]);
  });
});

const placeless = (question: Question): Question => ({ ...question, extensions: { pass: question.extensions.pass } });

const answers = (body: (questions: Question[]) => string, options?: Parameters<typeof http>[1]): Conduct =>
  together((questions, socket) => socket.write(http(body(questions), options)));

const CONDUCT: readonly [what: string, conduct: Conduct, cause: RegExp][] = [
  ['refuses it', answers(() => '{"errors":[{"message":"no arrays"}]}', { status: 400 }), /request refused: status 400/],
  ['fails at it', answers(() => '', { status: 500 }), /answer broken: status 500/],
  ['answers one', answers(([first]) => answerTo(first as Question)), /answer broken: not the answers/],
  ['answers too few', answers((all) => `[${all.slice(0, -1).map(answerTo).map(line).join(',')}]`), /not the answers/],
  ['answers too many', answers((all) => `[${[...all, ...all].map(answerTo).map(line).join(',')}]`), /not the answers/],
  [
    'answers in another order',
    answers((all) => `[${all.toReversed().map(answerTo).map(line).join(',')}]`),
    /not the answers/,
  ],
  [
    'does not say whose answer is whose',
    answers((all) => `[${all.map(placeless).map(answerTo).map(line).join(',')}]`),
    /not the answers/,
  ],
  [
    'says it elsewhere',
    answers(
      (all) =>
        `[${all.map((each, at) => `{"extensions":{"place":${at}},${answerTo(placeless(each)).slice(1)}\n`).join(',')}]`,
    ),
    /not the answers/,
  ],
  ['answers on one line', answers((all) => `[${all.map(answerTo).join(',')}]`), /not the answers/],
  ['goes on after the array', answers((all) => `[${all.map(answerTo).map(line).join(',')}] `), /not the answers/],
  ['begins otherwise', answers((all) => `{${all.map(answerTo).map(line).join(',')}]`), /not the answers/],
  [
    'answers what is no JSON',
    answers(
      (all) =>
        `[${all
          .map((_, place) => `{"data":,"extensions":{"place":${place}}}`)
          .map(line)
          .join(',')}]`,
    ),
    /not JSON/,
  ],
  [
    'answers lists',
    answers((all) => `[${all.map((_, place) => `[7],"extensions":{"place":${place}}}\n`).join(',')}]`),
    /not JSON/,
  ],
  ['ends the connection', together((_all, socket) => socket.end()), /connection lost/],
  [
    'breaks off',
    together((_all, socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n[{')),
    /answer broken/,
  ],
  ['says nothing', together(() => {}), /timed out/],
  ['answers too much', answers((all) => `[${all.map(() => ' '.repeat(40_000)).join(',')}]`), /answer too large/],
];

describe('a slow agency', () => {
  it('is asked one by one, once it has taken more than a quarter of the time', async () => {
    raw.conduct = (...what) => setTimeout(well, 250, ...what);
    await agency.close();
    agency = open({ timeout: 800 });
    expect(await read(0)).toBe(0);
    expect(await readAll(3)).toEqual([0, 1, 2]);
    expect(sizes()).toEqual([1, 1, 1, 1]);
  });

  it('answers those too that share a request when it becomes slow', async () => {
    raw.conduct = (...what) => setTimeout(well, 1_300, ...what);
    const changes: unknown[] = [];
    await agency.close();
    agency = open({ onBreaker: (change) => changes.push(change) });
    expect(await readAll(24)).toEqual(Array.from({ length: 24 }, (_, n) => n));
    expect(sizes().filter((size) => size > 1)).toEqual([4, 4, 4, 4, 4, 4]);
    expect(changes).toEqual([]);
  });

  it('is not one for which the hub itself lets questions wait', async () => {
    raw.conduct = (...what) => setTimeout(well, 40, ...what);
    await agency.close();
    agency = open({ timeout: 1_000, limits: { underWay: 1 } });
    // Ten requests, one after another.
    expect(await readAll(40)).toHaveLength(40);
    expect(await readAll(4)).toEqual([0, 1, 2, 3]);
    expect(sizes()).toEqual(Array(11).fill(4));
  });

  it('and once it was silent', async () => {
    await agency.close();
    agency = open({ timeout: 100 });
    raw.conduct = () => {};
    expect(await read(0)).toBe('health: timed out');
    raw.conduct = well;
    expect(await readAll(3)).toEqual([0, 1, 2]);
    expect(sizes()).toEqual([1, 1, 1, 1]);
  });
});

describe('a request of several that comes to nothing', () => {
  it.each(CONDUCT)('the agency %s: each is asked by itself, and is answered', async (_what, conduct, cause) => {
    raw.conduct = conduct;
    await agency.close();
    agency = open({ timeout: 600, limits: { answer: 65_536 } });
    const started = performance.now();
    expect(await readAll(3)).toEqual([0, 1, 2]);
    expect(performance.now() - started).toBeLessThan(600);
    expect(sizes()).toEqual([3, 1, 1, 1]);
    const faults = observed.filter(({ fault }) => fault !== undefined);
    expect(faults).toMatchObject([{ fault: 'joined request' }]);
    expect(faults[0]?.cause).toMatch(cause);

    // For a while nobody shares a request, and then again.
    raw.conduct = well;
    expect(await readAll(3)).toEqual([0, 1, 2]);
    expect(sizes().slice(4)).toEqual([1, 1, 1]);
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + 10_001);
    expect(await readAll(3)).toEqual([0, 1, 2]);
    expect(sizes().slice(7)).toEqual([3]);
  });

  it.each(CONDUCT)(
    'the agency %s, many times at once: all are answered, and its breaker stays closed',
    async (_what, conduct) => {
      raw.conduct = conduct;
      await agency.close();
      const changes: unknown[] = [];
      agency = open({ onBreaker: (change) => changes.push(change), limits: { answer: 65_536 } });
      expect(await readAll(40)).toEqual(Array.from({ length: 40 }, (_, n) => n));
      expect(sizes().filter((size) => size === 4).length).toBeGreaterThan(5);
      expect(changes).toEqual([]);
    },
  );

  it.each<[string, (question: Question) => string | null, string]>([
    ['hangs', () => null, 'health: timed out'],
    ['is answered wrongly', (one) => answerTo(one).replace('{"n":1}', '7'), 'health: answer broken: data'],
  ])('for the one that %s: that one alone fails', async (_what, answer, fault) => {
    raw.conduct = (socket, request) => {
      const each = [asked(request)].flat().map((one) => (one.variables.n === 1 ? answer(one) : answerTo(one)));
      if (each.includes(null)) return;
      socket.write(http(each.length === 1 ? String(each[0]) : `[${(each as string[]).map(line).join(',')}]`));
    };
    await agency.close();
    agency = open({ timeout: 600 });
    expect(await readAll(4)).toEqual([0, fault, 2, 3]);
    expect(sizes()).toEqual([4, 1, 1, 1, 1]);
  });

  it('was not sent, as there is no room: nobody is asked for by themselves either', async () => {
    raw.conduct = () => {};
    await agency.close();
    agency = open({ timeout: 300, limits: { underWay: 1, waiting: 0 } });
    const first = read(0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await Promise.all([read(1), read(2)])).toEqual(['health: bulkhead', 'health: bulkhead']);
    expect(await first).toBe('health: timed out');
    expect(sizes()).toEqual([1]);
    expect(observed.map(({ cause }) => cause)).toEqual(['bulkhead', 'bulkhead', 'timed out']);
  });

  it('was not sent, as the agency fails: nor then', async () => {
    raw.conduct = (socket) => socket.write(http('', { status: 500 }));
    await agency.close();
    agency = open({ limits: { failures: 1 } });
    expect(await read(0)).toBe('health: answer broken: status 500');
    expect(await readAll(3)).toEqual(Array(3).fill('health: breaker open'));
    expect(sizes()).toEqual([1]);
    expect(observed.map(({ cause }) => cause).slice(1)).toEqual(Array(3).fill('breaker open'));
  });

  it('does not try whether an agency that failed is well again: one operation alone does', async () => {
    raw.conduct = (socket) => socket.write(http('', { status: 500 }));
    await agency.close();
    agency = open({ limits: { failures: 1, openFor: 50 } });
    await read(0);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await readAll(3))[0]).toBe('health: answer broken: status 500');
    expect(await read(0)).toBe('health: breaker open');
    expect(sizes()).toEqual([1, 1]);
  });
});

const VIEW = `query ($id: ID!) {
  client(id: $id, purpose: SERVICE_COORDINATION) {
    names { family } housing { id } employment { statusHistory { id } } medication { opioidSubstitution { product } }
  }
}`;

describe('through the hub', () => {
  it('callers whose questions share requests get what each is permitted, as if they had asked alone', {
    timeout: 120_000,
  }, async () => {
    const world: World = await startWorld({ count: 30 });
    try {
      const users = ['coordinator', 'social-worker', 'health-professional', 'employment-specialist'];
      const alone = new Map<string, unknown>();
      for (const user of users) alone.set(user, (await world.ask(user, VIEW, { id: CLIENT_ONE })).data);
      expect(new Set([...alone.values()].map((data) => JSON.stringify(data))).size).toBeGreaterThan(1);
      world.forgetRequests();
      const mixed = (): number =>
        Object.values(world.wires)
          .flatMap(({ requests }) => requests.map((body) => [JSON.parse(body)].flat() as Question[]))
          .filter((all) => new Set(all.map(({ extensions }) => extensions.pass.caller.id)).size > 1).length;
      // The first that came to nothing would be the last for a while; on a busy machine few come in one turn, and a slow agency is asked one by one.
      const enough = Object.keys(world.wires).length + 1;
      const until = performance.now() + 60_000;
      for (let round = 0; round < 5 || (mixed() < enough && performance.now() < until); round += 1) {
        const asking = [...users, ...users, ...users].map(async (user) => {
          const { data } = await world.ask(user, VIEW, { id: CLIENT_ONE });
          expect([user, data]).toEqual([user, alone.get(user)]);
        });
        await Promise.all(asking);
      }
      expect(mixed()).toBeGreaterThanOrEqual(enough);
    } finally {
      await world.close();
    }
  });
});
