import { fileURLToPath } from 'node:url';

export interface ServerInfo {
  /** As tables and the picture call it. */
  readonly title: string;
  /** Under `bench/`. */
  readonly file: string;
  readonly args?: readonly string[];
  /** Of Node itself. */
  readonly nodeOptions?: readonly string[];
  /** Modules loaded before it. */
  readonly imports?: readonly string[];
  /** Lives among the packages of `bench/peers`. */
  readonly peer: boolean;
}

/** As `docker-compose.yml` starts a gateway. */
export const GATEWAY_NODE_OPTIONS = [
  '--max-semi-space-size=128',
  '--heap-growing-percent=100',
  '--use-largepages=silent',
] as const;

export const SERVERS = {
  handwritten: { title: 'hand-written fan-out', file: 'gateways/handwritten.ts', peer: false },
  apollo: { title: 'Apollo Gateway', file: 'peers/apollo.mjs', peer: true },
  'apollo-pooled': { title: 'Apollo Gateway, pooled client', file: 'peers/apollo.mjs', args: ['pooled'], peer: true },
  mercurius: { title: 'Mercurius', file: 'peers/mercurius.mjs', peer: true },
  'mercurius-jit': { title: 'Mercurius, compiled queries', file: 'peers/mercurius.mjs', args: ['jit'], peer: true },
  hive: { title: 'Hive Gateway', file: 'peers/hive.mjs', peer: true },
  'hub-unguarded': {
    title: 'this hub, guard off',
    file: 'gateways/hub.ts',
    nodeOptions: GATEWAY_NODE_OPTIONS,
    imports: [fileURLToPath(new URL('redirect.mjs', import.meta.url))],
    peer: false,
  },
  hub: { title: 'this hub', file: 'gateways/hub.ts', nodeOptions: GATEWAY_NODE_OPTIONS, peer: false },
} as const satisfies Record<string, ServerInfo>;

export type ServerName = keyof typeof SERVERS;

export function isServer(name: string): name is ServerName {
  return Object.hasOwn(SERVERS, name);
}

/** The complete hub, or the one without its guard. */
export function isHub(name: ServerName): boolean {
  return name === 'hub' || name === 'hub-unguarded';
}

export function infoOf(name: ServerName): ServerInfo {
  return SERVERS[name];
}
