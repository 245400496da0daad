import type { Asking } from './asking.ts';
import { ALL_BASES, type Bases } from './bases.ts';
import type { AccessRequest, ClientFacts, Decision, Deny, Permit, Verdict } from './decision.ts';
import { indexRecords, type RecordIndex } from './records.ts';
import { tieOf } from './relationship.ts';
import { type PreparedStanding, standingsOf } from './standing.ts';
import { deny } from './verdict.ts';

/**
 * Decides which categories of one client the caller may see (consent.md, rules 1–7).
 *
 * Pure: the same arguments always give the same decision, and no category's verdict depends on the others asked. `now` is
 * in ms since epoch. It never throws: what it cannot understand, and facts of another client, it denies. What it works out
 * of a principal and of facts it keeps for as long as they live: neither may be changed after the first call.
 */
export function decide(request: AccessRequest, facts: ClientFacts, now: number, bases: Bases = ALL_BASES): Decision {
  let callers = NOBODY;
  let asked: readonly string[] = [];
  let clientId = '';
  let epoch = 0n;
  // One after another: a later one that makes no sense takes nothing from those before.
  try {
    clientId = request.clientId;
    asked = [...request.categories];
    epoch = facts.epoch;
    callers = callersOf(request, facts, now, bases);
  } catch {
    // Denied below.
  }
  const categories = new Map<string, Verdict>();
  for (const category of asked) categories.set(category, bestOfRoles(callers, category));
  return { clientId, epoch, relationship: callers.length > 0, flagged: callers.some(isFlaggedTie), categories };
}

/** The verdict without what only the client and the auditor may know: equal whether the client refused or was never asked. */
export function forProfessional(verdict: Verdict): Permit | Pick<Deny, 'decision' | 'reason'> {
  return verdict.decision === 'PERMIT' ? verdict : { decision: verdict.decision, reason: verdict.reason };
}

/** May the caller see the category? What was not decided is denied. */
export function permits(decision: Decision, category: string): boolean {
  return decision.categories.get(category)?.decision === 'PERMIT';
}

/** May the caller see a field that derives from all these categories? Every one must be permitted; of none, nothing is. */
export function permitsAll(decision: Decision, categories: readonly string[]): boolean {
  return categories.length > 0 && categories.every((category) => permits(decision, category));
}

/** The caller, in a role in which something ties them to the client. */
interface Caller {
  readonly asking: Asking;
  readonly standing: PreparedStanding;
}

const NOBODY: readonly Caller[] = [];
const MALFORMED = deny('NO_BASIS', 'MALFORMED_FACTS');
// Rule 1. Nobody sees anything without a tie to the client.
const NO_TIE = deny('NO_RELATIONSHIP', 'NO_CURRENT_RELATIONSHIP');

function callersOf(request: AccessRequest, facts: ClientFacts, now: number, bases: Bases): readonly Caller[] {
  const { principal, purpose, clientId } = request;
  if (facts.clientId !== clientId) return NOBODY;
  let callers: Caller[] | undefined;
  for (const standing of standingsOf(bases, principal, purpose)) {
    const { role, purposes, recipients, anyRecipients, person } = standing;
    const tie = tieOf(role, purpose, principal, facts, now);
    if (tie === undefined) continue;
    const records = recordsOf(facts);
    const asking = { principal, role, purpose, purposes, recipients, anyRecipients, person, tie, facts, now, records };
    callers ??= [];
    callers.push({ standing, asking });
  }
  return callers ?? NOBODY;
}

function recordsOf(facts: ClientFacts): RecordIndex | undefined {
  try {
    return indexRecords(facts);
  } catch {
    return undefined;
  }
}

/** The best of the caller's roles: a permit, else the denial of the role that came furthest in the table. */
function bestOfRoles(callers: readonly Caller[], category: string): Verdict {
  let best: Verdict = NO_TIE;
  let furthest = 0;
  for (const { standing, asking } of callers) {
    let place = 0;
    let verdict: Verdict | undefined;
    try {
      const topic = standing.of(category);
      if ('verdict' in topic) {
        ({ verdict, place } = topic);
      } else {
        for (const placed of topic.rules) {
          place = placed.place;
          verdict = placed.rule(asking, topic);
          if (verdict !== undefined) break;
        }
      }
    } catch {
      verdict = MALFORMED;
    }
    if (verdict === undefined) continue;
    if (verdict.decision === 'PERMIT') return verdict;
    if (place > furthest) {
      best = verdict;
      furthest = place;
    }
  }
  return best;
}

function isFlaggedTie({ asking: { tie } }: Caller): boolean {
  return tie.kind === 'WORK' && tie.flagged;
}
