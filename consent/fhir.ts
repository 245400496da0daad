import { isCategory, type Names } from '../schema/categories.ts';
import {
  type CodedRecipient,
  codedAgency,
  codedCategory,
  codedPurpose,
  codedRecipient,
  coverageOf,
  isoTime,
} from './coded.ts';
import { coding, displayed, labelsOf, listed, naming, TERMINOLOGY } from './fhir-elements.ts';
import type { LedgerRecord } from './history.ts';

/**
 * A consent or denial as a FHIR R4 (4.0.1) `Consent` resource. Pure; throws `TypeError` on a record of unknown shape.
 *
 * The base rule is the hub's default denial (`policyRule`). R4 allows no `type` on the root provision and asks for one on
 * every nested rule: the consent is a nested `permit`, the denial a nested `deny`, and an element that a denial leaves
 * empty is left out, which means all. A narrowed consent permits what is left, and says what was taken as a `deny` inside the
 * `permit`; a narrowed denial lists what is still denied, because a `permit` inside it would open what no one consented to.
 *
 * In the hub's code system a part of a category (CUSTODY_DATES of CUSTODY) is a child of its whole.
 * The client is their id of the hub, never the identity code; persons have ids and no names. Source: hl7.org/fhir/R4/consent.html.
 */
export function toFhirConsent(record: LedgerRecord) {
  const { id, opening, history } = record;
  const recorded = isoTime(opening.at);
  return {
    resourceType: 'Consent',
    id,
    meta: { versionId: String(history.length), lastUpdated: isoTime(Math.max(...history.map(({ at }) => at))) },
    language: 'fi',
    identifier: [{ system: naming('consent-record'), value: id }],
    status: isActive(record) ? 'active' : 'inactive',
    scope: { coding: [{ system: `${TERMINOLOGY}/consentscope`, code: 'patient-privacy' }] },
    category: [
      { coding: [{ system: 'http://loinc.org', code: '59284-0' }] },
      { coding: [coding('record-kind', { code: record.kind, names: KINDS[record.kind] })] },
    ],
    patient: clientOf(record),
    dateTime: recorded,
    performer: [giverOf(record)],
    organization: [actorReference({ kind: 'agency', ...codedAgency('HUB') })],
    policy: [
      { authority: FINLEX, uri: `${FINLEX}/eli/sd/2023/703` },
      { uri: `https://nivel.example/information/${opening.informationVersion}/${opening.informationLanguage}` },
    ],
    policyRule: { coding: [coding('policy', { code: 'DEFAULT_DENY', names: DEFAULT_DENY })] },
    verification: [verificationOf(record)],
    provision: { provision: [ruleOf(record)] },
  };
}

const FINLEX = 'http://data.finlex.fi';
const KINDS = {
  CONSENT: { fi: 'Suostumus', sv: 'Samtycke', en: 'Consent' },
  DENIAL: { fi: 'Kielto', sv: 'Förbud', en: 'Denial' },
} as const satisfies Record<LedgerRecord['kind'], Names>;
const DEFAULT_DENY: Names = {
  fi: 'Suostumuksen nojalla ei luovuteta muuta kuin se, mihin on suostuttu; kielto on suostumusta vahvempi',
  sv: 'Med stöd av samtycke lämnas bara det ut som samtycket gäller; ett förbud går före ett samtycke',
  en: 'Nothing is disclosed by consent but what was consented to; a denial is stronger than a consent',
};
const GUARDIAN: Names = { fi: 'Edunvalvoja', sv: 'Intressebevakare', en: 'Guardian' };
const RESOURCES = { agency: 'Organization', role: 'PractitionerRole', person: 'Practitioner' } as const;

/** A narrowing of everything is a withdrawal, even if the ledger should hold it as a narrowing. */
function isActive(record: LedgerRecord): boolean {
  const { all, left } = coverageOf(record);
  return record.state !== 'WITHDRAWN' && record.state !== 'EXPIRED' && (all || left.length > 0);
}

function ruleOf(record: LedgerRecord) {
  const { opening } = record;
  const { left, taken } = coverageOf(record);
  const covered = left.length > 0 ? left : opening.categories;
  const actor = [
    ...opening.sources.map((source) => actorOf('CST', { kind: 'agency', ...codedAgency(source) })),
    ...opening.recipients.map((recipient) => actorOf('IRCP', codedRecipient(recipient))),
  ];
  return {
    type: record.kind === 'CONSENT' ? 'permit' : 'deny',
    period: periodOf(record),
    ...listed('actor', actor),
    action: ['access', 'disclose'].map((code) => ({ coding: [{ system: `${TERMINOLOGY}/consentaction`, code }] })),
    ...listed('securityLabel', labelsOf(covered.filter(isCategory))),
    ...listed(
      'purpose',
      opening.purposes.map((code) => coding('purpose', codedPurpose(code))),
    ),
    ...listed('class', covered.map(classOf)),
    ...listed('provision', record.kind === 'CONSENT' && taken.length > 0 ? narrowingsOf(record) : []),
  };
}

function narrowingsOf({ history }: LedgerRecord) {
  return history
    .filter(({ kind }) => kind === 'NARROWED')
    .map(({ at, categories }) => ({
      type: 'deny',
      period: { start: isoTime(at) },
      class: categories.map(classOf),
    }));
}

/** FHIR counts the end in, the ledger does not: the last instant is one millisecond earlier. A denial holds from its recording. */
function periodOf({ kind, opening }: LedgerRecord) {
  if (kind === 'DENIAL') return { start: isoTime(opening.at) };
  return { start: isoTime(opening.from), ...(opening.until === null ? {} : { end: isoTime(opening.until - 1) }) };
}

/** What a worker recorded on the client's behalf is not verified with the client by being recorded. */
function verificationOf(record: LedgerRecord) {
  const { channel, at } = record.opening;
  if (channel !== 'ELECTRONIC') return { verified: false };
  return { verified: true, verifiedWith: giverOf(record), verificationDate: isoTime(at) };
}

function clientOf({ clientId }: LedgerRecord) {
  return { type: 'Patient', identifier: { system: naming('client'), value: clientId } };
}

function giverOf(record: LedgerRecord) {
  const { givenBy, recordedBy, recordedRole } = record.opening;
  if (givenBy === 'CLIENT') return clientOf(record);
  const self = recordedRole === 'guardian' ? { identifier: { system: naming('person'), value: recordedBy } } : {};
  return { type: 'RelatedPerson', ...self, ...displayed(GUARDIAN) };
}

function actorOf(role: 'CST' | 'IRCP', recipient: CodedRecipient) {
  return {
    role: { coding: [{ system: `${TERMINOLOGY}/v3-ParticipationType`, code: role }] },
    reference: actorReference(recipient),
  };
}

function actorReference({ kind, code, names }: CodedRecipient) {
  return { type: RESOURCES[kind], identifier: { system: naming(kind), value: code }, ...displayed(names) };
}

function classOf(category: string) {
  return coding('data-category', codedCategory(category));
}
