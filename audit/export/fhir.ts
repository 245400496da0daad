import { ACCESS_BASES } from '../../consent/bases.ts';
import { codedAgency, codedPurpose } from '../../consent/coded.ts';
import { coding, displayed, labelsOf, listed, naming, TERMINOLOGY } from '../../consent/fhir-elements.ts';
import type { Agency, Names } from '../../schema/categories.ts';
import { type Purpose, ROLES } from '../../schema/purposes.ts';
import { SUBGRAPHS } from '../../schema/subgraphs.ts';
import type { AuditEntry, Disclosure } from '../entry.ts';

/** Where an entry stands in the log: with it a reader of the resource finds the proof. */
export interface Place {
  readonly index: number;
  /** Hexadecimal. */
  readonly commitment: string;
}

/**
 * The disclosures of an entry as FHIR R4 (4.0.1) `AuditEvent` resources, one each (a client and a source agency). Pure.
 *
 * A disclosure of a known client has the shape of IHE BALP 1.1.3 `IHE.BasicAudit.PatientRead` and says so in `meta.profile`: the
 * hub (destination) read from the agency (source) for the caller (information recipient). BALP's read is a success by definition:
 * a disclosure that was wholly denied, or that the agency left unanswered, has outcome 8, as BALP's example of a denial has, says
 * why in `outcomeDesc`, and claims no profile. Where some of what was asked was denied, the denied categories stand beside
 * the permitted ones. Persons and clients have ids of the hub, no names and no identity codes.
 * Source: hl7.org/fhir/R4/auditevent.html; profiles.ihe.net/ITI/BALP.
 */
export function toFhirAuditEvents(entry: AuditEntry, place: Place) {
  return entry.disclosures.map((disclosure, n) => {
    const failure = failureOf(entry, disclosure);
    const { client } = disclosure;
    return {
      resourceType: 'AuditEvent',
      id: `${entry.id}-${n}`,
      ...(failure === undefined && client !== null ? { meta: { profile: [PATIENT_READ] } } : {}),
      language: 'fi',
      type: { system: `${TERMINOLOGY}/audit-event-type`, code: 'rest', display: 'Restful Operation' },
      subtype: [
        { system: 'http://hl7.org/fhir/restful-interaction', code: 'read', display: 'read' },
        ...(failure === undefined ? [{ system: `${TERMINOLOGY}/iso-21089-lifecycle`, code: 'disclose' }] : []),
      ],
      action: 'R',
      recorded: entry.at,
      ...(failure === undefined ? { outcome: '0' } : { outcome: '8', outcomeDesc: failure }),
      ...listed('purposeOfEvent', purposesOf(entry)),
      agent: agentsOf(entry, disclosure.source),
      source: sourceOf(entry),
      entity: [
        ...listedPatient(client),
        dataOf(entry, disclosure, n),
        ...consentsOf(disclosure),
        ...traceOf(entry, place),
      ],
    };
  });
}

/** What the last line of an export tells: who exported what, and with which checkpoint it can be checked. */
export interface Exported {
  readonly entry: Pick<AuditEntry, 'id' | 'at' | 'caller' | 'gateway'>;
  /** Entries of the log that the export went through and kept. */
  readonly count: number;
  /** Entries of the log at the checkpoint. */
  readonly size: number;
  /** C2SP tlog-checkpoint, signed. */
  readonly checkpoint: string;
}

/** The `AuditEvent` of the export itself: the last line, without which an export of resources is not whole. Pure. */
export function toFhirExportEvent({ entry, count, size, checkpoint }: Exported) {
  return {
    resourceType: 'AuditEvent',
    id: entry.id,
    language: 'fi',
    type: dicom('110106', 'Export'),
    action: 'R',
    recorded: entry.at,
    outcome: '0',
    agent: personsOf(entry),
    source: sourceOf(entry),
    entity: [
      {
        what: { identifier: { system: naming('audit-log'), value: checkpoint.slice(0, checkpoint.indexOf('\n')) } },
        type: SYSTEM_OBJECT,
        role: { system: `${TERMINOLOGY}/object-role`, code: '13', display: 'Security Resource' },
        detail: [detail('count', String(count)), detail('size', String(size)), detail('checkpoint', checkpoint)],
      },
    ],
  };
}

const PATIENT_READ = 'https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead';
const SYSTEM_OBJECT = { system: `${TERMINOLOGY}/audit-entity-type`, code: '2', display: 'System Object' };
const ENTRY: Names = { fi: 'Lokimerkintä', sv: 'Loggpost', en: 'Audit entry' };
const ORGANISATION: Names = {
  fi: 'Kysyjän organisaatio',
  sv: 'Frågeställarens organisation',
  en: 'Caller’s organisation',
};
const IMPERSONATOR: Names = { fi: 'Toisena esiintyvä', sv: 'Den som agerar som någon annan', en: 'Impersonator' };

type Head = Pick<AuditEntry, 'caller' | 'gateway'>;

/** Why nothing was disclosed, in the hub's codes; undefined when something was. That a client is known is a disclosure too. */
function failureOf({ unavailable = [] }: AuditEntry, { source, permitted, denied, records }: Disclosure) {
  if (records === 0 && unavailable.includes(source)) return 'AGENCY_UNAVAILABLE';
  if (permitted.length > 0 || denied.length === 0) return undefined;
  return [...new Set(denied.map(({ reason, detail: whole }) => `${reason} (${whole})`))].join(', ');
}

function purposesOf({ purpose }: { readonly purpose: Purpose | null }) {
  return purpose === null ? [] : [{ coding: [coding('purpose', codedPurpose(purpose))] }];
}

