import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { listenForStop, Running } from '../bin/shutdown.ts';
import { compareAnswers } from './gateways/compare.ts';
import { measureAll } from './gateways/measure.ts';
import { type BenchOptions, HELP, readOptions } from './gateways/options.ts';
import { drawPicture } from './gateways/picture.ts';
import { type Cores, divideCores } from './gateways/processes.ts';
import { printReport, summarize } from './gateways/report.ts';
import { startWorld, type World } from './gateways/world.ts';

/** Measures the hub beside other gateways: `npm run bench -- --help`, docs/performance.md. */
async function main(options: BenchOptions): Promise<void> {
  const stopping = new AbortController();
  const stop = listenForStop(() => {});
  void stop.promise.then(() => stopping.abort(new Error('Ended before it was done.')));
  const { signal } = stopping;
  const running = new Running();
  const cores = divideCores();
  try {
    const world = await startWorld(options, { cores, running, signal, say });
    await compareAnswers(world);
    const samples = await measureAll(options, { world, cores, signal, say });
    await compareAnswers(world);
    const report = summarize(samples);
    if (options.svg !== undefined) writeFileSync(options.svg, drawPicture(report));
    const machine = describeMachine(cores, world);
    const { rounds, seconds } = options;
    if (options.json) console.log(JSON.stringify({ machine, rounds, seconds, ...report }, null, 2));
    else console.log(`${printReport(report)}\n${rounds} rounds of ${seconds} s; ${Object.values(machine).join('; ')}`);
  } finally {
    await running.close(say);
  }
}

function describeMachine({ server, others }: Cores, { database }: World) {
  return {
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}`,
    cores: server === null ? 'not pinned' : `the server on core ${server}, all else on ${others}`,
    node: `Node ${process.version}, ${process.platform}`,
    postgresql:
      database === undefined
        ? 'no PostgreSQL'
        : `PostgreSQL ${database.version} with ${database.compression}, fsync ${database.fsync}`,
  };
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options === null) process.stdout.write(HELP);
  else await main(options);
} catch (error) {
  say((error as Error).message);
  process.exitCode = 1;
}
