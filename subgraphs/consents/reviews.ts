import { Arg, Args, Ctx, Field, ID, InputType, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { type ReviewSubject, review } from '../../consent/review.ts';
import { type AwaitingReview, listAwaitingReview } from '../../consent/review-queue.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { callerOf } from '../caller.ts';
import { DataCategoryEnum } from '../category.ts';
import { connectionOf, PageArguments, PageInfo } from '../page.ts';
import { factEntry, writeEntry } from './entry.ts';
import { RoleEnum } from './enums.ts';
import { ledgerError, refuse } from './errors.ts';
import { ReviewOutcomeEnum, ReviewSubjectEnum } from './grounds.ts';
import type { Context } from './loaders.ts';

@ObjectType({
  description: 'What a worker took on their own word and nobody has reviewed (fi tarkistettava / sv att granska).',
})
class ReviewItem {
  @Field(() => ReviewSubjectEnum, { description: 'What it is (fi laji / sv typ).' })
  readonly subject!: string;

  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ID, { description: 'The client (fi asiakas / sv klient).' })
  readonly clientId!: string;

  @Field(() => ID, { description: 'The worker, token subject (fi työntekijä / sv arbetstagare).' })
  readonly person!: string;

  @Field(() => AgencyEnum, { description: 'The worker’s sector (fi toimiala / sv sektor).' })
  readonly agency!: string;

  @Field(() => RoleEnum, { description: 'The worker’s role (fi rooli / sv roll).' })
  readonly role!: string;

  @Field(() => String, { nullable: true, description: 'The ground, if one was named (fi peruste / sv grund).' })
  readonly ground!: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the statute’s rule (fi lakiperuste / sv laggrund).' })
  readonly basis!: string | null;

  @Field(() => [DataCategoryEnum], { description: 'The data that it names (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'As the worker wrote it: for the privacy officer alone (fi perustelu / sv motivering).',
  })
  readonly reason!: string | null;

  @Field(() => DateTimeScalar, { description: 'Holds from (fi alkaen / sv från).' })
  readonly validFrom!: Date;

  @Field(() => DateTimeScalar, { description: 'Holds until (fi asti / sv till).' })
  readonly validUntil!: Date;

  @Field(() => Boolean, { description: 'Has waited longer than 7 days (fi myöhässä / sv försenad).' })
  readonly overdue!: boolean;
}

@ObjectType({ description: 'One on the list (fi luettelon rivi / sv rad i listan).' })
class ReviewEdge {
  @Field(() => ReviewItem, { description: 'What waits (fi tarkistettava / sv att granska).' })
  readonly node!: ReviewItem;

  @Field(() => String, { description: 'Where the next page begins after this one (fi kohdistin / sv markör).' })
  readonly cursor!: string;
}

@ObjectType({ description: 'What waits for review (fi tarkistusjono / sv granskningskö).' })
class ReviewConnection {
  @Field(() => [ReviewEdge], { description: 'The longest waiting first (fi sivun rivit / sv sidans rader).' })
  readonly edges!: readonly ReviewEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands (fi sivutieto / sv sidinformation).' })
  readonly pageInfo!: PageInfo;
}

@InputType({ description: 'A review (fi tarkistus / sv granskning).' })
class ReviewAccessInput {
  @Field(() => ID, { description: 'The client, UUID (fi asiakas / sv klient).' })
  readonly clientId!: string;

  @Field(() => ReviewSubjectEnum, { description: 'What is reviewed (fi laji / sv typ).' })
  readonly subject!: ReviewSubject;

  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ReviewOutcomeEnum, { description: 'The outcome (fi tulos / sv resultat).' })
  readonly outcome!: 'APPROVED' | 'REJECTED';

  @Field(() => String, {
    nullable: true,
    description: 'A note, kept in the ledger, never in the log (fi huomautus / sv anteckning).',
  })
  readonly note?: string | null;
}

@ObjectType({ description: 'A review that was made (fi tehty tarkistus / sv gjord granskning).' })
class Review {
  @Field(() => ReviewSubjectEnum, { description: 'What was reviewed (fi laji / sv typ).' })
  readonly subject!: string;

  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ReviewOutcomeEnum, { description: 'The outcome (fi tulos / sv resultat).' })
  readonly outcome!: string;

  @Field(() => DateTimeScalar, { description: 'When (fi ajankohta / sv tidpunkt).' })
  readonly at!: Date;
}

@Resolver()
export class ReviewsResolver {
  @Query(() => ReviewConnection, {
    nullable: true,
    description:
      'Declared relationships, emergencies, requests and restrictions without a review, longest waiting first (fi tarkistusjono / sv granskningskö).',
  })
  async reviewQueue(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { pass, db }: Context,
  ): Promise<ReviewConnection> {
    return listQueue({ pass, db }, page);
  }

  @Query(() => ReviewConnection, {
    nullable: true,
    description:
      'Emergencies without a review for longer than 7 days, on every page of the auditor’s (fi myöhässä olevat hätäpääsyt / sv försenade nödåtkomster).',
  })
  async overdueEmergencies(
    @Args(() => PageArguments) page: PageArguments,
    @Ctx() { pass, db }: Context,
  ): Promise<ReviewConnection> {
    return listQueue({ pass, db }, page, 'OVERDUE_EMERGENCIES');
  }

  @Mutation(() => Review, {
    description: 'Reviews once what a worker took; rejected ends it at once (fi tarkista / sv granska).',
  })
  async reviewAccess(
    @Arg('input', () => ReviewAccessInput, { description: 'The review (fi tarkistus / sv granskning).' })
    input: ReviewAccessInput,
    @Ctx() { pass, db }: Context,
  ): Promise<Review> {
    const { subject, id, outcome, note } = input;
    const clientId = input.clientId.toLowerCase();
    const draft = { clientId, subject, subjectId: id, outcome, ...(note == null ? {} : { note }) };
    try {
      const { at } = await review(db, callerOf(pass), draft, (connection, change) =>
        writeEntry(
          connection,
          factEntry(pass, 'REVIEWED', change, { id, subject, outcome, epoch: String(change.epoch) }),
        ),
      );
      return { subject, id, outcome, at: new Date(at) };
    } catch (error) {
      return ledgerError(error);
    }
  }
}

async function listQueue(
  { pass, db }: Pick<Context, 'pass' | 'db'>,
  { first, after }: PageArguments,
  only?: 'OVERDUE_EMERGENCIES',
): Promise<ReviewConnection> {
  try {
    if (pass.purpose !== 'AUDIT') return refuse('NOT_FOR_ROLE');
    const isReviewer = pass.caller.roles.includes('privacy-officer');
    const page = await listAwaitingReview(db, { first, after: after ?? null }, Date.now(), only);
    return connectionOf(
      page.items,
      page.hasNextPage,
      ({ cursor }) => cursor,
      (item) => itemOf(item, isReviewer),
    );
  } catch (error) {
    return ledgerError(error);
  }
}

function itemOf({ from, until, role, reason, ...item }: AwaitingReview, isReviewer: boolean): ReviewItem {
  return {
    ...item,
    role: role.replaceAll('-', '_').toUpperCase(),
    reason: isReviewer ? reason : null,
    validFrom: new Date(from),
    validUntil: new Date(until),
  };
}
