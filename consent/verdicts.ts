import type { Verdict } from './decision.ts';

/** Names of categories, each once, with their places. */
export type Places = ReadonlyMap<string, number>;

/**
 * Verdicts by category, in the order of asking; each is made when it is first looked at, because most are not.
 *
 * `make`: by place. It gives the same verdict whenever it is called.
 */
export class Verdicts implements ReadonlyMap<string, Verdict> {
  readonly #places: Places;
  readonly #make: (place: number) => Verdict;
  readonly #made: (Verdict | undefined)[];

  constructor(places: Places, make: (place: number) => Verdict) {
    this.#places = places;
    this.#make = make;
    this.#made = new Array(places.size);
  }

  get size(): number {
    return this.#places.size;
  }

  get(name: string): Verdict | undefined {
    const place = this.#places.get(name);
    if (place === undefined) return undefined;
    this.#made[place] ??= this.#make(place);
    return this.#made[place];
  }

  has(name: string): boolean {
    return this.#places.has(name);
  }

  keys(): MapIterator<string> {
    return this.#places.keys();
  }

  *values(): MapIterator<Verdict> {
    for (const [, verdict] of this) yield verdict;
  }

  *entries(): MapIterator<[string, Verdict]> {
    for (const name of this.#places.keys()) yield [name, this.get(name)!];
  }

  [Symbol.iterator](): MapIterator<[string, Verdict]> {
    return this.entries();
  }

  forEach(call: (verdict: Verdict, name: string, all: ReadonlyMap<string, Verdict>) => void): void {
    for (const [name, verdict] of this) call(verdict, name, this);
  }
}
