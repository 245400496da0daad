import type { ApolloGateway } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayInterface } from '@apollo/server-gateway-interface';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import { ALERT_ERRORS, type AlertErrorCode } from '../audit/alerts/errors.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../consent/errors.ts';
import { describe, ERRORS, type ErrorCode, HubError, toGraphQLError } from './errors.ts';
import { refuseTakenNames } from './names.ts';
import { type Hub, serve, type Visit } from './pipeline.ts';
import { redact } from './redact.ts';
import { giveScalars } from './scalars.ts';

export interface VisitContext {
  readonly visit: Visit;
}

export interface ApolloOptions {
  readonly hub: Hub;
  readonly gateway: ApolloGateway;
  readonly mode: 'development' | 'production';
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

/**
 * Apollo Server, which parses and validates; instead of executing, it runs the hub's own steps (`pipeline.ts`), and
 * those run Apollo's executor over masked agencies.
 */
export function createApollo(options: ApolloOptions): ApolloServer<VisitContext> {
  return new ApolloServer<VisitContext>({
    gateway: stepping(options),
    introspection: true,
    hideSchemaDetailsFromClientErrors: options.mode === 'production',
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    // The door takes application/json by POST only, so no browser sends a request without a preflight.
    csrfPrevention: false,
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

function stepping({ gateway, hub }: ApolloOptions): GatewayInterface {
  return {
    async load(loadOptions) {
      const { executor } = await gateway.load(loadOptions);
      return {
        executor: async (request) => {
          const { visit } = request.context as unknown as VisitContext;
          visit.request = request;
          // Agencies get the life of the request as their context: the decisions are in it.
          visit.execute = (each) => executor({ ...each, context: visit.life as unknown as Record<string, unknown> });
          try {
            return (await serve(visit, hub)) as Awaited<ReturnType<typeof executor>>;
          } catch (error) {
            throw toGraphQLError(error);
          }
        },
      };
    },
    onSchemaLoadOrUpdate: (callback) =>
      gateway.onSchemaLoadOrUpdate((loaded) => {
        giveScalars(loaded.apiSchema);
        callback(loaded);
      }),
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
    ...(formatted.path === undefined ? {} : { path: beforeList(formatted.path) }),
  };
  if (cause instanceof HubError) {
    if (cause.status >= 500)
      options.log({ level: 'error', event: 'operation failed', code: cause.code, cause: cause.detail });
    return { message: cause.message, extensions: { code: cause.code } };
  }
  const known = APOLLO_CODES[code];
  if (known === 'DOCUMENT_INVALID' && formatted.message !== TOO_MANY_COMPARISONS)
    return { message: redact(formatted.message), ...place, extensions: { code: known } };
  if (known !== undefined) {
    const refused = known === 'DOCUMENT_INVALID' ? 'DOCUMENT_TOO_COSTLY' : known;
    return { message: ERRORS[refused].message, extensions: { code: refused } };
  }
  const ours = sentenceOf(code);
  if (ours !== undefined) {
    const agency = formatted.extensions?.agency;
    return { message: ours, ...place, extensions: { code, ...(agency === undefined ? {} : { agency }) } };
  }
  options.log({ level: 'error', event: 'operation failed', code: 'INTERNAL', cause: describe(cause ?? error) });
  return { message: ERRORS.INTERNAL.message, extensions: { code: 'INTERNAL' } };
}

/** Errors beside data: agencies that are silent or failed, and the ledger's refusals (`execute/source.ts`). */
function sentenceOf(code: string): string | undefined {
  if (Object.hasOwn(ERRORS, code)) return ERRORS[code as ErrorCode].message;
  if (Object.hasOwn(ALERT_ERRORS, code)) return ALERT_ERRORS[code as AlertErrorCode];
  return Object.hasOwn(LEDGER_ERRORS, code) ? LEDGER_ERRORS[code as LedgerErrorCode] : undefined;
}

/** The planner writes `@` for every member of a list; the part before it is a path of the answer. */
function beforeList(path: readonly (string | number)[]): readonly (string | number)[] {
  const list = path.indexOf('@');
  return list === -1 ? path : path.slice(0, list);
}
