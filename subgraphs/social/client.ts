import { Directive, Field, ID, ObjectType } from 'type-graphql';

/** The shared client as social services know them; the fields stand in `resolver.ts`. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A client whom several agencies share (fi yhteinen asiakas / sv gemensam klient).' })
export class Client {
  @Field(() => ID, { description: 'Opaque id of the client (fi asiakkaan tunniste / sv klientens identifierare).' })
  readonly id: string;
}
