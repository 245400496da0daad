import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ACCESS_BASES, createBases } from '../../consent/bases.ts';
import { decide, forProfessional, permits, permitsAll, permitsPart } from '../../consent/decide.ts';
import type { ClientFacts, ConsentEvent, Decision, Permit } from '../../consent/decision.ts';
import { accessMatrix } from '../../consent/matrix.ts';
import { mayRecord } from '../../consent/recording.ts';
import { isKeptBySeveral } from '../../consent/tables.ts';
import { CATEGORIES, type CategoryName } from '../../schema/categories.ts';
import { denialOf, NOW } from './harness.ts';
import { ASKED, cases, categories, runs } from './random-cases.ts';

// consent.md, "Proving it".
const RUNS = runs(10_000);

function permittedBy(decision: Decision): ReadonlySet<string> {
  return new Set([...decision.categories].filter(([, { decision: word }]) => word === 'PERMIT').map(([name]) => name));
}

function isSubset(smaller: ReadonlySet<string>, larger: ReadonlySet<string>): boolean {
  return [...smaller].every((name) => larger.has(name));
}

/** How much of a category is open: nothing, what the caller's own organisation keeps, all. */
function widthOf(decision: Decision, category: string): 0 | 1 | 2 {
  if (!permits(decision, category)) return 0;
  return permitsPart(decision, category) ? 1 : 2;
}

function isNarrower(one: Decision, other: Decision): boolean {
  return ASKED.every((category) => widthOf(one, category) <= widthOf(other, category));
}

/** The permit for what the caller's own organisation keeps, alone or beside a wider one. */
function ownRowsIn(decision: Decision, category: string): Permit | undefined {
  const verdict = decision.categories.get(category);
  if (verdict?.decision !== 'PERMIT') return undefined;
  return verdict.register === 'OWN' ? verdict : verdict.beside;
}

function withEvents(facts: ClientFacts, events: readonly ConsentEvent[]): ClientFacts {
  return { ...facts, events };
}

function shuffled<T>(items: readonly T[], salt: number): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(index + 1, salt | 1) >>> 3 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

