import type { Asking, Rule, Topic } from '../asking.ts';
import type { Deny, DenyDetail } from '../decision.ts';
import { type AddressedRecord, type FoldedRecord, isTaken, type RecordIndex } from '../records.ts';
import { within } from '../time.ts';
import { deny, permit } from '../verdict.ts';

/** Rule 5. A denial wins over every consent, whatever their order in time. */
export const clientDenies: Rule = (asking, topic) => {
  const denial = findDenial(asking, topic);
  return denial && deny('NO_BASIS', 'CLIENT_DENIED', denial.id);
};

/** Rule 5. A consent in force matches source, recipient, purpose, category and time; criminal data asks for a task too. */
export const clientConsents: Rule = (asking, topic) => {
  let lapsed: Deny | undefined;
  for (const record of sound(asking.records).consents[topic.index]!) {
    if (!concerns(record, asking, asking.recipients)) continue;
    const detail = whyNot(record, asking, topic);
    if (detail === undefined) return permit('CONSENT', record.id);
    lapsed ??= deny('NO_BASIS', detail, record.id);
  }
  return lapsed;
};

/**
 * The denial that binds the caller, if any: the earliest recorded.
 *
 * It is in force from its recording until it is withdrawn, whatever dates it carries, and an empty array means all. It
 * binds the caller in every role they hold, so that one more role is never a way around it.
 */
export function findDenial(asking: Asking, { index }: Topic): FoldedRecord | undefined {
  for (const record of sound(asking.records).denials[index]!) {
    if (concerns(record, asking, asking.anyRecipients)) return record;
  }
  return undefined;
}

/** The consent in force that names the data to the caller for the purpose, if any: the earliest recorded. */
export function findConsent(asking: Asking, topic: Topic, form?: 'WRITTEN'): FoldedRecord | undefined {
  for (const record of sound(asking.records).consents[topic.index]!) {
    if (!concerns(record, asking, asking.recipients) || lapseOf(record, asking, topic) !== undefined) continue;
    if (form === undefined || isWritten(record)) return record;
  }
  return undefined;
}

/** Throws on malformed facts: what rests on them is denied. */
function sound(records: RecordIndex | undefined): RecordIndex {
  if (records === undefined) throw new TypeError('expected a ledger that makes sense');
  return records;
}

function concerns(record: AddressedRecord, { purposes, person }: Asking, recipients: number): boolean {
  if ((record.purposes & purposes) === 0) return false;
  return (record.recipients & recipients) !== 0 || (record.persons.length > 0 && record.persons.includes(person));
}

function whyNot(record: FoldedRecord, asking: Asking, topic: Topic): DenyDetail | undefined {
  const detail = lapseOf(record, asking, topic);
  if (detail !== undefined) return detail;
  if (topic.lacksTask) return 'NO_TASK';
  return topic.inWriting && !isWritten(record) ? 'NOT_IN_WRITING' : undefined;
}

/** Why a consent is not in force, or undefined when it is. */
function lapseOf(record: FoldedRecord, { now }: Asking, { category }: Topic): DenyDetail | undefined {
  if (isTaken(record, category)) return 'CONSENT_WITHDRAWN';
  const { from, until } = record.opening;
  if (within(from, until, now)) return undefined;
  return now < from ? 'CONSENT_NOT_YET_IN_FORCE' : 'CONSENT_EXPIRED';
}

function isWritten({ opening }: FoldedRecord): boolean {
  return opening.channel === 'ON_PAPER' || opening.channel === 'ELECTRONIC';
}
