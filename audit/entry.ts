import { createHash, randomBytes } from 'node:crypto';
import type { Basis } from '../consent/decision.ts';
import type { Agency, CategoryName } from '../schema/categories.ts';
import type { Purpose, Role } from '../schema/purposes.ts';
import { canonicalize } from './canonical.ts';

/** What one agency disclosed, or refused to, of one client (703/2023 § 10: discloser, recipient, and the permission relied on). */
export interface Disclosure {
  /** Client id as asked, UUID; null when a look-up by identity code led to nobody the caller may know of. */
  readonly client: string | null;
  readonly source: Agency;
  readonly permitted: readonly {
    readonly category: CategoryName;
    readonly basis: Basis;
    readonly reference: string | null;
    /** OWN: the rows of the caller's own organisation alone; a category may stand here once for them and once for the others. */
    readonly register?: 'OWN';
  }[];
  readonly denied: readonly { readonly category: CategoryName; readonly reason: string; readonly detail: string }[];
  /** The client's epoch that the decision rests on, decimal. */
  readonly epoch: string;
  /** Records that the agency returned; 0 when it was not asked or did not answer. */
  readonly records: number;
  /**
   * The statute by which the source keeps this disclosure from the client's own log (1054/2018 § 28, 703/2023 § 11): the
   * entry is whole for the auditor, and `whoLooked` passes the disclosure over without a trace.
   */
  readonly withheld?: string;
}

export interface Caller {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly agency?: Agency;
  readonly organisation?: string;
  readonly unit?: string;
  readonly actingFor?: readonly string[];
  readonly impersonatedBy?: string;
}

/** The part of a ledger event that the log repeats. Times ISO 8601. */
export interface ConsentChange {
  readonly record: string;
  readonly event: string;
  readonly categories: readonly string[];
  readonly sources: readonly string[];
  readonly recipients: readonly string[];
  readonly purposes: readonly string[];
  readonly from: string;
  readonly until: string | null;
  readonly epoch: string;
}

/** A fact beside consents that a worker has recorded, or that has been reviewed: ids and codes, never the written reason. */
export interface FactChange {
  /** The declared relationship, emergency, request, proposed consent, mandate, joint plan or restriction. */
  readonly id: string;
  readonly ground?: string;
  /** Id of the statute that a request is made under, or a restriction. */
  readonly basis?: string;
  readonly categories?: readonly string[];
  /** Of a mandate: the guardian's token subject, and whether they may consent for the client. */
  readonly person?: string;
  readonly mayConsent?: boolean;
  /** Of a joint plan: the agencies that share its items. Of a restriction: the agency that withholds. */
  readonly sources?: readonly string[];
  /** Of a restriction: whose looks, for what. */
  readonly recipients?: readonly string[];
  readonly purposes?: readonly string[];
  /** Of a review: what was reviewed, and how it ended. */
  readonly subject?: string;
  readonly outcome?: string;
  /** ISO 8601. */
  readonly from?: string;
  readonly until?: string | null;
  /** The client's epoch that the change made; none when it opened and closed nothing. */
  readonly epoch?: string;
}

export type EntryKind =
  | 'QUERY'
  | 'MUTATION'
  | 'REFUSED'
  | 'CONSENT_GRANTED'
  | 'CONSENT_DENIED'
  | 'CONSENT_NARROWED'
  | 'CONSENT_WITHDRAWN'
  | 'PROPOSED'
  | 'DECLARED_RELATIONSHIP'
  | 'EMERGENCY_GRANTED'
  | 'ACCESS_REQUESTED'
  | 'GUARDIAN_RECORDED'
  | 'GUARDIAN_ENDED'
  | 'JOINT_PLAN_RECORDED'
  | 'JOINT_PLAN_ENDED'
  | 'SIGHT_RESTRICTED'
  | 'RESTRICTION_ENDED'
  | 'REVIEWED';

/** ANSWERED: all that was asked; PARTIAL: an agency was silent; DENIED: something was denied; REFUSED: nothing was done. */
export type Outcome = 'ANSWERED' | 'PARTIAL' | 'DENIED' | 'REFUSED';

/** One entry of the audit log: who asked what about whom, why, and on what basis it was answered. Never a field value. */
export interface AuditEntry {
  readonly id: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly at: string;
  readonly kind: EntryKind;
  readonly outcome: Outcome;
  readonly caller: Caller;
  readonly purpose: Purpose | null;
  readonly operation: { readonly name: string | null; readonly hash: string | null };
  readonly request: string;
  readonly gateway: string;
  /** Clients that the entry is about, UUIDs, each once: those disclosed of, and those that the operation named. */
  readonly clients: readonly string[];
  readonly disclosures: readonly Disclosure[];
  /** Code of the refusal; only with the outcome REFUSED. */
  readonly refusal?: string;
  /** What a consent event opens or changes: names and ids, no reason. */
  readonly consent?: ConsentChange;
  /** What an entry of any other kind than a query, a mutation and a consent event is about. */
  readonly fact?: FactChange;
  /** Agencies that did not answer; only with PARTIAL. */
  readonly unavailable?: readonly Agency[];
}

export interface SealedEntry {
  readonly body: string;
  readonly salt: Buffer;
  /** SHA-256(salt ‖ canonical bytes). */
  readonly commitment: Buffer;
}

/** Canonical bytes (RFC 8785), a fresh 32-byte salt, and the commitment that the Merkle log will hold. */
export function sealEntry(entry: AuditEntry): SealedEntry {
  const body = canonicalize(entry);
  const salt = randomBytes(32);
  return { body, salt, commitment: commitmentOf(salt, body) };
}

export function commitmentOf(salt: Uint8Array, body: string): Buffer {
  return createHash('sha256').update(salt).update(body).digest();
}
