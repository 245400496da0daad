import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
} from 'graphql';
import { CATEGORY_SPEC, categoriesOf } from '../../schema/directives.ts';
import { type AbstractModel, compose, type Field, field, type Model, namedType, type ObjectModel } from './model.ts';
import type { Supergraph } from './supergraph.ts';

const HEADER = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject", "@context", "@fromContext", "@composeDirective"])
  @link(url: "${CATEGORY_SPEC}", import: ["@category"])
  @composeDirective(name: "@category")
directive @category(name: String!) repeatable on FIELD_DEFINITION
`;

/** A graph written as the SDL of its agencies, with the data that `Data` makes up for it. Throws when it does not compose. */
export function writtenSupergraph(agencies: Readonly<Record<string, string>>): Supergraph {
  const sdl = new Map(Object.entries(agencies).map(([agency, text]) => [agency, HEADER + text]));
  const composed = compose(sdl);
  if ('refused' in composed) throw new TypeError(composed.refused);
  return { ...composed, model: modelOf(sdl) };
}

function modelOf(sdl: ReadonlyMap<string, string>): Model {
  const objects = new Map<string, ObjectModel>();
  const abstracts = new Map<string, AbstractModel>();
  const documents = [...sdl].map(([agency, text]) => ({ agency, definitions: parse(text).definitions }));
  const members = new Map<string, Set<string>>();
  const contexts = new Map<string, string>();
  for (const { agency, definitions } of documents) {
    for (const node of definitions) {
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_DEFINITION) {
        const isKeyed = node.kind === Kind.INTERFACE_TYPE_DEFINITION && has(node.directives, 'key');
        const known = members.get(node.name.value) ?? new Set();
        members.set(node.name.value, known);
        if (node.kind === Kind.UNION_TYPE_DEFINITION) for (const each of node.types ?? []) known.add(each.name.value);
        const before = abstracts.get(node.name.value);
        const kind = isKeyed || before?.kind === 'entities' ? 'entities' : 'interface';
        abstracts.set(node.name.value, { ...before, name: node.name.value, kind, members: [], fields: [] });
      } else if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
        for (const { name } of node.interfaces ?? [])
          members.set(name.value, (members.get(name.value) ?? new Set()).add(node.name.value));
        const context = argument(node.directives, 'context', 'name');
        if (context !== undefined) contexts.set(context, node.name.value);
        if (has(node.directives, 'interfaceObject')) {
          const known: AbstractModel = { name: node.name.value, kind: 'entities', members: [], fields: [] };
          abstracts.set(node.name.value, { ...known, ...abstracts.get(node.name.value), partIn: agency });
        }
      }
    }
  }
  for (const [name, known] of members) {
    const abstract = abstracts.get(name);
    if (abstract !== undefined) abstracts.set(name, { ...abstract, members: [...known] });
  }
  for (const { agency, definitions } of documents)
    for (const node of definitions)
      if (node.kind === Kind.OBJECT_TYPE_DEFINITION) readObject(node, agency, objects, abstracts, contexts);
  return { agencies: [...sdl.keys()], objects, abstracts, failing: false, full: true, header: HEADER };
}

function readObject(
  node: ObjectTypeDefinitionNode | ObjectTypeExtensionNode,
  agency: string,
  objects: Map<string, ObjectModel>,
  abstracts: ReadonlyMap<string, AbstractModel>,
  contexts: ReadonlyMap<string, string>,
): void {
  const name = node.name.value;
  const entityInterface = (node.interfaces ?? []).find((each) => abstracts.get(each.name.value)?.kind === 'entities');
  const isRoot = name === 'Query' || name === 'Mutation';
  const kind = isRoot ? 'root' : abstracts.has(name) ? 'part' : has(node.directives, 'key') ? 'entity' : 'value';
  const family = entityInterface?.name.value ?? name;
  const type: ObjectModel = objects.get(name) ?? {
    name,
    kind,
    family,
    keys: new Map(),
    fields: new Map(),
    interfaces: [],
  };
  objects.set(name, type);
  if (has(node.directives, 'key')) type.keys.set(agency, ['id']);
  for (const each of node.fields ?? []) {
    const known = type.fields.get(each.name.value) ?? readField(each, abstracts, contexts);
    type.fields.set(known.name, known);
    const from = argument(each.directives, 'override', 'from');
    const requires = argument(each.directives, 'requires', 'fields');
    if (from !== undefined) known.overriddenIn = from;
    if (requires !== undefined) known.requires = requires;
    known.owners.add(agency);
  }
}

const LEAVES = ['String', 'Int', 'Float', 'Boolean', 'ID'];

function readField(
  node: FieldDefinitionNode,
  abstracts: ReadonlyMap<string, AbstractModel>,
  contexts: ReadonlyMap<string, string>,
): Field {
  const type = print(node.type);
  const named = namedType(type);
  const objects = LEAVES.includes(named) ? [] : (abstracts.get(named)?.members ?? [named]);
  const categories = categoriesOf(node);
  // The root field of the hub that leads to one client.
  const found = node.name.value === 'client' ? { findsBy: 'id' } : {};
  for (const each of node.arguments ?? []) {
    const taken = /^\$(\w+) \{ (\w+) \}$/.exec(argument(each.directives, 'fromContext', 'field') ?? '');
    if (taken === null) continue;
    const [, context = '', above = ''] = taken;
    const fromAbove = { argument: each.name.value, type: contexts.get(context) ?? '', field: above };
    return field(node.name.value, type, { objects, categories, fromAbove });
  }
  return field(node.name.value, type, { objects, categories, ...found });
}

function has(directives: readonly ConstDirectiveNode[] | undefined, name: string): boolean {
  return directives?.some((directive) => directive.name.value === name) === true;
}

function argument(directives: readonly ConstDirectiveNode[] | undefined, name: string, of: string): string | undefined {
  const value = directives
    ?.find((directive) => directive.name.value === name)
    ?.arguments?.find((given) => given.name.value === of)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
