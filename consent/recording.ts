import type { Principal } from '../auth/principal.ts';
import type { Role } from '../schema/purposes.ts';
import type { Channel } from './channel.ts';
import type { ClientFacts } from './decision.ts';
import { currentMandates, currentRelationship, isFlagged, isSelf } from './relationship.ts';
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
  | { readonly decision: 'DENY'; readonly reason: 'NO_RELATIONSHIP' | 'NOT_FOR_ROLE' | 'RELATIONSHIP_NOT_REVIEWED' };

/**
 * May the caller record consents, denials and withdrawals of this client? Pure; never throws; `now` in ms since epoch.
 *
 * The client themself, electronically; a guardian whose mandate says so, electronically, and within the mandate, which the
 * ledger sees to; or a professional with a current relationship, on the client's behalf, what the client said in person or
 * on paper. A relationship that the professional has declared counts once it is approved: until then, `mayPropose`. The
 * answer names the role to record, the channels that it may record and by whom it is given.
 */
export function mayRecord(principal: Principal, facts: ClientFacts, now: number): RecordingVerdict {
  return judge(principal, facts, now, false);
}

/**
 * May the caller write down a consent for the client to confirm? Any professional with a current relationship, one on their
 * own word too: nothing opens before the client confirms. As `mayRecord`.
 */
export function mayPropose(principal: Principal, facts: ClientFacts, now: number): RecordingVerdict {
  const verdict = judge(principal, facts, now, true);
  if (verdict.decision === 'DENY' || (PROFESSIONAL_ROLES as readonly string[]).includes(verdict.role)) return verdict;
  return NOT_FOR_ROLE;
}

/** `declared`: will a relationship do that the caller has declared and nobody has approved? */
function judge(principal: Principal, facts: ClientFacts, now: number, declared: boolean): RecordingVerdict {
  try {
    if (principal.roles.includes('client') && isSelf(principal, facts)) {
      return { decision: 'PERMIT', role: 'client', channels: ['ELECTRONIC'], givenBy: 'CLIENT' };
    }
    if (currentMandates(principal, facts, now).some(({ mayConsent }) => mayConsent)) {
      return { decision: 'PERMIT', role: 'guardian', channels: ['ELECTRONIC'], givenBy: 'GUARDIAN' };
    }
    const relationship = currentRelationship(principal, facts, now);
    if (relationship === undefined) return NO_RELATIONSHIP;
    const role = PROFESSIONAL_ROLES.find((name) => principal.roles.includes(name));
    if (role === undefined) return NOT_FOR_ROLE;
    if (isFlagged(relationship) && !declared) return NOT_REVIEWED;
    return { decision: 'PERMIT', role, channels: ['IN_PERSON', 'ON_PAPER'], givenBy: 'CLIENT' };
  } catch {
    return NO_RELATIONSHIP;
  }
}

const NO_RELATIONSHIP: RecordingVerdict = { decision: 'DENY', reason: 'NO_RELATIONSHIP' };
const NOT_FOR_ROLE: RecordingVerdict = { decision: 'DENY', reason: 'NOT_FOR_ROLE' };
const NOT_REVIEWED: RecordingVerdict = { decision: 'DENY', reason: 'RELATIONSHIP_NOT_REVIEWED' };
