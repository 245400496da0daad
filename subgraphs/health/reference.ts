import { Query, Resolver } from 'type-graphql';
import { CareUnit, UNITS } from './unit.ts';

/** Public reference data of health care: no client is reached from here. */
@Resolver()
export class ReferenceResolver {
  @Query(() => [CareUnit], { description: 'Units that give care (fi hoitoyksiköt / sv vårdenheter).' })
  careUnits(): CareUnit[] {
    return [...UNITS.values()];
  }
}
