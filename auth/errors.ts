/** Why a caller is not let in: code → HTTP status and one sentence, which is all the caller ever reads. */
const FAILURES = {
  TOKEN_MISSING: { status: 401, message: 'An access token is required.' },
  TOKEN_MALFORMED: { status: 401, message: 'The Authorization header must be exactly one Bearer token.' },
  TOKEN_TOO_LARGE: { status: 401, message: 'The access token is larger than 16 kB.' },
  TOKEN_INVALID: { status: 401, message: 'The access token was not accepted.' },
  TOKEN_EXPIRED: { status: 401, message: 'The access token has expired.' },
  NO_ROLE: { status: 401, message: 'The access token names no role of the hub.' },
  ROLE_REQUIRED: { status: 403, message: 'The role that this address needs is missing.' },
  IDENTITY_PROVIDER_UNAVAILABLE: { status: 503, message: 'The identity provider’s keys cannot be read at the moment.' },
} as const;

export type AuthErrorCode = keyof typeof FAILURES;

/** Seconds after which asking again makes sense: the key set is asked for again that soon. */
const RETRY_AFTER_SECONDS = 2;

/**
 * The one error of this room.
 *
 * `code`, `status`, `message` and `headers` (lower-case names) are for the caller; `detail` is for the operator's log.
 * Neither carries any part of a token or any personal data. Challenge after RFC 6750 § 3, Retry-After after RFC 9110 § 10.2.3.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError';
  readonly code: AuthErrorCode;
  readonly status: 401 | 403 | 503;
  readonly headers: Readonly<Record<string, string>>;
  readonly detail: string;

  constructor(code: AuthErrorCode, detail: string = code) {
    super(FAILURES[code].message);
    this.code = code;
    this.status = FAILURES[code].status;
    this.headers = headersFor(code);
    this.detail = detail;
  }
}

function headersFor(code: AuthErrorCode): Readonly<Record<string, string>> {
  const { status, message } = FAILURES[code];
  if (status === 503) return { 'retry-after': String(RETRY_AFTER_SECONDS) };
  // RFC 6750 § 3.1: a request without any credentials is told the scheme and no error code.
  if (code === 'TOKEN_MISSING') return { 'www-authenticate': 'Bearer realm="nivel"' };
  const error = status === 403 ? 'insufficient_scope' : 'invalid_token';
  return { 'www-authenticate': `Bearer realm="nivel", error="${error}", error_description="${message}"` };
}
