import {
  GraphQLError,
  Kind,
  parse,
  parseType,
  type SelectionNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { type Field, fieldOf, type Model, namedType } from './model.ts';

/** An object of the graph: of which type, and which one. */
export interface Thing {
  readonly __typename: string;
  readonly key: string;
  /** How an agency was told of it. */
  readonly representation?: Readonly<Record<string, unknown>>;
  /** What led to it. */
  readonly above?: Thing;
  /** The client it is a part of, or is. */
  readonly client?: string;
}

export const ENTITIES = 4;

/** What everybody knows of the graph: the same for the same type, key, field and arguments, whoever answers. */
export class Data {
  readonly #model: Model;

  constructor(model: Model) {
    this.#model = model;
  }

  /** Throws `GraphQLError` for a field that fails. `from`: what a derived field is made of; without, it is looked up. */
  value(thing: Thing, field: Field, args: Readonly<Record<string, unknown>>, from?: string): unknown {
    const key = keyValue(thing, field.name);
    if (key !== undefined) return key;
    const { requires, findsBy, fromAbove } = field;
    if (fromAbove !== undefined && !Object.hasOwn(args, fromAbove.argument))
      return this.value(thing, field, { [fromAbove.argument]: this.#above(thing, fromAbove) }, from);
    if (findsBy !== undefined) return this.#found(field, String(args[findsBy]));
    const derivedFrom = requires === undefined ? '' : (from ?? this.requiredOf(thing, requires));
    // An entity interface and its members are one family.
    const family = this.#model.objects.get(thing.__typename)?.family ?? thing.__typename;
    const seed = `${family}|${thing.key}|${field.name}|${JSON.stringify(args)}|${derivedFrom}`;
    if (this.#model.failing && !field.steady && hash(`${seed}|fails`) % 100 < 5)
      throw new GraphQLError('failed', { extensions: { code: 'FAILED' } });
    return this.#make(typeNode(field.type), field, seed, thing);
  }

  #above(thing: Thing, { type, field: name }: { readonly type: string; readonly field: string }): unknown {
    let above: Thing | undefined = thing.above;
    while (above !== undefined && above.__typename !== type) above = above.above;
    const field = fieldOf(this.#model, type, name);
    return above === undefined || field === undefined ? null : this.value(above, field, {});
  }

  #found({ objects }: Field, key: string): Thing {
    const [name = ''] = objects;
    return entity(name, name, Number(key.slice(key.indexOf(':') + 1)));
  }

  /** The required fields of a thing, as text. */
  requiredOf(thing: Thing, requires: string): string {
    const get = (source: Thing, name: string): unknown => {
      if (name === '__typename') return source.__typename;
      const field = fieldOf(this.#model, source.__typename, name);
      if (field === undefined) throw new TypeError(`no field ${source.__typename}.${name}`);
      return this.value(source, field, {});
    };
    return JSON.stringify(select(selection(requires), thing, get as Get));
  }

  #make(type: TypeNode, field: Field, seed: string, above: Thing): unknown {
    if (type.kind === Kind.NON_NULL_TYPE) return this.#some(type.type, field, seed, above);
    const isNull = !this.#model.full && hash(`${seed}|null`) % 100 < 12;
    return isNull ? null : this.#some(type, field, seed, above);
  }

  #some(type: TypeNode, field: Field, seed: string, above: Thing): unknown {
    if (type.kind === Kind.LIST_TYPE) {
      const length = this.#model.full ? 4 : hash(`${seed}|length`) % 4;
      return Array.from({ length }, (_, at) => this.#make(type.type, field, `${seed}|${at}`, above));
    }
    if (field.objects.length > 0) return this.#thing(field.objects, seed, above);
    return leaf(namedType(field.type), seed);
  }

  #thing(objects: readonly string[], seed: string, above: Thing): Thing {
    const name = objects[hash(`${seed}|type`) % objects.length] as string;
    const type = this.#model.objects.get(name);
    if (type?.kind !== 'entity')
      return {
        __typename: name,
        key: hash(seed).toString(36),
        above,
        ...(above.client === undefined ? {} : { client: above.client }),
      };
    const members = this.#model.abstracts.get(type.family)?.members ?? [name];
    const number = (hash(`${seed}|number`) % ENTITIES) * members.length + members.indexOf(name);
    return { ...entity(name, type.family, number), above };
  }
}

export function entity(name: string, family: string, number: number): Thing {
  const key = `${family}:${number}`;
  return { __typename: name, key, ...(name === 'Client' ? { client: key } : {}) };
}

/** The value of a key field, undefined for other fields. */
function keyValue({ __typename, key }: Thing, name: string): unknown {
  if (__typename === 'Reference') return `no-${key}`;
  if (name === 'id') return key;
  if (name === 'code') return `code-${key}`;
  if (name === 'series') return `series-${key}`;
  if (name === 'number') return Number(key.slice(key.indexOf(':') + 1));
  if (name === 'reference') return { __typename: 'Reference', key };
  return undefined;
}

/** The thing that a representation stands for. Throws when its keys are of different ones. */
export function keyOf(representation: Readonly<Record<string, unknown>>): string {
  const { id, code, series, reference } = representation;
  const no = (reference as { no?: unknown } | null | undefined)?.no;
  const keys = new Set(
    [id, code, series, no].flatMap((value) =>
      typeof value === 'string' ? [value.replace(/^(code|series|no)-/, '')] : [],
    ),
  );
  const [key, ...others] = keys;
  if (key === undefined || others.length > 0)
    throw new GraphQLError(`a representation of ${keys.size} things: ${JSON.stringify(representation)}`);
  return key;
}

type Get = (source: object, name: string) => unknown;

/** What a selection of a representation holds, as text. Throws when something of it is not there. */
export function representationOf(representation: Readonly<Record<string, unknown>>, requires: string): string {
  const get: Get = (source, name) => {
    const value = (source as Record<string, unknown>)[name];
    if (value === undefined)
      throw new GraphQLError(`a representation lacks ${name}: ${JSON.stringify(representation)}`);
    return value;
  };
  return JSON.stringify(select(selection(requires), representation, get));
}

function select(set: SelectionSetNode, source: object, get: Get): Record<string, unknown> {
  const selected: Record<string, unknown> = {};
  const walk = ({ selections }: SelectionSetNode): void => {
    for (const each of selections as readonly SelectionNode[]) {
      if (each.kind === Kind.INLINE_FRAGMENT) {
        const { __typename } = source as { __typename?: unknown };
        if (each.typeCondition === undefined || each.typeCondition.name.value === __typename) walk(each.selectionSet);
      } else if (each.kind === Kind.FIELD) {
        const { selectionSet } = each;
        const value = get(source, each.name.value);
        selected[each.name.value] = selectionSet === undefined ? value : deep(value, selectionSet, get);
      }
    }
  };
  walk(set);
  return selected;
}

function deep(value: unknown, set: SelectionSetNode, get: Get): unknown {
  if (Array.isArray(value)) return value.map((member) => deep(member, set, get));
  return typeof value === 'object' && value !== null ? select(set, value, get) : (value ?? null);
}

function leaf(type: string, seed: string): unknown {
  const number = hash(seed);
  if (type === 'Int') return (number % 2_000) - 1_000;
  if (type === 'Float') return (number % 400) / 4;
  if (type === 'Boolean') return number % 2 === 0;
  if (type === 'Colour') return ['RED', 'GREEN', 'BLUE'][number % 3];
  if (type === 'Blob') return BLOBS[number % BLOBS.length];
  return number.toString(36);
}

/** Values of a custom scalar: JSON of any form, with nothing in it that is an executor's to change. */
export const BLOBS: readonly unknown[] = [
  'text',
  7,
  { id: 'of nothing', deep: [{ x: null }, []] },
  [1, [2, 'three']],
  { __typename: 'Blob', name: null },
];

const selections = new Map<string, SelectionSetNode>();

function selection(text: string): SelectionSetNode {
  let set = selections.get(text);
  if (set === undefined) {
    const [definition] = parse(`{ ${text} }`).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('expected a selection');
    set = definition.selectionSet;
    selections.set(text, set);
  }
  return set;
}

const typeNodes = new Map<string, TypeNode>();

function typeNode(text: string): TypeNode {
  const known = typeNodes.get(text) ?? parseType(text);
  typeNodes.set(text, known);
  return known;
}

/** FNV-1a, then mixed, so that its last digits are even. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}
