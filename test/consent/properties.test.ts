import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEMO_USERS } from '../../auth/users.ts';
import { decide, forProfessional } from '../../consent/decide.ts';
import type { AccessRequest, ClientFacts, ConsentEvent, Decision, Relationship } from '../../consent/decision.ts';
import { mayRecord } from '../../consent/recording.ts';
import { AGENCIES, CATEGORY_NAMES } from '../../schema/categories.ts';
import { PURPOSES, ROLES } from '../../schema/purposes.ts';
import { CLIENT, DAY, NOW, OTHER_CLIENT } from './harness.ts';

// consent.md, "Proving it". The universes are small so that names meet often.
const RUNS = { numRuns: 10_000 };

const categories = fc.constantFrom(...CATEGORY_NAMES, 'SHOE_SIZE');
const agencies = fc.constantFrom(...(Object.keys(AGENCIES) as (keyof typeof AGENCIES)[]));
const roles = fc.constantFrom(...(Object.keys(ROLES) as (keyof typeof ROLES)[]));
const purposes = fc.constantFrom(...Object.keys(PURPOSES), 'CURIOSITY');
const likelyPurposes = fc.oneof(fc.constant('SERVICE_COORDINATION'), fc.constant('RELEASE_PREPARATION'), purposes);
const from = fc.constantFrom(NOW - DAY, NOW, NOW + DAY);
const until = fc.constantFrom(null, NOW - 1, NOW, NOW + DAY, NOW + 2 * DAY);

const principals = fc
  .record({
    base: fc.constantFrom(...DEMO_USERS),
    more: fc.array(roles, { maxLength: 2 }),
    clientId: fc.constantFrom(CLIENT, OTHER_CLIENT),
  })
  .map(({ base, more, clientId }) => ({
    ...base,
    roles: [...base.roles, ...more],
    ...(base.clientId === undefined ? {} : { clientId }),
  }));

type Principal = AccessRequest['principal'];

const relationshipsOf = (principal: Principal): fc.Arbitrary<Relationship> =>
  fc.record({
    id: fc.uuid(),
    kind: fc.constant('OPEN_SERVICE'),
    agency: fc.oneof({ weight: 5, arbitrary: fc.constant<string>(principal.agency ?? '') }, agencies),
    organisation: fc.oneof({ weight: 5, arbitrary: fc.constant(principal.organisation ?? '') }, fc.constant('1.2.3')),
    unit: fc.oneof({ weight: 5, arbitrary: fc.constant(principal.unit ?? null) }, fc.constant(null)),
    person: fc.constantFrom(null, principal.id),
    from: fc.constantFrom(NOW - DAY, NOW - DAY, NOW, NOW + DAY),
    until,
  });

const openings = (kind: 'GRANTED' | 'DENIED', principal: Principal): fc.Arbitrary<ConsentEvent> => {
  // A denial's empty list means all; a consent's means none.
  const some = <T>(item: fc.Arbitrary<T>) => fc.array(item, { minLength: kind === 'DENIED' ? 0 : 1, maxLength: 8 });
  const recipients = fc.oneof(
    fc.constantFrom(...principal.roles).map((role) => `role:${role}`),
    fc.constant(`agency:${principal.agency}`),
    fc.constant(`person:${principal.id}`),
    roles.map((role) => `role:${role}`),
    agencies.map((agency) => `agency:${agency}`),
  );
  return fc
    .record({
      id: fc.uuid(),
      epoch: fc.bigInt(1n, 9n),
      categories: some(categories),
      sources: fc.oneof(fc.constant(Object.keys(AGENCIES)), some(agencies)),
      recipients: some(recipients),
      purposes: fc.oneof(fc.constant(Object.keys(PURPOSES)), some(purposes)),
      from,
      until,
    })
    .map((opening) => ({ ...opening, kind, recordId: opening.id }));
};

/** What may follow an opening: nothing, a narrowing, a withdrawal. */
const lives = (opening: ConsentEvent): fc.Arbitrary<ConsentEvent[]> => {
  const later = (kind: 'NARROWED' | 'WITHDRAWN', taken: readonly string[]): ConsentEvent => ({
    ...opening,
    id: `${kind} ${opening.id}`,
    kind,
    categories: taken,
  });
  return fc.oneof<fc.MaybeWeightedArbitrary<ConsentEvent[]>[]>(
    { weight: 3, arbitrary: fc.constant([opening]) },
    fc.subarray([...opening.categories]).map((taken) => [opening, later('NARROWED', taken)]),
    fc.constant([opening, later('WITHDRAWN', opening.categories)]),
  );
};

