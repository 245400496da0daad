import type { Principal } from '../auth/principal.ts';
import { CATEGORIES, type CategoryName, isCategory } from '../schema/categories.ts';
import { isPurpose, isRole } from '../schema/purposes.ts';
import type { Basis, ConsentEvent, Deny, DenyDetail, DenyReason, Permit, Verdict } from './decision.ts';
import type { FoldedRecord } from './records.ts';
import { within } from './relationship.ts';
import { isAgency, JOINT_REGISTER, NEEDS, TASKS } from './tables.ts';

/** One caller in one of their roles, asking about one client: with the category, everything a rule may look at. */
export interface Asking {
  readonly principal: Principal;
  readonly role: string;
  readonly purpose: string;
  readonly now: number;
  /** What ties the caller, in this role, to the client: the client themself, a relationship's id, or nothing. */
  readonly tie: 'SELF' | { readonly relationship: string } | undefined;
  /** How a consent names the caller in this role: the role, the agency, the person. */
  readonly recipients: readonly string[];
  /** How a denial names the caller: as above, in every role they hold. */
  readonly anyRecipients: readonly string[];
  /** The client's consents and denials, folded; throws on malformed facts. */
  readonly records: () => readonly FoldedRecord<ConsentEvent>[];
}

/** A rule gives a verdict on a category or passes it on to the next rule. It looks at nothing but its arguments. */
export type Rule = (asking: Asking, category: string) => Verdict | undefined;

/** Rule 1. Nobody sees anything without a tie to the client. */
export const relationshipHolds: Rule = ({ tie }) =>
  tie === undefined ? deny('NO_RELATIONSHIP', 'NO_CURRENT_RELATIONSHIP') : undefined;

/** Rules 2 and 7. What the hub does not know by name is denied, not an error. */
export const namesAreKnown: Rule = ({ purpose }, category) => {
  if (!isPurpose(purpose)) return deny('NOT_FOR_PURPOSE', 'UNKNOWN_PURPOSE');
  return isCategory(category) ? undefined : deny('NOT_FOR_PURPOSE', 'UNKNOWN_CATEGORY');
};

/** Rule 2. The role must be allowed the purpose. */
export const roleHasPurpose: Rule = ({ role, purpose }) =>
  needsOf(role, purpose) === undefined ? deny('NOT_FOR_ROLE', 'PURPOSE_NOT_OF_ROLE') : undefined;

/** Rule 2. Some categories never leave their controller; the client's own sight of them is no disclosure. */
export const categoryMayLeave: Rule = ({ principal, tie }, category) => {
  const { source, neverShared } = describe(category);
  return neverShared && tie !== 'SELF' && principal.agency !== source
    ? deny('NOT_FOR_ROLE', 'NEVER_SHARED')
    : undefined;
};

/** Rule 2. The purpose must need the category. */
export const purposeNeedsCategory: Rule = ({ role, purpose }, category) => {
  if (needsOf(role, purpose)?.includes(category)) return undefined;
  const forAnother =
    isRole(role) && Object.values(NEEDS[role]).some((needs: readonly string[]) => needs.includes(category));
  return forAnother ? deny('NOT_FOR_PURPOSE', 'CATEGORY_NOT_OF_PURPOSE') : deny('NOT_FOR_ROLE', 'CATEGORY_NOT_OF_ROLE');
};

/** The client always sees their own data (GDPR art. 15; 1054/2018 § 23). */
export const ownData: Rule = ({ tie }) => (tie === 'SELF' ? permit('OWN_DATA', null) : undefined);

/** Rule 3. An agency's own data is not disclosed to it by the hub. */
export const ownRegister: Rule = ({ principal, tie }, category) => {
  if (tie === undefined || tie === 'SELF' || !isAgency(principal.agency)) return undefined;
  const { source } = describe(category);
  const own =
    source === 'HUB'
      ? (JOINT_REGISTER[category as CategoryName]?.includes(principal.agency) ?? false)
      : source === principal.agency;
  return own ? permit('OWN_REGISTER', tie.relationship) : undefined;
};

/**
 * Rule 5. A denial wins over every consent, whatever their order in time.
 *
 * It is in force from its recording until it is withdrawn, whatever dates it carries, and an empty array means all. It
 * binds the caller in every role they hold, so that one more role is never a way around it.
 */
export const clientDenies: Rule = (asking, category) => {
  const binding = asking.records().find(({ opening, taken, withdrawn }) => {
    if (opening.kind !== 'DENIED' || withdrawn || taken.has(category)) return false;
    return (
      isAllOrHas(opening.categories, category) &&
      isAllOrHas(opening.sources, describe(category).source) &&
      isAllOrHas(opening.purposes, asking.purpose) &&
      (opening.recipients.length === 0 ||
        opening.recipients.some((recipient) => asking.anyRecipients.includes(recipient)))
    );
  });
  return binding && deny('NO_BASIS', 'CLIENT_DENIED', binding.id);
};

/** Rule 5. A consent in force matches source, recipient, purpose, category and time; criminal data asks for a task too. */
export const clientConsents: Rule = (asking, category) => {
  let lapsed: Deny | undefined;
  for (const record of asking.records()) {
    const { opening } = record;
    const matches =
      opening.kind === 'GRANTED' &&
      opening.categories.includes(category) &&
      opening.sources.includes(describe(category).source) &&
      opening.purposes.includes(asking.purpose) &&
      opening.recipients.some((recipient) => asking.recipients.includes(recipient));
    if (!matches) continue;
    const detail = whyNot(record, asking, category);
    if (detail === undefined) return permit('CONSENT', record.id);
    lapsed ??= deny('NO_BASIS', detail, record.id);
  }
  return lapsed;
};

/** Rule 7. Default deny. */
export const otherwise = (): Verdict => deny('NO_BASIS', 'NO_CONSENT');

export function deny(reason: DenyReason, detail: DenyDetail, reference: string | null = null): Deny {
  return { decision: 'DENY', reason, detail, reference };
}

function permit(basis: Basis, reference: string | null): Permit {
  return { decision: 'PERMIT', basis, reference };
}

function whyNot({ opening, taken, withdrawn }: FoldedRecord, asking: Asking, category: string): DenyDetail | undefined {
  if (withdrawn || taken.has(category)) return 'CONSENT_WITHDRAWN';
  if (!within(opening.from, opening.until, asking.now)) {
    return asking.now < opening.from ? 'CONSENT_NOT_YET_IN_FORCE' : 'CONSENT_EXPIRED';
  }
  return describe(category).sensitivity === 'criminal' && !isTask(asking) ? 'NO_TASK' : undefined;
}

function isTask({ principal, purpose }: Asking): boolean {
  return isAgency(principal.agency) && (TASKS[principal.agency] as readonly string[]).includes(purpose);
}

function needsOf(role: string, purpose: string): readonly string[] | undefined {
  return isRole(role) && isPurpose(purpose) ? NEEDS[role][purpose] : undefined;
}

function isAllOrHas(list: readonly string[], name: string): boolean {
  return list.length === 0 || list.includes(name);
}

function describe(category: string) {
  // `namesAreKnown` stands before every rule that asks.
  return CATEGORIES[category as CategoryName] as (typeof CATEGORIES)[CategoryName] & { readonly neverShared?: true };
}
