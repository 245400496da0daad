/** graphql-js quotes values after these words; names of fields, types and variables stand before them. */
const VALUE_FOLLOWS =
  /(invalid value|found|non-enum value|representable|cannot represent [a-z0-9 -]*value:?|Got)\s.*$/is;

/** An identity code wherever it may still stand. */
const IDENTITY_CODE = /\d{6}[-+A-FU-Y]\d{3}[0-9A-Y]/gi;

/** A message of graphql-js without the values that it quotes: one of them may be an identity code. */
export function redact(message: string): string {
  return message
    .replace(VALUE_FOLLOWS, '$1 […]')
    .replace(/^Value "[^"]*"/, 'Value "[…]"')
    .replace(/"[^"]{65,}"/g, '"[…]"')
    .replace(IDENTITY_CODE, '[…]');
}
