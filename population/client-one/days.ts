import { type Day, finnishDay, workingDay } from '../calendar.ts';

/** The days that the first client's story hangs on. */
export interface Days {
  readonly today: Day;
  /** Minute of the Finnish day. */
  readonly minute: number;
  readonly admitted: Day;
  readonly release: Day;
  /** A working day before release where there is one, else the day after tomorrow. */
  readonly meeting: Day;
  /** A working day about a week ago: the coordinator came, and he told whom he lets see what. */
  readonly consent: Day;
}

/** The hub's id of one of the first client's rows, by a number that is used once. */
export function rowId(number: number): string {
  return `00000000-0000-4000-8000-0001${String(number).padStart(8, '0')}`;
}

export function daysOf(now: Date): Days {
  const { day: today, minute } = finnishDay(now);
  return {
    today,
    minute,
    admitted: today - 16,
    release: today + 5,
    meeting: meetingDay(today),
    consent: workingDay(today - 8, -1),
  };
}

function meetingDay(today: Day): Day {
  const day = workingDay(today + 1);
  return day < today + 5 ? day : today + 2;
}
