import { CATEGORIES, isCategory } from '../schema/categories.ts';
import { LedgerError, type LedgerErrorCode } from './errors.ts';
import { isId } from './id.ts';
import { isInformationLanguage, isInformationVersion } from './information.ts';
import { CHANNELS, type Recording } from './recording.ts';
import { DENIABLE_ROLES, isAgency, isShareable, RECIPIENT_PURPOSES, RECIPIENT_ROLES } from './tables.ts';

/** What a client denies. An empty list means all of its kind, those to come included. */
export interface DenialDraft {
  /** Given by the caller who wants to be able to repeat the call: the same id twice records once. Lower-case UUID. */
  readonly id?: string;
  readonly clientId: string;
  readonly categories: readonly string[];
  /** Disclosing agencies. */
  readonly sources: readonly string[];
  /** `agency:<AGENCY>`, `role:<role>` or `person:<uuid>`. */
  readonly recipients: readonly string[];
  readonly purposes: readonly string[];
  readonly informationVersion: string;
  readonly informationLanguage: string;
}

/** What a client consents to: every list names something. Times in ms since epoch; `from` is now unless said otherwise. */
export interface ConsentDraft extends DenialDraft {
  readonly from?: number;
  /** First instant when it no longer holds; null or left out: until withdrawn. */
  readonly until?: number | null;
}

/** Throws `LedgerError` unless every name in the denial is known. */
export function checkDenial(draft: DenialDraft): void {
  if (draft.id !== undefined) checkId(draft.id);
  if (!draft.informationVersion) throw new LedgerError('INFORMATION_MISSING');
  if (!isInformationVersion(draft.informationVersion)) throw new LedgerError('UNKNOWN_INFORMATION_VERSION');
  if (!isInformationLanguage(draft.informationLanguage)) throw new LedgerError('UNKNOWN_INFORMATION_LANGUAGE');
  checkCategories(draft.categories);
  checkNames(draft.sources, isAgency, 'UNKNOWN_SOURCE');
  checkNames(draft.recipients, (name) => isRecipient(name, DENIABLE_ROLES), 'UNKNOWN_RECIPIENT');
  checkNames(draft.purposes, (name) => (RECIPIENT_PURPOSES as readonly string[]).includes(name), 'UNKNOWN_PURPOSE');
}

/** Throws `LedgerError` unless the consent can open something and says what, to whom, for what and how long. */
export function checkConsent(draft: ConsentDraft, at: number): void {
  checkDenial(draft);
  if (draft.categories.length === 0) throw new LedgerError('CATEGORIES_MISSING');
  if (draft.sources.length === 0) throw new LedgerError('SOURCES_MISSING');
  if (draft.recipients.length === 0) throw new LedgerError('RECIPIENTS_MISSING');
  if (draft.purposes.length === 0) throw new LedgerError('PURPOSES_MISSING');
  checkRecipients(draft.recipients);
  // Otherwise the client would believe to have shared what stays closed.
  const held = draft.categories.every((name) => isCategory(name) && draft.sources.includes(CATEGORIES[name].source));
  if (!held) throw new LedgerError('CATEGORY_WITHOUT_SOURCE');
  checkPeriod(draft.from ?? at, draft.until ?? null);
  if (typeof draft.until === 'number' && draft.until <= at) throw new LedgerError('UNTIL_IN_THE_PAST');
}

/** Throws `LedgerError` on a category that is unknown or that no consent opens. */
export function checkCategories(categories: readonly string[]): void {
  checkNames(categories, isCategory, 'UNKNOWN_CATEGORY');
  if (!categories.every(isShareable)) throw new LedgerError('CATEGORY_NOT_SHAREABLE');
}

/** Throws `LedgerError` on a recipient who is neither an agency nor one of the roles that a consent can name nor a person. */
export function checkRecipients(recipients: readonly string[]): void {
  checkNames(recipients, (name) => isRecipient(name, RECIPIENT_ROLES), 'UNKNOWN_RECIPIENT');
}

/** Throws `LedgerError` unless both times are sound and `until` is after `from`. */
export function checkPeriod(from: number, until: number | null): void {
  if (!isTime(from) || (until !== null && !isTime(until))) throw new LedgerError('TIME_OUT_OF_RANGE');
  if (until !== null && until <= from) throw new LedgerError('UNTIL_NOT_AFTER_FROM');
}

export function checkId(id: string): void {
  if (!isId(id)) throw new LedgerError('MALFORMED_ID');
}

export function checkRecording(recording: Recording): void {
  checkId(recording.recordedBy);
  if (!CHANNELS.includes(recording.channel)) throw new LedgerError('UNKNOWN_CHANNEL');
}

const LONGEST = 50;
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(9999, 11, 31);

function isTime(ms: number): boolean {
  return Number.isInteger(ms) && ms >= EARLIEST && ms <= LATEST;
}

function checkNames(names: readonly string[], isKnown: (name: string) => boolean, code: LedgerErrorCode): void {
  if (names.length > LONGEST) throw new LedgerError('TOO_MANY_NAMES');
  if (!names.every(isKnown)) throw new LedgerError(code);
}

function isRecipient(name: string, roles: readonly string[]): boolean {
  const colon = name.indexOf(':');
  const who = name.slice(colon + 1);
  switch (name.slice(0, colon)) {
    case 'agency':
      return isAgency(who);
    case 'role':
      return roles.includes(who);
    case 'person':
      return isId(who);
    default:
      return false;
  }
}
