import type { FetchNode, PlanNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Contract } from '../contract.ts';
import { HubError } from '../errors.ts';
import { atOnce } from './defer.ts';
import type {
  ContextArgument,
  EntityFetch,
  EntityPart,
  Node,
  Occurrence,
  Path,
  RootFetch,
  RootField,
} from './nodes.ts';
import { isById, parallel, sequence } from './order.ts';
import { compileProjector } from './project.ts';
import { CLIENT_ID, fragmentsOf, isIdentity, responseKey, setOf, spreadFragments, TYPENAME } from './prune.ts';
import { compileRewrites } from './rewrite.ts';
import { entityVariants, rootVariants } from './variants.ts';

/** Fetches that one plan may have. */
export const LARGEST_PLAN = 100;

/** Throws `HubError` PLAN_UNSUPPORTED: the operator reads what. */
export function unsupported(what: string): HubError {
  return new HubError('PLAN_UNSUPPORTED', { detail: what });
}

/** Compiles the nodes of one plan. */
export class PlanCompiler {
  readonly #contract: Contract;
  #fetches = 0;

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  node(node: PlanNode, path: Path): Node | null {
    switch (node.kind) {
      case 'Sequence':
        return sequence(this.#all(node.nodes, path));
      case 'Parallel':
        return parallel(this.#all(node.nodes, path));
      case 'Flatten':
        return this.node(node.node, [...path, ...node.path.map(step)]);
      case 'Condition': {
        const { condition, ifClause, elseClause } = node;
        return {
          kind: 'condition',
          variable: condition,
          whenTrue: ifClause === undefined ? null : this.node(ifClause, path),
          whenFalse: elseClause === undefined ? null : this.node(elseClause, path),
        };
      }
      case 'Fetch':
        this.#fetches += 1;
        if (this.#fetches > LARGEST_PLAN) throw new HubError('PLAN_TOO_LARGE');
        refuseUnknown(node);
        return node.requires === undefined ? this.#roots(node, path) : this.#entities(node, path);
      case 'Defer':
        return this.node(atOnce(node), path);
      default:
        throw unsupported((node as PlanNode).kind);
    }
  }

  #all(nodes: readonly PlanNode[], path: Path): Node[] {
    return nodes.flatMap((each) => this.node(each, path) ?? []);
  }

  #roots(fetch: FetchNode, path: Path): Node {
    if ([...(fetch.inputRewrites ?? []), ...(fetch.contextRewrites ?? [])].length > 0)
      throw unsupported('a rewrite of what a root field is asked with');
    const { operation, selectionSet } = readFetch(fetch);
    const isMutation = operation.operation === OperationTypeNode.MUTATION;
    const rootType = isMutation ? 'Mutation' : 'Query';
    const followUps: EntityFetch[] = [];
    const fields = [...byKey(rootFields(selectionSet.selections, []))].map(([key, occurrences]) =>
      this.#rootField(key, occurrences, rootType, path, followUps),
    );
    const roots: RootFetch = {
      kind: 'roots',
      agency: fetch.serviceName,
      path,
      operation: isMutation ? 'mutation' : 'query',
      variables: operation.variableDefinitions ?? [],
      fields,
      rewrites: compileRewrites(fetch.outputRewrites, this.#contract),
      documents: new Map(),
    };
    if (followUps.length === 0) return roots;
    const withVariables = followUps.map((each) => ({ ...each, variables: roots.variables }));
    return sequence([
      roots,
      { kind: 'entities', agency: fetch.serviceName, fetches: withVariables, documents: new Map() },
    ]) as Node;
  }

  /** Below a root field that leads to several clients they are asked for their ids alone; what else was asked of them follows once they are decided on. */
  #rootField(
    key: string,
    occurrences: readonly Occurrence[],
    rootType: string,
    path: Path,
    followUps: EntityFetch[],
  ): RootField {
    const contract = this.#contract;
    const name = occurrences[0]?.node.name.value ?? '';
    const type = contract.fieldType(rootType, name) ?? '';
    const isClient = contract.isClient(type) && !contract.isList(rootType, name);
    if (isClient) {
      if (path.length > 0) throw unsupported('a client below data');
      for (const { node } of occurrences) if (node.selectionSet) this.#refuseClientBelow(node.selectionSet, type);
      return { key, isClient, occurrences, variant: rootVariants(occurrences, isClient, contract), several: [] };
    }
    const several: Path[] = [];
    const start = [key, ...(contract.isList(rootType, name) ? ['@'] : [])];
    const masked = occurrences.map(({ node, conditions }): Occurrence => {
      if (node.selectionSet === undefined) return { node, conditions };
      const found = (set: SelectionSetNode, at: Path): SelectionSetNode => {
        several.push(at);
        this.#refuseClientBelow(set, 'Client');
        return setOf(this.#identified(set, [...path, ...at], conditions, followUps));
      };
      return { node: { ...node, selectionSet: this.#masked(node.selectionSet, type, start, found) }, conditions };
    });
    const variant = rootVariants(masked, isClient, contract);
    return { key, isClient, occurrences: masked, variant, several: distinct(several) };
  }

  /** A selection set with what `found` makes of those on clients in it. */
  #masked(
    set: SelectionSetNode,
    parent: string,
    at: Path,
    found: (set: SelectionSetNode, at: Path) => SelectionSetNode,
  ): SelectionSetNode {
    const contract = this.#contract;
    if (contract.isClient(parent)) return found(set, at);
    return setOf(
      set.selections.map((selection) => {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const narrowed = selection.typeCondition?.name.value ?? parent;
          return { ...selection, selectionSet: this.#masked(selection.selectionSet, narrowed, at, found) };
        }
        if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) return selection;
        const below = contract.fieldType(parent, selection.name.value) ?? '';
        const step = [responseKey(selection), ...(contract.isList(parent, selection.name.value) ? ['@'] : [])];
        return { ...selection, selectionSet: this.#masked(selection.selectionSet, below, [...at, ...step], found) };
      }),
    );
  }

  #identified(
    set: SelectionSetNode,
    at: Path,
    conditions: readonly DirectiveNode[],
    followUps: EntityFetch[],
  ): readonly SelectionNode[] {
    const identities = onlyIdentities(set.selections);
    if (!asksMore(set.selections)) return [...identities, CLIENT_ID];
    followUps.push(fetchOfClients(at, under(conditions, set)));
    return [...identities, TYPENAME, ID, CLIENT_ID];
  }

  #entities(fetch: FetchNode, path: Path): Node {
    const { operation, selectionSet } = readFetch(fetch);
    const [entities] = selectionSet.selections;
    if (entities?.kind !== Kind.FIELD || entities.name.value !== '_entities' || selectionSet.selections.length > 1)
      throw unsupported('a fetch of entities beside other fields');
    const parts = (entities.selectionSet?.selections ?? []).map((selection): EntityPart => {
      if (selection.kind !== Kind.INLINE_FRAGMENT || selection.typeCondition === undefined)
        throw unsupported('entities without a type');
      const type = selection.typeCondition.name.value;
      const below = (selection.directives ?? []).length > 0 ? setOf([selection]) : selection.selectionSet;
      this.#refuseClientBelow(below, type);
      return { type, selectionSet: below };
    });
    const { contextRewrites = [], requires = [] } = fetch;
    return {
      kind: 'entities',
      agency: fetch.serviceName,
      documents: new Map(),
      fetches: [
        {
          path,
          project: compileProjector(requires, this.#contract),
          parts,
          variant: entityVariants(parts),
          variables: (operation.variableDefinitions ?? []).filter(
            ({ variable }) => variable.name.value !== 'representations',
          ),
          inputRewrites: compileRewrites(fetch.inputRewrites, this.#contract),
          outputRewrites: compileRewrites(fetch.outputRewrites, this.#contract),
          requires: namesIn(requires),
          renamed: (fetch.outputRewrites ?? []).flatMap((rewrite) =>
            rewrite.kind === 'KeyRenamer' ? [rewrite.renameKeyTo] : [],
          ),
          context: contextRewrites.map(
            (rewrite): ContextArgument => ({ variable: rewrite.renameKeyTo, path: rewrite.path }),
          ),
          finds: JSON.stringify([path, requires, fetch.inputRewrites, contextRewrites]),
          byIdAlone: contextRewrites.length === 0 && requires.every(isById),
        },
      ],
    };
  }

  /** The contract's rules leave no way from one client, or from a public reference, to a client: who would not be decided on. */
  #refuseClientBelow(set: SelectionSetNode, parent: string): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT)
        this.#refuseClientBelow(selection.selectionSet, selection.typeCondition?.name.value ?? parent);
      else if (selection.kind === Kind.FIELD && selection.selectionSet !== undefined) {
        const below = this.#contract.fieldType(parent, selection.name.value) ?? '';
        if (this.#contract.isClient(below)) throw unsupported('a client below an entity');
        this.#refuseClientBelow(selection.selectionSet, below);
      }
    }
  }
}

/** An entity fetch of the clients at a path, by their ids. */
export function fetchOfClients(path: Path, selectionSet: SelectionSetNode): EntityFetch {
  const parts = [{ type: 'Client', selectionSet }];
  return {
    path,
    project: ({ id }) => (typeof id === 'string' ? { __typename: 'Client', id } : null),
    parts,
    variant: entityVariants(parts),
    variables: [],
    inputRewrites: [],
    outputRewrites: [],
    requires: [],
    renamed: [],
    context: [],
    finds: JSON.stringify(path),
    byIdAlone: true,
  };
}

const ID: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: 'id' } };

function onlyIdentities(selections: readonly SelectionNode[]): SelectionNode[] {
  return selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) return isIdentity(selection) ? [selection] : [];
    if (selection.kind !== Kind.INLINE_FRAGMENT) return [];
    const below = onlyIdentities(selection.selectionSet.selections);
    return below.length === 0 ? [] : [{ ...selection, selectionSet: setOf(below) }];
  });
}

