import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { EntryKind, FactChange as LoggedFact } from '../../audit/entry.ts';
import type { FactChange } from '../../consent/fact.ts';
import { endGuardian, recordGuardian } from '../../consent/guardian.ts';
import { endJointPlan, recordJointPlan } from '../../consent/joint-plan.ts';
import { endRestriction, restrictSight } from '../../consent/restriction.ts';
import type { InTransaction } from '../../consent/transaction.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { callerOf } from '../caller.ts';
import { factEntry, writeEntry } from './entry.ts';
import { ledgerError } from './errors.ts';
import { factOf } from './grants.ts';
import { EndFactInput, RecordGuardianInput, RecordJointPlanInput, RestrictSightInput } from './lasting-inputs.ts';
import type { Context } from './loaders.ts';
import { recipientOf } from './mutations.ts';

@ObjectType({ description: 'What a worker has recorded of a client, or ended (fi kirjaus / sv registrering).' })
class RecordedFact {
  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ID, { description: 'The client (fi asiakas / sv klient).' })
  readonly clientId!: string;

  @Field(() => DateTimeScalar, { description: 'Holds from (fi alkaen / sv från).' })
  readonly validFrom!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Holds until; null: until it is ended (fi asti / sv till).',
  })
  readonly validUntil!: Date | null;
}

/** What workers record for a client and end again: mandates, joint plans, restrictions; the log in the same transaction. */
@Resolver()
export class LastingMutations {
  @Mutation(() => RecordedFact, {
    description: 'Records a guardian’s mandate (fi kirjaa edunvalvonta / sv registrera intressebevakning).',
  })
  async recordGuardian(
    @Arg('input', () => RecordGuardianInput, { description: 'The mandate (fi edunvalvonta / sv intressebevakning).' })
    { clientId, person, categories, mayConsent, ...rest }: RecordGuardianInput,
    @Ctx() context: Context,
  ): Promise<RecordedFact> {
    const draft = { ...draftOf(clientId, rest), person, categories, mayConsent };
    return change(context, 'GUARDIAN_RECORDED', { person, categories, mayConsent }, (log) =>
      recordGuardian(context.db, callerOf(context.pass), draft, log),
    );
  }

  @Mutation(() => RecordedFact, {
    description: 'Ends a guardian’s mandate at once (fi päätä edunvalvonta / sv avsluta intressebevakning).',
  })
  async endGuardian(
    @Arg('input', () => EndFactInput, { description: 'The mandate (fi edunvalvonta / sv intressebevakning).' })
    { clientId, id }: EndFactInput,
    @Ctx() context: Context,
  ): Promise<RecordedFact> {
    const end = { guardianId: id, clientId: clientId.toLowerCase() };
    return change(context, 'GUARDIAN_ENDED', {}, (log) => endGuardian(context.db, callerOf(context.pass), end, log));
  }

  @Mutation(() => RecordedFact, {
    description:
      'Records a joint employment plan (fi kirjaa monialainen työllistymissuunnitelma / sv registrera sektorsövergripande sysselsättningsplan).',
  })
  async recordJointPlan(
    @Arg('input', () => RecordJointPlanInput, { description: 'The plan (fi suunnitelma / sv plan).' })
    { clientId, parties, items, ...rest }: RecordJointPlanInput,
    @Ctx() context: Context,
  ): Promise<RecordedFact> {
    const draft = { ...draftOf(clientId, rest), parties, items };
    return change(context, 'JOINT_PLAN_RECORDED', { sources: parties, categories: items }, (log) =>
      recordJointPlan(context.db, callerOf(context.pass), draft, log),
    );
  }

  @Mutation(() => RecordedFact, {
    description: 'Ends a joint employment plan at once (fi päätä suunnitelma / sv avsluta planen).',
  })
  async endJointPlan(
    @Arg('input', () => EndFactInput, { description: 'The plan (fi suunnitelma / sv plan).' })
    { clientId, id }: EndFactInput,
    @Ctx() context: Context,
  ): Promise<RecordedFact> {
    const end = { jointPlanId: id, clientId: clientId.toLowerCase() };
    return change(context, 'JOINT_PLAN_ENDED', {}, (log) => endJointPlan(context.db, callerOf(context.pass), end, log));
  }

  @Mutation(() => RecordedFact, {
    description:
      'Keeps looks at your agency’s data from the client’s own log, by statute; it is reviewed (fi rajoita katselutietoja / sv begränsa insynen i visningar).',
  })
  async restrictSight(
    @Arg('input', () => RestrictSightInput, { description: 'The restriction (fi rajoitus / sv begränsning).' })
    input: RestrictSightInput,
    @Ctx() context: Context,
  ): Promise<RecordedFact> {
    try {
      const { clientId, id, until, reason } = input;
      const statute = input.statute ?? '';
      const purposes = input.purposes ?? [];
      const recipients = (input.recipients ?? []).map(recipientOf);
      const draft = { ...draftOf(clientId, { id }), statute, purposes, recipients, reason: reason ?? '' };
      const caller = callerOf(context.pass);
      const sources = caller.agency === undefined ? [] : [caller.agency];
      return await change(context, 'SIGHT_RESTRICTED', { basis: statute, sources, purposes, recipients }, (log) =>
        restrictSight(context.db, caller, { ...draft, ...(until == null ? {} : { until: until.getTime() }) }, log),
      );
    } catch (error) {
      return ledgerError(error);
    }
  }

  @Mutation(() => RecordedFact, {
    description: 'Ends a restriction at once (fi päätä rajoitus / sv avsluta begränsning).',
  })
  async endRestriction(
    @Arg('input', () => EndFactInput, { description: 'The restriction (fi rajoitus / sv begränsning).' })
    { clientId, id }: EndFactInput,
    @Ctx() context: Context,
  ): Promise<RecordedFact> {
    const end = { restrictionId: id, clientId: clientId.toLowerCase() };
    return change(context, 'RESTRICTION_ENDED', {}, (log) =>
      endRestriction(context.db, callerOf(context.pass), end, log),
    );
  }
}

interface Period {
  readonly id?: string | null | undefined;
  readonly from?: Date | null;
  readonly until?: Date | null;
}

function draftOf(clientId: string, { id, from, until }: Period) {
  return {
    clientId: clientId.toLowerCase(),
    ...(id == null ? {} : { id }),
    ...(from == null ? {} : { from: from.getTime() }),
    ...(until == null ? {} : { until: until.getTime() }),
  };
}

async function change(
  { pass }: Context,
  kind: EntryKind,
  told: Partial<LoggedFact>,
  act: (log: InTransaction<FactChange>) => Promise<FactChange>,
): Promise<RecordedFact> {
  try {
    const { id, clientId, from, until } = await act((connection, done) =>
      writeEntry(connection, factEntry(pass, kind, { clientId: done.clientId, at: Date.now() }, factOf(done, told))),
    );
    return { id, clientId, validFrom: new Date(from), validUntil: until === null ? null : new Date(until) };
  } catch (error) {
    return ledgerError(error);
  }
}
