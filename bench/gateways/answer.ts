import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { inBytes } from '../../gateway/execute/raw.ts';
import { clientById, clientId, type Fields, type Value } from './people.ts';

interface Asked {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

type Variables = Readonly<Record<string, unknown>>;
type Answerer = (variables: Variables) => string;

const answerers = new Map<string, Answerer>();

/**
 * The whole answer to one GraphQL request, as JSON with a character for each byte of its UTF-8: `client`, `caseload` and `_entities` of
 * clients, under any aliases.
 *
 * A query's text is parsed once, and what it gives of a client is printed once, so that the answer costs little more than joining text.
 * Throws when the query asks what nobody has.
 */
export function answer({ query, variables = {} }: Asked): string {
  let answerer = answerers.get(query);
  if (answerer === undefined) {
    answerer = compile(parse(query));
    answerers.set(query, answerer);
  }
  return answerer(variables);
}

interface Field {
  readonly key: string;
  readonly name: string;
  readonly node: FieldNode;
  /** Null: of any type. */
  readonly on: string | null;
  readonly below: readonly Field[];
}

function compile(document: DocumentNode): Answerer {
  const fragments = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new TypeError('A request has an operation.');
  const roots = fieldsOf(operation.selectionSet, fragments, null).map(
    (field) => [JSON.stringify(field.key), rootAnswerer(field)] as const,
  );
  return (variables) => `{"data":{${roots.map(([key, of]) => `${key}:${of(variables)}`).join(',')}}}`;
}

function rootAnswerer(field: Field): Answerer {
  const args = new Map((field.node.arguments ?? []).map(({ name, value }) => [name.value, value]));
  const argument = (name: string, variables: Variables): unknown => given(args.get(name), variables);
  const printed = new Map<string, string>();
  const client = (id: string): string => kept(printed, id, () => print(clientById(id), field.below));
  switch (field.name) {
    case '__typename':
      return () => '"Query"';
    case 'client':
      return (variables) => client(String(argument('id', variables)));
    case '_entities':
      return (variables) => {
        const asked = argument('representations', variables) as readonly { readonly id: string }[];
        return `[${asked.map(({ id }) => client(id)).join(',')}]`;
      };
    case 'caseload':
      return (variables) => {
        const from = Number(argument('after', variables) ?? 0);
        const first = Number(argument('first', variables));
        return kept(printed, `${from} ${first}`, () => print(page(from, first), field.below));
      };
    default:
      throw new TypeError(`Nobody answers the root field ${field.name}.`);
  }
}

/** Clients by number; a cursor is the number of the next one. */
function page(from: number, first: number): Fields {
  const edges = Array.from({ length: first }, (_, at) => ({
    __typename: 'CaseloadEdge',
    cursor: String(from + at + 1),
    node: { __typename: 'Client', id: clientId(from + at) },
  }));
  return { __typename: 'CaseloadConnection', edges };
}

function given(node: ValueNode | undefined, variables: Variables): unknown {
  if (node?.kind === Kind.VARIABLE) return variables[node.name.value];
  return node === undefined ? undefined : valueFromASTUntyped(node, variables);
}

function kept(all: Map<string, string>, key: string, make: () => string): string {
  let text = all.get(key);
  if (text === undefined) {
    text = make();
    all.set(key, text);
  }
  return text;
}

function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  on: string | null,
): Field[] {
  return selections.flatMap((selection) => {
    if ((selection.directives ?? []).length > 0) throw new TypeError('Nobody answers a field with a directive.');
    if (selection.kind === Kind.FIELD) {
      const { alias, name, selectionSet } = selection;
      const below = selectionSet === undefined ? [] : fieldsOf(selectionSet, fragments, null);
      return [{ key: (alias ?? name).value, name: name.value, node: selection, on, below }];
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (fragment === undefined) throw new TypeError('A fragment is defined before it is used.');
    return fieldsOf(fragment.selectionSet, fragments, fragment.typeCondition?.name.value ?? on);
  });
}

function print(value: Value, fields: readonly Field[]): string {
  if (value === null || typeof value !== 'object') return inBytes(JSON.stringify(value));
  if (isList(value)) return `[${value.map((each) => print(each, fields)).join(',')}]`;
  const printed = new Map<string, string>();
  for (const field of fields) {
    if (field.on !== null && field.on !== value.__typename) continue;
    const member = value[field.name];
    if (member === undefined) throw new TypeError(`Nobody has ${value.__typename}.${field.name}.`);
    // A field that is asked twice, through a fragment too, stands once.
    const below = fields.filter(({ key }) => key === field.key).flatMap((each) => each.below);
    if (!printed.has(field.key)) printed.set(field.key, print(member, below));
  }
  return `{${[...printed].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}
