import { SUBGRAPH_NAMES, type SubgraphName } from '../schema/subgraphs.ts';
import { migrate, roleUrl } from './migrate.ts';
import { seedIfEmpty } from './population.ts';
import { checkPort } from './ports.ts';
import { loadSecrets, requireSettings } from './secrets.ts';
import {
  type Start,
  startAlerts,
  startHub,
  startIssuer,
  startSequencer,
  startSubgraph,
  tokenSource,
} from './services.ts';
import { type Settings, subgraphPort, subgraphRole } from './settings.ts';
import { openStore } from './store.ts';
import { note, print } from './terminal.ts';

/** Everything in this process, PostgreSQL apart: what a newcomer's `npm start` does. */
export const startAll: Start = async (given, running, stop) => {
  if (given.mode === 'production' && given.keycloakUrl === undefined) requireSettings(['KEYCLOAK_URL']);
  const settings = await checkPorts(given);
  const secrets = loadSecrets(settings);
  const store = running.add('PostgreSQL', await openStore(settings, { share: false, onProgress: print }));
  if (stop.requested) return;

  const { passwords } = await migrate(store.url, { passwords: settings.databasePasswords, onProgress: print });
  if (stop.requested) return;

  // Production never invents people.
  if (settings.mode === 'development') await seedIfEmpty(store.url, print);
  if (stop.requested) return;

  if (settings.keycloakUrl === undefined) {
    warnOfOpenIssuer(settings);
    const issuer = running.add('issuer', await startIssuer(settings));
    print(`Issuer at ${issuer.url}`);
  }
  const subgraphUrls: Partial<Record<SubgraphName, string>> = {};
  for (const name of SUBGRAPH_NAMES) {
    if (stop.requested) return;
    const role = subgraphRole(name);
    const databaseUrl = roleUrl(store.url, role, passwords[role]);
    const passKey = secrets.passKeys[name];
    const subgraph = running.add(name, await startSubgraph(name, settings, { databaseUrl, passKey }));
    print(`Subgraph ${name.padEnd(10)} at ${subgraph.url}`);
    subgraphUrls[name] = subgraph.url;
  }
  if (stop.requested) return;
  const log = running.add(
    'sequencer',
    await startSequencer(settings, roleUrl(store.url, 'sequencer', passwords.sequencer)),
  );
  print(`Log at ${log.url}`);
  running.add('alerts', await startAlerts(settings, roleUrl(store.url, 'alerts', passwords.alerts)));
  const hub = running.add(
    'hub',
    await startHub(
      { ...settings, subgraphUrls },
      {
        databaseUrl: roleUrl(store.url, 'gateway', passwords.gateway),
        passKeys: secrets.passKeys,
        tokens: tokenSource(settings),
      },
    ),
  );
  if (!stop.requested) welcome(settings, hub.url, log.url);
};

/** Before anything slow: a port that is taken is said at once. Port 0 becomes a free one. */
async function checkPorts(settings: Settings): Promise<Settings> {
  const { host } = settings;
  const port = await checkPort(settings.port, host, 'PORT');
  const issuerPort =
    settings.keycloakUrl === undefined
      ? await checkPort(settings.issuerPort, host, 'ISSUER_PORT')
      : settings.issuerPort;
  for (const name of SUBGRAPH_NAMES) await checkPort(subgraphPort(settings, name), host, 'SUBGRAPH_PORT');
  const logPort = await checkPort(settings.logPort, host, 'NIVEL_LOG_PORT');
  const alertsPort = await checkPort(settings.alertsPort, host, 'NIVEL_ALERTS_PORT');
  return { ...settings, port, issuerPort, logPort, alertsPort };
}

function warnOfOpenIssuer({ host, issuerPort }: Settings): void {
  if (['127.0.0.1', '::1', 'localhost'].includes(host)) return;
  note(`HOST is ${host}: whoever reaches port ${issuerPort} signs in as anyone; keep it to a closed network`);
}

function welcome({ port }: Settings, url: string, logUrl: string): void {
  print(`
Nivel is ready at ${url}

  Explorer   http://localhost:${port}/explorer
  Audit log  ${logUrl}/checkpoint

Three things to try:
  1. Open the Explorer, sign in as coordinator, and run the unified view of client 1.
  2. Sign in as peer and run the same: only what is shared with the peer comes back.
  3. Withdraw the consent for medication, run the view again, then read the log as auditor.

A token for your own programs: npm run -s token -- coordinator
Ctrl-C ends everything; the data stays.`);
}
