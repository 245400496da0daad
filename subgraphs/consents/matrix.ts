import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import { accessMatrix, type Opening, type Row } from '../../consent/matrix.ts';
import { AgencyEnum } from '../agency.ts';
import { BasisEnum, RegisterEnum } from '../basis.ts';
import { DataCategoryEnum } from '../category.ts';
import { PurposeEnum } from '../purpose.ts';
import { Client } from './client.ts';
import { RoleEnum } from './enums.ts';
import { ledgerError } from './errors.ts';
import type { Context } from './loaders.ts';

@ObjectType({ description: 'What opens a category to a recipient (fi avaava peruste / sv öppnande grund).' })
class AccessOpening implements Opening {
  @Field(() => [PurposeEnum], { description: 'For these purposes (fi käyttötarkoitukset / sv ändamål).' })
  readonly purposes!: Opening['purposes'];

  @Field(() => BasisEnum, { description: 'On this basis (fi peruste / sv grund).' })
  readonly basis!: Opening['basis'];

  @Field(() => String, { nullable: true, description: 'Id of the statute’s rule (fi lakiperuste / sv laggrund).' })
  readonly statute!: string | null;

  @Field(() => String, { nullable: true, description: 'The statute (fi säädös / sv författning).' })
  readonly citation!: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The consent, relationship, emergency, request or plan that it rests on (fi mihin nojaa / sv vad det vilar på).',
  })
  readonly restsOn!: string | null;

  @Field(() => RegisterEnum, {
    nullable: true,
    description: 'Null: of every controller of the sector (fi mikä rekisteri / sv vilket register).',
  })
  readonly register!: Opening['register'];
}

@ObjectType({ description: 'One category for one recipient (fi ruutu / sv ruta).' })
class AccessCell {
  @Field(() => DataCategoryEnum, { description: 'The category (fi tietoryhmä / sv uppgiftsgrupp).' })
  readonly category!: string;

  @Field(() => Boolean, { description: 'Open for some purpose (fi avoin / sv öppen).' })
  readonly open!: boolean;

  @Field(() => [AccessOpening], { description: 'What opens it; none: closed (fi perusteet / sv grunder).' })
  readonly openings!: readonly AccessOpening[];
}

@ObjectType({ description: 'What one recipient may see of the client (fi vastaanottajan rivi / sv mottagarens rad).' })
class AccessRow {
  @Field(() => RoleEnum, { description: 'The role (fi rooli / sv roll).' })
  readonly role!: string;

  @Field(() => AgencyEnum, { description: 'The sector (fi toimiala / sv sektor).' })
  readonly agency!: string;

  @Field(() => String, { nullable: true, description: 'Organisation, OID (fi organisaatio / sv organisation).' })
  readonly organisation!: string | null;

  @Field(() => String, { nullable: true, description: 'Unit (fi yksikkö / sv enhet).' })
  readonly unit!: string | null;

  @Field(() => Boolean, { description: 'One person alone, not the whole unit (fi yksi henkilö / sv en person).' })
  readonly person!: boolean;

  @Field(() => [AccessCell], { description: 'Every category that is shared (fi ruudut / sv rutor).' })
  readonly cells!: readonly AccessCell[];
}

@Resolver(() => Client)
export class MatrixResolver {
  @FieldResolver(() => [AccessRow], {
    nullable: true,
    description:
      'Who may see what of the client now, for the client’s own eyes; no data is fetched (fi kuka näkee mitä / sv vem ser vad).',
  })
  @Directive('@category(name: "CONSENTS")')
  async accessMatrix(@Root() client: Client, @Ctx() { load, bases }: Context): Promise<AccessRow[]> {
    const facts = await load.facts.load(client.id).catch(ledgerError);
    return accessMatrix(facts, Date.now(), bases).map(rowOf);
  }
}

function rowOf({ role, cells, ...row }: Row): AccessRow {
  return {
    ...row,
    role: role.replaceAll('-', '_').toUpperCase(),
    cells: cells.map((cell) => ({ ...cell, open: cell.openings.length > 0 })),
  };
}
