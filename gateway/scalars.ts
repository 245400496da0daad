import { GraphQLError, type GraphQLScalarType, type GraphQLSchema, isScalarType, valueFromASTUntyped } from 'graphql';
import { DateTimeScalar, LocalDateScalar } from '../schema/scalars.ts';

/**
 * Gives the scalars of a supergraph's API schema their meaning, which SDL does not carry: a wrong date is then the caller's
 * error at the hub, and not an agency's failure.
 *
 * Errors do not repeat the value. `PersonalIdentityCode` is left as it is: step 5 checks it and has a code of its own.
 */
export function giveScalars(schema: GraphQLSchema): void {
  for (const scalar of [DateTimeScalar, LocalDateScalar]) {
    const type = schema.getType(scalar.name);
    if (!isScalarType(type)) continue;
    // Values go to the agencies as they came.
    type.parseValue = (value) => checked(scalar, () => scalar.parseValue(value), value);
    type.parseLiteral = (node, variables) =>
      checked(scalar, () => scalar.parseLiteral(node, variables), valueFromASTUntyped(node, variables));
  }
}

function checked<T>({ name }: GraphQLScalarType, parse: () => unknown, value: T): T {
  try {
    parse();
  } catch {
    throw new GraphQLError(`${name} cannot represent this value.`);
  }
  return value;
}
