import { GraphQLError } from 'graphql';
import { Arg, Args, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { caseload } from '../../consent/caseload.ts';
import type { Purpose } from '../../schema/purposes.ts';
import { callerOf } from '../caller.ts';
import { connectionOf, PageArguments, PageInfo } from '../page.ts';
import { PurposeEnum } from '../purpose.ts';
import { Client } from './client.ts';
import { ledgerError } from './errors.ts';
import type { Context } from './loaders.ts';

@ObjectType({ description: 'One client of the case-load (fi asiakaslistan rivi / sv rad i klientlistan).' })
class CaseloadEdge {
  @Field(() => Client, { description: 'The client (fi asiakas / sv klient).' })
  readonly node!: Client;

  @Field(() => String, { description: 'Where the next page begins after this one (fi kohdistin / sv markör).' })
  readonly cursor!: string;
}

@ObjectType({ description: 'A page of the caller’s clients (fi asiakaslista / sv klientlista).' })
class CaseloadConnection {
  @Field(() => [CaseloadEdge], { description: 'The clients of the page (fi sivun asiakkaat / sv sidans klienter).' })
  readonly edges!: readonly CaseloadEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands (fi sivutieto / sv sidinformation).' })
  readonly pageInfo!: PageInfo;
}

@Resolver()
export class CaseloadResolver {
  @Query(() => CaseloadConnection, {
    nullable: true,
    description:
      'Clients with whom the caller, or the caller’s unit, has a current relationship (fi oma asiakaslista / sv egna klienter).',
  })
  async caseload(
    @Arg('purpose', () => PurposeEnum, {
      description: 'Why the caller looks (fi käyttötarkoitus / sv användningsändamål).',
    })
    purpose: Purpose,
    @Args(() => PageArguments) { first, after }: PageArguments,
    @Ctx() context: Context,
  ): Promise<CaseloadConnection> {
    if (purpose !== context.pass.purpose) {
      throw new GraphQLError('The purpose is not the one of the pass.', { extensions: { code: 'PASS_OTHER_PURPOSE' } });
    }
    const page = await caseload(context.db, callerOf(context.pass), { first, after: after ?? null }).catch(ledgerError);
    return connectionOf(
      page.clientIds,
      page.hasNextPage,
      (id) => id,
      (id) => ({ id }),
    );
  }
}
