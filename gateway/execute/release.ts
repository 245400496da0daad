import type { Pass } from '../../auth/pass.ts';
import type { SubgraphName } from '../../schema/subgraphs.ts';
import type { Life } from '../life.ts';

/** What a masked fetch gives back to the executor. */
export interface Answer {
  data: Record<string, unknown> | null;
  readonly errors: { readonly code: string; readonly agency: SubgraphName }[];
}

/** The pass of one request to one subgraph; an agency is not told whom else a guardian acts for. */
export function passFor(
  { auditId, principal, purpose }: Life,
  grants: Pass['grants'],
  { toOwn = false }: { readonly toOwn?: boolean } = {},
): Pass {
  const { id, roles, agency, organisation, unit, clientId, actingFor } = principal;
  return {
    auditId,
    caller: {
      id,
      roles,
      ...(agency === undefined ? {} : { agency }),
      ...(organisation === undefined ? {} : { organisation }),
      ...(unit === undefined ? {} : { unit }),
      ...(clientId === undefined ? {} : { clientId }),
      ...(actingFor === undefined || !toOwn ? {} : { actingFor }),
    },
    purpose,
    grants,
  };
}

/** Counts what an agency gave of a client: members of lists, and one for every other value. */
export function tally(
  life: Life,
  source: SubgraphName,
  clientId: string,
  entity: Readonly<Record<string, unknown>>,
): void {
  let records = 0;
  for (const [key, value] of Object.entries(entity)) {
    if (key === '__typename' || key === 'id' || value === null) continue;
    records += Array.isArray(value) ? value.length : 1;
  }
  life.tallies.push({ source, clientId, records });
}
