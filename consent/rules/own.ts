import type { Rule } from '../asking.ts';
import { lists } from '../tables.ts';
import { deny, permit } from '../verdict.ts';
import { findDenial } from './consents.ts';

/** The client always sees their own data (GDPR art. 15; 1054/2018 § 23). */
export const ownData: Rule = ({ tie }) => (tie.kind === 'SELF' ? permit('OWN_DATA', null) : undefined);

/** Guardians act for the client within their mandate; any client, a minor too, may deny a guardian sight. */
export const guardianActs: Rule = (asking, topic) => {
  if (asking.tie.kind !== 'GUARDIAN') return undefined;
  const mandate = asking.tie.mandates.find(({ categories }) => lists(categories, topic.category));
  if (mandate === undefined) return deny('NO_BASIS', 'OUTSIDE_MANDATE');
  const denial = findDenial(asking, topic);
  return denial === undefined ? permit('GUARDIAN', mandate.id) : deny('NO_BASIS', 'GUARDIAN_DENIED', denial.id);
};

/** Rule 3. An agency's own data is not disclosed to it by the hub. */
export const ownRegister: Rule = ({ tie }, { own }) =>
  own && tie.kind === 'WORK' && tie.relationship !== undefined ? permit('OWN_REGISTER', tie.relationship) : undefined;
