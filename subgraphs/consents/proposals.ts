import {
  Arg,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { confirmConsent, type Proposal, proposeConsent } from '../../consent/proposal.ts';
import { mayPropose } from '../../consent/recording.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { DataCategoryEnum } from '../category.ts';
import { PurposeEnum } from '../purpose.ts';
import { Client } from './client.ts';
import { consentEntry, factEntry, writeEntry } from './entry.ts';
import { ledgerError, refuse } from './errors.ts';
import { GrantConsentInput } from './inputs.ts';
import type { Context } from './loaders.ts';
import { consentDraftOf, readBack, recordingOf } from './mutations.ts';
import { ConsentRecord, recordOf } from './records.ts';

@ObjectType({
  description: 'A consent that waits for the client’s word (fi suostumusehdotus / sv föreslaget samtycke).',
})
class ConsentProposal {
  @Field(() => ID, { description: 'Id; the consent will have it too (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => [DataCategoryEnum], { description: 'What would be opened (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: readonly string[];

  @Field(() => [String], { description: 'Who would receive (fi vastaanottajat / sv mottagare).' })
  readonly recipients!: readonly string[];

  @Field(() => [PurposeEnum], { description: 'What for (fi käyttötarkoitukset / sv användningsändamål).' })
  readonly purposes!: readonly string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until; null: until withdrawn (fi asti / sv till).' })
  readonly validUntil!: Date | null;

  @Field(() => String, { description: 'Version of the information given (fi informoinnin versio / sv version).' })
  readonly informationVersion!: string;

  @Field(() => String, { description: 'Role of the worker who wrote it down (fi kirjaajan rooli / sv roll).' })
  readonly proposedRole!: string;

  @Field(() => DateTimeScalar, { description: 'The code holds until (fi koodi voimassa / sv koden gäller till).' })
  readonly expiresAt!: Date;
}

@ObjectType({ description: 'A proposal with its code, told this once (fi ehdotus ja koodi / sv förslag och kod).' })
class ProposedConsent {
  @Field(() => ConsentProposal, { description: 'The proposal (fi ehdotus / sv förslag).' })
  readonly proposal!: ConsentProposal;

  @Field(() => String, {
    description: 'The one-time code: hand it to the client; it is kept nowhere (fi kertakoodi / sv engångskod).',
  })
  readonly code!: string;
}

@InputType({ description: 'The client’s confirmation (fi vahvistus / sv bekräftelse).' })
class ConfirmConsentInput {
  @Field(() => ID, { description: 'The proposal (fi ehdotus / sv förslag).' })
  readonly proposalId!: string;

  @Field(() => String, { description: 'The code that the worker gave (fi kertakoodi / sv engångskod).' })
  readonly code!: string;
}

/** Assisted consent: a worker writes down, the client confirms in person. */
@Resolver(() => Client)
export class ProposalsResolver {
  @FieldResolver(() => [ConsentProposal], {
    nullable: true,
    description: 'Consents that wait for the client’s code (fi vahvistusta odottavat / sv som väntar på bekräftelse).',
  })
  @Directive('@category(name: "CONSENTS")')
  async consentProposals(@Root() client: Client, @Ctx() { load }: Context): Promise<ConsentProposal[]> {
    return (await load.proposals.load(client.id).catch(ledgerError)).map(proposalOf);
  }

  @Mutation(() => ProposedConsent, {
    description:
      'Writes down a consent for the client to confirm; opens nothing (fi ehdota suostumusta / sv föreslå samtycke).',
  })
  async proposeConsent(
    @Arg('input', () => GrantConsentInput, { description: 'The consent; no channel (fi suostumus / sv samtycke).' })
    input: GrantConsentInput,
    @Ctx() context: Context,
  ): Promise<ProposedConsent> {
    try {
      const clientId = input.clientId?.toLowerCase() ?? refuse('NO_RELATIONSHIP');
      if (input.channel != null) return refuse('CHANNEL_NOT_ALLOWED');
      const by = await recordingOf(context, clientId, undefined, mayPropose);
      const draft = consentDraftOf(input, clientId);
      const { code, ...proposal } = await proposeConsent(context.db, draft, by, (connection, { id, at, expiresAt }) =>
        writeEntry(
          connection,
          factEntry(
            context.pass,
            'PROPOSED',
            { clientId, at },
            { id, categories: draft.categories, until: new Date(expiresAt).toISOString() },
          ),
        ),
      );
      return { proposal: proposalOf(proposal), code };
    } catch (error) {
      return ledgerError(error);
    }
  }

  @Mutation(() => ConsentRecord, {
    description: 'Confirms a proposed consent with its one-time code (fi vahvista suostumus / sv bekräfta samtycke).',
  })
  async confirmConsent(
    @Arg('input', () => ConfirmConsentInput, { description: 'The confirmation (fi vahvistus / sv bekräftelse).' })
    { proposalId, code }: ConfirmConsentInput,
    @Ctx() context: Context,
  ): Promise<ConsentRecord> {
    try {
      const { clientId } = context.pass.caller;
      // A worker who heard the code is not the client.
      if (clientId === undefined) return refuse('PROPOSAL_NOT_FOUND');
      const recording = await recordingOf(context, clientId, undefined);
      if (recording.recordedRole !== 'client') return refuse('PROPOSAL_NOT_FOUND');
      const event = await confirmConsent(context.db, { proposalId, clientId, code }, recording, (connection, done) =>
        writeEntry(connection, consentEntry(context.pass, done)),
      );
      return recordOf(await readBack(context, event));
    } catch (error) {
      return ledgerError(error);
    }
  }
}

function proposalOf({ id, draft, proposedRole, expiresAt }: Proposal): ConsentProposal {
  return {
    id,
    categories: draft.categories,
    recipients: draft.recipients,
    purposes: draft.purposes,
    validUntil: draft.until == null ? null : new Date(draft.until),
    informationVersion: draft.informationVersion,
    proposedRole,
    expiresAt: new Date(expiresAt),
  };
}