function agentsOf(entry: AuditEntry, source: Agency) {
  return [
    ...personsOf(entry),
    {
      type: { coding: [dicom('110152', 'Destination Role ID')] },
      who: hubOf(entry),
      requestor: false,
      network: { address: entry.gateway, type: MACHINE },
    },
    {
      type: { coding: [dicom('110153', 'Source Role ID')] },
      who: agencyReference(source),
      requestor: false,
      network: { address: machineOf(source), type: MACHINE },
    },
  ];
}

/** R4 network-type: a machine by its name, here the hub's own name of it; addresses are not in the log. */
const MACHINE = '1';

function machineOf(source: Agency): string {
  const named = Object.entries(SUBGRAPHS).find(([, { agency }]) => agency === source);
  return named?.[0] ?? source;
}

/** Who asked, for whom they work, and who asked in their name. */
function personsOf({ caller, ...entry }: Head & Partial<Pick<AuditEntry, 'purpose'>>) {
  const { id, roles, agency, organisation, impersonatedBy } = caller;
  if (id === null) return [{ who: hubOf({ caller, ...entry }), requestor: true }];
  const [own, others] = [id, impersonatedBy].map((value) => ({ identifier: { system: naming('person'), value } }));
  return [
    {
      type: {
        coding: [{ system: `${TERMINOLOGY}/v3-ParticipationType`, code: 'IRCP', display: 'information recipient' }],
      },
      ...listed(
        'role',
        roles.map((code) => ({ coding: [coding('role', { code, names: ROLES[code] })] })),
      ),
      who: own,
      requestor: true,
      ...listed('purposeOfUse', purposesOf({ purpose: entry.purpose ?? null })),
    },
    ...(agency === undefined
      ? []
      : [
          {
            type: { coding: [coding('agent', { code: 'CALLER_ORGANISATION', names: ORGANISATION })] },
            who:
              organisation === undefined
                ? agencyReference(agency)
                : { ...agencyReference(agency), identifier: { system: naming('organisation'), value: organisation } },
            requestor: false,
          },
        ]),
    ...(impersonatedBy === undefined
      ? []
      : [
          {
            type: { coding: [coding('agent', { code: 'IMPERSONATOR', names: IMPERSONATOR })] },
            who: others,
            requestor: false,
          },
        ]),
  ];
}

function sourceOf(entry: Head) {
  return {
    site: entry.gateway,
    observer: hubOf(entry),
    type: [{ system: `${TERMINOLOGY}/security-source-type`, code: '4', display: 'Application Server' }],
  };
}

function hubOf({ gateway }: Head) {
  return { type: 'Device', identifier: { system: naming('gateway'), value: gateway } };
}

function agencyReference(agency: Agency) {
  const { code, names } = codedAgency(agency);
  return { type: 'Organization', identifier: { system: naming('agency'), value: code }, ...displayed(names) };
}

function listedPatient(client: string | null) {
  if (client === null) return [];
  return [
    {
      what: { type: 'Patient', identifier: { system: naming('client'), value: client } },
      type: { system: `${TERMINOLOGY}/audit-entity-type`, code: '1', display: 'Person' },
      role: { system: `${TERMINOLOGY}/object-role`, code: '1', display: 'Patient' },
    },
  ];
}

/** What was asked of the agency: BALP's one data entity, with every category in its details. */
function dataOf({ id }: AuditEntry, { permitted, denied, records, withheld }: Disclosure, n: number) {
  const statutes = permitted.flatMap(({ basis, reference }) => (basis === 'STATUTE' ? [citationOf(reference)] : []));
  return {
    what: { identifier: { system: naming('disclosure'), value: `${id}/${n}` } },
    type: SYSTEM_OBJECT,
    role: { system: `${TERMINOLOGY}/object-role`, code: '4', display: 'Domain Resource' },
    ...listed('securityLabel', labelsOf(permitted.map(({ category }) => category))),
    detail: [
      ...permitted.map(({ category, basis, reference }) =>
        detail('permitted', [category, basis, reference].filter(Boolean).join(' ')),
      ),
      ...denied.map(({ category, reason, detail: whole }) => detail('denied', [category, reason, whole].join(' '))),
      ...[...new Set(statutes)].map((citation) => detail('statute', citation)),
      ...(withheld === undefined ? [] : [detail('withheld', withheld)]),
      detail('records', String(records)),
    ],
  };
}

function citationOf(reference: string | null): string {
  const base = ACCESS_BASES.find(({ id }) => id === reference);
  return base?.citation ?? String(reference);
}

function consentsOf({ permitted }: Disclosure) {
  const records = permitted.flatMap(({ basis, reference }) => (basis === 'CONSENT' ? (reference ?? []) : []));
  return [...new Set(records)].map((value) => ({
    what: { type: 'Consent', identifier: { system: naming('consent-record'), value } },
    type: { system: 'http://hl7.org/fhir/resource-types', code: 'Consent', display: 'Consent' },
  }));
}

/** The request, and the entry with its place in the log. */
function traceOf({ id, request, operation }: AuditEntry, { index, commitment }: Place) {
  return [
    {
      what: { identifier: { value: request } },
      type: { system: 'https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', code: 'XrequestId' },
    },
    {
      what: { identifier: { system: naming('audit-entry'), value: id } },
      type: coding('entity', { code: 'AUDIT_ENTRY', names: ENTRY }),
      detail: [
        detail('index', String(index)),
        detail('commitment', commitment),
        ...(operation.name === null ? [] : [detail('operation', operation.name)]),
        ...(operation.hash === null ? [] : [detail('document', operation.hash)]),
      ],
    },
  ];
}

function detail(type: string, valueString: string) {
  return { type, valueString };
}

function dicom(code: string, display: string) {
  return { system: 'http://dicom.nema.org/resources/ontology/DCM', code, display };
}
