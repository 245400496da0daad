import { readFileSync } from 'node:fs';
import { type DocumentNode, isTypeDefinitionNode, Kind, parse, print, visit } from 'graphql';
import { composeSupergraph } from '../../schema/compose.ts';
import { SUBGRAPH_NAMES } from '../../schema/subgraphs.ts';
import type { ExtraAgency } from './agencies.ts';

/** What the servers are given to know the agencies by. */
export interface BenchGraph {
  readonly supergraphSdl: string;
  /** By the name of the subgraph. */
  readonly subgraphSdl: Readonly<Record<string, string>>;
}

/** The hub's graph, with one field of `Client` out of it for each of the extra agencies; without any, `schema/supergraph.graphql`. */
export function composeGraph(extra: readonly ExtraAgency[]): BenchGraph {
  const documents = new Map<string, DocumentNode>(SUBGRAPH_NAMES.map((name) => [name, parse(committed(name))]));
  for (const { subgraph, from, field } of extra) {
    const whole = documents.get(from) as DocumentNode;
    documents.set(
      subgraph,
      partOf(whole, (type, name) => type === 'Client' && (name === 'id' || name === field)),
    );
    documents.set(
      from,
      partOf(whole, (type, name) => type !== 'Client' || name !== field),
    );
  }
  const subgraphs = [...documents].map(([name, document]) => ({
    name,
    url: `http://${name}/graphql`,
    sdl: print(document),
  }));
  return {
    supergraphSdl: composeSupergraph(subgraphs),
    subgraphSdl: Object.fromEntries(subgraphs.map(({ name, sdl }) => [name, sdl])),
  };
}

function committed(name: string): string {
  return readFileSync(new URL(`../../schema/subgraphs/${name}.graphql`, import.meta.url), 'utf8');
}

const ENTRANCES = ['Client', 'Query'];

/** The SDL of a subgraph with these fields of `Client` and `Query` alone, and the types that they need. */
function partOf(document: DocumentNode, isOfPart: (type: string, field: string) => boolean): DocumentNode {
  const definitions = document.definitions.flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || !ENTRANCES.includes(node.name.value)) return [node];
    const fields = node.fields?.filter(({ name }) => isOfPart(node.name.value, name.value)) ?? [];
    return fields.length === 0 ? [] : [{ ...node, fields }];
  });
  const types = definitions.filter(isTypeDefinitionNode);
  const needed = new Set(ENTRANCES);
  // A Set is walked in the order of insertion, what is added on the way included.
  for (const name of needed) {
    const type = types.find((each) => each.name.value === name);
    if (type !== undefined) visit(type, { NamedType: (node) => void needed.add(node.name.value) });
  }
  return {
    ...document,
    definitions: definitions.filter((node) => !isTypeDefinitionNode(node) || needed.has(node.name.value)),
  };
}
