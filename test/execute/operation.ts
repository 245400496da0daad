import {
  astFromValue,
  doTypesOverlap,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  parse,
  print,
  specifiedRules,
  validate,
} from 'graphql';
import { refuseTakenNames } from '../../gateway/names.ts';
import { Choices } from './choices.ts';

export interface Operation {
  readonly text: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface OperationOptions {
  /** Root fields that are asked with arguments of their own making. */
  readonly args?: (field: string, choices: Choices) => Readonly<Record<string, unknown>> | undefined;
  readonly introspection?: boolean;
  readonly deepest?: number;
}

/** A random valid operation on an API schema; null when the draw is not valid. */
export function randomOperation(
  schema: GraphQLSchema,
  numbers: readonly number[],
  options: OperationOptions = {},
): Operation | null {
  // A fragment may be spread where its names mean something else; then it is left out there.
  for (const spreadAgain of [true, false]) {
    const operation = new Writer(schema, new Choices(numbers), spreadAgain, options).operation();
    if (validate(schema, parse(operation.text), RULES).length === 0) return operation;
  }
  return null;
}

/** What the hub takes. */
const RULES = [...specifiedRules, refuseTakenNames];

/** Names that meet: of fields, of keys, and of every object in JavaScript. */
const ALIASES = ['x', 'y', 'x', 'y', 'id', 'f0', 'f1', 'name', 'code', 'p0', 'constructor'];

const INTROSPECTION: readonly Part[] = [
  '__schema { queryType { name } types { name } }',
  '__type(name: "E0") { name kind fields { name type { kind ofType { name } } } }',
].map((text) => ({ text, conditional: false }));

const TYPENAME: Part = { text: '__typename', conditional: false };

interface Part {
  readonly text: string;
  /** Whether it is there only for some values of variables. */
  readonly conditional: boolean;
}

interface Used {
  readonly parent: GraphQLCompositeType;
  readonly asked: string;
  readonly type: string;
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #choices: Choices;
  readonly #spreadAgain: boolean;
  readonly #options: OperationOptions;
  readonly #definitions: string[] = [];
  readonly #variables: Record<string, unknown> = {};
  readonly #fragments: { readonly name: string; readonly type: GraphQLCompositeType; readonly text: string }[] = [];
  /** By path of response keys and key. */
  readonly #used = new Map<string, Used[]>();
  #names = 0;

  constructor(schema: GraphQLSchema, choices: Choices, spreadAgain: boolean, options: OperationOptions) {
    this.#schema = schema;
    this.#choices = choices;
    this.#spreadAgain = spreadAgain;
    this.#options = options;
  }

  operation(): Operation {
    const mutation = this.#schema.getMutationType();
    const isMutation = this.#choices.chance(12) && mutation != null;
    const root = (isMutation ? mutation : this.#schema.getQueryType()) as GraphQLCompositeType;
    const selectionSet = isMutation ? this.#changes(root) : this.#set(root, '', 0);
    const variables = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    const fragments = this.#fragments.map(({ name, type, text }) => `fragment ${name} on ${type.name} ${text}`);
    return {
      text: [`${isMutation ? 'mutation' : 'query'} Asked${variables} ${selectionSet}`, ...fragments].join('\n'),
      variables: this.#variables,
    };
  }

  /** One after the other, each under its own name: Apollo's planner asks twice for what is asked under conditions. */
  #changes(root: GraphQLCompositeType): string {
    const count = 1 + this.#choices.number(4);
    const parts = Array.from({ length: count }, (_, at) => {
      const { text } = this.#field(root, `/m${at}`, 0);
      return `m${at}: ${text.replace(/^\w+: /, '')}`;
    });
    return `{ ${parts.join(' ')} }`;
  }

