import { categoriesOf } from '../directives.ts';
import type { Fault } from '../fault.ts';
import type { Graph } from '../graph.ts';
import { coordinate, fieldsOf, has, namedType, type Sdl } from '../sdl.ts';
import { isSubgraph, SUBGRAPHS } from '../subgraphs.ts';

/**
 * Only the hub's own subgraphs lead to a client; no data below an agency's root field is decided on.
 *
 * So it must be declared public. A bare scalar can be declared nothing, and may be anything.
 */
export function* agenciesOfferPublicRootFields({ name, types, roots }: Sdl, graph: Graph): Iterable<Fault> {
  if (isSubgraph(name) && SUBGRAPHS[name].own) return;
  for (const root of Object.values(roots).flatMap((names) => [...names])) {
    for (const field of types.get(root)?.fields ?? []) {
      const type = namedType(field.type);
      if (graph.isPublic(type)) continue;
      yield {
        code: 'ROOT_FIELD_PERSONAL',
        subgraph: name,
        coordinate: `${root}.${field.name.value}`,
        message: `an agency offers only public reference data at its root, and ${type} is none: hang personal data on Client, or declare the type @publicReference.`,
      };
    }
  }
}

export function* onlyClientsAndPublicReferencesAreEntities({ name, types }: Sdl): Iterable<Fault> {
  for (const type of types.values()) {
    if (!has(type, 'key') || type.name === 'Client' || has(type, 'publicReference')) continue;
    yield {
      code: 'ENTITY_NOT_PUBLIC',
      subgraph: name,
      coordinate: type.name,
      message: 'only Client and public reference data have a @key: remove it, or declare the type @publicReference.',
    };
  }
}

/** One subgraph's public type would else be another's personal one, under the same name. */
export function* publicReferencesAreDeclaredAlike({ name, types }: Sdl, { subgraphs }: Graph): Iterable<Fault> {
  for (const type of types.values()) {
    if (has(type, 'publicReference')) continue;
    const declaring = subgraphs.find((sdl) => {
      const same = sdl.types.get(type.name);
      return same !== undefined && has(same, 'publicReference');
    });
    if (declaring === undefined) continue;
    yield {
      code: 'PUBLIC_REFERENCE_DISPUTED',
      subgraph: name,
      coordinate: type.name,
      message: `${declaring.name} declares it @publicReference: declare it here too, or give the type another name.`,
    };
  }
}

export function* publicReferencesReachNobody(sdl: Sdl, graph: Graph): Iterable<Fault> {
  for (const type of sdl.types.values()) {
    if (!has(type, 'publicReference')) continue;
    if (type.name !== 'Client' && !Object.values(sdl.roots).some((names) => names.has(type.name))) continue;
    yield {
      code: 'PUBLIC_REFERENCE_PERSONAL',
      subgraph: sdl.name,
      coordinate: type.name,
      message: 'everything personal hangs on it: it is no public reference data.',
    };
  }
  for (const [type, field] of fieldsOf(sdl)) {
    if (!has(type, 'publicReference')) continue;
    const below = namedType(field.type);
    const personal = categoriesOf(field).length > 0;
    if (!personal && (graph.isLeaf(below) || graph.isPublic(below))) continue;
    yield {
      code: 'PUBLIC_REFERENCE_PERSONAL',
      subgraph: sdl.name,
      coordinate: coordinate(type, field),
      message: personal
        ? 'public reference data has no category: hang the field on Client.'
        : `public reference data leads to ${below}, which is not declared so: remove the field, or declare @publicReference.`,
    };
  }
}

/** `@provides` lets an agency answer for another's field, whose category it does not know. */
export function* onlyPublicReferencesAreProvided(sdl: Sdl, graph: Graph): Iterable<Fault> {
  for (const [type, field] of fieldsOf(sdl)) {
    if (!has(field, 'provides') || graph.isPublic(namedType(field.type))) continue;
    yield {
      code: 'PROVIDES_PERSONAL',
      subgraph: sdl.name,
      coordinate: coordinate(type, field),
      message: 'only the agency that keeps personal data answers for it: remove @provides.',
    };
  }
}
