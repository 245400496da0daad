import { Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { DataCategoryEnum } from '../category.ts';
import { PurposeEnum } from '../purpose.ts';
import { WithholdingStatuteEnum } from './grounds.ts';
import { RecipientInput } from './inputs.ts';

// As in grant-inputs.ts, what the ledger itself asks for is nullable here.
const CLIENT = 'The client, UUID (fi asiakas / sv klient).';
const FROM = 'From; left out: at once (fi alkaen / sv från).';
const UNTIL = 'Until; left out: until it is ended (fi asti / sv till).';
const REPEAT =
  'An id of your own, UUID: the same call again changes nothing more (fi toiston tunniste / sv upprepnings-id).';

@InputType({ description: 'A guardian’s mandate (fi edunvalvonta / sv intressebevakning).' })
export class RecordGuardianInput {
  @Field(() => ID, { description: CLIENT })
  readonly clientId!: string;

  @Field(() => ID, { description: 'The guardian, token subject, UUID (fi edunvalvoja / sv intressebevakare).' })
  readonly person!: string;

  @Field(() => [DataCategoryEnum], { description: 'What the mandate covers (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: string[];

  @Field(() => Boolean, {
    description: 'Whether they may consent, deny and withdraw for the client (fi saa suostua / sv får samtycka).',
  })
  readonly mayConsent!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: FROM })
  readonly from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: UNTIL })
  readonly until?: Date | null;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string | null;
}

@InputType({
  description:
    'A joint employment plan (fi monialainen työllistymissuunnitelma / sv sektorsövergripande sysselsättningsplan).',
})
export class RecordJointPlanInput {
  @Field(() => ID, { description: CLIENT })
  readonly clientId!: string;

  @Field(() => [AgencyEnum], { description: 'The agencies of the plan, yours among them (fi osapuolet / sv parter).' })
  readonly parties!: string[];

  @Field(() => [DataCategoryEnum], {
    description: 'The data that the plan lists (fi tietoryhmät / sv uppgiftsgrupper).',
  })
  readonly items!: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: FROM })
  readonly from?: Date | null;

  @Field(() => DateTimeScalar, { nullable: true, description: UNTIL })
  readonly until?: Date | null;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string | null;
}

@InputType({
  description:
    'What your agency keeps from the client’s own log (fi katselutietojen rajoitus / sv begränsad insyn i visningar).',
})
export class RestrictSightInput {
  @Field(() => ID, { description: CLIENT })
  readonly clientId!: string;

  @Field(() => WithholdingStatuteEnum, { nullable: true, description: 'The statute (fi säädös / sv författning).' })
  readonly statute?: string | null;

  @Field(() => [RecipientInput], {
    nullable: true,
    description: 'Whose looks; left out: everybody’s (fi vastaanottajat / sv mottagare).',
  })
  readonly recipients?: RecipientInput[] | null;

  @Field(() => [PurposeEnum], {
    nullable: true,
    description: 'Looks for what; left out: all but the client’s own (fi käyttötarkoitukset / sv användningsändamål).',
  })
  readonly purposes?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why, in words, 20–2,000 characters; kept for the review, never in the log (fi perustelu / sv motivering).',
  })
  readonly reason?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Until; 30 days unless said, at most 90 (fi asti / sv till).',
  })
  readonly until?: Date | null;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string | null;
}

@InputType({ description: 'What is ended (fi päättäminen / sv avslutande).' })
export class EndFactInput {
  @Field(() => ID, { description: CLIENT })
  readonly clientId!: string;

  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;
}
