import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql';
import { type Data, keyOf, representationOf, type Thing } from './data.ts';
import { fieldOf, field as keyPart, type Model } from './model.ts';

/** What happens while one operation is answered. */
export interface Run {
  ticks: number;
  /**
   * Set when a plan asks for a derived field beside the root, where nothing that it is derived from can be sent along, and when it asks
   * what is not valid: two fields of one name, of which one is required and the other the caller's, may be of different types.
   */
  misplanned?: boolean;
  /** By agency. */
  readonly requests?: Map<string, number>;
  /** Told of every field that is answered; may throw to make it fail. */
  readonly observe?: (agency: string, thing: Thing, typeName: string, fieldName: string) => void;
}

/** The agencies of a model, in this process, each with its own part of the graph. */
export class Agencies {
  readonly #model: Model;
  readonly #data: Data;
  readonly #schemas = new Map<string, GraphQLSchema>();
  readonly #documents = new Map<string, DocumentNode>();

  constructor(model: Model, data: Data, sdl: ReadonlyMap<string, string>) {
    this.#model = model;
    this.#data = data;
    for (const [agency, text] of sdl) this.#schemas.set(agency, this.#schema(agency, text));
  }

  /** Throws `TypeError` when the document is not one that the agency could be asked. */
  async ask(
    agency: string,
    query: string,
    variables: Readonly<Record<string, unknown>>,
    run: Run,
  ): Promise<ExecutionResult> {
    const schema = this.#schemas.get(agency);
    run.requests?.set(agency, (run.requests.get(agency) ?? 0) + 1);
    if (schema === undefined) throw new TypeError(`no agency ${agency}`);
    const key = `${agency} ${query}`;
    let document = this.#documents.get(key);
    if (document === undefined) {
      document = parse(query);
      const errors = validate(schema, document);
      if (errors.length > 0) {
        run.misplanned = true;
        throw new TypeError(`${agency} was asked ${query}: ${errors.map(String).join('; ')}`);
      }
      this.#documents.set(key, document);
    }
    // As over HTTP: nothing that either side changes is the other's.
    const answer = await execute({
      schema,
      document,
      variableValues: structuredClone(variables),
      contextValue: run,
      fieldResolver: (source, args, context, info) => this.#resolve(agency, source, args, context, info),
    });
    return JSON.parse(JSON.stringify(answer));
  }

  #schema(agency: string, text: string): GraphQLSchema {
    const typeDefs = parse(text);
    const resolvers: Record<string, object> = {};
    for (const { name, keys, family, kind } of this.#model.objects.values()) {
      if (!keys.has(agency)) continue;
      const __resolveReference = (representation: Record<string, unknown>): Thing =>
        this.#thing(name, representation, kind === 'part' || family === name ? undefined : family);
      resolvers[name] = { __resolveReference };
    }
    for (const { name, kind, members, partIn } of this.#model.abstracts.values()) {
      if (kind !== 'entities' || partIn === agency || !text.includes(`interface ${name} `)) continue;
      resolvers[name] = {
        __resolveReference: (representation: Record<string, unknown>) => {
          const key = keyOf(representation);
          return this.#thing(members[Number(key.split(':')[1]) % members.length] as string, representation);
        },
        __resolveType: ({ __typename }: Thing) => __typename,
      };
    }
    return buildSubgraphSchema({ typeDefs, resolvers: resolvers as never });
  }

  #thing(name: string, representation: Record<string, unknown>, family?: string): Thing {
    const key = keyOf(representation);
    const members = family === undefined ? undefined : this.#model.abstracts.get(family)?.members;
    if (members !== undefined && members[Number(key.split(':')[1]) % members.length] !== name)
      throw new GraphQLError(`${key} is no ${name}`);
    return { __typename: name, key, representation, ...(name === 'Client' ? { client: key } : {}) };
  }

  #resolve(
    agency: string,
    source: Thing | undefined,
    args: Record<string, unknown>,
    run: Run,
    { parentType, fieldName }: GraphQLResolveInfo,
  ): unknown {
    const thing = source ?? { __typename: parentType.name, key: '' };
    run.observe?.(agency, thing, parentType.name, fieldName);
    const field = fieldOf(this.#model, parentType.name, fieldName);
    if (field === undefined) return this.#data.value(thing, keyPart(fieldName, 'String!', { steady: true }), args);
    if (parentType.name === 'Mutation' && fieldName.endsWith('Tick')) {
      run.ticks += 1;
      return run.ticks;
    }
    if (field.overriddenIn === agency) throw new GraphQLError(`${agency} no longer answers ${fieldName}`);
    const { requires } = field;
    if (requires !== undefined && thing.representation === undefined) run.misplanned = true;
    const from = requires === undefined ? undefined : representationOf(thing.representation ?? {}, requires);
    return this.#seen(agency, this.#data.value(thing, field, args, from));
  }

  /** The agency that has an entity interface as an object knows no type below it. */
  #seen(agency: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((member) => this.#seen(agency, member));
    if (typeof value !== 'object' || value === null || !('key' in value)) return value;
    const thing = value as Thing;
    const family = this.#model.objects.get(thing.__typename)?.family ?? '';
    return this.#model.abstracts.get(family)?.partIn === agency ? { ...thing, __typename: family } : thing;
  }
}
