import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { AlertsResolver } from './alerts.ts';
import { CheckpointResolver } from './checkpoint.ts';
import { auditingLoaders } from './loaders.ts';
import { LooksResolver } from './looks.ts';
import { EntriesResolver, EntryResolver } from './resolver.ts';

/** The hub's own: the audit log, for the auditor and the privacy officer; and for each client, who looked at them. */
export const auditing: SubgraphDefinition<ReturnType<typeof auditingLoaders>> = {
  name: 'auditing',
  resolvers: [EntriesResolver, EntryResolver, CheckpointResolver, AlertsResolver, LooksResolver],
  loaders: auditingLoaders,
};
