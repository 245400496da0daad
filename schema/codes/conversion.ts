export interface ConversionRule {
  /** ISO date from which a conversion is made by this rule, until the next one begins. */
  readonly from: string;
  /** Unpaid day-fines that make one day of imprisonment; a remainder is dropped. */
  readonly dayFinesPerDay: number;
  readonly minDays: number;
  readonly maxDays: number;
}

/** How unpaid day-fines become days in prison (rikoslaki 39/1889 ch. 2 a § 5), newest rule first. */
export const CONVERSION_TABLE: readonly ConversionRule[] = [
  { from: '2021-01-01', dayFinesPerDay: 4, minDays: 4, maxDays: 40 },
  { from: '2006-10-01', dayFinesPerDay: 3, minDays: 4, maxDays: 60 },
];

/**
 * Days of a conversion sentence for unpaid day-fines, by the rule in force on the day of the conversion (UTC date).
 *
 * A part-paid day-fine counts as unpaid: round up before calling. No unpaid day-fine, no sentence: 0 days.
 * Throws `RangeError` for a negative or fractional number and for a day older than the table.
 */
export function conversionDays(unpaidDayFines: number, on: Date): number {
  if (!Number.isInteger(unpaidDayFines) || unpaidDayFines < 0) {
    throw new RangeError(`unpaid day-fines must be a whole number from 0, got ${unpaidDayFines}`);
  }
  const day = on.toISOString().slice(0, 10);
  const rule = CONVERSION_TABLE.find(({ from }) => from <= day);
  if (rule === undefined) throw new RangeError(`no conversion rule is known for ${day}`);
  if (unpaidDayFines === 0) return 0;
  return Math.min(rule.maxDays, Math.max(rule.minDays, Math.floor(unpaidDayFines / rule.dayFinesPerDay)));
}
