import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  type SelectionSetNode,
  type StringValueNode,
  type TypeNode,
} from 'graphql';
import { isCategory } from './categories.ts';
import { categoriesOf } from './directives.ts';
import { isSubgraph, SUBGRAPHS } from './subgraphs.ts';

export interface Fault {
  readonly code: string;
  readonly subgraph: string;
  /** Schema coordinate: `Type` or `Type.field`. */
  readonly coordinate: string;
  readonly message: string;
}

interface Parsed {
  readonly name: string;
  readonly typeDefs: DocumentNode;
}

type Types = ReadonlyMap<string, ObjectTypeDefinitionNode>;

interface Contract {
  readonly subgraph: string;
  readonly types: Types;
  /** `Type.field` → its own categories, over all subgraphs. */
  readonly categories: ReadonlyMap<string, readonly string[]>;
  /** `Type.field` → name of its type, over all subgraphs. */
  readonly fieldTypes: ReadonlyMap<string, string>;
  /** Types that hang below `Client` somewhere, and are no public reference data. */
  readonly personal: ReadonlySet<string>;
}

type Rule = (contract: Contract) => Iterable<Fault>;

/** The rules of the contract beyond Apollo's own; each fault names the coordinate that breaks it. */
const RULES: readonly Rule[] = [
  everyPersonalFieldHasACategory,
  everyCategoryIsKnown,
  categorisedFieldsAreNullable,
  onlyTheHubOffersPersonalRootFields,
  onlyClientsAndPublicReferencesAreEntities,
  publicReferencesReachNobody,
  derivedFieldsDeclareWhatTheyRequire,
];

/** Every fault of every subgraph against the contract, in the order of the rules; empty when all of them keep it. */
export function checkRules(subgraphs: readonly Parsed[]): Fault[] {
  const all = subgraphs.map((subgraph) => ({ name: subgraph.name, types: objectTypes(subgraph.typeDefs) }));
  const categories = new Map<string, readonly string[]>();
  const fieldTypes = new Map<string, string>();
  for (const { types } of all) {
    for (const [type, field] of fieldsOf(types)) {
      const coordinate = `${type.name.value}.${field.name.value}`;
      categories.set(coordinate, [...new Set([...(categories.get(coordinate) ?? []), ...categoriesOf(field)])]);
      fieldTypes.set(coordinate, namedType(field.type));
    }
  }
  const personal = personalTypes(all.map(({ types }) => types));
  return all.flatMap(({ name, types }) => {
    const contract: Contract = { subgraph: name, types, categories, fieldTypes, personal };
    return RULES.flatMap((rule) => [...rule(contract)]);
  });
}

function* everyPersonalFieldHasACategory({ subgraph, types }: Contract): Iterable<Fault> {
  for (const field of types.get('Client')?.fields ?? []) {
    if (field.name.value === 'id' || categoriesOf(field).length > 0 || has(field, 'external')) continue;
    yield fault(
      'CATEGORY_MISSING',
      subgraph,
      `Client.${field.name.value}`,
      'a field on Client is personal data: give it a @category.',
    );
  }
}

function* everyCategoryIsKnown({ subgraph, types }: Contract): Iterable<Fault> {
  for (const [type, field] of fieldsOf(types)) {
    for (const name of categoriesOf(field)) {
      if (isCategory(name)) continue;
      yield fault('CATEGORY_UNKNOWN', subgraph, at(type, field), `${name} is not a category of schema/categories.ts.`);
    }
  }
}

function* categorisedFieldsAreNullable({ subgraph, types }: Contract): Iterable<Fault> {
  for (const [type, field] of fieldsOf(types)) {
    if (categoriesOf(field).length === 0 || field.type.kind !== Kind.NON_NULL_TYPE) continue;
    yield fault(
      'CATEGORISED_FIELD_NON_NULL',
      subgraph,
      at(type, field),
      'a denial makes the field null, and a non-null field would take its parent with it: make it nullable.',
    );
  }
}

function* onlyTheHubOffersPersonalRootFields({ subgraph, types, personal }: Contract): Iterable<Fault> {
  if (isSubgraph(subgraph) && SUBGRAPHS[subgraph].own) return;
  for (const root of ['Query', 'Mutation', 'Subscription']) {
    for (const field of types.get(root)?.fields ?? []) {
      if (!reaches(namedType(field.type), types, (name) => personal.has(name))) continue;
      yield fault(
        'ROOT_FIELD_PERSONAL',
        subgraph,
        `${root}.${field.name.value}`,
        'it returns personal data, and only the clients subgraph leads to a client: hang the data on Client.',
      );
    }
  }
}

