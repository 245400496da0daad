import {
  defaultFieldResolver,
  type GraphQLFieldResolver,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isObjectType,
} from 'graphql';
import type { Grant, Pass } from '../auth/pass.ts';
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

/** Client id → categories that the pass grants, and those of them limited to the caller's own register; made once a request. */
export type Permitted = ReadonlyMap<
  string,
  { readonly categories: ReadonlySet<string>; readonly own: ReadonlySet<string> }
>;

/** Of several grants of one client each holds; what one of them limits is limited. */
export function permittedBy(pass: Pass): Permitted {
  const permitted = new Map<string, { readonly categories: Set<string>; readonly own: Set<string> }>();
  for (const grant of pass.grants) {
    const limited = limitedIn(grant);
    for (const id of grant.clients) {
      const client = permitted.get(id) ?? { categories: new Set(), own: new Set() };
      for (const name of grant.categories) client.categories.add(name);
      for (const name of limited) client.own.add(name);
      permitted.set(id, client);
    }
  }
  return permitted;
}

/** Anything but a list of granted categories is read as all of them: a hub that says too little gets the least. */
function limitedIn({ categories, own }: Grant): readonly string[] {
  const isSound = Array.isArray(own) && own.every((name) => categories.includes(name));
  return isSound ? own : categories;
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
      const granted = id === undefined ? undefined : context.permitted.get(id)?.categories;
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
