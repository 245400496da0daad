import { SUBGRAPH_NAMES, type SubgraphName } from '../schema/subgraphs.ts';
import { connectDatabase } from './database.ts';
import { Failure } from './failure.ts';
import { loadSecrets, requirePassKeys, requireSettings } from './secrets.ts';
import {
  type Start,
  startAlerts,
  startHub,
  startIssuer,
  startSequencer,
  startSubgraph,
  tokenSource,
} from './services.ts';
import type { Settings } from './settings.ts';
import { print } from './terminal.ts';

/** The hub alone: subgraphs, PostgreSQL and the identity provider run elsewhere. */
export const startGatewayAlone: Start = async (settings, running) => {
  const databaseUrl = await ownDatabase(settings);
  if (settings.mode === 'production' && settings.keycloakUrl === undefined) requireSettings(['KEYCLOAK_URL']);
  const passKeys = passKeysOf(settings, SUBGRAPH_NAMES);
  const hub = running.add('hub', await startHub(settings, { databaseUrl, passKeys, tokens: tokenSource(settings) }));
  print(`Hub at ${hub.url}`);
};

/** The embedded issuer alone. */
export const startIssuerAlone: Start = async (settings, running) => {
  if (settings.mode === 'production') {
    throw new Failure(
      'ISSUER_NOT_FOR_PRODUCTION',
      'the embedded issuer signs anyone in without a password and does not run in production; set KEYCLOAK_URL',
    );
  }
  const issuer = running.add('issuer', await startIssuer(settings));
  print(`Issuer at ${issuer.url}`);
};

/** A sequencer alone, with the DATABASE_URL of its own role: the key that signs the log is nowhere else. */
export const startSequencerAlone: Start = async (settings, running) => {
  const databaseUrl = await ownDatabase(settings);
  const sequencer = running.add('sequencer', await startSequencer(settings, databaseUrl));
  print(`Log at ${sequencer.url}`);
};

/** The watch that raises alerts alone, with the DATABASE_URL of its own role. */
export const startAlertsAlone: Start = async (settings, running) => {
  const databaseUrl = await ownDatabase(settings);
  const alerts = running.add('alerts', await startAlerts(settings, databaseUrl));
  print(`Alerts at ${alerts.url}`);
};

/** One subgraph alone, with its own database role's DATABASE_URL. */
export function startSubgraphAlone(name: SubgraphName): Start {
  return async (settings, running) => {
    const databaseUrl = await ownDatabase(settings);
    const passKey = passKeysOf(settings, [name])[name];
    const subgraph = running.add(name, await startSubgraph(name, settings, { databaseUrl, passKey }));
    print(`Subgraph ${name} at ${subgraph.url}`);
  };
}

async function ownDatabase(settings: Settings): Promise<string> {
  if (settings.databaseUrl === undefined) {
    requireSettings(['DATABASE_URL']);
    return '';
  }
  // Says now, in one line, what would else fail every request.
  const client = await connectDatabase(settings.databaseUrl);
  await client.end();
  return settings.databaseUrl;
}

function passKeysOf<N extends SubgraphName>(settings: Settings, names: readonly N[]): Readonly<Record<N, Uint8Array>> {
  return settings.mode === 'production' ? requirePassKeys(settings, names) : loadSecrets(settings).passKeys;
}
