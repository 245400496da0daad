import type { Asking, Rule, Said, Topic } from '../asking.ts';
import type { Deny, DenyDetail } from '../decision.ts';
import { type AddressedRecord, type FoldedRecord, isTaken } from '../records.ts';
import { within } from '../time.ts';
import { deny } from '../verdict.ts';

/** Rule 5. A denial wins over every consent, whatever their order in time. */
export const clientDenies: Rule = (asking, topic) => findDenial(asking, topic)?.verdict;

/** Rule 5. A consent in force matches source, recipient, purpose, category and time; criminal data asks for a task too. */
export const clientConsents: Rule = (asking, topic) => {
  const { consents, consented } = sound(asking.said);
  if ((consented & topic.bit) === 0) return undefined;
  let lapsed: Deny | undefined;
  for (const record of consents) {
    if ((record.categories & topic.bit) === 0) continue;
    const detail = whyNot(record, asking, topic);
    if (detail === undefined) return record.verdict;
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
export function findDenial({ said }: Asking, { bit }: Topic): AddressedRecord | undefined {
  const { denials, denied } = sound(said);
  return (denied & bit) === 0 ? undefined : denials.find(({ categories }) => (categories & bit) !== 0);
}

/** The consent in force that names the data to the caller for the purpose, if any: the earliest recorded. */
export function findConsent(asking: Asking, topic: Topic, form?: 'WRITTEN'): FoldedRecord | undefined {
  const { consents, consented } = sound(asking.said);
  if ((consented & topic.bit) === 0) return undefined;
  return consents.find(
    (record) =>
      (record.categories & topic.bit) !== 0 &&
      lapseOf(record, asking, topic) === undefined &&
      (form === undefined || isWritten(record)),
  );
}

/** Throws on malformed facts: what rests on them is denied. */
function sound(said: Said | undefined): Said {
  if (said === undefined) throw new TypeError('expected a ledger that makes sense');
  return said;
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
