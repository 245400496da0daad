import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AuditEntry, Disclosure } from '../../audit/entry.ts';
import { toFhirAuditEvents, toFhirExportEvent } from '../../audit/export/fhir.ts';
import { ACCESS_BASES } from '../../consent/bases.ts';
import type { Basis } from '../../consent/decision.ts';
import { AGENCIES, type Agency, CATEGORY_NAMES } from '../../schema/categories.ts';
import { PURPOSES, type Purpose, ROLES, type Role } from '../../schema/purposes.ts';
import { holdsIdentityCode } from '../consent/identity-codes.ts';
import { stringsIn } from '../consent/random-records.ts';
import { disclosureOf, entryWith } from './entries.ts';

const r4 = new JSONSchemaValidator();
const PLACE = { index: 42, commitment: 'ab'.repeat(32) };
const CLIENT = '00000000-0000-4000-8000-000000000001';
const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as K[];

const references: fc.Arbitrary<{ basis: Basis; reference: string | null }> = fc.oneof(
  fc.constant({ basis: 'OWN_DATA' as const, reference: null }),
  fc.record({
    basis: fc.constant('STATUTE' as const),
    reference: fc.constantFrom(...ACCESS_BASES.map(({ id }) => id as string), 'A-STATUTE-OF-LATER'),
  }),
  fc.record({
    basis: fc.constantFrom('GUARDIAN' as const, 'OWN_REGISTER' as const, 'CONSENT' as const, 'EMERGENCY' as const),
    reference: fc.uuid(),
  }),
);

const disclosures: fc.Arbitrary<Disclosure> = fc
  .record({
    client: fc.option(fc.uuid(), { freq: 5 }),
    source: fc.constantFrom(...keysOf(AGENCIES)),
    asked: fc.uniqueArray(fc.record({ category: fc.constantFrom(...CATEGORY_NAMES), permit: fc.option(references) }), {
      selector: ({ category }) => category,
    }),
    epoch: fc.nat().map(String),
    records: fc.nat({ max: 50 }),
    withheld: fc.option(fc.constant('1054/2018 § 28')),
  })
  .map(({ asked, withheld, ...given }) => ({
    ...given,
    permitted: asked.flatMap(({ category, permit }) => (permit === null ? [] : [{ category, ...permit }])),
    denied: asked.flatMap(({ category, permit }) =>
      permit === null ? [{ category, reason: 'NO_BASIS', detail: 'CLIENT_DENIED' }] : [],
    ),
    ...(withheld === null ? {} : { withheld }),
  }));

/** Any entry that the hub could write, as far as a disclosure tells of it. */
const entries: fc.Arbitrary<AuditEntry> = fc
  .record({
    id: fc.uuid(),
    at: fc.date({ min: new Date('2025-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }),
    person: fc.uuid(),
    roles: fc.subarray(keysOf(ROLES), { minLength: 1 }),
    agency: fc.option(fc.constantFrom(...keysOf(AGENCIES))),
    organisation: fc.option(fc.constant('1.2.246.10.2012566')),
    impersonatedBy: fc.option(fc.uuid()),
    purpose: fc.option(fc.constantFrom(...keysOf(PURPOSES))),
    operation: fc.record({ name: fc.option(fc.constant('View')), hash: fc.option(fc.constant('a'.repeat(64))) }),
    unavailable: fc.subarray(keysOf(AGENCIES)),
    disclosures: fc.array(disclosures, { maxLength: 6 }),
  })
  .map(({ at, person, roles, agency, organisation, impersonatedBy, purpose, unavailable, ...given }) =>
    entryWith({
      ...given,
      at: at.toISOString(),
      caller: {
        id: person,
        roles: roles as Role[],
        ...(agency === null ? {} : { agency: agency as Agency }),
        ...(organisation === null ? {} : { organisation }),
        ...(impersonatedBy === null ? {} : { impersonatedBy }),
      },
      purpose: purpose as Purpose | null,
      ...(unavailable.length === 0 ? {} : { unavailable: unavailable as Agency[] }),
    }),
  );

/** As a receiver gets it: through JSON. */
// biome-ignore lint/suspicious/noExplicitAny: the reader of a resource knows its shape.
const eventsOf = (entry: AuditEntry): any[] => JSON.parse(JSON.stringify(toFhirAuditEvents(entry, PLACE)));
const eventOf = (given: Partial<AuditEntry>, disclosure: Partial<Disclosure> = {}) =>
  eventsOf(entryWith({ ...given, disclosures: [disclosureOf(CLIENT, disclosure)] }))[0];

test('the official R4 schema refuses what is no AuditEvent', () => {
  const sound = eventOf({});
  expect(r4.validate(sound)).toEqual([]);
  for (const wrong of [
    { recorded: 'yesterday' },
    { action: 'LOOK' },
    { outcome: 'fine' },
    { name: 'x' },
    { agent: {} },
  ])
    expect(r4.validate({ ...sound, ...wrong }), JSON.stringify(wrong)).not.toEqual([]);
});

test('every disclosure of every entry is a valid R4 AuditEvent of its own, with nobody’s name or identity code', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      const events = eventsOf(entry);
      expect(events).toHaveLength(entry.disclosures.length);
      expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
      for (const event of events) {
        expect(r4.validate(event)).toEqual([]);
        expect(event.id).toMatch(/^[A-Za-z0-9.-]{1,64}$/);
        expect(JSON.stringify(event)).not.toMatch(/\[\]|\{\}|null/);
        expect(stringsIn(event).filter(holdsIdentityCode)).toEqual([]);
        for (const { what } of event.entity) expect(what).not.toHaveProperty('display');
      }
    }),
    { numRuns: 1_000 },
  );
});