function asksMore(selections: readonly SelectionNode[]): boolean {
  return selections.some((selection) =>
    selection.kind === Kind.INLINE_FRAGMENT
      ? asksMore(selection.selectionSet.selections)
      : selection.kind === Kind.FIELD && !isIdentity(selection),
  );
}

function namesIn(selections: readonly QueryPlanSelectionNode[]): string[] {
  return selections.flatMap((selection) => [
    ...(selection.kind === 'Field' ? [selection.alias ?? selection.name] : []),
    ...namesIn(selection.selections ?? []),
  ]);
}

function step(part: string | number): string {
  if (typeof part === 'number') throw unsupported('a path with an index');
  if (!/^(@|[_a-zA-Z]\w*)$/.test(part)) throw unsupported('a path with a condition');
  return part;
}

/** What a later planner may say beside what this one does would be half done otherwise. */
function refuseUnknown({
  inputRewrites = [],
  outputRewrites = [],
  contextRewrites = [],
  requires = [],
}: FetchNode): void {
  for (const { kind } of [...inputRewrites, ...outputRewrites])
    if (kind !== 'ValueSetter' && kind !== 'KeyRenamer') throw unsupported(`rewrite ${kind}`);
  for (const { kind } of contextRewrites) if (kind !== 'KeyRenamer') throw unsupported(`rewrite ${kind}`);
  refuseUnknownSelections(requires);
}

