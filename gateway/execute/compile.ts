import type { PlanNode, QueryPlan } from '@apollo/query-planner';
import type { DocumentNode, GraphQLObjectType, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Contract } from '../contract.ts';
import { compileScans, NO_SCANS, type ScansOf } from './as-asked.ts';
import { byConditions } from './conditions.ts';
import { type DeferredPart, deferredParts, withoutDeferred } from './defer.ts';
import { introspect } from './introspect.ts';
import type { Node } from './nodes.ts';
import { PlanCompiler, unsupported } from './plan-nodes.ts';
import { fragmentsOf } from './prune.ts';
import { compileShape, type Shape } from './shape.ts';

type Variables = Readonly<Record<string, unknown>>;

export interface Compilation {
  readonly plan: QueryPlan;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The API schema. */
  readonly schema: GraphQLSchema;
  readonly contract: Contract;
}

/** One operation of a document, ready to run for anybody: nothing in it depends on a person. */
export interface CompiledOperation {
  readonly contract: Contract;
  /** Null when everything asked is known without asking an agency. */
  readonly plan: Node | null;
  /** How the answer looks for these (coerced) variables. */
  readonly look: (variables: Variables) => Look;
  /** The same operation in parts, where some may come later (`@defer`); null where all comes at once. */
  readonly parts: CompiledParts | null;
}

export interface Look {
  readonly shape: Shape;
  /** What the agencies give that may go into the answer as it comes. */
  readonly scansOf: ScansOf;
}

export interface CompiledParts {
  /** What comes at once. */
  readonly first: Pick<CompiledOperation, 'contract' | 'plan' | 'look'> & Pick<Compilation, 'document' | 'operation'>;
  readonly later: readonly CompiledPart[];
}

/** What comes later, for every object at `path`. */
export interface CompiledPart extends Pick<DeferredPart, 'label' | 'path' | 'type' | 'selectionSet'> {
  readonly plan: Node | null;
  readonly shape: (variables: Variables) => Shape;
}

/**
 * Compiles Apollo's plan of an operation, and the shape of its answer.
 *
 * Throws `HubError` PLAN_UNSUPPORTED naming what the executor does not run, and PLAN_TOO_LARGE.
 */
export function compileOperation(compilation: Compilation): CompiledOperation {
  const { plan, contract } = compilation;
  const { node } = plan;
  if (node?.kind === 'Subscription') throw unsupported('Subscription');
  const compiled = planOf(node, contract);
  return {
    contract,
    plan: compiled,
    look: looksOf(compilation, compiled),
    parts: partsOf(compilation),
  };
}

function planOf(node: PlanNode | undefined, contract: Contract): Node | null {
  return node === undefined ? null : new PlanCompiler(contract).node(node, []);
}

function partsOf(compilation: Compilation): CompiledParts | null {
  const { plan, contract, schema } = compilation;
  const { node } = plan;
  const fragments = fragmentsOf(compilation.document.definitions);
  const parts = deferredParts(plan, compilation, fragments);
  if (parts === null || node?.kind !== 'Defer') return null;
  const document = withoutDeferred(compilation.document);
  const operation = document.definitions[compilation.document.definitions.indexOf(compilation.operation)];
  if (operation?.kind !== compilation.operation.kind) throw new TypeError('Dropping fragments leaves the operations.');
  const first = { ...compilation, document, operation };
  return {
    first: {
      contract,
      document,
      operation,
      plan: planOf(node.primary.node, contract),
      // What comes later looks into what came before: none of that may stay as it came.
      look: looksOf(first, null),
    },
    later: parts.map(({ node, ...part }) => ({
      ...part,
      plan: planOf(node, contract),
      shape: byConditions([compilation.document], (conditions) =>
        compileShape({
          schema,
          root: part.type,
          selectionSet: part.selectionSet,
          fragments,
          conditions,
          introspect: () => null,
        }),
      ),
    })),
  };
}

/** Looks by the values of the variables in `@skip` and `@include`: each is compiled when first met. */
function looksOf(
  { document, operation, schema }: Pick<Compilation, 'document' | 'operation' | 'schema'>,
  plan: Node | null,
): CompiledOperation['look'] {
  const fragments = fragmentsOf(document.definitions);
  const root = schema.getRootType(operation.operation) as GraphQLObjectType;
  const { selectionSet } = operation;
  return byConditions([document], (conditions) => {
    const asked = { schema, root, selectionSet, fragments, conditions };
    const shape = compileShape({
      ...asked,
      introspect: (nodes, variables) => introspect(nodes, { document, operation, schema }, variables),
    });
    return { shape, scansOf: plan === null ? NO_SCANS : compileScans(plan, asked) };
  });
}
