import { describe, it } from 'vitest';
import { client, expectComposes, expectFault } from '../compositions.ts';

const HOUSING = '@category(name: "HOUSING")';

describe('a client has one key', () => {
  const fault = {
    code: 'CLIENT_KEY',
    coordinate: 'Client',
    message: 'a client has one key, the opaque id: write @key(fields: "id") and no other.',
  };

  it.each([
    ['the identity code', '@key(fields: "id") @key(fields: "code")'],
    ['more than the id', '@key(fields: "id code")'],
    ['none', ''],
  ])('not %s', (_key, keys) => {
    expectFault({ social: `type Client ${keys} { id: ID! code: String ${HOUSING} }` }, fault);
  });

  it('nor another one by extension', () => {
    const code = `code: String ${HOUSING}`;
    expectFault({ social: `${client(code)} extend type Client @key(fields: "code")` }, fault);
  });
});

describe('a client is known by name', () => {
  const fault = {
    code: 'CLIENT_ABSTRACT',
    message: 'a client is known by the name Client alone: it implements no interface and joins no union.',
  };

  it('joins no union', () => {
    const social = `type Query { parties: [Party!]! } union Party = Client | Unit type Unit { code: String } ${client('')}`;
    expectFault({ clients: social }, { ...fault, coordinate: 'Party' });
    expectFault(
      { clients: social.replace('Client | Unit', 'Unit').concat(' extend union Party = Client') },
      { ...fault, coordinate: 'Party' },
    );
  });

  it('implements no interface', () => {
    const node = 'interface Node { id: ID! }';
    expectFault(
      { social: `${node} type Client implements Node @key(fields: "id") { id: ID! }` },
      { ...fault, coordinate: 'Client' },
    );
    expectFault(
      { social: `${node} ${client('')} extend type Client implements Node` },
      { ...fault, coordinate: 'Client' },
    );
  });
});

describe('nothing below a client leads to another', () => {
  const fault = {
    code: 'CLIENT_BELOW_CLIENT',
    message: 'it leads from one client to another, who would be read unlogged: give the id instead.',
  };

  it('neither at once nor further down', () => {
    expectFault({ social: client(`partner: Client ${HOUSING}`) }, { ...fault, coordinate: 'Client.partner' });
    expectFault(
      { social: `${client(`homes: [Home!] ${HOUSING}`)} type Home { tenants: [Client!] }` },
      { ...fault, coordinate: 'Home.tenants' },
    );
  });

  it('nor through an interface, a union or another subgraph’s part of a type', () => {
    expectFault(
      {
        social: `${client(`home: Home ${HOUSING}`)}
          interface Home { since: String } type Flat implements Home { since: String tenant: Client }`,
      },
      { ...fault, coordinate: 'Flat.tenant' },
    );
    expectFault(
      {
        social: `${client(`home: Home ${HOUSING}`)}
          union Home = Flat type Flat { note: Note } type Note { writer: Client }`,
      },
      { ...fault, coordinate: 'Note.writer' },
    );
    expectFault(
      {
        employment: 'type Note @shareable { text: String writer: Client } type Client @key(fields: "id") { id: ID! }',
        social: `${client(`note: Note ${HOUSING}`)} type Note @shareable { text: String }`,
      },
      { ...fault, coordinate: 'Note.writer' },
    );
  });

  it('a list of clients at the root is no such thing', () => {
    expectComposes({
      consents: `type Query { caseload: Page! } type Page { nodes: [Client!]! } ${client('')}`,
    });
  });
});

describe('only a query leads to a client', () => {
  const fault = {
    code: 'MUTATION_LEADS_TO_CLIENT',
    message:
      'its payload leads to a client, and it cannot be run again when a consent changes meanwhile: return the id, and let a query ask for the client.',
  };
  const GRANT = 'type Grant { by: Agent } type Agent { unit: Unit } type Unit { head: Client }';

  it.each(['clients', 'consents', 'auditing'])('a mutation of %s gives the id', (name) => {
    const query = name === 'clients' ? 'type Query { client: Client }' : '';
    const subgraph = (payload: string) => `${query} ${client('')} type Mutation { grant: ${payload} }`;
    expectComposes({ [name]: `${subgraph('Grant')} type Grant { clientId: ID! }` });
    expectFault({ [name]: subgraph('Client') }, { ...fault, coordinate: 'Mutation.grant' });
    expectFault({ [name]: subgraph('[Grant!]!') + GRANT }, { ...fault, coordinate: 'Mutation.grant' });
  });

  it('through no interface, union, root type or other name of the mutation type', () => {
    const mutation = (payload: string) => `${client('')} type Mutation { grant: ${payload} }`;
    expectFault(
      {
        consents:
          `${mutation('Done')} interface Done { at: String } ${GRANT.replace('Grant', 'Grant implements Done')}`.replace(
            '{ by',
            '{ at: String by',
          ),
      },
      { ...fault, coordinate: 'Mutation.grant' },
    );
    expectFault(
      { consents: `${mutation('Done')} union Done = Grant ${GRANT}` },
      { ...fault, coordinate: 'Mutation.grant' },
    );
    expectFault(
      { consents: `${mutation('Grant')} type Grant { query: Query } type Query { now: String }` },
      { ...fault, coordinate: 'Mutation.grant' },
    );
    expectFault(
      { consents: `schema { mutation: Changes } ${client('')} type Changes { grant: Client }` },
      { ...fault, coordinate: 'Changes.grant' },
    );
    expectFault(
      {
        consents: `schema { query: Asked } type Asked { now: String } ${mutation('Grant')} type Grant { query: Asked }`,
      },
      { ...fault, coordinate: 'Mutation.grant' },
    );
  });

  it('a subscription is like a mutation', () => {
    expectFault(
      { consents: `${client('')} type Subscription { changed: Client }` },
      { ...fault, coordinate: 'Subscription.changed' },
    );
  });
});
