import { CATEGORY_NAMES } from '../../schema/categories.ts';
import { SDL_HEADER } from '../../schema/directives.ts';
import { Choices } from './choices.ts';
import { agencySdl, compose, type Field, field, fieldOf, type Model, type ObjectModel } from './model.ts';
import type { Supergraph } from './supergraph.ts';

export interface ClientsOptions {
  /** Whether fields are derived from those of other agencies, or answered by several. */
  readonly joined: boolean;
}

/** A random graph about clients, as agencies of the hub may publish it: a registry, a case-load, and what each agency knows of a client. */
export function randomClients(
  numbers: readonly number[],
  options: ClientsOptions,
): Supergraph | { readonly refused: string } {
  const model = new Drawing(new Choices(numbers), options).model();
  const composed = compose(agencySdl(model));
  return 'refused' in composed ? composed : { ...composed, model };
}

/** The categories that a field needs beside those above it. */
export function categoriesIn(model: Model, typeName: string, fieldName: string): readonly string[] {
  return fieldOf(model, typeName, fieldName)?.categories ?? [];
}

const CATEGORIES = CATEGORY_NAMES.slice(0, 5);
const LEAVES = ['String', 'Int', 'Float', 'Boolean', 'Colour', '[Int!]', '[[String]]', 'Blob'];

class Drawing {
  readonly #choices: Choices;
  readonly #options: ClientsOptions;
  readonly #model: Model;

  constructor(choices: Choices, options: ClientsOptions) {
    this.#choices = choices;
    this.#options = options;
    this.#model = {
      agencies: ['a', 'b', 'c', 'd'].slice(0, 2 + choices.number(3)),
      objects: new Map(),
      abstracts: new Map(),
      failing: false,
      full: false,
      header: SDL_HEADER,
    };
  }

  model(): Model {
    const choices = this.#choices;
    const { agencies, abstracts } = this.#model;
    const client = this.#add('Client', 'entity', agencies);
    this.#unit();
    for (const name of ['V0', 'V1']) this.#value(name);
    abstracts.set('J', { name: 'J', kind: 'interface', members: ['V0', 'V1'], fields: ['label'] });
    abstracts.set('W', { name: 'W', kind: 'union', members: ['V0', 'V1'], fields: [] });
    const count = 3 + choices.number(9);
    for (let at = 0; at < count; at += 1) {
      const drawn = this.#ofClient(`c${at}`, [...client.fields.values()]);
      client.fields.set(drawn.name, drawn);
    }
    this.#roots();
    return this.#model;
  }

  #add(name: string, kind: ObjectModel['kind'], agencies: readonly string[]): ObjectModel {
    const keys = new Map(agencies.map((agency) => [agency, ['id' as const]]));
    const added: ObjectModel = {
      name,
      kind,
      family: name,
      keys: kind === 'entity' ? keys : new Map(),
      fields: new Map(),
      interfaces: [],
    };
    if (kind === 'entity') added.fields.set('id', field('id', 'ID!', { steady: true }));
    this.#model.objects.set(name, added);
    return added;
  }

  /** Public reference data: what an agency is, wherever it is named. */
  #unit(): void {
    const choices = this.#choices;
    const homes = this.#model.agencies.filter(() => choices.chance(60));
    const unit = this.#add('Unit', 'entity', homes.length > 0 ? homes : ['a']);
    for (const home of unit.keys.keys()) {
      const name = `${home}Name`;
      unit.fields.set(name, field(name, 'String', { owners: new Set([home]) }));
    }
  }

  /** A part of what is known of a client; some of it is narrower than the whole. */
  #value(name: string): void {
    const choices = this.#choices;
    const value = this.#add(name, 'value', []);
    value.interfaces.push('J');
    value.fields.set('label', field('label', 'String'));
    value.fields.set('unit', field('unit', 'Unit', { objects: ['Unit'] }));
    const count = 1 + choices.number(3);
    for (let at = 0; at < count; at += 1) {
      const categories = choices.chance(40) ? [choices.pick(CATEGORIES)] : [];
      value.fields.set(`v${at}`, field(`v${at}`, choices.pick(LEAVES), { categories }));
    }
    if (name === 'V1' && choices.chance(50))
      value.fields.set('within', field('within', '[V0]', { objects: ['V0'], categories: [choices.pick(CATEGORIES)] }));
  }

  #ofClient(name: string, before: readonly Field[]): Field {
    const choices = this.#choices;
    const owner = choices.pick(this.#model.agencies);
    const categories = new Set<string>([choices.pick(CATEGORIES)]);
    if (choices.chance(20)) categories.add(choices.pick(CATEGORIES));
    const owners = new Set([owner]);
    let requires: string | undefined;
    if (this.#options.joined && choices.chance(15)) owners.add(choices.pick(this.#model.agencies));
    else if (this.#options.joined && choices.chance(35)) {
      const possible = before.filter(
        (each) =>
          !each.owners.has(owner) && each.owners.size > 0 && each.objects.length === 0 && each.args.length === 0,
      );
      const chosen = choices.some(possible, 50);
      for (const each of chosen) {
        each.externalIn.add(owner);
        for (const category of each.categories) categories.add(category);
      }
      if (chosen.length > 0) requires = chosen.map((each) => each.name).join(' ');
    }
    const named = choices.chance(60) ? choices.pick(LEAVES) : choices.pick(['V0', 'V1', 'J', 'W', 'Unit']);
    const objects = { V0: ['V0'], V1: ['V1'], J: ['V0', 'V1'], W: ['V0', 'V1'], Unit: ['Unit'] }[named] ?? [];
    const type = objects.length > 0 ? choices.pick([named, `[${named}]`, `[${named}!]`, `[[${named}]]`]) : named;
    const args = choices.chance(20) ? ['at: Int = 1'] : [];
    return field(name, type, {
      owners,
      objects,
      args,
      categories: [...categories],
      ...(requires === undefined ? {} : { requires }),
    });
  }

  #roots(): void {
    const query = this.#add('Query', 'root', []);
    const one = { owners: new Set(['a']), objects: ['Client'], findsBy: 'id', args: ['id: ID!'] };
    query.fields.set('client', field('client', 'Client', one));
    const list = { owners: new Set(['b']), objects: ['Client'], args: ['first: Int'] };
    query.fields.set('caseload', field('caseload', '[Client]', list));
    query.fields.set('groups', field('groups', '[[Client!]]', list));
    query.fields.set(
      'page',
      field('page', 'Page', { owners: new Set(['b']), objects: ['Page'], args: ['after: Int'] }),
    );
    query.fields.set('unit', field('unit', 'Unit', { owners: new Set(['a']), objects: ['Unit'] }));
    const page = this.#add('Page', 'value', []);
    page.fields.set('edges', field('edges', '[Edge!]', { objects: ['Edge'] }));
    page.fields.set('total', field('total', 'Int'));
    const edge = this.#add('Edge', 'value', []);
    edge.fields.set('node', field('node', 'Client', { objects: ['Client'] }));
    edge.fields.set('cursor', field('cursor', 'String'));
    const mutation = this.#add('Mutation', 'root', []);
    mutation.fields.set('act', field('act', 'Edge', { owners: new Set(['b']), objects: ['Edge'], args: ['on: ID!'] }));
  }
}
