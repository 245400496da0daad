import { randomUUID } from 'node:crypto';
import type { Grant } from '../auth/pass.ts';
import type { Principal } from '../auth/principal.ts';
import type { Bases } from '../consent/bases.ts';
import { isPart, permits, permitsPart } from '../consent/decide.ts';
import type { ClientFacts, Decision } from '../consent/decision.ts';
import { isId } from '../consent/id.ts';
import { type Decided, decideKept } from '../consent/kept.ts';
import { remember } from '../consent/remember.ts';
import { withheldBy } from '../consent/withholding.ts';
import { CATEGORY_NAMES, type CategoryName } from '../schema/categories.ts';
import { isIdentityCode } from '../schema/identity-code.ts';
import type { Purpose } from '../schema/purposes.ts';
import { HubError } from './errors.ts';
import type { LoadFacts } from './facts.ts';
import { kept } from './kept.ts';
import type { Root } from './life.ts';

export interface DecisionsOptions {
  readonly load: LoadFacts;
  readonly bases: Bases;
  readonly principal: Principal;
  readonly purpose: Purpose | null;
  /** Ms since epoch. */
  readonly now: number;
  /** The categories that the operation asks for. */
  readonly asked: readonly CategoryName[];
  /** No kept facts: a decision on them has just turned out stale, or cannot be made twice. */
  readonly fresh: boolean;
}

/**
 * The decisions of one attempt at one operation, by client id and never by a position in a list.
 *
 * Facts of all the clients of one call come with one SQL statement at most. Kept facts
 * serve only where they permit something that is asked, because only that is re-checked at the log. Who is refused everything is
 * refused on the ledger as it is now, and so whom nobody knows, whom the caller does not know and who has denied cost the same.
 */
export class Decisions {
  readonly #options: DecisionsOptions;
  /** Decisions on the facts that were looked at last, whether or not those are the ones that count. */
  readonly #judged = new Map<string, Made>();
  readonly #made = new Map<string, Made>();

  constructor(options: DecisionsOptions) {
    this.#options = options;
  }

  /** Decides all categories of these clients, once each. Throws `HubError` DECISIONS_UNAVAILABLE: then nothing is fetched. */
  async reach(clientIds: readonly string[]): Promise<void> {
    const ids = clientIds.filter((id) => !this.#made.has(id));
    if (ids.length === 0) return;
    const { load, fresh } = this.#options;
    let found: ReadonlyMap<string, ClientFacts>;
    try {
      found = await load(ids, (kept) => !fresh && this.#opensSomething(kept));
    } catch (error) {
      throw new HubError('DECISIONS_UNAVAILABLE', { detail: error instanceof Error ? error.name : 'unknown' });
    }
    for (const id of ids) {
      const facts = found.get(id);
      if (facts === undefined) throw new HubError('DECISIONS_UNAVAILABLE', { detail: 'no facts' });
      // Another call may have decided meanwhile.
      if (!this.#made.has(id)) this.#made.set(id, this.#judge(facts));
    }
  }

  #opensSomething(facts: ClientFacts): boolean {
    const { decision } = this.#judge(facts).decided;
    return this.#options.asked.some((category) => permits(decision, category));
  }

  #judge(facts: ClientFacts): Made {
    const { clientId } = facts;
    const before = this.#judged.get(clientId);
    if (before?.facts === facts) return before;
    const { principal, purpose, now, bases } = this.#options;
    const request = { principal, purpose: purpose ?? '', clientId, categories: CATEGORY_NAMES };
    const made = { facts, decided: decideKept(request, facts, now, bases) };
    this.#judged.set(clientId, made);
    return made;
  }

  /** The decision on a client; a client never reached is denied everything by `permitted`. */
  of(clientId: string): Decision | undefined {
    return this.#made.get(clientId)?.decided.decision;
  }

  /** Whether the decision on a client has been given before, and may be given again. */
  isKept(clientId: string): boolean {
    return this.#made.get(clientId)?.decided.again === true;
  }

  /** The statute by which the source withholds what it discloses of this client from the client's own log, if it does. */
  withheld(clientId: string, source: string): string | undefined {
    const made = this.#made.get(clientId);
    const { principal, purpose, now } = this.#options;
    return made && withheldBy({ principal, purpose, source }, made.facts, now);
  }

  /**
   * Those of `asked` that may be fetched of this client, and of which of them only what the caller's own organisation keeps.
   *
   * The same list asked, the same permits: the same object, but for one met so rarely that it has been forgotten.
   */
  permitted(clientId: string, asked: readonly CategoryName[]): Permitted {
    const decision = this.of(clientId);
    if (decision === undefined) return NOTHING;
    // One digit a category: 0 denied, 1 permitted, 2 permitted in part. 3 ^ 18 categories are 387,420,489 values.
    let value = 0;
    for (const category of asked) {
      const verdict = decision.categories.get(category);
      value = value * 3 + (verdict?.decision !== 'PERMIT' ? 0 : isPart(verdict) ? 2 : 1);
    }
    const ofAsked = remember(values, asked, () => new Map<number, Permitted>());
    return kept(ofAsked, KEPT, value, () => {
      const categories = asked.filter((category) => permits(decision, category));
      return { categories, own: categories.filter((category) => permitsPart(decision, category)) };
    });
  }

  /** Every client reached, in the order of reaching. */
  all(): readonly Decision[] {
    return [...this.#made.values()].map(({ decided }) => decided.decision);
  }
}

interface Made {
  readonly facts: ClientFacts;
  readonly decided: Decided;
}

/** What has been permitted of each list of categories. */
const values = new WeakMap<readonly CategoryName[], Map<number, Permitted>>();
const KEPT = 1_024;

const NOTHING: Permitted = { categories: [], own: [] };

/** What a pass grants of one client. */
export type Permitted = Pick<Grant, 'categories' | 'own'>;

/** Finds the client of an identity code; null when there is none. */
export type FindByCode = (code: string) => Promise<string | null>;

/**
 * Step 5: decides on every client that the root fields name; clients found while fetching are decided before each fetch.
 *
 * Gives root field → client decided on, and root field → client that may be told, which is null for a client that is unknown or that the caller has no relationship with: both do the
 * same work and look the same.
 */
export async function decide(
  roots: readonly Root[],
  principal: Principal,
  decisions: Decisions,
  findByCode: FindByCode,
): Promise<{ named: ReadonlyMap<string, string>; clients: ReadonlyMap<string, string | null> }> {
  const named = await Promise.all(
    roots.map(async (root) => [root.responseKey, await clientOf(root, principal, findByCode)] as const),
  );
  const clients = named.filter((pair): pair is readonly [string, string] => pair[1] !== undefined);
  await decisions.reach(clients.map(([, id]) => id));
  return {
    named: new Map(clients),
    clients: new Map(clients.map(([key, id]) => [key, decisions.of(id)?.relationship === true ? id : null])),
  };
}

async function clientOf(root: Root, principal: Principal, findByCode: FindByCode): Promise<string | undefined> {
  if (root.field === 'client') return clientId(root.args.id);
  if (root.field === 'ownData') return principal.clientId ?? randomUUID();
  if (root.field !== 'clientByPersonalIdentityCode') return undefined;
  const { code } = root.args;
  if (typeof code !== 'string' || !isIdentityCode(code)) throw new HubError('PERSONAL_IDENTITY_CODE_INVALID');
  // A code that nobody has is decided like a client whom the caller does not know.
  return (await findByCode(code)) ?? randomUUID();
}

function clientId(id: unknown): string {
  if (isId(id)) return id;
  throw new HubError('CLIENT_ID_INVALID');
}
