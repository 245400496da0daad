/** Working days within which social assistance is decided (1412/1997 § 14 a). */
const WORKING_DAYS = 7;

/** Holidays on one date, and the eves that 150/1930 § 5 puts beside them; the others fall on a weekend or move with Easter. */
const FIXED_HOLIDAYS = ['01-01', '01-06', '05-01', '12-06', '12-24', '12-25', '12-26'];

/** Good Friday, Easter Monday and Ascension Day, in days from Easter Sunday. */
const EASTER_HOLIDAYS = [-2, 1, 39];

const DAY = 86_400_000;

/**
 * The day by which an application for social assistance is decided: the seventh working day after it came.
 *
 * ISO dates. Saturdays, Sundays, holidays and the eves of Christmas and Midsummer do not count (150/1930 § 5).
 */
export function assistanceDueOn(appliedOn: string): string {
  const day = new Date(`${appliedOn}T00:00:00Z`);
  for (let left = WORKING_DAYS; left > 0; ) {
    day.setTime(day.getTime() + DAY);
    if (isWorkingDay(day)) left -= 1;
  }
  return day.toISOString().slice(0, 10);
}

/** Whether the decision met the due day; null while undecided and not overdue today. ISO dates. */
export function decidedInTime(dueOn: string, decidedOn: string | null, today: string): boolean | null {
  if (decidedOn !== null) return decidedOn <= dueOn;
  return today <= dueOn ? null : false;
}

function isWorkingDay(day: Date): boolean {
  const weekday = day.getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  const monthDay = day.toISOString().slice(5, 10);
  if (FIXED_HOLIDAYS.includes(monthDay)) return false;
  // Midsummer Eve is the Friday between 19 and 25 June.
  if (weekday === 5 && monthDay >= '06-19' && monthDay <= '06-25') return false;
  return !EASTER_HOLIDAYS.includes((day.getTime() - easterSunday(day.getUTCFullYear())) / DAY);
}

/** Gregorian Easter Sunday, in ms since epoch (the anonymous algorithm of 1876). */
function easterSunday(year: number): number {
  const golden = year % 19;
  const century = Math.floor(year / 100);
  const rest = year % 100;
  const correction = Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3);
  const epact = (19 * golden + century - Math.floor(century / 4) - correction + 15) % 30;
  const weekday = (32 + 2 * (century % 4) + 2 * Math.floor(rest / 4) - epact - (rest % 4)) % 7;
  const late = Math.floor((golden + 11 * epact + 22 * weekday) / 451);
  const marchDay = epact + weekday - 7 * late + 114;
  return Date.UTC(year, Math.floor(marchDay / 31) - 1, (marchDay % 31) + 1);
}
