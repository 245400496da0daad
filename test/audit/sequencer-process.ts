import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const NIVEL = fileURLToPath(new URL('../../bin/nivel.mjs', import.meta.url));

export interface SequencerProcess {
  readonly child: ChildProcess;
  /** Of the service; the log is at `/log/`. */
  readonly url: string;
  leads(): Promise<boolean>;
}

export interface SequencerSettings {
  /** Of the role `nivel_sequencer`. */
  readonly databaseUrl: string;
  /** Where the key is made, when `env` names none. */
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** A sequencer in a process of its own, as an operator starts it; `onStart` is told of the process before it is ready. */
export async function startSequencerProcess(
  { databaseUrl, dataDir, env }: SequencerSettings,
  onStart: (child: ChildProcess) => void,
): Promise<SequencerProcess> {
  const child = spawn(process.execPath, [NIVEL, 'start', 'sequencer'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      NIVEL_DATA_DIR: dataDir,
      NIVEL_LOG_PORT: '0',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onStart(child);
  const url = await new Promise<string>((resolve, reject) => {
    let out = '';
    child.stdout?.on('data', (chunk) => {
      out += String(chunk);
      const found = /^Log at (\S+)\/log$/m.exec(out)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`The sequencer ended: ${out}`)));
  });
  return {
    child,
    url,
    leads: async () => (await (await fetch(`${url}/metrics`)).text()).includes('\nnivel_log_leading 1\n'),
  };
}
