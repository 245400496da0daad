import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import { type LedgerRecord, listRecords } from '../../consent/history.ts';
import type { SubgraphContext } from '../define.ts';

/** The loaders of one request; one statement, however many clients. */
export function consentsLoaders(db: Pool) {
  return {
    records: new DataLoader(async (ids: readonly string[]): Promise<(readonly LedgerRecord[])[]> => {
      const records = await listRecords(db, ids, Date.now());
      return ids.map((id) => records.get(id) ?? []);
    }),
  };
}

export type ConsentsLoaders = ReturnType<typeof consentsLoaders>;
export type Context = SubgraphContext<ConsentsLoaders>;
