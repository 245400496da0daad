import {
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  print,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import type { Pass } from '../../auth/pass.ts';
import type { Agency } from '../agency.ts';
import type { Contract } from '../contract.ts';
import type { Permitted } from '../decide.ts';
import { HubError } from '../errors.ts';
import type { Life } from '../life.ts';
import { type Fetch, variablesIn } from './fetch.ts';
import { IDENTITY, neededCategories, type Pruned, prune } from './prune.ts';
import { type Answer, passFor, tally } from './release.ts';

type Representation = Readonly<Record<string, unknown>> & { readonly __typename: string; readonly id?: string };
type Entity = Record<string, unknown>;

/** Representations of one type that may be asked the same selections. */
interface Group {
  readonly type: string;
  readonly pruned: Pruned;
  readonly permitted: Permitted;
  readonly members: Representation[];
}

/**
 * An entity fetch, masked: each client is asked for what is permitted for it and no more, in one request a fetch.
 *
 * Representations are deduped and grouped by what is permitted; each group is one aliased `_entities` with its own selections, so the
 * agency's loaders batch over all of them. The answer has one entity a representation, in their order, as the executor
 * expects; what was left out is null in it. Nothing permitted, nothing sent.
 */
export async function fetchEntities(
  fetch: Fetch & { readonly entities: ReadonlyMap<string, SelectionSetNode> },
  variables: Readonly<Record<string, unknown>>,
  life: Life,
  agency: Agency,
): Promise<Answer> {
  const { contract } = life;
  const representations = variables.representations as readonly Representation[];
  const clients = representations.filter(({ __typename }) => contract.isClient(__typename)).map(({ id }) => String(id));
  await life.decisions.reach(clients);

  const groups = groupByPermitted(fetch.entities, representations, life);
  const asked = groups.filter(({ pruned }) => pruned.worthAsking);
  const entities = new Map<string, Entity | null>();
  for (const group of groups) {
    for (const member of group.members) entities.set(JSON.stringify(member), blank(group, {}));
  }
  const answer: Answer = { data: null, errors: [] };
  if (asked.length > 0) {
    try {
      const reply = await askGroups(asked, fetch.operation, variables, life, agency);
      for (const [key, entity] of reply.entities) entities.set(key, entity);
      answer.errors.push(...reply.errors);
    } catch (error) {
      if (!(error instanceof HubError) || error.code !== 'AGENCY_UNAVAILABLE') throw error;
      life.unavailable.set(agency.name, error.detail ?? '');
      answer.errors.push({ code: error.code, agency: agency.name });
    }
  }
  answer.data = { _entities: representations.map((each) => entities.get(JSON.stringify(each)) ?? null) };
  return answer;
}

function groupByPermitted(
  entityTypes: ReadonlyMap<string, SelectionSetNode>,
  representations: readonly Representation[],
  life: Life,
): Group[] {
  const { contract } = life;
  const groups = new Map<string, Group>();
  // What a type needs is the same for all its representations.
  const types = new Map(
    [...entityTypes].map(([type, set]) => [type, { set, needed: neededCategories(set, type, contract) }]),
  );
  const seen = new Set<string>();
  for (const representation of representations) {
    const identity = JSON.stringify(representation);
    const type = representation.__typename;
    const asked = types.get(type);
    if (seen.has(identity) || asked === undefined) continue;
    seen.add(identity);
    const { set, needed } = asked;
    const permitted = contract.isClient(type) ? life.decisions.permitted(String(representation.id), needed) : NOTHING;
    const key = `${type} ${permitted.categories.join(' ')} ${permitted.own.join(' ')}`;
    let group = groups.get(key);
    if (group === undefined) {
      group = { type, permitted, pruned: prune(set, type, new Set(permitted.categories), contract), members: [] };
      groups.set(key, group);
    }
    group.members.push(representation);
  }
  return [...groups.values()];
}

const NOTHING: Permitted = { categories: [], own: [] };

async function askGroups(
  groups: readonly Group[],
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  life: Life,
  agency: Agency,
): Promise<{ entities: Map<string, Entity | null>; errors: Answer['errors'] }> {
  const { contract } = life;
  const used = new Set(groups.flatMap(({ pruned }) => [...variablesIn(pruned.selectionSet)]));
  const sent: Record<string, unknown> = {};
  for (const name of used) if (Object.hasOwn(variables, name)) sent[name] = variables[name];
  groups.forEach(({ members }, index) => {
    sent[`r${index}`] = members;
  });
  const pass: Pass = passFor(
    life,
    groups
      .filter(({ type }) => contract.isClient(type))
      .map(({ permitted, members }) => ({ ...permitted, clients: members.map(({ id }) => String(id)) })),
  );
  const answer = await agency.ask(documentOf(groups, operation, used, contract), sent, pass);

  const entities = new Map<string, Entity | null>();
  const errors: Answer['errors'] = answer.errors.map(({ code }) => ({ code, agency: agency.name }));
  groups.forEach((group, index) => {
    const list = answer.data?.[`g${index}`];
    if (!Array.isArray(list) || list.length !== group.members.length) {
      if (answer.errors.length === 0) errors.push({ code: 'WRONG_SHAPE', agency: agency.name });
      return;
    }
    list.forEach((entity: Entity | null, at) => {
      const member = group.members[at] as Representation;
      const isClient = contract.isClient(group.type);
      if (entity === null || typeof entity !== 'object') return;
      // An agency that answers with somebody else's record loses the field, not the client their secret.
      if (isClient && entity[IDENTITY] !== member.id) {
        errors.push({ code: 'WRONG_IDENTITY', agency: agency.name });
        return;
      }
      delete entity[IDENTITY];
      if (isClient) tally(life, agency.name, String(member.id), entity);
      entities.set(JSON.stringify(member), blank(group, entity));
    });
  });
  return { entities, errors };
}

/** What was not got is null, not absent: a fetch that requires one of those fields still goes on for its other fields. */
function blank({ pruned }: Group, entity: Entity): Entity {
  for (const key of pruned.keys) if (!Object.hasOwn(entity, key)) entity[key] = null;
  return entity;
}

/** By contract, because a reloaded supergraph may put a field into another category; then by fetch and permitted sets. */
const documents = new WeakMap<Contract, WeakMap<OperationDefinitionNode, Map<string, string>>>();
const KEPT = 256;

/** `query ($r0, $r1, …) { g0: _entities(representations: $r0) { … } g1: … }` */
function documentOf(
  groups: readonly Group[],
  operation: OperationDefinitionNode,
  used: ReadonlySet<string>,
  contract: Contract,
): string {
  const ofContract = documents.get(contract) ?? new WeakMap<OperationDefinitionNode, Map<string, string>>();
  documents.set(contract, ofContract);
  const kept = ofContract.get(operation) ?? new Map<string, string>();
  ofContract.set(operation, kept);
  const key = groups.map(({ type, permitted }) => `${type} ${permitted.categories.join(' ')}`).join('|');
  let text = kept.get(key);
  if (text === undefined) {
    text = printDocument(groups, operation, used);
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value as string);
    kept.set(key, text);
  }
  return text;
}

function printDocument(
  groups: readonly Group[],
  operation: OperationDefinitionNode,
  used: ReadonlySet<string>,
): string {
  const own = groups.map((_, index) => `$r${index}: [_Any!]!`);
  const passedOn = (operation.variableDefinitions ?? [])
    .filter(({ variable }: VariableDefinitionNode) => used.has(variable.name.value))
    .map((definition) => print(definition));
  const fields = groups.map(({ type, pruned }, index) => {
    const inline = print({
      kind: Kind.INLINE_FRAGMENT,
      typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
      selectionSet: pruned.selectionSet,
    });
    return `g${index}: _entities(representations: $r${index}) { ${inline} }`;
  });
  return `${OperationTypeNode.QUERY} (${[...own, ...passedOn].join(', ')}) { ${fields.join(' ')} }`;
}
