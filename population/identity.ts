import { formatIdentityCode } from '../schema/identity-code.ts';
import { type Day, isoDate } from './calendar.ts';
import { mix, Random } from './random.ts';

/** The client whom every example shows; `auth/users.ts` knows the same id. */
export const CLIENT_ONE_ID = '00000000-0000-4000-8000-000000000001';

/** The client for whom the demo user `guardian` acts; `auth/users.ts` knows the same id. */
export const CLIENT_TWO_ID = '00000000-0000-4000-8000-000000000002';

/** The most clients whose identity codes are known not to meet. */
export const MAX_CLIENTS = 1_000_000;

/** 900 and 901 are kept for people who are the same in every population. */
const FIRST_NUMBER = 902;
const NUMBERS = 98;
/** Equal parts of the age distribution. Each is longer than a day (see AGES), so each has a birthday of its own. */
const STRATA = 10_485;
const SLOTS = STRATA * NUMBERS;

/** Age in years at the given share of clients: mostly 25–50. No part is denser than one STRATA-th a day. */
const AGES: readonly (readonly [share: number, age: number])[] = [
  [0, 18.05],
  [0.1, 25],
  [0.42, 35],
  [0.72, 45],
  [0.89, 55],
  [0.97, 65],
  [1, 78],
];

/** The hub's id of a client; the first is always CLIENT_ONE_ID, the second CLIENT_TWO_ID. */
export function clientId(seed: number, index: number): string {
  if (index === 1) return CLIENT_ONE_ID;
  return index === 2 ? CLIENT_TWO_ID : new Random(seed, index, 'client').uuid();
}

/**
 * An artificial identity (individual number 902–999) whose birthday depends on the index, never the same for two indexes.
 *
 * Index → place in the age distribution and individual number is a permutation: no memory of what was given is needed.
 */
export function identity(seed: number, index: number, today: Day): { birthDay: Day; code: string } {
  const slot = permuted(seed, index);
  const birthDay = today - Math.floor(ageInDays((Math.floor(slot / NUMBERS) + 0.5) / STRATA));
  return { birthDay, code: formatIdentityCode(isoDate(birthDay), FIRST_NUMBER + (slot % NUMBERS)) };
}

function ageInDays(share: number): number {
  const above = AGES.findIndex(([end]) => share < end);
  const [startShare, startAge] = AGES[above - 1]!;
  const [endShare, endAge] = AGES[above]!;
  return 365.25 * (startAge + ((share - startShare) / (endShare - startShare)) * (endAge - startAge));
}

/** Four Feistel rounds over 20 bits, walked until the value is a slot. */
function permuted(seed: number, index: number): number {
  let value = index;
  do {
    let left = value >>> 10;
    let right = value & 1023;
    for (let round = 1; round <= 4; round += 1) {
      [left, right] = [right, left ^ (mix(right + (round << 10), mix(seed, round)) & 1023)];
    }
    value = (left << 10) | right;
  } while (value >= SLOTS);
  return value;
}
