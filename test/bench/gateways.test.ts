import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { operationFromDocument, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { execute, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { AGENCIES_AT_MOST, extraUpTo } from '../../bench/gateways/agencies.ts';
import { answer } from '../../bench/gateways/answer.ts';
import { compareAnswers } from '../../bench/gateways/compare.ts';
import { composeGraph } from '../../bench/gateways/graph.ts';
import { orderOf } from '../../bench/gateways/measure.ts';
import { operationOf } from '../../bench/gateways/operations.ts';
import { readOptions } from '../../bench/gateways/options.ts';
import { clientById, clientId } from '../../bench/gateways/people.ts';
import { drawPicture } from '../../bench/gateways/picture.ts';
import { type Sample, summarize } from '../../bench/gateways/report.ts';
import { GATEWAY_NODE_OPTIONS } from '../../bench/gateways/servers.ts';
import { Messages } from '../../bench/gateways/wire.ts';
import { GATEWAYS, readCompose, serviceOf } from '../compose/file.ts';

describe('HTTP messages of the benchmark', () => {
  const SENT = Buffer.from(
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nälä' +
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nab\r\n\r\n1\r\nc\r\n0\r\n\r\n' +
      'POST /graphql HTTP/1.1\r\ncontent-length: 0\r\n\r\n',
  );

  it.each([1, 2, 7, 40, SENT.length])('are cut out of pieces of %d bytes', (size) => {
    const cut: string[] = [];
    const messages = new Messages((head, body) => cut.push(`${head.split(' ')[0]} ${body}`));
    for (let at = 0; at < SENT.length; at += size) messages.push(SENT.subarray(at, at + size));
    expect(cut).toEqual(['HTTP/1.1 älä', 'HTTP/1.1 ab\r\nc', 'POST ']);
  });
});

describe('the rounds', () => {
  const NAMES = ['a', 'b', 'c', 'd'];

  it('are of all servers, each beginning with another one, and none always follows the same one', () => {
    const rounds = Array.from({ length: 4 }, (_, round) => orderOf(NAMES, round));
    for (const order of rounds) expect([...order].sort()).toEqual(NAMES);
    expect(rounds.map(([first]) => first)).toEqual(NAMES);
    const before = (name: string) => new Set(rounds.map((order) => order[order.indexOf(name) - 1] ?? name));
    for (const name of NAMES) expect(before(name).size).toBe(3);
  });
});

describe('before anything is timed', () => {
  const operations = [operationOf(1, 4)];

  /** What comes of servers with these answers. */
  async function compared(...answers: readonly string[]): Promise<string> {
    const running = await Promise.all(
      answers.map(async (text) => {
        const server = createServer((_request, response) => void response.end(text));
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return server;
      }),
    );
    try {
      const names = ['handwritten', 'mercurius'] as const;
      const places = running.map((server, at) => {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
        return [names[at], { place: { url } }] as const;
      });
      await compareAnswers({ servers: new Map(places), operations, token: 't' } as never);
      return 'compared';
    } catch (error) {
      return String(error);
    } finally {
      for (const server of running) {
        server.closeAllConnections();
        server.close();
      }
    }
  }

  it('every server gives the same, without errors', async () => {
    const right = '{"data":{"client":{"id":"x"}}}';
    expect(await compared(right, '{"extensions":{},"data":{"client":{"id":"x"}}}')).toBe('compared');
    expect(await compared(right, '{"data":{"client":{"id":"y"}}}')).toMatch(/Mercurius does not answer what the hand/);
    expect(await compared(right, '{"data":{"client":{"id":"x"}},"errors":[{}]}')).toMatch(/Mercurius answered 200/);
    expect(await compared(right, '{"data":null}')).toMatch(/Mercurius answered 200/);
  });
});

describe('the hub that is measured', () => {
  it('runs with the options of Node that a gateway has in docker-compose.yml', () => {
    for (const name of GATEWAYS)
      expect(serviceOf(readCompose(), name).entrypoint).toEqual(['node', ...GATEWAY_NODE_OPTIONS, 'bin/nivel.mjs']);
  });
});

describe('the fixed agencies', () => {
  it('answer entities in their order, under any alias, with the fields asked and no others', () => {
    const query = `query ($r0: [_Any!]!, $r1: [_Any!]!) {
      g0: _entities(representations: $r0) { __typename ... on Client { hubId: id housing { homeless } } }
      g1: _entities(representations: $r1) { ... on Organisation { code } ...Names } }
      fragment Names on Client { names { called } }`;
    const [one, two] = [0, 1].map((number) => ({ __typename: 'Client', id: clientId(number) }));
    expect(JSON.parse(answer({ query, variables: { r0: [two, one], r1: [one] } }))).toEqual({
      data: {
        g0: [
          { __typename: 'Client', hubId: clientId(1), housing: { homeless: false } },
          { __typename: 'Client', hubId: clientId(0), housing: { homeless: true } },
        ],
        g1: [{ names: { called: 'Etunimi' } }],
      },
    });
  });

  it('answer a page of the case-load, and null for a client whom nobody has', () => {
    const query = `query ($first: Int!, $after: String, $id: ID!) {
      caseload(first: $first, after: $after) { edges { cursor node { id } } } client(id: $id) { id } }`;
    expect(JSON.parse(answer({ query, variables: { first: 2, after: '7', id: 'nobody' } })).data).toEqual({
      caseload: {
        edges: [
          { cursor: '8', node: { id: clientId(7) } },
          { cursor: '9', node: { id: clientId(8) } },
        ],
      },
      client: null,
    });
  });

  it('refuse a field that nobody has', () => {
    expect(() => answer({ query: '{ client(id: "x") { id } nothing }' })).toThrow('nothing');
    expect(() => answer({ query: `{ client(id: "${clientId(0)}") { shoeSize } }` })).toThrow('Client.shoeSize');
  });
});

describe('the operations of the benchmark', () => {
  it('ask each agency that is taken and no other', () => {
    expect(operationOf(1, 2).text).toMatch(/custody[\s\S]*housing/);
    expect(operationOf(1, 2).text).not.toMatch(/employment|medication/);
    expect(operationOf(50, 4).parts.map(({ subgraph }) => subgraph)).toEqual([
      'clients',
      'sentences',
      'social',
      'employment',
      'health',
    ]);
  });

  it('page a large case-load, another one each turn', () => {
    const { text, variables } = operationOf(300, 4);
    expect(text.match(/caseload\(/g)).toHaveLength(3);
    expect(variables(5)).toMatchObject({ first: 100, after0: '5', after1: '105', after2: '205' });
  });
});

describe('the graph of the benchmark', () => {
  it('is that of the product where the hub has all agencies that are asked', () => {
    const committed = new URL('../../schema/supergraph.graphql', import.meta.url);
    expect(composeGraph(extraUpTo(4)).supergraphSdl).toBe(readFileSync(committed, 'utf8'));
  });

  it('gives each further agency one field of the client, and leaves it nowhere else', () => {
    const { subgraphSdl } = composeGraph(extraUpTo(5));
    expect(Object.keys(subgraphSdl)).not.toContain('benefits');
    expect(subgraphSdl.plans).toContain('sentencePlan: SentencePlan');
    expect(subgraphSdl.plans).not.toMatch(/custody|PrisonUnit|type Query/);
    expect(subgraphSdl.sentences).toMatch(/custody[\s\S]*type PrisonUnit[\s\S]*type Query/);
    expect(subgraphSdl.sentences).not.toMatch(/sentencePlan|ReleasePlan/);
  });

  const withAll = () => Supergraph.build(composeGraph(extraUpTo(AGENCIES_AT_MOST)).supergraphSdl);

  it.each([
    [1, 4],
    [1, 8],
    [50, 8],
  ])('has one fetch of each subgraph in a plan: clients %d, agencies %d', (clients, agencies) => {
    const { text, parts } = operationOf(clients, agencies);
    const supergraph = withAll();
    const operation = operationFromDocument(supergraph.apiSchema(), parse(text));
    const plan = new QueryPlanner(supergraph).buildQueryPlan(operation);
    const fetched = [...JSON.stringify(plan).matchAll(/"serviceName":"(\w+)"/g)].map(([, name]) => name);
    const index = clients === 1 ? [] : ['consents'];
    expect(fetched.sort()).toEqual([...index, ...parts.map(({ subgraph }) => subgraph)].sort());
    expect(parts).toHaveLength(1 + agencies);
  });

  it('allows what the operations ask, and what the agencies answer', () => {
    const schema = withAll().apiSchema().toGraphQLJSSchema();
    const { text, variables } = operationOf(1, AGENCIES_AT_MOST);
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const rootValue = { client: ({ id }: { readonly id: string }) => clientById(id) };
    const asked = { query: text, variables: variables(1) };
    const allowed = execute({ schema, document, rootValue, variableValues: asked.variables });
    expect(Buffer.from(answer(asked), 'latin1').toString()).toBe(JSON.stringify(allowed));
  });
});

describe('the options', () => {
  it('take the agencies of the hub, and up to eight', () => {
    expect(readOptions([])?.agencies).toEqual([4]);
    expect(readOptions(['--agencies', '2,4,8'])?.agencies).toEqual([2, 4, 8]);
    expect(() => readOptions(['--agencies', '9'])).toThrow('--agencies does not take 9');
  });
});

describe('the report', () => {
  const sample = (server: Sample['server'], clients: number, rate: number): Sample => ({
    ...{ server, clients, agencies: 4, connections: 16, rate, latencies: [1, 2, 3], agencyRequests: 5 },
    ...{ memory: 100, busy: { server: 1, others: 0.5 } },
  });
  const peers = (clients: number) => [
    ...[
      sample('handwritten', clients, 900),
      sample('handwritten', clients, 1_000),
      sample('handwritten', clients, 5_000),
    ],
    ...[sample('apollo', clients, 90), sample('hive', clients, 80), sample('mercurius', clients, 60)],
  ];

  it('compares medians, and says which targets are met', () => {
    const { ratios, targets, targetsMet } = summarize([...peers(1), sample('hub', 1, 450)]);
    expect(ratios.at(-1)).toMatchObject({ server: 'hub', to: { handwritten: 0.45, apollo: 5 } });
    expect(targets.filter(({ met }) => met).map(({ than }) => than)).toEqual([
      'apollo',
      'hive',
      'mercurius',
      'handwritten',
    ]);
    // The case-load was not measured.
    expect(targetsMet).toBeNull();
  });

  it('meets all targets or does not', () => {
    const meets = (caseload: number) =>
      summarize([...peers(1), sample('hub', 1, 450), ...peers(50), sample('hub', 50, caseload)]).targetsMet;
    expect([meets(450), meets(449)]).toEqual([true, false]);
  });

  it('draws a bar a server', () => {
    const picture = drawPicture(summarize([...peers(1), ...peers(50)]));
    expect(picture.match(/Hive Gateway/g)).toHaveLength(2);
    expect(picture).toContain('50 clients an operation, 16 connections');
  });
});
