import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { EntriesResolver } from './resolver.ts';

/** The hub's own: the audit log, for the auditor and the privacy officer. */
export const auditing: SubgraphDefinition<null> = {
  name: 'auditing',
  resolvers: [EntriesResolver],
  loaders: () => null,
};
