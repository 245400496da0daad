import type { Principal } from '../auth/principal.ts';
import { ROLES } from '../schema/purposes.ts';
import type { AccessRequest, ClientFacts, Decision, Deny, Permit, Verdict } from './decision.ts';
import { foldRecords } from './records.ts';
import { currentRelationship, isSelf } from './relationship.ts';
import {
  type Asking,
  categoryMayLeave,
  clientConsents,
  clientDenies,
  deny,
  namesAreKnown,
  otherwise,
  ownData,
  ownRegister,
  purposeNeedsCategory,
  type Rule,
  relationshipHolds,
  roleHasPurpose,
} from './rules.ts';
import { isAgency } from './tables.ts';

/** The order of rules in consent.md, top to bottom; the first that gives a verdict decides. */
export const RULES: readonly { readonly place: string; readonly name: string; readonly rule: Rule }[] = [
  { place: '1', name: 'relationship holds', rule: relationshipHolds },
  // 1, declared: a relationship declared with a written reason arrives in the facts like any other, time-boxed.
  { place: '2', name: 'names are known', rule: namesAreKnown },
  { place: '2', name: 'role has purpose', rule: roleHasPurpose },
  { place: '2', name: 'category may leave its controller', rule: categoryMayLeave },
  { place: '2', name: 'purpose needs category', rule: purposeNeedsCategory },
  { place: '3', name: 'own data', rule: ownData },
  // Guardians act for the client within their mandate: their place is beside own data.
  { place: '3', name: 'own register', rule: ownRegister },
  // 4, statutory bases (consent/bases.ts): their place is here, before the client's denials.
  { place: '5', name: 'client denies', rule: clientDenies },
  { place: '5', name: 'client consents', rule: clientConsents },
  // 6, emergency: its place is here; a denial that 5 found must then pass on to it.
  { place: '7', name: 'otherwise', rule: otherwise },
];

/**
 * Decides which categories of one client the caller may see (consent.md, rules 1, 2, 3, 5 and 7).
 *
 * Pure: the same arguments always give the same decision, and no category's verdict depends on the others asked. `now` is
 * in ms since epoch. It never throws: what it cannot understand, and facts of another client, it denies.
 */
export function decide(request: AccessRequest, facts: ClientFacts, now: number): Decision {
  const caller = orElse(() => callerOf(request, facts, now), NOBODY);
  const categories = new Map<string, Verdict>();
  for (const category of orElse(() => [...request.categories], [])) {
    categories.set(
      category,
      orElse(() => bestOfRoles(caller, category), MALFORMED),
    );
  }
  return {
    clientId: orElse(() => request.clientId, ''),
    epoch: orElse(() => facts.epoch, 0n),
    relationship: caller.some(({ tie }) => tie !== undefined),
    categories,
  };
}

/** The verdict without what only the client and the auditor may know: equal whether the client refused or was never asked. */
export function forProfessional(verdict: Verdict): Permit | Pick<Deny, 'decision' | 'reason'> {
  return verdict.decision === 'PERMIT' ? verdict : { decision: verdict.decision, reason: verdict.reason };
}

/** May the caller see the category? What was not decided is denied. */
export function permits(decision: Decision, category: string): boolean {
  return decision.categories.get(category)?.decision === 'PERMIT';
}

/** The caller in each of their roles. */
type Caller = readonly Asking[];

const NOBODY: Caller = [];
const MALFORMED = deny('NO_BASIS', 'MALFORMED_FACTS');
const NO_ROLE = deny('NO_RELATIONSHIP', 'NO_CURRENT_RELATIONSHIP');
const ROLE_ORDER = Object.keys(ROLES);

function callerOf({ principal, purpose, clientId }: AccessRequest, facts: ClientFacts, now: number): Caller {
  if (facts.clientId !== clientId || !Array.isArray(principal.roles)) return NOBODY;
  const current = currentRelationship(principal, facts, now);
  const work = current && { relationship: current.id };
  const records = lazily(() => foldRecords(facts.events));
  const roles = ROLE_ORDER.filter((role) => (principal.roles as readonly string[]).includes(role));
  const anyRecipients = recipientsOf(principal, roles);
  return roles.map((role) => ({
    principal,
    role,
    purpose,
    now,
    tie: tieOf(role, principal, facts, work),
    recipients: recipientsOf(principal, [role]),
    anyRecipients,
    records,
  }));
}

function tieOf(role: string, principal: Principal, facts: ClientFacts, work: Asking['tie']): Asking['tie'] {
  if (role === 'client') return isSelf(principal, facts) ? 'SELF' : undefined;
  // A guardian's mandate is not a worker's relationship: its place is here.
  return role === 'guardian' ? undefined : work;
}

function recipientsOf(principal: Principal, roles: readonly string[]): readonly string[] {
  const recipients = roles.map((role) => `role:${role}`);
  if (isAgency(principal.agency)) recipients.push(`agency:${principal.agency}`);
  recipients.push(`person:${principal.id}`);
  return recipients;
}

/** The best of the caller's roles: a permit, else the denial of the role that came furthest in the table. */
function bestOfRoles(caller: Caller, category: string): Verdict {
  let best: Verdict = NO_ROLE;
  let furthest = 0;
  for (const asking of caller) {
    for (let place = 0; place < RULES.length; place += 1) {
      const verdict = weigh(RULES[place]!.rule, asking, category);
      if (verdict === undefined) continue;
      if (verdict.decision === 'PERMIT') return verdict;
      if (place > furthest) {
        best = verdict;
        furthest = place;
      }
      break;
    }
  }
  return best;
}

function weigh(rule: Rule, asking: Asking, category: string): Verdict | undefined {
  try {
    return rule(asking, category);
  } catch {
    return MALFORMED;
  }
}

function orElse<T>(attempt: () => T, fallback: T): T {
  try {
    return attempt();
  } catch {
    return fallback;
  }
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
