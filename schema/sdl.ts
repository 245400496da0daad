import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type TypeNode,
} from 'graphql';

/** A type of one subgraph that has fields or members, its extensions merged into it. */
export interface SdlType {
  readonly name: string;
  readonly fields: readonly FieldDefinitionNode[];
  readonly directives: readonly ConstDirectiveNode[];
  /** Interfaces that it implements. */
  readonly interfaces: readonly string[];
  /** Members, when it is a union. */
  readonly members: readonly string[];
}

/** The SDL of one subgraph as the rules read it. */
export interface Sdl {
  readonly name: string;
  readonly document: DocumentNode;
  /** Objects, interfaces and unions by name. */
  readonly types: ReadonlyMap<string, SdlType>;
  /** Names of the root types: the usual ones, and those that a schema definition gives. */
  readonly roots: { readonly query: Names; readonly mutation: Names; readonly subscription: Names };
}

type Names = ReadonlySet<string>;

export function readSdl(name: string, document: DocumentNode): Sdl {
  const types = new Map<string, SdlType>();
  const roots = { query: new Set(['Query']), mutation: new Set(['Mutation']), subscription: new Set(['Subscription']) };
  for (const node of document.definitions) {
    if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      for (const { operation, type } of node.operationTypes ?? []) roots[operation].add(type.name.value);
    }
    const part = readType(node);
    if (part !== undefined) types.set(part.name, joined(types.get(part.name), part));
  }
  return { name, document, types, roots };
}

export function* fieldsOf({ types }: Sdl): Iterable<readonly [SdlType, FieldDefinitionNode]> {
  for (const type of types.values()) for (const field of type.fields) yield [type, field];
}

/** The named type inside lists and non-nulls. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

export function has(node: Directed, directive: string): boolean {
  return applied(node, directive).length > 0;
}

/** Every application of a directive, in order. */
export function applied(node: Directed, directive: string): readonly ConstDirectiveNode[] {
  return (node.directives ?? []).filter(({ name }) => name.value === directive);
}

/** The text of an argument; undefined when it is left out or is no string. */
export function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

export function coordinate(type: SdlType, field: FieldDefinitionNode): string {
  return `${type.name}.${field.name.value}`;
}

function readType(node: DefinitionNode): SdlType | undefined {
  switch (node.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.OBJECT_TYPE_EXTENSION:
    case Kind.INTERFACE_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_EXTENSION:
      return {
        name: node.name.value,
        fields: node.fields ?? [],
        directives: node.directives ?? [],
        interfaces: (node.interfaces ?? []).map(({ name }) => name.value),
        members: [],
      };
    case Kind.UNION_TYPE_DEFINITION:
    case Kind.UNION_TYPE_EXTENSION:
      return {
        name: node.name.value,
        fields: [],
        directives: node.directives ?? [],
        interfaces: [],
        members: (node.types ?? []).map(({ name }) => name.value),
      };
    default:
      return undefined;
  }
}

function joined(before: SdlType | undefined, part: SdlType): SdlType {
  if (before === undefined) return part;
  return {
    name: part.name,
    fields: [...before.fields, ...part.fields],
    directives: [...before.directives, ...part.directives],
    interfaces: [...before.interfaces, ...part.interfaces],
    members: [...before.members, ...part.members],
  };
}
