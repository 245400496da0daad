/**
 * A stream of pseudo-random numbers (sfc32) named by seed, index and purpose: the same name always gives the same numbers.
 *
 * A stream of its own for each purpose keeps a new draw in one agency from changing another agency's data. Not for secrets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #count = 1;

  constructor(seed: number, index: number, stream: string) {
    this.#a = mix(seed, 0x9e3779b9);
    this.#b = mix(index, this.#a);
    this.#c = mix(hash(stream), this.#b);
    for (let i = 0; i < 12; i += 1) this.next();
  }

  /** 0 … 2^32 − 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#count) | 0;
    this.#count = (this.#count + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** 0 ≤ x < 1. */
  unit(): number {
    return this.next() / 0x1_0000_0000;
  }

  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** Whole number from `least` to `most`, both included; `least` when the range is empty. */
  int(least: number, most: number): number {
    return most <= least ? least : least + Math.floor(this.unit() * (most - least + 1));
  }

  pick<T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]!;
  }

  /** One of the keys, each as likely as its weight says. */
  weighted<K extends string>(weights: Readonly<Partial<Record<K, number>>>): K {
    let total = 0;
    for (const key in weights) total += weights[key]!;
    let left = this.unit() * total;
    let last: K | undefined;
    for (const key in weights) {
      last = key;
      left -= weights[key]!;
      if (left < 0) break;
    }
    return last!;
  }

  /** Up to `count` different ones, in random order. */
  some<T>(list: readonly T[], count: number): T[] {
    const left = [...list];
    return Array.from({ length: Math.min(count, list.length) }, () => left.splice(this.int(0, left.length - 1), 1)[0]!);
  }

  /** Version 4 UUID, lower case. */
  uuid(): string {
    for (let word = 0; word < 4; word += 1) BYTES.writeUInt32LE(this.next(), word * 4);
    BYTES[6] = (BYTES[6]! & 0x0f) | 0x40;
    BYTES[8] = (BYTES[8]! & 0x3f) | 0x80;
    for (let i = 0; i < 16; i += 1) {
      TEXT[PLACES[i]!] = DIGITS[BYTES[i]! >>> 4]!;
      TEXT[PLACES[i]! + 1] = DIGITS[BYTES[i]! & 15]!;
    }
    return TEXT.toString('latin1');
  }
}

// Ids are half of what is drawn: one flat string each, without pieces for the garbage collector.
const BYTES = Buffer.alloc(16);
const TEXT = Buffer.from('00000000-0000-0000-0000-000000000000');
const DIGITS = Buffer.from('0123456789abcdef');
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];

/** A good scramble of two 32-bit numbers into one (murmur3's finalizer). */
export function mix(value: number, salt: number): number {
  let h = Math.imul(value ^ salt, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) ^ salt;
  h = Math.imul(h ^ (h >>> 16), 0x27d4eb2f);
  return h ^ (h >>> 15);
}

const hashes = new Map<string, number>();

/** FNV-1a; remembered, because streams are few and clients many. */
function hash(text: string): number {
  let h = hashes.get(text);
  if (h === undefined) {
    h = 0x811c9dc5;
    for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
    hashes.set(text, h);
  }
  return h;
}
