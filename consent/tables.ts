import type { Principal } from '../auth/principal.ts';
import {
  AGENCIES,
  type Agency,
  CATEGORIES,
  CATEGORY_NAMES,
  type Category,
  type CategoryName,
  isCategory,
  wholeOf,
} from '../schema/categories.ts';
import { isPurpose, isRole, type Purpose, type Role } from '../schema/purposes.ts';

/** Rule 6: an emergency opens contact and health data and nothing else. */
const EMERGENCY_CATEGORIES: readonly CategoryName[] = ['IDENTITY_CONTACT', 'MEDICATION', 'HEALTH_CONDITIONS'];

type Needs = Readonly<Partial<Record<Purpose, readonly CategoryName[]>>>;

/**
 * Which role may look for which purpose, and which categories that purpose needs (906/2019 § 22: necessity, case by case).
 *
 * Read it as: "a <role>, for <purpose>, may need <categories>". Being listed opens nothing by itself: a relationship
 * (rule 1) and a basis (rules 3–6) are needed too. What is not listed is denied; a whole that is listed lists its parts.
 * But for emergencies, diagnoses leave health care for nobody; sanction details leave the prison service for nobody, and
 * consents are shown to the client, and to the guardian whose mandate covers them, alone.
 */
export const NEEDS: Readonly<Record<Role, Needs>> = {
  'rise-worker': {
    SENTENCE_PLANNING: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SANCTION_DETAILS',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'HOUSING',
      'SOCIAL_SERVICES',
      'EMPLOYMENT',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    RELEASE_PREPARATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SANCTION_DETAILS',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'HOUSING',
      'SOCIAL_SERVICES',
      'EMPLOYMENT',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    SERVICE_COORDINATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'HOUSING',
      'SOCIAL_SERVICES',
      'EMPLOYMENT',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    EMERGENCY: EMERGENCY_CATEGORIES,
  },
  'social-worker': {
    RELEASE_PREPARATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'BENEFITS',
      'SOCIAL_ASSISTANCE',
      'HOUSING',
      'SOCIAL_SERVICES',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    SERVICE_COORDINATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'BENEFITS',
      'SOCIAL_ASSISTANCE',
      'HOUSING',
      'SOCIAL_SERVICES',
      // The joint employment plan: 381/2023 §§ 11–12.
      'EMPLOYMENT',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    BENEFIT_CONTINUITY: ['IDENTITY_CONTACT', 'CUSTODY', 'BENEFITS', 'SOCIAL_ASSISTANCE', 'HOUSING'],
    EMERGENCY: EMERGENCY_CATEGORIES,
  },
  'employment-specialist': {
    EMPLOYMENT_SUPPORT: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'EMPLOYMENT',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    RELEASE_PREPARATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'EMPLOYMENT',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    SERVICE_COORDINATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'RESPONSIBLE_WORKERS',
      // The joint employment plan: 381/2023 §§ 11–12.
      'SOCIAL_SERVICES',
      'EMPLOYMENT',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
  },
  'health-professional': {
    CARE_CONTINUITY: [
      'IDENTITY_CONTACT',
      // The receiving clinic needs the day of release: overdose risk peaks in the first week.
      'CUSTODY',
      'RESPONSIBLE_WORKERS',
      'HOUSING',
      'SOCIAL_SERVICES',
      'MEDICATION',
      'HEALTH_CONDITIONS',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    RELEASE_PREPARATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'RESPONSIBLE_WORKERS',
      'HOUSING',
      'SOCIAL_SERVICES',
      'MEDICATION',
      'HEALTH_CONDITIONS',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    SERVICE_COORDINATION: [
      'IDENTITY_CONTACT',
      'RESPONSIBLE_WORKERS',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    EMERGENCY: EMERGENCY_CATEGORIES,
  },
  coordinator: {
    RELEASE_PREPARATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'BENEFITS',
      'SOCIAL_ASSISTANCE',
      'HOUSING',
      'SOCIAL_SERVICES',
      'EMPLOYMENT',
      'MEDICATION',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    SERVICE_COORDINATION: [
      'IDENTITY_CONTACT',
      'CUSTODY',
      'SENTENCE_PLAN',
      'RESPONSIBLE_WORKERS',
      'BENEFITS',
      'SOCIAL_ASSISTANCE',
      'HOUSING',
      'SOCIAL_SERVICES',
      'EMPLOYMENT',
      'MEDICATION',
      'WORK_ABILITY',
      'APPOINTMENTS_REFERRALS',
      'CLIENT_VOICE',
    ],
    EMERGENCY: EMERGENCY_CATEGORIES,
  },
  peer: {
    SERVICE_COORDINATION: ['IDENTITY_CONTACT', 'APPOINTMENTS_REFERRALS', 'CLIENT_VOICE'],
  },
  client: { OWN_DATA: CATEGORY_NAMES },
  // Narrowed by each guardian's mandate.
  guardian: { OWN_DATA: CATEGORY_NAMES },
  auditor: { AUDIT: [] },
  'privacy-officer': { AUDIT: [] },
  steering: {},
  developer: {},
};

/** The roles of professionals: those that may record what a client says, on the client's behalf. */
export const PROFESSIONAL_ROLES = [
  'rise-worker',
  'social-worker',
  'employment-specialist',
  'health-professional',
  'coordinator',
] as const satisfies readonly Role[];

/** The roles that a consent or a denial can name: professionals and peers. */
export const RECIPIENT_ROLES = [...PROFESSIONAL_ROLES, 'peer'] as const satisfies readonly Role[];

/** The roles that a denial can name: a client, a minor too, may deny a guardian sight. */
export const DENIABLE_ROLES = [...RECIPIENT_ROLES, 'guardian'] as const satisfies readonly Role[];

/**
 * The purposes that a consent or a denial can name: those for which someone else than the client or an auditor looks.
 *
 * Not EMERGENCY: rule 6 opens despite a denial, and no consent takes its place.
 */
export const RECIPIENT_PURPOSES: readonly Purpose[] = [...purposesOf(RECIPIENT_ROLES)].filter(
  (purpose) => purpose !== 'EMERGENCY',
);

/** The roles that may declare an emergency. */
export const EMERGENCY_ROLES: readonly Role[] = RECIPIENT_ROLES.filter((role) => NEEDS[role].EMERGENCY !== undefined);

/**
 * Whose own register the joint client index is (rule 3): the authorities that keep it together.
 *
 * A statutory authority with a current relationship must know whom it serves, so identity and contact are its own. The
 * other joint categories reveal other agencies' services, or are the client's own words: they need a basis of rules 4–6,
 * and the third sector needs one for identity too.
 */
export const JOINT_REGISTER: Readonly<Partial<Record<CategoryName, readonly Agency[]>>> = {
  IDENTITY_CONTACT: ['HUB', 'PRISON_SERVICE', 'SOCIAL_SERVICES', 'EMPLOYMENT_SERVICES', 'HEALTH_CARE', 'KELA'],
};

/**
 * The sectors whose register several controllers keep, each its own (rule 3; 703/2023 §§ 54–55).
 *
 * There the caller's own register is what their own organisation keeps: the rows of the other controllers need a basis of
 * rules 4–6. Every other sector is one register: the prison service and Kela are one controller each, employment authorities
 * keep a national register as joint controllers (380/2023), the hub's is the joint index, and the third sector keeps none here.
 */
export const SEVERAL_CONTROLLERS: readonly Agency[] = ['SOCIAL_SERVICES', 'HEALTH_CARE'];

/**
 * Categories of such a sector that are nevertheless one register for the whole country.
 *
 * Kela alone decides on benefits; social services read its decisions as their own, whatever the county (703/2023 § 64).
 */
export const NATIONAL_REGISTERS: readonly CategoryName[] = ['BENEFITS'];

/** Do several controllers keep the category, so that an organisation's own register is a part of it? */
export function isKeptBySeveral(category: CategoryName): boolean {
  return SEVERAL_CONTROLLERS.includes(CATEGORIES[category].source) && !NATIONAL_REGISTERS.includes(category);
}

/**
 * The purposes that are a task of the recipient by law. Consent opens criminal data (1054/2018, 1301/2021) only together
 * with one: for the third sector it never does.
 */
export const TASKS: Readonly<Record<Agency, readonly Purpose[]>> = {
  HUB: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION'],
  PRISON_SERVICE: ['SENTENCE_PLANNING', 'RELEASE_PREPARATION', 'SERVICE_COORDINATION'],
  SOCIAL_SERVICES: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'BENEFIT_CONTINUITY'],
  EMPLOYMENT_SERVICES: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'EMPLOYMENT_SUPPORT'],
  HEALTH_CARE: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'CARE_CONTINUITY'],
  KELA: ['BENEFIT_CONTINUITY'],
  THIRD_SECTOR: [],
};

