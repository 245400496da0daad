import type { Asking, Rule, Topic } from '../asking.ts';
import type { AccessBase } from '../bases.ts';
import type { Permit } from '../decision.ts';
import { remember } from '../remember.ts';
import { lists } from '../tables.ts';
import { isCurrent, leastId } from '../time.ts';
import { permit } from '../verdict.ts';
import { findConsent, findDenial } from './consents.ts';

/** Rule 4. A statute opens the category; unless it says that a denial binds, it does so despite one. */
export const statuteOpens: Rule = (asking, topic) => {
  for (const base of topic.bases) {
    const met = meet(base, asking, topic);
    if (met === undefined || (base.denialBinds && findDenial(asking, topic) !== undefined)) continue;
    return met === BY_ITSELF ? permitBy(base) : { ...permitBy(base), restsOn: met };
  }
  return undefined;
};

/** The same for everybody: made once. */
const permits = new WeakMap<AccessBase, Permit>();

function permitBy(base: AccessBase): Permit {
  return remember(permits, base, () => permit('STATUTE', base.id));
}

const BY_ITSELF = '';

/** Id of the fact that meets what the statute asks for, `BY_ITSELF` when it asks for nothing, undefined when unmet. */
function meet(base: AccessBase, asking: Asking, topic: Topic): string | undefined {
  switch (base.asks?.what) {
    case undefined:
      return BY_ITSELF;
    case 'REQUEST':
      return findRequest(base, base.asks.grounds, asking, topic);
    case 'JOINT_PLAN':
      return findJointPlan(asking, topic);
    case 'PERMISSION':
      return findConsent(asking, topic)?.id;
    case 'WRITTEN_CONSENT':
      return findConsent(asking, topic, 'WRITTEN')?.id;
  }
}

function findRequest({ id }: AccessBase, grounds: readonly string[], asking: Asking, topic: Topic): string | undefined {
  const { standing, facts, now } = asking;
  // As of nearly every client, here and below: it is asked for each of them, category by category.
  if (facts.requests.length === 0) return undefined;
  const { principal } = standing;
  return leastId(
    facts.requests.filter(
      (request) =>
        request.basis === id &&
        grounds.includes(request.ground) &&
        request.person === principal.id &&
        request.agency === principal.agency &&
        lists(request.categories, topic.category) &&
        request.review !== 'REJECTED' &&
        isCurrent(request, now),
    ),
  );
}

function findJointPlan({ standing, facts, now }: Asking, { category, source }: Topic): string | undefined {
  if (facts.jointPlans.length === 0) return undefined;
  return leastId(
    facts.jointPlans.filter(
      (plan) =>
        plan.parties.includes(source) &&
        plan.parties.includes(standing.principal.agency ?? '') &&
        lists(plan.items, category) &&
        isCurrent(plan, now),
    ),
  );
}
