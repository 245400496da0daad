import type { Rule } from '../asking.ts';
import { lists } from '../tables.ts';
import { deny, permit, permitPart } from '../verdict.ts';
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

/**
 * Rule 3. What an organisation keeps itself is not disclosed to it by the hub.
 *
 * Of a sector with several controllers that is a part of the register (703/2023 §§ 54–55).
 */
export const ownRegister: Rule = ({ tie }, { own }) => {
  if (tie.kind !== 'WORK' || tie.relationship === undefined || own === 'NONE') return undefined;
  return own === 'PART' ? permitPart(tie.relationship) : permit('OWN_REGISTER', tie.relationship);
};
