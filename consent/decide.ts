import { CATEGORY_NAMES } from '../schema/categories.ts';
import type { Asking, Said, Standing } from './asking.ts';
import { ALL_BASES, type Bases } from './bases.ts';
import type { AccessRequest, ClientFacts, Decision, Deny, Permit, Verdict } from './decision.ts';
import { type AddressedRecord, indexRecords, isAddressedTo } from './records.ts';
import { tieOf } from './relationship.ts';
import { type PreparedStanding, standingsOf } from './standing.ts';
import { deny } from './verdict.ts';
import { type Places, Verdicts } from './verdicts.ts';

/**
 * Decides which categories of one client the caller may see (consent.md, rules 1–7).
 *
 * Pure: the same arguments always give the same decision, and no category's verdict depends on the others asked. `now` is
 * in ms since epoch. It never throws: what it cannot understand, and facts of another client, it denies. What it works out
 * of a principal and of facts it keeps for as long as they live: neither may be changed after the first call.
 */
export function decide(request: AccessRequest, facts: ClientFacts, now: number, bases: Bases = ALL_BASES): Decision {
  let callers = NOBODY;
  let asked = NOTHING;
  let clientId = '';
  let epoch = 0n;
  // One after another: a later one that makes no sense takes nothing from those before.
  try {
    clientId = request.clientId;
    asked = askedOf(request.categories);
    epoch = facts.epoch;
    callers = callersOf(request, facts, now, bases);
  } catch {
    // Denied below.
  }
  const { places, indexes } = asked;
  const categories = new Verdicts(places, (place) => bestOfRoles(callers, indexes[place] as number));
  return { clientId, epoch, relationship: callers.length > 0, flagged: callers.some(isFlaggedTie), categories };
}

/** The verdict without what only the client and the auditor may know: equal whether the client refused or was never asked. */
export function forProfessional(verdict: Verdict): Permit | Pick<Deny, 'decision' | 'reason'> {
  return verdict.decision === 'PERMIT' ? verdict : { decision: verdict.decision, reason: verdict.reason };
}

/** May the caller see the category, or a part of it? What was not decided is denied. */
export function permits(decision: Decision, category: string): boolean {
  return decision.categories.get(category)?.decision === 'PERMIT';
}

/** May the caller see of the category what their own organisation keeps, and nothing else? */
export function permitsPart(decision: Decision, category: string): boolean {
  const verdict = decision.categories.get(category);
  return verdict !== undefined && isPart(verdict);
}

/** May the caller see a field that derives from all these categories? Every one must be permitted; of none, nothing is. */
export function permitsAll(decision: Decision, categories: readonly string[]): boolean {
  return categories.length > 0 && categories.every((category) => permits(decision, category));
}

/** The categories of a request, each once, with its place in `CATEGORY_NAMES`; -1 for an unknown one. */
interface Asked {
  readonly given: readonly string[];
  readonly places: Places;
  readonly indexes: readonly number[];
}

const NOTHING: Asked = { given: [], places: new Map(), indexes: [] };
/** Whoever asks about many clients asks the same of each: the list is read once. */
let lastAsked = NOTHING;

function askedOf(categories: readonly string[]): Asked {
  const { given } = lastAsked;
  if (categories.length === given.length && given.every((name, at) => name === categories[at])) return lastAsked;
  const copy = [...categories];
  const names = [...new Set(copy)];
  lastAsked = {
    given: copy,
    places: new Map(names.map((name, place) => [name, place])),
    indexes: names.map((name) => (CATEGORY_NAMES as readonly string[]).indexOf(name)),
  };
  return lastAsked;
}

/** The caller, in a role in which something ties them to the client. */
interface Caller extends Asking {
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
    const tie = tieOf(standing.role, purpose, principal, facts, now);
    if (tie === undefined) continue;
    callers ??= [];
    callers.push({ standing, tie, facts, now, said: saidTo(standing, facts) });
  }
  return callers ?? NOBODY;
}

function saidTo(standing: Standing, facts: ClientFacts): Said | undefined {
  const { purposes, recipients, anyRecipients, person } = standing;
  try {
    const index = indexRecords(facts);
    const consents = index.consents.filter((record) => isAddressedTo(record, purposes, recipients, person));
    const denials = index.denials.filter((record) => isAddressedTo(record, purposes, anyRecipients, person));
    return { consents, denials, consented: categoriesOf(consents), denied: categoriesOf(denials) };
  } catch {
    return undefined;
  }
}

function categoriesOf(records: readonly AddressedRecord[]): number {
  let bits = 0;
  for (const { categories } of records) bits |= categories;
  return bits;
}

/** The best of the caller's roles: the widest permit, else the denial of the role that came furthest in the table. */
function bestOfRoles(callers: readonly Caller[], index: number): Verdict {
  let part: Permit | undefined;
  let best: Verdict = NO_TIE;
  let furthest = 0;
  for (const asking of callers) {
    const { standing } = asking;
    const topic = standing.topics[index] ?? standing.unknown;
    let place = 0;
    let own: Permit | undefined;
    let verdict: Verdict | undefined;
    try {
      if ('verdict' in topic) {
        ({ verdict, place } = topic);
      } else {
        for (const placed of topic.rules) {
          place = placed.place;
          verdict = placed.rule(asking, topic);
          if (verdict === undefined) continue;
          if (!isPart(verdict)) break;
          own = verdict;
        }
      }
    } catch {
      verdict = MALFORMED;
    }
    if (verdict === undefined) continue;
    if (verdict.decision === 'PERMIT') return own === undefined ? verdict : { ...verdict, beside: own };
    part ??= own;
    if (place > furthest) {
      best = verdict;
      furthest = place;
    }
  }
  return part ?? best;
}

/** Does the verdict open what the caller's own organisation keeps, and nothing else? */
export function isPart(verdict: Verdict): verdict is Permit {
  return verdict.decision === 'PERMIT' && verdict.register === 'OWN';
}

function isFlaggedTie({ tie }: Caller): boolean {
  return tie.kind === 'WORK' && tie.flagged;
}
