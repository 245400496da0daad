import { expect } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import { CLIENT_ONE, DEMO_USERS } from '../../auth/users.ts';
import type { Bases } from '../../consent/bases.ts';
import { decide } from '../../consent/decide.ts';
import type {
  Basis,
  ClientFacts,
  ConsentEvent,
  DenyDetail,
  DenyReason,
  Emergency,
  Guardianship,
  JointPlan,
  Relationship,
  Restriction,
  SpecifiedRequest,
  Verdict,
} from '../../consent/decision.ts';
import { RECIPIENT_PURPOSES } from '../../consent/tables.ts';
import { CATEGORIES, CATEGORY_NAMES } from '../../schema/categories.ts';

export const CLIENT = CLIENT_ONE;
export const OTHER_CLIENT = '00000000-0000-4000-8000-000000000002';
export const NOW = Date.UTC(2026, 10, 22, 12);
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A demo user by name. */
export function user(name: string): Principal {
  const found = DEMO_USERS.find(({ username }) => username === name);
  if (found === undefined) throw new TypeError(`expected a demo user, got ${name}`);
  return found;
}

/** A fact that says itself of what kind it is. */
export type Part =
  | Relationship
  | ConsentEvent
  | { readonly guardian: Guardianship }
  | { readonly emergency: Emergency }
  | { readonly request: SpecifiedRequest }
  | { readonly jointPlan: JointPlan }
  | { readonly restriction: Restriction };

/** The facts about CLIENT; the epoch is their number. */
export function facts(...parts: readonly Part[]): ClientFacts {
  const all = parts as readonly Partial<Record<string, unknown>>[];
  const of = (name: string) => all.flatMap((part) => (name in part ? [part[name]] : [])) as never[];
  return {
    clientId: CLIENT,
    epoch: BigInt(parts.length),
    relationships: all.filter((part) => 'organisation' in part) as never[],
    events: all.filter((part) => 'recordId' in part) as never[],
    guardians: of('guardian'),
    emergencies: of('emergency'),
    requests: of('request'),
    jointPlans: of('jointPlan'),
    restrictions: of('restriction'),
  };
}

/** A current relationship of the whole unit of a worker with CLIENT, since yesterday. */
export function relationshipOf(worker: Principal, given: Partial<Relationship> = {}): Relationship {
  return {
    id: `relationship of ${worker.username}`,
    kind: 'OPEN_SERVICE',
    agency: worker.agency ?? '',
    organisation: worker.organisation ?? '',
    unit: worker.unit ?? null,
    person: null,
    from: NOW - DAY,
    until: null,
    ...given,
  };
}

/** A consent to a category, in force since an hour, for every recipient purpose, to the coordinator's role. */
export function consentTo(category: string, given: Partial<ConsentEvent> = {}): ConsentEvent {
  const id = given.id ?? `consent to ${category}`;
  return {
    id,
    recordId: id,
    epoch: 1n,
    kind: 'GRANTED',
    categories: [category],
    sources: Object.values(CATEGORIES).map(({ source }) => source),
    recipients: ['role:coordinator'],
    purposes: RECIPIENT_PURPOSES,
    channel: 'IN_PERSON',
    from: NOW - HOUR,
    until: null,
    ...given,
  };
}

/** A denial of everything to everyone, unless told otherwise. */
export function denialOf(category: string | undefined, given: Partial<ConsentEvent> = {}): ConsentEvent {
  const id = given.id ?? `denial of ${category ?? 'everything'}`;
  return {
    ...consentTo('', { id, kind: 'DENIED', epoch: 2n }),
    categories: category === undefined ? [] : [category],
    sources: [],
    recipients: [],
    purposes: [],
    ...given,
  };
}

/** A worker's own declaration of a relationship, a day old and a week long, reviewed by nobody. */
export function declaredBy(worker: Principal, given: Partial<Relationship> = {}): Relationship {
  return relationshipOf(worker, {
    id: `declared by ${worker.username}`,
    kind: 'DECLARED',
    unit: null,
    person: worker.id,
    until: NOW + 6 * DAY,
    review: null,
    ...given,
  });
}

/** An emergency that a worker declared an hour ago, for four hours. */
export function emergencyOf(worker: Principal, given: Partial<Emergency> = {}) {
  return {
    emergency: {
      id: `emergency of ${worker.username}`,
      person: worker.id,
      agency: worker.agency ?? '',
      ground: 'OVERDOSE',
      from: NOW - HOUR,
      until: NOW + 3 * HOUR,
      review: null,
      ...given,
    },
  };
}