/**
 * What IHE BALP 1.1.3 asks of IHE.BasicAudit.PatientRead beyond R4: how many elements of a pattern there are, and what they hold.
 * From the profile's differential; the names of its slices stand first.
 */
function balpFaults(event: ReturnType<typeof eventOf>): string[] {
  const faults: string[] = [];
  const must = (what: string, holds: boolean): void => void (holds || faults.push(what));
  const coded = (coding: { system?: string; code?: string } | undefined, system: string, code: string): boolean =>
    coding?.system === system && coding.code === code;
  const HL7 = 'http://terminology.hl7.org/CodeSystem';
  const agents = (system: string, code: string) =>
    event.agent.filter((agent: { type?: { coding: { system: string; code: string }[] } }) =>
      agent.type?.coding.some((coding) => coded(coding, system, code)),
    );
  const entities = (system: string, code: string) =>
    event.entity.filter(({ type }: { type?: { system: string; code: string } }) => coded(type, system, code));
  must('type', coded(event.type, `${HL7}/audit-event-type`, 'rest'));
  must(
    'subtype:anyRead',
    event.subtype.filter((coding: object) => coded(coding, 'http://hl7.org/fhir/restful-interaction', 'read'))
      .length === 1,
  );
  must('action', event.action === 'R');
  must('recorded', typeof event.recorded === 'string');
  must('outcome', event.outcome === '0');
  must('agent 2..', event.agent.length >= 2);
  for (const [slice, code] of [
    ['client', '110152'],
    ['server', '110153'],
  ] as const) {
    const found = agents('http://dicom.nema.org/resources/ontology/DCM', code);
    must(`agent:${slice} 1..1`, found.length === 1);
    must(`agent:${slice}.who`, found[0]?.who !== undefined);
    must(`agent:${slice}.network`, found[0]?.network !== undefined);
    must(`agent:${slice}.media`, found[0]?.media === undefined);
  }
  const users = agents(`${HL7}/v3-ParticipationType`, 'IRCP');
  must('agent:user 0..1', users.length <= 1);
  for (const user of users) {
    must('agent:user.who', user.who !== undefined);
    must('agent:user.requestor', user.requestor === true);
    must('agent:user.media and network', user.media === undefined && user.network === undefined);
  }
  must('entity 2..', event.entity.length >= 2);
  const transactions = entities('https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType', 'XrequestId');
  must('entity:transaction 0..1', transactions.length <= 1);
  for (const { what } of transactions) must('entity:transaction.what', typeof what?.identifier?.value === 'string');
  const data = entities(`${HL7}/audit-entity-type`, '2');
  must('entity:data 1..1', data.length === 1);
  must('entity:data.what', data[0]?.what !== undefined);
  must(
    'entity:data.role',
    ['4', '3', '20'].some((code) => coded(data[0]?.role, `${HL7}/object-role`, code)),
  );
  const patients = entities(`${HL7}/audit-entity-type`, '1');
  must('entity:patient 1..1', patients.length === 1);
  must('entity:patient.role', coded(patients[0]?.role, `${HL7}/object-role`, '1'));
  must('entity:patient.what', patients[0]?.what?.type === 'Patient');
  return faults;
}

test('an event says that it is BALP’s PatientRead exactly when it is', () => {
  fc.assert(
    fc.property(entries, (entry) => {
      for (const event of eventsOf(entry)) {
        const claimed = (event.meta?.profile ?? []) as string[];
        expect(claimed).toEqual(
          balpFaults(event).length === 0
            ? ['https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead']
            : [],
        );
      }
    }),
    { numRuns: 500 },
  );
  expect(balpFaults(eventOf({}))).toEqual([]);
});

