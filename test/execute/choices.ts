import fc from 'fast-check';

/** Whole numbers, each of them one choice of a generator. Shorter and smaller is simpler: fast-check shrinks towards that. */
export function choices(longest: number): fc.Arbitrary<readonly number[]> {
  return fc.array(fc.nat(0xffff), { maxLength: longest, size: 'max' });
}

/** Choices that a generator takes one by one; when they are used up, each is the first. */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** 0 ≤ n < `below`. */
  number(below: number): number {
    const number = this.#numbers[this.#next] ?? 0;
    this.#next += 1;
    return number % below;
  }

  /** True in `percent` of a hundred cases; false is the simpler. */
  chance(percent: number): boolean {
    return this.number(100) >= 100 - percent;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.number(list.length)] as T;
  }

  some<T>(list: readonly T[], percent: number): T[] {
    return list.filter(() => this.chance(percent));
  }

  get usedUp(): boolean {
    return this.#next >= this.#numbers.length;
  }
}
