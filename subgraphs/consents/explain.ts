import { Arg, Ctx, Field, ID, InputType, ObjectType, Query, Resolver } from 'type-graphql';
import type { Principal } from '../../auth/principal.ts';
import { decide } from '../../consent/decide.ts';
import { type Explanation, explain } from '../../consent/explain.ts';
import { isClientId } from '../../consent/facts.ts';
import type { Agency } from '../../schema/categories.ts';
import type { Purpose, Role } from '../../schema/purposes.ts';
import { AgencyEnum } from '../agency.ts';
import { BasisEnum, RegisterEnum } from '../basis.ts';
import { callerOf } from '../caller.ts';
import { DataCategoryEnum } from '../category.ts';
import { PurposeEnum } from '../purpose.ts';
import { DecisionEnum, ROLE_OF_ENUM, RoleEnum } from './enums.ts';
import { ledgerError, refuse } from './errors.ts';
import type { Context } from './loaders.ts';

@InputType({ description: 'Somebody who might look (fi oletettu katsoja / sv tänkt betraktare).' })
class CallerInput {
  @Field(() => RoleEnum, { description: 'In this role (fi rooli / sv roll).' })
  readonly role!: string;

  @Field(() => AgencyEnum, { nullable: true, description: 'Of this sector (fi toimiala / sv sektor).' })
  readonly agency?: Agency | null;

  @Field(() => String, { nullable: true, description: 'Organisation, OID (fi organisaatio / sv organisation).' })
  readonly organisation?: string | null;

  @Field(() => String, { nullable: true, description: 'Unit (fi yksikkö / sv enhet).' })
  readonly unit?: string | null;

  @Field(() => ID, { nullable: true, description: 'This very person, UUID (fi henkilö / sv person).' })
  readonly person?: string | null;
}

@ObjectType({
  description: 'Whether one category is open. Only the client and the auditor read why (fi perustelu / sv motivering).',
})
class AccessExplanation implements Omit<Explanation, 'reason' | 'detail' | 'beside'> {
  @Field(() => DataCategoryEnum, { description: 'The category (fi tietoryhmä / sv uppgiftsgrupp).' })
  readonly category!: string;

  @Field(() => DecisionEnum, { description: 'Open or closed (fi ratkaisu / sv avgörande).' })
  readonly decision!: string;

  @Field(() => String, { nullable: true, description: 'Why closed, coarsely (fi syy / sv orsak).' })
  readonly reason!: string | null;

  @Field(() => String, { nullable: true, description: 'Number of the rule that decided (fi sääntö / sv regel).' })
  readonly rule!: string | null;

  @Field(() => BasisEnum, { nullable: true, description: 'On what basis open (fi peruste / sv grund).' })
  readonly basis!: Explanation['basis'];

  @Field(() => String, { nullable: true, description: 'Id of the statute’s rule (fi lakiperuste / sv laggrund).' })
  readonly statute!: string | null;

  @Field(() => String, { nullable: true, description: 'The statute (fi säädös / sv författning).' })
  readonly citation!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The consent, denial, relationship, emergency, request or plan that it rests on (fi mihin nojaa / sv vad det vilar på).',
  })
  readonly restsOn!: string | null;

  @Field(() => String, { nullable: true, description: 'Why closed, in full (fi tarkka syy / sv närmare orsak).' })
  readonly detail!: string | null;

  @Field(() => RegisterEnum, {
    nullable: true,
    description: 'Null: of every controller of the sector, or of none (fi mikä rekisteri / sv vilket register).',
  })
  readonly register!: Explanation['register'];

  @Field(() => AccessExplanation, {
    nullable: true,
    description:
      'On what the own organisation’s register is open, where this opens the others’ (fi oman rekisterin peruste / sv det egna registrets grund).',
  })
  readonly beside!: AccessExplanation | null;
}

@Resolver()
export class ExplainResolver {
  @Query(() => [AccessExplanation], {
    nullable: true,
    description:
      'What would be answered, and why; no agency is asked and no data is fetched (fi selitä pääsy / sv förklara åtkomst).',
  })
  async explainAccess(
    @Arg('client', () => ID, { description: 'The client, UUID (fi asiakas / sv klient).' }) clientId: string,
    @Arg('purpose', () => PurposeEnum, { description: 'What for (fi käyttötarkoitus / sv användningsändamål).' })
    purpose: Purpose,
    @Arg('categories', () => [DataCategoryEnum], { description: 'Which data (fi tietoryhmät / sv uppgiftsgrupper).' })
    categories: string[],
    @Arg('asCaller', () => CallerInput, {
      nullable: true,
      description:
        'Explained as if they asked: for the client themself and the auditor (fi kenen kannalta / sv ur vems synvinkel).',
    })
    asCaller: CallerInput | null | undefined,
    @Ctx() context: Context,
  ): Promise<AccessExplanation[]> {
    try {
      if (!isClientId(clientId)) return refuse('MALFORMED_ID');
      if (categories.length === 0) return refuse('CATEGORIES_MISSING');
      const asker = callerOf(context.pass);
      // One statement whoever asks and whoever is asked about: what follows looks at no store.
      const facts = await context.load.facts.load(clientId);
      const mayKnowAll = isSelf(asker, clientId) || isOverseer(asker);
      if (asCaller != null && !mayKnowAll) return refuse('NO_RELATIONSHIP');
      if (asCaller == null && purpose !== context.pass.purpose) return refuse('PURPOSE_OF_ANOTHER');
      const principal = asCaller == null ? asker : principalOf(asCaller, clientId);
      const decision = decide({ principal, purpose, clientId, categories }, facts, Date.now(), context.bases);
      return [...decision.categories].map(([category, verdict]) =>
        (mayKnowAll ? inFull : inShort)(category, explain(verdict)),
      );
    } catch (error) {
      return ledgerError(error);
    }
  }
}

function inFull(category: string, { beside, ...rest }: Explanation): AccessExplanation {
  return { category, decision: decisionOf(rest), ...rest, beside: beside && inFull(category, beside) };
}

/** A professional is not told why, and on what. */
function inShort(category: string, { reason, register, ...rest }: Explanation): AccessExplanation {
  return { category, decision: decisionOf(rest), reason, register, ...NOTHING };
}

const NOTHING = {
  rule: null,
  basis: null,
  statute: null,
  citation: null,
  restsOn: null,
  detail: null,
  beside: null,
} as const;

function decisionOf({ basis }: Pick<Explanation, 'basis'>): 'PERMIT' | 'DENY' {
  return basis === null ? 'DENY' : 'PERMIT';
}

function isSelf({ roles, clientId }: Principal, asked: string): boolean {
  return roles.includes('client') && clientId === asked;
}

function isOverseer({ roles }: Principal): boolean {
  return roles.includes('auditor') || roles.includes('privacy-officer');
}

/** A person whom nobody has ever been: what a relationship of a unit or a consent to a role opens, and no more. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

function principalOf({ role, agency, organisation, unit, person }: CallerInput, clientId: string): Principal {
  const roles = [ROLE_OF_ENUM[role] as Role];
  return {
    id: person?.toLowerCase() ?? NOBODY,
    username: '',
    roles,
    ...(agency == null ? {} : { agency }),
    ...(organisation == null ? {} : { organisation }),
    ...(unit == null ? {} : { unit }),
    ...(roles.includes('client') ? { clientId } : {}),
    ...(roles.includes('guardian') ? { actingFor: [clientId] } : {}),
  };
}
