import { AGENCIES, CATEGORY_NAMES } from '../schema/categories.ts';
import { PURPOSES, ROLES } from '../schema/purposes.ts';

/** Every name of its kind, those to come included. */
export const ALL_NAMES = -1;

/** Categories as a set of bits; unknown names have none. */
export function categoryBits(names: readonly string[]): number {
  return bitsOf(CATEGORY_BITS, names);
}

/** Purposes as a set of bits, so that a consent is matched with one operation; unknown ones have none. */
export function purposeBits(names: readonly string[]): number {
  return bitsOf(PURPOSE_BITS, names);
}

/** Recipients by role and by agency as a set of bits; persons and unknown names have none. */
export function recipientBits(names: readonly string[]): number {
  return bitsOf(RECIPIENT_BITS, names);
}

const CATEGORY_BITS = numbered(CATEGORY_NAMES);

const PURPOSE_BITS = numbered(Object.keys(PURPOSES));

const RECIPIENT_BITS = numbered([
  ...Object.keys(ROLES).map((role) => `role:${role}`),
  ...Object.keys(AGENCIES).map((agency) => `agency:${agency}`),
]);

function numbered(names: readonly string[]): ReadonlyMap<string, number> {
  // Bitwise operators work on 32 bits, and all of them together mean ALL_NAMES.
  if (names.length > 31) throw new RangeError(`expected at most 31 names, got ${names.length}`);
  return new Map(names.map((name, index) => [name, 1 << index]));
}

function bitsOf(bits: ReadonlyMap<string, number>, names: readonly string[]): number {
  return names.reduce((sum, name) => sum | (bits.get(name) ?? 0), 0);
}
