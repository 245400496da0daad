import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { FactsCache } from '../../consent/cache.ts';
import type { ClientFacts } from '../../consent/decision.ts';
import { loadFacts } from '../../consent/facts.ts';
import { grantConsent } from '../../consent/ledger.ts';
import { BY_CLIENT, clientNumber, consentDraft, type LedgerDatabase, openLedger } from './ledger-harness.ts';

let ledger: LedgerDatabase;
/** Ids of each statement, oldest first. */
let statements: string[][];
let seen: [hits: number, misses: number];
/** Held back until it resolves, after the statement has run. */
let held: Promise<void> | undefined;

beforeAll(async () => {
  ledger = await openLedger();
  for (let n = 1; n <= 5; n += 1) await grant(n);
});
afterAll(() => ledger.end());
beforeEach(() => {
  statements = [];
  seen = [0, 0];
  held = undefined;
});

function open(capacity = 100): FactsCache {
  return new FactsCache({
    capacity,
    async read(ids) {
      statements.push([...ids]);
      const facts = await loadFacts(ledger.gateway, ids);
      await held;
      return facts;
    },
    observe(hits, misses) {
      seen = [seen[0] + hits, seen[1] + misses];
    },
  });
}

const grant = (n: number) => grantConsent(ledger.consents, consentDraft(clientNumber(n)), BY_CLIENT);
const ids = (...numbers: number[]): string[] => numbers.map(clientNumber);
const epochOf = async (cache: FactsCache, n: number): Promise<bigint | undefined> =>
  (await cache.load(ids(n))).get(clientNumber(n))?.epoch;

describe('kept facts', () => {
  test('serve without a statement; all that are not kept come with one', async () => {
    const cache = open();
    cache.listening();
    await cache.load(ids(1, 2));
    const all = await cache.load(ids(1, 2, 3, 4, 1));
    expect(statements).toEqual([ids(1, 2), ids(3, 4)]);
    expect([...all.keys()].sort()).toEqual(ids(1, 2, 3, 4));
    expect(all).toEqual(await loadFacts(ledger.gateway, ids(1, 2, 3, 4)));
    await cache.load(ids(1, 2, 3, 4));
    expect(statements).toHaveLength(2);
    expect([seen, cache.size]).toEqual([[6, 4], 4]);
  });

  test('that the caller cannot use are read anew, with the same statement as the others', async () => {
    const cache = open();
    cache.listening();
    await cache.load(ids(1, 2));
    await cache.load(ids(1, 2, 3), ({ clientId }) => clientId !== clientNumber(2));
    expect(statements.at(-1)).toEqual(ids(2, 3));
  });

  test('are bounded: who was not asked for the longest goes first', async () => {
    const cache = open(2);
    cache.listening();
    await cache.load(ids(1, 2));
    await cache.load(ids(1));
    await cache.load(ids(3));
    await cache.load(ids(1, 3));
    expect([cache.size, statements.length]).toEqual([2, 2]);
    await cache.load(ids(2));
    expect(statements).toHaveLength(3);
  });

  test('0 keeps nobody', async () => {
    const cache = open(0);
    cache.listening();
    await cache.load(ids(1));
    await cache.load(ids(1));
    expect([cache.size, statements.length]).toEqual([0, 2]);
  });

  test('are of clients whom the ledger knows: made-up ids push nobody out', async () => {
    const cache = open(2);
    cache.listening();
    await cache.load(ids(1));
    for (let n = 0; n < 5; n += 1) await cache.load([randomUUID()]);
    await cache.load(ids(1));
    expect([cache.size, statements.length]).toEqual([1, 6]);
  });
});

describe('news', () => {
  test('of a later epoch ends what is kept; of the same or an earlier one it does not', async () => {
    const cache = open();
    cache.listening();
    const epoch = (await epochOf(cache, 1)) as bigint;
    cache.heard(`${clientNumber(1)}:${epoch}`);
    cache.heard(`${clientNumber(2)}:99`);
    await epochOf(cache, 1);
    expect(statements).toHaveLength(1);
    const { epoch: next } = await grant(1);
    cache.heard(`${clientNumber(1)}:${next}`);
    expect(await epochOf(cache, 1)).toBe(next);
    expect(statements).toHaveLength(2);
  });

  test.each(['', 'x', 'consent:1', `${clientNumber(1)}:0`, `${clientNumber(1)}:-1`, `${clientNumber(1)}:1; DROP`])(
    'that cannot be read, %j, may be about anyone',
    async (news) => {
      const cache = open();
      cache.listening();
      await cache.load(ids(1, 2));
      cache.heard(news);
      expect(cache.size).toBe(0);
    },
  );

  test('that overtakes the answer: the older read serves once and is not kept', async () => {
    const cache = open();
    cache.listening();
    let release = (): void => {};
    held = new Promise((resolve) => {
      release = resolve;
    });
    const old = cache.load(ids(3));
    while ((await ledger.gateway.query('SELECT 1')).rowCount === 0 || statements.length === 0);
    await ledger.gateway.query('SELECT pg_sleep(0.05)');
    const { epoch } = await grant(3);
    cache.heard(`${clientNumber(3)}:${epoch}`);
    release();
    expect((await old).get(clientNumber(3))?.epoch).toBe(epoch - 1n);
    held = undefined;
    expect(cache.size).toBe(0);
    expect(await epochOf(cache, 3)).toBe(epoch);
  });
});

describe('nobody listens', () => {
  test('at first, or any more: every load goes to the ledger and nothing is kept', async () => {
    const cache = open();
    await cache.load(ids(1));
    await cache.load(ids(1));
    expect([cache.size, statements.length]).toEqual([0, 2]);
    cache.listening();
    await cache.load(ids(1));
    expect([cache.size, cache.isListening]).toEqual([1, true]);
    cache.lost();
    expect([cache.size, cache.isListening]).toEqual([0, false]);
    await cache.load(ids(1));
    expect([cache.size, statements.length]).toEqual([0, 4]);
  });

  test.each<[string, (cache: FactsCache) => void]>([
    ['lost', (cache) => cache.lost()],
    [
      'lost and found again',
      (cache) => {
        cache.lost();
        cache.listening();
      },
    ],
  ])('a read begun before the line was %s is not kept', async (_what, happen) => {
    const cache = open();
    cache.listening();
    const read: Promise<ReadonlyMap<string, ClientFacts>> = cache.load(ids(1));
    happen(cache);
    await read;
    expect(cache.size).toBe(0);
  });

  test('a ledger that fails keeps nothing and says so', async () => {
    const cache = new FactsCache({ capacity: 5, read: () => Promise.reject(new Error('down')) });
    cache.listening();
    await expect(cache.load(ids(1))).rejects.toThrow('down');
    expect(cache.size).toBe(0);
  });
});
