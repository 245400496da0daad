import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type { GoalState, HandoverState, LifeArea } from '../../schema/codes/goals.ts';
import type { PlanState, PrisonActivity } from '../../schema/codes/sentences.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { GoalStateEnum, HandoverStateEnum, LifeAreaEnum } from '../goals.ts';
import type { ClientRow } from '../load.ts';
import { Client } from './client.ts';
import { PrisonActivityEnum, SentencePlanStateEnum } from './enums.ts';
import type { Context } from './loaders.ts';

@ObjectType({ simpleResolvers: true, description: 'Goal of a sentence plan (fi tavoite / sv mål).' })
export class SentencePlanGoal implements ClientRow {
  readonly clientId: string;

  readonly planId: string;

  @Field(() => ID, { description: 'Id of the goal (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => LifeAreaEnum, { description: 'Area of life (fi elämänalue / sv livsområde).' })
  readonly area: LifeArea;

  @Field(() => String, { description: 'The goal in words (fi tavoite / sv mål).' })
  readonly goal: string;

  @Field(() => GoalStateEnum, { description: 'How far it is (fi tavoitteen tila / sv målets läge).' })
  readonly state: GoalState;
}

@ObjectType({ simpleResolvers: true, description: 'Activity of a sentence plan (fi toiminta / sv verksamhet).' })
export class SentencePlanActivity implements ClientRow {
  readonly clientId: string;

  readonly planId: string;

  @Field(() => ID, { description: 'Id of the activity (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => PrisonActivityEnum, { description: 'Kind of activity (fi toiminta / sv verksamhet).' })
  readonly kind: PrisonActivity;

  @Field(() => LocalDateScalar, { description: 'First day (fi alkaen / sv från och med).' })
  readonly startsOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day; null without an end (fi päättyen / sv till och med).',
  })
  readonly endsOn: string | null;
}

@ObjectType({
  simpleResolvers: true,
  description: 'Release plan: five handovers (fi vapauttamissuunnitelma / sv frigivningsplan).',
})
export class ReleasePlan implements ClientRow {
  readonly clientId: string;

  readonly planId: string;

  @Field(() => LocalDateScalar, { description: 'Day it was made (fi laatimispäivä / sv dag för upprättande).' })
  readonly madeOn: string;

  @Field(() => HandoverStateEnum, { description: 'Housing (fi asuminen / sv boende).' })
  readonly housing: HandoverState;

  @Field(() => HandoverStateEnum, { description: 'Income (fi toimeentulo / sv utkomst).' })
  readonly income: HandoverState;

  @Field(() => HandoverStateEnum, { description: 'Employment (fi työllistyminen / sv sysselsättning).' })
  readonly employment: HandoverState;

  @Field(() => HandoverStateEnum, { description: 'Health (fi terveys / sv hälsa).' })
  readonly health: HandoverState;

  @Field(() => HandoverStateEnum, { description: 'Contact after release (fi yhteydenpito / sv kontakt).' })
  readonly contact: HandoverState;
}

@ObjectType({
  description: 'Sentence plan, 767/2005 ch. 4 § 6 (fi rangaistusajan suunnitelma / sv plan för strafftiden).',
})
export class SentencePlan implements ClientRow {
  readonly clientId: string;

  @Field(() => ID, { simple: true, description: 'Id of the plan (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => SentencePlanStateEnum, { simple: true, description: 'State (fi tila / sv läge).' })
  readonly state: PlanState;

  @Field(() => LocalDateScalar, { simple: true, description: 'Drafted (fi laadittu / sv upprättad).' })
  readonly draftedOn: string;

  @Field(() => LocalDateScalar, {
    simple: true,
    nullable: true,
    description: 'Confirmed (fi vahvistettu / sv fastställd).',
  })
  readonly confirmedOn: string | null;

  @Field(() => LocalDateScalar, {
    simple: true,
    nullable: true,
    description: 'Updated (fi päivitetty / sv uppdaterad).',
  })
  readonly updatedOn: string | null;

  @Field(() => LocalDateScalar, {
    simple: true,
    nullable: true,
    description: 'Evaluated (fi arvioitu / sv utvärderad).',
  })
  readonly evaluatedOn: string | null;
}

@Resolver(() => SentencePlan)
export class SentencePlanResolver {
  @FieldResolver(() => [SentencePlanGoal], { description: 'Goals (fi tavoitteet / sv mål).' })
  async goals(@Root() plan: SentencePlan, @Ctx() context: Context): Promise<readonly SentencePlanGoal[]> {
    return (await context.load.planGoals.load(plan.clientId)).filter(({ planId }) => planId === plan.id);
  }

  @FieldResolver(() => [SentencePlanActivity], { description: 'Activities (fi toiminnot / sv verksamheter).' })
  async activities(@Root() plan: SentencePlan, @Ctx() context: Context): Promise<readonly SentencePlanActivity[]> {
    return (await context.load.planActivities.load(plan.clientId)).filter(({ planId }) => planId === plan.id);
  }

  @FieldResolver(() => ReleasePlan, {
    nullable: true,
    description: 'Release plan; null before it is made (fi vapauttamissuunnitelma / sv frigivningsplan).',
  })
  async releasePlan(@Root() plan: SentencePlan, @Ctx() context: Context): Promise<ReleasePlan | null> {
    return (await context.load.releasePlans.load(plan.clientId)).find(({ planId }) => planId === plan.id) ?? null;
  }
}

@Resolver(() => Client)
export class ClientPlanResolver {
  @FieldResolver(() => SentencePlan, {
    nullable: true,
    description: 'The newest sentence plan (fi rangaistusajan suunnitelma / sv plan för strafftiden).',
  })
  @Directive('@category(name: "SENTENCE_PLAN")')
  async sentencePlan(@Root() { id }: Client, @Ctx() context: Context): Promise<SentencePlan | null> {
    return (await context.load.plans.load(id))[0] ?? null;
  }
}
