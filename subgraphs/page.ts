import { ArgsType, Directive, Field, Int, ObjectType } from 'type-graphql';

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

/** The arguments of every list. */
@ArgsType()
export class PageArguments {
  @Field(() => Int, { defaultValue: 20, description: 'How many, 1–100 (fi montako / sv hur många).' })
  readonly first!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last one of the page before (fi kohdistin / sv markör).',
  })
  readonly after!: string | null;
}

/** A page as its connection type says it. */
export function connectionOf<Item, Node>(
  items: readonly Item[],
  hasNextPage: boolean,
  cursorOf: (item: Item) => string,
  nodeOf: (item: Item) => Node,
): {
  readonly edges: readonly { readonly node: Node; readonly cursor: string }[];
  readonly pageInfo: PageInfo;
} {
  const edges = items.map((item) => ({ node: nodeOf(item), cursor: cursorOf(item) }));
  return { edges, pageInfo: { hasNextPage, endCursor: edges.at(-1)?.cursor ?? null } };
}
