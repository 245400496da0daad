import { expect, test } from 'vitest';
import { createBases } from '../../consent/bases.ts';
import { consentTo, denialOf, expectDeny, expectPermit, facts, relationshipOf, user, withdrawalOf } from './harness.ts';

// Parts of categories: CUSTODY_DATES of CUSTODY, SENTENCE_PLAN_EMPLOYMENT of SENTENCE_PLAN.
const coordinator = user('coordinator');

function coordinating(...events: readonly ReturnType<typeof consentTo>[]) {
  return {
    who: coordinator,
    purpose: 'SERVICE_COORDINATION',
    about: facts(relationshipOf(coordinator), ...events),
    bases: createBases({ off: ['PRISON-EMPLOYMENT'] }),
  };
}

test.each([
  ['CUSTODY', 'CUSTODY_DATES'],
  ['SENTENCE_PLAN', 'SENTENCE_PLAN_EMPLOYMENT'],
])('%s and its part %s', (whole, part) => {
  const consent = consentTo(whole);
  expectPermit(part, coordinating(consent), 'CONSENT', consent.id);
  expectPermit(part, coordinating(consentTo(part)), 'CONSENT', `consent to ${part}`);
  expectDeny(whole, coordinating(consentTo(part)), 'NO_BASIS', 'NO_CONSENT');

  expectDeny(part, coordinating(consent, denialOf(whole)), 'NO_BASIS', 'CLIENT_DENIED');
  expectDeny(part, coordinating(consent, denialOf(part)), 'NO_BASIS', 'CLIENT_DENIED');
  expectPermit(whole, coordinating(consent, denialOf(part)), 'CONSENT');

  const withoutPart = coordinating(consent, withdrawalOf(consent, part));
  expectDeny(part, withoutPart, 'NO_BASIS', 'CONSENT_WITHDRAWN');
  expectPermit(whole, withoutPart, 'CONSENT');

  const both = consentTo(whole, { categories: [whole, part, 'HOUSING'] });
  const withoutWhole = coordinating(both, withdrawalOf(both, whole));
  expectDeny(whole, withoutWhole, 'NO_BASIS', 'CONSENT_WITHDRAWN');
  expectDeny(part, withoutWhole, 'NO_BASIS', 'CONSENT_WITHDRAWN');
  expectPermit('HOUSING', withoutWhole, 'CONSENT');

  const denial = denialOf(undefined);
  expectPermit(part, coordinating(consent, denial, withdrawalOf(denial, whole)), 'CONSENT');
  expectPermit(part, coordinating(consent, denial, withdrawalOf(denial, part)), 'CONSENT');
  expectDeny(whole, coordinating(consent, denial, withdrawalOf(denial, part)), 'NO_BASIS', 'CLIENT_DENIED');
});

test('a part is never open where its whole is closed to the role', () => {
  const who = user('peer');
  const about = facts(relationshipOf(who), consentTo('CUSTODY_DATES', { recipients: ['role:peer'] }));
  expectDeny('CUSTODY_DATES', { who, purpose: 'SERVICE_COORDINATION', about }, 'NOT_FOR_ROLE', 'CATEGORY_NOT_OF_ROLE');
  expect(about.events).toHaveLength(1);
});
