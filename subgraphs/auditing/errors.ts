import { GraphQLError } from 'graphql';

/** Refuses with one of the hub's own codes; the hub has the sentence. */
export function refuse(code: string): never {
  throw new GraphQLError(code, { extensions: { code } });
}
