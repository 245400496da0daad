import type { ClientFacts } from './decision.ts';

/** Reads the facts of any number of clients in one round trip: `loadFacts` on a pool. */
export type ReadFacts = (clientIds: readonly string[]) => Promise<ReadonlyMap<string, ClientFacts>>;

export interface FactsCacheOptions {
  readonly read: ReadFacts;
  /** Clients kept at most; who was not asked for the longest goes first. 0 keeps nobody. */
  readonly capacity: number;
  /** Hears how many clients of a load came from the cache, and how many from the ledger. */
  readonly observe?: (hits: number, misses: number) => void;
}

/**
 * Facts by client, kept with their epoch while somebody listens for changes.
 *
 * What `load` promises: the facts of each client are those of one epoch of that client, and the ledger says nothing of a later
 * one that was heard of here before the call. They may be older than the ledger by the time that news takes: what rests on them
 * holds only once the audit log has compared the epochs. Unheard news ends all trust: between `lost` and `listening` every
 * load goes to the ledger and nothing is kept. Whom the ledger does not know is never kept, so that ids made up by a
 * caller push nobody out.
 */
export class FactsCache {
  readonly #options: FactsCacheOptions;
  /** In order of use, the oldest first. */
  readonly #kept = new Map<string, ClientFacts>();
  /** Of each read under way: the changes heard since it began. */
  readonly #underWay = new Set<Map<string, bigint>>();
  #isListening = false;
  /** Counts the times when everything kept was given up: a read begun before is not kept either. */
  #life = 0;

  constructor(options: FactsCacheOptions) {
    this.#options = options;
  }

  /**
   * The facts of every client asked for, with one statement for all that are not kept; none when all are.
   *
   * Kept facts that `isUsable` refuses are read anew with the same statement. Throws what `read` throws.
   */
  async load(
    clientIds: readonly string[],
    isUsable: (facts: ClientFacts) => boolean = () => true,
  ): Promise<ReadonlyMap<string, ClientFacts>> {
    const found = new Map<string, ClientFacts>();
    const missing: string[] = [];
    for (const id of new Set(clientIds)) {
      const facts = this.#kept.get(id);
      if (facts === undefined || !isUsable(facts)) missing.push(id);
      else found.set(id, this.#keep(id, facts));
    }
    this.#options.observe?.(found.size, missing.length);
    if (missing.length > 0) for (const [id, facts] of await this.#read(missing)) found.set(id, facts);
    return found;
  }

  /** How many clients are kept. */
  get size(): number {
    return this.#kept.size;
  }

  get isListening(): boolean {
    return this.#isListening;
  }

  /** News of a change: `<client id>:<epoch>`. What cannot be read may be about anyone: everything is given up. */
  heard(news: string): void {
    const [, id, digits] = /^([0-9a-f-]{36}):([1-9]\d{0,18})$/.exec(news) ?? [];
    if (id === undefined || digits === undefined) {
      this.#giveUp();
      return;
    }
    const epoch = BigInt(digits);
    for (const changes of this.#underWay) changes.set(id, later(changes.get(id), epoch));
    const kept = this.#kept.get(id);
    if (kept !== undefined && kept.epoch < epoch) this.#kept.delete(id);
  }

  /** Clients whose facts the caller has just changed: the news is on its way, and the next question may be faster. */
  forget(clientIds: readonly string[]): void {
    for (const id of clientIds) {
      this.#kept.delete(id);
      for (const changes of this.#underWay) changes.set(id, LAST);
    }
  }

  /** From now on every change is heard. */
  listening(): void {
    this.#giveUp();
    this.#isListening = true;
  }

  /** Changes may go unheard from now on. */
  lost(): void {
    this.#isListening = false;
    this.#giveUp();
  }

  #giveUp(): void {
    this.#life += 1;
    this.#kept.clear();
  }

  async #read(ids: readonly string[]): Promise<ReadonlyMap<string, ClientFacts>> {
    const life = this.#life;
    const changes = new Map<string, bigint>();
    this.#underWay.add(changes);
    try {
      const read = await this.#options.read(ids);
      if (!this.#isListening || life !== this.#life) return read;
      for (const [id, facts] of read) {
        // News may overtake the answer: a read that is older than what was heard of meanwhile serves once.
        if (facts.epoch > 0n && facts.epoch >= (changes.get(id) ?? 0n)) this.#keep(id, facts);
      }
      return read;
    } finally {
      this.#underWay.delete(changes);
    }
  }

  #keep(id: string, facts: ClientFacts): ClientFacts {
    this.#kept.delete(id);
    this.#kept.set(id, facts);
    if (this.#kept.size > this.#options.capacity) this.#kept.delete(this.#kept.keys().next().value as string);
    return facts;
  }
}

/** An epoch after every other: a read under way cannot have seen it. */
const LAST = 2n ** 63n;

function later(one: bigint | undefined, other: bigint): bigint {
  return one !== undefined && one > other ? one : other;
}
