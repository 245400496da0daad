import { GraphQLError } from 'graphql';
import { LedgerError, type LedgerErrorCode } from '../../consent/errors.ts';
import { FactsError } from '../../consent/facts.ts';

/** A refusal of the ledger as GraphQL says it: the stable code, and the ledger's own sentence. */
export function ledgerError(error: unknown): never {
  if (error instanceof FactsError) return refuse('LEDGER_UNAVAILABLE', error);
  if (!(error instanceof LedgerError)) throw error;
  throw new GraphQLError(error.message, {
    originalError: error,
    extensions: { code: error.code, public: error.message },
  });
}

export function refuse(code: LedgerErrorCode, cause?: unknown): never {
  return ledgerError(new LedgerError(code, cause));
}