describe('over random facts and requests', () => {
  test('the cases are worth deciding: permits by every basis and statute, every detail of a denial', () => {
    const seen = new Set<string>();
    for (const { request, facts } of fc.sample(cases, { numRuns: 10_000, seed: 1 })) {
      const decision = decide(request, facts, NOW);
      if (decision.flagged) seen.add('flagged');
      for (const verdict of decision.categories.values()) {
        seen.add(verdict.decision === 'PERMIT' ? verdict.basis : verdict.detail);
        if (verdict.decision === 'PERMIT' && verdict.basis === 'STATUTE') seen.add(verdict.reference ?? '');
        if (verdict.decision === 'PERMIT' && verdict.register !== undefined) seen.add('own rows');
        if (verdict.decision === 'PERMIT' && verdict.beside) seen.add(`${verdict.basis} beside own rows`);
      }
    }
    expect([...seen].sort()).toEqual(
      [
        ...['OWN_DATA', 'GUARDIAN', 'OWN_REGISTER', 'STATUTE', 'CONSENT', 'EMERGENCY', 'flagged'],
        ...ACCESS_BASES.map(({ id }) => id as string),
        ...['NO_CURRENT_RELATIONSHIP', 'UNKNOWN_PURPOSE', 'UNKNOWN_CATEGORY', 'NEVER_SHARED', 'PURPOSE_NOT_OF_ROLE'],
        ...['CATEGORY_NOT_OF_ROLE', 'CATEGORY_NOT_OF_PURPOSE', 'OUTSIDE_MANDATE', 'GUARDIAN_DENIED', 'CLIENT_DENIED'],
        ...['CONSENT_WITHDRAWN', 'CONSENT_EXPIRED', 'CONSENT_NOT_YET_IN_FORCE', 'NOT_IN_WRITING', 'NO_TASK'],
        ...['NO_CONSENT', 'NO_EMERGENCY'],
        ...['own rows', 'STATUTE beside own rows', 'EMERGENCY beside own rows'],
      ].sort(),
    );
  });

  test('adding a denial never permits more', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, denial }) => {
        return isNarrower(
          decide(request, withEvents(facts, [...facts.events, denial]), NOW),
          decide(request, facts, NOW),
        );
      }),
      RUNS,
    );
  });

  test('adding a consent never permits less', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, consent }) => {
        return isNarrower(
          decide(request, facts, NOW),
          decide(request, withEvents(facts, [...facts.events, consent]), NOW),
        );
      }),
      RUNS,
    );
  });

  test('adding a request, a joint plan, an emergency or a mandate never permits less', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, request2, jointPlan, emergency, mandate }) => {
        const before = decide(request, facts, NOW);
        const more = [
          { ...facts, requests: [...facts.requests, request2] },
          { ...facts, jointPlans: [...facts.jointPlans, jointPlan] },
          { ...facts, emergencies: [...facts.emergencies, emergency] },
          { ...facts, guardians: [...facts.guardians, mandate] },
        ];
        return more.every((facts) => isNarrower(before, decide(request, facts, NOW)));
      }),
      RUNS,
    );
  });

  test('switching access bases off never permits more, and leaves none of them relied on', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, off }) => {
        const before = decide(request, facts, NOW);
        const after = decide(request, facts, NOW, createBases({ off }));
        const relied = [...after.categories.values()].map(({ reference }) => reference ?? '');
        return isNarrower(after, before) && !relied.some((reference) => off.includes(reference));
      }),
      RUNS,
    );
  });

  test('a denial of everything leaves nothing that rests on the client’s word', () => {
    const despite = new Set<string>(ACCESS_BASES.filter(({ denialBinds }) => !denialBinds).map(({ id }) => id));
    fc.assert(
      fc.property(cases, ({ request, facts }) => {
        const denied = withEvents(facts, [...facts.events, denialOf(undefined)]);
        for (const verdict of decide(request, denied, NOW).categories.values()) {
          if (verdict.decision === 'DENY') continue;
          expect(['OWN_DATA', 'OWN_REGISTER', 'STATUTE', 'EMERGENCY']).toContain(verdict.basis);
          if (verdict.basis === 'STATUTE') expect(despite).toContain(verdict.reference);
        }
      }),
      RUNS,
    );
  });

  test('nothing that the client says, and no statute, touches what the caller’s own organisation keeps', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, off }) => {
        const decision = decide(request, facts, NOW);
        const closed = decide(request, withEvents(facts, [denialOf(undefined)]), NOW, createBases({ off }));
        for (const category of ASKED) {
          const own = ownRowsIn(decision, category);
          expect(ownRowsIn(closed, category)).toEqual(own);
          if (own === undefined) continue;
          expect(isKeptBySeveral(category as CategoryName)).toBe(true);
          expect(request.principal.agency).toBe(CATEGORIES[category as CategoryName].source);
        }
      }),
      RUNS,
    );
  });

  test('withdrawing a consent permits what never having given it permits', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, consent }) => {
        const withdrawal: ConsentEvent = { ...consent, id: `withdrawal of ${consent.id}`, kind: 'WITHDRAWN' };
        const never = decide(request, facts, NOW);
        const withdrawn = decide(request, withEvents(facts, [withdrawal, consent, ...facts.events]), NOW);
        expect(isNarrower(withdrawn, never) && isNarrower(never, withdrawn)).toBe(true);
      }),
      RUNS,
    );
  });

  test('the order of facts and roles does not matter', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, salt }) => {
        const reordered: ClientFacts = {
          ...facts,
          events: shuffled(facts.events, salt),
          relationships: shuffled(facts.relationships, salt),
          guardians: [...facts.guardians].reverse(),
          emergencies: [...facts.emergencies].reverse(),
          requests: [...facts.requests].reverse(),
          jointPlans: [...facts.jointPlans].reverse(),
          restrictions: [...facts.restrictions].reverse(),
        };
        const principal = { ...request.principal, roles: [...request.principal.roles].reverse() };
        expect(decide({ ...request, principal }, reordered, NOW)).toEqual(decide(request, facts, NOW));
      }),
      RUNS,
    );
  });

  test('a category’s verdict does not depend on which others are asked', () => {
    fc.assert(
      fc.property(cases, fc.array(categories), ({ request, facts }, asked) => {
        const all = decide(request, facts, NOW).categories;
        const some = decide({ ...request, categories: asked }, facts, NOW).categories;
        expect([...some.keys()].sort()).toEqual([...new Set(asked)].sort());
        for (const [category, verdict] of some) expect(verdict).toEqual(all.get(category));
      }),
      RUNS,
    );
  });

  test('a derived field is permitted exactly when every category that it declares is', () => {
    fc.assert(
      fc.property(cases, fc.array(categories, { minLength: 1, maxLength: 4 }), ({ request, facts }, declared) => {
        const decision = decide(request, facts, NOW);
        return permitsAll(decision, declared) === declared.every((category) => permits(decision, category));
      }),
      RUNS,
    );
  });

  test('what was worked out once of the same caller and facts is what would be worked out anew', () => {
    fc.assert(
      fc.property(cases, ({ request, facts }) => {
        const first = decide(request, facts, NOW);
        expect(decide(request, facts, NOW)).toEqual(first);
        expect(decide(structuredClone(request), structuredClone(facts), NOW)).toEqual(first);
      }),
      RUNS,
    );
  });

  test('a professional sees the same bytes whether the client refused or was never asked', () => {
    fc.assert(
      fc.property(cases, ({ request, facts }) => {
        // A guardian who is refused sees less than the mandate says, and knows it.
        fc.pre(!request.principal.roles.includes('guardian'));
        const bytes = (events: readonly ConsentEvent[]) =>
          JSON.stringify([...decide(request, withEvents(facts, events), NOW).categories.values()].map(forProfessional));
        const denialsOnly = facts.events.filter(({ kind }) => kind === 'DENIED');
        expect(bytes(denialsOnly)).toBe(bytes([]));
      }),
      RUNS,
    );
  });

  test('what a source withholds from the client’s log changes no decision, and the client’s matrix neither', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, restriction }) => {
        const restricted = { ...facts, restrictions: [...facts.restrictions, restriction] };
        expect(decide(request, restricted, NOW)).toEqual(decide(request, facts, NOW));
        expect(accessMatrix(restricted, NOW)).toEqual(accessMatrix(facts, NOW));
      }),
      RUNS,
    );
  });

  test('nothing makes it throw, and nothing but facts of the client permits', () => {
    const nonsense = fc.anything({ withNullPrototype: true, withBigInt: true });
    const kinds = ['relationships', 'events', 'guardians', 'emergencies', 'requests', 'jointPlans', 'restrictions'];
    fc.assert(
      fc.property(
        cases,
        nonsense,
        nonsense,
        nonsense,
        fc.constantFrom(...kinds),
        fc.nat(7),
        ({ request, facts }, a, b, c, kind, where) => {
          const mangled = [
            () => decide(a as never, b as never, c as never),
            () => decide({ ...request, principal: a as never }, facts, NOW),
            () => decide({ ...request, purpose: a as never, clientId: b as never }, facts, NOW),
            () => decide({ ...request, categories: a as never }, facts, NOW),
            () => decide({ ...request, categories: [a, b] as never }, facts, NOW),
            () => decide(request, { ...facts, [kind]: a }, NOW),
            () => decide(request, { ...facts, [kind]: [a, b], events: [c] as never }, NOW),
            () => decide(request, facts, a as never),
          ][where];
          const decision = mangled!();
          if (where === 0) expect(permittedBy(decision).size).toBe(0);
          if (where !== 3 && where !== 4 && where !== 0) {
            // Whatever is not understood takes away and never gives: only what sound facts permit may be left.
            const sound =
              where === 5 || where === 6 ? permittedBy(decide(request, facts, NOW)) : new Set<string>(ASKED);
            expect(isSubset(permittedBy(decision), sound)).toBe(true);
          }
          mayRecord(a as never, b as never, c as never);
        },
      ),
      RUNS,
    );
  });
});
