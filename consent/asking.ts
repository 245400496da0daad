import type { Principal } from '../auth/principal.ts';
import type { Agency } from '../schema/categories.ts';
import type { AccessBase } from './bases.ts';
import type { ClientFacts, Deny, Guardianship, Verdict } from './decision.ts';
import type { AddressedRecord } from './records.ts';

/** One caller in one of their roles with one purpose, before any client is known. */
export interface Standing {
  readonly principal: Principal;
  readonly role: string;
  readonly purpose: string;
  /** `purposeBits` of the purpose. */
  readonly purposes: number;
  /** How a consent names the caller in this role: `recipientBits` of the role and the agency. */
  readonly recipients: number;
  /** How a denial names the caller: as above, in every role they hold. */
  readonly anyRecipients: number;
  /** How both name the caller in person. */
  readonly person: string;
}

/** One data category as it stands to one caller, before any client is known. */
export interface Topic {
  readonly category: string;
  /** `categoryBits` of the category. */
  readonly bit: number;
  readonly source: Agency;
  /** Is it of the caller's own register (rule 3): all of it, the part that their own organisation keeps, or nothing? */
  readonly own: 'ALL' | 'PART' | 'NONE';
  /** Statutes that name source, recipient, category and purpose (rule 4); what else they ask for is a matter of facts. */
  readonly bases: readonly AccessBase[];
  /** Criminal data that no task of the caller's agency needs: consent alone does not open it (1054/2018, 1301/2021). */
  readonly lacksTask: boolean;
  /** Health data that only a written consent opens to a service provider (380/2023 § 116). */
  readonly inWriting: boolean;
  /** The rules that can give a verdict, in their order, each with its place in the table. */
  readonly rules: readonly { readonly rule: Rule; readonly place: number }[];
}

/** What ties the caller, in one role, to the client. */
export type Tie =
  | { readonly kind: 'SELF' }
  | { readonly kind: 'GUARDIAN'; readonly mandates: readonly Guardianship[] }
  | {
      readonly kind: 'WORK';
      /** The current relationship, if any. */
      readonly relationship: string | undefined;
      /** Has the caller declared that relationship, and has nobody reviewed it yet? */
      readonly flagged: boolean;
      /** The emergency in force that the caller has declared, if any. */
      readonly emergency: string | undefined;
    };

/** One caller in one of their roles, tied to one client: with the topic, everything a rule may look at. */
export interface Asking {
  readonly standing: Standing;
  readonly tie: Tie;
  readonly facts: ClientFacts;
  readonly now: number;
  /** What the client has said that bears on the caller; undefined when the ledger makes no sense. */
  readonly said: Said | undefined;
}

/** The consents and denials that bear on one caller, each kind in the order of opening. */
export interface Said {
  /** To the caller in this role, or in person; lapsed ones too, for the reason that they give. */
  readonly consents: readonly AddressedRecord[];
  /** To the caller in any role that they hold. */
  readonly denials: readonly AddressedRecord[];
  /** `categoryBits` of all that the consents name, and of all that the denials do. */
  readonly consented: number;
  readonly denied: number;
}

/** A rule about the caller alone denies a category or passes it on to the next rule. */
export type CallerRule = (standing: Standing, category: string) => Deny | undefined;

/** A rule gives a verdict on a category or passes it on to the next rule. It looks at nothing but its arguments. */
export type Rule = (asking: Asking, topic: Topic) => Verdict | undefined;
