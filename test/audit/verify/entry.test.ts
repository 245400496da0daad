import { createHash, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../../audit/canonical.ts';
import { EntryCheck } from '../../../audit/verify/entry.ts';
import { Findings } from '../../../audit/verify/findings.ts';
import { isCanonical } from '../../../audit/verify/json.ts';
import { ALL_CATEGORIES, ALL_SOURCES } from '../../../audit/verify/vocabulary.ts';
import { isShareable } from '../../../consent/tables.ts';
import { AGENCIES, CATEGORY_NAMES } from '../../../schema/categories.ts';
import { entryWith } from '../entries.ts';

const sound = (text: string): boolean => isCanonical(text, JSON.parse(text));

describe('canonical JSON (RFC 8785)', () => {
  it.each([
    '{}',
    '[]',
    '{"":1,"a":2}',
    '{"10":1,"9":2}',
    '{"1":{"a":[1,2.5,1e+30,null,true]},"a":"é€😀"}',
    '{"a":"\\\\ud800"}',
    '{"a":"\\u000f\\n\\"\\\\"}',
    '{"__proto__":1,"constructor":2}',
    // The RFC’s own order (§ 3.2.3): code units, not code points.
    '{"\u{1f600}":1,"\ufb33":2}',
  ])('%s', (text) => expect(sound(text)).toBe(true));

  it.each([
    '{ }',
    '{"b":1,"a":2}',
    '{"9":1,"10":2}',
    '{"a":{"c":1,"b":2}}',
    '{"a":1,"a":1}',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":1e30}',
    '{"a":"\\u0041"}',
    '{"a":"\\/"}',
    '{"a":"\\u00e9"}',
    '{"a":"\\ud800"}',
    '{"a":"\\\\\\ud800"}',
    ' {}',
  ])('not %s', (text) => expect(sound(text)).toBe(false));

  it('is what the log writes, whatever it is given', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        let text: string;
        try {
          text = canonicalize(value);
        } catch {
          return true;
        }
        return sound(text);
      }),
    );
  });
});

describe('“all” in a consent event', () => {
  it('is all that the hub has now: a category or a sector that is added adds a line to vocabulary.ts', () => {
    expect(ALL_CATEGORIES.at(-1)).toEqual(CATEGORY_NAMES.filter(isShareable));
    expect(ALL_SOURCES.at(-1)).toEqual(Object.keys(AGENCIES));
  });
});

type Given = { at?: string; kind?: string; erased?: unknown; columns?: string };

/** What is found in a log of these entries; null stands for an erased one, made at a time. */
function found(entries: readonly (Given | { erasedAt: string } | null)[]): unknown[] {
  const findings = new Findings();
  const check = new EntryCheck(findings);
  for (const [index, given] of entries.entries()) {
    if (given === null || 'erasedAt' in given) {
      const at = given?.erasedAt ?? '2010-01-01T00:00:00.000Z';
      const columns = JSON.stringify([randomUUID(), at, 'QUERY', ...Array(5).fill(null), ...Array(4).fill('{}')]);
      check.add({ index, commitment: randomBytes(32), salt: null, body: null, columns });
      continue;
    }
    const body = canonicalize(entryWith(given as never));
    const salt = randomBytes(32);
    const commitment = createHash('sha256').update(salt).update(body).digest();
    check.add({ index, commitment, salt, body });
  }
  check.end();
  return findings.kept.map(({ code, index, until }) => [code, index, ...(until === undefined ? [] : [until])]);
}

const erasing = (...ranges: unknown[]): Given => ({
  kind: 'ERASED',
  at: '2026-01-01T00:00:00.000Z',
  erased: { ranges, count: 1, rule: 'TWELVE_YEARS', citation: '' },
});

describe('an erased entry', () => {
  it('is accepted when an entry of the log declares it, at once or range by range', () => {
    expect(found([{}, null, null, {}, erasing([1, 3])])).toEqual([]);
    expect(found([null, null, null, erasing([0, 1]), erasing([1, 3])])).toEqual([]);
    expect(found([null, null, null, erasing([2, 3], [0, 2])])).toEqual([]);
  });

  it('is none that no entry declares', () => {
    expect(found([{}, null, {}])).toEqual([['ENTRY_ERASED', 1]]);
    expect(found([null, null, null, erasing([0, 1])])).toEqual([['ENTRY_ERASED', 1, 3]]);
    expect(found([null, null, null, erasing([0, 1], [2, 3])])).toEqual([['ENTRY_ERASED', 1]]);
    expect(found([null, null, null, erasing([1, 3])])).toEqual([['ENTRY_ERASED', 0]]);
  });

  it('is none that is declared before it was logged, or by nonsense', () => {
    expect(found([erasing([1, 2]), null])).toEqual([['ENTRY_ERASED', 1]]);
    for (const nonsense of [['0', '1'], [0], [null, 1], 'x', null, [[0, 1]]]) {
      expect(found([null, erasing(nonsense)])).toEqual([['ENTRY_ERASED', 0]]);
    }
    expect(found([null, { kind: 'ERASED', erased: null }])).toEqual([['ENTRY_ERASED', 0]]);
    expect(found([null, { kind: 'QUERY', erased: { ranges: [[0, 1]] } }])).toEqual([['ENTRY_ERASED', 0]]);
  });

  it('is none that is declared before its twelve years have passed', () => {
    expect(found([{ erasedAt: '2014-01-01T00:00:00.000Z' }, erasing([0, 1])])).toEqual([]);
    expect(found([{ erasedAt: '2014-01-01T00:00:00.001Z' }, erasing([0, 1])])).toEqual([['ENTRY_ERASED', 0]]);
    expect(found([null, { erasedAt: '2020-01-01T00:00:00.000Z' }, null, erasing([0, 3])])).toEqual([
      ['ENTRY_ERASED', 0, 3],
    ]);
  });
});

describe('findings', () => {
  it('are counted when there are many, and the first stays known', () => {
    const findings = new Findings();
    for (let index = 100_000; index > 0; index -= 1) findings.add({ code: 'X', index, message: '' });
    findings.add({ code: 'Y', message: '' });
    expect(findings.kept.length).toBe(50);
    expect(findings.counts).toEqual({ X: 100_000, Y: 1 });
    expect(findings.first?.index).toBe(1);
  });
});
