import { CATEGORIES, isCategory } from '../schema/categories.ts';
import { type Coded, codedAgency, codedCategory, codedPurpose, codedRecipient, coverageOf, isoTime } from './coded.ts';
import type { LedgerEvent } from './event.ts';
import type { LedgerRecord } from './history.ts';
import { INFORMATION_TAGS, informationText } from './information.ts';
import { RECEIPT_TEXTS as TEXTS } from './receipt-texts.ts';

/** The layout of the JSON below; a change of it is a new version. */
const SCHEMA = 'https://nivel.example/schema/iso-27560/1.0';

/**
 * A consent or denial as a consent record after ISO/IEC TS 27560:2023. Pure; throws `TypeError` on a record of unknown shape.
 *
 * Header, processing, parties and events, with the standard's field names in snake case; what the standard does not know
 * stands under `nivel`. Names are in Finnish, Swedish and English. The client is their id of the hub, and persons have no
 * names. An empty list of a denial is the code ALL. A record of a denial is the hub's own use of the layout.
 *
 * The standard itself was not at hand: fields and obligations follow W3C DPVCG's guide to TS 27560, and the values of
 * `event_type` and `event_state` its names for the stages of consent. `party_address` is null: the hub holds no addresses.
 */
export function consentRecord(record: LedgerRecord) {
  const { id, clientId, opening } = record;
  return {
    schema_version: SCHEMA,
    record_id: id,
    pii_principal_id: clientId,
    pii_processing: {
      privacy_notice: `https://nivel.example/information/${opening.informationVersion}/${opening.informationLanguage}`,
      language: INFORMATION_TAGS[opening.informationLanguage],
      purposes: orAll(opening.purposes, codedPurpose).map((purpose) => processingOf(record, purpose)),
    },
    party_identification: partiesOf(record),
    events: eventsOf(record),
    nivel: {
      kind: record.kind,
      state: record.state,
      information_version: opening.informationVersion,
      information_language: opening.informationLanguage,
    },
  };
}

/**
 * The client's own copy of a record, with the text that they were given; `at` is when it is written, in ms since epoch.
 *
 * The same state of the record has the same `receipt_id`. Source: ISO/IEC TS 27560:2023, clause 6.4, by the same guide.
 */
export function consentReceipt(record: LedgerRecord, at: number) {
  const { informationVersion, informationLanguage } = record.opening;
  return {
    schema_version: SCHEMA,
    receipt_id: `${record.id}.${record.history.length}`,
    consent_record: consentRecord(record),
    nivel: {
      issued_at: isoTime(at),
      information_given: informationText(informationVersion, informationLanguage) ?? null,
    },
  };
}

/** The same for each purpose, because the standard ties every fact of the processing to one. */
function processingOf(record: LedgerRecord, purpose: Coded) {
  const { opening, kind } = record;
  return {
    purpose,
    lawful_basis: { code: kind, names: kind === 'CONSENT' ? TEXTS.consent : TEXTS.denial },
    pii_information: informationOf(record),
    pii_controllers: orAll(opening.sources, codedAgency).map(({ code }) => code),
    recipient_third_parties: opening.recipients.length > 0 ? opening.recipients : ['ALL'],
    collection_method: TEXTS.collection,
    processing_method: TEXTS.processing,
    storage_locations: [TEXTS.storage],
    retention_period: { duration: 'P12Y', names: TEXTS.retention },
    jurisdiction: 'FI',
    withdrawal_method: TEXTS.withdrawal,
    privacy_rights: TEXTS.rights,
    authority_party: OMBUDSMAN.party_id,
  };
}

function informationOf(record: LedgerRecord) {
  const { all, left, taken } = coverageOf(record);
  if (all) return [{ pii_type: ALL, nivel: { in_record: true } }];
  const one = (in_record: boolean) => (code: string) => {
    const sensitivity = isCategory(code) ? CATEGORIES[code].sensitivity : null;
    return {
      pii_type: codedCategory(code),
      // GDPR art. 9, and art. 10 with 1054/2018 for criminal data.
      special_pii_category: sensitivity === 'art9',
      sensitive_pii_category: sensitivity,
      nivel: { in_record },
    };
  };
  return [...left.map(one(true)), ...taken.map(one(false))];
}

function partiesOf({ clientId, opening, history }: LedgerRecord) {
  const recipients = opening.recipients.map((recipient) => {
    const { kind, names } = codedRecipient(recipient);
    return party(recipient, names ?? (kind === 'person' ? TEXTS.person : undefined), 'recipient_third_party', kind);
  });
  return [
    party(clientId, TEXTS.principal, 'pii_principal', 'person'),
    ...(history.some(({ givenBy }) => givenBy === 'GUARDIAN')
      ? [party('guardian', TEXTS.guardian, 'representative', 'person')]
      : []),
    ...orAll(opening.sources, codedAgency).map(({ code, names }) => party(code, names, 'pii_controller', 'agency')),
    ...(recipients.length > 0 ? recipients : [party('ALL', TEXTS.all, 'recipient_third_party', 'any')]),
    OMBUDSMAN,
  ];
}

function eventsOf({ kind, state, clientId, opening, history }: LedgerRecord) {
  const event_type = kind === 'CONSENT' ? 'explicit_consent' : 'explicit_denial';
  const by = ({ givenBy }: LedgerEvent) => (givenBy === 'GUARDIAN' ? 'guardian' : clientId);
  const events = history.map((event) => ({
    event_time: isoTime(event.at),
    validity_duration: validityOf(event),
    entity_id: by(event),
    event_type,
    event_state: STATES[event.kind],
    nivel: {
      event_id: event.id,
      kind: event.kind as string,
      categories: event.categories,
      channel: event.channel,
      recorded_by: event.recordedBy,
      recorded_role: event.recordedRole,
    },
  }));
  if (state !== 'EXPIRED' || opening.until === null) return events;
  // No row of the ledger: whoever gave the consent set its end.
  const end = isoTime(opening.until);
  const expired = { event_time: end, validity_duration: `${end}/..`, entity_id: by(opening), event_type };
  return [...events, { ...expired, event_state: 'expired', nivel: { kind: 'EXPIRED' } }];
}

/** ISO 8601 interval; `..` is an open end. A denial, a narrowing and a withdrawal hold from their recording on. */
function validityOf({ kind, from, until, at }: LedgerEvent): string {
  if (kind !== 'GRANTED') return `${isoTime(at)}/..`;
  return `${isoTime(from)}/${until === null ? '..' : isoTime(until)}`;
}

const STATES = { GRANTED: 'given', DENIED: 'refused', NARROWED: 'narrowed', WITHDRAWN: 'withdrawn' } as const;
const ALL: Coded = { code: 'ALL', names: TEXTS.all };
const OMBUDSMAN = {
  ...party('DATA_PROTECTION_OMBUDSMAN', TEXTS.ombudsman, 'authority', 'agency'),
  party_url: 'https://tietosuoja.fi',
};

function party(party_id: string, party_name: Coded['names'], party_role: string, party_type: string) {
  return {
    party_id,
    party_name: party_name ?? null,
    party_role,
    party_type,
    party_address: null,
    party_contact: party_role === 'pii_controller' || party_role === 'recipient_third_party' ? TEXTS.contact : null,
  };
}

function orAll(codes: readonly string[], coded: (code: string) => Coded): readonly Coded[] {
  return codes.length > 0 ? codes.map(coded) : [ALL];
}
