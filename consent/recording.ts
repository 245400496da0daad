import type { Principal } from '../auth/principal.ts';
import type { Role } from '../schema/purposes.ts';
import type { Channel } from './channel.ts';
import type { ClientFacts } from './decision.ts';
import { currentMandates, currentRelationship, isSelf } from './relationship.ts';
import { PROFESSIONAL_ROLES } from './tables.ts';

export { CHANNELS, type Channel } from './channel.ts';

/** Who recorded a change, in which role, and how and by whom it was given. */
export interface Recording {
  readonly recordedBy: string;
  readonly recordedRole: Role;
  readonly channel: Channel;
  readonly givenBy: 'CLIENT' | 'GUARDIAN';
}

export type RecordingVerdict =
  | {
      readonly decision: 'PERMIT';
      readonly role: Role;
      readonly channels: readonly Channel[];
      readonly givenBy: Recording['givenBy'];
    }
  | { readonly decision: 'DENY'; readonly reason: 'NO_RELATIONSHIP' | 'NOT_FOR_ROLE' };

/**
 * May the caller record consents, denials and withdrawals of this client? Pure; never throws; `now` in ms since epoch.
 *
 * The client themself, electronically; a guardian whose mandate says so, electronically, and within the mandate, which the
 * ledger sees to; or a professional with a current relationship, on the client's behalf, what the client said in person or
 * on paper. The answer names the role to record, the channels that it may record and by whom it is given.
 */
export function mayRecord(principal: Principal, facts: ClientFacts, now: number): RecordingVerdict {
  try {
    if (principal.roles.includes('client') && isSelf(principal, facts)) {
      return { decision: 'PERMIT', role: 'client', channels: ['ELECTRONIC'], givenBy: 'CLIENT' };
    }
    if (currentMandates(principal, facts, now).some(({ mayConsent }) => mayConsent)) {
      return { decision: 'PERMIT', role: 'guardian', channels: ['ELECTRONIC'], givenBy: 'GUARDIAN' };
    }
    if (currentRelationship(principal, facts, now) === undefined) return NO_RELATIONSHIP;
    const role = PROFESSIONAL_ROLES.find((name) => principal.roles.includes(name));
    return role === undefined
      ? { decision: 'DENY', reason: 'NOT_FOR_ROLE' }
      : { decision: 'PERMIT', role, channels: ['IN_PERSON', 'ON_PAPER'], givenBy: 'CLIENT' };
  } catch {
    return NO_RELATIONSHIP;
  }
}

const NO_RELATIONSHIP: RecordingVerdict = { decision: 'DENY', reason: 'NO_RELATIONSHIP' };
