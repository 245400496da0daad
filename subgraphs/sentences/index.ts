import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { ClientCustodyResolver, CustodyResolver } from './custody.ts';
import { type SentencesLoaders, sentencesLoaders } from './loaders.ts';
import { ClientPlanResolver, SentencePlanResolver } from './plan.ts';
import { ReferenceResolver } from './reference.ts';
import { SanctionResolver } from './sanction.ts';

/** The prison service's registry: custody and junctures, sanctions, sentence plans; prisons and the conversion table. */
export const sentences: SubgraphDefinition<SentencesLoaders> = {
  name: 'sentences',
  resolvers: [
    ClientCustodyResolver,
    CustodyResolver,
    SanctionResolver,
    ClientPlanResolver,
    SentencePlanResolver,
    ReferenceResolver,
  ],
  loaders: sentencesLoaders,
};
