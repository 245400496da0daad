/**
 * What was given cannot be checked at all: it is not there, or it is not what it should be.
 *
 * `code` is stable (UPPER_SNAKE); `message` is one sentence without a full stop that holds no part of an entry.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
