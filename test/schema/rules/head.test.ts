import { describe, expect, it } from 'vitest';
import { SDL_HEADER } from '../../../schema/directives.ts';
import { client, expectComposes, expectFault, faultsOf } from '../compositions.ts';

const HOUSING = client('housing: String @category(name: "HOUSING")');
const END = ': begin the SDL with SDL_HEADER of schema/directives.ts.';

/** The contract’s head with one thing otherwise. */
function head(before: string | RegExp, after: string): string {
  const changed = SDL_HEADER.replace(before, after);
  expect(changed).not.toBe(SDL_HEADER);
  return changed;
}

describe('a subgraph begins with the contract’s head', () => {
  it.each([
    [
      'a renamed @category',
      /(import: \[)"@category"/,
      '$1{ name: "@category", as: "@c" }',
      '@category',
      'it is imported as @c',
    ],
    ['a renamed @key', '"@key"', '{ name: "@key", as: "@k" }', '@key', 'it is imported as @k'],
    [
      '@interfaceObject',
      '"@key"',
      '"@key", "@interfaceObject"',
      '@interfaceObject',
      'the contract does not know the directive',
    ],
    ['@override', '"@key"', '"@key", "@override"', '@override', 'the contract does not know the directive'],
    ['no @category', '"@category", ', '', '@category', 'it is not imported'],
    [
      '@category left at home',
      '@composeDirective(name: "@category")',
      '',
      '@category',
      'it is not composed into the supergraph',
    ],
    [
      'another @category',
      'category(name: String!)',
      'category(also: Int, name: String!)',
      '@category',
      'its definition is not that of the contract',
    ],
    [
      'a @category by default',
      'category(name: String!)',
      'category(name: String! = "HOUSING")',
      '@category',
      'its definition is not that of the contract',
    ],
    [
      '@publicReference on interfaces',
      'on OBJECT',
      'on OBJECT | INTERFACE',
      '@publicReference',
      'its definition is not that of the contract',
    ],
    [
      'a renamed specification',
      'federation/v2.9",',
      'federation/v2.9", as: "fed",',
      '@link',
      'https://specs.apollo.dev/federation/v2.9 is linked as fed',
    ],
    [
      'a foreign specification',
      '@link',
      '@link(url: "https://specs.apollo.dev/connect/v0.1") @link',
      '@link',
      'https://specs.apollo.dev/connect/v0.1 is no specification of the contract',
    ],
  ])('not with %s', (_what, before, after, coordinate, problem) => {
    expectFault(
      { social: head(before, after) + HOUSING },
      { code: 'HEAD_DIFFERS', coordinate, message: problem + END },
    );
  });

  it('and never without one', () => {
    const faults = faultsOf({ social: `extend schema { query: Query } ${HOUSING}` });
    expect(faults.map(({ code, coordinate, message }) => [code, coordinate, message])).toEqual([
      ['HEAD_DIFFERS', '@link', `https://specs.apollo.dev/federation/v2.9 is not linked${END}`],
      ['HEAD_DIFFERS', '@category', `it is not imported${END}`],
      ['HEAD_DIFFERS', '@publicReference', `it is not imported${END}`],
    ]);
  });

  it('but may import less, and describe the directives otherwise', () => {
    expectComposes({ social: head('"@external", "@requires", "@provides", ', '') + HOUSING });
    expectComposes({ social: head(/"""The data category.*"""/, '') + HOUSING });
  });
});

describe('a directive goes by its own name', () => {
  it.each([
    ['Client', `type Client @key(fields: "id") @federation__interfaceObject { id: ID! }`],
    ['Client.home', client('home: String @federation__override(from: "clients") @category(name: "HOUSING")')],
    ['Client.x', client('x(by: Int @federation__inaccessible): Int @category(name: "HOUSING")')],
    ['Shade.DARK', `enum Shade { DARK @federation__inaccessible } ${HOUSING}`],
  ])('at %s', (coordinate, social) => {
    const directive = /@federation__\w+/.exec(social)?.[0];
    expectFault(
      { social },
      {
        code: 'DIRECTIVE_NOT_IMPORTED',
        coordinate,
        message: `${directive} is used past the head: use the directives that SDL_HEADER imports, by their own names.`,
      },
    );
  });
});
