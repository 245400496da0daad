import type { Principal } from '../auth/principal.ts';
import type { Channel } from './channel.ts';

/** One question to `decide`: may this caller see these categories of this client for this purpose? */
export interface AccessRequest {
  readonly principal: Principal;
  /** One of `PURPOSES`; anything else is a denial, not an error. */
  readonly purpose: string;
  /** The hub's client id, a lower-case UUID. */
  readonly clientId: string;
  /** Names of `CATEGORIES`; an unknown name is a denial, not an error. */
  readonly categories: readonly string[];
}

/** A recorded relationship (703/2023 §§ 9, 57): one unit, or one person, of one organisation. Times in ms since epoch. */
export interface Relationship {
  readonly id: string;
  readonly kind: string;
  readonly agency: string;
  readonly organisation: string;
  readonly unit: string | null;
  readonly person: string | null;
  readonly from: number;
  /** First instant when it no longer holds: the earlier of its planned end and its recorded end. */
  readonly until: number | null;
  /** Of kind DECLARED only: null while nobody has reviewed it, and the decision that rests on it is flagged. */
  readonly review?: ReviewOutcome | null;
}

export type ReviewOutcome = 'APPROVED' | 'REJECTED';

/** A mandate to act for the client. Times in ms since epoch. */
export interface Guardianship {
  readonly id: string;
  /** Token subject of the guardian. */
  readonly person: string;
  /** What the mandate covers; a whole covers its parts. */
  readonly categories: readonly string[];
  /** May the guardian consent, deny and withdraw for the client, within the categories? */
  readonly mayConsent: boolean;
  readonly from: number;
  readonly until: number | null;
}

/** An emergency that one worker has declared, with a ground and a written reason that stays in the ledger. */
export interface Emergency {
  readonly id: string;
  readonly person: string;
  readonly agency: string;
  /** One of `EMERGENCY_GROUNDS`. */
  readonly ground: string;
  readonly from: number;
  /** First instant when it is over: the time box, or the moment when a review rejected it. */
  readonly until: number;
  readonly review: ReviewOutcome | null;
}

/** A specified, reasoned request of one worker, where a statute asks for one; the reason stays in the ledger. */
export interface SpecifiedRequest {
  readonly id: string;
  /** Id of the statute (`ACCESS_BASES`) that the request is made under. */
  readonly basis: string;
  /** One of the grounds that the statute lists. */
  readonly ground: string;
  readonly person: string;
  readonly agency: string;
  /** The data that the request names. */
  readonly categories: readonly string[];
  readonly from: number;
  /** First instant when it no longer holds: the time box, or the moment when a review rejected it. */
  readonly until: number;
  readonly review: ReviewOutcome | null;
}

/** A joint employment plan (381/2023 §§ 11, 12, 15): the parties share the listed items with each other. */
export interface JointPlan {
  readonly id: string;
  /** Agencies. */
  readonly parties: readonly string[];
  /** Data categories that the plan lists. */
  readonly items: readonly string[];
  readonly from: number;
  readonly until: number | null;
}

/** What a source keeps from the client's own log by statute; the reason stays in the ledger. Times in ms since epoch. */
export interface Restriction {
  readonly id: string;
  /** The disclosing agency. */
  readonly source: string;
  /** Id in `WITHHOLDING_STATUTES`. */
  readonly statute: string;
  /** Whose looks, as a consent names recipients; empty: everybody's. */
  readonly recipients: readonly string[];
  /** Empty: every purpose but the client's own. */
  readonly purposes: readonly string[];
  readonly from: number;
  /** First instant when it no longer holds: the time box, its end, or the moment when a review rejected it. */
  readonly until: number;
}

export type EventKind = 'GRANTED' | 'DENIED' | 'NARROWED' | 'WITHDRAWN';

