import type { Principal } from '../auth/principal.ts';

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
  readonly from: number;
  readonly until: number | null;
}

/** All that a decision about one client rests on, read in one snapshot. A client nobody knows has empty facts at epoch 0. */
export interface ClientFacts {
  readonly clientId: string;
  readonly epoch: bigint;
  readonly relationships: readonly Relationship[];
  readonly events: readonly ConsentEvent[];
}

/** STATUTE and EMERGENCY join when rules 4 and 6 do. */
export type Basis = 'OWN_DATA' | 'OWN_REGISTER' | 'CONSENT';

export interface Permit {
  readonly decision: 'PERMIT';
  readonly basis: Basis;
  /** CONSENT: the consent record; OWN_REGISTER: the relationship; OWN_DATA: null. */
  readonly reference: string | null;
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
  | 'CLIENT_DENIED'
  | 'NO_TASK'
  | 'CONSENT_WITHDRAWN'
  | 'CONSENT_EXPIRED'
  | 'CONSENT_NOT_YET_IN_FORCE'
  | 'NO_CONSENT'
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
  readonly categories: ReadonlyMap<string, Verdict>;
}
