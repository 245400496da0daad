import type { FieldDefinitionNode } from 'graphql';
import { categoriesOf } from './directives.ts';
import { coordinate, fieldsOf, has, namedType, type Sdl, type SdlType } from './sdl.ts';

/** All subgraphs' types together, as the supergraph will join them by name. */
export interface Graph {
  readonly subgraphs: readonly Sdl[];
  /** The categories that `Type.field` names in any subgraph; for a field of an interface, those of its implementations too. */
  categories(typeName: string, fieldName: string): readonly string[];
  /** The named type of `Type.field`. */
  fieldType(typeName: string, fieldName: string): string | undefined;
  /** Whether it is a scalar or an enum. */
  isLeaf(typeName: string): boolean;
  /** Whether everything that a value of the type may be is declared public reference data, wherever it is defined. */
  isPublic(typeName: string): boolean;
  /** Whether a value of the type is a client, or may be one. */
  mayBeClient(typeName: string): boolean;
  /** Whether some selection on the type ends at a client; a root type leads anywhere. */
  leadsToClient(typeName: string): boolean;
  /** Whether some selection on a client ends at a value of the type. */
  isBelowClient(typeName: string): boolean;
}

export function joinGraph(subgraphs: readonly Sdl[]): Graph {
  const parts = new Map<string, SdlType[]>();
  const fields = new Map<string, FieldDefinitionNode[]>();
  const implementations = new Map<string, Set<string>>();
  const roots = new Set<string>();
  for (const sdl of subgraphs) {
    for (const names of Object.values(sdl.roots)) for (const name of names) roots.add(name);
    for (const type of sdl.types.values()) {
      add(parts, type.name, type);
      for (const name of type.interfaces) {
        implementations.set(name, (implementations.get(name) ?? new Set()).add(type.name));
      }
    }
    for (const [type, field] of fieldsOf(sdl)) add(fields, coordinate(type, field), field);
  }

  /** The type, and all that it stands for: members, implementations, and theirs. */
  const standsFor = (typeName: string): ReadonlySet<string> =>
    closure([typeName], (name) => [
      ...(parts.get(name) ?? []).flatMap(({ members }) => members),
      ...(implementations.get(name) ?? []),
    ]);
  const oneStep = (name: string): readonly string[] => [
    ...(parts.get(name) ?? []).flatMap((type) => type.fields.map((field) => namedType(field.type))),
    ...standsFor(name),
  ];
  const belowClient = closure(
    (parts.get('Client') ?? []).flatMap((type) => type.fields.map((field) => namedType(field.type))),
    oneStep,
  );

  return {
    subgraphs,
    categories(typeName, fieldName) {
      const all = [...standsFor(typeName)].flatMap((name) => fields.get(`${name}.${fieldName}`) ?? []);
      return [...new Set(all.flatMap((field) => categoriesOf(field)))];
    },
    fieldType(typeName, fieldName) {
      const field = fields.get(`${typeName}.${fieldName}`)?.[0];
      return field === undefined ? undefined : namedType(field.type);
    },
    isLeaf: (typeName) => !parts.has(typeName),
    isPublic(typeName) {
      return [...standsFor(typeName)].filter((name) => !isAbstract(name)).every(isDeclaredPublic);
    },
    mayBeClient: (typeName) => standsFor(typeName).has('Client'),
    leadsToClient(typeName) {
      return [...closure([typeName], oneStep)].some((name) => name === 'Client' || roots.has(name));
    },
    isBelowClient: (typeName) => belowClient.has(typeName),
  };

  function isAbstract(name: string): boolean {
    return implementations.has(name) || (parts.get(name) ?? []).some(({ members }) => members.length > 0);
  }

  function isDeclaredPublic(name: string): boolean {
    const defined = parts.get(name) ?? [];
    if (name === 'Client' || roots.has(name) || defined.length === 0) return false;
    return defined.every((type) => has(type, 'publicReference'));
  }
}

function closure(from: readonly string[], next: (name: string) => Iterable<string>): ReadonlySet<string> {
  const found = new Set(from);
  // A Set is walked in the order of insertion, what is added on the way included.
  for (const name of found) for (const each of next(name)) found.add(each);
  return found;
}

function add<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