const cases = principals.chain((principal) => {
  const opening = fc.oneof(
    openings('GRANTED', principal),
    openings('GRANTED', principal),
    openings('DENIED', principal),
  );
  return fc.record({
    request: fc.record({
      principal: fc.constant(principal),
      purpose: principal.roles.includes('client') ? fc.constantFrom('OWN_DATA', 'AUDIT') : likelyPurposes,
      clientId: fc.constant(CLIENT),
      categories: fc.constant([...CATEGORY_NAMES, 'SHOE_SIZE']),
    }) satisfies fc.Arbitrary<AccessRequest>,
    facts: fc.record({
      clientId: fc.oneof({ weight: 20, arbitrary: fc.constant(CLIENT) }, fc.constant(OTHER_CLIENT)),
      epoch: fc.constant(99n),
      relationships: fc.array(relationshipsOf(principal), { maxLength: 3 }),
      events: fc.array(opening.chain(lives), { maxLength: 5 }).map((list) => list.flat()),
    }) satisfies fc.Arbitrary<ClientFacts>,
    consent: openings('GRANTED', principal),
    denial: openings('DENIED', principal),
    salt: fc.nat(),
  });
});

function permittedBy(decision: Decision): ReadonlySet<string> {
  return new Set([...decision.categories].filter(([, { decision: word }]) => word === 'PERMIT').map(([name]) => name));
}

function isSubset(smaller: ReadonlySet<string>, larger: ReadonlySet<string>): boolean {
  return [...smaller].every((name) => larger.has(name));
}

function withEvents(facts: ClientFacts, events: readonly ConsentEvent[]): ClientFacts {
  return { ...facts, events };
}

function shuffled<T>(items: readonly T[], salt: number): T[] {
  const keyed = items.map((item, index) => ({ item, key: Math.imul(index + 1, salt | 1) >>> 3 }));
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}

describe('over random facts and requests', () => {
  test('the cases are worth deciding: permits by every basis, every detail of a denial', () => {
    const seen = new Set<string>();
    for (const { request, facts } of fc.sample(cases, { numRuns: 5_000, seed: 1 })) {
      for (const verdict of decide(request, facts, NOW).categories.values()) {
        seen.add(verdict.decision === 'PERMIT' ? verdict.basis : verdict.detail);
      }
    }
    expect([...seen].sort()).toEqual(
      [
        ...['OWN_DATA', 'OWN_REGISTER', 'CONSENT'],
        ...['NO_CURRENT_RELATIONSHIP', 'UNKNOWN_PURPOSE', 'UNKNOWN_CATEGORY', 'NEVER_SHARED', 'PURPOSE_NOT_OF_ROLE'],
        ...['CATEGORY_NOT_OF_ROLE', 'CATEGORY_NOT_OF_PURPOSE', 'CLIENT_DENIED', 'CONSENT_WITHDRAWN', 'CONSENT_EXPIRED'],
        ...['CONSENT_NOT_YET_IN_FORCE', 'NO_CONSENT', 'NO_TASK'],
      ].sort(),
    );
  });

  test('adding a denial never permits more', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, denial }) => {
        const before = permittedBy(decide(request, facts, NOW));
        const after = permittedBy(decide(request, withEvents(facts, [...facts.events, denial]), NOW));
        return isSubset(after, before);
      }),
      RUNS,
    );
  });

  test('adding a consent never permits less', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, consent }) => {
        const before = permittedBy(decide(request, facts, NOW));
        const after = permittedBy(decide(request, withEvents(facts, [...facts.events, consent]), NOW));
        return isSubset(before, after);
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
        expect(permittedBy(withdrawn)).toEqual(permittedBy(never));
      }),
      RUNS,
    );
  });

  test('the order of events, relationships and roles does not matter', () => {
    fc.assert(
      fc.property(cases, ({ request, facts, salt }) => {
        const reordered = {
          ...facts,
          events: shuffled(facts.events, salt),
          relationships: shuffled(facts.relationships, salt),
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

  test('a professional sees the same bytes whether the client refused or was never asked', () => {
    fc.assert(
      fc.property(cases, ({ request, facts }) => {
        const bytes = (events: readonly ConsentEvent[]) =>
          JSON.stringify([...decide(request, withEvents(facts, events), NOW).categories.values()].map(forProfessional));
        const denialsOnly = facts.events.filter(({ kind }) => kind === 'DENIED');
        expect(bytes(denialsOnly)).toBe(bytes([]));
      }),
      RUNS,
    );
  });

  test('nothing makes it throw, and nothing but facts of the client permits', () => {
    const nonsense = fc.anything({ withNullPrototype: true, withBigInt: true });
    fc.assert(
      fc.property(cases, nonsense, nonsense, nonsense, fc.nat(6), ({ request, facts }, a, b, c, where) => {
        const mangled = [
          () => decide(a as never, b as never, c as never),
          () => decide({ ...request, principal: a as never }, facts, NOW),
          () => decide({ ...request, purpose: a as never, clientId: b as never }, facts, NOW),
          () => decide({ ...request, categories: a as never }, facts, NOW),
          () => decide(request, { ...facts, relationships: a as never }, NOW),
          () => decide(request, { ...facts, relationships: [a, b] as never, events: [c] as never }, NOW),
          () => decide(request, facts, a as never),
        ][where];
        const decision = mangled!();
        if (where === 0) expect(permittedBy(decision).size).toBe(0);
        mayRecord(a as never, b as never, c as never);
      }),
      RUNS,
    );
  });
});
