import { GraphQLError } from 'graphql';
import { Arg, Ctx, ID, Query, Resolver } from 'type-graphql';
import type { Purpose } from '../../schema/purposes.ts';
import { PersonalIdentityCodeScalar } from '../../schema/scalars.ts';
import { PurposeEnum } from '../purpose.ts';
import { Client } from './client.ts';
import type { Context } from './loaders.ts';

const PURPOSE_ARGUMENT = 'Why the caller looks (fi käyttötarkoitus / sv användningsändamål).';

/**
 * The ways to a client. None of them says whether the client exists: the stub has an id, and the fields that the pass
 * grants are null when the index has no such client. (type-graphql lists arguments last to first.)
 */
@Resolver(() => Client)
export class ClientQueries {
  @Query(() => Client, { nullable: true, description: 'One client by id (fi asiakas / sv klient).' })
  client(
    @Arg('purpose', () => PurposeEnum, { description: PURPOSE_ARGUMENT }) purpose: Purpose,
    @Arg('id', () => ID, { description: 'The client’s id, UUID (fi tunniste / sv identifierare).' }) id: string,
    @Ctx() context: Context,
  ): Client | null {
    checkPurpose(purpose, context);
    return { id };
  }

  @Query(() => Client, {
    nullable: true,
    description:
      'One client by personal identity code; null when the index does not know it (fi asiakas henkilötunnuksella / sv klient enligt personbeteckning).',
  })
  async clientByPersonalIdentityCode(
    @Arg('purpose', () => PurposeEnum, { description: PURPOSE_ARGUMENT }) purpose: Purpose,
    @Arg('code', () => PersonalIdentityCodeScalar, {
      description: 'The personal identity code (fi henkilötunnus / sv personbeteckning).',
    })
    code: string,
    @Ctx() context: Context,
  ): Promise<Client | null> {
    checkPurpose(purpose, context);
    const id = await context.load.idsByCode.load(code);
    return id === null ? null : { id };
  }

  @Query(() => Client, {
    nullable: true,
    description: 'The caller’s own data, when the caller is a client (fi omat tiedot / sv egna uppgifter).',
  })
  ownData(@Ctx() context: Context): Client | null {
    const { clientId } = context.pass.caller;
    return clientId === undefined ? null : { id: clientId };
  }
}

/** The purpose that was decided and logged is the one that is asked (906/2019 § 23: a purpose per look-up). */
function checkPurpose(purpose: Purpose, context: Context): void {
  if (purpose === context.pass.purpose) return;
  const message = 'The purpose is not the one of the pass.';
  throw new GraphQLError(message, { extensions: { code: 'PASS_OTHER_PURPOSE', public: message } });
}
