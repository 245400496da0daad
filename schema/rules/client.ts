import type { Fault } from '../fault.ts';
import type { Graph } from '../graph.ts';
import { applied, argument, coordinate, fieldsOf, namedType, type Sdl } from '../sdl.ts';

/** The personal identity code, and all else that tells who it is, is never a key between subgraphs. */
export function* clientIsKeyedById({ name, types }: Sdl): Iterable<Fault> {
  const client = types.get('Client');
  if (client === undefined) return;
  const keys = applied(client, 'key').map((key) => argument(key, 'fields')?.trim());
  if (keys.length > 0 && keys.every((key) => key === 'id')) return;
  yield {
    code: 'CLIENT_KEY',
    subgraph: name,
    coordinate: 'Client',
    message: 'a client has one key, the opaque id: write @key(fields: "id") and no other.',
  };
}

/** The gateway tells a client by the type's name before it fetches: behind another name nobody would be decided on. */
export function* clientIsItsOwnType(sdl: Sdl): Iterable<Fault> {
  const message = 'a client is known by the name Client alone: it implements no interface and joins no union.';
  for (const { name, members, interfaces } of sdl.types.values()) {
    if (members.includes('Client') || (name === 'Client' && interfaces.length > 0)) {
      yield { code: 'CLIENT_ABSTRACT', subgraph: sdl.name, coordinate: name, message };
    }
  }
}

/** The decision and the log entry name the clients that the root fields lead to, and no others. */
export function* nothingBelowAClientLeadsToAClient(sdl: Sdl, graph: Graph): Iterable<Fault> {
  for (const [type, field] of fieldsOf(sdl)) {
    const below = type.name === 'Client' || (graph.isBelowClient(type.name) && !graph.isPublic(type.name));
    if (!below || !graph.mayBeClient(namedType(field.type))) continue;
    yield {
      code: 'CLIENT_BELOW_CLIENT',
      subgraph: sdl.name,
      coordinate: coordinate(type, field),
      message: 'it leads from one client to another, who would be read unlogged: give the id instead.',
    };
  }
}

/** When a consent changes meanwhile, a query is decided and fetched again; a mutation is never sent twice. */
export function* onlyQueriesLeadToAClient({ name, types, roots }: Sdl, graph: Graph): Iterable<Fault> {
  for (const root of [...roots.mutation, ...roots.subscription]) {
    for (const field of types.get(root)?.fields ?? []) {
      if (!graph.leadsToClient(namedType(field.type))) continue;
      yield {
        code: 'MUTATION_LEADS_TO_CLIENT',
        subgraph: name,
        coordinate: `${root}.${field.name.value}`,
        message:
          'its payload leads to a client, and it cannot be run again when a consent changes meanwhile: return the id, and let a query ask for the client.',
      };
    }
  }
}
