import { Directive, Field, ObjectType } from 'type-graphql';
import { HEALTH_CONTROLLERS } from '../../schema/codes/controllers.ts';
import { CARE_UNITS, type CareUnit as CareUnitEntry } from '../../schema/codes/health.ts';
import { CodeName, codeName } from '../code.ts';
import { Organisation, organisations } from '../organisation.ts';

@Directive('@publicReference')
@ObjectType({ simpleResolvers: true, description: 'A unit that gives care (fi hoitoyksikkö / sv vårdenhet).' })
export class CareUnit extends CodeName {
  @Field(() => Organisation, {
    description: 'Controller of the unit’s records (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}

/** Code of a controller of health care → the organisation. */
export const CONTROLLERS = organisations(HEALTH_CONTROLLERS);

/** Code of a care unit → the unit, in the order of the list. */
export const UNITS: ReadonlyMap<string, CareUnit> = new Map(
  Object.entries<CareUnitEntry>(CARE_UNITS).map(([code, { controller }]) => [
    code,
    { ...codeName(CARE_UNITS, code), controller: CONTROLLERS.get(controller) },
  ]),
);
