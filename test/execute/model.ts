import { composeServices } from '@apollo/composition';
import { GraphQLError, parse } from 'graphql';

/** An argument as SDL, such as `first: Int = 3`. */
export type ArgumentSdl = string;

export interface Field {
  readonly name: string;
  /** As SDL. */
  readonly type: string;
  readonly args: readonly ArgumentSdl[];
  /** Agencies that answer it. */
  readonly owners: Set<string>;
  /** Agencies that only name it, for their `@requires` or `@provides`. */
  readonly externalIn: Set<string>;
  /** The object types that its value may be of, when it is no leaf. */
  readonly objects: readonly string[];
  /** What it is derived from: a selection of the same entity. */
  requires?: string;
  /** Per agency: what it answers of the entity below. */
  readonly provides: Map<string, string>;
  /** The agency that answered it before its owner took it over; answers of it are wrong. */
  overriddenIn?: string;
  /** It never fails: keys, and what others are derived from. */
  steady: boolean;
  /** The data categories that it needs. */
  readonly categories: readonly string[];
  /** The argument that takes its value from a field of an object above (`@fromContext`). */
  readonly fromAbove?: { readonly argument: string; readonly type: string; readonly field: string };
  /** The argument that names the entity to be found. */
  readonly findsBy?: string;
}

export const KEYS = {
  id: { fields: 'id', declares: ['id: ID!'] },
  code: { fields: 'code', declares: ['code: String!'] },
  pair: { fields: 'series number', declares: ['series: String!', 'number: Int!'] },
  reference: { fields: 'reference { no }', declares: ['reference: Reference!'] },
} as const;

export type KeyName = keyof typeof KEYS;

export interface ObjectModel {
  readonly name: string;
  /** `value`: answered the same by every agency that knows it; `part`: an entity interface as an object (`@interfaceObject`). */
  readonly kind: 'entity' | 'value' | 'root' | 'part';
  /** Per agency that has the entity: its keys. */
  readonly keys: Map<string, KeyName[]>;
  readonly fields: Map<string, Field>;
  readonly interfaces: string[];
  /** The type that its ids are counted in: its own name, or that of its entity interface. */
  readonly family: string;
}

export interface AbstractModel {
  readonly name: string;
  readonly kind: 'interface' | 'union' | 'entities';
  readonly members: readonly string[];
  /** Field names, of an interface. */
  readonly fields: readonly string[];
  /** Of an entity interface: the agency that has it as an object. */
  readonly partIn?: string;
}

/** A federated graph and what is behind it. */
export interface Model {
  readonly agencies: readonly string[];
  readonly objects: Map<string, ObjectModel>;
  readonly abstracts: Map<string, AbstractModel>;
  /** Whether some fields fail. */
  readonly failing: boolean;
  /** Whether nothing is null and no list is short. */
  readonly full: boolean;
  readonly header: string;
}

export const FEDERATION_HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@interfaceObject"])
`;

/** Types that every agency knows. */
const COMMON = `enum Colour { RED GREEN BLUE }
input Where { least: Int = 2, words: [String], within: Where, colour: Colour = GREEN }
scalar Blob
`;

export function field(name: string, type: string, more: Partial<Field> = {}): Field {
  return {
    name,
    type,
    args: [],
    owners: new Set(),
    externalIn: new Set(),
    objects: [],
    provides: new Map(),
    steady: false,
    categories: [],
    ...more,
  };
}

/** The field that answers `Type.name`: of an entity interface's parts, that of the interface. */
export function fieldOf(model: Model, typeName: string, name: string): Field | undefined {
  const type = model.objects.get(typeName);
  return type?.fields.get(name) ?? (type && model.objects.get(type.family)?.fields.get(name));
}

/** The SDL of every agency, by name. */
export function agencySdl(model: Model): Map<string, string> {
  return new Map(model.agencies.map((agency) => [agency, new AgencyPrinter(model, agency).print()]));
}

export interface Composed {
  readonly sdl: ReadonlyMap<string, string>;
  readonly supergraphSdl: string;
}

/** The composed supergraph, or why Apollo's composition refuses it. */
export function compose(sdl: ReadonlyMap<string, string>): Composed | { readonly refused: string } {
  const services = [...sdl].map(([name, text]) => ({ name, url: `http://${name}.invalid`, typeDefs: parse(text) }));
  try {
    const { supergraphSdl, errors } = composeServices(services);
    if (supergraphSdl !== undefined) return { sdl, supergraphSdl };
    return { refused: (errors ?? []).map(({ message }) => message).join('\n') };
  } catch (error) {
    // Some graphs that it would refuse make composition call itself without end.
    if (error instanceof GraphQLError || error instanceof RangeError) return { refused: error.message };
    throw error;
  }
}

/** Every type that an agency's fields lead to is known to it. */
class AgencyPrinter {
  readonly #model: Model;
  readonly #agency: string;
  readonly #known = new Set<string>();

  constructor(model: Model, agency: string) {
    this.#model = model;
    this.#agency = agency;
  }

