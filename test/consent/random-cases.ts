import fc from 'fast-check';
import type { Principal } from '../../auth/principal.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import { ACCESS_BASES } from '../../consent/bases.ts';
import type {
  AccessRequest,
  ClientFacts,
  ConsentEvent,
  Emergency,
  Guardianship,
  JointPlan,
  Relationship,
  Restriction,
  SpecifiedRequest,
} from '../../consent/decision.ts';
import { EMERGENCY_GROUNDS, REQUEST_GROUNDS } from '../../consent/grounds.ts';
import { NEEDS } from '../../consent/tables.ts';
import { WITHHOLDING_STATUTES } from '../../consent/withholding.ts';
import { AGENCIES, CATEGORY_NAMES } from '../../schema/categories.ts';
import { PURPOSES, ROLES } from '../../schema/purposes.ts';
import { CLIENT, DAY, GUARDIAN, HOUR, NOW, OTHER_CLIENT } from './harness.ts';

// consent.md, "Proving it". The universes are small so that names meet often.

/** How many random cases a property takes; `NIVEL_RUNS` says more. */
export function runs(usual: number): { readonly numRuns: number } {
  return { numRuns: Math.max(usual, Number(process.env.NIVEL_RUNS) || 0) };
}

export const ASKED = [...CATEGORY_NAMES, 'SHOE_SIZE'] as const;

export const categories = fc.constantFrom(...ASKED);
const agencies = fc.constantFrom(...(Object.keys(AGENCIES) as (keyof typeof AGENCIES)[]));
const roles = fc.constantFrom(...(Object.keys(ROLES) as (keyof typeof ROLES)[]));
const purposes = fc.constantFrom(...Object.keys(PURPOSES), 'CURIOSITY');
const from = fc.constantFrom(NOW - DAY, NOW - DAY, NOW, NOW + DAY);
const until = fc.constantFrom(null, null, NOW - 1, NOW, NOW + DAY, NOW + 40 * DAY);
const boxEnd = fc.constantFrom(NOW - 1, NOW, NOW + HOUR, NOW + HOUR, NOW + 40 * DAY);
const review = fc.constantFrom<(null | 'APPROVED' | 'REJECTED')[]>(null, null, 'APPROVED', 'REJECTED');
// Ids in a random order, and never twice in one case, as in the ledger: small numbers, drawn more often otherwise, would meet.
const ids = fc.noBias(fc.maxSafeNat()).map((number) => number.toString(36));

const KELA: Principal = {
  id: '00000000-0000-4000-9000-000000000021',
  username: 'kela',
  roles: ['social-worker'],
  agency: 'KELA',
  organisation: '1.2.3.4',
  unit: 'KELA-1',
};

const PROVIDER: Principal = {
  id: '00000000-0000-4000-9000-000000000022',
  username: 'provider',
  roles: ['coordinator'],
  agency: 'THIRD_SECTOR',
  organisation: '1.2.3.5',
  unit: 'PROVIDER-1',
};

const principals = fc
  .record({
    base: fc.constantFrom(...DEMO_USERS, ...DEMO_USERS.slice(0, 6), KELA, PROVIDER, PROVIDER, GUARDIAN, GUARDIAN),
    more: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, fc.array(roles, { maxLength: 2 })),
    clientId: fc.constantFrom(CLIENT, OTHER_CLIENT),
    actingFor: fc.constantFrom([CLIENT], [CLIENT], [OTHER_CLIENT, CLIENT], [OTHER_CLIENT], []),
  })
  .map(
    ({ base, more, clientId, actingFor }): Principal => ({
      ...base,
      roles: [...base.roles, ...more],
      ...(base.clientId === undefined ? {} : { clientId }),
      ...(base.actingFor === undefined ? {} : { actingFor }),
    }),
  );

const purposesOf = (principal: Principal) => {
  const own = principal.roles.flatMap((role) => Object.keys(NEEDS[role]));
  return own.length === 0 ? purposes : fc.oneof({ weight: 7, arbitrary: fc.constantFrom(...own) }, purposes);
};

/** Mostly the caller's own, else another's. */
const mostly = <T>(own: T, others: fc.Arbitrary<T>) => fc.oneof({ weight: 5, arbitrary: fc.constant(own) }, others);

const relationshipsOf = (principal: Principal): fc.Arbitrary<Relationship> =>
  fc.record({
    id: ids,
    kind: fc.constantFrom('OPEN_SERVICE', 'PLACEMENT', 'DECLARED'),
    agency: mostly<string>(principal.agency ?? '', agencies),
    organisation: mostly(principal.organisation ?? '', fc.constant('1.2.3')),
    unit: mostly(principal.unit ?? null, fc.constant(null)),
    person: fc.constantFrom(null, principal.id),
    from,
    until,
    review,
  });

