import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from '../asked.ts';
import type { Conditions } from './conditions.ts';
import { responseKey } from './prune.ts';
import { Raw } from './raw.ts';

type Data = Readonly<Record<string, unknown>>;
type Variables = Readonly<Record<string, unknown>>;

/** The answer of an operation, made of what the agencies gave: null where a value that may not be null is missing at the root. */
export type Shape = (data: Data, variables: Variables) => Record<string, unknown> | null;

/** Answers `__schema` and `__type` of the root; the nodes are those of one response key. */
export type Introspect = (nodes: readonly FieldNode[], variables: Variables) => unknown;

export interface ShapeOptions {
  readonly schema: GraphQLSchema;
  /** Of the operation; of a deferred part, the type that it adds to. */
  readonly root: GraphQLNamedType;
  readonly selectionSet: SelectionSetNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Of the variables in `@skip` and `@include`: a shape is for these values alone. */
  readonly conditions: Conditions;
  readonly introspect: Introspect;
}

/** Stands for a value that takes its parent with it (GraphQL § 6.4.4). */
const NOTHING = Symbol('null where none may be');

/** The variables are for introspection alone. */
type Complete = (value: unknown, variables: Variables) => unknown;

/**
 * Compiles how an operation's answer looks: names and order as asked, only what was asked, values of the schema's types, null
 * where there is none, and its parent null where none may be.
 */
export function compileShape(options: ShapeOptions): Shape {
  const { root, selectionSet } = options;
  const complete = new Compiler(options).named(root, [selectionSet]);
  return (data, variables) => {
    const shaped = complete(data, variables);
    return shaped === NOTHING ? null : (shaped as Record<string, unknown>);
  };
}

interface Field {
  readonly key: string;
  readonly own: boolean;
  readonly complete: Complete;
}

class Compiler {
  readonly #options: ShapeOptions;

  constructor(options: ShapeOptions) {
    this.#options = options;
  }

  named(type: GraphQLNamedType, sets: readonly SelectionSetNode[]): Complete {
    return isObjectType(type) ? this.#object(type, sets) : this.#abstract(type.name, sets);
  }

  /** An object of a type; of an interface or union, where the agency does not tell, or does not know, which one it is. */
  #object(type: GraphQLCompositeType, sets: readonly SelectionSetNode[]): Complete {
    const fields = [...collectFields(type, sets, this.#options)].map(([key, nodes]) => this.#field(type, key, nodes));
    return (value, variables) => {
      const source = value as Data;
      // Most objects have the fields that were asked, in their order, and each as it should be: those need no copy.
      let at = 0;
      let isSame = true;
      let changed: unknown;
      for (const key in source) {
        const given = source[key];
        if (fields[at]?.key === key) changed = (fields[at] as Field).complete(given, variables);
        if (fields[at]?.key !== key || changed !== given) {
          isSame = false;
          break;
        }
        changed = undefined;
        at += 1;
      }
      if (isSame && at === fields.length) return source;
      const target: Record<string, unknown> = {};
      for (let before = 0; before < at; before += 1) {
        const { key } = fields[before] as Field;
        target[key] = source[key];
      }
      for (; at < fields.length; at += 1) {
        const { key, own, complete } = fields[at] as Field;
        const given = own && !Object.hasOwn(source, key) ? undefined : source[key];
        // Nothing is completed twice: what is deep below would be so many times.
        const completed = changed === undefined ? complete(given, variables) : changed;
        changed = undefined;
        if (completed === NOTHING) return NOTHING;
        target[key] = completed;
      }
      return target;
    };
  }

  #field(parent: GraphQLCompositeType, key: string, nodes: readonly FieldNode[]): Field {
    const name = nodes[0]?.name.value ?? '';
    const own = key in Object.prototype;
    if (name === '__typename') return { key, own, complete: () => (isObjectType(parent) ? parent.name : NOTHING) };
    if (parent === this.#options.root && (name === '__schema' || name === '__type')) {
      const { introspect } = this.#options;
      return { key, own, complete: (_, variables) => introspect(nodes, variables) };
    }
    const definition = isUnionType(parent) ? undefined : parent.getFields()[name];
    if (definition === undefined) throw new TypeError('A shape is compiled of a validated operation.');
    return { key, own, complete: this.#value(definition.type, setsBelow(nodes)) };
  }

  #value(type: GraphQLOutputType, sets: readonly SelectionSetNode[]): Complete {
    if (isNonNullType(type)) {
      const complete = this.#value(type.ofType, sets);
      return (value, variables) => complete(value, variables) ?? NOTHING;
    }
    if (isListType(type)) {
      const complete = this.#value(type.ofType, sets);
      return (value, variables) => {
        if (value instanceof Raw) return value;
        if (!Array.isArray(value)) return null;
        let list: unknown[] | undefined;
        for (let at = 0; at < value.length; at += 1) {
          const completed = complete(value[at], variables);
          if (completed === NOTHING) return null;
          // Most lists are as they should be.
          if (completed !== value[at]) list ??= value.slice(0, at);
          list?.push(completed);
        }
        return list ?? value;
      };
    }
    if (isScalarType(type)) return scalar(type);
    if (isEnumType(type)) return enumValue(new Set(type.getValues().map(({ name }) => name)));
    const complete = isAbstractType(type) ? this.#abstract(type.name, sets) : this.#concrete(type, sets);
    return (value, variables) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
      if (value instanceof Raw) return value;
      const completed = complete(value, variables);
      return completed === NOTHING ? null : completed;
    };
  }

  /** An object of a type that the schema names; made when first met, because types may go round in circles. */
  #concrete(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Complete {
    let complete: Complete | undefined;
    return (value, variables) => {
      complete ??= this.#object(type, sets);
      return complete(value, variables);
    };
  }

  #abstract(abstract: string, sets: readonly SelectionSetNode[]): Complete {
    const { schema } = this.#options;
    const byType = new Map<string, Complete>();
    return (value, variables) => {
      const { __typename: given = abstract } = value as Data;
      const name = String(given);
      let complete = byType.get(name);
      if (complete === undefined) {
        const type = schema.getType(name);
        if (!isCompositeType(type) || !isIn(type, abstract, schema)) return null;
        complete = this.#object(type, sets);
        byType.set(name, complete);
      }
      return complete(value, variables);
    };
  }
}

