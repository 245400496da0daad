import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { canonicalize } from '../../audit/canonical.ts';
import { type AuditEntry, type Disclosure, keepText, sealEntry } from '../../audit/entry.ts';
import { AGENCIES, type Agency, CATEGORY_NAMES } from '../../schema/categories.ts';
import { entryWith } from './entries.ts';

const texts = fc.string({ unit: fc.oneof(fc.constantFrom('a', '"', '\\', '\n', 'ä', '€', '𝒜'), fc.string()) });
const category = fc.constantFrom(...CATEGORY_NAMES);

/** Every member that there may be, so that one that is added is drawn too. */
const disclosures = fc.array(
  fc.record<Required<Disclosure>, keyof Omit<Disclosure, 'withheld'>>(
    {
      client: fc.option(fc.oneof(fc.uuid(), texts)),
      source: fc.constantFrom(...(Object.keys(AGENCIES) as Agency[])),
      permitted: fc.array(
        fc.record<Required<Disclosure['permitted'][number]>, 'category' | 'basis' | 'reference'>(
          {
            category,
            basis: fc.constantFrom('CONSENT', 'STATUTE'),
            reference: fc.option(texts),
            register: fc.constant('OWN'),
          },
          { requiredKeys: ['category', 'basis', 'reference'], noNullPrototype: true },
        ),
        { maxLength: 3 },
      ),
      denied: fc.array(fc.record({ category, reason: texts, detail: texts }, { noNullPrototype: true }), {
        maxLength: 3,
      }),
      epoch: fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map(String),
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

  test('is the canonical text of it, its length in bytes, and the commitment to both salt and text', () => {
    fc.assert(
      fc.property(entries, fc.nat({ max: 2 }), (entry, kept) => {
        // Some of its disclosures were told before.
        entry.disclosures.slice(kept).forEach(keepText);
        const { body, length, salt, commitment } = sealEntry(entry);
        expect(body).toBe(canonicalize(entry));
        expect(length).toBe(Buffer.byteLength(body));
        expect(commitment).toEqual(createHash('sha256').update(salt).update(body).digest());
      }),
      { numRuns: 1_000 },
    );
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
