import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INFORMATION_VERSIONS } from '../../consent/information.ts';
import { consentReceipt, consentRecord } from '../../consent/receipt.ts';
import { CATEGORIES, isCategory } from '../../schema/categories.ts';
import { holdsIdentityCode } from './identity-codes.ts';
import { NOW, records, stringsIn } from './random-records.ts';

const RUNS = { numRuns: 1_000 };

// What the guide to ISO/IEC TS 27560:2023 marks as mandatory.
const HEADER = ['schema_version', 'record_id', 'pii_principal_id'];
const PURPOSE = [
  'purpose',
  'pii_information',
  'pii_controllers',
  'storage_locations',
  'retention_period',
  'jurisdiction',
  'recipient_third_parties',
  'withdrawal_method',
];
const PARTY = ['party_id', 'party_name', 'party_address', 'party_contact', 'party_type'];
const EVENT = ['event_time', 'validity_duration', 'entity_id', 'event_type', 'event_state'];

const codeOf = ({ pii_type }: { readonly pii_type: { readonly code: string } }) => pii_type.code;

test('every field that the standard makes mandatory is there', () => {
  fc.assert(
    fc.property(records, (record) => {
      const made = consentRecord(record);
      for (const field of HEADER) expect(made).toHaveProperty(field, expect.any(String));
      expect(made.pii_processing.privacy_notice).toMatch(/^https:\/\/nivel\.example\/information\/2026-[12]\/[a-z]+$/);
      expect(made.pii_processing.language).toMatch(/^(fi|sv|en|fi-simple)$/);
      expect(made.pii_processing.purposes.length).toBeGreaterThan(0);
      for (const purpose of made.pii_processing.purposes) {
        for (const field of PURPOSE) expect(purpose).toHaveProperty(field);
        expect(purpose.pii_information.length).toBeGreaterThan(0);
      }
      for (const party of made.party_identification) for (const field of PARTY) expect(party).toHaveProperty(field);
      for (const event of made.events)
        for (const field of EVENT) expect(event).toHaveProperty(field, expect.any(String));
      // A receiver gets JSON: nothing is lost on the way.
      expect(JSON.parse(JSON.stringify(made))).toEqual(made);
    }),
    RUNS,
  );
});

test('every fact of the record is in it: categories, sources, recipients, purposes, period, history', () => {
  fc.assert(
    fc.property(records, (record) => {
      const { opening, history, state } = record;
      const made = consentRecord(record);
      const orAll = (names: readonly string[]) => (names.length > 0 ? names : ['ALL']);
      expect(made.pii_processing.purposes.map(({ purpose }) => purpose.code)).toEqual(orAll(opening.purposes));
      for (const purpose of made.pii_processing.purposes) {
        expect(purpose.pii_controllers).toEqual(orAll(opening.sources));
        expect(purpose.recipient_third_parties).toEqual(orAll(opening.recipients));
        const inside = purpose.pii_information.filter(({ nivel }) => nivel.in_record).map(codeOf);
        const outside = purpose.pii_information.filter(({ nivel }) => !nivel.in_record).map(codeOf);
        for (const event of history.filter((each) => each.kind === 'NARROWED')) {
          for (const category of event.categories) expect(outside).toContain(category);
        }
        expect(inside.filter((category) => outside.includes(category))).toEqual([]);
        if (opening.categories.length === 0 && outside.length === 0) expect(inside).toEqual(['ALL']);
        else if (state !== 'WITHDRAWN') expect(inside).toEqual(record.categories);
        for (const category of opening.categories) expect([...inside, ...outside]).toContain(category);
      }
      const [first] = made.events;
      if (record.kind === 'CONSENT') {
        const [from, until] = first?.validity_duration.split('/') ?? [];
        expect(Date.parse(from ?? '')).toBe(opening.from);
        expect(until === '..' ? null : Date.parse(until ?? '')).toBe(opening.until);
      }
      expect(made.events.map(({ event_state }) => event_state)).toEqual([
        ...history.map(
          ({ kind }) => ({ GRANTED: 'given', DENIED: 'refused', NARROWED: 'narrowed', WITHDRAWN: 'withdrawn' })[kind],
        ),
        ...(state === 'EXPIRED' ? ['expired'] : []),
      ]);
      expect(made.events.slice(0, history.length).map(({ event_time }) => Date.parse(event_time))).toEqual(
        history.map(({ at }) => at),
      );
    }),
    RUNS,
  );
});

test('whoever an event or a purpose names is among the parties', () => {
  fc.assert(
    fc.property(records, (record) => {
      const made = consentRecord(record);
      const parties = made.party_identification.map(({ party_id }) => party_id);
      for (const { entity_id } of made.events) expect(parties).toContain(entity_id);
      for (const purpose of made.pii_processing.purposes) {
        const named = [...purpose.pii_controllers, ...purpose.recipient_third_parties, purpose.authority_party];
        for (const party of named) expect(parties).toContain(party);
      }
    }),
    RUNS,
  );
});

test('no identity code and no name of a person is inside', () => {
  fc.assert(
    fc.property(records, (record) => {
      const made = consentReceipt(record, NOW);
      expect(stringsIn(made).filter(holdsIdentityCode)).toEqual([]);
      for (const { party_type, party_name } of made.consent_record.party_identification) {
        if (party_type === 'person') expect(['Asiakas', 'Edunvalvoja', 'Nimetty henkilö']).toContain(party_name?.fi);
      }
    }),
    RUNS,
  );
  expect(holdsIdentityCode('the client 150382-901A was here')).toBe(true);
});

test('names are in all three languages, health data is marked', () => {
  fc.assert(
    fc.property(records, (record) => {
      for (const purpose of consentRecord(record).pii_processing.purposes) {
        for (const names of [purpose.purpose.names, purpose.withdrawal_method, purpose.privacy_rights]) {
          expect(Object.keys(names ?? {}).sort()).toEqual(['en', 'fi', 'sv']);
        }
        for (const information of purpose.pii_information) {
          const code = codeOf(information);
          if (!isCategory(code)) continue;
          expect(information.pii_type.names).toEqual(CATEGORIES[code].names);
          expect(information).toHaveProperty('special_pii_category', CATEGORIES[code].sensitivity === 'art9');
        }
      }
    }),
    RUNS,
  );
});

test('a receipt is the record, the text that was given, and an id that names this state of the record', () => {
  fc.assert(
    fc.property(records, (record) => {
      const receipt = consentReceipt(record, NOW);
      const { informationVersion, informationLanguage } = record.opening;
      expect(receipt.consent_record).toEqual(consentRecord(record));
      expect(receipt.receipt_id).toBe(`${record.id}.${record.history.length}`);
      expect(receipt.nivel).toEqual({
        issued_at: new Date(NOW).toISOString(),
        information_given:
          INFORMATION_VERSIONS[informationVersion as keyof typeof INFORMATION_VERSIONS][informationLanguage],
      });
      expect(consentReceipt(record, NOW)).toEqual(receipt);
    }),
    RUNS,
  );
});

test('a text that the hub no longer has is null, not another version', () => {
  const [record] = fc.sample(records, 1);
  const old = { ...record!, opening: { ...record!.opening, informationVersion: '1999-1' } };
  expect(consentReceipt(old, NOW).nivel.information_given).toBeNull();
});
