import type { Verdict } from './decision.ts';

/**
 * Verdicts by category, in the order of asking.
 *
 * Two lists instead of a `Map`, because filling a map is most of what a decision costs. `names` holds each name once.
 */
export class Verdicts implements ReadonlyMap<string, Verdict> {
  readonly #names: readonly string[];
  readonly #verdicts: readonly Verdict[];

  constructor(names: readonly string[], verdicts: readonly Verdict[]) {
    this.#names = names;
    this.#verdicts = verdicts;
  }

  get size(): number {
    return this.#names.length;
  }

  get(name: string): Verdict | undefined {
    return this.#verdicts[this.#names.indexOf(name)];
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  keys(): MapIterator<string> {
    return this.#names.values();
  }

  values(): MapIterator<Verdict> {
    return this.#verdicts.values();
  }

  *entries(): MapIterator<[string, Verdict]> {
    for (const [index, name] of this.#names.entries()) yield [name, this.#verdicts[index]!];
  }

  [Symbol.iterator](): MapIterator<[string, Verdict]> {
    return this.entries();
  }

  forEach(call: (verdict: Verdict, name: string, all: ReadonlyMap<string, Verdict>) => void): void {
    for (const [name, verdict] of this) call(verdict, name, this);
  }
}
