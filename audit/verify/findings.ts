/** Something that is not as the log's key holder signed it, or as the log promises. */
export interface Finding {
  /** Stable, UPPER_SNAKE. */
  readonly code: string;
  /** One sentence; holds no part of an entry. */
  readonly message: string;
  /** The entry that it is about: its index in the log. */
  readonly index?: number;
  /** When it cannot be told which of several entries it is: it is one of index … until − 1. */
  readonly until?: number;
}

/** Findings that are kept word for word; the others are counted. */
const KEPT = 50;

/** Collects findings with bounded memory, and knows the one with the lowest index. */
export class Findings {
  readonly #kept: Finding[] = [];
  readonly #counts = new Map<string, number>();
  #first: Finding | undefined;

  add(finding: Finding): void {
    this.#counts.set(finding.code, (this.#counts.get(finding.code) ?? 0) + 1);
    if (this.#kept.length < KEPT) this.#kept.push(finding);
    if (this.#first === undefined || indexOf(finding) < indexOf(this.#first)) this.#first = finding;
  }

  /** The finding with the lowest index; of those without one, the first. */
  get first(): Finding | null {
    return this.#first ?? null;
  }

  get kept(): readonly Finding[] {
    return this.#kept;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

function indexOf({ index }: Finding): number {
  return index ?? Number.POSITIVE_INFINITY;
}
