import type { CategoryName } from '../schema/categories.ts';
import type { Life } from './life.ts';
import { reached } from './reached.ts';

/** One denied category of one client; `reason` never tells whether the client refused or was never asked. */
export interface Denied {
  readonly client: string | null;
  readonly category: CategoryName;
  readonly decision: 'DENY';
  readonly reason: string;
}

export interface HubExtensions {
  /** What was asked and denied; its bytes depend on the question and the decision only, never on what lies behind a denial. */
  readonly access: readonly Denied[];
  /** The entry that was durable before this answer left. */
  readonly audit: { readonly id: string };
}

/** Step 8: what the answer says beside its data. */
export function respond(life: Life): HubExtensions {
  const access = reached(life).flatMap(({ clientId, shownAs, asked }) => {
    const categories = life.decisions.of(clientId)?.categories;
    return asked.flatMap((category): Denied[] => {
      const verdict = categories?.get(category);
      if (verdict?.decision === 'PERMIT') return [];
      return [{ client: shownAs, category, decision: 'DENY', reason: verdict?.reason ?? 'NO_BASIS' }];
    });
  });
  return { access, audit: { id: life.auditId } };
}
