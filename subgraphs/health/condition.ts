import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { CodeName } from '../code.ts';
import { Organisation } from '../organisation.ts';
import type { PlacedRow } from '../place.ts';
import { CareUnit } from './unit.ts';

@ObjectType({ simpleResolvers: true, description: 'A diagnosis of the client (fi diagnoosi / sv diagnos).' })
export class HealthCondition implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => ID, { description: 'Id of the record (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => CodeName, { description: 'ICD-10 code and name (fi ICD-10-koodi / sv ICD-10-kod).' })
  readonly icd10: CodeName;

  @Field(() => LocalDateScalar, { description: 'Day it was noted (fi todettu / sv konstaterad).' })
  readonly since: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Day it ended, null while it goes on (fi päättynyt / sv upphörde).',
  })
  readonly until: string | null;

  @Directive('@category(name: "HEALTH_CONDITIONS")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => CareUnit, {
    nullable: true,
    description: 'Who treats it; null when a protection order masks it (fi hoitoyksikkö / sv vårdenhet).',
  })
  readonly careUnit: CareUnit | undefined;

  @Directive('@category(name: "HEALTH_CONDITIONS")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who keeps the record; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}
