import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { describe, ERRORS, type ErrorCode, HubError, toGraphQLError } from './errors.ts';
import { refuseTakenNames } from './names.ts';
import { type Answer, type Hub, serve, type Visit } from './pipeline.ts';
import { redact } from './redact.ts';
import type { ShownError } from './refused.ts';
import type { LoadedSupergraph } from './supergraph.ts';

export interface VisitContext {
  readonly visit: Visit;
}

export interface ApolloOptions {
  readonly hub: Hub;
  readonly supergraph: LoadedSupergraph;
  readonly mode: 'development' | 'production';
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/** Apollo Server, which parses and validates what the hub has not met before; instead of executing, it runs the hub's own steps (`pipeline.ts`). */
export function createApollo(options: ApolloOptions): ApolloServer<VisitContext> {
  return new ApolloServer<VisitContext>({
    gateway: stepping(options),
    introspection: true,
    hideSchemaDetailsFromClientErrors: options.mode === 'production',
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // The door takes application/json by POST only, so no browser sends a request without a preflight.
    csrfPrevention: false,
    // As the hub writes the answers of prepared operations: which way an answer came must not show.
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

function stepping({ supergraph, hub }: ApolloOptions): GatewayInterface {
  const { gateway } = supergraph;
  return {
    async load(loadOptions) {
      await gateway.load(loadOptions);
      return {
        executor: async ({ context, schema, document, operation }) => {
          const { visit } = context as unknown as VisitContext;
          visit.served = supergraph.servedBy(schema);
          visit.validated = { document, ...(operation === undefined ? {} : { operation }) };
          try {
            return toResult(await serve(visit, hub));
          } catch (error) {
            throw toGraphQLError(error);
          }
        },
      };
    },
    onSchemaLoadOrUpdate: (callback) => gateway.onSchemaLoadOrUpdate(callback),
    stop: () => gateway.stop(),
  };
}

type Result = Awaited<ReturnType<GatewayExecutor>>;

function toResult({ data, errors, status, extensions }: Answer): Result {
  return {
    data,
    ...(errors.length === 0 ? {} : { errors: errors.map((error) => new ShownGraphQLError(error, status)) }),
    ...(extensions === undefined ? {} : { extensions }),
  } as Result;
}

/** An error that is what the caller reads already. */
class ShownGraphQLError extends GraphQLError {
  readonly shown: ShownError;

  constructor(shown: ShownError, status: number) {
    const http = status === 200 ? {} : { http: { status } };
    super(shown.message, { extensions: { ...shown.extensions, ...http } });
    this.shown = shown;
  }
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
  if (error instanceof ShownGraphQLError) return { ...error.shown };
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
