import { describe, expect, it } from 'vitest';
import { client, expectComposes, expectFault, faultsOf } from '../compositions.ts';

const CUSTODY = '@category(name: "CUSTODY")';
const UNIT = 'type Unit @publicReference { code: String! }';

describe('an agency’s root field returns no personal data', () => {
  const fault = (type: string, coordinate: string) => ({
    code: 'ROOT_FIELD_PERSONAL',
    coordinate,
    message: `an agency offers only public reference data at its root, and ${type} is none: hang personal data on Client, or declare the type @publicReference.`,
  });
  const sentence = `${client(`sentences: [Sentence!] ${CUSTODY}`)} type Sentence { days: Int }`;

  it.each([
    ['a client', 'x: Client', '', 'Client'],
    ['a type that hangs below Client too', 'x: [Sentence!]!', '', 'Sentence'],
    ['a type around it', 'x: Page!', 'type Page { edges: [Edge!]! } type Edge { node: Sentence }', 'Page'],
    ['a union of it', 'x: Found', `union Found = Unit | Sentence ${UNIT}`, 'Found'],
    ['an extended union of it', 'x: Found', `union Found = Unit extend union Found = Sentence ${UNIT}`, 'Found'],
    ['an interface of it', 'x: Term', 'interface Term { days: Int } extend type Sentence implements Term', 'Term'],
    ['rows that no client leads to', 'x: [Row!]!', 'type Row { clientId: ID! offence: String }', 'Row'],
    ['a scalar, which may be anything', 'x(code: String!): String', '', 'String'],
  ])('not %s', (_what, field, types, returned) => {
    expectFault({ sentences: `type Query { ${field} } ${sentence} ${types}` }, fault(returned, 'Query.x'));
  });

  it('not in an extension, nor under another name of the root type', () => {
    expectFault({ sentences: `${sentence} extend type Query { x: Sentence }` }, fault('Sentence', 'Query.x'));
    expectFault(
      { sentences: `schema { query: RootQuery } type RootQuery { x: Sentence } ${sentence}` },
      fault('Sentence', 'RootQuery.x'),
    );
    expectFault(
      { sentences: `type RootQuery { x: Sentence } extend schema { query: RootQuery } ${sentence}` },
      fault('Sentence', 'RootQuery.x'),
    );
  });

  it('not by a mutation', () => {
    expectFault({ sentences: `type Mutation { x: Sentence } ${sentence}` }, fault('Sentence', 'Mutation.x'));
  });

  it('not by way of a type that another subgraph keeps for itself', () => {
    const found = faultsOf({
      sentences:
        'type Query { x: [Place!]! } interface Place { code: String } type Unit implements Place @publicReference { code: String }',
      social: `${client(`shelter: Shelter @category(name: "HOUSING")`)}
        interface Place { code: String } type Shelter implements Place { code: String }`,
    });
    expect(found).toEqual([{ ...fault('Place', 'Query.x'), subgraph: 'sentences' }]);
  });

  it('but public reference data, also by union and interface', () => {
    expectComposes({
      sentences: `type Query { units: [Unit!]! places: [Place!]! named: [Named!]! } ${sentence}
        type Unit implements Named @publicReference { code: String! }
        type Court implements Named @publicReference { code: String! }
        interface Named { code: String! }
        union Place = Unit | Court`,
    });
  });

  it('and what it likes below the hub’s own', () => {
    expectComposes({ auditing: 'type Query { entries: [Entry!]! count: Int } type Entry { at: String client: ID }' });
  });
});

describe('only clients and public reference data are entities', () => {
  const fault = (coordinate: string) => ({
    code: 'ENTITY_NOT_PUBLIC',
    coordinate,
    message: 'only Client and public reference data have a @key: remove it, or declare the type @publicReference.',
  });

  it('not a sentence, nor an interface', () => {
    expectFault({ sentences: 'type Sentence @key(fields: "id") { id: ID! }' }, fault('Sentence'));
    expectFault({ sentences: 'type Sentence { id: ID! } extend type Sentence @key(fields: "id")' }, fault('Sentence'));
    expectFault({ sentences: 'interface Term @key(fields: "id") { id: ID! }' }, fault('Term'));
  });

  it('but a unit', () => {
    expectComposes({
      sentences: `type Query { units: [Unit!]! } type Unit @key(fields: "code") @publicReference { code: ID! }`,
    });
  });
});

