import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../bin/postgres/cluster.ts';
import { isSubgraph, SUBGRAPHS } from '../../schema/subgraphs.ts';
import type { Service } from './file.ts';
import type { Image } from './image.ts';

/** How long a service may take until its health check passes, ms. */
const PATIENCE = 60_000;

/** Runs the services of the file on this machine instead of in containers. */
export class Host {
  readonly #services: Readonly<Record<string, Service>>;
  readonly #image: Image;
  /** `service:port` in the containers' network → port on this machine. */
  readonly #ports: Map<string, number>;
  readonly #running: ChildProcess[] = [];
  /** Below the ports that systems give to outgoing connections: what is free now stays so until the service listens. */
  #wanted = 20_000 + Math.floor(Math.random() * 10_000);

  /** @param ports where the services that are no child processes answer: `postgres:5432` → port */
  constructor(services: Readonly<Record<string, Service>>, image: Image, ports: Readonly<Record<string, number>>) {
    this.#services = services;
    this.#image = image;
    this.#ports = new Map(Object.entries(ports));
  }

  /** Address of a service's container port on this machine. */
  url(address: string): string {
    return `http://127.0.0.1:${this.#ports.get(address)}`;
  }

  /** Runs a one-shot service to its end; throws what it said when it failed. */
  async run(name: string, ...args: string[]): Promise<void> {
    const child = this.#spawn(name, args);
    const said = listen(child);
    await once(child, 'close');
    if (child.exitCode !== 0) throw new Error(`${name} failed: ${said()}`);
  }

  /** Starts a service and waits until its health check passes. */
  async start(name: string, containerPort: number): Promise<void> {
    this.#wanted += 1;
    this.#ports.set(`${name}:${containerPort}`, await freePort(this.#wanted));
    const child = this.#spawn(name, []);
    this.#running.push(child);
    const said = listen(child);
    for (const deadline = Date.now() + PATIENCE; !(await this.#isHealthy(name)); await sleep(500)) {
      if (hasEnded(child) || Date.now() > deadline) throw new Error(`${name} is not healthy: ${said()}`);
    }
  }

  /** As `docker compose stop`: SIGTERM, and SIGKILL after ten seconds. Resolves to the exit codes, null for a killed one. */
  stop(): Promise<(number | null)[]> {
    return Promise.all(
      this.#running.splice(0).map(async (child) => {
        if (hasEnded(child)) return child.exitCode;
        const killer = setTimeout(() => child.kill('SIGKILL'), 10_000);
        child.kill('SIGTERM');
        await once(child, 'exit');
        clearTimeout(killer);
        return child.exitCode;
      }),
    );
  }

  async #isHealthy(name: string): Promise<boolean> {
    const [how, program = '', ...args] = this.#services[name]?.healthcheck?.test ?? [];
    if (how !== 'CMD') throw new Error(`${name} has no health check that is a command`);
    const check = spawn(
      program,
      args.map((arg) => this.#ownAddress(name, arg)),
      { stdio: 'ignore' },
    );
    await once(check, 'exit');
    return check.exitCode === 0;
  }

  #spawn(name: string, more: readonly string[]): ChildProcess {
    const { folder, environment } = this.#image;
    const { entrypoint = this.#image.entrypoint, command = [] } = this.#services[name] ?? {};
    const [program = '', ...args] = [...entrypoint, ...command, ...more];
    return spawn(program === 'node' ? process.execPath : program, args, {
      cwd: folder,
      env: { PATH: process.env.PATH, ...environment, ...this.#environment(name), ...this.#listening(name) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  /** The file's environment, with each container's address as it is here. */
  #environment(name: string): Record<string, string> {
    const written = Object.entries(this.#services[name]?.environment ?? {});
    return Object.fromEntries(
      written.map(([key, value]) => [
        key,
        value.replace(/(?<=\/\/(?:[^@/]*@)?)[a-z][a-z0-9-]*:\d+/, (address) => {
          const port = this.#ports.get(address);
          return port === undefined ? address : `127.0.0.1:${port}`;
        }),
      ]),
    );
  }

  /** In containers everyone has the default port to themselves; here each gets a free one, on loopback alone. */
  #listening(name: string): Record<string, string> {
    const port = [...this.#ports].find(([address]) => address.startsWith(`${name}:`))?.[1];
    if (port === undefined) return {};
    if (name === 'sequencer') return { HOST: '127.0.0.1', NIVEL_LOG_PORT: String(port) };
    const own = isSubgraph(name) ? { SUBGRAPH_PORT: String(port - SUBGRAPHS[name].port) } : { PORT: String(port) };
    return { HOST: '127.0.0.1', ...own };
  }

  #ownAddress(name: string, text: string): string {
    return text.replaceAll(/127\.0\.0\.1:(\d+)/g, (written, port: string) => {
      const here = this.#ports.get(`${name}:${port}`);
      return here === undefined ? written : `127.0.0.1:${here}`;
    });
  }
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function listen(child: ChildProcess): () => string {
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      said += String(chunk);
    });
  }
  return () => said;
}
