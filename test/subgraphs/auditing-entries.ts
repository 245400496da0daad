import { randomUUID } from 'node:crypto';
import type { AuditEntry } from '../../audit/entry.ts';
import { disclosureOf, entryWith } from '../audit/entries.ts';

export type Filter = Readonly<Record<string, string | null>>;

/** Two clients of the entries, and one of none. */
export const [one, other, stranger] = [randomUUID(), randomUUID(), randomUUID()];
/** Two callers. */
export const [coordinator, nurse] = [randomUUID(), randomUUID()];
/** Minutes after the beginning: the entries are of the minutes 1–10. */
export const at = (minute: number): string => new Date(Date.UTC(2026, 2, 1, 12, minute)).toISOString();

/** Ten entries, oldest first. */
export const ENTRIES: readonly AuditEntry[] = [
  // A page of two: medication of the one, and housing; medication of the other denied.
  entryWith({
    at: at(1),
    outcome: 'DENIED',
    caller: { id: coordinator, roles: ['coordinator'], agency: 'EMPLOYMENT_SERVICES' },
    clients: [one, other],
    disclosures: [
      disclosureOf(one),
      disclosureOf(one, {
        source: 'SOCIAL_SERVICES',
        permitted: [{ category: 'HOUSING', basis: 'CONSENT', reference: randomUUID() }],
      }),
      disclosureOf(other, {
        permitted: [],
        denied: [{ category: 'MEDICATION', reason: 'NO_BASIS', detail: 'DENIED_BY_CLIENT' }],
      }),
    ],
  }),
  entryWith({
    at: at(2),
    purpose: 'CARE_CONTINUITY',
    caller: { id: nurse, roles: ['health-professional'], agency: 'HEALTH_CARE' },
    clients: [other],
    disclosures: [
      disclosureOf(other, { permitted: [{ category: 'MEDICATION', basis: 'OWN_REGISTER', reference: randomUUID() }] }),
      disclosureOf(other, {
        source: 'HUB',
        permitted: [{ category: 'IDENTITY_CONTACT', basis: 'OWN_REGISTER', reference: randomUUID() }],
      }),
    ],
  }),
  entryWith({
    at: at(3),
    outcome: 'PARTIAL',
    purpose: 'OWN_DATA',
    caller: { id: one, roles: ['client'] },
    clients: [one],
    unavailable: ['HEALTH_CARE'],
    disclosures: [
      disclosureOf(one, { permitted: [{ category: 'MEDICATION', basis: 'OWN_DATA', reference: null }], records: 0 }),
    ],
  }),
  entryWith({
    at: at(4),
    kind: 'REFUSED',
    outcome: 'REFUSED',
    refusal: 'PURPOSE_NOT_ALLOWED',
    caller: { id: randomUUID(), roles: ['steering'], agency: 'HUB' },
    clients: [one],
  }),
  consentEntry(5, 'CONSENT_GRANTED', one, ['MEDICATION', 'HOUSING'], ['HEALTH_CARE', 'SOCIAL_SERVICES']),
  consentEntry(6, 'CONSENT_WITHDRAWN', one, ['MEDICATION'], ['HEALTH_CARE', 'SOCIAL_SERVICES']),
  // Empty lists: everything, of everyone.
  consentEntry(7, 'CONSENT_DENIED', other, [], []),
  // A look-up by identity code that led to nobody; a document refused at the door.
  entryWith({
    at: at(8),
    outcome: 'DENIED',
    caller: { id: coordinator, roles: ['coordinator'], agency: 'EMPLOYMENT_SERVICES' },
    disclosures: [
      disclosureOf(one, {
        client: null,
        permitted: [],
        denied: [{ category: 'CUSTODY', reason: 'NO_RELATIONSHIP', detail: 'NO_CURRENT_RELATIONSHIP' }],
        source: 'PRISON_SERVICE',
        epoch: '0',
        records: 0,
      }),
    ],
  }),
  entryWith({ at: at(9), kind: 'REFUSED', outcome: 'REFUSED', purpose: null, refusal: 'DOCUMENT_NOT_TRUSTED' }),
  entryWith({
    at: at(10),
    purpose: 'AUDIT',
    caller: { id: randomUUID(), roles: ['auditor'], agency: 'HUB' },
    clients: [other],
  }),
];

/** Does the filter find the entry? A reading of the filter's words alone. */
export function matches(entry: AuditEntry, filter: Filter): boolean {
  const { client = null, caller = null, source = null, agency = null, category = null, basis = null } = filter;
  const { purpose = null, outcome = null, kind = null, from = null, until = null } = filter;
  const is = (asked: string | null, value: string | null | undefined): boolean => asked === null || asked === value;
  const isAmong = (asked: string | null, values: readonly string[]): boolean =>
    asked === null || values.length === 0 || values.includes(asked);
  if (!is(caller, entry.caller.id) || !is(agency, entry.caller.agency) || !is(purpose, entry.purpose)) return false;
  if (!is(outcome, entry.outcome) || !is(kind, entry.kind)) return false;
  if (from !== null && Date.parse(entry.at) < Date.parse(from)) return false;
  if (until !== null && Date.parse(entry.at) >= Date.parse(until)) return false;
  // The client alone: whatever the entry is about.
  if (source === null && category === null && basis === null) return client === null || entry.clients.includes(client);
  const { consent } = entry;
  if (consent !== undefined)
    return (
      is(client, entry.clients[0]) &&
      basis === null &&
      isAmong(category, consent.categories) &&
      isAmong(source, consent.sources)
    );
  // Else one disclosure has it all.
  return entry.disclosures.some(
    (each) =>
      is(client, each.client) &&
      is(source, each.source) &&
      (each.permitted.some((permit) => is(category, permit.category) && is(basis, permit.basis)) ||
        (basis === null && each.denied.some((denial) => is(category, denial.category))) ||
        (category === null && basis === null)),
  );
}

function consentEntry(
  minute: number,
  kind: AuditEntry['kind'],
  client: string,
  categories: readonly string[],
  sources: readonly string[],
): AuditEntry {
  const record = randomUUID();
  return entryWith({
    at: at(minute),
    kind,
    purpose: null,
    caller: { id: client, roles: ['client'] },
    clients: [client],
    consent: {
      record,
      event: record,
      categories,
      sources,
      recipients: ['role:coordinator'],
      purposes: [],
      from: at(minute),
      until: null,
      epoch: '3',
    },
  });
}
