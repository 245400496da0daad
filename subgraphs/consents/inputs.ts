import { Field, ID, InputType } from 'type-graphql';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { DataCategoryEnum } from '../category.ts';
import { PurposeEnum } from '../purpose.ts';
import { ChannelEnum, RoleEnum } from './enums.ts';
import { InformationLanguageEnum } from './information.ts';

const CLIENT = 'The client; a client may leave it out (fi asiakas / sv klient).';
const CHANNEL = 'How the client said it; ELECTRONIC when the client does it (fi asiointitapa / sv kanal).';
const REPEAT =
  'An id of your own, UUID: the same call again changes nothing more (fi toiston tunniste / sv upprepnings-id).';

@InputType({ description: 'One recipient: give exactly one of the three (fi vastaanottaja / sv mottagare).' })
export class RecipientInput {
  @Field(() => AgencyEnum, { nullable: true, description: 'A whole sector (fi toimiala / sv sektor).' })
  readonly agency?: string;

  @Field(() => RoleEnum, { nullable: true, description: 'Everyone in a role (fi rooli / sv roll).' })
  readonly role?: string;

  @Field(() => ID, { nullable: true, description: 'One person, UUID (fi henkilö / sv person).' })
  readonly person?: string;
}

@InputType({ description: 'What the client was told before (fi informointi / sv information).' })
class InformedInput {
  @Field(() => String, { description: 'Version, from consentInformation (fi versio / sv version).' })
  readonly version!: string;

  @Field(() => InformationLanguageEnum, { description: 'Language in which it was given (fi kieli / sv språk).' })
  readonly language!: string;
}

@InputType({ description: 'A consent (fi suostumus / sv samtycke).' })
export class GrantConsentInput {
  @Field(() => ID, { nullable: true, description: CLIENT })
  readonly clientId?: string;

  @Field(() => [DataCategoryEnum], { description: 'What is opened (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: string[];

  @Field(() => [AgencyEnum], {
    nullable: true,
    description: 'Who discloses; left out: those who hold the categories (fi luovuttajat / sv utlämnare).',
  })
  readonly sources?: string[];

  @Field(() => [RecipientInput], { description: 'Who receives (fi vastaanottajat / sv mottagare).' })
  readonly recipients!: RecipientInput[];

  @Field(() => [PurposeEnum], { description: 'What for (fi käyttötarkoitukset / sv användningsändamål).' })
  readonly purposes!: string[];

  @Field(() => DateTimeScalar, { nullable: true, description: 'From; left out: at once (fi alkaen / sv från).' })
  readonly from?: Date;

  @Field(() => DateTimeScalar, { nullable: true, description: 'Until; left out: until withdrawn (fi asti / sv till).' })
  readonly until?: Date;

  @Field(() => InformedInput, {
    nullable: true,
    description: 'What the client was told: a consent needs it (fi informointi / sv information).',
  })
  readonly informed?: InformedInput;

  @Field(() => ChannelEnum, { nullable: true, description: CHANNEL })
  readonly channel?: string;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string;
}

@InputType({ description: 'A denial; an empty list means everything of its kind (fi kielto / sv förbud).' })
export class DenyAccessInput {
  @Field(() => ID, { nullable: true, description: CLIENT })
  readonly clientId?: string;

  @Field(() => [DataCategoryEnum], { description: 'What is closed (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: string[];

  @Field(() => [AgencyEnum], { nullable: true, description: 'Who may not disclose (fi luovuttajat / sv utlämnare).' })
  readonly sources?: string[];

  @Field(() => [RecipientInput], { nullable: true, description: 'Who may not see (fi vastaanottajat / sv mottagare).' })
  readonly recipients?: RecipientInput[];

  @Field(() => [PurposeEnum], {
    nullable: true,
    description: 'For what not (fi käyttötarkoitukset / sv användningsändamål).',
  })
  readonly purposes?: string[];

  @Field(() => InformedInput, {
    nullable: true,
    description: 'What the client was told (fi informointi / sv information).',
  })
  readonly informed?: InformedInput;

  @Field(() => ChannelEnum, { nullable: true, description: CHANNEL })
  readonly channel?: string;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string;
}

@InputType({ description: 'A withdrawal of a consent or a denial (fi peruutus / sv återkallelse).' })
export class WithdrawConsentInput {
  @Field(() => ID, { nullable: true, description: CLIENT })
  readonly clientId?: string;

  @Field(() => ID, { description: 'The consent or denial (fi suostumus tai kielto / sv samtycke eller förbud).' })
  readonly recordId!: string;

  @Field(() => [DataCategoryEnum], {
    nullable: true,
    description: 'Only these; left out: all of it (fi vain nämä tietoryhmät / sv endast dessa uppgiftsgrupper).',
  })
  readonly categories?: string[];

  @Field(() => ChannelEnum, { nullable: true, description: CHANNEL })
  readonly channel?: string;

  @Field(() => ID, { nullable: true, description: REPEAT })
  readonly id?: string;
}
