import { Ctx, Directive, Field, FieldResolver, ID, ObjectType, Resolver, Root } from 'type-graphql';
import type { LedgerEvent } from '../../consent/event.ts';
import type { LedgerRecord } from '../../consent/history.ts';
import { DateTimeScalar } from '../../schema/scalars.ts';
import { AgencyEnum } from '../agency.ts';
import { DataCategoryEnum } from '../category.ts';
import { PurposeEnum } from '../purpose.ts';
import { Client } from './client.ts';
import { ChannelEnum, EventKindEnum, RecordKindEnum, RecordStateEnum } from './enums.ts';
import { InformationLanguageEnum } from './information.ts';
import type { Context } from './loaders.ts';

@ObjectType({ description: 'One event of a consent’s history (fi tapahtuma / sv händelse).' })
class ConsentEvent {
  @Field(() => ID, { description: 'Id of the event (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => EventKindEnum, { description: 'What happened (fi tapahtuman laji / sv typ av händelse).' })
  readonly kind!: string;

  @Field(() => [DataCategoryEnum], {
    description: 'What it touched; empty means all (fi tietoryhmät / sv uppgiftsgrupper).',
  })
  readonly categories!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'When it was recorded (fi kirjattu / sv registrerad).' })
  readonly at!: Date;

  @Field(() => String, { description: 'Role of the recorder (fi kirjaajan rooli / sv registrerarens roll).' })
  readonly recordedRole!: string;

  @Field(() => ID, { description: 'Person who recorded it (fi kirjaaja / sv registrerare).' })
  readonly recordedBy!: string;

  @Field(() => ChannelEnum, { description: 'How the client said it (fi asiointitapa / sv kanal).' })
  readonly channel!: string;
}

@ObjectType({ description: 'A consent or a denial of a client (fi suostumus tai kielto / sv samtycke eller förbud).' })
export class ConsentRecord {
  @Field(() => ID, { description: 'Id of the record (fi tunniste / sv identifierare).' })
  readonly id!: string;

  @Field(() => ID, { description: 'The client (fi asiakas / sv klient).' })
  readonly clientId!: string;

  @Field(() => RecordKindEnum, { description: 'Consent or denial (fi laji / sv typ).' })
  readonly kind!: string;

  @Field(() => RecordStateEnum, { description: 'Whether it holds now (fi tila / sv läge).' })
  readonly state!: string;

  @Field(() => [DataCategoryEnum], { description: 'What it covers now (fi tietoryhmät / sv uppgiftsgrupper).' })
  readonly categories!: readonly string[];

  @Field(() => [AgencyEnum], {
    description: 'Who discloses; empty in a denial means all (fi luovuttajat / sv utlämnare).',
  })
  readonly sources!: readonly string[];

  @Field(() => [String], {
    description:
      'Who receives: agency:…, role:… or person:…; empty in a denial means all (fi vastaanottajat / sv mottagare).',
  })
  readonly recipients!: readonly string[];

  @Field(() => [PurposeEnum], {
    description: 'What for; empty in a denial means all (fi käyttötarkoitukset / sv ändamål).',
  })
  readonly purposes!: readonly string[];

  @Field(() => DateTimeScalar, { description: 'Holds from (fi alkaen / sv från).' })
  readonly validFrom!: Date;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Holds until; null: until withdrawn (fi asti / sv till).',
  })
  readonly validUntil!: Date | null;

  @Field(() => String, {
    description: 'Version of the information given (fi informoinnin versio / sv informationens version).',
  })
  readonly informationVersion!: string;

  @Field(() => InformationLanguageEnum, { description: 'Language of the information given (fi kieli / sv språk).' })
  readonly informationLanguage!: string;

  @Field(() => String, { description: 'CLIENT or GUARDIAN gave it (fi antaja / sv givare).' })
  readonly givenBy!: string;

  @Field(() => [ConsentEvent], { description: 'Its whole history, oldest first (fi historia / sv historik).' })
  readonly history!: readonly ConsentEvent[];

  /** What the exports are made of; no field. */
  readonly ledger!: LedgerRecord;
}

@Resolver(() => Client)
export class RecordsResolver {
  @FieldResolver(() => [ConsentRecord], {
    nullable: true,
    description:
      'Every consent and denial of the client, oldest first: for the client’s own eyes (fi suostumukset ja kiellot / sv samtycken och förbud).',
  })
  @Directive('@category(name: "CONSENTS")')
  async consents(@Root() client: Client, @Ctx() { load }: Context): Promise<ConsentRecord[]> {
    return (await load.records.load(client.id)).map(recordOf);
  }
}

export function recordOf(record: LedgerRecord): ConsentRecord {
  const { opening } = record;
  return {
    id: record.id,
    clientId: record.clientId,
    kind: record.kind,
    state: record.state,
    categories: record.categories,
    sources: opening.sources,
    recipients: opening.recipients,
    purposes: opening.purposes,
    validFrom: new Date(opening.from),
    validUntil: opening.until === null ? null : new Date(opening.until),
    informationVersion: opening.informationVersion,
    informationLanguage: opening.informationLanguage,
    givenBy: opening.givenBy,
    history: record.history.map(eventOf),
    ledger: record,
  };
}

function eventOf(event: LedgerEvent): ConsentEvent {
  const { id, kind, categories, recordedRole, recordedBy, channel } = event;
  return { id, kind, categories, recordedRole, recordedBy, channel, at: new Date(event.at) };
}
