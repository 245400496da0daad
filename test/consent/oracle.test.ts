import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createBases } from '../../consent/bases.ts';
import { decide } from '../../consent/decide.ts';
import type { Verdict } from '../../consent/decision.ts';
import { NOW } from './harness.ts';
import { type Reading, readPage, readTie } from './oracle.ts';
import { cases, runs } from './random-cases.ts';

function readingOf(verdict: Verdict): Reading {
  const { decision, ...rest } = verdict;
  const beside = 'beside' in rest && rest.beside !== undefined ? { beside: readingOf(rest.beside) } : {};
  return { open: decision === 'PERMIT', ...rest, ...beside } as Reading;
}

test('decide and the second reading of consent.md agree, to the letter, on random cases', () => {
  fc.assert(
    fc.property(cases, ({ request, facts, off }) => {
      const decision = decide(request, facts, NOW, createBases({ off }));
      const { relationship, flagged } = decision;
      expect({ relationship, flagged }).toEqual(readTie(request, facts, NOW));
      for (const [category, verdict] of decision.categories) {
        const second = readPage(request, category, facts, NOW, off);
        if (!isSame(readingOf(verdict), second))
          expect({ category, ...readingOf(verdict) }).toEqual({ category, ...second });
      }
    }),
    runs(100_000),
  );
}, 600_000);

// expect() on each of two million verdicts would take minutes.
function isSame(a: Reading, b: Reading): boolean {
  return lineOf(a) === lineOf(b);
}

function lineOf(reading: Reading): string {
  const { beside, ...rest } = reading as Reading & { readonly beside?: Reading };
  return `${JSON.stringify(rest, Object.keys(rest).sort())} ${beside === undefined ? '' : lineOf(beside)}`;
}