/** The opening of a consent or a denial that may concern the caller. */
export const openings = (kind: 'GRANTED' | 'DENIED', principal: Principal): fc.Arbitrary<ConsentEvent> => {
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
      id: ids,
      epoch: fc.bigInt(1n, 9n),
      categories: some(categories),
      sources: fc.oneof(fc.constant(Object.keys(AGENCIES)), some(agencies)),
      recipients: some(recipients),
      purposes: fc.oneof(fc.constant(Object.keys(PURPOSES)), some(purposes)),
      channel: fc.constantFrom('IN_PERSON', 'ON_PAPER', 'ELECTRONIC'),
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
    fc.array(categories, { maxLength: 4 }).map((taken) => [later('NARROWED', taken), opening]),
    fc.constant([opening, later('WITHDRAWN', opening.categories)]),
  );
};

const guardiansOf = (principal: Principal): fc.Arbitrary<Guardianship> =>
  fc.record({
    id: ids,
    person: mostly(principal.id, fc.constant('someone')),
    categories: fc.array(categories, { minLength: 1, maxLength: 9 }),
    mayConsent: fc.boolean(),
    from,
    until,
  });

const emergenciesOf = (principal: Principal): fc.Arbitrary<Emergency> =>
  fc.record({
    id: ids,
    person: mostly(principal.id, fc.constant('someone')),
    agency: mostly<string>(principal.agency ?? '', agencies),
    ground: fc.constantFrom(...Object.keys(EMERGENCY_GROUNDS), 'CURIOSITY'),
    from: fc.constantFrom(NOW - HOUR, NOW - HOUR, NOW - 30 * HOUR, NOW, NOW + HOUR),
    until: boxEnd,
    review,
  });

const requestsOf = (principal: Principal): fc.Arbitrary<SpecifiedRequest> =>
  fc.record({
    id: ids,
    basis: fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('CARE-PRISON', 'SOCIAL-DESPITE') },
      fc.constantFrom(...ACCESS_BASES.map(({ id }) => id)),
    ),
    ground: fc.constantFrom(...Object.keys(REQUEST_GROUNDS)),
    person: mostly(principal.id, fc.constant('someone')),
    agency: mostly<string>(principal.agency ?? '', agencies),
    categories: fc.array(categories, { minLength: 1, maxLength: 9 }),
    from,
    until: boxEnd,
    review,
  });

const jointPlansOf = (principal: Principal): fc.Arbitrary<JointPlan> =>
  fc.record({
    id: ids,
    parties: fc
      .tuple(mostly<string>(principal.agency ?? '', agencies), fc.array(agencies, { maxLength: 4 }))
      .map(([one, others]) => [one, ...others]),
    items: fc.array(categories, { minLength: 1, maxLength: 9 }),
    from,
    until,
  });

const restriction: fc.Arbitrary<Restriction> = fc.record({
  id: ids,
  source: agencies,
  statute: fc.constantFrom(...Object.keys(WITHHOLDING_STATUTES)),
  recipients: fc.constant([]),
  purposes: fc.constant([]),
  from,
  until: boxEnd,
});

/** A caller who asks for every category, facts about the client that mostly concern the caller, and changes of them. */
export const cases = principals.chain((principal) => {
  const opening = fc.oneof(
    openings('GRANTED', principal),
    openings('GRANTED', principal),
    openings('DENIED', principal),
  );
  const few = <T>(item: fc.Arbitrary<T>) => fc.array(item, { maxLength: 2 });
  return fc.record({
    request: fc.record({
      principal: fc.constant(principal),
      purpose: purposesOf(principal),
      clientId: fc.constant(CLIENT),
      categories: fc.constant(ASKED),
    }) satisfies fc.Arbitrary<AccessRequest>,
    facts: fc.record({
      clientId: fc.oneof({ weight: 20, arbitrary: fc.constant(CLIENT) }, fc.constant(OTHER_CLIENT)),
      epoch: fc.constant(99n),
      relationships: fc.array(relationshipsOf(principal), { maxLength: 3 }),
      events: fc.array(opening.chain(lives), { maxLength: 5 }).map((list) => list.flat()),
      guardians: few(guardiansOf(principal)),
      emergencies: few(emergenciesOf(principal)),
      requests: few(requestsOf(principal)),
      jointPlans: few(jointPlansOf(principal)),
      restrictions: few(restriction),
    }) satisfies fc.Arbitrary<ClientFacts>,
    consent: openings('GRANTED', principal),
    denial: openings('DENIED', principal),
    request2: requestsOf(principal),
    jointPlan: jointPlansOf(principal),
    restriction,
    emergency: emergenciesOf(principal),
    mandate: guardiansOf(principal),
    off: fc.oneof(
      { weight: 4, arbitrary: fc.constant<string[]>([]) },
      fc.subarray(ACCESS_BASES.map(({ id }) => id as string)),
    ),
    salt: fc.nat(),
  });
});
