import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { ALL_BASES, createBases } from '../../consent/bases.ts';
import { decide } from '../../consent/decide.ts';
import type { ClientFacts, Decision } from '../../consent/decision.ts';
import { decideKept, spanOf } from '../../consent/kept.ts';
import { withheldBy } from '../../consent/withholding.ts';
import { AGENCIES } from '../../schema/categories.ts';
import { DAY, declaredBy, emergencyOf, facts, HOUR, NOW, relationshipOf, user } from './harness.ts';
import { ASKED, cases, runs } from './random-cases.ts';

/** Every moment at which a fact of a random case begins or ends, and those just before and after it. */
const moments = fc
  .tuple(
    fc.constantFrom(-1, 0, 0, 1, 29, 30, 31, 40).map((days) => NOW + days * DAY),
    fc.constantFrom(0, 0, 0, HOUR),
    fc.constantFrom(-1, 0, 1),
  )
  .map(([day, hours, ms]) => day + hours + ms);
const times = fc.array(moments, { minLength: 2, maxLength: 8 });

const told = ({ categories, ...rest }: Decision) => ({ ...rest, categories: [...categories] });

describe('a decision that is kept', () => {
  test('is the one that is made anew, whatever the time, and however often it is asked', () => {
    let reused = 0;
    fc.assert(
      fc.property(cases, times, ({ request, facts: given }, each) => {
        let before: Decision | undefined;
        for (const now of each) {
          const { decision: kept, again } = decideKept(request, given, now, ALL_BASES);
          expect(again).toBe(kept === before);
          if (again) reused += 1;
          before = kept;
          expect(told(kept)).toEqual(told(decide(request, given, now, ALL_BASES)));
        }
      }),
      runs(3_000),
    );
    expect(reused).toBeGreaterThan(1_000);
  });

  test('goes with what is withheld: in one span the same, by every source', () => {
    let same = 0;
    fc.assert(
      fc.property(cases, moments, moments, ({ request, facts: given }, one, other) => {
        const span = spanOf(given, one);
        if (span === null || other < span.from || other >= span.until) return;
        same += 1;
        for (const source of Object.keys(AGENCIES)) {
          const look = { principal: request.principal, purpose: request.purpose, source };
          expect(withheldBy(look, given, other)).toBe(withheldBy(look, given, one));
        }
      }),
      runs(10_000),
    );
    expect(same).toBeGreaterThan(500);
  });

  const worker = user('coordinator');
  const request = {
    principal: worker,
    purpose: 'RELEASE_PLANNING',
    clientId: facts().clientId,
    categories: ASKED,
  };
  const known = facts(relationshipOf(worker));
  const once = decideKept(request, known, NOW, ALL_BASES).decision;

  it('is the same object for the same question, and another one for any other', () => {
    expect(decideKept(request, known, NOW + 1, ALL_BASES)).toMatchObject({ decision: once, again: true });
    const others: [typeof request, ClientFacts, typeof ALL_BASES][] = [
      [{ ...request, principal: { ...worker } }, known, ALL_BASES],
      [{ ...request, purpose: 'CARE' }, known, ALL_BASES],
      [{ ...request, categories: [...ASKED] }, known, ALL_BASES],
      [{ ...request, clientId: 'another' }, known, ALL_BASES],
      [request, { ...known }, ALL_BASES],
      [request, known, createBases({})],
    ];
    for (const [asked, given, bases] of others) {
      decideKept(request, known, NOW, ALL_BASES);
      expect(decideKept(asked, given, NOW, bases).decision).not.toBe(once);
    }
  });

  it.each([
    ['a declared relationship', facts(declaredBy(worker, { from: NOW, until: NOW + 90 * DAY })), 30 * DAY],
    ['an emergency', facts(emergencyOf(worker, { from: NOW, until: NOW + 9 * DAY })), DAY],
  ])('of %s ends with the longest that it may last', (_, given, longest) => {
    expect(spanOf(given, NOW)).toEqual({ from: NOW, until: NOW + longest });
  });

  it('is not kept of facts that make no sense', () => {
    const broken = { ...known, requests: null } as unknown as ClientFacts;
    expect(spanOf(broken, NOW)).toBeNull();
    for (const _ of [1, 2]) expect(decideKept(request, broken, NOW, ALL_BASES).again).toBe(false);
    expect(spanOf(facts(relationshipOf(worker, { from: Number.NaN })), NOW)).toBeNull();
  });
});
