/** Wrong use of the command line: exit code 2. */
export const USAGE = 'WRONG_USAGE';

/**
 * A failure that the person at the terminal can act on.
 *
 * `code` is stable (UPPER_SNAKE); `message` is one sentence on one line and holds no secret and no personal data.
 */
export class Failure extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*\n\s*/g, ' '), options);
    this.name = 'Failure';
    this.code = code;
  }

  /** 2 for wrong usage, 1 for everything else that failed. */
  get exitCode(): 1 | 2 {
    return this.code === USAGE ? 2 : 1;
  }
}

/** The system's code of an error (`ENOENT`, `28P01`, …) or an empty string. */
export function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0]);
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
