import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** The one entity about a person; here it is the stub that every agency hangs its fields on. */
@ObjectType({ description: 'A client that the agencies share (fi asiakas / sv klient).' })
@Directive('@key(fields: "id")')
export class Client {
  @Field(() => ID, {
    description: 'Opaque id, UUID; never a personal identity code (fi tunniste / sv identifierare).',
  })
  readonly id: string;
}
