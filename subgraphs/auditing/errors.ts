import { GraphQLError } from 'graphql';
import { LARGEST_PAGE, type PageArguments } from '../page.ts';

/** Refuses with one of the hub's own codes; the hub has the sentence. */
export function refuse(code: string, cause?: unknown): never {
  throw new GraphQLError(code, { extensions: { code }, ...(cause instanceof Error ? { originalError: cause } : {}) });
}

/** Refuses a page that no list has, or that begins where none ended. */
export function checkPage({ first, after }: PageArguments, isCursor = isSeq): void {
  if (first < 1 || first > LARGEST_PAGE) refuse('FIRST_OUT_OF_RANGE');
  if (after != null && !isCursor(after)) refuse('CURSOR_INVALID');
}

function isSeq(cursor: string): boolean {
  return /^\d{1,18}$/.test(cursor);
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
