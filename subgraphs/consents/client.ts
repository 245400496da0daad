import { Directive, Field, ID, ObjectType } from 'type-graphql';

@ObjectType({ description: 'A client that the agencies share (fi asiakas / sv klient).' })
@Directive('@key(fields: "id")')
export class Client {
  @Field(() => ID, {
    description: 'Opaque id, UUID; never a personal identity code (fi tunniste / sv identifierare).',
  })
  readonly id!: string;
}
