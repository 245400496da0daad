import 'reflect-metadata';
import type { SubgraphDefinition } from '../define.ts';
import { type HealthLoaders, healthLoaders } from './loaders.ts';
import { ReferenceResolver } from './reference.ts';
import { ClientResolver, MedicationResolver } from './resolver.ts';

/** Prison health and public health care: medication, conditions, ability to work, handovers of care. */
export const health: SubgraphDefinition<HealthLoaders> = {
  name: 'health',
  resolvers: [ClientResolver, MedicationResolver, ReferenceResolver],
  loaders: healthLoaders,
};
