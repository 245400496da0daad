import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';
import { serveChild } from './child.ts';
import type { BenchOperation } from './operations.ts';
import type { Addresses } from './subgraphs.ts';

export interface FanOutOptions {
  readonly agencies: Addresses;
  readonly operations: readonly Omit<BenchOperation, 'variables'>[];
}

type Fields = Record<string, unknown>;
type Variables = Readonly<Record<string, unknown>>;
type Handler = (variables: Variables) => Promise<Fields>;

/**
 * What a good engineer writes by hand for these operations alone: the requests to the agencies written down, pooled connections, the
 * answers put together by position. No GraphQL of its own, no consent, no pass, no audit.
 */
serveChild<FanOutOptions, { url: string }>(async ({ agencies, operations }) => {
  const pools = new Map(
    Object.entries(agencies).map(([name, url]) => [name, new Pool(new URL(url).origin, { connections: 32 })]),
  );
  const ask = async (subgraph: string, query: string, variables: Variables): Promise<Fields> => {
    const { statusCode, body } = await (pools.get(subgraph) as Pool).request({
      method: 'POST',
      path: '/graphql',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    const answer = (await body.json()) as { data: Fields; errors?: unknown };
    if (statusCode !== 200 || answer.errors !== undefined) throw new Error(`${subgraph} answered ${statusCode}`);
    return answer.data;
  };
  const handlers = new Map(
    operations.map((operation) => [
      operation.text,
      operation.page === null ? oneClient(operation, ask) : caseload(operation, ask),
    ]),
  );

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const send = (status: number, answer: unknown): void => {
        const body = Buffer.from(JSON.stringify(answer));
        response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      };
      try {
        const { query, variables } = JSON.parse(Buffer.concat(chunks).toString()) as {
          query: string;
          variables: Variables;
        };
        const handler = handlers.get(query);
        if (handler === undefined) return send(400, { errors: [{ message: 'This program knows no such operation.' }] });
        send(200, { data: await handler(variables) });
      } catch (error) {
        send(502, { errors: [{ message: String(error) }] });
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` };
});

type Ask = (subgraph: string, query: string, variables: Variables) => Promise<Fields>;
type Asked = FanOutOptions['operations'][number];

/** The id is known: the client index and the agencies are asked at once. */
function oneClient({ parts }: Asked, ask: Ask): Handler {
  const [index, ...others] = queriesOf(parts);
  const selection = parts[0]?.selection;
  const query = `query($id: ID!, $purpose: Purpose!) { client(id: $id, purpose: $purpose) { ${selection} } }`;
  return async (variables) => {
    const r = [{ __typename: 'Client', id: variables.id }];
    const [{ client }, ...answers] = await Promise.all([
      ask((index as Query).subgraph, query, variables),
      ...others.map((each) => ask(each.subgraph, each.query, { r })),
    ]);
    if (client === null) return { client };
    return { client: Object.assign({}, client, ...answers.map(({ _entities }) => (_entities as Fields[])[0])) };
  };
}

function caseload({ parts, clients, page }: Asked, ask: Ask): Handler {
  const queries = queriesOf(parts);
  const pages = Array.from({ length: clients / (page as number) }, (_, at) => at);
  const asked = pages.map(
    (at) => `page${at}: caseload(purpose: $purpose, first: $first, after: $after${at}) { edges { node { id } } }`,
  );
  const list = `query($purpose: Purpose!, $first: Int!, ${pages.map((at) => `$after${at}: String`).join(', ')}) { ${asked.join(' ')} }`;
  return async (variables) => {
    const lists = (await ask('consents', list, variables)) as Record<string, { edges: { node: { id: string } }[] }>;
    const r = Object.values(lists).flatMap(({ edges }) =>
      edges.map(({ node }) => ({ __typename: 'Client', id: node.id })),
    );
    const answers = await Promise.all(queries.map((each) => ask(each.subgraph, each.query, { r })));
    let at = 0;
    const data: Fields = {};
    for (const [key, { edges }] of Object.entries(lists)) {
      data[key] = {
        edges: edges.map(() => {
          const node = Object.assign({}, ...answers.map(({ _entities }) => (_entities as Fields[])[at]));
          at += 1;
          return { node };
        }),
      };
    }
    return data;
  };
}

interface Query {
  readonly subgraph: string;
  readonly query: string;
}

function queriesOf(parts: Asked['parts']): readonly Query[] {
  return parts.map(({ subgraph, selection }) => ({
    subgraph,
    query: `query($r: [_Any!]!) { _entities(representations: $r) { ... on Client { ${selection} } } }`,
  }));
}
