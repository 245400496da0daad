import { GraphQLError } from 'graphql';

interface Row {
  readonly status: number;
  readonly message: string;
}

/** Every error that the hub gives: code → HTTP status and the sentence that the caller reads. */
export const ERRORS = {
  // 1 authenticate: auth/errors.ts has its own table, one level down.
  // 2 admit
  NOT_POST: { status: 405, message: 'Send GraphQL operations with POST.' },
  NOT_JSON: { status: 415, message: 'Send the operation as application/json.' },
  BODY_MALFORMED: { status: 400, message: 'The body is not a JSON object with a GraphQL operation.' },
  BODY_TOO_LARGE: { status: 413, message: 'The body is larger than 100 kB.' },
  BODY_TOO_DEEP: { status: 400, message: 'The variables are nested too deeply or carry a reserved key.' },
  BATCH_REFUSED: { status: 400, message: 'Send one operation a request.' },
  DOCUMENT_MALFORMED: { status: 400, message: 'The document is not GraphQL.' },
  DOCUMENT_TOO_LONG: { status: 400, message: 'The document has more than 2,000 tokens.' },
  DOCUMENT_TOO_DEEP: { status: 400, message: 'The document is nested deeper than 15 fields.' },
  DOCUMENT_TOO_MANY_ALIASES: { status: 400, message: 'The document has more than 30 aliases.' },
  DOCUMENT_TOO_MANY_DIRECTIVES: { status: 400, message: 'The document has more than 50 directives.' },
  DOCUMENT_TOO_COSTLY: {
    status: 400,
    message:
      'The document asks for more than 20,000 fields once its fragments are spread, or for the same ones too often.',
  },
  DOCUMENT_CYCLIC: { status: 400, message: 'The document has a fragment that spreads itself.' },
  OPERATION_AMBIGUOUS: {
    status: 400,
    message: 'Name the operation to run: the document has none or several of that name.',
  },
  SUBSCRIPTION_REFUSED: { status: 400, message: 'The hub answers queries and mutations only.' },
  MUTATION_NOT_ALONE: { status: 400, message: 'Send one mutation field a request.' },
  DOCUMENT_UNKNOWN: { status: 400, message: 'No trusted document has this id.' },
  DOCUMENT_NOT_TRUSTED: { status: 403, message: 'Your role may send trusted documents only.' },
  // 3 plan
  DOCUMENT_INVALID: { status: 400, message: 'The document does not fit the schema.' },
  VARIABLE_INVALID: { status: 400, message: 'A variable does not fit its type.' },
  PLAN_TOO_COSTLY: {
    status: 400,
    message: 'Planning the operation takes too long or too much memory: ask for less at once.',
  },
  PLAN_TOO_LARGE: { status: 400, message: 'The plan of the operation is too large: ask for less at once.' },
  PLAN_UNSUPPORTED: { status: 400, message: 'The plan of the operation has a step that the hub cannot carry out.' },
  INTROSPECTION_REFUSED: { status: 403, message: 'Introspection is open to developers only.' },
  // 4 purpose
  PURPOSE_NOT_ALLOWED: { status: 403, message: 'Your role may not use this purpose.' },
  PURPOSE_AMBIGUOUS: { status: 400, message: 'Name one purpose an operation.' },
  ROLE_NOT_ALLOWED: { status: 403, message: 'Your role may not use this field.' },
  CLIENT_ID_INVALID: { status: 400, message: 'A client id is a UUID in lower case.' },
  PERSONAL_IDENTITY_CODE_INVALID: { status: 400, message: 'This is not a personal identity code.' },
  FIRST_OUT_OF_RANGE: { status: 400, message: 'first is from 1 to 100.' },
  FILTER_INVALID: { status: 400, message: 'The filter has an id that is no UUID, or ends before it begins.' },
  FILTER_TOO_WIDE: {
    status: 400,
    message: 'The log could not be searched for this in time: narrow the filter, for instance by time.',
  },
  ENTRY_NOT_FOUND: { status: 404, message: 'The log has no entry of this id.' },
  SIZE_OUT_OF_RANGE: {
    status: 400,
    message:
      'A size of the log is whole, and from 0 to that of the latest checkpoint; the earlier one is not the larger.',
  },
  CURSOR_INVALID: { status: 400, message: 'after is a cursor from an earlier page.' },
  // 5–6 decide, fetch
  AGENCY_UNAVAILABLE: { status: 200, message: 'The agency did not answer: its fields are empty for now.' },
  ANSWER_TOO_LARGE: { status: 400, message: 'The answer would be larger than 32 MB: ask for less at once.' },
  AGENCY_ERROR: { status: 200, message: 'The agency could not answer this field.' },
  // 7 record
  DECISIONS_UNAVAILABLE: { status: 503, message: 'Access cannot be decided right now: nothing was released.' },
  LOG_UNAVAILABLE: { status: 503, message: 'The audit log cannot be written right now: nothing was released.' },
  BASIS_CHANGED: {
    status: 503,
    message: 'Consents changed while the answer was made: nothing was released, ask again.',
  },
  // any
  OVERLOADED: { status: 503, message: 'The hub is busy: try again shortly.' },
  SHUTTING_DOWN: { status: 503, message: 'The hub is closing: try again shortly.' },
  NOT_FOUND: { status: 404, message: 'Nothing is served here.' },
  INTERNAL: { status: 500, message: 'The hub failed.' },
} as const satisfies Record<string, Row>;

export type ErrorCode = keyof typeof ERRORS;

/** Seconds after which a refused request may be tried again, on every 503. */
export const RETRY_AFTER = 2;

/** An error that the caller may read: its code, and the sentence of the table or a more exact one without values. */
export class HubError extends Error {
  override readonly name = 'HubError';
  readonly code: ErrorCode;
  /** For the operator's log; never for the caller, never personal data. */
  readonly detail: string | undefined;

  constructor(code: ErrorCode, options: { message?: string; detail?: string } = {}) {
    super(options.message ?? ERRORS[code].message);
    this.code = code;
    this.detail = options.detail;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }
}

/** The GraphQL form of a hub error, with the HTTP status that Apollo Server gives it. */
export function toGraphQLError(error: unknown): GraphQLError {
  const known = error instanceof HubError ? error : new HubError('INTERNAL', { detail: describe(error) });
  return new GraphQLError(known.message, {
    originalError: known,
    extensions: { code: known.code, http: { status: known.status } },
  });
}

/** What the operator's log may hold of an unexpected error: its class and code, never its text (it may quote data). */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
