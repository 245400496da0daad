import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLLocalDate } from 'graphql-scalars';
import { isIdentityCode } from './identity-code.ts';

export { GraphQLDateTimeISO as DateTimeScalar, GraphQLLocalDate as LocalDateScalar };

/** Refuses a value without repeating it: it may be somebody's identity code. */
function identityCode(value: unknown): string {
  if (typeof value === 'string' && isIdentityCode(value)) return value;
  throw new GraphQLError('This is not a personal identity code (henkilötunnus).', {
    extensions: { code: 'PERSONAL_IDENTITY_CODE_INVALID' },
  });
}

/** A Finnish personal identity code (henkilötunnus / personbeteckning); its separator and check character are verified. */
export const PersonalIdentityCodeScalar = new GraphQLScalarType<string, string>({
  name: 'PersonalIdentityCode',
  description: 'A Finnish personal identity code (henkilötunnus / personbeteckning), for instance 150382-901A.',
  serialize: identityCode,
  parseValue: identityCode,
  parseLiteral: (node) => identityCode(node.kind === Kind.STRING ? node.value : undefined),
});
