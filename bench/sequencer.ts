import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NIVEL = fileURLToPath(new URL('../bin/nivel.mjs', import.meta.url));

/** A sequencer in a process of its own; `databaseUrl` is of the role `nivel_sequencer`. */
export async function startSequencer(databaseUrl: string): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'nivel-bench-'));
  const child = spawn(process.execPath, [NIVEL, 'start', 'sequencer'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      NIVEL_DATA_DIR: folder,
      NIVEL_LOG_PORT: '0',
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    async stop() {
      // A Ctrl-C may have ended it already.
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit');
        child.kill('SIGTERM');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
