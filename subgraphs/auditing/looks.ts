import { Args, Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { type Look, listLooks } from '../../audit/looks.ts';
import { citationOf } from '../../consent/explain.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { BasisEnum, RegisterEnum } from '../basis.ts';
import { DataCategoryEnum } from '../category.ts';
import type { SubgraphContext } from '../define.ts';
import { connectionOf, PageArguments, PageInfo } from '../page.ts';
import { PurposeEnum } from '../purpose.ts';
import { checkPage, refuse } from './errors.ts';

@ObjectType({ description: 'A category that was looked at, and on what basis (fi katsottu tieto / sv visad uppgift).' })
class LookedAt {
  @Field(() => DataCategoryEnum, { description: 'The category (fi tietoryhmä / sv uppgiftsgrupp).' })
  readonly category!: string;

  @Field(() => AgencyEnum, { description: 'Who disclosed it (fi luovuttaja / sv utlämnare).' })
  readonly source!: string;

  @Field(() => BasisEnum, { description: 'On what basis (fi peruste / sv grund).' })
  readonly basis!: string;

  @Field(() => String, { nullable: true, description: 'The statute, if it was one (fi säädös / sv författning).' })
  readonly citation!: string | null;

  @Field(() => RegisterEnum, {
    nullable: true,
    description: 'Null: of every controller of the sector (fi mikä rekisteri / sv vilket register).',
  })
  readonly register!: 'OWN' | null;
}

@ObjectType({ description: 'One look at the client’s data; never a person’s name (fi katselu / sv visning).' })
class LookedEntry {
  @Field(() => DateTimeScalar, { description: 'When (fi ajankohta / sv tidpunkt).' })
  readonly at!: Date;

  @Field(() => AgencyEnum, { nullable: true, description: 'Sector of who looked (fi toimiala / sv sektor).' })
  readonly agency!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Organisation of who looked, OID (fi organisaatio / sv organisation).',
  })
  readonly organisation!: string | null;

  @Field(() => String, { nullable: true, description: 'Unit of who looked (fi yksikkö / sv enhet).' })
  readonly unit!: string | null;

  @Field(() => [String], { description: 'Roles of who looked (fi roolit / sv roller).' })
  readonly roles!: readonly string[];

  @Field(() => PurposeEnum, { nullable: true, description: 'Why (fi käyttötarkoitus / sv användningsändamål).' })
  readonly purpose!: string | null;

  @Field(() => [LookedAt], { description: 'What was looked at (fi katsotut tiedot / sv visade uppgifter).' })
  readonly disclosed!: readonly LookedAt[];
}

@ObjectType({ description: 'A look on a page (fi sivun rivi / sv rad på sidan).' })
class LookedEdge {
  @Field(() => LookedEntry, { description: 'The look (fi katselu / sv visning).' })
  readonly node!: LookedEntry;

  @Field(() => String, { description: 'Where the next page begins after this one (fi kohdistin / sv markör).' })
  readonly cursor!: string;
}

@ObjectType({ description: 'A page of looks, newest first (fi katselut / sv visningar).' })
class LookedConnection {
  @Field(() => [LookedEdge], { description: 'The looks of the page (fi sivun katselut / sv sidans visningar).' })
  readonly edges!: readonly LookedEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands (fi sivutieto / sv sidinformation).' })
  readonly pageInfo!: PageInfo;
}

@Resolver()
export class LooksResolver {
  @Query(() => LookedConnection, {
    nullable: true,
    description:
      'Who has looked at the calling client’s data, why and on what basis, but for what a source withholds by law (fi kuka on katsonut / sv vem har tittat).',
  })
  async whoLooked(
    @Args(() => PageArguments) { first, after }: PageArguments,
    @Ctx() { pass, db }: SubgraphContext,
  ): Promise<LookedConnection> {
    const { clientId, roles } = pass.caller;
    if (pass.purpose !== 'OWN_DATA' || clientId === undefined || !roles.includes('client')) refuse('ROLE_NOT_ALLOWED');
    checkPage({ first, after });
    const { looks, hasNextPage } = await listLooks(db, clientId, { first, after: after ?? null });
    return connectionOf(looks, hasNextPage, ({ seq }) => seq, nodeOf);
  }
}

function nodeOf({ entry: { at, caller, purpose }, disclosed }: Look): LookedEntry {
  return {
    at: new Date(at),
    agency: caller.agency ?? null,
    organisation: caller.organisation ?? null,
    unit: caller.unit ?? null,
    roles: caller.roles,
    purpose,
    disclosed: disclosed.map(({ category, source, basis, reference, register = null }) => ({
      category,
      source,
      basis,
      citation: citationOf(reference),
      register,
    })),
  };
}
