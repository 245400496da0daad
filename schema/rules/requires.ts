import { Kind, parse, type SelectionSetNode } from 'graphql';
import { categoriesOf } from '../directives.ts';
import type { Fault } from '../fault.ts';
import type { Graph } from '../graph.ts';
import { applied, argument, coordinate, fieldsOf, type Sdl } from '../sdl.ts';

/** The gateway decides on a derived field by its own categories: they must hold those of its inputs. */
export function* derivedFieldsDeclareWhatTheyRequire(sdl: Sdl, graph: Graph): Iterable<Fault> {
  for (const [type, field] of fieldsOf(sdl)) {
    const declared = categoriesOf(field);
    const required = applied(field, 'requires').flatMap((requires) => {
      const selections = parseFieldSet(argument(requires, 'fields') ?? '');
      return selections === null ? [] : selectedCategories(selections, type.name, graph);
    });
    for (const category of new Set(required)) {
      if (declared.includes(category)) continue;
      yield {
        code: 'REQUIRES_CATEGORY_UNDECLARED',
        subgraph: sdl.name,
        coordinate: coordinate(type, field),
        message: `it derives from ${category}: declare @category(name: "${category}") too, derived data is as sensitive as its inputs.`,
      };
    }
  }
}

function selectedCategories(set: SelectionSetNode, typeName: string, graph: Graph): string[] {
  return set.selections.flatMap((selection) => {
    // A field set has no named fragments: Apollo refuses them.
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return selectedCategories(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, graph);
    }
    const below = graph.fieldType(typeName, selection.name.value);
    return [
      ...graph.categories(typeName, selection.name.value),
      ...(selection.selectionSet === undefined || below === undefined
        ? []
        : selectedCategories(selection.selectionSet, below, graph)),
    ];
  });
}

/** Null for a text that is no field set: Apollo refuses it, and says why. */
function parseFieldSet(fields: string): SelectionSetNode | null {
  try {
    const [operation] = parse(`{ ${fields} }`).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet : null;
  } catch {
    return null;
  }
}
