import type { CategoryName } from '../../schema/categories.ts';
import type { Purpose } from '../../schema/purposes.ts';
import { at } from '../calendar.ts';
import { type COORDINATOR_CATEGORIES, INFORMATION_VERSION, sourcesOf } from '../consents.ts';
import { type Ledger, ledger, relationshipOf, type UnnumberedEvent } from '../ledger.ts';
import type { Directory } from '../staff.ts';
import type { Tie } from '../ties.ts';
import type { Days } from './days.ts';

type Granted<C extends CategoryName> = Readonly<Record<C, string>>;

/** Ids of the first client's records: to each recipient one GRANTED record a category, so that each is withdrawn alone. */
export const CLIENT_ONE_RECORDS: {
  readonly coordinator: Granted<(typeof COORDINATOR_CATEGORIES)[number]>;
  readonly peer: Granted<'IDENTITY_CONTACT' | 'APPOINTMENTS_REFERRALS'>;
  readonly employmentSpecialist: Granted<'CUSTODY' | 'WORK_ABILITY'>;
  readonly socialWorker: Granted<'CUSTODY'>;
  /** The one DENIED record: HEALTH_CONDITIONS towards all of social services. */
  readonly deniedToSocialServices: Granted<'HEALTH_CONDITIONS'>;
} = {
  coordinator: {
    IDENTITY_CONTACT: record(101),
    CUSTODY: record(102),
    HOUSING: record(103),
    SOCIAL_SERVICES: record(104),
    SOCIAL_ASSISTANCE: record(105),
    BENEFITS: record(106),
    MEDICATION: record(107),
    WORK_ABILITY: record(108),
    RESPONSIBLE_WORKERS: record(109),
    APPOINTMENTS_REFERRALS: record(110),
    SENTENCE_PLAN: record(111),
    CLIENT_VOICE: record(112),
  },
  peer: { IDENTITY_CONTACT: record(121), APPOINTMENTS_REFERRALS: record(122) },
  employmentSpecialist: { CUSTODY: record(131), WORK_ABILITY: record(132) },
  socialWorker: { CUSTODY: record(141) },
  deniedToSocialServices: { HEALTH_CONDITIONS: record(151) },
};

const COORDINATION: readonly Purpose[] = ['SERVICE_COORDINATION', 'RELEASE_PREPARATION'];

/** Given to the coordinator at their first meeting inside, one after another. */
export function clientOneLedger({ consent }: Days, ties: readonly Tie[], directory: Directory): Ledger {
  const recorder = directory.first('HEL-WORK-ABILITY-COORDINATORS').id;
  const relationships = ties.map((one, index) => relationshipOf(relationship(index + 1), one));
  const events: UnnumberedEvent[] = [];
  const add = (
    kind: 'GRANTED' | 'DENIED',
    records: Readonly<Record<string, string>>,
    recipient: string,
    purposes: readonly Purpose[],
  ): void => {
    for (const [category, id] of Object.entries(records) as [CategoryName, string][]) {
      events.push({
        id,
        kind,
        recordId: id,
        categories: [category],
        sources: kind === 'GRANTED' ? sourcesOf([category]) : [],
        recipients: [recipient],
        purposes,
        validFrom: at(consent, '00:00'),
        validUntil: kind === 'GRANTED' ? at(consent + 365, '00:00') : null,
        informationVersion: INFORMATION_VERSION,
        informationLanguage: 'fi',
        channel: 'IN_PERSON',
        givenBy: 'CLIENT',
        recordedBy: recorder,
        recordedRole: 'coordinator',
        at: at(consent, `13:${10 + events.length}`),
      });
    }
  };
  add('GRANTED', CLIENT_ONE_RECORDS.coordinator, 'role:coordinator', COORDINATION);
  add('GRANTED', CLIENT_ONE_RECORDS.peer, 'role:peer', COORDINATION);
  add('GRANTED', CLIENT_ONE_RECORDS.employmentSpecialist, 'role:employment-specialist', [
    'EMPLOYMENT_SUPPORT',
    'RELEASE_PREPARATION',
  ]);
  add('GRANTED', CLIENT_ONE_RECORDS.socialWorker, 'role:social-worker', COORDINATION);
  add('DENIED', CLIENT_ONE_RECORDS.deniedToSocialServices, 'agency:SOCIAL_SERVICES', []);
  return ledger(relationships, events);
}

function record(number: number): string {
  return `00000000-0000-4000-a000-${String(number).padStart(12, '0')}`;
}

function relationship(number: number): string {
  return `00000000-0000-4000-b000-${String(number).padStart(12, '0')}`;
}
