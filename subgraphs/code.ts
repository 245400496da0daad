import { Directive, Field, ObjectType } from 'type-graphql';
import type { Names } from '../schema/categories.ts';

/** A code with its names; every subgraph may define it, alike. */
@ObjectType({ description: 'A code with its names (fi koodi / sv kod).' })
@Directive('@publicReference')
@Directive('@shareable')
export class CodeName {
  @Field(() => String, { description: 'The code itself (fi koodi / sv kod).' })
  readonly code: string;

  @Field(() => String, { description: 'Name in Finnish (fi suomeksi / sv på finska).' })
  readonly fi: string;

  @Field(() => String, { description: 'Name in Swedish (fi ruotsiksi / sv på svenska).' })
  readonly sv: string;

  @Field(() => String, { description: 'Name in English (fi englanniksi / sv på engelska).' })
  readonly en: string;
}

/** A code that the list does not know is its own name: registries are older than code lists. */
export function codeName(codes: Readonly<Record<string, Names>>, code: string): CodeName {
  const names = Object.hasOwn(codes, code) ? codes[code] : undefined;
  return { code, fi: names?.fi ?? code, sv: names?.sv ?? code, en: names?.en ?? code };
}
