import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { type EmploymentLoaders, employmentLoaders } from './loaders.ts';
import { ReferenceResolver } from './reference.ts';
import { ClientResolver, EmploymentResolver, PlanResolver } from './resolver.ts';

/** Employment services of the municipal employment areas: status, plans, services, meetings. */
export const employment: SubgraphDefinition<EmploymentLoaders> = {
  name: 'employment',
  resolvers: [ClientResolver, EmploymentResolver, PlanResolver, ReferenceResolver],
  loaders: employmentLoaders,
};
