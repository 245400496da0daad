import { expect } from 'vitest';
import { CompositionError, composeSupergraph } from '../../schema/compose.ts';
import { SDL_HEADER } from '../../schema/directives.ts';
import type { Fault } from '../../schema/fault.ts';

/** Subgraph name → its SDL; the contract’s head is put before a text that does not begin with one. `clients` is there unless given. */
export type Sdls = Readonly<Record<string, string>>;

const CLIENTS = `
  type Query { client(id: ID!): Client }
  type Client @key(fields: "id") {
    id: ID!
    name: String @category(name: "IDENTITY_CONTACT")
  }
`;

/** A client of an agency, with these fields. */
export function client(fields: string): string {
  return `type Client @key(fields: "id") { id: ID! ${fields} }`;
}

/** The supergraph of subgraphs that keep the contract. */
export function expectComposes(sdls: Sdls): string {
  return composeSupergraph(subgraphs(sdls));
}

/** Composition fails with this fault, and with no other. The first agency of `sdls` is to blame unless the fault says who. */
export function expectFault(sdls: Sdls, fault: Omit<Fault, 'subgraph'> & { readonly subgraph?: string }): void {
  expect(faultsOf(sdls)).toEqual([{ subgraph: Object.keys(sdls)[0], ...fault }]);
}

/** The faults of a composition; none when it succeeds. */
export function faultsOf(sdls: Sdls): readonly Fault[] {
  try {
    composeSupergraph(subgraphs(sdls));
    return [];
  } catch (error) {
    if (error instanceof CompositionError) return error.faults;
    throw error;
  }
}

function subgraphs(sdls: Sdls) {
  return Object.entries({ clients: CLIENTS, ...sdls }).map(([name, sdl]) => ({
    name,
    url: `http://${name}/graphql`,
    sdl: sdl.startsWith('extend schema') ? sdl : SDL_HEADER + sdl,
  }));
}
