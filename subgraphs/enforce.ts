import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import type { Pass } from '../auth/pass.ts';
import { categoriesOf } from '../schema/directives.ts';

type Path = GraphQLResolveInfo['path'];

/**
 * Makes every field with `@category` return null unless the pass grants each of its categories for the client it hangs on.
 *
 * The gateway has pruned the request already: this holds even when the gateway is wrong.
 */
export function enforcePass(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const categories = categoriesOf(field.astNode);
      if (categories.length > 0 || type.name === 'Client') {
        field.resolve = guarded(field.resolve ?? defaultFieldResolver, categories, type.name === 'Client');
      }
    }
  }
  return schema;
}

/** Which client a response path belongs to. graphql-js shares one Path object between the fields of one parent. */
const owners = new WeakMap<Path, string>();

/** Client id → categories that the pass grants; made once a request. */
export type Permitted = ReadonlyMap<string, ReadonlySet<string>>;

export function permittedBy(pass: Pass): Permitted {
  const permitted = new Map<string, ReadonlySet<string>>();
  for (const grant of pass.grants) {
    const categories = new Set<string>(grant.categories);
    for (const id of grant.clients) permitted.set(id, categories);
  }
  return permitted;
}

function guarded(
  resolve: GraphQLFieldResolver<unknown, { permitted: Permitted }>,
  categories: readonly string[],
  onClient: boolean,
): GraphQLFieldResolver<unknown, { permitted: Permitted }> {
  return (source, args, context, info) => {
    const id = onClient ? (source as { id: string }).id : ownerOf(info.path);
    if (onClient && info.path.prev !== undefined) owners.set(info.path.prev, id as string);
    if (categories.length > 0) {
      const granted = id === undefined ? undefined : context.permitted.get(id);
      if (granted === undefined || !categories.every((name) => granted.has(name))) return null;
    }
    return resolve(source, args, context, info);
  };
}

function ownerOf(path: Path): string | undefined {
  for (let at: Path | undefined = path.prev; at !== undefined; at = at.prev) {
    const id = owners.get(at);
    if (id !== undefined) return id;
  }
  return undefined;
}
