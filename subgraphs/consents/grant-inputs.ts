import { Field, ID, InputType, Int } from 'type-graphql';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { DataCategoryEnum } from '../category.ts';
import { EmergencyGroundEnum, RequestGroundEnum } from './grounds.ts';

/*
 * Ground and reason are nullable here, and the ledger asks for them: so a call without one is refused with the ledger's own
 * sentence and written to the log as an attempt.
 */
const CLIENT = 'The client, UUID (fi asiakas / sv klient).';
const REASON =
  'Why, in words, 20–2,000 characters; kept for the review, never in the log (fi perustelu / sv motivering).';
const REPEAT =
  'An id of your own, UUID: the same call again changes nothing more (fi toiston tunniste / sv upprepnings-id).';

@InputType({
  description: 'A relationship that the caller declares (fi ilmoitettu asiakassuhde / sv anmäld relation).',
})
export class DeclareRelationshipInput {
  @Field(() => ID, { description: CLIENT })
  readonly clientId!: string;

  @Field(() => String, { nullable: true, description: REASON })
  readonly reason?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until; 7 days unless said, at most 30 (fi asti / sv till).',
  })
  readonly until?: Date | null;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string | null;
}

@InputType({ description: 'An emergency (fi hätätilanne / sv nödsituation).' })
export class GrantEmergencyAccessInput {
  @Field(() => ID, { description: CLIENT })
  readonly clientId!: string;

  @Field(() => EmergencyGroundEnum, { nullable: true, description: 'The ground (fi peruste / sv grund).' })
  readonly ground?: string | null;

  @Field(() => String, { nullable: true, description: REASON })
  readonly reason?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'For how many hours, 1–24; 4 unless said (fi tunteja / sv timmar).',
  })
  readonly hours?: number | null;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string | null;
}

@InputType({
  description: 'A specified request that a statute asks for (fi yksilöity pyyntö / sv specificerad begäran).',
})
export class RequestAccessInput {
  @Field(() => ID, { description: CLIENT })
  readonly clientId!: string;

  @Field(() => String, { description: 'Id of the statute’s rule, e.g. CARE-PRISON (fi lakiperuste / sv laggrund).' })
  readonly basis!: string;

  @Field(() => RequestGroundEnum, { nullable: true, description: 'The ground (fi peruste / sv grund).' })
  readonly ground?: string | null;

  @Field(() => [DataCategoryEnum], { description: 'The data, by name (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: string[];

  @Field(() => String, { nullable: true, description: REASON })
  readonly reason?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until; 7 days unless said, at most 30 (fi asti / sv till).',
  })
  readonly until?: Date | null;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string | null;
}