/** The part of a ledger event that a decision needs. On a DENIED event an empty array means all. */
export interface ConsentEvent {
  readonly id: string;
  readonly epoch: bigint;
  readonly kind: EventKind;
  /** The record that the event opens (its own id) or changes. */
  readonly recordId: string;
  readonly categories: readonly string[];
  /** Disclosing agencies. */
  readonly sources: readonly string[];
  /** `agency:<AGENCY>`, `role:<role>` or `person:<uuid>`. */
  readonly recipients: readonly string[];
  readonly purposes: readonly string[];
  /** 380/2023 § 116 asks for a written consent. */
  readonly channel: Channel;
  readonly from: number;
  readonly until: number | null;
}

/** All that a decision about one client rests on, read in one snapshot. A client nobody knows has empty facts at epoch 0. */
export interface ClientFacts {
  readonly clientId: string;
  readonly epoch: bigint;
  readonly relationships: readonly Relationship[];
  readonly events: readonly ConsentEvent[];
  readonly guardians: readonly Guardianship[];
  readonly emergencies: readonly Emergency[];
  readonly requests: readonly SpecifiedRequest[];
  readonly jointPlans: readonly JointPlan[];
  /** They open and close nothing: see `withheldBy`. */
  readonly restrictions: readonly Restriction[];
}

/** On what a permit rests, in the order of the rules. */
export type Basis = 'OWN_DATA' | 'GUARDIAN' | 'OWN_REGISTER' | 'STATUTE' | 'CONSENT' | 'EMERGENCY';

export interface Permit {
  readonly decision: 'PERMIT';
  readonly basis: Basis;
  /**
   * STATUTE: the id in `ACCESS_BASES`; CONSENT: the consent record; EMERGENCY: the emergency; GUARDIAN: the guardianship;
   * OWN_REGISTER: the relationship; OWN_DATA: null.
   */
  readonly reference: string | null;
  /** STATUTE that asks for more than itself: the consent record, the request or the joint plan that met it. */
  readonly restsOn?: string;
  /** OWN_REGISTER of a sector with several controllers: it opens the rows of the caller's own organisation and no others. */
  readonly register?: 'OWN';
  /** What opens the rows of the caller's own organisation, where this permit opens those of the other controllers. */
  readonly beside?: Permit;
}

/** All that a professional is told: never whether the client refused or was never asked. */
export type DenyReason = 'NO_RELATIONSHIP' | 'NOT_FOR_ROLE' | 'NOT_FOR_PURPOSE' | 'NO_BASIS';

/** The whole reason, for the client and the auditor only. */
export type DenyDetail =
  | 'NO_CURRENT_RELATIONSHIP'
  | 'UNKNOWN_PURPOSE'
  | 'UNKNOWN_CATEGORY'
  | 'NEVER_SHARED'
  | 'PURPOSE_NOT_OF_ROLE'
  | 'CATEGORY_NOT_OF_ROLE'
  | 'CATEGORY_NOT_OF_PURPOSE'
  | 'OUTSIDE_MANDATE'
  | 'GUARDIAN_DENIED'
  | 'CLIENT_DENIED'
  | 'NO_TASK'
  | 'CONSENT_WITHDRAWN'
  | 'CONSENT_EXPIRED'
  | 'CONSENT_NOT_YET_IN_FORCE'
  | 'NOT_IN_WRITING'
  | 'NO_CONSENT'
  | 'NO_EMERGENCY'
  | 'MALFORMED_FACTS';

export interface Deny {
  readonly decision: 'DENY';
  readonly reason: DenyReason;
  readonly detail: DenyDetail;
  /** The denial or the lapsed consent that the detail speaks of, if any. */
  readonly reference: string | null;
}

export type Verdict = Permit | Deny;

/** What `decide` answers. A category that is not in the map was not asked for: treat it as denied. */
export interface Decision {
  readonly clientId: string;
  /** The epoch of the facts: the audit transaction compares it before it inserts. Not for professionals to see. */
  readonly epoch: bigint;
  /** Does the caller, in any role, stand in a current relationship with the client (or is the client)? */
  readonly relationship: boolean;
  /** Is the relationship one that the caller has declared by themself and that nobody has reviewed yet? */
  readonly flagged: boolean;
  readonly categories: ReadonlyMap<string, Verdict>;
}
