import type { CategoryName } from '../schema/categories.ts';
import type { Life } from './life.ts';
import type { Reached } from './reached.ts';

/** One denied category of one client; `reason` never tells whether the client refused or was never asked. */
export interface Denied {
  readonly client: string | null;
  readonly category: CategoryName;
  readonly decision: 'DENY';
  readonly reason: string;
}

/** One category of one client of which only the caller's own register is open, whether or not there is more. */
export interface Limited {
  readonly client: string | null;
  readonly category: CategoryName;
  readonly decision: 'PERMIT';
  /** What the caller's own organisation keeps. */
  readonly register: 'OWN';
}

export interface HubExtensions {
  /**
   * What was asked and denied, or opened in part; its bytes depend on the question and the decision only, never on what lies
   * behind either.
   */
  readonly access: readonly (Denied | Limited)[];
  /** The entry that was durable before this answer left. */
  readonly audit: { readonly id: string };
}

/** Step 8: what the answer says beside its data of the clients that the operation reached. */
export function respond(
  { decisions, auditId }: Pick<Life, 'decisions' | 'auditId'>,
  clients: readonly Reached[],
): HubExtensions {
  const access: (Denied | Limited)[] = [];
  for (const { clientId, shownAs: client, asked } of clients) {
    const categories = decisions.of(clientId)?.categories;
    for (const category of asked) {
      const verdict = categories?.get(category);
      if (verdict?.decision !== 'PERMIT')
        access.push({ client, category, decision: 'DENY', reason: verdict?.reason ?? 'NO_BASIS' });
      else if (verdict.register !== undefined)
        access.push({ client, category, decision: 'PERMIT', register: verdict.register });
    }
  }
  return { access, audit: { id: auditId } };
}
