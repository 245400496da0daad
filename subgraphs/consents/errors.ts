import { GraphQLError } from 'graphql';
import { LedgerError, type LedgerErrorCode } from '../../consent/errors.ts';

/** A refusal of the ledger as GraphQL says it: the stable code, and the ledger's own sentence. */
export function ledgerError(error: unknown): never {
  if (!(error instanceof LedgerError)) throw error;
  throw new GraphQLError(error.message, { extensions: { code: error.code, public: error.message } });
}

export function refuse(code: LedgerErrorCode): never {
  return ledgerError(new LedgerError(code));
}
