import type { Basis } from '../consent/decision.ts';
import type { Agency, CategoryName } from '../schema/categories.ts';
import type { Purpose, Role } from '../schema/purposes.ts';

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
  /** Id of the person in the identity provider, UUID; null when the hub acted of itself: then `service` says which part of it. */
  readonly id: string | null;
  /** Empty for a service. */
  readonly roles: readonly Role[];
  readonly service?: HubService;
  readonly agency?: Agency;
  readonly organisation?: string;
  readonly unit?: string;
  readonly actingFor?: readonly string[];
  readonly impersonatedBy?: string;
}

/** A part of the hub that acts without being asked: a gateway that begins to serve a schema, the erasure of what is past its time. */
export type HubService = 'gateway' | 'retention';

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

/** A supergraph that a gateway began to serve. SHA-256 of its text, hexadecimal. */
export interface SchemaChange {
  readonly hash: string;
  /** The one that the log last named; null when it named none. */
  readonly previous: string | null;
}

/**
 * Entries whose text was erased because their time had passed (`retention.ts`). Only what an entry of kind ERASED declares is
 * ever erased; ids, order, times, kinds and commitments stay, so every proof does. An ERASED entry itself is never erased.
 */
export interface Erasure {
  /** Half-open ranges of indexes in the log, ascending and apart: `[from, until]` is from … until − 1. At most 1,000 entries. */
  readonly ranges: readonly (readonly [from: number, until: number])[];
  /** Entries in the ranges. */
  readonly count: number;
  /** The retention rule, and the provision that it rests on. */
  readonly rule: 'TWELVE_YEARS';
  readonly citation: string;
}

/** What a person asked of the log itself. Values are ids, codes, numbers and ISO times; a client's id stands in `clients` alone. */
export interface LogRead {
  /** Root field of the operation; `export` of the command line, where nobody is authenticated: `caller` is as they gave it. */
  readonly field: string;
  readonly arguments: Readonly<Record<string, string>>;
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
  | 'REVIEWED'
  | 'LOG_READ'
  | 'SCHEMA_CHANGED'
  | 'ERASED'
  | 'EXPORTED';

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
  /** Only with the kinds LOG_READ and EXPORTED, and with REFUSED where the log was what was asked for. */
  readonly reads?: readonly LogRead[];
  /** Only with the kind SCHEMA_CHANGED. */
  readonly schema?: SchemaChange;
  /** Only with the kind ERASED. */
  readonly erased?: Erasure;
  /** Agencies that did not answer; only with PARTIAL. */
  readonly unavailable?: readonly Agency[];
}
