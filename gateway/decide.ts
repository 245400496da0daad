import { randomUUID } from 'node:crypto';
import DataLoader from 'dataloader';
import type { Principal } from '../auth/principal.ts';
import { decide as decideAccess, permits } from '../consent/decide.ts';
import type { ClientFacts, Decision } from '../consent/decision.ts';
import { isId } from '../consent/id.ts';
import { CATEGORY_NAMES, type CategoryName } from '../schema/categories.ts';
import { isIdentityCode } from '../schema/identity-code.ts';
import type { Purpose } from '../schema/purposes.ts';
import { HubError } from './errors.ts';
import type { Root } from './life.ts';

export type LoadFacts = (clientIds: readonly string[]) => Promise<ReadonlyMap<string, ClientFacts>>;

/**
 * The decisions of one attempt at one operation, by client id and never by a position in a list.
 *
 * Facts of all the clients that are asked for in one turn of the event loop come with one SQL statement.
 */
export class Decisions {
  readonly #facts: DataLoader<string, ClientFacts>;
  readonly #made = new Map<string, Decision>();
  readonly #principal: Principal;
  readonly #purpose: Purpose | null;
  readonly #now: number;

  constructor(load: LoadFacts, principal: Principal, purpose: Purpose | null, now: number) {
    this.#principal = principal;
    this.#purpose = purpose;
    this.#now = now;
    this.#facts = new DataLoader<string, ClientFacts>(async (ids) => {
      const facts = await load(ids);
      return ids.map((id) => facts.get(id) ?? new HubError('DECISIONS_UNAVAILABLE'));
    });
  }

  /** Decides all categories of these clients, once each. Throws `HubError` DECISIONS_UNAVAILABLE: then nothing is fetched. */
  async reach(clientIds: readonly string[]): Promise<void> {
    let facts: ClientFacts[];
    try {
      facts = await Promise.all(clientIds.map((id) => this.#facts.load(id)));
    } catch (error) {
      throw new HubError('DECISIONS_UNAVAILABLE', { detail: error instanceof Error ? error.name : 'unknown' });
    }
    for (const each of facts) {
      if (this.#made.has(each.clientId)) continue;
      const request = {
        principal: this.#principal,
        purpose: this.#purpose ?? '',
        clientId: each.clientId,
        categories: CATEGORY_NAMES,
      };
      this.#made.set(each.clientId, decideAccess(request, each, this.#now));
    }
  }

  /** The decision on a client; a client never reached is denied everything by `permitted`. */
  of(clientId: string): Decision | undefined {
    return this.#made.get(clientId);
  }

  /** Those of `asked` that may be fetched of this client. */
  permitted(clientId: string, asked: readonly CategoryName[]): readonly CategoryName[] {
    const decision = this.#made.get(clientId);
    return decision === undefined ? [] : asked.filter((category) => permits(decision, category));
  }

  /** Every client reached, in the order of reaching. */
  all(): readonly Decision[] {
    return [...this.#made.values()];
  }
}

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
