import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { EntryProof } from '../../audit/tree/prove.ts';
import { proveEntries } from '../../audit/tree/prove-many.ts';
import type { SubgraphContext } from '../define.ts';

/** The loaders of one request: proofs of all entries of a page together. */
export function auditingLoaders(db: Pool) {
  return {
    proofs: new DataLoader(async (ids: readonly string[]): Promise<(EntryProof | null)[]> => {
      const proofs = await proveEntries(db, ids);
      return ids.map((id) => proofs.get(id) ?? null);
    }),
  };
}

export type Context = SubgraphContext<ReturnType<typeof auditingLoaders>>;
