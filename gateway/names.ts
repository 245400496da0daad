import {
  type ASTVisitor,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  type ValidationContext,
} from 'graphql';
import { IDENTITY } from './execute/prune.ts';

/**
 * Validation rule: no alias and no variable has a name that the plan needs for something of its own.
 *
 * Keys, type names and fields that another agency requires travel beside what the caller asked, under their own names: an
 * alias in the place of one would be sent on as if it were that field (`releaseDate: personalIdentityCode`).
 */
export function refuseTakenNames(context: ValidationContext): ASTVisitor {
  const schema = context.getSchema();
  const refuse = (name: string, kind: string) =>
    context.reportError(new GraphQLError(`The ${kind} "${name}" is the name of something else: choose another.`));
  return {
    Field({ alias, name }) {
      if (alias === undefined || alias.value === name.value) return;
      if (isReserved(alias.value) || isField(alias.value, context.getParentType(), schema))
        refuse(alias.value, 'alias');
    },
    VariableDefinition({ variable: { name } }) {
      if (isReserved(name.value) || OWN_VARIABLE.test(name.value)) refuse(name.value, 'variable');
    },
  };
}

/** Variables of the plan's own fetches (Apollo's planner) and of the masked ones (`execute/entities.ts`). */
const OWN_VARIABLE = /^(representations|r\d+)$/;

/** GraphQL § 2.1.9 keeps two underscores for itself; `__proto__` would also set what it should name. */
function isReserved(name: string): boolean {
  return name.startsWith('__') || name === IDENTITY;
}

/** Root fields are told apart by their response key: there an alias may be anything. */
function isField(name: string, parent: GraphQLNamedType | null | undefined, schema: GraphQLSchema): boolean {
  if (!parent || parent === schema.getQueryType() || parent === schema.getMutationType()) return false;
  const types = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
  return types.some((type) => (isObjectType(type) || isInterfaceType(type)) && Object.hasOwn(type.getFields(), name));
}
