import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** On which cores what runs; null: where the system likes. */
export interface Cores {
  readonly server: string | null;
  readonly others: string | null;
}

/**
 * Leaves one core to the server that is measured, and moves this process, with all that it starts from now on, to the others.
 *
 * Where there is no `taskset` or only one core, nothing is pinned.
 */
export function divideCores(): Cores {
  const unpinned = { server: null, others: null };
  try {
    const told = execFileSync('taskset', ['-c', '-p', String(process.pid)], { encoding: 'utf8' });
    const [server, ...others] = coresIn(told.split(':').at(-1) ?? '');
    if (server === undefined || others.length === 0) return unpinned;
    execFileSync('taskset', ['-a', '-c', '-p', others.join(','), String(process.pid)], { stdio: 'ignore' });
    return { server, others: others.join(',') };
  } catch {
    return unpinned;
  }
}

/** `0,2-4` as its numbers. */
function coresIn(list: string): string[] {
  return list
    .trim()
    .split(',')
    .flatMap((part) => {
      const [first, last = first] = part.split('-').map(Number);
      return Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => String(Number(first) + at));
    });
}

export interface BenchProcess<Place> {
  readonly place: Place;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts one file of `bench/` in a process of its own and waits until it tells where it is. Throws with its own words. */
export async function startProcess<Place>(
  file: string,
  given: {
    readonly options: unknown;
    readonly core: string | null;
    readonly args?: readonly string[];
    readonly nodeOptions?: readonly string[];
    readonly imports?: readonly string[];
  },
): Promise<BenchProcess<Place>> {
  const { options, core, args = [], nodeOptions = [], imports = [] } = given;
  const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
  const typescript = file.endsWith('.ts') ? [import.meta.resolve('tsx')] : [];
  const imported = [...typescript, ...imports].flatMap((each) => ['--import', each]);
  const node = [...nodeOptions, ...imported, path, ...args];
  const [command, commandArgs] =
    core === null
      ? ([process.execPath, node] as const)
      : (['taskset', ['-c', core, process.execPath, ...node]] as const);
  const child = spawn(command, commandArgs, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', APOLLO_TELEMETRY_DISABLED: '1', NODE_NO_WARNINGS: '1' },
    // A Ctrl-C is for the parent, which ends its children in order.
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    child.send(options as object);
    const place = await placeOf<Place>(child, file);
    return { place, pid: child.pid as number, close: () => end(child) };
  } catch (error) {
    await end(child);
    throw error;
  }
}

function placeOf<Place>(child: ChildProcess, file: string): Promise<Place> {
  return new Promise((resolve, reject) => {
    child.once('message', (told: { place?: Place; error?: string }) =>
      told.place === undefined ? reject(new Error(`${file}: ${told.error}`)) : resolve(told.place),
    );
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${file} ended with ${code} before it was ready.`)));
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  // What was measured holds nothing that must be kept.
  child.kill('SIGKILL');
  await ended;
}

/** Resident memory of a process, MB; null where the system does not tell. */
export function residentMemory(pid: number): number | null {
  try {
    return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024);
  } catch {
    return null;
  }
}

/** Ticks that a list of cores has worked and that it could have; null where the system does not tell. */
export function coreTicks(cores: string | null): { readonly busy: number; readonly all: number } | null {
  if (cores === null) return null;
  try {
    const names = new Set(coresIn(cores).map((core) => `cpu${core}`));
    const sum = { busy: 0, all: 0 };
    for (const line of readFileSync('/proc/stat', 'utf8').split('\n')) {
      const [name = '', ...ticks] = line.split(' ');
      if (!names.has(name)) continue;
      const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0] = ticks.map(Number);
      sum.busy += user + nice + system + irq + softirq;
      sum.all += user + nice + system + idle + iowait + irq + softirq;
    }
    return sum;
  } catch {
    return null;
  }
}
