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
    const entries = Object.entries(weights) as [K, number][];
    let left = this.unit() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) {
      left -= weight;
      if (left < 0) return key;
    }
    return entries.at(-1)![0];
  }

  /** Up to `count` different ones, in random order. */
  some<T>(list: readonly T[], count: number): T[] {
    const left = [...list];
    return Array.from({ length: Math.min(count, list.length) }, () => left.splice(this.int(0, left.length - 1), 1)[0]!);
  }

  /** Version 4 UUID, lower case. */
  uuid(): string {
    const [a, b, c, d] = [this.next(), this.next(), this.next(), this.next()];
    const version = ((b & 0x0fff) | 0x4000).toString(16);
    const variant = (((c >>> 16) & 0x3fff) | 0x8000).toString(16);
    return `${hex8(a)}-${hex4(b >>> 16)}-${version}-${variant}-${hex4(c & 0xffff)}${hex8(d)}`;
  }
}

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

const HEX4 = Array.from({ length: 0x10000 }, (_, n) => n.toString(16).padStart(4, '0'));

function hex4(n: number): string {
  return HEX4[n]!;
}

function hex8(n: number): string {
  return HEX4[n >>> 16]! + HEX4[n & 0xffff]!;
}
