import { describe, expect, it } from 'vitest';
import { client, expectComposes, expectFault, faultsOf } from '../compositions.ts';

const HOUSING = '@category(name: "HOUSING")';

describe('personal data has a category', () => {
  const fault = {
    code: 'CATEGORY_MISSING',
    coordinate: 'Client.housing',
    message: 'a field on Client is personal data: give it a @category.',
  };

  it('a field on Client names one', () => {
    expectComposes({ social: client(`housing: Housing ${HOUSING}`).concat('type Housing { since: String! }') });
    expectFault({ social: client('housing: String') }, fault);
  });

  it('so does a field of an extension', () => {
    expectFault({ social: 'extend type Client @key(fields: "id") { id: ID! housing: String }' }, fault);
    expectFault({ social: `${client('')} extend type Client { housing: String }` }, fault);
  });

  it('so does a field of the hub’s own subgraphs', () => {
    expectFault({ consents: client('housing: String') }, fault);
  });

  it('a nested field inherits the one above it, and may narrow it with its own', () => {
    const supergraph = expectComposes({
      social: `${client(`housing: Housing ${HOUSING}`)}
        type Housing { since: String! benefit: String @category(name: "BENEFITS") }`,
    });
    expect(supergraph).toMatch(/housing: Housing .*@category\(name: "HOUSING"\)/);
    expect(supergraph).toMatch(/benefit: String @category\(name: "BENEFITS"\)/);
  });

  it('a field that another agency answers for has its category there', () => {
    expectComposes({
      sentences: client('releaseDate: String @category(name: "CUSTODY")'),
      employment: client(`releaseDate: String @external
        meetings: [String!] @requires(fields: "releaseDate") @category(name: "EMPLOYMENT") @category(name: "CUSTODY")`),
    });
  });
});

describe('a category is one of the contract', () => {
  it.each([
    ['"HOUSNG"', 'HOUSNG is not a category of schema/categories.ts.'],
    ['"housing"', 'housing is not a category of schema/categories.ts.'],
    ['"constructor"', 'constructor is not a category of schema/categories.ts.'],
    ['""', 'an empty name is not a category of schema/categories.ts.'],
  ])('%s is none', (name, message) => {
    const fault = { code: 'CATEGORY_UNKNOWN', message };
    expectFault({ social: client(`x: Int @category(name: ${name})`) }, { ...fault, coordinate: 'Client.x' });
    expectFault(
      { social: `${client(`h: Housing ${HOUSING}`)} type Housing { since: String @category(name: ${name}) }` },
      { ...fault, coordinate: 'Housing.since' },
    );
  });
});

describe('a categorised field can be denied', () => {
  const fault = {
    code: 'CATEGORISED_FIELD_NON_NULL',
    message: 'a denial makes the field null, and a non-null field would take its parent with it: make it nullable.',
  };

  it.each(['String!', '[String]!', '[String!]!', '[[String!]!]!'])('%s cannot', (type) => {
    expectFault({ social: client(`x: ${type} ${HOUSING}`) }, { ...fault, coordinate: 'Client.x' });
  });

  it.each(['String', '[String!]', '[[String!]!]'])('%s can', (type) => {
    expectComposes({ social: client(`x: ${type} ${HOUSING}`) });
  });

  it('nor below another one, or on an interface', () => {
    expectFault(
      { social: `${client(`h: Housing ${HOUSING}`)} type Housing { since: String! ${HOUSING} }` },
      { ...fault, coordinate: 'Housing.since' },
    );
    expect(
      faultsOf({
        social: `${client(`homes: [Home!] ${HOUSING}`)}
          interface Home { id: ID } extend interface Home { since: String! ${HOUSING} }
          type Flat implements Home { id: ID since: String! ${HOUSING} }`,
      }).map(({ code, coordinate }) => [code, coordinate]),
    ).toEqual([
      [fault.code, 'Home.since'],
      [fault.code, 'Flat.since'],
    ]);
  });
});

describe('a field has the same categories everywhere', () => {
  it('where several subgraphs answer for it', () => {
    const shared = (category: string) =>
      `${client(`h${category}: Housing @category(name: "${category}")`)}
      type Housing @shareable { note: String @category(name: "${category}") }`;
    const faults = faultsOf({ social: shared('HOUSING'), employment: shared('EMPLOYMENT') });
    expect(faults).toEqual([
      {
        code: 'CATEGORIES_DIFFER',
        subgraph: 'social',
        coordinate: 'Housing.note',
        message: 'employment names EMPLOYMENT too: a shared field has the same categories everywhere.',
      },
      {
        code: 'CATEGORIES_DIFFER',
        subgraph: 'employment',
        coordinate: 'Housing.note',
        message: 'social names HOUSING too: a shared field has the same categories everywhere.',
      },
    ]);
  });

  it('a subgraph that leaves it out would serve it unenforced', () => {
    const housing = (category: string) => `type Housing @shareable { note: String ${category} }`;
    expectFault(
      {
        employment: client('job: Housing @category(name: "EMPLOYMENT")') + housing(''),
        social: client(`h: Housing ${HOUSING}`) + housing(HOUSING),
      },
      {
        code: 'CATEGORIES_DIFFER',
        coordinate: 'Housing.note',
        message: 'social names HOUSING too: a shared field has the same categories everywhere.',
      },
    );
  });
});

describe('an implementation keeps the categories of its interface', () => {
  const homes = (own: string) => `${client(`homes: [Home!] ${HOUSING}`)}
    interface Home { need: String @category(name: "SOCIAL_SERVICES") }
    type Flat implements Home { need: String ${own} }`;

  it('else the value would be open under the type’s name', () => {
    expectFault(
      { social: homes('') },
      {
        code: 'INTERFACE_CATEGORY_MISSING',
        coordinate: 'Flat.need',
        message: 'Home gives the field SOCIAL_SERVICES: declare @category(name: "SOCIAL_SERVICES") here too.',
      },
    );
    expectFault(
      { social: `${homes('').replace('{ need: String  }', '{ id: ID }')} extend type Flat { need: String }` },
      {
        code: 'INTERFACE_CATEGORY_MISSING',
        coordinate: 'Flat.need',
        message: 'Home gives the field SOCIAL_SERVICES: declare @category(name: "SOCIAL_SERVICES") here too.',
      },
    );
  });

  it('and may add its own', () => {
    expectComposes({ social: homes('@category(name: "SOCIAL_SERVICES") @category(name: "BENEFITS")') });
  });
});

describe('an agency files its data under a category of its own', () => {
  const fault = (sources: string) => ({
    code: 'CATEGORY_OF_ANOTHER',
    coordinate: 'Client.benefits',
    message: `its categories belong to ${sources}: name one whose source is HEALTH_CARE.`,
  });

  it('not under another’s, whose own register it would become', () => {
    expectFault({ health: client('benefits: Int @category(name: "BENEFITS")') }, fault('SOCIAL_SERVICES'));
    expectFault(
      { health: client('benefits: Int @category(name: "BENEFITS") @category(name: "CUSTODY")') },
      fault('SOCIAL_SERVICES, PRISON_SERVICE'),
    );
  });

  it('but may name others beside it, and narrow what hangs below', () => {
    expectComposes({
      health: `${client('doses: Doses @category(name: "MEDICATION") @category(name: "CUSTODY")')}
        type Doses { unit: String @category(name: "CUSTODY") }`,
    });
  });
});
