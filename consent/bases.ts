import type { Agency, CategoryName } from '../schema/categories.ts';
import type { Purpose } from '../schema/purposes.ts';
import { CARE_REQUEST_GROUNDS, SOCIAL_DESPITE_GROUNDS } from './grounds.ts';

/**
 * What a statute asks for beside itself.
 *
 * REQUEST: a specified, reasoned request of the caller that names the data and one of the grounds. JOINT_PLAN: a joint
 * employment plan in force, of which both agencies are parties and which lists the data. PERMISSION: a consent in force
 * that names the data. WRITTEN_CONSENT: such a consent, given on paper or electronically.
 */
export type Asks =
  | { readonly what: 'REQUEST'; readonly grounds: readonly string[] }
  | { readonly what: 'JOINT_PLAN' }
  | { readonly what: 'PERMISSION' }
  | { readonly what: 'WRITTEN_CONSENT' };

/** One way in which a statute opens data between authorities, whether or not the client consents. */
export interface AccessBase {
  readonly id: string;
  /** The statute of Finland, by number, year and section. */
  readonly citation: string;
  /** Disclosing agencies. */
  readonly sources: readonly Agency[];
  /** Receiving agencies: from one sector to another, unless `withinSector`. */
  readonly recipients: readonly Agency[];
  /** It opens from one controller to another of the same sector; what the recipient keeps itself is not disclosed (rule 3). */
  readonly withinSector?: true;
  /** A category opens its parts; a part does not open its whole. The role and the purpose must need them too (rule 2). */
  readonly categories: readonly CategoryName[];
  readonly purposes: readonly Purpose[];
  /** true: nothing opens that the client has denied. false: it opens despite a denial. */
  readonly denialBinds: boolean;
  readonly asks?: Asks;
}

/**
 * Rule 4: the access bases known to Finnish law as of 2025, in the order in which they are tried.
 *
 * Read one as: "<citation>: <sources> may disclose <categories> to <recipients> for <purposes>". It is configuration, not
 * legal advice: `createBases` switches any of them off.
 */