/** Whether every object of a type is in another. */
function isIn(type: GraphQLCompositeType, name: string, schema: GraphQLSchema): boolean {
  if (type.name === name) return true;
  const other = schema.getType(name);
  return isAbstractType(other) && !isUnionType(type) && schema.isSubType(other, type);
}

/** GraphQL § 6.3.2, CollectFields: by response key, in the order in which the document first names them. */
export function collectFields(
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  { schema, fragments, conditions }: Pick<ShapeOptions, 'schema' | 'fragments' | 'conditions'>,
): ReadonlyMap<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const visited = new Set<string>();
  const walk = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection.directives, conditions)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = responseKey(selection);
        const same = fields.get(key);
        if (same === undefined) fields.set(key, [selection]);
        else same.push(selection);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (applies(selection.typeCondition?.name.value)) walk(selection.selectionSet);
      } else {
        const fragment = fragments.get(selection.name.value);
        if (fragment === undefined || visited.has(fragment.name.value)) continue;
        visited.add(fragment.name.value);
        if (applies(fragment.typeCondition.name.value)) walk(fragment.selectionSet);
      }
    }
  };
  const applies = (condition: string | undefined): boolean => condition === undefined || isIn(type, condition, schema);
  for (const set of sets) walk(set);
  return fields;
}

/** The selection sets of the fields of one response key. */
export function setsBelow(nodes: readonly FieldNode[]): readonly SelectionSetNode[] {
  return nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
}

function enumValue(names: ReadonlySet<string>): Complete {
  return (value) => (typeof value === 'string' && names.has(value) ? value : null);
}

/** An agency that gives another kind of value than the schema says loses the field. Custom scalars are the agency's to serialise. */
function scalar(type: GraphQLScalarType): Complete {
  if (!isSpecifiedScalarType(type)) return (value) => value ?? null;
  if (type.name === 'Int')
    return (value) =>
      typeof value === 'number' && Number.isInteger(value) && Math.abs(value + 0.5) <= 2 ** 31 ? value : null;
  if (type.name === 'Float') return (value) => (typeof value === 'number' ? value : null);
  if (type.name === 'Boolean') return (value) => (typeof value === 'boolean' ? value : null);
  if (type.name === 'ID') return (value) => (typeof value === 'string' || typeof value === 'number' ? value : null);
  return (value) => (typeof value === 'string' ? value : null);
}
