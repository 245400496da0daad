import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { EntryKind, FactChange as LoggedFact } from '../../audit/entry.ts';
import { declareRelationship } from '../../consent/declare.ts';
import { grantEmergency } from '../../consent/emergency.ts';
import type { FactChange } from '../../consent/fact.ts';
import { requestAccess } from '../../consent/request.ts';
import type { InTransaction } from '../../consent/transaction.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { callerOf } from '../caller.ts';
import { factEntry, writeEntry } from './entry.ts';
import { ledgerError, refuse } from './errors.ts';
import { DeclareRelationshipInput, GrantEmergencyAccessInput, RequestAccessInput } from './grant-inputs.ts';
import { ReviewSubjectEnum } from './grounds.ts';
import type { Context } from './loaders.ts';

const HOUR = 3_600_000;

@ObjectType({ description: 'What a worker took on their own word, until it is reviewed (fi pääsy / sv åtkomst).' })
class AccessGrant {
  @Field(() => ID, { description: 'Its id (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ReviewSubjectEnum, { description: 'What it is (fi laji / sv typ).' })
  readonly kind!: string;

  @Field(() => ID, { description: 'The client (fi asiakas / sv klient).' })
  readonly clientId!: string;

  @Field(() => DateTimeScalar, { description: 'Holds from (fi alkaen / sv från).' })
  readonly validFrom!: Date;

  @Field(() => DateTimeScalar, { description: 'Holds until, unless a review ends it (fi asti / sv till).' })
  readonly validUntil!: Date;
}

/** What workers take on their own word: it counts at once, is logged with it, and waits for the privacy officer's review. */
@Resolver()
export class GrantMutations {
  @Mutation(() => AccessGrant, {
    description:
      'Declares that you work with the client; it is reviewed (fi ilmoita asiakassuhde / sv anmäl relation).',
  })
  async declareRelationship(
    @Arg('input', () => DeclareRelationshipInput, { description: 'The relationship (fi asiakassuhde / sv relation).' })
    { clientId, reason, until, id }: DeclareRelationshipInput,
    @Ctx() context: Context,
  ): Promise<AccessGrant> {
    const draft = {
      clientId: clientId.toLowerCase(),
      reason: reason ?? '',
      ...(until == null ? {} : { until: until.getTime() }),
      ...(id == null ? {} : { id }),
    };
    return grant(context, 'DECLARED', 'DECLARED_RELATIONSHIP', {}, (log) =>
      declareRelationship(context.db, callerOf(context.pass), draft, log),
    );
  }

  @Mutation(() => AccessGrant, {
    description:
      'Opens contact and health data to you in an emergency, whatever is denied; it is reviewed (fi ota hätäpääsy / sv ta nödåtkomst).',
  })
  async grantEmergencyAccess(
    @Arg('input', () => GrantEmergencyAccessInput, { description: 'The emergency (fi hätätilanne / sv nödsituation).' })
    { clientId, ground, reason, hours, id }: GrantEmergencyAccessInput,
    @Ctx() context: Context,
  ): Promise<AccessGrant> {
    const draft = {
      clientId: clientId.toLowerCase(),
      ground: ground ?? '',
      reason: reason ?? '',
      ...(hours == null ? {} : { until: endAfter(hours) }),
      ...(id == null ? {} : { id }),
    };
    return grant(context, 'EMERGENCY', 'EMERGENCY_GRANTED', { ground: draft.ground }, (log) =>
      grantEmergency(context.db, callerOf(context.pass), draft, log),
    );
  }

  @Mutation(() => AccessGrant, {
    description:
      'Makes the specified, reasoned request that a statute asks for; it may be reviewed (fi pyydä tietoja / sv begär uppgifter).',
  })
  async requestAccess(
    @Arg('input', () => RequestAccessInput, { description: 'The request (fi pyyntö / sv begäran).' })
    { clientId, basis, ground, categories, reason, until, id }: RequestAccessInput,
    @Ctx() context: Context,
  ): Promise<AccessGrant> {
    const draft = {
      clientId: clientId.toLowerCase(),
      basis,
      ground: ground ?? '',
      categories,
      reason: reason ?? '',
      ...(until == null ? {} : { until: until.getTime() }),
      ...(id == null ? {} : { id }),
    };
    const told = { basis, ground: draft.ground, categories };
    return grant(context, 'REQUEST', 'ACCESS_REQUESTED', told, (log) =>
      requestAccess(context.db, callerOf(context.pass), draft, log, context.bases),
    );
  }
}

async function grant(
  { pass }: Context,
  kind: string,
  entryKind: EntryKind,
  told: Partial<LoggedFact>,
  act: (log: InTransaction<FactChange>) => Promise<FactChange>,
): Promise<AccessGrant> {
  try {
    const { id, clientId, from, until } = await act((connection, change) =>
      writeEntry(
        connection,
        factEntry(pass, entryKind, { clientId: change.clientId, at: change.from }, factOf(change, told)),
      ),
    );
    return { id, kind, clientId, validFrom: new Date(from), validUntil: new Date(until ?? from) };
  } catch (error) {
    return ledgerError(error);
  }
}

/** A change as the log repeats it: its times and epoch, and what is told of it beside. */
export function factOf({ id, from, until, epoch }: FactChange, told: Partial<LoggedFact>): LoggedFact {
  return {
    id,
    ...told,
    from: new Date(from).toISOString(),
    until: until === null ? null : new Date(until).toISOString(),
    epoch: String(epoch),
  };
}

/** The store's clock begins the box, this one ends it: a whole day gives way by a second for the two to agree. */
function endAfter(hours: number): number {
  if (hours < 1) return refuse('TIME_BOX_TOO_SHORT');
  if (hours > 24) return refuse('TIME_BOX_TOO_LONG');
  return Date.now() + hours * HOUR - 1_000;
}
