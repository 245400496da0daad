import DataLoader from 'dataloader';
import type { Pool } from 'pg';
import type { ClientFacts } from '../../consent/decision.ts';
import { loadFacts } from '../../consent/facts.ts';
import { type LedgerRecord, listRecords } from '../../consent/history.ts';
import { listProposals, type Proposal } from '../../consent/proposal.ts';
import type { SubgraphContext } from '../define.ts';

/** The loaders of one request; one statement, however many clients. */
export function consentsLoaders(db: Pool) {
  return {
    facts: new DataLoader(async (ids: readonly string[]): Promise<ClientFacts[]> => {
      const facts = await loadFacts(db, ids);
      return ids.map((id) => facts.get(id) as ClientFacts);
    }),
    proposals: new DataLoader(async (ids: readonly string[]): Promise<(readonly Proposal[])[]> => {
      const open = await listProposals(db, ids, Date.now());
      return ids.map((id) => open.filter(({ clientId }) => clientId === id));
    }),
    records: new DataLoader(async (ids: readonly string[]): Promise<(readonly LedgerRecord[])[]> => {
      const records = await listRecords(db, ids, Date.now());
      return ids.map((id) => records.get(id) ?? []);
    }),
  };
}

export type ConsentsLoaders = ReturnType<typeof consentsLoaders>;
export type Context = SubgraphContext<ConsentsLoaders>;
