import type { Pass } from '../auth/pass.ts';
import type { Principal } from '../auth/principal.ts';

/** The caller as the hub's own subgraphs decide on them; the pass carries no user name. */
export function callerOf({ caller }: Pass): Principal {
  return { username: '', ...caller };
}
