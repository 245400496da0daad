import type { GraphQLDataSource, GraphQLDataSourceProcessOptions } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import { LEDGER_ERRORS } from '../../consent/errors.ts';
import { SUBGRAPHS } from '../../schema/subgraphs.ts';
import type { Agency } from '../agency.ts';
import { ERRORS, HubError } from '../errors.ts';
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
      return {
        data: answer.data,
        ...(answer.errors.length > 0 ? { errors: answer.errors.map(toError) } : {}),
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

/** The hub's own subgraphs refuse with the hub's own codes; of an agency's error the caller learns only that there was one. */
function toError({ code, agency }: Answer['errors'][number]): GraphQLError {
  const own = SUBGRAPHS[agency].own && (Object.hasOwn(LEDGER_ERRORS, code) || Object.hasOwn(ERRORS, code));
  const shown = own || code === 'AGENCY_UNAVAILABLE' ? code : 'AGENCY_ERROR';
  return new GraphQLError(shown, { path: [], extensions: { code: shown, agency } });
}
