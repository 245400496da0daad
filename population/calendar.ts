/** Days since 1970-01-01 in the Finnish calendar. */
export type Day = number;

const DAY_MS = 86_400_000;
const texts = new Map<Day, string>();
const holidays = new Map<number, ReadonlySet<Day>>();

/** ISO date. */
export function isoDate(day: Day): string {
  let text = texts.get(day);
  if (text === undefined) {
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    texts.set(day, text);
  }
  return text;
}

export function dayOfIso(date: string): Day {
  return Date.parse(`${date}T00:00:00Z`) / DAY_MS;
}

/** ISO instant of a Finnish wall-clock time (`HH:MM`) with its offset. Changes of the clock are taken at midnight. */
export function at(day: Day, time: string): string {
  return `${isoDate(day)}T${time}:00${isSummerTime(day) ? '+03:00' : '+02:00'}`;
}

/** The instant so many minutes after one that `at` gave, on the same day. */
export function later(start: string, minutes: number): string {
  const minute = Number(start.slice(11, 13)) * 60 + Number(start.slice(14, 16)) + minutes;
  const clock = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  return `${start.slice(0, 11)}${clock}${start.slice(16)}`;
}

/** The Finnish calendar day of an instant, and the minute of that day. */
export function finnishDay(instant: Date): { readonly day: Day; readonly minute: number } {
  const winter = instant.getTime() + 2 * 3_600_000;
  const local = isSummerTime(Math.floor(winter / DAY_MS)) ? winter + 3_600_000 : winter;
  const day = Math.floor(local / DAY_MS);
  return { day, minute: Math.floor((local - day * DAY_MS) / 60_000) };
}

/** Monday to Friday, no public holiday. */
export function isWorkingDay(day: Day): boolean {
  // 1970-01-01 was a Thursday.
  const weekday = (((day + 3) % 7) + 7) % 7;
  return weekday < 5 && !holidaysOf(yearOf(day)).has(day);
}

/** The first working day from the day on; with step −1 the last one up to it. */
export function workingDay(day: Day, step: 1 | -1 = 1): Day {
  let found = day;
  while (!isWorkingDay(found)) found += step;
  return found;
}

/** The nth working day after the day. */
export function addWorkingDays(day: Day, n: number): Day {
  let found = day;
  for (let left = n; left > 0; left -= 1) found = workingDay(found + 1);
  return found;
}

export function yearOf(day: Day): number {
  return Number(isoDate(day).slice(0, 4));
}

/** Public holidays, and the eves of Midsummer and Christmas, on which offices are closed. */
function holidaysOf(year: number): ReadonlySet<Day> {
  let days = holidays.get(year);
  if (days === undefined) {
    const easter = easterSunday(year);
    const fixed = ['01-01', '01-06', '05-01', '12-06', '12-24', '12-25', '12-26'];
    // Midsummer Eve is the Friday of 19–25 June.
    let midsummerEve = dayOfIso(`${year}-06-19`);
    while ((midsummerEve + 3) % 7 !== 4) midsummerEve += 1;
    days = new Set([
      ...fixed.map((date) => dayOfIso(`${year}-${date}`)),
      ...[easter - 2, easter + 1, easter + 39, midsummerEve],
    ]);
    holidays.set(year, days);
  }
  return days;
}

/** Gregorian computus (Meeus, Jones, Butcher). */
function easterSunday(year: number): Day {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const d = (19 * a + b - (b >> 2) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const e = (32 + 2 * (b % 4) + 2 * (c >> 2) - d - (c % 4)) % 7;
  const f = d + e - 7 * Math.floor((a + 11 * d + 22 * e) / 451) + 114;
  return dayOfIso(`${year}-${String(Math.floor(f / 31)).padStart(2, '0')}-${String((f % 31) + 1).padStart(2, '0')}`);
}

function isSummerTime(day: Day): boolean {
  const year = yearOf(day);
  return day >= lastSunday(`${year}-03-31`) && day < lastSunday(`${year}-10-31`);
}

function lastSunday(lastOfMonth: string): Day {
  const day = dayOfIso(lastOfMonth);
  return day - ((day + 4) % 7);
}
