import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { checkRules, type Fault } from './rules.ts';
import type { SubgraphName } from './subgraphs.ts';

export interface SubgraphSdl {
  /** One of the names in `schema/subgraphs.ts`, or a new agency's. */
  readonly name: SubgraphName | string;
  readonly url: string;
  readonly sdl: string;
}

/** Composition failed; `faults` names every coordinate at once. */
export class CompositionError extends Error {
  override readonly name = 'CompositionError';
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[]) {
    super(faults.map((fault) => `${fault.code} ${fault.subgraph} ${fault.coordinate}: ${fault.message}`).join('\n'));
    this.faults = faults;
  }
}

/**
 * Composes the subgraphs into the supergraph that the gateway loads, after the contract's own rules (`rules.ts`).
 *
 * Throws `CompositionError` with one fault a broken rule, or Apollo's composition errors.
 */
export function composeSupergraph(subgraphs: readonly SubgraphSdl[]): string {
  const parsed = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
  const faults = checkRules(parsed);
  if (faults.length > 0) throw new CompositionError(faults);
  const result = composeServices(parsed);
  if (result.supergraphSdl === undefined) {
    throw new CompositionError(
      (result.errors ?? []).map((error) => ({
        code: String(error.extensions?.code ?? 'COMPOSITION_FAILED'),
        subgraph: '-',
        coordinate: '-',
        message: error.message,
      })),
    );
  }
  return result.supergraphSdl;
}
