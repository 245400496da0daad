import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type { Language } from '../../schema/codes/contact.ts';
import type { Juncture, LifeArea } from '../../schema/codes/goals.ts';
import { LocalDateScalar } from '../../schema/scalars.ts';
import { JunctureEnum, LifeAreaEnum } from '../goals.ts';
import { Client } from './client.ts';
import { ServiceLanguageEnum } from './enums.ts';
import type { Context } from './loaders.ts';

@ObjectType({ simpleResolvers: true, description: 'A goal that the client has set (fi oma tavoite / sv eget mål).' })
export class OwnGoal {
  @Field(() => ID, { description: 'Id of the goal (fi tunniste / sv identifierare).' })
  readonly id: string;

  @Field(() => LifeAreaEnum, { description: 'Area of life (fi elämänalue / sv livsområde).' })
  readonly area: LifeArea;

  @Field(() => String, { description: 'The goal in the client’s own words (fi omin sanoin / sv med egna ord).' })
  readonly words: string;

  @Field(() => ServiceLanguageEnum, { description: 'Language of the words (fi kieli / sv språk).' })
  readonly language: Language;

  @Field(() => LocalDateScalar, { description: 'Day on which it was set (fi asetettu / sv uppställt).' })
  readonly setOn: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Day on which the client says it was reached (fi saavutettu / sv uppnått).',
  })
  readonly reachedOn: string | null;
}

@ObjectType('ClientFeedback', {
  simpleResolvers: true,
  description: 'What the client says after a juncture; never a score (fi palaute / sv respons).',
})
export class Feedback {
  @Field(() => ID, { description: 'Id of the feedback (fi tunniste / sv identifierare).' })
  readonly id: string;

  // The junctures are those of a stay in prison: the client's words are their own to share, the stay is not told beside.
  @Directive('@category(name: "CLIENT_VOICE")')
  @Directive('@category(name: "CUSTODY")')
  @Field(() => JunctureEnum, { nullable: true, description: 'After which juncture (fi nivelvaihe / sv övergång).' })
  readonly juncture: Juncture;

  @Field(() => String, { description: 'The client’s own words (fi omin sanoin / sv med egna ord).' })
  readonly words: string;

  @Field(() => ServiceLanguageEnum, { description: 'Language of the words (fi kieli / sv språk).' })
  readonly language: Language;

  @Field(() => LocalDateScalar, { description: 'Day on which it was given (fi annettu / sv given).' })
  readonly givenOn: string;
}

@Resolver(() => Client)
export class VoiceResolver {
  @FieldResolver(() => [OwnGoal], {
    nullable: true,
    description: 'The client’s own goals, oldest first (fi omat tavoitteet / sv egna mål).',
  })
  @Directive('@category(name: "CLIENT_VOICE")')
  ownGoals(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly OwnGoal[]> {
    return context.load.ownGoals.load(id);
  }

  @FieldResolver(() => [Feedback], {
    nullable: true,
    description: 'The client’s feedback on the services, oldest first (fi palaute / sv respons).',
  })
  @Directive('@category(name: "CLIENT_VOICE")')
  feedback(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Feedback[]> {
    return context.load.feedback.load(id);
  }
}
