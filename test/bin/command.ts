import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const NIVEL = fileURLToPath(new URL('../../bin/nivel.mjs', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A running `nivel`, with nothing of this process's environment but the path. */
export class Command {
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown>;
  out = '';
  err = '';

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string) {
    this.child = spawn(process.execPath, [NIVEL, ...args], {
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd === undefined ? {} : { cwd }),
    });
    this.child.stdout?.on('data', (chunk) => {
      this.out += String(chunk);
    });
    this.child.stderr?.on('data', (chunk) => {
      this.err += String(chunk);
    });
    this.#closed = once(this.child, 'close');
  }

  /** Waits for a text on stdout; fails when the command ends without it. */
  async says(text: string | RegExp): Promise<void> {
    let ended = false;
    void this.#closed.then(() => {
      ended = true;
    });
    const said = (): boolean => (typeof text === 'string' ? this.out.includes(text) : text.test(this.out));
    while (!said()) {
      if (ended) throw new Error(`nivel ended without ${text}: ${this.out}${this.err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async finished(): Promise<Finished> {
    await this.#closed;
    return { code: this.child.exitCode, out: this.out, err: this.err };
  }
}

/** Runs `nivel` to its end. */
export function nivel(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  cwd?: string,
): Promise<Finished> {
  return new Command(args, env, cwd).finished();
}