export const ACCESS_BASES = [
  {
    id: 'PRISON-EMPLOYMENT',
    citation: '1301/2021 § 28',
    // The work-ability statement of the prison service is kept in the register of health care.
    sources: ['PRISON_SERVICE', 'HEALTH_CARE'],
    recipients: ['EMPLOYMENT_SERVICES'],
    categories: ['CUSTODY_DATES', 'SENTENCE_PLAN_EMPLOYMENT', 'WORK_ABILITY'],
    purposes: ['EMPLOYMENT_SUPPORT', 'RELEASE_PREPARATION'],
    denialBinds: false,
  },
  {
    id: 'PRISON-KELA',
    citation: '1301/2021 § 27',
    sources: ['PRISON_SERVICE'],
    recipients: ['KELA'],
    categories: ['CUSTODY_DATES'],
    purposes: ['BENEFIT_CONTINUITY'],
    denialBinds: false,
  },
  {
    id: 'EMPLOYMENT-PRISON',
    citation: '1301/2021 § 16',
    sources: ['EMPLOYMENT_SERVICES'],
    recipients: ['PRISON_SERVICE'],
    categories: ['EMPLOYMENT'],
    purposes: ['SENTENCE_PLANNING', 'RELEASE_PREPARATION', 'SERVICE_COORDINATION'],
    denialBinds: false,
  },
  {
    id: 'CARE-PRISON',
    citation: '1301/2021 § 16',
    sources: ['SOCIAL_SERVICES', 'HEALTH_CARE'],
    recipients: ['PRISON_SERVICE'],
    // Never diagnoses, nor the medicines that tell them.
    categories: ['BENEFITS', 'SOCIAL_ASSISTANCE', 'HOUSING', 'SOCIAL_SERVICES', 'WORK_ABILITY'],
    purposes: ['SENTENCE_PLANNING', 'RELEASE_PREPARATION', 'SERVICE_COORDINATION'],
    denialBinds: false,
    asks: { what: 'REQUEST', grounds: CARE_REQUEST_GROUNDS },
  },
  {
    id: 'AUTHORITY-SOCIAL',
    citation: '703/2023 § 64',
    // Between social services and health care 703/2023 § 53 is the narrower rule: SOCIAL-HEALTH.
    sources: ['PRISON_SERVICE', 'EMPLOYMENT_SERVICES', 'KELA'],
    recipients: ['SOCIAL_SERVICES'],
    categories: ['CUSTODY', 'SENTENCE_PLAN', 'EMPLOYMENT'],
    purposes: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'BENEFIT_CONTINUITY'],
    denialBinds: false,
  },
  {
    id: 'SOCIAL-HEALTH',
    citation: '703/2023 § 53',
    sources: ['SOCIAL_SERVICES', 'HEALTH_CARE'],
    recipients: ['SOCIAL_SERVICES', 'HEALTH_CARE'],
    categories: [
      'BENEFITS',
      'SOCIAL_ASSISTANCE',
      'HOUSING',
      'SOCIAL_SERVICES',
      'MEDICATION',
      'HEALTH_CONDITIONS',
      'WORK_ABILITY',
    ],
    purposes: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'BENEFIT_CONTINUITY', 'CARE_CONTINUITY'],
    denialBinds: true,
    asks: { what: 'PERMISSION' },
  },
  {
    id: 'HEALTH-HEALTH',
    citation: '703/2023 § 54',
    sources: ['HEALTH_CARE'],
    recipients: ['HEALTH_CARE'],
    withinSector: true,
    categories: ['MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY'],
    purposes: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'CARE_CONTINUITY'],
    denialBinds: true,
    asks: { what: 'PERMISSION' },
  },
  {
    id: 'SOCIAL-SOCIAL',
    citation: '703/2023 § 55',
    sources: ['SOCIAL_SERVICES'],
    recipients: ['SOCIAL_SERVICES'],
    withinSector: true,
    // Not benefits: they are Kela's, and no county has them to disclose.
    categories: ['SOCIAL_ASSISTANCE', 'HOUSING', 'SOCIAL_SERVICES'],
    purposes: ['RELEASE_PREPARATION', 'SERVICE_COORDINATION', 'BENEFIT_CONTINUITY'],
    denialBinds: true,
    asks: { what: 'PERMISSION' },
  },
  {
    id: 'SOCIAL-DESPITE',
    citation: '703/2023 § 56',
    sources: ['SOCIAL_SERVICES'],
    recipients: ['PRISON_SERVICE', 'EMPLOYMENT_SERVICES', 'HEALTH_CARE', 'KELA'],
    categories: ['BENEFITS', 'SOCIAL_ASSISTANCE', 'HOUSING', 'SOCIAL_SERVICES'],
    purposes: [
      'SENTENCE_PLANNING',
      'RELEASE_PREPARATION',
      'SERVICE_COORDINATION',
      'BENEFIT_CONTINUITY',
      'CARE_CONTINUITY',
      'EMPLOYMENT_SUPPORT',
    ],
    denialBinds: false,
    asks: { what: 'REQUEST', grounds: SOCIAL_DESPITE_GROUNDS },
  },
  {
    id: 'MULTISECTOR',
    citation: '381/2023 §§ 11, 12, 15',
    // The wellbeing county is both social services and health care.
    sources: ['EMPLOYMENT_SERVICES', 'SOCIAL_SERVICES', 'HEALTH_CARE', 'KELA'],
    recipients: ['EMPLOYMENT_SERVICES', 'SOCIAL_SERVICES', 'HEALTH_CARE', 'KELA'],
    categories: ['EMPLOYMENT', 'SOCIAL_SERVICES', 'SOCIAL_ASSISTANCE', 'BENEFITS', 'WORK_ABILITY'],
    purposes: ['SERVICE_COORDINATION', 'EMPLOYMENT_SUPPORT', 'BENEFIT_CONTINUITY'],
    denialBinds: false,
    asks: { what: 'JOINT_PLAN' },
  },
  {
    id: 'PROVIDER-HEALTH',
    citation: '380/2023 § 116',
    // Employment services buy the service; the data is fetched where it is kept.
    sources: ['EMPLOYMENT_SERVICES', 'HEALTH_CARE'],
    recipients: ['THIRD_SECTOR'],
    categories: ['MEDICATION', 'HEALTH_CONDITIONS', 'WORK_ABILITY'],
    purposes: ['SERVICE_COORDINATION', 'EMPLOYMENT_SUPPORT'],
    denialBinds: true,
    asks: { what: 'WRITTEN_CONSENT' },
  },
] as const satisfies readonly AccessBase[];

export type BasisId = (typeof ACCESS_BASES)[number]['id'];

/** The bases that are switched on; made by `createBases` alone. */
export interface Bases {
  readonly on: readonly AccessBase[];
}

/** The bases without those that an agency has switched off. Throws `TypeError` on an id that is not of `ACCESS_BASES`. */
export function createBases({ off = [] }: { readonly off?: readonly string[] } = {}): Bases {
  const unknown = off.filter((id) => !isBasisId(id));
  if (unknown.length > 0) {
    const known = ACCESS_BASES.map(({ id }) => id).join(', ');
    throw new TypeError(`expected ids of access bases (${known}), got ${unknown.join(', ')}`);
  }
  return Object.freeze({ on: Object.freeze(ACCESS_BASES.filter(({ id }) => !off.includes(id))) });
}

/** Every base known, none switched off. */
export const ALL_BASES: Bases = createBases();

export function isBasisId(id: unknown): id is BasisId {
  return ACCESS_BASES.some((base) => base.id === id);
}
