import { registerEnumType } from 'type-graphql';
import type { Names } from '../schema/categories.ts';

type CodeEnum<Code extends string> = Readonly<Record<Code, Code>>;

/**
 * Makes a GraphQL enum of a code list of `schema/codes`; use what it returns as the type of a field.
 *
 * Each value's description is its English name with the Finnish and the Swedish one.
 */
export function registerCodes<Code extends string>(
  name: string,
  description: string,
  codes: Readonly<Record<Code, Names>>,
): CodeEnum<Code> {
  const keys = Object.keys(codes) as Code[];
  const values = Object.fromEntries(keys.map((key) => [key, key])) as CodeEnum<Code>;
  const valuesConfig = Object.fromEntries(keys.map((key) => [key, { description: describe(codes[key]) }]));
  registerEnumType<CodeEnum<Code>>(values, { name, description, valuesConfig: valuesConfig as never });
  return values;
}

function describe({ fi, sv, en }: Names): string {
  return `${en} (fi ${fi} / sv ${sv}).`;
}
