import { Field, ID, ObjectType } from 'type-graphql';
import type { GoalState, LifeArea } from '../../schema/codes/goals.ts';
import type { DecisionOutcome, LifecycleState, ServiceTask, SocialServiceKind } from '../../schema/codes/social.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { GoalStateEnum, LifeAreaEnum } from '../goals.ts';
import type { ClientRow } from '../load.ts';
import { Organisation } from '../organisation.ts';
import type { PlacedRow } from '../place.ts';
import { DecisionOutcomeEnum, LifecycleStateEnum, ServiceTaskEnum, SocialServiceKindEnum } from './enums.ts';

@ObjectType({
  simpleResolvers: true,
  description: 'The client’s own worker in social services (fi omatyöntekijä / sv egen kontaktperson).',
})
export class SocialOwnWorker {
  @Field(() => ID, { description: 'Id of the worker (fi työntekijän tunniste / sv arbetstagarens identifierare).' })
  readonly id: string;

  @Field(() => String, { nullable: true, description: 'Name of the worker (fi nimi / sv namn).' })
  readonly name: string | null;

  @Field(() => String, { nullable: true, description: 'Unit of the worker (fi yksikkö / sv enhet).' })
  readonly unit: string | null;
}

@ObjectType({ simpleResolvers: true, description: 'A goal of a client plan (fi tavoite / sv mål).' })
export class SocialClientPlanGoal implements ClientRow {
  readonly clientId: string;

  readonly planId: string;

  @Field(() => ID, { description: 'Id of the goal (fi tavoitteen tunniste / sv målets identifierare).' })
  readonly id: string;

  @Field(() => LifeAreaEnum, { description: 'Area of life (fi elämänalue / sv livsområde).' })
  readonly area: LifeArea;

  @Field(() => String, { description: 'The goal in words (fi tavoite / sv mål).' })
  readonly goal: string;

  @Field(() => GoalStateEnum, { description: 'How far it is (fi tavoitteen tila / sv målets status).' })
  readonly state: GoalState;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A client plan, 1301/2014 § 39 (fi asiakassuunnitelma / sv klientplan).',
})
export class SocialClientPlan implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  readonly taskId: string;

  @Field(() => ID, { description: 'Id of the plan (fi suunnitelman tunniste / sv planens identifierare).' })
  readonly id: string;

  @Field(() => LocalDateScalar, { description: 'Day it was made (fi laatimispäivä / sv dag för upprättande).' })
  readonly madeOn: string;

  @Field(() => LocalDateScalar, { description: 'Day of the next review (fi tarkistuspäivä / sv översynsdag).' })
  readonly reviewOn: string;

  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who keeps the plan; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}

@ObjectType({
  simpleResolvers: true,
  description: 'A decision on a social service (fi palvelupäätös / sv servicebeslut).',
})
export class SocialServiceDecision implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  readonly taskId: string;

  @Field(() => ID, { description: 'Id of the decision (fi päätöksen tunniste / sv beslutets identifierare).' })
  readonly id: string;

  @Field(() => SocialServiceKindEnum, { description: 'The service decided on (fi palvelu / sv service).' })
  readonly service: SocialServiceKind;

  @Field(() => DecisionOutcomeEnum, { description: 'Outcome (fi päätöksen tulos / sv beslutets utfall).' })
  readonly outcome: DecisionOutcome;

  @Field(() => LocalDateScalar, { description: 'Day of the decision (fi päätöspäivä / sv beslutsdag).' })
  readonly decidedOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'First day of validity, null when refused (fi voimassa alkaen / sv gäller från).',
  })
  readonly validFrom: string | null;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day of validity (fi voimassa asti / sv gäller till).',
  })
  readonly validUntil: string | null;

  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who decided; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}

@ObjectType({
  simpleResolvers: true,
  description:
    'A case in a service task of social welfare (fi asia palvelutehtävässä / sv ärende i en serviceuppgift).',
})
export class SocialServiceTask implements PlacedRow {
  readonly clientId: string;

  readonly protected: boolean;

  @Field(() => ID, { description: 'Id of the case (fi asian tunniste / sv ärendets identifierare).' })
  readonly id: string;

  @Field(() => ServiceTaskEnum, { description: 'Service task (fi palvelutehtävä / sv serviceuppgift).' })
  readonly task: ServiceTask;

  @Field(() => LifecycleStateEnum, { description: 'How far the case is (fi asian vaihe / sv ärendets skede).' })
  readonly state: LifecycleState;

  @Field(() => LocalDateScalar, {
    description: 'Day the case began (fi vireilletulopäivä / sv dag då ärendet inleddes).',
  })
  readonly openedOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Day the case was closed (fi päättymispäivä / sv dag då ärendet avslutades).',
  })
  readonly closedOn: string | null;

  @Field(() => SocialOwnWorker, {
    nullable: true,
    description: 'Own worker, 1301/2014 § 42 (fi omatyöntekijä / sv egen kontaktperson).',
  })
  readonly ownWorker: SocialOwnWorker | null;

  @Field(() => Organisation, {
    nullable: true,
    description:
      'Who keeps the case; null when a protection order masks it (fi rekisterinpitäjä / sv personuppgiftsansvarig).',
  })
  readonly controller: Organisation | undefined;
}
