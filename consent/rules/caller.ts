import { CATEGORIES, type CategoryName, isCategory } from '../../schema/categories.ts';
import { isPurpose, isRole } from '../../schema/purposes.ts';
import type { CallerRule } from '../asking.ts';
import { isNeverShared, lists, NEEDS } from '../tables.ts';
import { deny } from '../verdict.ts';

/** Rules 2 and 7. What the hub does not know by name is denied, not an error. */
export const namesAreKnown: CallerRule = ({ purpose }, category) => {
  if (!isPurpose(purpose)) return deny('NOT_FOR_PURPOSE', 'UNKNOWN_PURPOSE');
  return isCategory(category) ? undefined : deny('NOT_FOR_PURPOSE', 'UNKNOWN_CATEGORY');
};

/** Rule 2. The role must be allowed the purpose. */
export const roleHasPurpose: CallerRule = ({ role, purpose }) =>
  needsOf(role, purpose) === undefined ? deny('NOT_FOR_ROLE', 'PURPOSE_NOT_OF_ROLE') : undefined;

/** Rule 2. Some categories never leave their controller; the client's own sight of them is no disclosure. */
export const categoryMayLeave: CallerRule = ({ principal, role }, category) =>
  isNeverShared(category) && role !== 'client' && principal.agency !== CATEGORIES[category as CategoryName].source
    ? deny('NOT_FOR_ROLE', 'NEVER_SHARED')
    : undefined;

/** Rule 2. The purpose must need the category, or the whole that it is a part of. */
export const purposeNeedsCategory: CallerRule = ({ role, purpose }, category) => {
  if (lists(needsOf(role, purpose) ?? [], category)) return undefined;
  // An emergency is no purpose to be pointed to.
  const forAnother =
    isRole(role) &&
    Object.entries(NEEDS[role]).some(([other, needs]) => other !== 'EMERGENCY' && lists(needs, category));
  return forAnother ? deny('NOT_FOR_PURPOSE', 'CATEGORY_NOT_OF_PURPOSE') : deny('NOT_FOR_ROLE', 'CATEGORY_NOT_OF_ROLE');
};

function needsOf(role: string, purpose: string): readonly string[] | undefined {
  return isRole(role) && isPurpose(purpose) ? NEEDS[role][purpose] : undefined;
}
