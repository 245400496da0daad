import 'reflect-metadata';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, isObjectType, parse, print, printSchema, visit } from 'graphql';
import type { Pool } from 'pg';
import { type BuildSchemaOptions, buildSchema, createResolversMap, getMetadataStorage } from 'type-graphql';
import type { Pass } from '../auth/pass.ts';
import type { Bases } from '../consent/bases.ts';
import { SDL_HEADER } from '../schema/directives.ts';
import type { SubgraphName } from '../schema/subgraphs.ts';
import { enforcePass, type Permitted } from './enforce.ts';

/** What every resolver of a subgraph gets: the pass of this request, and loaders that live as long as it. */
export interface SubgraphContext<Loaders = unknown> {
  readonly pass: Pass;
  readonly permitted: Permitted;
  readonly db: Pool;
  readonly load: Loaders;
  /** The statutes that are switched on. */
  readonly bases: Bases;
}

/** One agency's subgraph: its type-graphql classes and how its loaders are made for one request. */
export interface SubgraphDefinition<Loaders = unknown> {
  readonly name: SubgraphName;
  readonly resolvers: BuildSchemaOptions['resolvers'];
  readonly loaders: (db: Pool) => Loaders;
}

export interface BuiltSubgraph {
  readonly schema: GraphQLSchema;
  /** The subgraph's SDL with federation and category directives, as committed under `schema/subgraphs/`. */
  readonly sdl: string;
}

/** Builds the executable schema and the SDL of a subgraph; every categorised field checks the pass before it resolves. */
export async function buildSubgraph(definition: SubgraphDefinition): Promise<BuiltSubgraph> {
  const { resolvers } = definition;
  const classes = await buildSchema({
    resolvers,
    orphanedTypes: answeredTypes(resolvers),
    skipCheck: true,
    validate: false,
  });
  const sdl = SDL_HEADER + printWithDirectives(classes);
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: createResolversMap(classes) as never });
  return { schema: enforcePass(schema), sdl };
}

/** The types whose fields the resolvers answer: no root field of an agency leads to `Client`. */
function answeredTypes(resolvers: SubgraphDefinition['resolvers']): NonNullable<BuildSchemaOptions['orphanedTypes']> {
  const { fieldResolvers, resolverClasses } = getMetadataStorage();
  const answering = new Set(fieldResolvers.map(({ target }) => target));
  return resolverClasses
    .filter(({ target }) => resolvers.includes(target) && answering.has(target))
    .map(({ getObjectType }) => getObjectType());
}

/** graphql-js prints no applied directives; type-graphql keeps them on the AST nodes of the classes. */
function printWithDirectives(schema: GraphQLSchema): string {
  let typeName = '';
  const document = visit(parse(printSchema(schema)), {
    ObjectTypeDefinition: {
      enter(node) {
        typeName = node.name.value;
        return { ...node, directives: schema.getType(typeName)?.astNode?.directives ?? [] };
      },
    },
    FieldDefinition(node) {
      const type = schema.getType(typeName);
      const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
      return { ...node, directives: [...(node.directives ?? []), ...(field?.astNode?.directives ?? [])] };
    },
  });
  return `${print(document)}\n`;
}