/** A specified request of a worker under a statute, an hour old, for some categories. */
export function requestOf(
  worker: Principal,
  basis: string,
  ground: string,
  categories: readonly string[],
  given: Partial<SpecifiedRequest> = {},
) {
  return {
    request: {
      id: `request under ${basis}`,
      basis,
      ground,
      person: worker.id,
      agency: worker.agency ?? '',
      categories,
      from: NOW - HOUR,
      until: NOW + DAY,
      review: null,
      ...given,
    },
  };
}

/** A joint employment plan in force of some agencies over some categories. */
export function jointPlanOf(parties: readonly string[], items: readonly string[], given: Partial<JointPlan> = {}) {
  return { jointPlan: { id: 'joint plan', parties, items, from: NOW - DAY, until: null, ...given } };
}

/** Someone who acts for CLIENT, by their sign-in; the mandate is a fact. */
export const GUARDIAN: Principal = {
  id: '00000000-0000-4000-9000-000000000020',
  username: 'guardian',
  roles: ['guardian'],
  actingFor: [CLIENT],
};

/** A guardian's mandate over some categories, since yesterday. */
export function mandateOf(guardian: Principal, categories: readonly string[], given: Partial<Guardianship> = {}) {
  return {
    guardian: {
      id: `mandate of ${guardian.username}`,
      person: guardian.id,
      categories,
      mayConsent: false,
      from: NOW - DAY,
      until: null,
      ...given,
    },
  };
}

/** The withdrawal of a record, of some categories or of all. */
export function withdrawalOf(opening: ConsentEvent, ...categories: readonly string[]): ConsentEvent {
  return {
    ...opening,
    id: `withdrawal of ${opening.id}`,
    epoch: opening.epoch + 10n,
    kind: categories.length === 0 ? 'WITHDRAWN' : 'NARROWED',
    categories: categories.length === 0 ? opening.categories : categories,
  };
}

export interface Asked {
  readonly who: Principal;
  readonly purpose: string;
  readonly about: ClientFacts;
  readonly clientId?: string;
  readonly now?: number;
  readonly bases?: Bases;
}

export function verdictOn(
  category: string,
  { who, purpose, about, clientId = CLIENT, now = NOW, bases }: Asked,
): Verdict {
  const decision = decide({ principal: who, purpose, clientId, categories: [category] }, about, now, bases);
  expect([...decision.categories.keys()]).toEqual([category]);
  return decision.categories.get(category) as Verdict;
}

export function expectPermit(category: string, asked: Asked, basis: Basis, reference?: string | null): void {
  const verdict = verdictOn(category, asked);
  expect(verdict, category).toMatchObject({ decision: 'PERMIT', basis });
  if (reference !== undefined) expect(verdict.reference).toBe(reference);
}

/** Of the category what the worker's own organisation keeps is open, by their relationship, and nothing else. */
export function expectOwnRows(category: string, asked: Asked): void {
  expect(verdictOn(category, asked), category).toEqual(ownRowsOf(asked.who));
}

/** Of the category what the worker's own organisation keeps is open as ever, and all the rest on a basis of its own. */
export function expectAllRows(category: string, asked: Asked, basis: Basis, reference: string): void {
  const verdict = verdictOn(category, asked);
  expect(verdict, category).toMatchObject({ decision: 'PERMIT', basis, reference, beside: ownRowsOf(asked.who) });
  expect(verdict, category).not.toHaveProperty('register');
}

function ownRowsOf(who: Principal): Verdict {
  return { decision: 'PERMIT', basis: 'OWN_REGISTER', reference: `relationship of ${who.username}`, register: 'OWN' };
}

export function expectDeny(category: string, asked: Asked, reason: DenyReason, detail?: DenyDetail): void {
  const verdict = verdictOn(category, asked);
  expect(verdict, category).toMatchObject({ decision: 'DENY', reason });
  if (detail !== undefined) expect(verdict).toMatchObject({ detail });
}

/** The categories that a caller may see. */
export function permitted({ who, purpose, about, clientId = CLIENT, now = NOW, bases }: Asked): readonly string[] {
  const decision = decide({ principal: who, purpose, clientId, categories: CATEGORY_NAMES }, about, now, bases);
  return CATEGORY_NAMES.filter((category) => decision.categories.get(category)?.decision === 'PERMIT');
}
