// Apollo Server over Apollo Gateway: stock, or (argument `pooled`) with its fetcher on undici's pooled connections.
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Agent, request } from 'undici';
import { serveChild } from './child.mjs';

const pooled = process.argv[2] === 'pooled';
const dispatcher = new Agent({ connections: 32 });

serveChild(async ({ supergraphSdl }) => {
  const gateway = new ApolloGateway({
    supergraphSdl,
    ...(pooled ? { buildService: ({ url }) => new RemoteGraphQLDataSource({ url, fetcher }) } : {}),
  });
  const server = new ApolloServer({ gateway });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return new URL('graphql', url).href;
});

/** As much of a fetch as the data source uses. */
async function fetcher(url, { method, headers, body }) {
  const response = await request(url, { method, headers, body, dispatcher });
  return {
    status: response.statusCode,
    ok: response.statusCode === 200,
    headers: { get: (name) => response.headers[name.toLowerCase()] ?? null },
    json: () => response.body.json(),
    text: () => response.body.text(),
  };
}
