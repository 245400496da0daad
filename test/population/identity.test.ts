import { describe, expect, it } from 'vitest';
import { finnishDay } from '../../population/calendar.ts';
import { clientId, identity, MAX_CLIENTS } from '../../population/identity.ts';
import { life } from '../../population/life.ts';
import { parseIdentityCode } from '../../schema/identity-code.ts';
import { lives, TODAY } from './lives.ts';

const { day } = finnishDay(TODAY);

describe('identities', () => {
  it('are artificial, right and different for 100,000 clients', () => {
    const codes = new Set<string>();
    for (let index = 2; index <= 100_001; index += 1) {
      const { code } = identity(1, index, day);
      codes.add(code);
      const parsed = parseIdentityCode(code);
      if (parsed === null || !parsed.artificial) expect.fail(`${code} of client ${index}`);
    }
    expect(codes.size).toBe(100_000);
  });

  it('never give the first client’s code to another, and none of 900 and 901', () => {
    for (const seed of [1, 2, 3]) {
      for (let index = 2; index < 20_000; index += 1) {
        const number = Number(identity(seed, index, day).code.slice(7, 10));
        expect(number).toBeGreaterThanOrEqual(902);
      }
    }
    expect(lives(1)[0]!.person.personalIdentityCode).toBe('150382-901A');
  });

  it('belong to adults, mostly of 25–50 years', () => {
    const ages = Array.from({ length: 5_000 }, (_, n) => (day - identity(7, n + 2, day).birthDay) / 365.25);
    expect(Math.min(...ages)).toBeGreaterThanOrEqual(18);
    expect(Math.max(...ages)).toBeLessThan(80);
    const middle = ages.filter((age) => age >= 25 && age <= 50).length / ages.length;
    expect(middle).toBeGreaterThan(0.6);
    expect(middle).toBeLessThan(0.85);
  });

  it('are UUIDs of version 4 that follow from seed and index', () => {
    const ids = Array.from({ length: 10_000 }, (_, n) => clientId(1, n + 1));
    expect(new Set(ids).size).toBe(10_000);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(clientId(1, 3)).toBe(ids[2]);
    expect(clientId(2, 3)).not.toBe(ids[2]);
  });

  it.each([0, -1, 1.5, MAX_CLIENTS + 1, Number.NaN])('index %d is none', (index) => {
    expect(() => life(1, index, TODAY)).toThrow(RangeError);
  });
});
