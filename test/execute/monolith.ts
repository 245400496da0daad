import { type DocumentNode, type ExecutionResult, execute, type GraphQLResolveInfo, type GraphQLSchema } from 'graphql';
import type { Run } from './agencies.ts';
import type { Data, Thing } from './data.ts';
import { field, fieldOf, type Model } from './model.ts';

/** What may not be seen. */
export type Denied = (
  thing: Thing,
  typeName: string,
  fieldName: string,
  args: Readonly<Record<string, unknown>>,
) => boolean;

/** Answers of one program that knows all of the graph: what a federated answer must equal. */
export class Monolith {
  readonly #model: Model;
  readonly #data: Data;
  readonly #schema: GraphQLSchema;

  constructor(model: Model, data: Data, apiSchema: GraphQLSchema) {
    this.#model = model;
    this.#data = data;
    this.#schema = apiSchema;
  }

  /** `denied`: what may not be seen, and is null. */
  async answer(
    document: DocumentNode,
    variables: Readonly<Record<string, unknown>>,
    run: Run,
    denied: Denied = () => false,
  ): Promise<ExecutionResult> {
    const answer = await execute({
      schema: this.#schema,
      document,
      variableValues: variables,
      fieldResolver: (source: Thing | undefined, args, _context, info: GraphQLResolveInfo) => {
        const thing = source ?? { __typename: info.parentType.name, key: '' };
        const { name } = info.parentType;
        if (denied(thing, name, info.fieldName, args)) return null;
        run.observe?.('', thing, name, info.fieldName);
        if (name === 'Mutation' && info.fieldName.endsWith('Tick')) {
          run.ticks += 1;
          return run.ticks;
        }
        const known = fieldOf(this.#model, name, info.fieldName) ?? field(info.fieldName, 'String!', { steady: true });
        return this.#data.value(thing, known, args);
      },
    });
    return JSON.parse(JSON.stringify(answer));
  }
}
