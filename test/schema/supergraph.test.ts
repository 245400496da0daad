import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  buildASTSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { isCategory } from '../../schema/categories.ts';
import { composeSupergraph } from '../../schema/compose.ts';
import { categoriesOf } from '../../schema/directives.ts';
import { coordinate, fieldsOf, has, readSdl } from '../../schema/sdl.ts';
import { SUBGRAPH_NAMES } from '../../schema/subgraphs.ts';

const supergraph = await committed('supergraph.graphql');
const subgraphs = await Promise.all(
  SUBGRAPH_NAMES.map(async (name) => ({ name, sdl: await committed(`subgraphs/${name}.graphql`) })),
);
const schema = buildASTSchema(parse(supergraph), { assumeValid: true });
/** What a caller sees: without the types that tell the planner who serves what. */
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isSpecifiedScalarType(type) && !type.name.includes('__'),
);
/** type-graphql gives root types no description. */
const described = types.filter(({ name }) => name !== 'Query' && name !== 'Mutation');

describe('the committed supergraph', () => {
  it('is what the subgraphs compose to', async () => {
    const hub = fileURLToPath(new URL('../../bin/nivel.mjs', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [hub, 'compose', '--check', '--json']);
    expect(JSON.parse(stdout)).toEqual({ stale: [], faults: [] });
  });

  it('is what the committed SDL of each subgraph composes to', () => {
    const parts = subgraphs.map(({ name, sdl }) => ({ name, sdl, url: `http://${name}/graphql` }));
    expect(composeSupergraph(parts)).toBe(supergraph);
  });
});

describe('descriptions', () => {
  const TERMS = /\(fi [^/()]+ \/ sv [^/()]+\)\.$/;

  it.each(described)('$name has one with the Finnish and the Swedish term', ({ description }) => {
    expect(description).toMatch(TERMS);
  });

  it.each(types.filter((type) => isObjectType(type) || isInterfaceType(type)))(
    'so has every field of $name',
    (type) => {
      for (const field of Object.values(type.getFields())) {
        expect(field.description, field.name).toMatch(TERMS);
        for (const argument of field.args)
          expect(argument.description, `${field.name}(${argument.name}:)`).toMatch(TERMS);
      }
    },
  );

  it.each(types.filter(isInputObjectType))('so has every field of $name', (type) => {
    for (const field of Object.values(type.getFields())) expect(field.description, field.name).toMatch(TERMS);
  });

  it.each(types.filter(isEnumType))('so has every value of $name', (type) => {
    for (const value of type.getValues()) expect(value.description, value.name).toMatch(/\(fi .+ \/ sv .+\)\.$/);
  });
});

describe('categories', () => {
  const composed = new Map<string, readonly string[]>();
  for (const [type, field] of fieldsOf(readSdl('supergraph', parse(supergraph)))) {
    composed.set(coordinate(type, field), categoriesOf(field));
  }

  it('are on every field of Client but the id', () => {
    const onClient = [...composed].filter(([at]) => at.startsWith('Client.') && at !== 'Client.id');
    expect(onClient.length).toBeGreaterThan(20);
    for (const [at, categories] of onClient) {
      expect(categories, at).not.toEqual([]);
      expect(categories.every(isCategory), at).toBe(true);
    }
  });

  it.each(subgraphs)('are those that $name declares, on Client and below', ({ name, sdl }) => {
    for (const [type, field] of fieldsOf(readSdl(name, parse(sdl)))) {
      if (has(field, 'external')) continue;
      const at = coordinate(type, field);
      expect([...(composed.get(at) ?? [])].sort(), at).toEqual([...categoriesOf(field)].sort());
    }
  });
});

function committed(path: string): Promise<string> {
  return readFile(new URL(`../../schema/${path}`, import.meta.url), 'utf8');
}
