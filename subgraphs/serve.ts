import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type NextFunction, type Request, type Response } from 'express';
import { type Pass, PassVerifier } from '../auth/pass.ts';
import { createBases } from '../consent/bases.ts';
import { openPool } from '../consent/pool.ts';
import { buildSubgraph, type SubgraphContext, type SubgraphDefinition } from './define.ts';
import { permittedBy } from './enforce.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  /** The connection string of the subgraph's own role. */
  readonly databaseUrl: string;
  /** 32 bytes, shared with the hub. */
  readonly passKey: Uint8Array;
  readonly mode: 'development' | 'production';
  /** Ids of access bases that are switched off; an unknown one is a `TypeError`. */
  readonly basesOff?: readonly string[];
  /** One line a refused request or a failed resolver; never personal data. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  /** Sees each SQL statement; tests count them. */
  readonly onStatement?: () => void;
}

export interface RunningSubgraph {
  readonly url: string;
  close(): Promise<void>;
}

type SignedRequest = Request & { rawBody?: Buffer };

/**
 * Serves one subgraph over HTTP at `/graphql`; answers nobody but the hub: a request without a fresh, unaltered pass for
 * this agency gets 401.
 */
export async function serveSubgraph(definition: SubgraphDefinition, options: ServeOptions): Promise<RunningSubgraph> {
  const bases = createBases({ off: options.basesOff ?? [] });
  const { schema } = await buildSubgraph(definition);
  const db = openPool({ ...options, max: 4 });
  const verifier = new PassVerifier(options.passKey, definition.name);

  const apollo = new ApolloServer<SubgraphContext>({
    schema,
    introspection: options.mode === 'development',
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      // An APOLLO_KEY in the environment would turn these on.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      {
        // Apollo Server copies the context for each operation of an array: each gets its own pass alone.
        async requestDidStart({ request: { extensions }, contextValue }) {
          const pass = extensions?.pass as Pass;
          Object.assign(contextValue, { pass, permitted: permittedBy(pass), load: definition.loaders(db) });
          if (extensions?.place === undefined) return;
          const { place } = extensions;
          // Whose answer it is: the hub takes none of an array that does not say so.
          return {
            async willSendResponse({ response: { body } }) {
              if (body.kind === 'single') body.singleResult.extensions = { place };
            },
          };
        },
      },
    ],
    allowBatchedHttpRequests: true,
    stopOnTerminationSignals: false,
    csrfPrevention: false,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
    // An agency's error text never leaves it: the hub gets a code, the agency's own log gets the class of the error.
    formatError: (formatted, error) => {
      const code = formatted.extensions?.code;
      options.log({ level: 'error', event: 'resolver failed', code, cause: causeOf(error) });
      return {
        message:
          typeof formatted.extensions?.public === 'string'
            ? formatted.extensions.public
            : 'The agency could not answer.',
        ...(formatted.path === undefined ? {} : { path: formatted.path }),
        extensions: { code: typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR' },
      };
    },
  });
  await apollo.start();

  const app = express();
  app.disable('x-powered-by');
  app.get('/health/live', (_request, response) => void response.json({ status: 'ok' }));
  app.get('/health/ready', async (_request, response) => {
    const ready = await db.query('SELECT 1').then(
      () => true,
      () => false,
    );
    response.status(ready ? 200 : 503).json({ status: ready ? 'ok' : 'database unavailable' });
  });
  app.post(
    '/graphql',
    express.json({
      limit: '4mb',
      verify: (request, _response, raw) => {
        (request as SignedRequest).rawBody = raw;
      },
    }),
    (request: SignedRequest, response, next) => {
      const fault = verifier.verify(
        request.headers,
        '/graphql',
        request.rawBody ?? Buffer.alloc(0),
        Math.floor(Date.now() / 1000),
      );
      // The hub sends operations that come at once as an array, each with its own pass.
      if (fault === null && [request.body].flat().every(hasPass)) return next();
      refuse(response, fault ?? 'PASS_MISSING', options);
    },
    expressMiddleware(apollo, {
      // The rest comes with the pass, above.
      context: async () => ({ db, bases }) as SubgraphContext,
    }),
  );
  app.use((_error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    response
      .status(400)
      .json({ errors: [{ message: 'The request is not JSON.', extensions: { code: 'BAD_REQUEST' } }] });
  });

  const server = createServer(app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${options.host}:${port}/graphql`,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      await closed;
      await apollo.stop();
      await db.end();
    },
  };
}

function hasPass(body: unknown): boolean {
  return (body as { extensions?: { pass?: Pass } } | undefined)?.extensions?.pass !== undefined;
}

function refuse(response: Response, fault: string, options: ServeOptions): void {
  options.log({ level: 'warn', event: 'pass refused', fault });
  response
    .status(401)
    .json({ errors: [{ message: 'Only the hub may ask, with a valid pass.', extensions: { code: fault } }] });
}

/** Code or class of the error at the bottom: that of the database, where it was the database. */
function causeOf(error: unknown): string | undefined {
  const {
    originalError,
    cause = originalError,
    code,
    name,
  } = Object(error) as {
    readonly [key in 'originalError' | 'cause']?: unknown;
  } & { readonly code?: string; readonly name?: string };
  return cause === undefined ? (code ?? name) : causeOf(cause);
}