  #set(type: GraphQLCompositeType, path: string, depth: number): string {
    const choices = this.#choices;
    const count = 1 + choices.number(depth === 0 ? 4 : 5);
    const parts = Array.from({ length: count }, (): Part => {
      // Of a union there is always a type to tell, and so an end.
      if (isUnionType(type) && choices.usedUp) return TYPENAME;
      const kind = choices.number(100);
      if (kind < 70 && !isUnionType(type)) return this.#field(type, path, depth);
      return kind >= 70 && kind < 78
        ? { text: this.#typename(path), conditional: false }
        : this.#fragment(type, path, depth);
    });
    // Apollo's planner takes an object for absent when all that is asked of it is under conditions.
    const always = parts.every(({ conditional }) => conditional) ? ' __typename' : '';
    return `{ ${parts.map(({ text }) => text).join(' ')}${always} }`;
  }

  #typename(path: string): string {
    return this.#keyed(
      path,
      { parent: this.#schema.getQueryType() as GraphQLCompositeType, asked: '__typename', type: 'String!' },
      '__typename',
    );
  }

  #field(type: GraphQLCompositeType, path: string, depth: number): Part {
    const choices = this.#choices;
    const { introspection = true, deepest = 5 } = this.#options;
    if (isUnionType(type)) return TYPENAME;
    if (introspection && type === this.#schema.getQueryType() && choices.chance(3)) return choices.pick(INTROSPECTION);
    const all = Object.values(type.getFields());
    const possible = depth < deepest ? all : all.filter((each) => isLeafType(getNamedType(each.type)));
    if (possible.length === 0) return TYPENAME;
    // Where there is one: members of a union whose plans meet in one name. See `supergraph.ts`.
    const meeting = possible.find(({ name }) => name === 'sized');
    const field = meeting !== undefined && choices.chance(25) ? meeting : choices.pick(possible);
    const args = this.#args(field, depth);
    const asked = `${field.name}${args}`;
    const key = this.#keyed(path, { parent: type, asked, type: String(field.type) }, field.name);
    const named = getNamedType(field.type);
    const responseKey = key.split(':')[0] as string;
    const directives = this.#directives();
    const below = isCompositeType(named) ? ` ${this.#set(named, `${path}/${responseKey}`, depth + 1)}` : '';
    return { text: `${key}${args}${directives}${below}`, conditional: directives !== '' };
  }

  /** `alias: name` or the name, so that what meets in one place may meet there. */
  #keyed(path: string, used: Used, name: string): string {
    const choices = this.#choices;
    const wanted = choices.chance(25) ? choices.pick(ALIASES) : name;
    const before = this.#used.get(`${path} ${wanted}`) ?? [];
    if ((wanted === name || !this.#isTaken(wanted, used.parent)) && before.every((other) => mayMeet(other, used))) {
      this.#used.set(`${path} ${wanted}`, [...before, used]);
      return wanted === name ? name : `${wanted}: ${name}`;
    }
    this.#names += 1;
    const alias = `k${this.#names}`;
    this.#used.set(`${path} ${alias}`, [used]);
    return `${alias}: ${name}`;
  }

  /** The hub refuses an alias that is another field's name: see `gateway/names.ts`. */
  #isTaken(alias: string, parent: GraphQLCompositeType): boolean {
    const types = isAbstractType(parent) ? [parent, ...this.#schema.getPossibleTypes(parent)] : [parent];
    return types.some((type) => !isUnionType(type) && Object.hasOwn(type.getFields(), alias));
  }

