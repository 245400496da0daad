import { SUBGRAPH_NAMES, type SubgraphName } from '../schema/subgraphs.ts';
import type { SubgraphDefinition } from '../subgraphs/define.ts';

/** The definition of one subgraph: `subgraphs/<name>/index.ts` exports it under the subgraph's name. */
export async function loadDefinition(name: SubgraphName): Promise<SubgraphDefinition> {
  const exported = (await import(`../subgraphs/${name}/index.ts`)) as Record<string, SubgraphDefinition | undefined>;
  const definition = exported[name];
  if (definition?.name !== name) throw new TypeError(`subgraphs/${name}/index.ts must export the definition ${name}`);
  return definition;
}

/** All of them, in the order of their ports. */
export function loadDefinitions(): Promise<SubgraphDefinition[]> {
  return Promise.all(SUBGRAPH_NAMES.map(loadDefinition));
}