test('BALP’s patterns are seen when they are broken', () => {
  const sound = eventOf({});
  const without = (list: string, at: number) => ({ ...sound, [list]: sound[list].toSpliced(at, 1) });
  expect(balpFaults(without('agent', 2))).toContain('agent:client 1..1');
  expect(balpFaults(without('agent', 3))).toContain('agent:server 1..1');
  expect(balpFaults(without('entity', 0))).toContain('entity:patient 1..1');
  expect(balpFaults(without('entity', 1))).toContain('entity:data 1..1');
  expect(balpFaults({ ...sound, outcome: '4' })).toEqual(['outcome']);
});

test('who, from whom, about whom, why and on what basis', () => {
  const caller = {
    id: '00000000-0000-4000-9000-000000000001',
    roles: ['coordinator' as const],
    agency: 'EMPLOYMENT_SERVICES' as const,
  };
  const consent = '00000000-0000-4000-8000-00000000000a';
  const event = eventOf(
    {
      id: '00000000-0000-4000-8000-0000000000ff',
      caller,
      request: '00000000-0000-4000-8000-0000000000aa',
      gateway: 'hub-1',
    },
    {
      permitted: [
        { category: 'MEDICATION', basis: 'CONSENT', reference: consent },
        { category: 'WORK_ABILITY', basis: 'STATUTE', reference: 'PRISON-EMPLOYMENT' },
      ],
      denied: [{ category: 'HEALTH_CONDITIONS', reason: 'NO_BASIS', detail: 'CLIENT_DENIED' }],
      records: 3,
    },
  );
  expect(event.id).toBe('00000000-0000-4000-8000-0000000000ff-0');
  expect(event.purposeOfEvent[0].coding[0].code).toBe('SERVICE_COORDINATION');
  expect(
    event.agent.map((agent: { who: { identifier: { value: string } }; requestor: boolean }) => [
      agent.who.identifier.value,
      agent.requestor,
    ]),
  ).toEqual([
    [caller.id, true],
    ['EMPLOYMENT_SERVICES', false],
    ['hub-1', false],
    ['HEALTH_CARE', false],
  ]);
  const [patient, data, consentRecord, request, log] = event.entity;
  expect(patient.what.identifier.value).toBe(CLIENT);
  expect(data.detail.map(({ type, valueString }: Record<string, string>) => `${type}: ${valueString}`)).toEqual([
    `permitted: MEDICATION CONSENT ${consent}`,
    'permitted: WORK_ABILITY STATUTE PRISON-EMPLOYMENT',
    'denied: HEALTH_CONDITIONS NO_BASIS CLIENT_DENIED',
    'statute: 1301/2021 § 28',
    'records: 3',
  ]);
  expect(data.securityLabel.map(({ code }: { code: string }) => code)).toEqual(['art9']);
  expect(consentRecord.what).toMatchObject({ type: 'Consent', identifier: { value: consent } });
  expect(request.what.identifier.value).toBe('00000000-0000-4000-8000-0000000000aa');
  expect(log.detail.slice(0, 2)).toEqual([
    { type: 'index', valueString: '42' },
    { type: 'commitment', valueString: PLACE.commitment },
  ]);
});

test('what was wholly denied, or left unanswered, is a failure with its reason and claims no profile', () => {
  const denied = [{ category: 'MEDICATION' as const, reason: 'NO_BASIS', detail: 'CLIENT_DENIED' }];
  expect(eventOf({}, { permitted: [], denied, records: 0 })).toMatchObject({
    outcome: '8',
    outcomeDesc: 'NO_BASIS (CLIENT_DENIED)',
    subtype: [{ code: 'read' }],
  });
  const silent = eventOf({ outcome: 'PARTIAL', unavailable: ['HEALTH_CARE'] }, { records: 0 });
  expect(silent).toMatchObject({ outcome: '8', outcomeDesc: 'AGENCY_UNAVAILABLE' });
  expect(silent).not.toHaveProperty('meta');
  // That someone is a client is a disclosure, even when nothing more was asked.
  expect(eventOf({}, { source: 'HUB', permitted: [], denied: [], records: 0 }).outcome).toBe('0');
});

test('the export’s own event is a valid AuditEvent too, with the count and the checkpoint', () => {
  const checkpoint = 'nivel.example/log\n3\nAAAA\n\n— nivel.example/log BBBB\n';
  const event = toFhirExportEvent({ entry: entryWith({ kind: 'EXPORTED' }), count: 2, size: 3, checkpoint });
  expect(r4.validate(JSON.parse(JSON.stringify(event)))).toEqual([]);
  expect(event.entity[0]).toMatchObject({ what: { identifier: { value: 'nivel.example/log' } } });
  expect(event.entity[0]?.detail.map(({ valueString }) => valueString)).toEqual(['2', '3', checkpoint]);
});
