import type { FetchNode, PlanNode } from '@apollo/query-planner';
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
import type { ContextArgument, EntityFetch, EntityPart, Node, Path, RootFetch, RootField } from './nodes.ts';
import { isById, parallel, sequence } from './order.ts';
import { compileProjector } from './project.ts';
import {
  CLIENT_ID,
  entityType,
  fragmentsOf,
  isIdentity,
  responseKey,
  setOf,
  spreadFragments,
  TYPENAME,
} from './prune.ts';
import { compileRewrites } from './rewrite.ts';

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
    const { operation, selectionSet } = readFetch(fetch);
    const isMutation = operation.operation === OperationTypeNode.MUTATION;
    const rootType = isMutation ? 'Mutation' : 'Query';
    const followUps: EntityFetch[] = [];
    const fields = [...rootFields(selectionSet.selections, [])].map(([field, guards]) =>
      this.#rootField(field, guards, rootType, path, followUps),
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
    field: FieldNode,
    guards: RootField['guards'],
    rootType: string,
    path: Path,
    followUps: EntityFetch[],
  ): RootField {
    const contract = this.#contract;
    const name = field.name.value;
    const key = responseKey(field);
    const type = contract.fieldType(rootType, name) ?? '';
    const base = { key, guards, client: undefined };
    if (field.selectionSet === undefined) return { ...base, node: field, several: [] };
    if (contract.isClient(type) && !contract.isList(rootType, name)) {
      if (path.length > 0) throw unsupported('a client below data');
      this.#refuseClientBelow(field.selectionSet, type);
      const client = entityType(type, [{ type, selectionSet: field.selectionSet }], contract);
      return { ...base, node: field, client, several: [] };
    }
    const several: Path[] = [];
    const masked = (set: SelectionSetNode, parent: string, at: Path): SelectionSetNode => {
      if (contract.isClient(parent)) {
        several.push(at);
        this.#refuseClientBelow(set, parent);
        return setOf(this.#identified(set, [...path, ...at], followUps));
      }
      return setOf(
        set.selections.map((selection) => {
          if (selection.kind === Kind.INLINE_FRAGMENT) {
            const below = masked(selection.selectionSet, selection.typeCondition?.name.value ?? parent, at);
            return { ...selection, selectionSet: below };
          }
          if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) return selection;
          const below = contract.fieldType(parent, selection.name.value) ?? '';
          const step = [responseKey(selection), ...(contract.isList(parent, selection.name.value) ? ['@'] : [])];
          return { ...selection, selectionSet: masked(selection.selectionSet, below, [...at, ...step]) };
        }),
      );
    };
    const start = [key, ...(contract.isList(rootType, name) ? ['@'] : [])];
    const selectionSet = masked(field.selectionSet, type, start);
    return { ...base, node: { ...field, selectionSet }, several };
  }

  #identified(set: SelectionSetNode, at: Path, followUps: EntityFetch[]): readonly SelectionNode[] {
    const identities = onlyIdentities(set.selections);
    if (!asksMore(set.selections)) return [...identities, CLIENT_ID];
    followUps.push({
      path: at,
      project: ({ id }) => (typeof id === 'string' ? { __typename: 'Client', id } : null),
      parts: [{ type: 'Client', selectionSet: set }],
      types: new Map(),
      variables: [],
      inputRewrites: [],
      outputRewrites: [],
      context: [],
      byIdAlone: true,
    });
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
          types: new Map(),
          variables: (operation.variableDefinitions ?? []).filter(
            ({ variable }) => variable.name.value !== 'representations',
          ),
          inputRewrites: compileRewrites(fetch.inputRewrites, this.#contract),
          outputRewrites: compileRewrites(fetch.outputRewrites, this.#contract),
          context: contextRewrites.map(
            (rewrite): ContextArgument => ({ variable: rewrite.renameKeyTo, path: rewrite.path }),
          ),
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

function step(part: string | number): string {
  if (typeof part === 'number') throw unsupported('a path with an index');
  return part;
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

/** Each root field, with the directives of the fragments around it. */
function* rootFields(
  selections: readonly SelectionNode[],
  guards: RootField['guards'],
): Iterable<readonly [FieldNode, RootField['guards']]> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield [selection, guards];
    else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const own: readonly DirectiveNode[] = selection.directives ?? [];
      yield* rootFields(selection.selectionSet.selections, own.length === 0 ? guards : [...guards, own]);
    }
  }
}