describe('public reference data leads to nobody', () => {
  const leadsTo = (type: string, coordinate: string) => ({
    code: 'PUBLIC_REFERENCE_PERSONAL',
    coordinate,
    message: `public reference data leads to ${type}, which is not declared so: remove the field, or declare @publicReference.`,
  });
  const unit = (fields: string) => `type Unit @publicReference { code: ID! ${fields} }`;

  it.each([
    ['a client', 'x: [Client!]!', '', 'Client'],
    [
      'what hangs below a client',
      'x: Cell',
      `extend type Client { cell: Cell ${CUSTODY} } type Cell { no: Int }`,
      'Cell',
    ],
    ['a type around it', 'x: Page', 'type Page { nodes: [Client!]! }', 'Page'],
    [
      'a union of it',
      'x: Held',
      `union Held = Cell | Court type Cell { no: Int } type Court @publicReference { no: Int }`,
      'Held',
    ],
    ['an interface of it', 'x: Held', 'interface Held { no: Int } type Cell implements Held { no: Int }', 'Held'],
    ['a root type', 'x: Query', 'type Query { unit: Unit }', 'Query'],
  ])('not to %s', (_what, field, types, type) => {
    expectFault({ sentences: `${client('')} ${unit(field)} ${types}` }, leadsTo(type, 'Unit.x'));
  });

  it('also in an extension', () => {
    expectFault(
      { sentences: `${client(`unit: Unit ${CUSTODY}`)} ${unit('')} extend type Unit { x: Client }` },
      leadsTo('Client', 'Unit.x'),
    );
  });

  it('has no category', () => {
    expectFault(
      { sentences: unit(`x: String ${CUSTODY}`) },
      {
        code: 'PUBLIC_REFERENCE_PERSONAL',
        coordinate: 'Unit.x',
        message: 'public reference data has no category: hang the field on Client.',
      },
    );
  });

  it('is neither Client nor a root type', () => {
    const fault = {
      code: 'PUBLIC_REFERENCE_PERSONAL',
      message: 'everything personal hangs on it: it is no public reference data.',
    };
    expectFault(
      { auditing: 'type Query @publicReference { count: Int }', clients: client('') },
      { ...fault, coordinate: 'Query' },
    );
    expectFault(
      { clients: 'type Query { client: Client } type Client @key(fields: "id") @publicReference { id: ID! }' },
      { ...fault, coordinate: 'Client' },
    );
  });

  it('is declared by every subgraph that has it', () => {
    expectFault(
      { social: 'type Unit @shareable { code: String! }', sentences: UNIT.replace('@public', '@shareable @public') },
      {
        code: 'PUBLIC_REFERENCE_DISPUTED',
        coordinate: 'Unit',
        message: 'sentences declares it @publicReference: declare it here too, or give the type another name.',
      },
    );
  });
});

describe('only public reference data is provided', () => {
  it('not a client’s, by an agency that does not keep it', () => {
    expectFault(
      {
        consents: `type Query { caseload: [Client!]! @provides(fields: "name") } ${client('name: String @external')}`,
      },
      {
        code: 'PROVIDES_PERSONAL',
        coordinate: 'Query.caseload',
        message: 'only the agency that keeps personal data answers for it: remove @provides.',
      },
    );
  });

  it('but a unit’s', () => {
    const unit = (name: string) => `type Unit @key(fields: "code") @publicReference { code: ID! ${name} }`;
    expectComposes({
      sentences: `type Query { units: [Unit!]! } ${unit('name: String @shareable')}`,
      social: `type Query { nearest: Unit @provides(fields: "name") } ${unit('name: String @external')}`,
    });
  });
});
