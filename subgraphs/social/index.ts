import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { type SocialLoaders, socialLoaders } from './loaders.ts';
import { ReferenceResolver } from './reference.ts';
import { ClientPlanResolver, ClientResolver, ServiceTaskResolver } from './resolver.ts';

/** Social services of the city and the wellbeing services counties: housing, services, assistance, benefits. */
export const social: SubgraphDefinition<SocialLoaders> = {
  name: 'social',
  resolvers: [ClientResolver, ServiceTaskResolver, ClientPlanResolver, ReferenceResolver],
  loaders: socialLoaders,
};
