import { DEMO_USERS } from '../../auth/users.ts';
import { type Life, life } from '../../population/life.ts';
import { Directory } from '../../population/staff.ts';

/** A fixed instant for what must not depend on the day of the test run; a Sunday evening in Finland. */
export const TODAY = new Date('2026-11-22T18:00:00Z');
export const TODAY_ISO = '2026-11-22';

/** The first `count` lives of a population with the demo users as staff. */
export function lives(count: number, { seed = 1, today = TODAY } = {}): Life[] {
  const directory = new Directory(DEMO_USERS);
  return Array.from({ length: count }, (_, index) => life(seed, index + 1, today, directory));
}

/** The demo user with that name. */
export function demoUser(username: string) {
  const user = DEMO_USERS.find((one) => one.username === username);
  if (user === undefined) throw new TypeError(`no demo user is called ${username}`);
  return user;
}

/** Whole days from one ISO date or instant to another; negative when the second is earlier. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to.slice(0, 10)) - Date.parse(from.slice(0, 10))) / 86_400_000;
}
