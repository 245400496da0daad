import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import type { FunctionalLimit, WorkAbilityStatement } from '../../schema/codes/health.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { Organisation } from '../organisation.ts';
import type { PlacedRow } from '../place.ts';
import { FunctionalLimitEnum, WorkAbilityStatementEnum } from './enums.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'An assessment of the ability to work (fi työkyvyn arvio / sv bedömning av arbetsförmågan).',
})
export class WorkAbilityAssessment implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => ID, { description: 'Id of the assessment (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => LocalDateScalar, { description: 'Day of the assessment (fi arviointipäivä / sv bedömningsdag).' })
  readonly assessedOn: string;

  @Field(() => Int, {
    description:
      'The client’s own answer: 0 unable to work, 10 at their best ever (fi työkykypistemäärä / sv arbetsförmågepoäng).',
  })
  readonly score: number;

  @Field(() => [FunctionalLimitEnum], {
    description: 'What limits function at work (fi toimintakyvyn rajoitteet / sv begränsningar av funktionsförmågan).',
  })
  readonly limits: readonly FunctionalLimit[];

  @Field(() => WorkAbilityStatementEnum, { description: 'Statement (fi arvio työkyvystä / sv bedömning).' })
  readonly statement: WorkAbilityStatement;

  @Directive('@category(name: "WORK_ABILITY")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who keeps the record; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}

@ObjectType({ simpleResolvers: true, description: 'The latest assessment (fi työkyky / sv arbetsförmåga).' })
export class WorkAbility extends WorkAbilityAssessment {
  @Field(() => [WorkAbilityAssessment], {
    description: 'Earlier assessments, newest first (fi aiemmat arviot / sv tidigare bedömningar).',
  })
  readonly earlier: readonly WorkAbilityAssessment[];
}

/** The latest assessment with those before it, or null; `assessments` are newest first. */
export function latestAssessment([latest, ...earlier]: readonly WorkAbilityAssessment[]): WorkAbility | null {
  return latest === undefined ? null : { ...latest, earlier };
}