/** The purposes for which any of the roles may look; unknown roles have none. */
export function purposesOf(roles: readonly string[]): ReadonlySet<Purpose> {
  return new Set(roles.filter(isRole).flatMap((role) => Object.keys(NEEDS[role]) as Purpose[]));
}

/** Step 4 of the pipeline: may the caller, in any role, look for this purpose at all? Unknown purposes: no. */
export function mayUse(principal: Pick<Principal, 'roles'>, purpose: string): boolean {
  return isPurpose(purpose) && purposesOf(principal.roles).has(purpose);
}

export function isAgency(name: unknown): name is Agency {
  return typeof name === 'string' && Object.hasOwn(AGENCIES, name);
}

/** Can a consent open the category? The client's consents are for the client alone; some data never leaves its controller. */
export function isShareable(name: string): boolean {
  return isCategory(name) && name !== 'CONSENTS' && !isNeverShared(name);
}

/** Some data never leaves its controller. */
export function isNeverShared(name: string): boolean {
  if (!isCategory(name)) return false;
  const category: Category = CATEGORIES[name];
  return category.neverShared === true;
}

/** Is the category among those listed, by itself or as a part of a listed whole? */
export function lists(listed: readonly string[], category: string): boolean {
  if (listed.includes(category)) return true;
  const whole = isCategory(category) ? wholeOf(category) : undefined;
  return whole !== undefined && listed.includes(whole);
}
