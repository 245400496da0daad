import { Choices } from './choices.ts';
import {
  agencySdl,
  type Composed,
  compose,
  FEDERATION_HEADER,
  type Field,
  field,
  type KeyName,
  type Model,
  namedType,
  type ObjectModel,
} from './model.ts';

export interface Supergraph extends Composed {
  readonly model: Model;
}

/** A random federated graph; `refused` is why composition did not take it. */
export function randomSupergraph(numbers: readonly number[]): Supergraph | { readonly refused: string } {
  const model = new Drawing(new Choices(numbers)).model();
  const composed = compose(agencySdl(model));
  return 'refused' in composed ? composed : { ...composed, model };
}

const LEAVES = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Colour', 'Blob'];
const ARGUMENTS = ['at: Int', 'top: Int = 3', 'word: String!', 'colour: Colour = RED', 'list: [Int!]', 'where: Where'];
const OTHER_KEYS: readonly KeyName[] = ['code', 'pair', 'reference', 'id'];

/** A graph is drawn whole, then its fields are given to agencies that can reach each other by keys. */
class Drawing {
  readonly #choices: Choices;
  readonly #model: Model;

  constructor(choices: Choices) {
    this.#choices = choices;
    this.#model = {
      agencies: ['a', 'b', 'c', 'd'].slice(0, 2 + choices.number(3)),
      objects: new Map(),
      abstracts: new Map(),
      failing: choices.chance(30),
      full: false,
      header: FEDERATION_HEADER,
    };
  }

  model(): Model {
    const choices = this.#choices;
    const clashes = choices.chance(40);
    const entities = ['E0', 'E1', 'E2', 'E3'].slice(0, 1 + choices.number(4) + Number(clashes));
    const values = ['V0', 'V1', 'V2'].slice(0, choices.number(4));
    // Its members are known by their id everywhere: its agencies have no other field in common.
    const inInterface = entities.length > 1 && choices.chance(50) ? entities.slice(0, 2) : [];
    for (const name of entities) this.#entity(name, inInterface.includes(name));
    if (choices.chance(40)) this.#entityInterface();
    for (const name of values) this.#value(name);
    if (inInterface.length > 0) this.#interface('I', inInterface);
    if (values.length > 1 && choices.chance(60)) this.#interface('J', values.slice(0, 2));
    if (clashes || choices.chance(40)) this.#union('U', entities.slice(0, 2));
    if (values.length > 0 && choices.chance(40)) this.#union('W', values);
    const { objects } = this.#model;
    for (const type of [...objects.values()]) {
      if (type.kind === 'value') this.#fieldsOfValue(type);
      if (type.kind === 'entity' || type.kind === 'part') this.#fieldsOfEntity(type);
    }
    for (const type of objects.values()) {
      if (type.kind !== 'entity' && type.kind !== 'part') continue;
      this.#derive(type);
      if (type.kind === 'entity') this.#handOver(type);
    }
    this.#roots();
    if (clashes) this.#clash();
    for (const type of objects.values()) this.#provide(type);
    return this.#model;
  }

  #add(type: Omit<ObjectModel, 'fields' | 'interfaces' | 'keys'>): ObjectModel {
    const added = { ...type, keys: new Map(), fields: new Map(), interfaces: [] };
    this.#model.objects.set(type.name, added);
    return added;
  }

  /** At home in some agencies; each but the first shares a key with one before it. */
  #entity(name: string, byId: boolean, family = name, not: readonly string[] = []): ObjectModel {
    const choices = this.#choices;
    const type = this.#add({ name, kind: 'entity', family });
    const agencies = this.#model.agencies.filter((agency) => !not.includes(agency));
    const first = choices.number(agencies.length);
    const homes = [...agencies.slice(first), ...agencies.slice(0, first)].slice(0, 1 + choices.number(agencies.length));
    for (const [index, home] of homes.entries()) {
      if (index === 0) {
        type.keys.set(home, ['id']);
        continue;
      }
      const neighbour = homes[choices.number(index)] as string;
      const shared = byId || choices.chance(40) ? 'id' : choices.pick(OTHER_KEYS);
      const theirs = type.keys.get(neighbour) ?? [];
      if (!theirs.includes(shared)) type.keys.set(neighbour, [...theirs, shared]);
      type.keys.set(home, [shared]);
    }
    for (const [home, keys] of type.keys) {
      for (const key of keys) {
        const names = { id: ['id'], code: ['code'], pair: ['series', 'number'], reference: ['reference'] }[key];
        const types = { id: ['ID!'], code: ['String!'], pair: ['String!', 'Int!'], reference: ['Reference!'] }[key];
        for (const [at, keyField] of names.entries()) {
          const known = type.fields.get(keyField) ?? field(keyField, types[at] as string, { steady: true });
          type.fields.set(keyField, known);
          known.externalIn.delete(home);
        }
      }
    }
    return type;
  }

  /** An interface with a key, known in full to one agency and as an object to another. */
  #entityInterface(): void {
    const [full, part] = this.#model.agencies as [string, string];
    for (const name of ['M0', 'M1']) {
      const type = this.#entity(name, true, 'M', [part]);
      const theirs = type.keys.get(full) ?? [];
      if (!theirs.includes('id')) type.keys.set(full, [...theirs, 'id']);
      type.interfaces.push('M');
      type.fields.set('title', field('title', 'String', { owners: new Set([full]), steady: true }));
    }
    const type = this.#add({ name: 'M', kind: 'part', family: 'M' });
    type.keys.set(part, ['id']);
    this.#model.abstracts.set('M', {
      name: 'M',
      kind: 'entities',
      members: ['M0', 'M1'],
      fields: ['id', 'title'],
      partIn: part,
    });
  }

  #value(name: string): void {
    const type = this.#add({ name, kind: 'value', family: name });
    type.fields.set('name', field('name', 'String', { steady: true }));
  }

  #interface(name: string, members: readonly string[]): void {
    const { objects, abstracts } = this.#model;
    const types = members.flatMap((member) => objects.get(member) ?? []);
    for (const type of types) type.interfaces.push(name);
    const areValues = types.every(({ kind }) => kind === 'value');
    const label = this.#leaf('label', 'String');
    if (areValues) for (const type of types) type.fields.set('label', label);
    else
      for (const type of types) {
        const owner = this.#choices.pick([...type.keys.keys()]);
        type.fields.set('name', field('name', 'String', { owners: new Set([owner]) }));
      }
    abstracts.set(name, { name, kind: 'interface', members, fields: areValues ? ['name', 'label'] : ['id', 'name'] });
  }

  #union(name: string, members: readonly string[]): void {
    this.#model.abstracts.set(name, { name, kind: 'union', members, fields: [] });
  }

  #leaf(name: string, type: string, more: Partial<Field> = {}): Field {
    const args = this.#choices.chance(25) ? this.#choices.some(ARGUMENTS, 40) : [];
    return field(name, type, { args, ...more });
  }

  /** A type for a field of this agency; every agency when it has none of its own. */
  #type(agency: string | null): { readonly type: string; readonly objects: readonly string[] } {
    const choices = this.#choices;
    const { objects, abstracts } = this.#model;
    let named = choices.pick(LEAVES);
    let possible: readonly string[] = [];
    if (choices.chance(55)) {
      const candidates = [...objects.values()].filter(
        ({ kind, family, name }) => (kind === 'entity' && (agency !== null || family === name)) || kind === 'value',
      );
      // Only where it is known in full or as an object can an entity interface be named; its parts not beside its object.
      const abstract = [...abstracts.values()].filter(({ kind, members, partIn }) =>
        kind === 'entities'
          ? agency !== null && (partIn === agency || members.every((each) => objects.get(each)?.keys.has(agency)))
          : agency !== null,
      );
      const part = abstracts.get('M')?.partIn;
      const names = [
        ...candidates.filter(({ family }) => family !== 'M' || agency !== part).map(({ name }) => name),
        ...abstract.map(({ name }) => name),
      ];
      if (names.length > 0) {
        named = choices.pick(names);
        possible = abstracts.get(named)?.members ?? [named];
      }
    }
    const wrapped = choices.pick([
      (inner: string) => inner,
      (inner: string) => inner,
      (inner: string) => `${inner}!`,
      (inner: string) => `[${inner}]`,
      (inner: string) => `[${inner}!]`,
      (inner: string) => `[${inner}!]!`,
      (inner: string) => `[[${inner}]]`,
      (inner: string) => `[[${inner}!]!]`,
    ])(named);
    return { type: wrapped, objects: possible };
  }

  #field(name: string, agency: string | null): Field {
    const { type, objects } = this.#type(agency);
    const owners = new Set(agency === null ? [] : [agency]);
    return this.#leaf(name, type, { owners, objects });
  }

  /** Values lead to values that were drawn before them, and to entities. */
  #fieldsOfValue(type: ObjectModel): void {
    const count = this.#choices.number(4);
    for (let at = 0; at < count; at += 1) {
      const drawn = this.#field(`f${at}`, null);
      const named = namedType(drawn.type);
      const isLater = this.#model.objects.get(named)?.kind === 'value' && named >= type.name;
      if (!isLater && !type.fields.has(drawn.name)) type.fields.set(drawn.name, drawn);
    }
  }

  #fieldsOfEntity(type: ObjectModel): void {
    const homes = [...type.keys.keys()];
    const prefix = type.kind === 'part' ? 'p' : 'f';
    const count = 1 + this.#choices.number(5);
    for (let at = 0; at < count; at += 1) {
      const home = this.#choices.pick(homes);
      const drawn = this.#field(`${prefix}${at}`, home);
      const other = this.#choices.pick(homes);
      if (this.#choices.chance(15) && this.#knows(other, namedType(drawn.type))) drawn.owners.add(other);
      type.fields.set(drawn.name, drawn);
    }
  }

  /** Whether another agency can answer a field of this type with the same objects. */
  #knows(agency: string, named: string): boolean {
    const { partIn } = this.#model.abstracts.get('M') ?? {};
    return !(named.startsWith('M') && (partIn === agency || named === 'M'));
  }

  /** `@requires`: fields are derived from those drawn before them. */
  #derive(type: ObjectModel): void {
    const drawn = [...type.fields.values()].filter(({ owners }) => owners.size > 0);
    const sources = type.kind === 'part' ? this.#ofInterface() : drawn;
    for (const [at, each] of drawn.entries()) {
      const [owner] = each.owners as Set<string>;
      if (
        owner === undefined ||
        each.owners.size > 1 ||
        (type.interfaces.length > 0 && (each.name === 'name' || each.name === 'title'))
      )
        continue;
      if (!this.#choices.chance(45)) continue;
      const before = type.kind === 'part' ? sources : drawn.slice(0, at);
      const possible = before.filter(({ owners, args }) => !owners.has(owner) && args.length === 0);
      const selections = this.#choices.some(possible, 60).flatMap((source) => this.#required(source, owner));
      if (selections.length === 0) continue;
      each.requires = selections.join(' ');
    }
  }

  #ofInterface(): Field[] {
    const [first] = this.#model.abstracts.get('M')?.members ?? [];
    const title = this.#model.objects.get(first ?? '')?.fields.get('title');
    if (title === undefined) return [];
    const { partIn } = this.#model.abstracts.get('M') as { partIn: string };
    const known = field('title', 'String', { steady: true, owners: new Set(title.owners), externalIn: new Set() });
    // Named in the object as external; answered by the interface's members.
    this.#model.objects.get('M')?.fields.set('title', known);
    known.owners.delete(partIn);
    return [known];
  }

  /** The selection of one required field; what it names is external in the agency that requires it. */
  #required(source: Field, agency: string): string[] {
    const { objects, abstracts } = this.#model;
    const named = namedType(source.type);
    const isM = named === 'M' || objects.get(named)?.family === 'M';
    if (isM) return [];
    const below = source.objects.map((name) => {
      const type = objects.get(name) as ObjectModel;
      const leaves = [...type.fields.values()].filter(
        (each) =>
          each.objects.length === 0 &&
          namedType(each.type) !== 'Reference' &&
          each.args.length === 0 &&
          (type.kind === 'value' || (type.keys.has(agency) && each.owners.size > 0 && each.requires === undefined)),
      );
      return { type, chosen: this.#choices.some(leaves, 50) };
    });
    if (below.length > 0 && below.every(({ chosen }) => chosen.length === 0)) return [];
    for (const { type, chosen } of below)
      for (const each of chosen) {
        each.steady = true;
        if (type.kind === 'entity' && !each.owners.has(agency)) each.externalIn.add(agency);
      }
    source.externalIn.add(agency);
    source.steady = true;
    if (below.length === 0) return [source.name];
    const inner = below
      .filter(({ chosen }) => chosen.length > 0)
      .map(({ type, chosen }) => {
        const names = chosen.map(({ name }) => name).join(' ');
        return abstracts.has(named) ? `... on ${type.name} { ${names} }` : names;
      });
    return [`${source.name} { ${abstracts.has(named) ? '__typename ' : ''}${inner.join(' ')} }`];
  }

  /** `@override`: the agency that had it before still says that it has. */
  #handOver(type: ObjectModel): void {
    for (const each of type.fields.values()) {
      const [owner] = each.owners as Set<string>;
      if (owner === undefined || each.owners.size > 1 || each.requires !== undefined || type.interfaces.length > 0)
        continue;
      const others = [...type.keys.keys()].filter((agency) => agency !== owner && !each.externalIn.has(agency));
      if (others.length === 0 || !this.#choices.chance(12)) continue;
      const from = this.#choices.pick(others);
      if (this.#knows(from, namedType(each.type))) each.overriddenIn = from;
    }
  }

  #roots(): void {
    const choices = this.#choices;
    const query = this.#add({ name: 'Query', kind: 'root', family: 'Query' });
    const mutation = this.#add({ name: 'Mutation', kind: 'root', family: 'Mutation' });
    for (const agency of this.#model.agencies) {
      const count = 1 + choices.number(3);
      for (let at = 0; at < count; at += 1) {
        const drawn = this.#field(`${agency}${at}`, agency);
        const other = choices.pick(this.#model.agencies);
        if (choices.chance(15) && this.#knows(other, namedType(drawn.type))) drawn.owners.add(other);
        query.fields.set(drawn.name, drawn);
      }
      const [one] = [...this.#model.objects.values()].filter(({ kind, keys }) => kind === 'entity' && keys.has(agency));
      if (one !== undefined)
        query.fields.set(
          `${agency}All`,
          field(`${agency}All`, `[${one.name}!]`, { owners: new Set([agency]), objects: [one.name] }),
        );
      if (choices.chance(50)) {
        mutation.fields.set(
          `${agency}Tick`,
          field(`${agency}Tick`, 'Int!', { owners: new Set([agency]), steady: true }),
        );
        const drawn = this.#field(`${agency}Do`, agency);
        mutation.fields.set(drawn.name, drawn);
      }
    }
  }

  /** Two members of a union with fields of one name and other types, both required in one fetch. */
  #clash(): void {
    const { objects, abstracts, agencies } = this.#model;
    const members = abstracts.get('U')?.members ?? [];
    const [owner, derives] = agencies as [string, string];
    if (members.length < 2) return;
    for (const [at, member] of members.entries()) {
      const type = objects.get(member) as ObjectModel;
      for (const agency of [owner, derives]) {
        const theirs = type.keys.get(agency) ?? [];
        if (!theirs.includes('id')) type.keys.set(agency, [...theirs, 'id']);
      }
      const sizes = { owners: new Set([owner]), externalIn: new Set([derives]), steady: true };
      type.fields.set('size', field('size', at === 0 ? 'Int!' : 'String', sizes));
      type.fields.set('sized', field('sized', 'String', { owners: new Set([derives]), requires: 'size' }));
    }
    const found = { owners: new Set([owner]), objects: members };
    objects.get('Query')?.fields.set('sized', field('sized', '[U!]', found));
  }

  /** `@provides`: an agency answers some fields of an entity, but only below one field. */
  #provide(type: ObjectModel): void {
    for (const each of type.fields.values()) {
      const target = this.#model.objects.get(namedType(each.type));
      const [owner] = each.owners as Set<string>;
      if (type.kind === 'value' || owner === undefined || each.owners.size > 1) continue;
      if (target?.kind !== 'entity' || !target.keys.has(owner) || !this.#choices.chance(30)) continue;
      const possible = [...target.fields.values()].filter(
        ({ owners, objects, requires, args, type: given, overriddenIn }) =>
          owners.size > 0 &&
          !owners.has(owner) &&
          objects.length === 0 &&
          requires === undefined &&
          overriddenIn === undefined &&
          args.length === 0 &&
          given !== 'Reference!',
      );
      const provided = this.#choices.some(possible, 40);
      if (provided.length === 0) continue;
      for (const leaf of provided) leaf.externalIn.add(owner);
      each.provides.set(owner, provided.map(({ name }) => name).join(' '));
    }
  }
}
