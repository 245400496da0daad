import type { Principal } from '../auth/principal.ts';
import type { ClientFacts, Relationship } from './decision.ts';
import { isAgency } from './tables.ts';

/**
 * The current relationship of a worker with the client, or undefined (703/2023 §§ 9, 57).
 *
 * It holds for a unit or for one person, always within one agency and organisation: a worker who changes employer leaves
 * the old employer's clients behind. Of several, the one with the lowest id is named, so that order never matters.
 */
export function currentRelationship(principal: Principal, facts: ClientFacts, now: number): Relationship | undefined {
  if (!isAgency(principal.agency) || !principal.organisation) return undefined;
  let current: Relationship | undefined;
  for (const relationship of facts.relationships) {
    if (!within(relationship.from, relationship.until, now) || !concerns(relationship, principal)) continue;
    if (current === undefined || relationship.id < current.id) current = relationship;
  }
  return current;
}

/** Is the caller the client? */
export function isSelf(principal: Principal, facts: ClientFacts): boolean {
  return typeof principal.clientId === 'string' && principal.clientId !== '' && principal.clientId === facts.clientId;
}

/** Half-open: `from` is inside, `until` is the first instant outside; null is open-ended, anything but a number is never. */
export function within(from: number, until: number | null, now: number): boolean {
  return Number.isFinite(from) && from <= now && (until === null || (Number.isFinite(until) && now < until));
}

function concerns(relationship: Relationship, principal: Principal): boolean {
  if (relationship.agency !== principal.agency || relationship.organisation !== principal.organisation) return false;
  // An absent unit must not equal an absent unit.
  return relationship.unit
    ? relationship.unit === principal.unit
    : Boolean(relationship.person) && relationship.person === principal.id;
}