function refuseUnknownSelections(selections: readonly QueryPlanSelectionNode[]): void {
  for (const selection of selections) {
    const { kind } = selection;
    if (kind !== 'Field' && kind !== 'InlineFragment') throw unsupported(`requires ${kind}`);
    refuseUnknownSelections(selection.selections ?? []);
  }
}

function readFetch({ operation: text }: FetchNode): {
  readonly operation: OperationDefinitionNode;
  readonly selectionSet: SelectionSetNode;
} {
  const { definitions } = parse(text, { noLocation: true });
  const operation = definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw unsupported('a fetch without an operation');
  return { operation, selectionSet: spreadFragments(operation.selectionSet, fragmentsOf(definitions)) };
}

/** Each root field, with the conditions on it and around it. */
function* rootFields(selections: readonly SelectionNode[], above: readonly DirectiveNode[]): Iterable<Occurrence> {
  for (const selection of selections) {
    const conditions = [...above, ...(selection.directives ?? [])];
    if (selection.kind === Kind.FIELD) yield { node: { ...selection, directives: [] }, conditions };
    else if (selection.kind === Kind.INLINE_FRAGMENT) yield* rootFields(selection.selectionSet.selections, conditions);
  }
}

function byKey(occurrences: Iterable<Occurrence>): ReadonlyMap<string, readonly Occurrence[]> {
  const keys = new Map<string, Occurrence[]>();
  for (const each of occurrences) {
    const key = responseKey(each.node);
    keys.set(key, [...(keys.get(key) ?? []), each]);
  }
  return keys;
}

/** A selection set under conditions: one inline fragment each, because none may stand twice in one place. */
function under(conditions: readonly DirectiveNode[], set: SelectionSetNode): SelectionSetNode {
  return conditions.reduceRight(
    (below, directive) => setOf([{ kind: Kind.INLINE_FRAGMENT, directives: [directive], selectionSet: below }]),
    set,
  );
}

function distinct(paths: readonly Path[]): readonly Path[] {
  return [...new Map(paths.map((path) => [path.join(' '), path])).values()];
}
