import { Ctx, Directive, Field, FieldResolver, ObjectType, Resolver, Root } from 'type-graphql';
import type { AddressKind, Language } from '../../schema/codes/contact.ts';
import { MUNICIPALITIES } from '../../schema/codes/municipalities.ts';
import { LocalDateScalar, PersonalIdentityCodeScalar } from '../../schema/scalars.ts';
import { CodeName, codeName } from '../code.ts';
import { seesPlace, seesProtectionOrder } from '../protection.ts';
import { Client } from './client.ts';
import { AddressKindEnum, ServiceLanguageEnum } from './enums.ts';
import { type Context, personOf } from './loaders.ts';

@ObjectType('ClientNames', { simpleResolvers: true, description: 'Names of the client (fi nimet / sv namn).' })
export class Names {
  @Field(() => String, { description: 'All given names (fi etunimet / sv förnamn).' })
  readonly given: string;

  @Field(() => String, { description: 'The given name in use (fi kutsumanimi / sv tilltalsnamn).' })
  readonly called: string;

  @Field(() => String, { description: 'Family name (fi sukunimi / sv efternamn).' })
  readonly family: string;
}

@ObjectType('InterpreterNeed', {
  simpleResolvers: true,
  description: 'Whether the client needs an interpreter (fi tulkin tarve / sv behov av tolk).',
})
export class InterpreterNeed {
  @Field(() => Boolean, { description: 'True when an interpreter is needed (fi tarvitaanko / sv behövs).' })
  readonly needed: boolean;

  @Field(() => ServiceLanguageEnum, {
    nullable: true,
    description: 'Language to interpret; null when no interpreter is needed (fi tulkkauskieli / sv tolkspråk).',
  })
  readonly language: Language | null;
}

@ObjectType('ClientPhone', { simpleResolvers: true, description: 'Telephone of the client (fi puhelin / sv telefon).' })
export class Phone {
  @Field(() => String, { description: 'Number (fi numero / sv nummer).' })
  readonly number: string;

  @Field(() => Boolean, { description: 'Whether to call this one first (fi ensisijainen / sv primär).' })
  readonly preferred: boolean;
}

@ObjectType('ClientAddress', { simpleResolvers: true, description: 'Address of the client (fi osoite / sv adress).' })
export class Address {
  @Field(() => AddressKindEnum, { description: 'What the address is for (fi osoitelaji / sv adresstyp).' })
  readonly kind: AddressKind;

  @Field(() => String, { description: 'Street address (fi katuosoite / sv gatuadress).' })
  readonly street: string;

  @Field(() => String, { description: 'Postal code (fi postinumero / sv postnummer).' })
  readonly postalCode: string;

  @Field(() => String, { description: 'Post office (fi postitoimipaikka / sv postanstalt).' })
  readonly postOffice: string;

  @Field(() => LocalDateScalar, { description: 'First day of validity (fi alkaen / sv från och med).' })
  readonly validFrom: string;

  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Last day of validity; null without an end (fi päättyen / sv till och med).',
  })
  readonly validUntil: string | null;
}

/** Identity and contact; under a protection order address and municipality are masked (`subgraphs/protection.ts`). */
@Resolver(() => Client)
export class PersonResolver {
  @FieldResolver(() => Names, { nullable: true, description: 'Names (fi nimet / sv namn).' })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  names(@Root() { id }: Client, @Ctx() context: Context): Promise<Names | null> {
    return personOf(context, id);
  }

  @FieldResolver(() => PersonalIdentityCodeScalar, {
    nullable: true,
    description: 'Personal identity code (fi henkilötunnus / sv personbeteckning).',
  })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  async personalIdentityCode(@Root() { id }: Client, @Ctx() context: Context): Promise<string | null> {
    return (await personOf(context, id))?.personalIdentityCode ?? null;
  }

  @FieldResolver(() => ServiceLanguageEnum, {
    nullable: true,
    description: 'Language that the client wants to be served in (fi asiointikieli / sv kontaktspråk).',
  })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  async language(@Root() { id }: Client, @Ctx() context: Context): Promise<string | null> {
    return (await personOf(context, id))?.language ?? null;
  }

  @FieldResolver(() => InterpreterNeed, {
    nullable: true,
    description: 'Need of an interpreter (fi tulkin tarve / sv behov av tolk).',
  })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  async interpreter(@Root() { id }: Client, @Ctx() context: Context): Promise<InterpreterNeed | null> {
    const person = await personOf(context, id);
    if (person === null) return null;
    const language = person.interpreterLanguage as Language | null;
    return { needed: language !== null, language };
  }

  @FieldResolver(() => [Phone], {
    nullable: true,
    description:
      'Telephones, the preferred one first; not masked under a protection order, for a number tells no place (fi puhelimet / sv telefoner).',
  })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  phones(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Phone[]> {
    return context.load.phones.load(id);
  }

  @FieldResolver(() => [Address], {
    nullable: true,
    description: 'Addresses in force or to come; null under a protection order (fi osoitteet / sv adresser).',
  })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  async addresses(@Root() { id }: Client, @Ctx() context: Context): Promise<readonly Address[] | null> {
    // Both at once: a masked address costs the same as one that is shown.
    const [person, addresses] = await Promise.all([personOf(context, id), context.load.addresses.load(id)]);
    return person?.protected && !seesPlace(context.pass, id) ? null : addresses;
  }

  @FieldResolver(() => CodeName, {
    nullable: true,
    description: 'Municipality of residence; null under a protection order (fi kotikunta / sv hemkommun).',
  })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  async municipality(@Root() { id }: Client, @Ctx() context: Context): Promise<CodeName | null> {
    const person = await personOf(context, id);
    if (!person?.municipality || (person.protected && !seesPlace(context.pass, id))) return null;
    return codeName(MUNICIPALITIES, person.municipality);
  }

  @FieldResolver(() => Boolean, {
    nullable: true,
    description:
      'Whether a protection order is in force and places are masked; null for others than authorities and the client (fi turvakielto / sv spärrmarkering).',
  })
  @Directive('@category(name: "IDENTITY_CONTACT")')
  async protectionOrder(@Root() { id }: Client, @Ctx() context: Context): Promise<boolean | null> {
    if (!seesProtectionOrder(context.pass, id)) return null;
    return (await personOf(context, id))?.protected ?? null;
  }
}
