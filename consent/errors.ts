/** Why the ledger changed nothing: code → the one sentence for people. No message repeats what was sent. */
export const LEDGER_ERRORS = {
  NO_RELATIONSHIP: 'You have no current relationship with this client.',
  NOT_FOR_ROLE: 'Your role may not do this.',
  RELATIONSHIP_NOT_REVIEWED:
    'You have declared your relationship with this client yourself, and nobody has approved it yet.',
  CHANNEL_NOT_ALLOWED: 'A client consents electronically; a worker records what the client said in person or on paper.',
  MALFORMED_ID: 'An id is not a lower-case UUID.',
  ID_IN_USE: 'The id already names something else; use a new one.',
  INFORMATION_MISSING: 'Name the version of the information that the client was given: informing comes first.',
  UNKNOWN_INFORMATION_VERSION: 'The version of the information given is not known.',
  UNKNOWN_INFORMATION_LANGUAGE: 'The language of the information given is not one of fi, sv, en and plain.',
  UNKNOWN_CHANNEL: 'The channel is not one of IN_PERSON, ON_PAPER and ELECTRONIC.',
  CATEGORIES_MISSING: 'Name at least one data category.',
  UNKNOWN_CATEGORY: 'A data category is not known.',
  CATEGORY_NOT_SHAREABLE: 'A data category cannot be shared by consent.',
  SOURCES_MISSING: 'Name at least one disclosing agency.',
  UNKNOWN_SOURCE: 'A disclosing agency is not known.',
  CATEGORY_WITHOUT_SOURCE: 'The agency that holds one of the data categories is not among the disclosing agencies.',
  RECIPIENTS_MISSING: 'Name at least one recipient.',
  UNKNOWN_RECIPIENT: 'A recipient is not agency:<agency>, role:<professional role> or person:<UUID>.',
  PURPOSES_MISSING: 'Name at least one purpose.',
  UNKNOWN_PURPOSE: 'A purpose is not known, or nobody else looks for it.',
  TOO_MANY_NAMES: 'A list names more than 50 things.',
  TIME_OUT_OF_RANGE: 'A time is not within the years 1900–9999.',
  UNTIL_NOT_AFTER_FROM: 'The end must be after the beginning.',
  UNTIL_IN_THE_PAST: 'The end has already passed.',
  RECORD_NOT_FOUND: 'The client has no such consent or denial.',
  ALREADY_WITHDRAWN: 'The consent or denial has already been withdrawn.',
  CATEGORY_NOT_IN_RECORD: 'A data category is not, or is no longer, in the consent or denial.',
  UNKNOWN_RELATIONSHIP_KIND: 'The kind of relationship is not known to the agencies’ feeds.',
  UNKNOWN_AGENCY: 'The agency is not known.',
  ORGANISATION_MISSING: 'Name the organisation by its OID.',
  UNIT_OR_PERSON: 'Name either the unit or the person that stands in the relationship.',
  RELATIONSHIP_NOT_FOUND: 'The client has no such relationship.',
  REASON_MISSING: 'Write down the reason.',
  REASON_TOO_SHORT: 'The reason is shorter than 20 characters: say why it is needed for this client now.',
  REASON_TOO_LONG: 'The reason is longer than 2,000 characters.',
  GROUND_MISSING: 'Name the ground.',
  UNKNOWN_GROUND: 'The ground is not one that is listed for this.',
  TIME_BOX_TOO_SHORT: 'It lasts at least an hour, in whole hours.',
  TIME_BOX_TOO_LONG: 'The end is later than is allowed for this.',
  AGENCY_NOT_ALLOWED: 'Your agency may not do this.',
  UNKNOWN_BASIS: 'The access basis is not known, or has been switched off.',
  BASIS_WITHOUT_REQUEST: 'The access basis does not open anything on request.',
  CATEGORY_NOT_IN_BASIS: 'A data category is not one that the statute opens.',
  GUARDIAN_NOT_FOUND: 'The client has no such guardian.',
  GUARDIAN_IS_RECORDER: 'A guardian’s mandate is recorded by someone else.',
  OUTSIDE_MANDATE: 'The guardian’s mandate does not cover this.',
  GUARDIAN_DENIED: 'A guardian cannot withdraw a denial that closes data to a guardian.',
  PARTIES_MISSING: 'Name at least two agencies that are parties of the plan.',
  UNKNOWN_PARTY: 'An agency cannot be a party of a joint employment plan.',
  NOT_A_PARTY: 'Your agency is not a party of the plan.',
  JOINT_PLAN_NOT_FOUND: 'The client has no such joint plan.',
  UNKNOWN_STATUTE: 'Name the statute, one of those by which a look may be withheld.',
  RESTRICTION_NOT_FOUND: 'The client has no such restriction.',
  UNKNOWN_REVIEW_SUBJECT: 'A review is of a declared relationship, an emergency, a request or a restriction.',
  UNKNOWN_REVIEW_OUTCOME: 'The outcome of a review is APPROVED or REJECTED.',
  REVIEW_SUBJECT_NOT_FOUND: 'The client has nothing of the kind to review.',
  REVIEW_OF_OWN: 'Nobody reviews what they have declared themself.',
  ALREADY_REVIEWED: 'It has already been reviewed.',
  PURPOSE_OF_ANOTHER: 'The purpose is not one that you look for yourself.',
  PROPOSAL_NOT_FOUND: 'You have no such proposal to confirm.',
  PROPOSAL_EXPIRED: 'The code is older than 24 hours: ask for a new one.',
  PROPOSAL_LOCKED: 'The code has been tried five times: ask for a new one.',
  WRONG_CODE: 'The code is not the one that you were given.',
  FIRST_OUT_OF_RANGE: 'The page size is not within 1–100.',
  MALFORMED_CURSOR: 'The cursor is not one that this list gave.',
  LEDGER_UNAVAILABLE: 'The consent ledger does not answer; nothing was changed.',
  OUTCOME_UNKNOWN: 'It is not known whether the change was recorded; repeat it with the same id.',
} as const;

export type LedgerErrorCode = keyof typeof LEDGER_ERRORS;

/** Nothing was changed (but see OUTCOME_UNKNOWN). `code` is stable; the message is fit for the caller's eyes. */
export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerErrorCode;

  constructor(code: LedgerErrorCode, cause?: unknown) {
    super(LEDGER_ERRORS[code], { cause });
    this.code = code;
  }
}
