import { Query, Resolver } from 'type-graphql';
import { CodeName } from '../code.ts';
import { STATUSES_BY_KEY } from './loaders.ts';

/** Public reference data of employment services: no client is reached from here. */
@Resolver()
export class ReferenceResolver {
  @Query(() => [CodeName], {
    description: 'Statuses of jobseekers and their names (fi työllisyyskoodit / sv sysselsättningskoder).',
  })
  jobSeekerStatuses(): CodeName[] {
    return [...STATUSES_BY_KEY.values()];
  }
}
