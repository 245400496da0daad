import type { Principal } from '../auth/principal.ts';
import type { Bases } from './bases.ts';
import { decide } from './decide.ts';
import type { AccessRequest, ClientFacts, Decision } from './decision.ts';
import { LONGEST_DECLARATION, LONGEST_EMERGENCY } from './relationship.ts';

export interface Decided {
  readonly decision: Decision;
  /** Whether it has been given more than once: most decisions never are. */
  readonly again: boolean;
}

interface Kept extends Decided {
  readonly principal: Principal;
  readonly purpose: string;
  readonly clientId: string;
  readonly categories: readonly string[];
  readonly bases: Bases;
  readonly span: Span;
  again: boolean;
}

/** The last decision on facts that are kept themselves: it goes when they go. */
const last = new WeakMap<ClientFacts, Kept>();

/**
 * `decide`, and the very same decision again where the same is asked on the same facts and nothing could have changed meanwhile.
 *
 * The arguments are the same where they are the same objects, and none of them may be changed after the first call. `now` in ms since epoch.
 */
export function decideKept(request: AccessRequest, facts: ClientFacts, now: number, bases: Bases): Decided {
  const { principal, purpose, clientId, categories } = request;
  const kept = last.get(facts);
  if (
    kept !== undefined &&
    kept.span.from <= now &&
    now < kept.span.until &&
    kept.principal === principal &&
    kept.purpose === purpose &&
    kept.clientId === clientId &&
    kept.categories === categories &&
    kept.bases === bases
  ) {
    kept.again = true;
    return kept;
  }
  const decision = decide(request, facts, now, bases);
  const span = spanOf(facts, now);
  if (span === null) return { decision, again: false };
  const made = { principal, purpose, clientId, categories, bases, span, decision, again: false };
  last.set(facts, made);
  return made;
}

/** Ms since epoch: `from` is inside, `until` is the first instant outside. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/**
 * The span around a moment in which facts mean the same: none of them begins or ends in it, by its own time or by the longest that the rules
 * give it (consent.md, rules 1 and 6). Null where that cannot be told.
 */
export function spanOf(facts: ClientFacts, now: number): Span | null {
  let from = Number.NEGATIVE_INFINITY;
  let until = Number.POSITIVE_INFINITY;
  const see = (moment: number | null): void => {
    if (moment === null) return;
    if (moment <= now) from = Math.max(from, moment);
    else until = Math.min(until, moment);
  };
  const { relationships, events, guardians, emergencies, requests, jointPlans, restrictions } = facts;
  try {
    for (const list of [relationships, events, guardians, emergencies, requests, jointPlans, restrictions]) {
      for (const fact of list) {
        see(fact.from);
        see(fact.until);
      }
    }
    for (const relationship of relationships) see(relationship.from + LONGEST_DECLARATION);
    for (const emergency of emergencies) see(emergency.from + LONGEST_EMERGENCY);
  } catch {
    // Facts that make no sense, of which `decide` opens nothing.
    return null;
  }
  return from <= now && now < until ? { from, until } : null;
}
