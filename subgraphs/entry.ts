import { randomUUID } from 'node:crypto';
import type { AuditEntry, EntryKind } from '../audit/entry.ts';
import type { Pass } from '../auth/pass.ts';

/** An entry of what one of the hub's own subgraphs did on a pass, before what is said of the deed itself. `at` in ms since epoch. */
export function entryHead(
  { auditId, caller, purpose }: Pass,
  kind: EntryKind,
  {
    by,
    at,
    clients,
  }: { readonly by: 'consents' | 'auditing'; readonly at: number; readonly clients: readonly string[] },
): AuditEntry {
  const { id, roles, agency, organisation, unit, actingFor } = caller;
  return {
    id: randomUUID(),
    at: new Date(at).toISOString(),
    kind,
    outcome: 'ANSWERED',
    caller: {
      id,
      roles,
      ...(agency === undefined ? {} : { agency }),
      ...(organisation === undefined ? {} : { organisation }),
      ...(unit === undefined ? {} : { unit }),
      ...(actingFor === undefined ? {} : { actingFor }),
    },
    purpose,
    operation: { name: null, hash: null },
    // The gateway's own entry of the operation has the pass's id: the two lead to each other.
    request: auditId,
    gateway: by,
    clients,
    disclosures: [],
  };
}
