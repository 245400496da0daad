import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { CaseloadResolver } from './caseload.ts';
import { InformationResolver } from './information.ts';
import { type ConsentsLoaders, consentsLoaders } from './loaders.ts';
import { ConsentMutations } from './mutations.ts';
import { RecordsResolver } from './records.ts';

/** The hub's own: the consent ledger, and the case-load that its relationships make. */
export const consents: SubgraphDefinition<ConsentsLoaders> = {
  name: 'consents',
  resolvers: [CaseloadResolver, RecordsResolver, ConsentMutations, InformationResolver],
  loaders: consentsLoaders,
};
