import type { Principal } from '../auth/principal.ts';
import type { Role } from '../schema/purposes.ts';
import type { ClientFacts } from './decision.ts';
import { currentRelationship, isSelf } from './relationship.ts';
import { PROFESSIONAL_ROLES } from './tables.ts';

export const CHANNELS = ['IN_PERSON', 'ON_PAPER', 'ELECTRONIC'] as const;

/** How the client said it. */
export type Channel = (typeof CHANNELS)[number];

/** Who recorded a change, in which role, and how and by whom it was given. */
export interface Recording {
  readonly recordedBy: string;
  readonly recordedRole: Role;
  readonly channel: Channel;
  readonly givenBy: 'CLIENT' | 'GUARDIAN';
}

export type RecordingVerdict =
  | { readonly decision: 'PERMIT'; readonly role: Role; readonly channels: readonly Channel[] }
  | { readonly decision: 'DENY'; readonly reason: 'NO_RELATIONSHIP' | 'NOT_FOR_ROLE' };

/**
 * May the caller record consents, denials and withdrawals of this client? Pure; never throws; `now` in ms since epoch.
 *
 * The client themself, electronically; or a professional with a current relationship, on the client's behalf, what the
 * client said in person or on paper. The answer names the role to record and the channels that it may record.
 */
export function mayRecord(principal: Principal, facts: ClientFacts, now: number): RecordingVerdict {
  try {
    if (principal.roles.includes('client') && isSelf(principal, facts)) {
      return { decision: 'PERMIT', role: 'client', channels: ['ELECTRONIC'] };
    }
    // Guardians act within their mandate: their place is here.
    if (currentRelationship(principal, facts, now) === undefined) return NO_RELATIONSHIP;
    const role = PROFESSIONAL_ROLES.find((name) => principal.roles.includes(name));
    return role === undefined
      ? { decision: 'DENY', reason: 'NOT_FOR_ROLE' }
      : { decision: 'PERMIT', role, channels: ['IN_PERSON', 'ON_PAPER'] };
  } catch {
    return NO_RELATIONSHIP;
  }
}

const NO_RELATIONSHIP: RecordingVerdict = { decision: 'DENY', reason: 'NO_RELATIONSHIP' };
