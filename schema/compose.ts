import { composeServices } from '@apollo/composition';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { faultOf } from './apollo.ts';
import type { Fault } from './fault.ts';
import { checkRules } from './rules.ts';
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
 * Throws `CompositionError` with one fault a text that does not parse, else a broken rule, else an error of Apollo's composition.
 */
export function composeSupergraph(subgraphs: readonly SubgraphSdl[]): string {
  const parsed = parseAll(subgraphs);
  const faults = checkRules(parsed);
  if (faults.length > 0) throw new CompositionError(faults);
  const { supergraphSdl, errors = [] } = composeServices(parsed);
  if (supergraphSdl !== undefined) return supergraphSdl;
  const names = subgraphs.map(({ name }) => name);
  throw new CompositionError(errors.map((error) => faultOf(error, names)));
}

function parseAll(subgraphs: readonly SubgraphSdl[]) {
  const faults: Fault[] = [];
  const parsed = subgraphs.flatMap(({ name, url, sdl }): { name: string; url: string; typeDefs: DocumentNode }[] => {
    try {
      return [{ name, url, typeDefs: parse(sdl) }];
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
      const message = `${error.message} Line ${line}, column ${column}.`;
      faults.push({ code: 'INVALID_GRAPHQL', subgraph: name, coordinate: '-', message });
      return [];
    }
  });
  if (faults.length > 0) throw new CompositionError(faults);
  return parsed;
}