  print(): string {
    const { objects, abstracts, header } = this.#model;
    for (const type of objects.values()) {
      if (type.kind === 'root' || type.keys.has(this.#agency)) this.#learn(type.name);
    }
    const types = [...this.#known].map((name) => {
      const object = objects.get(name);
      const abstract = abstracts.get(name);
      if (abstract !== undefined && object?.keys.has(this.#agency) !== true) return this.#abstract(abstract);
      return object === undefined ? '' : this.#object(object);
    });
    const reference = [...objects.values()].some(({ keys }) => keys.get(this.#agency)?.includes('reference'))
      ? 'type Reference @shareable { no: String! }\n'
      : '';
    return `${header}${COMMON}${reference}${types.filter((text) => text !== '').join('\n')}\n`;
  }

  #learn(name: string): void {
    if (this.#known.has(name)) return;
    this.#known.add(name);
    const { objects, abstracts } = this.#model;
    const object = objects.get(name);
    const abstract = abstracts.get(name);
    if (object !== undefined && (abstract === undefined || object.keys.has(this.#agency))) {
      if (object.kind === 'entity' && !object.keys.has(this.#agency))
        object.keys.set(this.#agency, [[...object.keys.values()][0]?.[0] ?? 'id']);
      for (const each of this.#fieldsOf(object)) this.#learn(namedType(each.type));
      for (const each of object.interfaces) {
        // An agency that knows a part of an entity interface but not the interface has no need of it.
        if (abstracts.get(each)?.kind !== 'entities') this.#learn(each);
        else if (abstracts.get(each)?.members.every((member) => objects.get(member)?.keys.has(this.#agency)))
          this.#learn(each);
      }
    } else if (abstract !== undefined) for (const member of abstract.members) this.#learn(member);
  }

  #fieldsOf(type: ObjectModel): Field[] {
    return [...type.fields.values()].filter(
      ({ owners, externalIn, overriddenIn }) =>
        type.kind === 'value' ||
        owners.has(this.#agency) ||
        externalIn.has(this.#agency) ||
        overriddenIn === this.#agency,
    );
  }

  #object(type: ObjectModel): string {
    const keys = type.keys.get(this.#agency) ?? [];
    const known = type.interfaces.filter((name) => this.#known.has(name));
    const implemented = known.filter((name) => this.#interfaceFields(name).length > 0);
    const head = [
      `type ${type.name}`,
      implemented.length > 0 ? ` implements ${implemented.join(' & ')}` : '',
      ...keys.map((key) => ` @key(fields: "${KEYS[key].fields}")`),
      type.kind === 'part' ? ' @interfaceObject' : '',
      type.kind === 'value' ? ' @shareable' : '',
    ].join('');
    const declared = new Set(keys.flatMap((key) => KEYS[key].declares));
    const fields = this.#fieldsOf(type).map((each) => this.#field(type, each));
    if (declared.size + fields.length === 0) return '';
    return `${head} {\n${[...declared, ...fields].map((line) => `  ${line}\n`).join('')}}`;
  }

  #field(type: ObjectModel, each: Field): string {
    const { name, args, owners, externalIn, requires, provides, overriddenIn, categories } = each;
    const given = args.length > 0 ? `(${args.join(', ')})` : '';
    const marks: string[] = [];
    const isOwner = owners.has(this.#agency);
    if (isOwner && type.kind !== 'value') {
      if (owners.size > 1 || [...externalIn].some((agency) => this.#providedIn(agency, type, name)))
        marks.push('@shareable');
      if (requires !== undefined) marks.push(`@requires(fields: ${JSON.stringify(requires)})`);
      if (overriddenIn !== undefined) marks.push(`@override(from: "${overriddenIn}")`);
    }
    if (externalIn.has(this.#agency) && !isOwner) marks.push('@external');
    const provided = provides.get(this.#agency);
    if (isOwner && provided !== undefined) marks.push(`@provides(fields: ${JSON.stringify(provided)})`);
    for (const category of categories) marks.push(`@category(name: "${category}")`);
    return `${name}${given}: ${each.type}${marks.map((mark) => ` ${mark}`).join('')}`;
  }

  #providedIn(agency: string, type: ObjectModel, name: string): boolean {
    return [...this.#model.objects.values()].some((other) =>
      [...other.fields.values()].some(
        (each) => namedType(each.type) === type.name && each.provides.get(agency)?.split(' ').includes(name),
      ),
    );
  }

  /** Fields that every member has here. */
  #interfaceFields(name: string): string[] {
    const { objects, abstracts } = this.#model;
    const abstract = abstracts.get(name);
    if (abstract === undefined) return [];
    const members = abstract.members.flatMap((member) => objects.get(member) ?? []);
    const lines = abstract.fields.flatMap((fieldName) => {
      if (fieldName === 'id')
        return members.every(({ keys }) => keys.get(this.#agency)?.includes('id')) ? ['id: ID!'] : [];
      const here = members.map((member) => {
        const found = member.fields.get(fieldName);
        return found !== undefined && (member.kind === 'value' || found.owners.has(this.#agency)) ? found : undefined;
      });
      const [first] = here;
      if (first === undefined || here.includes(undefined)) return [];
      return [`${fieldName}${first.args.length > 0 ? `(${first.args.join(', ')})` : ''}: ${first.type}`];
    });
    return lines;
  }

  #abstract(abstract: AbstractModel): string {
    const { name, kind, members } = abstract;
    if (kind === 'union') return `union ${name} = ${members.join(' | ')}`;
    const lines = this.#interfaceFields(name);
    if (lines.length === 0) return '';
    const key = kind === 'entities' ? ' @key(fields: "id")' : '';
    return `interface ${name}${key} {\n${lines.map((line) => `  ${line}\n`).join('')}}`;
  }
}

export function namedType(type: string): string {
  return type.replaceAll(/[[\]!]/g, '');
}
