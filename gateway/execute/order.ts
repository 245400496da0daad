import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { EntityBatch, EntityFetch, Node, RootFetch } from './nodes.ts';

/** Nodes that run one after the other; null where there is none. */
export function sequence(nodes: readonly Node[]): Node | null {
  const flat = nodes.flatMap((node) => (node.kind === 'sequence' ? node.nodes : [node]));
  const [first, second, ...rest] = flat;
  if (first?.kind === 'roots' && second !== undefined) {
    const [early, late] = divide(second, first);
    const started = early === null ? [first] : [parallel([first, early])];
    return inTurn([...started, late, ...rest].filter((node) => node !== null));
  }
  return inTurn(flat);
}

function inTurn(nodes: readonly Node[]): Node | null {
  return nodes.length > 1 ? { kind: 'sequence', nodes } : (nodes[0] ?? null);
}

/**
 * Of what follows a root fetch: what may start with it, and what must wait for it.
 *
 * A root field that leads to one client names it in its arguments: entities of that client need not wait for their id.
 */
function divide(node: Node, roots: RootFetch): readonly [early: Node | null, late: Node | null] {
  if (node.kind === 'parallel') {
    const divided = node.nodes.map((each) => divide(each, roots));
    const early = divided.flatMap(([each]) => each ?? []);
    return [parallel(early), parallel(divided.flatMap(([, each]) => each ?? []))];
  }
  if (node.kind !== 'entities' || roots.path.length > 0) return [null, node];
  const isEarly = ({ path, byIdAlone }: EntityFetch): boolean =>
    byIdAlone && path.length === 1 && roots.fields.some(({ key, isClient }) => isClient && key === path[0]);
  const early = node.fetches.filter(isEarly);
  const late = node.fetches.filter((fetch) => !isEarly(fetch));
  return [withFetches(node, early), withFetches(node, late)];
}

function withFetches(batch: EntityBatch, fetches: readonly EntityFetch[]): EntityBatch | null {
  return fetches.length === 0 ? null : { ...batch, fetches, documents: new Map() };
}

/** Whether a selection of `requires` is the type and the id of a client, and no more. */
export function isById(selection: QueryPlanSelectionNode): boolean {
  if (selection.kind === 'Field') return selection.name === '__typename' || selection.name === 'id';
  return selection.typeCondition === 'Client' && selection.selections.every(isById);
}

/** Entity fetches to one agency that may run at the same time become one request. */
export function parallel(nodes: readonly Node[]): Node | null {
  const flat = nodes.flatMap((node) => (node.kind === 'parallel' ? node.nodes : [node]));
  const together: Node[] = [];
  const byAgency = new Map<string, number>();
  for (const node of flat) {
    const at = node.kind === 'entities' ? byAgency.get(node.agency) : undefined;
    const before = at === undefined ? undefined : together[at];
    if (node.kind === 'entities' && at !== undefined && before?.kind === 'entities') {
      together[at] = { ...before, fetches: [...before.fetches, ...node.fetches] };
      continue;
    }
    if (node.kind === 'entities') byAgency.set(node.agency, together.length);
    together.push(node);
  }
  return together.length > 1 ? { kind: 'parallel', nodes: together } : (together[0] ?? null);
}
