import { readFileSync } from 'node:fs';
import { serialize } from 'node:v8';
import { type ObjectTypeDefinitionNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { narrowNames } from '../../gateway/narrow.ts';
import { serveSupergraph } from '../../gateway/served.ts';
import { SUBGRAPHS } from '../../schema/subgraphs.ts';

/** V8 writes a string as it holds it: `"` before one byte a character, `c` before two. */
function bytesACharacter(text: string): number {
  const tag = serialize(text)
    .subarray(2)
    .find((byte) => byte !== 0);
  return tag === '"'.charCodeAt(0) ? 1 : 2;
}

/** The names of a type's fields as keys, which is how a schema has them. */
function fieldsOf(text: string): string[] {
  const [type] = parse(text).definitions as ObjectTypeDefinitionNode[];
  return Object.keys(Object.fromEntries((type?.fields ?? []).map(({ name }) => [name.value, true])));
}

describe('the names of a schema with a description beyond Latin-1', () => {
  const schema = (tag: string) => `"""A client’s"""\ntype Of${tag} { few${tag}: Int manyMoreCharacters${tag}: Int }`;

  it('take two bytes a character as a parser cuts them', () => {
    // V8 12 and later copy what is short with one byte a character by themselves.
    const short = Number(process.versions.v8.split('.')[0]) < 12 ? 2 : 1;
    expect(fieldsOf(schema('Wide')).map(bytesACharacter)).toEqual([short, 2]);
  });

  it('take one where they were met before', () => {
    const text = schema('Narrow');
    narrowNames(text);
    const fields = fieldsOf(text);
    expect(fields).toEqual(['fewNarrow', 'manyMoreCharactersNarrow']);
    expect(fields.map(bytesACharacter)).toEqual([1, 1]);
    expect(bytesACharacter(`{${fields.join()}}`)).toBe(1);
  });

  it('take one in the supergraph that is served', async () => {
    // Put together here: what a program writes out has been met.
    const unmet = ['CareUnit', 'Unmet'].join('');
    const sdl = readFileSync('schema/supergraph.graphql', 'utf8').replaceAll(/\bCareUnit\b/g, unmet);
    const served = await serveSupergraph(sdl, {
      agencies: new Map(Object.keys(SUBGRAPHS).map((name) => [name, true])),
      trusted: new Map(),
      log() {},
    });
    try {
      const names = Object.keys(served.schema.getTypeMap()).filter((name) => /^CareUnit/.test(name));
      expect(names).toHaveLength(1);
      expect(sdl).toMatch(/[^ -ÿ\n]/);
      expect(names.map(bytesACharacter)).toEqual([1]);
    } finally {
      await served.retire();
    }
  });
});
