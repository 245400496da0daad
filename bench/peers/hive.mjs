// Hive Gateway's runtime behind node:http, as its documents embed it, with what answers no query switched off.
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { serveChild } from './child.mjs';

serveChild(async ({ supergraphSdl }) => {
  const gateway = createGatewayRuntime({
    supergraph: supergraphSdl,
    logging: 'error',
    graphiql: false,
    landingPage: false,
  });
  const server = createServer(gateway);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${server.address().port}/graphql`;
});
