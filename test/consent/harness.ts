import { expect } from 'vitest';
import type { Principal } from '../../auth/principal.ts';
import { CLIENT_ONE, DEMO_USERS } from '../../auth/users.ts';
import { decide } from '../../consent/decide.ts';
import type {
  Basis,
  ClientFacts,
  ConsentEvent,
  DenyDetail,
  DenyReason,
  Relationship,
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

/** The facts about CLIENT; the epoch is that of the latest event. */
export function facts(...parts: readonly (Relationship | ConsentEvent)[]): ClientFacts {
  const events = parts.filter((part): part is ConsentEvent => 'recordId' in part);
  const relationships = parts.filter((part): part is Relationship => !('recordId' in part));
  return { clientId: CLIENT, epoch: BigInt(parts.length), relationships, events };
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
}

export function verdictOn(category: string, { who, purpose, about, clientId = CLIENT, now = NOW }: Asked): Verdict {
  const decision = decide({ principal: who, purpose, clientId, categories: [category] }, about, now);
  expect([...decision.categories.keys()]).toEqual([category]);
  return decision.categories.get(category) as Verdict;
}

export function expectPermit(category: string, asked: Asked, basis: Basis, reference?: string | null): void {
  const verdict = verdictOn(category, asked);
  expect(verdict, category).toMatchObject({ decision: 'PERMIT', basis });
  if (reference !== undefined) expect(verdict.reference).toBe(reference);
}

export function expectDeny(category: string, asked: Asked, reason: DenyReason, detail?: DenyDetail): void {
  const verdict = verdictOn(category, asked);
  expect(verdict, category).toMatchObject({ decision: 'DENY', reason });
  if (detail !== undefined) expect(verdict).toMatchObject({ detail });
}

/** The categories that a caller may see. */
export function permitted({ who, purpose, about, clientId = CLIENT, now = NOW }: Asked): readonly string[] {
  const decision = decide({ principal: who, purpose, clientId, categories: CATEGORY_NAMES }, about, now);
  return CATEGORY_NAMES.filter((category) => decision.categories.get(category)?.decision === 'PERMIT');
}
