import { hostname } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AUDIENCE, EXPLORER_CLIENT, ROUTES } from '../auth/realm.ts';
import { SUBGRAPH_NAMES, type SubgraphName } from '../schema/subgraphs.ts';
import { createLog } from './log.ts';
import { explainListen } from './ports.ts';
import { type Settings, subgraphPort, subgraphUrl } from './settings.ts';
import type { Closable, Running, StopRequest } from './shutdown.ts';
import { loadDefinition } from './subgraphs.ts';

/** A service that answers at an address. */
export interface Service extends Closable {
  readonly url: string;
}

/** Starts its parts into `running`; gives up between two of them when the stop is requested. */
export type Start = (settings: Settings, running: Running, stop: StopRequest) => Promise<void>;

/** Where tokens come from: the embedded issuer, or the realm `nivel` of Keycloak. */
export interface TokenSource {
  readonly issuer: string;
  readonly jwksUri: string;
}

/** The issuer whose tokens the hub takes: Keycloak's when KEYCLOAK_URL is set, else the embedded one's. */
export function tokenSource({ keycloakUrl, keycloakInternalUrl, issuerPort }: Settings): TokenSource {
  const named = keycloakUrl ?? `http://localhost:${issuerPort}`;
  // Only Keycloak has a second address: the embedded issuer's keys are where its tokens say.
  const reached = keycloakUrl === undefined ? named : (keycloakInternalUrl ?? named);
  return { issuer: `${named}/realms/nivel`, jwksUri: `${reached}/realms/nivel${ROUTES.jwks}` };
}

/** The embedded issuer; development only. */
export async function startIssuer(settings: Settings): Promise<Service> {
  const { createIssuer } = await import('../auth/issuer.ts');
  const log = createLog('issuer', settings.logLevel);
  // Whoever opens the hub by its number signs in too.
  const explorers = ['localhost', '127.0.0.1'].map((host) => `http://${host}:${settings.port}/explorer`);
  return listening(settings.issuerPort, settings.host, 'ISSUER_PORT', () =>
    createIssuer({
      port: settings.issuerPort,
      host: settings.host,
      keyFile: join(settings.dataDir, 'issuer-keys.json'),
      redirectUris: explorers.flatMap((explorer) => [explorer, `${explorer}/`]),
      onError: (error) => log({ level: 'error', event: 'issuer failed', error: error.name }),
    }),
  );
}

/** One agency's subgraph. `databaseUrl` is that of its own role. */
export async function startSubgraph(
  name: SubgraphName,
  settings: Settings,
  options: { databaseUrl: string; passKey: Uint8Array },
): Promise<Service> {
  const { serveSubgraph } = await import('../subgraphs/serve.ts');
  const port = subgraphPort(settings, name);
  const definition = await loadDefinition(name);
  return listening(port, settings.host, 'SUBGRAPH_PORT', () =>
    serveSubgraph(definition, {
      ...options,
      port,
      host: settings.host,
      mode: settings.mode,
      basesOff: settings.basesOff,
      log: createLog(name, settings.logLevel),
    }),
  );
}

/** A sequencer of the audit log, with the log at its address. `databaseUrl` is of role `nivel_sequencer`. */
export async function startSequencer(settings: Settings, databaseUrl: string): Promise<Service> {
  const { serveSequencer } = await import('../audit/sequencer/serve.ts');
  const { loadLogSigners } = await import('./log-key.ts');
  const { logPort, host, logFolder } = settings;
  const signers = loadLogSigners(settings);
  return listening(logPort, host, 'NIVEL_LOG_PORT', () =>
    serveSequencer({
      port: logPort,
      host,
      databaseUrl,
      signers,
      witnesses: settings.logWitnesses,
      quorum: settings.logQuorum,
      ...(logFolder === undefined ? {} : { folder: logFolder }),
      log: createLog('sequencer', settings.logLevel),
    }),
  );
}

/** The watch over the audit log. `databaseUrl` is of role `nivel_alerts`. */
export async function startAlerts(settings: Settings, databaseUrl: string): Promise<Service> {
  const { serveAlerts } = await import('../audit/alerts/serve.ts');
  const { alertsPort: port, host, alertThresholds: thresholds } = settings;
  const log = createLog('alerts', settings.logLevel);
  return listening(port, host, 'NIVEL_ALERTS_PORT', () => serveAlerts({ port, host, databaseUrl, thresholds, log }));
}

export interface HubParts {
  /** Of role `nivel_gateway`. */
  readonly databaseUrl: string;
  readonly passKeys: Readonly<Record<SubgraphName, Uint8Array>>;
  readonly tokens: TokenSource;
}

/** The hub itself. */
export async function startHub(settings: Settings, parts: HubParts): Promise<Service> {
  const { createHub } = await import('../gateway/server.ts');
  const { createTokenVerifier } = await import('../auth/verify.ts');
  const { port, host, mode } = settings;
  const agencies = SUBGRAPH_NAMES.map(
    (name) => [name, { url: subgraphUrl(settings, name), passKey: parts.passKeys[name] }] as const,
  );
  return listening(port, host, 'PORT', () =>
    createHub({
      port,
      host,
      mode,
      name: hostname(),
      verifier: createTokenVerifier({ ...parts.tokens, audience: AUDIENCE }),
      databaseUrl: parts.databaseUrl,
      supergraphFile: fileURLToPath(new URL('../schema/supergraph.graphql', import.meta.url)),
      operationsFolder: fileURLToPath(new URL('../gateway/operations', import.meta.url)),
      agencies: new Map(agencies),
      basesOff: settings.basesOff,
      lagBudget: settings.logLagBudget,
      explorer: { issuer: parts.tokens.issuer, clientId: EXPLORER_CLIENT },
      log: createLog('hub', settings.logLevel),
    }),
  );
}

async function listening<T>(port: number, host: string, setting: string, start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    throw explainListen(error, port, host, setting);
  }
}
