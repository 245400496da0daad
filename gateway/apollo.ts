import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { describe, ERRORS, type ErrorCode, HubError, toGraphQLError } from './errors.ts';
import { refuseTakenNames } from './names.ts';
import { prepare, type Visit } from './pipeline.ts';
import { redact } from './redact.ts';
import type { ShownError } from './refused.ts';
import type { LoadedSupergraph } from './supergraph.ts';

export interface VisitContext {
  readonly visit: Visit;
}

export interface ApolloOptions {
  readonly supergraph: LoadedSupergraph;
  readonly mode: 'development' | 'production';
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/**
 * Apollo Server, which parses and validates what the hub has not met before, and says what is wrong with it.
 *
 * It executes nothing: what fits is planned and compiled into the visit, and the hub's own steps answer it (`pipeline.ts`).
 */
export function createApollo(options: ApolloOptions): ApolloServer<VisitContext> {
  return new ApolloServer<VisitContext>({
    gateway: preparing(options),
    introspection: true,
    hideSchemaDetailsFromClientErrors: options.mode === 'production',
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // The door takes application/json by POST only, so no browser sends a request without a preflight.
    csrfPrevention: false,
    // Which way an answer came must not show.
    stringifyResult: JSON.stringify,
    validationRules: [refuseTakenNames],
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      // An APOLLO_KEY in the environment would turn these on.
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
    ],
    logger: { debug() {}, info() {}, warn() {}, error: () => options.log({ level: 'error', event: 'apollo server' }) },
    formatError: (formatted, error) => present(formatted, error, options),
  });
}

function preparing({ supergraph }: ApolloOptions): GatewayInterface {
  const { gateway } = supergraph;
  return {
    async load(loadOptions) {
      await gateway.load(loadOptions);
      return {
        executor: async ({ context, schema, document, operation }) => {
          const { visit } = context as unknown as VisitContext;
          try {
            await prepare(visit, supergraph.servedBy(schema), document, operation);
            return {};
          } catch (error) {
            throw toGraphQLError(error);
          }
        },
      };
    },
    // Not Apollo's own API schema, which knows no @defer: the hub's, of the same supergraph.
    onSchemaLoadOrUpdate: (callback) =>
      gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) =>
        callback({ apiSchema: supergraph.served().schema, coreSupergraphSdl }),
      ),
    stop: () => gateway.stop(),
  };
}

/** Codes of Apollo Server's own refusals, in the hub's words. */
const APOLLO_CODES: Readonly<Record<string, ErrorCode>> = {
  GRAPHQL_PARSE_FAILED: 'DOCUMENT_MALFORMED',
  GRAPHQL_VALIDATION_FAILED: 'DOCUMENT_INVALID',
  BAD_USER_INPUT: 'VARIABLE_INVALID',
  OPERATION_RESOLUTION_FAILURE: 'OPERATION_AMBIGUOUS',
  BAD_REQUEST: 'BODY_MALFORMED',
};

/** All that graphql-js says of a document whose fields it would have to compare too often. */
const TOO_MANY_COMPARISONS = 'Validation aborted.';

/** What the caller reads of an error: a code, a sentence without values, the place; never a stack or an agency's words. */
function present(formatted: GraphQLFormattedError, error: unknown, options: ApolloOptions): GraphQLFormattedError {
  const cause = (error as GraphQLError).originalError;
  const code = String(formatted.extensions?.code ?? 'INTERNAL');
  const place = {
    ...(formatted.locations === undefined ? {} : { locations: formatted.locations }),
    ...(formatted.path === undefined ? {} : { path: formatted.path }),
  };
  if (cause instanceof HubError) return logFailure(cause, options.log).shown;
  const known = APOLLO_CODES[code];
  if (known === 'DOCUMENT_INVALID' && formatted.message !== TOO_MANY_COMPARISONS)
    return { message: redact(formatted.message), ...place, extensions: { code: known } };
  if (known !== undefined) {
    const refused = known === 'DOCUMENT_INVALID' ? 'DOCUMENT_TOO_COSTLY' : known;
    return { message: ERRORS[refused].message, extensions: { code: refused } };
  }
  options.log({ level: 'error', event: 'operation failed', code: 'INTERNAL', cause: describe(cause ?? error) });
  return { message: ERRORS.INTERNAL.message, extensions: { code: 'INTERNAL' } };
}

/** What the caller reads of an operation that failed as a whole; the operator hears of what is the hub's own fault. */
export function logFailure(
  error: unknown,
  log: ApolloOptions['log'],
): { readonly shown: ShownError; readonly status: number } {
  const { code, status, message, detail } =
    error instanceof HubError ? error : new HubError('INTERNAL', { detail: describe(error) });
  if (status >= 500) log({ level: 'error', event: 'operation failed', code, cause: detail });
  return { shown: { message, extensions: { code } }, status };
}
