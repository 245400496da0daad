import { clientOne } from './client-one/life.ts';
import { consents } from './consents.ts';
import {
  type AppointmentRow,
  appointments,
  type ReferralRow,
  referrals,
  responsibleWorkers,
  type WorkerRow,
} from './contacts.ts';
import { type Employment, employment } from './employment.ts';
import { ground } from './ground.ts';
import { type Health, health } from './health.ts';
import type { Ledger } from './ledger.ts';
import { type AddressRow, addresses, type PersonRow, type PhoneRow, person, phones } from './person.ts';
import { type Sentences, sentences } from './sentences.ts';
import { type Social, social } from './social.ts';
import { Directory } from './staff.ts';
import { ties } from './ties.ts';
import { type FeedbackRow, feedback, type OwnGoalRow, ownGoals } from './voice.ts';

/** One synthetic person as all registries together know them. */
export interface Life {
  readonly clientId: string;
  readonly person: PersonRow;
  readonly phones: readonly PhoneRow[];
  readonly addresses: readonly AddressRow[];
  readonly responsibleWorkers: readonly WorkerRow[];
  readonly appointments: readonly AppointmentRow[];
  readonly referrals: readonly ReferralRow[];
  readonly ownGoals: readonly OwnGoalRow[];
  readonly feedback: readonly FeedbackRow[];
  readonly sentences: Sentences;
  readonly social: Social;
  readonly employment: Employment;
  readonly health: Health;
  /** Relationships, mandates, consents and denials with their epochs. */
  readonly ledger: Ledger;
}

const NOBODY = new Directory();

/**
 * One coherent biography across all agencies, dated relative to `today`. Pure: the same arguments give the same life.
 *
 * Index 1 is the same person whatever the seed, and index 2 has the same id; other clients' ids follow from seed and index. `directory` names the
 * workers; without one all of them are made up. Every identity code is artificial (900–999) and no two indexes share one.
 *
 * @throws RangeError for an index outside 1–1,000,000
 */
export function life(seed: number, index: number, today: Date, directory: Directory = NOBODY): Life {
  if (index === 1) return clientOne(today, directory);
  const base = ground(seed, index, today, directory);
  const served = { social: social(base), employment: employment(base), health: health(base) };
  const cases = ties(base, served);
  return {
    clientId: base.clientId,
    person: person(base),
    phones: phones(base),
    addresses: addresses(base),
    responsibleWorkers: responsibleWorkers(base, cases),
    appointments: appointments(base, cases, served.employment.meetings),
    referrals: referrals(base, cases),
    ownGoals: ownGoals(base),
    feedback: feedback(base),
    sentences: sentences(base),
    ...served,
    ledger: consents(base, cases),
  };
}
