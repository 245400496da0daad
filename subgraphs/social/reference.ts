import { Directive, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { SOCIAL_CONTROLLERS } from '../../schema/codes/controllers.ts';
import { HOUSING_CLASSES } from '../../schema/codes/housing.ts';
import { CodeName, codeName } from '../code.ts';
import { Organisation, organisations } from '../organisation.ts';

@Directive('@publicReference')
@ObjectType({
  simpleResolvers: true,
  description:
    'A homelessness class after ARA, or a class of people with a home (fi asunnottomuusluokka / sv hemlöshetsklass).',
})
export class HomelessnessClass extends CodeName {
  @Field(() => Boolean, { description: 'Whether it counts as homeless (fi asunnoton / sv hemlös).' })
  readonly homeless: boolean;
}

/** Public reference data of social services: no client is reached from here. */
@Resolver()
export class ReferenceResolver {
  @Query(() => [Organisation], {
    description: 'Controllers of social services in the region (fi rekisterinpitäjät / sv personuppgiftsansvariga).',
  })
  socialControllers(): Organisation[] {
    return [...organisations(SOCIAL_CONTROLLERS).values()];
  }

  @Query(() => [HomelessnessClass], {
    description: 'Homelessness classes and their names (fi asunnottomuusluokat / sv hemlöshetsklasser).',
  })
  homelessnessClasses(): HomelessnessClass[] {
    return Object.entries(HOUSING_CLASSES).map(([code, { homeless }]) => ({
      ...codeName(HOUSING_CLASSES, code),
      homeless,
    }));
  }
}
