import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { CaseloadResolver } from './caseload.ts';
import { ExplainResolver } from './explain.ts';
import { ExportsResolver } from './exports.ts';
import { GrantMutations } from './grants.ts';
import { InformationResolver } from './information.ts';
import { LastingMutations } from './lasting.ts';
import { type ConsentsLoaders, consentsLoaders } from './loaders.ts';
import { MatrixResolver } from './matrix.ts';
import { ConsentMutations } from './mutations.ts';
import { ProposalsResolver } from './proposals.ts';
import { RecordsResolver } from './records.ts';
import { ReviewsResolver } from './reviews.ts';

/** The hub's own: the consent ledger, and the case-load that its relationships make. */
export const consents: SubgraphDefinition<ConsentsLoaders> = {
  name: 'consents',
  resolvers: [
    CaseloadResolver,
    RecordsResolver,
    ExportsResolver,
    ConsentMutations,
    InformationResolver,
    ExplainResolver,
    GrantMutations,
    LastingMutations,
    ProposalsResolver,
    MatrixResolver,
    ReviewsResolver,
  ],
  loaders: consentsLoaders,
};
