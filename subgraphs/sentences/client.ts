import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** The shared client as the prison service knows them; the fields stand with their types. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A client that the agencies share (fi asiakas / sv klient).' })
export class Client {
  @Field(() => ID, {
    description: 'Opaque id, UUID; never a personal identity code (fi tunniste / sv identifierare).',
  })
  readonly id: string;
}
