import { readFileSync } from 'node:fs';
import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { buildSchema, type OperationDefinitionNode, OperationTypeNode, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { readContract } from '../../gateway/contract.ts';
import { HubError } from '../../gateway/errors.ts';
import { compileOperation } from '../../gateway/execute/compile.ts';
import { LARGEST_PLAN } from '../../gateway/execute/plan-nodes.ts';

const SUPERGRAPH = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const contract = readContract(SUPERGRAPH);
const document = parse('{ client(id: "x", purpose: SERVICE_COORDINATION) { id } }');
const schema = buildSchema('type Query { client(id: ID!, purpose: String): Client } type Client { id: ID! }');

function codeOf(node: PlanNode): string {
  const operation = document.definitions[0] as OperationDefinitionNode;
  try {
    compileOperation({ plan: { kind: 'QueryPlan', node }, document, operation, schema, contract });
    return 'COMPILED';
  } catch (error) {
    if (error instanceof HubError) return `${error.code} ${error.detail ?? ''}`.trim();
    throw error;
  }
}

const ENTITY: FetchNode = {
  kind: 'Fetch',
  serviceName: 'social',
  requires: [
    {
      kind: 'InlineFragment',
      typeCondition: 'Client',
      selections: [
        { kind: 'Field', name: '__typename' },
        { kind: 'Field', name: 'id' },
      ],
    },
  ],
  operation:
    'query($representations:[_Any!]!){_entities(representations:$representations){...on Client{housing{class}}}}',
  operationName: undefined,
  operationKind: OperationTypeNode.QUERY,
};
const ROOT = { ...ENTITY, requires: undefined, operation: '{caseload{nodes{id}}}' } as unknown as FetchNode;
const SETTERS = [{ kind: 'ValueSetter', path: ['id'], setValueTo: 1 }] as never;
const RENAMERS = [{ kind: 'KeyRenamer', path: ['id'], renameKeyTo: 'it' }] as never;
const DROPPERS = [{ kind: 'KeyDropper', path: ['housing'] }] as never;
const flatten = (node: PlanNode): PlanNode => ({ kind: 'Flatten', path: ['client'], node });
const times = (count: number): PlanNode => ({
  kind: 'Sequence',
  nodes: Array.from({ length: count }, () => flatten(ENTITY)),
});

describe('a plan is refused before anything is sent', () => {
  it('when it has more fetches than one operation may', () => {
    expect(codeOf(times(LARGEST_PLAN))).toBe('COMPILED');
    expect(codeOf(times(LARGEST_PLAN + 1))).toBe('PLAN_TOO_LARGE');
  });

  it.each<[what: string, node: PlanNode, detail: string]>([
    ['a kind of node that the hub does not run', { kind: 'Stream' } as unknown as PlanNode, 'Stream'],
    ['a subscription', { kind: 'Subscription', primary: ENTITY } as unknown as PlanNode, 'Subscription'],
    ['an index in a path', { kind: 'Flatten', path: ['client', 0], node: ENTITY }, 'a path with an index'],
    [
      'a condition in a path',
      { kind: 'Flatten', path: ['client', '... on Client'], node: ENTITY },
      'a path with a condition',
    ],
    ['a rewrite before that it does not know', flatten({ ...ENTITY, inputRewrites: DROPPERS }), 'rewrite KeyDropper'],
    ['a rewrite after that it does not know', flatten({ ...ENTITY, outputRewrites: DROPPERS }), 'rewrite KeyDropper'],
    [
      'a rewrite from above that it does not know',
      flatten({ ...ENTITY, contextRewrites: DROPPERS }),
      'rewrite KeyDropper',
    ],
    [
      'a requirement that it does not know',
      flatten({ ...ENTITY, requires: [{ kind: 'InlineFragment', selections: [{ kind: 'FragmentSpread' }] }] } as never),
      'requires FragmentSpread',
    ],
    ['a rewrite of a root field', { ...ROOT, inputRewrites: SETTERS }, 'a rewrite of what a root field is asked with'],
    [
      'a root field that takes from above',
      { ...ROOT, inputRewrites: [], contextRewrites: RENAMERS },
      'a rewrite of what a root field is asked with',
    ],
    [
      'a way from an entity to a client',
      flatten({
        ...ENTITY,
        operation: ENTITY.operation.replace('housing{class}', 'housing{class}...on Query{client{id}}'),
      }),
      'a client below an entity',
    ],
    [
      'entities beside other fields',
      flatten({
        ...ENTITY,
        operation: 'query($r:[_Any!]!){_entities(representations:$r){...on Client{id}} __typename}',
      }),
      'a fetch of entities beside other fields',
    ],
    [
      'a client below data',
      flatten({ ...ENTITY, requires: undefined, operation: '{client(id:"x"){names{given}}}' } as unknown as FetchNode),
      'a client below data',
    ],
  ])('by name: %s', (_what, node, detail) => {
    expect(codeOf(node)).toBe(`PLAN_UNSUPPORTED ${detail}`);
  });
});
