export type IssuerErrorCode =
  | 'PORT_BUSY'
  | 'KEY_FILE_INVALID'
  | 'KEY_FILE_UNWRITABLE'
  | 'UNKNOWN_USER'
  | 'ISSUER_UNREACHABLE';

/** Why the embedded issuer cannot start or serve: a stable code and one sentence for the operator. */
export class IssuerError extends Error {
  override readonly name = 'IssuerError';
  readonly code: IssuerErrorCode;

  constructor(code: IssuerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
