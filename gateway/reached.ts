import type { CategoryName } from '../schema/categories.ts';
import type { Life } from './life.ts';

export interface Reached {
  /** The client that was decided on. */
  readonly clientId: string;
  /** The id as the caller may see it: null after a look-up by identity code that led to nobody they may know of. */
  readonly shownAs: string | null;
  /** Categories asked of this client, each once, in the order of the document. */
  readonly asked: readonly CategoryName[];
}

/** Every client that the operation reached, in the order of the answer, with what was asked of each. */
export function reached(life: Life): readonly Reached[] {
  const clients = new Map<string, Reached>();
  for (const root of life.roots) {
    const single = life.namedByRoot.get(root.responseKey);
    const ids = single === undefined ? (life.clientsOfRoot.get(root.responseKey) ?? []) : [single];
    const hidden = root.field === 'clientByPersonalIdentityCode' && life.clientOfRoot.get(root.responseKey) === null;
    for (const clientId of ids) {
      const before = clients.get(clientId);
      clients.set(clientId, {
        clientId,
        shownAs: hidden ? (before?.shownAs ?? null) : clientId,
        // Most clients are below one root field.
        asked: before === undefined || before.asked === root.asked ? root.asked : union(before.asked, root.asked),
      });
    }
  }
  return [...clients.values()];
}

function union(one: readonly CategoryName[], other: readonly CategoryName[]): readonly CategoryName[] {
  return [...new Set([...one, ...other])];
}
