import type { Principal } from '../auth/principal.ts';
import type { Tie } from './asking.ts';
import type { ClientFacts, Emergency, Guardianship, Relationship } from './decision.ts';
import { isEmergencyGround } from './grounds.ts';
import { isAgency } from './tables.ts';
import { isCurrent, leastId, within } from './time.ts';

const HOUR = 3_600_000;

/** Rule 6: the longest that an emergency lasts, in ms. */
export const LONGEST_EMERGENCY = 24 * HOUR;

/** Rule 1: the longest that a declared relationship lasts, in ms. */
export const LONGEST_DECLARATION = 30 * 24 * HOUR;

/**
 * Rule 1: what ties the caller, in one role, to the client; undefined when nothing does.
 *
 * The client is tied to themself, a guardian by a mandate, everyone else by a current relationship. In an emergency the
 * emergency that they have declared is a tie by itself.
 */
export function tieOf(
  role: string,
  purpose: string,
  principal: Principal,
  facts: ClientFacts,
  now: number,
): Tie | undefined {
  if (role === 'client') return isSelf(principal, facts) ? SELF : undefined;
  if (role === 'guardian') {
    const mandates = currentMandates(principal, facts, now);
    return mandates.length > 0 ? { kind: 'GUARDIAN', mandates } : undefined;
  }
  const relationship = currentRelationship(principal, facts, now);
  const emergency = purpose === 'EMERGENCY' ? currentEmergency(principal, facts, now) : undefined;
  if (relationship === undefined && emergency === undefined) return undefined;
  const flagged = relationship !== undefined && isFlagged(relationship);
  return { kind: 'WORK', relationship: relationship?.id, flagged, emergency };
}

/**
 * The current relationship of a worker with the client, or undefined (703/2023 §§ 9, 57).
 *
 * It holds for a unit or for one person, always within one agency and organisation: a worker who changes employer leaves
 * the old employer's clients behind. Of several, one that needs no review is named first, then the one with the lowest
 * id, so that order never matters.
 */
export function currentRelationship(principal: Principal, facts: ClientFacts, now: number): Relationship | undefined {
  if (!isAgency(principal.agency) || !principal.organisation) return undefined;
  let current: Relationship | undefined;
  for (const relationship of facts.relationships) {
    if (!concerns(relationship, principal) || !holds(relationship, now)) continue;
    if (current === undefined || isBetter(relationship, current)) current = relationship;
  }
  return current;
}

/** Has a worker declared it by themself, and has nobody reviewed it yet? */
export function isFlagged({ kind, review }: Relationship): boolean {
  return kind === 'DECLARED' && review !== 'APPROVED';
}

/** The mandates by which a guardian, whose sign-in says that they act for the client, does so now; lowest id first. */
export function currentMandates(principal: Principal, facts: ClientFacts, now: number): readonly Guardianship[] {
  if (!principal.roles.includes('guardian') || !principal.actingFor?.includes(facts.clientId)) return [];
  return facts.guardians
    .filter((guardianship) => guardianship.person === principal.id && isCurrent(guardianship, now))
    .sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)));
}

/** Is the caller the client? */
export function isSelf(principal: Principal, facts: ClientFacts): boolean {
  return typeof principal.clientId === 'string' && principal.clientId !== '' && principal.clientId === facts.clientId;
}

const SELF: Tie = { kind: 'SELF' };

function currentEmergency({ id, agency }: Principal, facts: ClientFacts, now: number): string | undefined {
  // Never for the third sector, whatever the facts say.
  if (!isAgency(agency) || agency === 'THIRD_SECTOR') return undefined;
  return leastId(
    facts.emergencies.filter(
      (emergency) => emergency.person === id && emergency.agency === agency && isOngoing(emergency, now),
    ),
  );
}

function isOngoing({ ground, from, until, review }: Emergency, now: number): boolean {
  return (
    isEmergencyGround(ground) && review !== 'REJECTED' && within(from, Math.min(until, from + LONGEST_EMERGENCY), now)
  );
}

function holds({ kind, from, until, review }: Relationship, now: number): boolean {
  if (kind !== 'DECLARED') return within(from, until, now);
  // A declared relationship is time-boxed, and a rejected one is none.
  return until !== null && review !== 'REJECTED' && within(from, Math.min(until, from + LONGEST_DECLARATION), now);
}

function isBetter(one: Relationship, other: Relationship): boolean {
  return isFlagged(one) === isFlagged(other) ? one.id < other.id : isFlagged(other);
}

function concerns(relationship: Relationship, principal: Principal): boolean {
  if (relationship.agency !== principal.agency || relationship.organisation !== principal.organisation) return false;
  // An absent unit must not equal an absent unit.
  return relationship.unit
    ? relationship.unit === principal.unit
    : Boolean(relationship.person) && relationship.person === principal.id;
}
