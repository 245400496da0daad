import { type ConstDirectiveNode, Kind } from 'graphql';

/** The specification URL under which `@category` travels into the supergraph. */
export const CATEGORY_SPEC = 'https://nivel.example/category/v1.0';

/**
 * The head of every subgraph's SDL: federation 2 and `@category`, which `@composeDirective` carries into the supergraph.
 *
 * Source: Apollo Federation 2.9, `@composeDirective`.
 */
export const SDL_HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@composeDirective"])
  @link(url: "${CATEGORY_SPEC}", import: ["@category", "@publicReference"])
  @composeDirective(name: "@category")
  @composeDirective(name: "@publicReference")

"""The data category of a personal field; a derived field names every category that it needs."""
directive @category(name: String!) repeatable on FIELD_DEFINITION

"""An entity that holds no personal data: an agency, a unit, a code value."""
directive @publicReference on OBJECT
`;

/** The categories that a field's definition names in `@category`, in order; empty for none. */
export function categoriesOf(
  definition: { readonly directives?: readonly ConstDirectiveNode[] | undefined } | null | undefined,
): readonly string[] {
  return (definition?.directives ?? [])
    .filter((directive) => directive.name.value === 'category')
    .map(({ arguments: given }) => {
      const value = given?.find((argument) => argument.name.value === 'name')?.value;
      return value?.kind === Kind.STRING ? value.value : '';
    });
}
