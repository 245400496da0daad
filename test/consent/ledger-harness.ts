import type pg from 'pg';
import { CLIENT_ONE, DEMO_USERS } from '../../auth/users.ts';
import type { ConsentDraft, DenialDraft } from '../../consent/draft.ts';
import { CURRENT_INFORMATION } from '../../consent/information.ts';
import type { Recording } from '../../consent/recording.ts';
import type { RelationshipDraft } from '../../consent/relationships.ts';
import { createDatabase, poolOf } from '../postgres.ts';

export interface LedgerDatabase {
  /** As the `consents` subgraph: reads and inserts. */
  readonly consents: pg.Pool;
  /** As the gateway: reads. */
  readonly gateway: pg.Pool;
  /** As the migrating role: may spoil rows. */
  readonly admin: pg.Pool;
  end(): Promise<void>;
}

export async function openLedger(): Promise<LedgerDatabase> {
  const database = await createDatabase();
  const consents = poolOf(database.roleUrl('consent'), { max: 8 });
  const gateway = poolOf(database.roleUrl('gateway'), { max: 8 });
  const admin = poolOf(database.adminUrl, { max: 8 });
  return {
    consents,
    gateway,
    admin,
    async end() {
      await Promise.all([consents.end(), gateway.end(), admin.end()]);
      await database.drop();
    },
  };
}

/** Artificial client ids: 0 is nobody's, 1 is CLIENT_ONE. */
export function clientNumber(n: number): string {
  return `${CLIENT_ONE.slice(0, -12)}${String(n).padStart(12, '0')}`;
}

const client = DEMO_USERS.find(({ username }) => username === 'client');

export const BY_CLIENT: Recording = {
  recordedBy: client?.id ?? '',
  recordedRole: 'client',
  channel: 'ELECTRONIC',
  givenBy: 'CLIENT',
};

export function consentDraft(clientId: string, given: Partial<ConsentDraft> = {}): ConsentDraft {
  return {
    clientId,
    categories: ['MEDICATION', 'HOUSING'],
    sources: ['HEALTH_CARE', 'SOCIAL_SERVICES'],
    recipients: ['role:coordinator'],
    purposes: ['SERVICE_COORDINATION'],
    informationVersion: CURRENT_INFORMATION,
    informationLanguage: 'fi',
    ...given,
  };
}

export function denialDraft(clientId: string, given: Partial<DenialDraft> = {}): DenialDraft {
  const { from, until, ...draft } = consentDraft(clientId, { sources: [], recipients: [], purposes: [], ...given });
  return draft;
}

export function relationshipDraft(
  clientId: string,
  id: string,
  given: Partial<RelationshipDraft> = {},
): RelationshipDraft {
  return {
    id,
    clientId,
    kind: 'OPEN_SERVICE',
    agency: 'EMPLOYMENT_SERVICES',
    organisation: '1.2.246.10.2012566',
    unit: 'HEL-WORK-ABILITY-COORDINATORS',
    ...given,
  };
}
