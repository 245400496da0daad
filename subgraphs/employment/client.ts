import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { LocalDateScalar } from '../../schema/scalars.ts';

/** The shared client as employment services know them; the fields stand in `resolver.ts`. */
@Directive('@key(fields: "id")')
@ObjectType({ description: 'A client that the agencies share (fi asiakas / sv klient).' })
export class Client {
  @Field(() => ID, {
    description: 'Opaque id, UUID; never a personal identity code (fi tunniste / sv identifierare).',
  })
  readonly id: string;

  @Directive('@external')
  @Field(() => LocalDateScalar, {
    nullable: true,
    description: 'Day of release, from the registry of sentences (fi vapautumispäivä / sv frigivningsdag).',
  })
  readonly releaseDate?: string | null;
}
