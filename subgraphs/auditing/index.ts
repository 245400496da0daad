import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { LooksResolver } from './looks.ts';
import { EntriesResolver } from './resolver.ts';

/** The hub's own: the audit log, for the auditor and the privacy officer; and for each client, who looked at them. */
export const auditing: SubgraphDefinition<null> = {
  name: 'auditing',
  resolvers: [EntriesResolver, LooksResolver],
  loaders: () => null,
};