  #fragment(type: GraphQLCompositeType, path: string, depth: number): Part {
    const choices = this.#choices;
    const directives = this.#directives();
    const again = this.#fragments.filter((each) => doTypesOverlap(this.#schema, each.type, type));
    const spreads = choices.chance(15);
    if (spreads && again.length > 0 && this.#spreadAgain)
      return { text: `...${choices.pick(again).name}${directives}`, conditional: directives !== '' };
    const conditions = [...Object.values(this.#schema.getTypeMap())].filter(
      (each): each is GraphQLCompositeType =>
        isCompositeType(each) && !each.name.startsWith('__') && doTypesOverlap(this.#schema, each, type),
    );
    // Mostly a type that may be there in an object of another, else the same.
    const condition = isObjectType(type) || choices.chance(70) ? choices.pick(conditions) : type;
    const text = this.#set(condition, path, depth);
    const named = choices.chance(40);
    const conditional = directives !== '';
    if (!named) {
      const on = condition === type && choices.chance(30) ? '' : ` on ${condition.name}`;
      return { text: `...${on}${directives} ${text}`, conditional };
    }
    const name = `F${this.#fragments.length}`;
    this.#fragments.push({ name, type: condition, text });
    return { text: `...${name}${directives}`, conditional };
  }

  #directives(): string {
    const choices = this.#choices;
    if (!choices.chance(18)) return '';
    const one = (): string => {
      const name = choices.pick(['include', 'skip']);
      if (choices.chance(30)) return ` @${name}(if: ${choices.chance(50)})`;
      const variable = `if${choices.number(3)}`;
      const definition = `$${variable}: Boolean!`;
      if (!Object.hasOwn(this.#variables, variable)) {
        this.#definitions.push(definition);
        this.#variables[variable] = choices.chance(60);
      }
      return ` @${name}(if: $${variable})`;
    };
    const first = one();
    const second = choices.chance(15) ? one() : '';
    return second.trim().split('(')[0] === first.trim().split('(')[0] ? first : first + second;
  }

  #args(field: GraphQLField<unknown, unknown>, depth: number): string {
    const choices = this.#choices;
    const own = depth === 0 ? this.#options.args?.(field.name, choices) : undefined;
    const given = field.args.flatMap((argument) => {
      if (own !== undefined && Object.hasOwn(own, argument.name))
        return [`${argument.name}: ${this.#given(argument, own[argument.name])}`];
      if (!isNonNullType(argument.type) && !choices.chance(60)) return [];
      return [`${argument.name}: ${this.#given(argument, this.#value(argument.type, 0))}`];
    });
    return given.length > 0 ? `(${given.join(', ')})` : '';
  }

  /** A value as a literal or as a variable. */
  #given({ type, defaultValue }: GraphQLArgument, value: unknown): string {
    const choices = this.#choices;
    const literal = (of: unknown): string => print(astFromValue(of, type) ?? { kind: 'NullValue' as never });
    if (!choices.chance(40)) return literal(value);
    const name = `v${this.#definitions.length}`;
    const hasDefault = choices.chance(30) && value !== null;
    const nullable = isNonNullType(type) ? String(type.ofType) : String(type);
    const declared = hasDefault ? `${nullable} = ${literal(value)}` : String(type);
    this.#definitions.push(`$${name}: ${declared}`);
    const mayOmit = hasDefault || (!isNonNullType(type) && defaultValue === undefined);
    if (!(mayOmit && choices.chance(40))) this.#variables[name] = value;
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    const choices = this.#choices;
    if (isNonNullType(type)) return this.#value(type.ofType, depth) ?? 0;
    if (depth > 0 && choices.chance(10)) return null;
    if (isListType(type))
      return Array.from(
        { length: choices.number(3) },
        () => this.#value(type.ofType, depth + 1) ?? (isNonNullType(type.ofType) ? 0 : null),
      );
    if (isEnumType(type)) return choices.pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(() => depth < 2 && choices.chance(40));
      return Object.fromEntries(fields.map((each) => [each.name, this.#value(each.type, depth + 1)]));
    }
    const number = choices.number(5);
    if (type.name === 'Int') return number;
    if (type.name === 'Boolean') return number > 2;
    return ['', 'ä', 'a"b', '$v', 'null'][number];
  }
}

/** GraphQL § 5.3.2: the same field, or leaves of one type in objects that are never the same. */
function mayMeet(one: Used, other: Used): boolean {
  if (one.type !== other.type) return false;
  if (one.asked === other.asked) return true;
  const apart = isObjectType(one.parent) && isObjectType(other.parent) && one.parent !== other.parent;
  return (
    apart && !isAbstractType(one.parent) && /^[[\]!]*(String|Int|Float|Boolean|ID|Colour|Blob)[[\]!]*$/.test(one.type)
  );
}
