import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { ALERT_ERRORS } from '../../audit/alerts/errors.ts';
import { LEDGER_ERRORS } from '../../consent/errors.ts';
import { SUBGRAPHS, type SubgraphName } from '../../schema/subgraphs.ts';
import type { Agency } from '../agency.ts';
import { ERRORS, type ErrorCode, HubError } from '../errors.ts';
import type { Life } from '../life.ts';
import { fetchEntities } from './entities.ts';
import { readFetch } from './fetch.ts';
import type { Answer } from './release.ts';
import { fetchRoots } from './roots.ts';

type Received = Awaited<ReturnType<GraphQLDataSource['process']>>;

/**
 * One agency as Apollo's executor sees it: each fetch of a plan is masked by the decisions on the clients in it, before it
 * leaves. This is the seam where the compiled executor will go.
 */
export class MaskedSource implements GraphQLDataSource {
  readonly #agency: Agency;

  constructor(agency: Agency) {
    this.#agency = agency;
  }

  async process(options: GraphQLDataSourceProcessOptions): Promise<Received> {
    // The hub loads no schema and checks no health through the executor: it only asks what a caller asked.
    if (!('incomingRequestContext' in options)) return { data: null };
    const life = options.context as Life;
    const { query = '', variables = {} } = options.request;
    try {
      const fetch = readFetch(query, options.document);
      const { entities } = fetch;
      const answer =
        entities === null
          ? await fetchRoots(fetch, variables, life, this.#agency)
          : await fetchEntities({ ...fetch, entities }, variables, life, this.#agency);
      const nothing = Object.values(answer.data ?? {}).every((value) => value === null);
      if (nothing) for (const error of answer.errors) note(error, life);
      return {
        data: answer.data,
        ...(answer.errors.length > 0 ? { errors: answer.errors.map((error) => toError(error, nothing)) } : {}),
      } as Received;
    } catch (error) {
      if (error instanceof HubError && error.code === 'AGENCY_UNAVAILABLE') {
        life.unavailable.set(this.#agency.name, error.detail ?? '');
        return { data: null, errors: [toError({ code: error.code, agency: this.#agency.name })] } as Received;
      }
      // Not an agency's fault: the whole operation fails closed once the plan has run.
      life.failure ??= error;
      return { data: null };
    }
  }
}

/** What the entry must tell: a refusal is not an answer, and a change of unknown outcome is neither. */
function note({ code, agency }: Answer['errors'][number], life: Life): void {
  if (!isOwnCode(code, agency)) return;
  if (code === 'OUTCOME_UNKNOWN') life.unavailable.set(agency, code);
  else life.refusal ??= code;
}

function isOwnCode(code: string, agency: SubgraphName): boolean {
  return SUBGRAPHS[agency].own && [LEDGER_ERRORS, ALERT_ERRORS, ERRORS].some((table) => Object.hasOwn(table, code));
}

/** The hub's own subgraphs refuse with the hub's own codes; of an agency's error the caller learns only that there was one. */
function toError({ code, agency }: Answer['errors'][number], nothing = false): GraphQLError {
  const shown = isOwnCode(code, agency) || code === 'AGENCY_UNAVAILABLE' ? code : 'AGENCY_ERROR';
  // A field that failed beside others that did not is no failed request.
  const http = nothing && Object.hasOwn(ERRORS, shown) ? { http: { status: ERRORS[shown as ErrorCode].status } } : {};
  return new GraphQLError(shown, { path: [], extensions: { code: shown, agency, ...http } });
}
