import { Kind } from 'graphql';
import { CATEGORIES, isCategory } from '../categories.ts';
import { categoriesOf } from '../directives.ts';
import type { Fault } from '../fault.ts';
import type { Graph } from '../graph.ts';
import { coordinate, fieldsOf, has, type Sdl } from '../sdl.ts';
import { isSubgraph, SUBGRAPHS } from '../subgraphs.ts';

/** Nested fields inherit the nearest category above them; what hangs on Client itself has nothing above it. */
export function* everyPersonalFieldHasACategory({ name, types }: Sdl): Iterable<Fault> {
  const client = types.get('Client');
  for (const field of client?.fields ?? []) {
    if (field.name.value === 'id' || categoriesOf(field).length > 0 || has(field, 'external')) continue;
    yield {
      code: 'CATEGORY_MISSING',
      subgraph: name,
      coordinate: `Client.${field.name.value}`,
      message: 'a field on Client is personal data: give it a @category.',
    };
  }
}

export function* everyCategoryIsKnown(sdl: Sdl): Iterable<Fault> {
  for (const [type, field] of fieldsOf(sdl)) {
    for (const category of categoriesOf(field)) {
      if (isCategory(category)) continue;
      yield {
        code: 'CATEGORY_UNKNOWN',
        subgraph: sdl.name,
        coordinate: coordinate(type, field),
        message: `${category || 'an empty name'} is not a category of schema/categories.ts.`,
      };
    }
  }
}

export function* categorisedFieldsAreNullable(sdl: Sdl): Iterable<Fault> {
  for (const [type, field] of fieldsOf(sdl)) {
    if (categoriesOf(field).length === 0 || field.type.kind !== Kind.NON_NULL_TYPE) continue;
    yield {
      code: 'CATEGORISED_FIELD_NON_NULL',
      subgraph: sdl.name,
      coordinate: coordinate(type, field),
      message: 'a denial makes the field null, and a non-null field would take its parent with it: make it nullable.',
    };
  }
}

/** The gateway asks for all of them, but each agency enforces only its own: both must mean the same. */
export function* sharedFieldsAgreeOnCategories(sdl: Sdl, graph: Graph): Iterable<Fault> {
  for (const [type, field] of fieldsOf(sdl)) {
    if (has(field, 'external')) continue;
    const own = categoriesOf(field);
    for (const other of graph.subgraphs) {
      const same = other.types.get(type.name)?.fields.find(({ name }) => name.value === field.name.value);
      if (other === sdl || same === undefined) continue;
      const missing = categoriesOf(same).filter((category) => !own.includes(category));
      if (missing.length === 0) continue;
      yield {
        code: 'CATEGORIES_DIFFER',
        subgraph: sdl.name,
        coordinate: coordinate(type, field),
        message: `${other.name} names ${missing.join(', ')} too: a shared field has the same categories everywhere.`,
      };
    }
  }
}

/** Else the same value would be open under the type's name and closed under the interface's. */
export function* implementationsKeepTheCategories(sdl: Sdl, graph: Graph): Iterable<Fault> {
  for (const [type, field] of fieldsOf(sdl)) {
    const own = categoriesOf(field);
    for (const name of type.interfaces) {
      const promised = graph.subgraphs
        .flatMap(({ types }) => types.get(name)?.fields ?? [])
        .filter((each) => each.name.value === field.name.value)
        .flatMap((each) => categoriesOf(each));
      for (const category of new Set(promised)) {
        if (own.includes(category)) continue;
        yield {
          code: 'INTERFACE_CATEGORY_MISSING',
          subgraph: sdl.name,
          coordinate: coordinate(type, field),
          message: `${name} gives the field ${category}: declare @category(name: "${category}") here too.`,
        };
      }
    }
  }
}

/**
 * A category is the own register of its source's sector, and the log names that sector as the discloser: an agency
 * cannot file its data under another's. A derived field names its inputs' categories beside one of its agency's own.
 */
export function* everyAgencyUsesACategoryOfItsOwn(sdl: Sdl): Iterable<Fault> {
  if (!isSubgraph(sdl.name)) return;
  const { agency } = SUBGRAPHS[sdl.name];
  for (const [type, field] of fieldsOf(sdl)) {
    // Below it the agency's own category holds already: a nested field only narrows.
    if (type.name !== 'Client') continue;
    const sources = categoriesOf(field)
      .filter(isCategory)
      .map((category): string => CATEGORIES[category].source);
    if (sources.length === 0 || has(field, 'external') || sources.includes(agency)) continue;
    yield {
      code: 'CATEGORY_OF_ANOTHER',
      subgraph: sdl.name,
      coordinate: coordinate(type, field),
      message: `its categories belong to ${sources.join(', ')}: name one whose source is ${agency}.`,
    };
  }
}
