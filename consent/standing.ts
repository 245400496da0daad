import type { Principal } from '../auth/principal.ts';
import { type Agency, CATEGORIES, CATEGORY_NAMES, type CategoryName } from '../schema/categories.ts';
import { isPurpose, ROLES } from '../schema/purposes.ts';
import type { Standing, Topic } from './asking.ts';
import type { Bases } from './bases.ts';
import type { Deny } from './decision.ts';
import { categoryBits, purposeBits, recipientBits } from './names.ts';
import { remember } from './remember.ts';
import { CALLER_RULES, RULES } from './rules.ts';
import { isAgency, isKeptBySeveral, JOINT_REGISTER, lists, TASKS } from './tables.ts';

/** A denial by the rules about the caller alone, and how far down the table they came. */
export interface Settled {
  readonly verdict: Deny;
  readonly place: number;
}

/** A caller in one role, with all that can be said of every category before any client is known. */
export interface PreparedStanding extends Standing {
  /** Of every known category, at its place in `CATEGORY_NAMES`. */
  readonly topics: readonly (Settled | Topic)[];
  /** Of a name that is no category. */
  readonly unknown: Settled;
}

/**
 * The caller in each of their known roles, in the order of `ROLES`.
 *
 * Made once for a principal, a purpose and a set of bases, all of which must not change: it is most of the work.
 */
export function standingsOf(bases: Bases, principal: Principal, purpose: string): readonly PreparedStanding[] {
  if (!isPurpose(purpose)) return prepare(bases, principal, purpose);
  const ofPrincipal = remember(MADE, bases, () => new WeakMap<Principal, Map<string, readonly PreparedStanding[]>>());
  const ofPurpose = remember(ofPrincipal, principal, () => new Map<string, readonly PreparedStanding[]>());
  return remember(ofPurpose, purpose, () => prepare(bases, principal, purpose));
}

const MADE = new WeakMap<Bases, WeakMap<Principal, Map<string, readonly PreparedStanding[]>>>();

const ROLE_ORDER = Object.keys(ROLES);

function prepare(bases: Bases, principal: Principal, purpose: string): readonly PreparedStanding[] {
  if (!Array.isArray(principal.roles)) return [];
  const roles = ROLE_ORDER.filter((role) => (principal.roles as readonly string[]).includes(role));
  const purposes = purposeBits([purpose]);
  const anyRecipients = recipientsOf(principal, roles);
  const person = `person:${principal.id}`;
  return roles.map((role) => {
    const recipients = recipientsOf(principal, [role]);
    const standing: Standing = { principal, role, purpose, purposes, recipients, anyRecipients, person };
    const topics = CATEGORY_NAMES.map((name) => settle(standing, name) ?? topicOf(bases, standing, name));
    return { ...standing, topics, unknown: settle(standing, '')! };
  });
}

function recipientsOf({ agency }: Principal, roles: readonly string[]): number {
  return recipientBits([...roles.map((role) => `role:${role}`), `agency:${agency}`]);
}

function settle(standing: Standing, category: string): Settled | undefined {
  for (const [index, { rule }] of CALLER_RULES.entries()) {
    const verdict = rule(standing, category);
    if (verdict !== undefined) return { verdict, place: index + 1 };
  }
  return undefined;
}

function topicOf(bases: Bases, standing: Standing, category: CategoryName): Topic {
  const { principal, purpose } = standing;
  const { source, sensitivity } = CATEGORIES[category];
  const agency = isAgency(principal.agency) ? principal.agency : undefined;
  const topic = {
    category,
    bit: categoryBits([category]),
    source,
    own: ownPart(agency, category),
    bases: bases.on.filter(
      (base) =>
        agency !== undefined &&
        base.sources.includes(source) &&
        base.recipients.includes(agency) &&
        (source === agency) === (base.withinSector === true) &&
        lists(base.categories, category) &&
        (base.purposes as readonly string[]).includes(purpose),
    ),
    lacksTask:
      sensitivity === 'criminal' && !(agency !== undefined && (TASKS[agency] as readonly string[]).includes(purpose)),
    inWriting: sensitivity === 'art9' && agency === 'THIRD_SECTOR',
  };
  const rules = RULES.map(({ rule, concerns }, index) => ({ rule, concerns, place: CALLER_RULES.length + 1 + index }));
  return { ...topic, rules: rules.filter(({ concerns }) => concerns(standing, topic)) };
}

function ownPart(agency: Agency | undefined, category: CategoryName): Topic['own'] {
  const { source } = CATEGORIES[category];
  if (agency === undefined) return 'NONE';
  if (source === 'HUB') return JOINT_REGISTER[category]?.includes(agency) ? 'ALL' : 'NONE';
  if (source !== agency) return 'NONE';
  return isKeptBySeveral(category) ? 'PART' : 'ALL';
}
