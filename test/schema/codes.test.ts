import { describe, expect, it } from 'vitest';
import * as contact from '../../schema/codes/contact.ts';
import * as controllers from '../../schema/codes/controllers.ts';
import { CONVERSION_TABLE, conversionDays } from '../../schema/codes/conversion.ts';
import * as employment from '../../schema/codes/employment.ts';
import * as goals from '../../schema/codes/goals.ts';
import * as health from '../../schema/codes/health.ts';
import * as housing from '../../schema/codes/housing.ts';
import * as meetings from '../../schema/codes/meetings.ts';
import * as municipalities from '../../schema/codes/municipalities.ts';
import * as sentences from '../../schema/codes/sentences.ts';
import * as social from '../../schema/codes/social.ts';
import { PRISON_UNITS, unitInUse } from '../../schema/codes/units.ts';

const rooms = { contact, controllers, employment, goals, health, housing, meetings, municipalities, sentences, social };
const lists = Object.values({ ...rooms, units: { PRISON_UNITS } }).flatMap((room) =>
  Object.entries(room).filter(([name]) => name === name.toUpperCase()),
) as [string, Record<string, { fi: string; sv: string; en: string }>][];

describe('code lists', () => {
  it.each(lists)('%s names every code in Finnish, Swedish and English', (name, list) => {
    expect(Object.keys(list).length).toBeGreaterThan(0);
    // Codes of ICD-10 and of municipalities are the classification's own; all others are GraphQL enum names.
    const shape = name === 'ICD10_CODES' || name === 'MUNICIPALITIES' ? /^[A-Z]?\d+(\.\d)?$/ : /^[A-Z][A-Z0-9_]*$/;
    for (const [code, { fi, sv, en }] of Object.entries(list)) {
      expect(code).toMatch(shape);
      for (const text of [fi, sv, en]) expect(text.trim()).not.toBe('');
    }
  });

  it('organisations have the OID of a business id with a right check digit, unless artificial', () => {
    const organisations = Object.values(controllers).flatMap((list) => Object.values(list));
    for (const { oid } of organisations) {
      const id = /^1\.2\.246\.10\.(\d{7,8})$/.exec(oid)![1]!.padStart(8, '0');
      const sum = [7, 9, 10, 5, 8, 4, 2].reduce((total, weight, i) => total + weight * Number(id[i]), 0);
      if (!id.startsWith('999999')) expect((11 - (sum % 11)) % 11, oid).toBe(Number(id[7]));
    }
  });

  it('a unit is in use from its first day on', () => {
    expect(unitInUse('HELSINKI', '2022-08-31')).toBe(false);
    expect(unitInUse('HELSINKI', '2022-09-01')).toBe(true);
  });
});

describe('conversion of unpaid day-fines', () => {
  it.each([
    [86, '2026-11-22', 21],
    [1, '2021-01-01', 4],
    [19, '2021-01-01', 4],
    [20, '2021-01-01', 5],
    [160, '2021-01-01', 40],
    [240, '2021-01-01', 40],
    [86, '2020-12-31', 28],
    [240, '2020-12-31', 60],
    [0, '2026-11-22', 0],
  ])('%i unpaid on %s are %i days', (unpaid, on, days) => {
    expect(conversionDays(unpaid, new Date(`${on}T12:00:00Z`))).toBe(days);
  });

  it('refuses what no table answers', () => {
    expect(() => conversionDays(10, new Date('1999-01-01'))).toThrow(RangeError);
    expect(() => conversionDays(-1, new Date())).toThrow(RangeError);
    expect(() => conversionDays(1.5, new Date())).toThrow(RangeError);
  });

  it('lists its rules newest first', () => {
    const days = CONVERSION_TABLE.map(({ from }) => from);
    expect(days).toEqual([...days].sort().reverse());
  });
});
