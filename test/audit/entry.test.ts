import { createHash, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { canonicalize } from '../../audit/canonical.ts';
import type { AuditEntry, Disclosure } from '../../audit/entry.ts';
import { keepText, readEntry, sealEntry } from '../../audit/written.ts';
import { AGENCIES, type Agency, CATEGORY_NAMES, type CategoryName } from '../../schema/categories.ts';
import { disclosureOf, entryWith } from './entries.ts';

const texts = fc.string({ unit: fc.oneof(fc.constantFrom('a', '"', '\\', '\n', 'ä', '€', '𝒜'), fc.string()) });
const category = fc.constantFrom(...CATEGORY_NAMES);

/** Every member that there may be, so that one that is added is drawn too. */
const disclosures = fc.array(
  fc.record<Required<Disclosure>, keyof Omit<Disclosure, 'withheld'>>(
    {
      // Mostly the same ones again: then they are told together.
      client: fc.oneof(fc.constantFrom('a', 'b', null), texts),
      source: fc.constantFrom(...(Object.keys(AGENCIES) as Agency[])),
      permitted: fc.array(
        fc.record<Required<Disclosure['permitted'][number]>, 'category' | 'basis' | 'reference'>(
          {
            category,
            basis: fc.constantFrom('CONSENT', 'STATUTE'),
            reference: fc.option(fc.oneof(fc.constant('r'), texts)),
            register: fc.constant('OWN'),
          },
          { requiredKeys: ['category', 'basis', 'reference'], noNullPrototype: true },
        ),
        { maxLength: 3 },
      ),
      denied: fc.array(
        fc.record(
          {
            category,
            reason: fc.oneof(fc.constant('NO_BASIS'), texts),
            detail: fc.oneof(fc.constant('NO_CONSENT'), texts),
          },
          { noNullPrototype: true },
        ),
        {
          maxLength: 3,
        },
      ),
      epoch: fc.constantFrom('1', '1', '1', String(2n ** 63n - 1n)),
      records: fc.nat(),
      withheld: texts,
    },
    { requiredKeys: ['client', 'source', 'permitted', 'denied', 'epoch', 'records'], noNullPrototype: true },
  ),
);

describe('an entry that is sealed', () => {
  const entries: fc.Arbitrary<AuditEntry> = fc
    .record({ disclosures, unit: texts, refusal: fc.option(texts, { nil: undefined }) })
    .map(({ unit, refusal, disclosures }) =>
      entryWith({
        caller: { id: null, roles: [], unit },
        disclosures,
        ...(refusal === undefined ? {} : { refusal }),
      }),
    );

  test('is a canonical text that says the same, its length in bytes, and the commitment to both salt and text', () => {
    fc.assert(
      fc.property(entries, fc.nat({ max: 3 }), fc.nat({ max: 3 }), (entry, from, until) => {
        // Some of its disclosures were told before, together or with others.
        keepText(entry.disclosures.slice(from, from + until).filter(isFirstOfItsSource));
        const { body, length, salt, commitment } = sealEntry(entry);
        expect(body).toBe(canonicalize(JSON.parse(body)));
        expect(inOrder(readEntry(body))).toEqual(inOrder(entry));
        expect(length).toBe(Buffer.byteLength(body));
        expect(commitment).toEqual(createHash('sha256').update(salt).update(body).digest());
      }),
      { numRuns: 1_000 },
    );
  });

  test('tells once what sources have in common', () => {
    const reference = randomUUID();
    const permits = (...categories: CategoryName[]) =>
      categories.map((category) => ({ category, basis: 'CONSENT' as const, reference }));
    const denied = [{ category: 'HOUSING' as const, reason: 'NO_BASIS', detail: 'NO_CONSENT' }];
    const [one, other] = [randomUUID(), randomUUID()];
    const { body } = sealEntry(
      entryWith({
        disclosures: [
          disclosureOf(one, { source: 'PRISON_SERVICE', permitted: permits('CUSTODY'), withheld: 'a statute' }),
          disclosureOf(one, { source: 'HEALTH_CARE', permitted: permits('MEDICATION', 'WORK_ABILITY') }),
          disclosureOf(one, { source: 'SOCIAL_SERVICES', permitted: [], denied, records: 0 }),
          disclosureOf(other, { permitted: permits('MEDICATION') }),
        ],
      }),
    );
    const categories = { HEALTH_CARE: ['MEDICATION', 'WORK_ABILITY'], PRISON_SERVICE: ['CUSTODY'] };
    expect(JSON.parse(body).disclosures).toEqual([
      {
        client: one,
        epoch: '1',
        permitted: [{ basis: 'CONSENT', from: categories, reference }],
        denied: [{ detail: 'NO_CONSENT', from: { SOCIAL_SERVICES: ['HOUSING'] }, reason: 'NO_BASIS' }],
        sources: [
          { source: 'PRISON_SERVICE', records: 1, withheld: 'a statute' },
          { source: 'HEALTH_CARE', records: 1 },
          { source: 'SOCIAL_SERVICES', records: 0 },
        ],
      },
      {
        client: other,
        epoch: '1',
        permitted: [{ basis: 'CONSENT', from: { HEALTH_CARE: ['MEDICATION'] }, reference }],
        denied: [],
        sources: [{ source: 'HEALTH_CARE', records: 1 }],
      },
    ]);
  });

  test('tells again what was told before only where all of it is told again', () => {
    const [one, other, third] = (['HEALTH_CARE', 'HUB', 'KELA'] as const).map((source) =>
      disclosureOf('a', { source }),
    ) as [Disclosure, Disclosure, Disclosure];
    keepText([one, other]);
    for (const told of [[one], [one, third], [one, other, third]]) {
      const entry = entryWith({ disclosures: told });
      expect(readEntry(sealEntry(entry).body)).toEqual(entry);
    }
  });

  test('is read as it was written before, a disclosure by itself', () => {
    const entry = entryWith({ disclosures: [disclosureOf(randomUUID()), disclosureOf(randomUUID())] });
    expect(readEntry(canonicalize(entry))).toEqual(entry);
  });

  it.each(['client', 'withheld'])('is refused with a half pair of surrogates in %s', (member) => {
    const disclosure: Disclosure = {
      client: null,
      source: 'HUB',
      permitted: [],
      denied: [],
      epoch: '0',
      records: 0,
      [member]: '\ud800',
    };
    expect(() => sealEntry(entryWith({ disclosures: [disclosure] }))).toThrow(TypeError);
  });
});

function isFirstOfItsSource(one: Disclosure, place: number, all: readonly Disclosure[]): boolean {
  const [{ client, epoch }] = all as [Disclosure];
  return one.client === client && one.epoch === epoch && all.findIndex(({ source }) => source === one.source) === place;
}

/** What is permitted and denied by one source is a set. */
function inOrder({ disclosures, ...same }: AuditEntry): AuditEntry {
  const sorted = <T>(all: readonly T[]): T[] =>
    all.toSorted((one, other) => (canonicalize(one) < canonicalize(other) ? -1 : 1));
  return {
    ...same,
    disclosures: disclosures.map(({ permitted, denied, ...told }) => ({
      ...told,
      permitted: sorted(permitted),
      denied: sorted(denied),
    })),
  };
}
