import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTimeISO, GraphQLJSONObject, GraphQLLocalDate } from 'graphql-scalars';
import { isIdentityCode } from './identity-code.ts';

/** A calendar date, `YYYY-MM-DD`, in Finland’s time. Refuses all else with LOCAL_DATE_INVALID. */
export const LocalDateScalar = withoutEcho(GraphQLLocalDate, {
  description: 'A date in Finland, YYYY-MM-DD (fi päivämäärä / sv datum).',
  code: 'LOCAL_DATE_INVALID',
  message: 'This is not a date, YYYY-MM-DD.',
});

/** A moment as RFC 3339 with an offset, given out in UTC. Refuses all else with DATE_TIME_INVALID. */
export const DateTimeScalar = withoutEcho(GraphQLDateTimeISO, {
  description: 'A moment, RFC 3339 with an offset, in UTC when given out (fi ajanhetki / sv tidpunkt).',
  code: 'DATE_TIME_INVALID',
  message: 'This is not a moment as RFC 3339 with an offset.',
});

/** A JSON object after a standard of its own, whole: for exports, not for asking parts of. Refuses all else with JSON_OBJECT_INVALID. */
export const JsonObjectScalar = withoutEcho(GraphQLJSONObject, {
  description: 'A JSON object after a standard outside the schema (fi JSON-olio / sv JSON-objekt).',
  code: 'JSON_OBJECT_INVALID',
  message: 'This is not a JSON object.',
});

/**
 * A Finnish personal identity code (henkilötunnus / personbeteckning); its date, separator and check character are verified.
 *
 * Refuses all else with PERSONAL_IDENTITY_CODE_INVALID.
 */
export const PersonalIdentityCodeScalar = withoutEcho(
  new GraphQLScalarType<string, string>({
    name: 'PersonalIdentityCode',
    serialize: identityCode,
    parseValue: identityCode,
    parseLiteral: (node) => identityCode(node.kind === Kind.STRING ? node.value : undefined),
  }),
  {
    description: 'A Finnish personal identity code, for instance 150382-901A (fi henkilötunnus / sv personbeteckning).',
    code: 'PERSONAL_IDENTITY_CODE_INVALID',
    message: 'This is not a personal identity code (henkilötunnus).',
  },
);

function identityCode(value: unknown): string {
  if (typeof value === 'string' && isIdentityCode(value)) return value;
  throw new TypeError();
}

interface Refusal {
  readonly description: string;
  readonly code: string;
  readonly message: string;
}

/** A scalar that refuses a value without repeating it: a value in the wrong place may be somebody's identity code. */
function withoutEcho<Internal, External>(
  scalar: GraphQLScalarType<Internal, External>,
  { description, code, message }: Refusal,
): GraphQLScalarType<Internal, External> {
  const quiet =
    <Given extends unknown[], Result>(read: (...given: Given) => Result) =>
    (...given: Given): Result => {
      try {
        return read(...given);
      } catch {
        throw new GraphQLError(message, { extensions: { code } });
      }
    };
  const { serialize, parseValue, parseLiteral, ...config } = scalar.toConfig();
  return new GraphQLScalarType({
    ...config,
    description,
    serialize: quiet(serialize),
    parseValue: quiet(parseValue),
    parseLiteral: quiet(parseLiteral),
  });
}
