import type { Agency } from './categories.ts';

export interface SubgraphInfo {
  /** Port of the subgraph relative to the first one (4001). */
  readonly port: number;
  /** The discloser whose data it serves. */
  readonly agency: Agency;
  /** The hub's own subgraph: it may offer root fields that return personal data. */
  readonly own: boolean;
  /** PostgreSQL role; it reads its own schema and nothing else. An agency's is named after its subgraph. */
  readonly role: `nivel_${string}`;
}

/** One subgraph an agency, and the hub's own: the client index, consents and the audit log. */
export const SUBGRAPHS = {
  clients: { port: 0, agency: 'HUB', own: true, role: 'nivel_clients' },
  sentences: { port: 1, agency: 'PRISON_SERVICE', own: false, role: 'nivel_sentences' },
  social: { port: 2, agency: 'SOCIAL_SERVICES', own: false, role: 'nivel_social' },
  employment: { port: 3, agency: 'EMPLOYMENT_SERVICES', own: false, role: 'nivel_employment' },
  health: { port: 4, agency: 'HEALTH_CARE', own: false, role: 'nivel_health' },
  consents: { port: 5, agency: 'HUB', own: true, role: 'nivel_consent' },
  auditing: { port: 6, agency: 'HUB', own: true, role: 'nivel_audit' },
} as const satisfies Record<string, SubgraphInfo>;

export type SubgraphName = keyof typeof SUBGRAPHS;

export const SUBGRAPH_NAMES = Object.keys(SUBGRAPHS) as readonly SubgraphName[];

export function isSubgraph(name: string): name is SubgraphName {
  return Object.hasOwn(SUBGRAPHS, name);
}
