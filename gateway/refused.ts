import { ALERT_ERRORS, type AlertErrorCode } from '../audit/alerts/errors.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../consent/errors.ts';
import { SUBGRAPHS, type SubgraphName } from '../schema/subgraphs.ts';
import { ERRORS, type ErrorCode } from './errors.ts';
import type { ExecutionError } from './execute/run.ts';
import type { Life } from './life.ts';

/** An error as the caller reads it. */
export interface ShownError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: { readonly code: string; readonly agency?: string };
}

/** Errors beside data, as the caller reads them, and the HTTP status that they make; tells `life` what the entry must say. */
export function showErrors(
  errors: readonly ExecutionError[],
  life: Pick<Life, 'unavailable' | 'refusal'>,
): { readonly errors: readonly ShownError[]; readonly status: number } {
  let status = 200;
  const shown = errors.map(({ code, agency, path, nothing = false }): ShownError => {
    const name = agency as SubgraphName;
    const own = isOwnCode(code, name);
    if (nothing && own) {
      // A refusal is not an answer, and a change of unknown outcome is neither.
      if (code === 'OUTCOME_UNKNOWN') life.unavailable.set(name, code);
      else life.refusal ??= code;
    }
    const known = own || code === 'AGENCY_UNAVAILABLE' ? code : 'AGENCY_ERROR';
    // A field that failed beside others that did not is no failed request.
    if (nothing && Object.hasOwn(ERRORS, known)) status = Math.max(status, ERRORS[known as ErrorCode].status);
    return {
      message: sentenceOf(known) ?? ERRORS.AGENCY_ERROR.message,
      ...(path === undefined ? {} : { path }),
      extensions: { code: known, agency },
    };
  });
  return { errors: shown, status };
}

/** The hub's own subgraphs refuse with the hub's own codes; of an agency's error the caller learns only that there was one. */
function isOwnCode(code: string, agency: SubgraphName): boolean {
  return SUBGRAPHS[agency].own && sentenceOf(code) !== undefined;
}

function sentenceOf(code: string): string | undefined {
  if (Object.hasOwn(ERRORS, code)) return ERRORS[code as ErrorCode].message;
  if (Object.hasOwn(ALERT_ERRORS, code)) return ALERT_ERRORS[code as AlertErrorCode];
  return Object.hasOwn(LEDGER_ERRORS, code) ? LEDGER_ERRORS[code as LedgerErrorCode] : undefined;
}
