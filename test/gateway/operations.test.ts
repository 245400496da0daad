import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type GraphQLSchema, getOperationAST, type OperationDefinitionNode, parse } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Contract, readContract } from '../../gateway/contract.ts';
import { Operations } from '../../gateway/operations.ts';
import { type Planner, startPlanner } from '../../gateway/planner.ts';
import { type Served, serveSupergraph } from '../../gateway/served.ts';
import { readOperations, trust } from '../../gateway/trusted.ts';
import { SUBGRAPHS } from '../../schema/subgraphs.ts';

const sdl = readFileSync(new URL('../../schema/supergraph.graphql', import.meta.url), 'utf8');
const trusted = trust(readOperations(fileURLToPath(new URL('../../gateway/operations', import.meta.url))));

describe('the operations of a supergraph', () => {
  let served: Served;
  let contract: Contract;
  let schema: GraphQLSchema;
  let planner: Planner;
  beforeAll(async () => {
    const agencies = new Map(Object.keys(SUBGRAPHS).map((name) => [name, undefined]));
    served = await serveSupergraph(sdl, { agencies, trusted, log: () => {} });
    ({ schema } = served);
    contract = readContract(sdl);
    planner = startPlanner({ supergraphSdl: sdl });
    await planner.ready();
  });
  afterAll(async () => {
    await served?.retire();
    await planner?.close();
  });

  it('are ready where they are trusted, before anybody asks, with their name and without', () => {
    expect(trusted.size).toBeGreaterThan(20);
    for (const [hash, text] of trusted) {
      const name = getOperationAST(parse(text))?.name;
      for (const operationName of [null, name?.value ?? ''])
        expect(served.operations.ready({ hash, operationName }), text).toBeDefined();
    }
  });

  it('are kept in a bounded number: which was not asked for the longest goes', async () => {
    const operations = new Operations(schema, contract, planner, 2);
    const prepare = (alias: string) => {
      const document = parse(`{ ${alias}: __typename client(id: "x", purpose: SERVICE_COORDINATION) { id } }`);
      return operations.prepare(
        { hash: alias, operationName: null },
        { document, operation: getOperationAST(document) as OperationDefinitionNode },
      );
    };
    const isReady = (hash: string) => operations.ready({ hash, operationName: null }) !== undefined;
    await prepare('a');
    await prepare('b');
    expect(isReady('a')).toBe(true);
    await prepare('c');
    expect(['a', 'b', 'c'].filter(isReady)).toEqual(['a', 'c']);
  });

  it('are planned and compiled once for all that ask at the same time', async () => {
    const plan = vi.spyOn(planner, 'plan');
    const operations = new Operations(schema, contract, planner);
    const document = parse('{ client(id: "x", purpose: SERVICE_COORDINATION) { id housing { class } } }');
    const validated = { document, operation: getOperationAST(document) as OperationDefinitionNode };
    const asked = { hash: 'x', operationName: null };
    const prepared = await Promise.all(Array.from({ length: 5 }, () => operations.prepare(asked, validated)));
    prepared.push(await operations.prepare(asked, validated));
    expect(new Set(prepared).size).toBe(1);
    expect(plan).toHaveBeenCalledTimes(1);
  });
});
