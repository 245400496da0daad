import { MAX_CLIENTS } from '../../population/identity.ts';
import { type Command, readArgs, wholeNumber } from '../command.ts';
import { migrate } from '../migrate.ts';
import { DEFAULT_COUNT, DEFAULT_SEED, populate } from '../population.ts';
import { readSettings } from '../settings.ts';
import { openStore } from '../store.ts';
import { note, print, progressBar } from '../terminal.ts';

export const command: Command = {
  summary: 'fill an empty database with synthetic clients',
  help: `
Usage: nivel seed [--count N] [--seed S] [--database-url URL] [--json]

Migrates the database, then makes synthetic clients with artificial identity codes in all registries. The same seed
makes the same people; client 1 is always the same person.

  --count N           clients, 1 to ${MAX_CLIENTS} (default: ${DEFAULT_COUNT})
  --seed S            whole number (default: ${DEFAULT_SEED})
  --database-url URL  PostgreSQL 15 or newer (default: DATABASE_URL, else the PostgreSQL in NIVEL_DATA_DIR)
  --json              print {"clients", "seconds", "clientsPerSecond", "peakMemoryBytes"} instead of a line
`,
  async run(args) {
    const { values } = readArgs('seed', args, {
      count: { type: 'string', default: String(DEFAULT_COUNT) },
      seed: { type: 'string', default: String(DEFAULT_SEED) },
      'database-url': { type: 'string' },
      json: { type: 'boolean', default: false },
    });
    const count = wholeNumber('seed', '--count', values.count, 1, MAX_CLIENTS);
    const seed = wholeNumber('seed', '--seed', values.seed, 0, 2 ** 32 - 1);
    const settings = readSettings();
    const url = values['database-url'];
    const store = await openStore(url === undefined ? settings : { ...settings, databaseUrl: url }, {
      share: true,
      onProgress: note,
    });
    try {
      await migrate(store.url, { passwords: settings.databasePasswords, onProgress: note });
      const figures = await measured(store.url, count, seed);
      print(values.json ? JSON.stringify(figures) : inWords(figures));
      return 0;
    } finally {
      await store.close();
    }
  },
};

interface Figures {
  readonly clients: number;
  readonly seconds: number;
  readonly clientsPerSecond: number;
  readonly peakMemoryBytes: number;
}

async function measured(url: string, count: number, seed: number): Promise<Figures> {
  const bar = progressBar();
  const started = performance.now();
  let peak = process.memoryUsage.rss();
  const seconds = (): number => (performance.now() - started) / 1000;
  await populate(url, {
    count,
    seed,
    onProgress({ done }) {
      peak = Math.max(peak, process.memoryUsage.rss());
      const rate = Math.round(done / seconds());
      bar.update(done, count, `${done} of ${count} clients, ${rate} a second, ${megabytes(peak)}`);
    },
  });
  bar.end();
  const taken = seconds();
  return {
    clients: count,
    seconds: Number(taken.toFixed(2)),
    clientsPerSecond: Math.round(count / taken),
    peakMemoryBytes: peak,
  };
}

function inWords({ clients, seconds, clientsPerSecond, peakMemoryBytes }: Figures): string {
  return `${clients} clients in ${seconds} s, ${clientsPerSecond} a second, at most ${megabytes(peakMemoryBytes)}`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_048_576)} MB`;
}
