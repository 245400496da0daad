import { describe, expect, it } from 'vitest';
import { assistanceDueOn, decidedInTime } from '../../subgraphs/social/due.ts';

describe('the due day of social assistance (1412/1997 § 14 a)', () => {
  it.each([
    // applied, due, what does not count between them
    ['2026-03-02', '2026-03-11', 'a weekend'],
    ['2026-03-07', '2026-03-17', 'applied on a Saturday'],
    ['2025-04-14', '2025-04-25', 'Good Friday and Easter Monday'],
    ['2026-04-01', '2026-04-14', 'Good Friday and Easter Monday of another year'],
    ['2026-05-08', '2026-05-20', 'Ascension Day is 14 May'],
    ['2026-06-15', '2026-06-25', 'Midsummer Eve is 19 June'],
    ['2026-12-18', '2026-12-31', 'Christmas Eve and Christmas Day; Boxing Day is a Saturday'],
    ['2026-12-28', '2027-01-08', 'New Year’s Day and Epiphany'],
    ['2026-04-24', '2026-05-06', 'May Day'],
    ['2024-11-28', '2024-12-10', 'Independence Day is a Friday'],
    ['2024-02-26', '2024-03-06', 'a leap day'],
  ])('applied %s, due %s: %s', (applied, due) => {
    expect(assistanceDueOn(applied)).toBe(due);
  });

  it('is in time until the due day has gone', () => {
    expect(decidedInTime('2026-03-11', '2026-03-11', '2026-04-01')).toBe(true);
    expect(decidedInTime('2026-03-11', '2026-03-12', '2026-04-01')).toBe(false);
    expect(decidedInTime('2026-03-11', null, '2026-03-11')).toBeNull();
    expect(decidedInTime('2026-03-11', null, '2026-03-12')).toBe(false);
  });
});
