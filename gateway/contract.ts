import {
  buildASTSchema,
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isInterfaceType,
  isListType,
  isObjectType,
  parse,
} from 'graphql';
import { categoriesOf } from '../schema/directives.ts';

/** What the gateway knows of one version of the supergraph; made once when it is loaded, the same for everybody. */
export interface Contract {
  /** The categories that `Type.field` needs; for a field of an interface, those of every type that implements it. */
  categories(typeName: string, fieldName: string): readonly string[];
  /** The named type of `Type.field`; undefined for `__typename` and fields that do not exist. */
  fieldType(typeName: string, fieldName: string): string | undefined;
  /** Whether `Type.field` is a list. */
  isList(typeName: string, fieldName: string): boolean;
  /** Whether a value of this type is a client. */
  isClient(typeName: string): boolean;
  /** Whether an object of the type `typeName` is one of `condition`: the same, or an interface or union that it is in. */
  isSubtype(condition: string, typeName: string): boolean;
  /** Whether what is known as one of these types may be of the other: an agency may know only the interface of what it tells of. */
  mayBe(condition: string, typeName: string): boolean;
}

/** What a field that the contract does not know needs: a category that nobody is ever permitted. */
const UNKNOWN: readonly string[] = ['UNKNOWN'];

/** Reads the contract from the supergraph SDL that `schema/` composed. */
export function readContract(supergraphSdl: string): Contract {
  const schema = buildASTSchema(withoutFederation(parse(supergraphSdl)), { assumeValid: true });
  const categories = new Map<string, readonly string[]>();
  const fieldTypes = new Map<string, string>();
  const lists = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      fieldTypes.set(coordinate, getNamedType(field.type).name);
      if (isListType(getNullableType(field.type))) lists.add(coordinate);
      const needed = isInterfaceType(type)
        ? ofImplementations(schema, type.name, field.name)
        : categoriesOf(field.astNode);
      if (needed.length > 0) categories.set(coordinate, needed);
    }
  }
  const isSubtype = (condition: string, typeName: string): boolean => {
    if (condition === typeName) return true;
    const wider = schema.getType(condition);
    const type = schema.getType(typeName);
    return isAbstractType(wider) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(wider, type);
  };
  return {
    categories(typeName, fieldName) {
      const coordinate = `${typeName}.${fieldName}`;
      if (!fieldTypes.has(coordinate) && !fieldName.startsWith('__')) return UNKNOWN;
      return categories.get(coordinate) ?? [];
    },
    fieldType: (typeName, fieldName) => fieldTypes.get(`${typeName}.${fieldName}`),
    isList: (typeName, fieldName) => lists.has(`${typeName}.${fieldName}`),
    isClient: (typeName) => typeName === 'Client',
    isSubtype,
    mayBe: (condition, typeName) => isSubtype(condition, typeName) || isSubtype(typeName, condition),
  };
}

function ofImplementations(schema: GraphQLSchema, typeName: string, fieldName: string): readonly string[] {
  const type = schema.getType(typeName);
  if (!isAbstractType(type)) return [];
  const all = schema
    .getPossibleTypes(type)
    .flatMap((possible) => categoriesOf(possible.getFields()[fieldName]?.astNode));
  return [...new Set([...all, ...(isInterfaceType(type) ? categoriesOf(type.getFields()[fieldName]?.astNode) : [])])];
}

/** `extend schema @link(…)` heads are of no use here, and graphql-js wants no schema extension without a definition. */
function withoutFederation(document: DocumentNode): DocumentNode {
  return { ...document, definitions: document.definitions.filter((node) => node.kind !== 'SchemaExtension') };
}
