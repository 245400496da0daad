import { describe, expect, it } from 'vitest';
import { CompositionError, composeSupergraph } from '../../schema/compose.ts';
import { SDL_HEADER } from '../../schema/directives.ts';
import { client, expectComposes, expectFault, faultsOf } from './compositions.ts';

// The contract’s own rules have their tests in test/schema/rules/.

describe('the supergraph', () => {
  it('carries every category of a field, and what is public', () => {
    const supergraph = expectComposes({
      sentences: `${client('releaseDate: String @category(name: "CUSTODY")')}
        type Query { units: [Unit!]! } type Unit @publicReference { code: ID! }`,
      employment: client(`releaseDate: String @external
        meetings: [String!] @requires(fields: "releaseDate") @category(name: "EMPLOYMENT") @category(name: "CUSTODY")`),
    });
    expect(supergraph).toMatch(/releaseDate: String @join__field\(.*\) @category\(name: "CUSTODY"\)/);
    expect(supergraph).toMatch(/meetings: .* @category\(name: "EMPLOYMENT"\) @category\(name: "CUSTODY"\)/);
    expect(supergraph).toMatch(/type Unit\s+@join__type\(graph: SENTENCES\)\s+@publicReference/);
  });

  it('is the same text every time', () => {
    const sdls = { social: client('housing: String @category(name: "HOUSING")') };
    expect(expectComposes(sdls)).toBe(expectComposes(sdls));
  });
});

describe('a composition that fails', () => {
  it('names all faults at once, with subgraph and coordinate', () => {
    const sdl = `${SDL_HEADER} type Query { client: Client } ${client('a: Int b: Int! @category(name: "HOUSNG")')}`;
    const compose = () => composeSupergraph([{ name: 'clients', url: 'http://clients/graphql', sdl }]);
    expect(compose).toThrow(CompositionError);
    expect(compose).toThrow(
      [
        'CATEGORY_MISSING clients Client.a: a field on Client is personal data: give it a @category.',
        'CATEGORY_UNKNOWN clients Client.b: HOUSNG is not a category of schema/categories.ts.',
        'CATEGORISED_FIELD_NON_NULL clients Client.b: a denial makes the field null, and a non-null field would take its parent with it: make it nullable.',
      ].join('\n'),
    );
  });

  it('names the place in a text that does not parse', () => {
    expectFault(
      { social: 'type Housing {' },
      {
        code: 'INVALID_GRAPHQL',
        coordinate: '-',
        message: expect.stringMatching(/^Syntax Error: Expected Name, found <EOF>\. Line \d+, column \d+\.$/),
      },
    );
  });

  it('names a subgraph that takes another’s name', () => {
    const clients = {
      name: 'clients',
      url: 'http://clients/graphql',
      sdl: `${SDL_HEADER} type Query { client: Client } ${client('')}`,
    };
    const compose = () => composeSupergraph([clients, clients]);
    expect(compose).toThrow('SUBGRAPH_TWICE clients -: another subgraph has the name.');
  });
});

describe('Apollo’s errors', () => {
  // Of both agencies: each files a shared field under a category of its own.
  const HOUSING = '@category(name: "HOUSING") @category(name: "EMPLOYMENT")';

  it.each([
    [
      'FIELD_TYPE_MISMATCH',
      'Client.h',
      'social, employment',
      client(`h: Int @shareable ${HOUSING}`),
      client(`h: String @shareable ${HOUSING}`),
    ],
    [
      'INVALID_FIELD_SHARING',
      'Client.h',
      'social, employment',
      client(`h: Int ${HOUSING}`),
      client(`h: Int ${HOUSING}`),
    ],
    [
      'FIELD_ARGUMENT_TYPE_MISMATCH',
      'Client.h(a:)',
      'social, employment',
      client(`h(a: Int): Int @shareable ${HOUSING}`),
      client(`h(a: ID): Int @shareable ${HOUSING}`),
    ],
    ['INVALID_GRAPHQL', 'Home', 'social', client(`h: Home ${HOUSING}`), client('')],
    ['INVALID_GRAPHQL', '@override', 'social', client(`h: Int @override(from: "a") ${HOUSING}`), client('')],
    [
      'INVALID_GRAPHQL',
      'Home.a',
      'social',
      `interface Home { a: Int } type Flat implements Home { b: Int } ${client('')}`,
      client(''),
    ],
    ['EXTERNAL_UNUSED', 'Client.name', 'social', client('name: String @external'), client('')],
    [
      'TYPE_KIND_MISMATCH',
      'Home',
      'social, employment',
      `scalar Home ${client('')}`,
      `enum Home { FLAT } ${client('')}`,
    ],
    [
      'ENUM_VALUE_MISMATCH',
      'Home',
      'social, employment',
      `enum Home { FLAT } ${client(`h(a: Home): Home @shareable ${HOUSING}`)}`,
      `enum Home { HOUSE } ${client(`h(a: Home): Home @shareable ${HOUSING}`)}`,
    ],
    ['KEY_INVALID_FIELDS', 'Unit', 'social', 'type Unit @publicReference @key(fields: "x") { code: ID! }', client('')],
  ])('%s names %s in %s', (code, coordinate, subgraph, social, employment) => {
    const faults = faultsOf({ social, employment });
    expect(faults).toContainEqual({ code, coordinate, subgraph, message: expect.not.stringMatching(/^\[/) });
  });

  it('have no coordinate when their message has none', () => {
    expectFault(
      { clients: client('') },
      {
        code: 'NO_QUERIES',
        subgraph: '-',
        coordinate: '-',
        message: 'No queries found in any subgraph: a supergraph must have a query root type.',
      },
    );
  });
});