function* onlyClientsAndPublicReferencesAreEntities({ subgraph, types }: Contract): Iterable<Fault> {
  for (const type of types.values()) {
    if (!has(type, 'key') || type.name.value === 'Client' || has(type, 'publicReference')) continue;
    yield fault(
      'ENTITY_NOT_PUBLIC',
      subgraph,
      type.name.value,
      'only Client and public reference data have a @key: remove it, or declare the type @publicReference.',
    );
  }
}

function* publicReferencesReachNobody({ subgraph, types, personal }: Contract): Iterable<Fault> {
  for (const type of types.values()) {
    if (!has(type, 'publicReference')) continue;
    for (const field of type.fields ?? []) {
      if (!reaches(namedType(field.type), types, (name) => personal.has(name))) continue;
      yield fault(
        'PUBLIC_REFERENCE_PERSONAL',
        subgraph,
        at(type, field),
        'public reference data leads back to a client: remove the field.',
      );
    }
  }
}

function* derivedFieldsDeclareWhatTheyRequire(contract: Contract): Iterable<Fault> {
  for (const [type, field] of fieldsOf(contract.types)) {
    const fields = argument(field, 'requires');
    if (fields === undefined) continue;
    const declared = new Set(categoriesOf(field));
    const required = selectedCategories(parseFieldSet(fields), type.name.value, contract);
    for (const name of new Set(required)) {
      if (declared.has(name)) continue;
      yield fault(
        'REQUIRES_CATEGORY_UNDECLARED',
        contract.subgraph,
        at(type, field),
        `it derives from ${name}: declare @category(name: "${name}") too, derived data is as sensitive as its inputs.`,
      );
    }
  }
}

function selectedCategories(selections: SelectionSetNode, typeName: string, contract: Contract): string[] {
  return selections.selections.flatMap((selection) => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return selectedCategories(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, contract);
    }
    if (selection.kind !== Kind.FIELD) return [];
    const coordinate = `${typeName}.${selection.name.value}`;
    const below = selection.selectionSet;
    const type = contract.fieldTypes.get(coordinate);
    return [
      ...(contract.categories.get(coordinate) ?? []),
      ...(below === undefined || type === undefined ? [] : selectedCategories(below, type, contract)),
    ];
  });
}

function personalTypes(subgraphs: readonly Types[]): ReadonlySet<string> {
  const personal = new Set<string>(['Client']);
  for (const types of subgraphs) {
    const queue = ['Client'];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      for (const field of types.get(name)?.fields ?? []) {
        const below = types.get(namedType(field.type));
        if (below === undefined || has(below, 'publicReference') || personal.has(below.name.value)) continue;
        personal.add(below.name.value);
        queue.push(below.name.value);
      }
    }
  }
  return personal;
}

function reaches(from: string, types: Types, found: (name: string) => boolean): boolean {
  const seen = new Set<string>();
  const queue = [from];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (found(name)) return true;
    if (seen.has(name)) continue;
    seen.add(name);
    for (const field of types.get(name)?.fields ?? []) queue.push(namedType(field.type));
  }
  return false;
}

function objectTypes(document: DocumentNode): Types {
  const types = new Map<string, ObjectTypeDefinitionNode>();
  for (const node of document.definitions) {
    if (
      node.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      node.kind !== Kind.OBJECT_TYPE_EXTENSION &&
      node.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    const before = types.get(node.name.value);
    types.set(node.name.value, {
      kind: Kind.OBJECT_TYPE_DEFINITION,
      name: node.name,
      fields: [...(before?.fields ?? []), ...(node.fields ?? [])],
      directives: [...(before?.directives ?? []), ...(node.directives ?? [])],
    });
  }
  return types;
}

function* fieldsOf(types: Types): Iterable<[ObjectTypeDefinitionNode, FieldDefinitionNode]> {
  for (const type of types.values()) for (const field of type.fields ?? []) yield [type, field];
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function has(node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }, name: string): boolean {
  return (node.directives ?? []).some((directive) => directive.name.value === name);
}

function argument(field: FieldDefinitionNode, directive: string): string | undefined {
  const node = field.directives?.find(({ name }) => name.value === directive);
  return (node?.arguments?.[0]?.value as StringValueNode | undefined)?.value;
}

function parseFieldSet(fields: string): SelectionSetNode {
  const operation = parse(`{ ${fields} }`).definitions[0];
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('a field set is a selection set.');
  return operation.selectionSet;
}

function at(type: ObjectTypeDefinitionNode, field: FieldDefinitionNode): string {
  return `${type.name.value}.${field.name.value}`;
}

function fault(code: string, subgraph: string, coordinate: string, message: string): Fault {
  return { code, subgraph, coordinate, message: `${coordinate} in ${subgraph}: ${message}` };
}
