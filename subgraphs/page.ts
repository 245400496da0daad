import { Directive, Field, ObjectType } from 'type-graphql';

@ObjectType({ description: 'Where a page stands in its list (fi sivutieto / sv sidinformation).' })
@Directive('@shareable')
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follow (fi onko lisää / sv finns det fler).' })
  readonly hasNextPage!: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last one on the page (fi viimeisen kohdistin / sv den sistas markör).',
  })
  readonly endCursor!: string | null;
}

/** The largest page of any list. */
export const LARGEST_PAGE = 100;
