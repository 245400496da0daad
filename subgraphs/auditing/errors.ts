import { GraphQLError } from 'graphql';

/** Refuses with one of the hub's own codes; the hub has the sentence. */
export function refuse(code: string, cause?: unknown): never {
  throw new GraphQLError(code, { extensions: { code }, ...(cause instanceof Error ? { originalError: cause } : {}) });
}

/** SQLSTATE query_canceled: what was asked reads more of the log than a page may. */
const TOO_LONG = '57014';

/** A search of the log that does not end in its time is the filter's fault, and the caller can narrow it. */
export async function inTime<T>(search: Promise<T>): Promise<T> {
  try {
    return await search;
  } catch (error) {
    if ((error as { code?: unknown } | null)?.code === TOO_LONG) return refuse('FILTER_TOO_WIDE', error);
    throw error;
  }
}
