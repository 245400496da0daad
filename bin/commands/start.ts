import { isSubgraph, SUBGRAPH_NAMES } from '../../schema/subgraphs.ts';
import { type Command, readArgs, usage } from '../command.ts';
import type { Start } from '../services.ts';
import { readSettings } from '../settings.ts';
import { listenForStop, Running } from '../shutdown.ts';
import { suggest } from '../suggest.ts';
import { note, print } from '../terminal.ts';

export const command: Command = {
  summary: 'start everything on this machine, or one service of it',
  help: `
Usage: nivel start [all]
       nivel start gateway
       nivel start issuer
       nivel start sequencer
       nivel start alerts
       nivel start subgraph NAME

all (the default) starts PostgreSQL, the migrations, a synthetic population, the issuer, the subgraphs, the sequencer of
the audit log, the watch over it and the hub, and ends them in reverse order at Ctrl-C; a second Ctrl-C forces.

One service takes everything from the environment, as on Compose: DATABASE_URL is then the address of the service's own
database role, and the pass keys are NIVEL_PASS_KEY_<NAME>.

NAME: ${SUBGRAPH_NAMES.join(', ')}
`,
  async run(args) {
    const { positionals } = readArgs('start', args, {}, ['[SERVICE]', '[NAME]']);
    const start = await chooseService(positionals);
    const settings = readSettings();
    const stop = listenForStop(() => note('Ended at once; PostgreSQL, if it still runs, is found by the next start'));
    const running = new Running();
    let clean = true;
    try {
      await start(settings, running, stop);
      await stop.promise;
    } finally {
      if (stop.requested) print('Closing');
      clean = await running.close(note);
    }
    if (stop.requested) print('Closed');
    return clean ? 0 : 1;
  },
};

async function chooseService([service = 'all', name]: readonly string[]): Promise<Start> {
  if (service !== 'subgraph' && name !== undefined) {
    throw usage('start', `does not know what to do with ${JSON.stringify(name)}`);
  }
  switch (service) {
    case 'all':
      return (await import('../start-all.ts')).startAll;
    case 'gateway':
      return (await import('../start-one.ts')).startGatewayAlone;
    case 'issuer':
      return (await import('../start-one.ts')).startIssuerAlone;
    case 'sequencer':
      return (await import('../start-one.ts')).startSequencerAlone;
    case 'alerts':
      return (await import('../start-one.ts')).startAlertsAlone;
    case 'subgraph': {
      if (name === undefined) throw usage('start', `subgraph needs NAME: ${SUBGRAPH_NAMES.join(', ')}`);
      if (!isSubgraph(name)) throw unknown('subgraph', name, SUBGRAPH_NAMES);
      return (await import('../start-one.ts')).startSubgraphAlone(name);
    }
    default:
      throw unknown('service', service, [
        'all',
        'gateway',
        'issuer',
        'sequencer',
        'alerts',
        'subgraph',
        ...SUBGRAPH_NAMES,
      ]);
  }
}

function unknown(what: string, word: string, known: readonly string[]) {
  const near = suggest(word, known);
  const meant = near === undefined || what === 'subgraph' || !isSubgraph(near) ? near : `subgraph ${near}`;
  return usage(
    'start',
    `knows no ${what} ${JSON.stringify(word)}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
  );
}
