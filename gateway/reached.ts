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
  const clients = new Map<string, { shownAs: string | null; asked: Set<CategoryName> }>();
  for (const root of life.roots) {
    const single = life.namedByRoot.get(root.responseKey);
    const ids = single === undefined ? (life.clientsOfRoot.get(root.responseKey) ?? []) : [single];
    for (const id of ids) {
      const hidden = root.field === 'clientByPersonalIdentityCode' && life.clientOfRoot.get(root.responseKey) === null;
      const before = clients.get(id);
      const client = before ?? { shownAs: hidden ? null : id, asked: new Set<CategoryName>() };
      if (!hidden) client.shownAs = id;
      for (const category of root.asked) client.asked.add(category);
      if (before === undefined) clients.set(id, client);
    }
  }
  return [...clients].map(([clientId, { shownAs, asked }]) => ({ clientId, shownAs, asked: [...asked] }));
}
