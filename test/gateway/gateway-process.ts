import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SUBGRAPH_NAMES, type SubgraphName } from '../../schema/subgraphs.ts';

export interface GatewayProcess {
  readonly url: string;
  readonly child: ChildProcess;
  close(): Promise<void>;
}

export interface GatewaySettings {
  /** Of the role `nivel_gateway`. */
  readonly databaseUrl: string;
  /** Of the realm `nivel`: `<address>/realms/nivel`. */
  readonly issuer: string;
  /** Agencies with no address here do not answer. */
  readonly agencies: ReadonlyMap<SubgraphName, { readonly url: string; readonly passKey: Uint8Array }>;
}

const CHECKOUT = fileURLToPath(new URL('../..', import.meta.url));

/** A gateway in a process of its own, as `nivel start gateway` starts it. */
export async function startGateway(settings: GatewaySettings): Promise<GatewayProcess> {
  const dataDir = mkdtempSync(join(tmpdir(), 'nivel-gateway-'));
  const env: Record<string, string | undefined> = {
    PATH: process.env.PATH,
    DATABASE_URL: settings.databaseUrl,
    KEYCLOAK_URL: settings.issuer.replace(/\/realms\/nivel$/, ''),
    NIVEL_DATA_DIR: dataDir,
    PORT: '0',
    // Nobody publishes the log here unless a test does.
    NIVEL_LOG_LAG_BUDGET: '86400',
    LOG_LEVEL: 'warn',
  };
  for (const name of SUBGRAPH_NAMES) {
    const { url = 'http://127.0.0.1:9/graphql', passKey = new Uint8Array(32) } = settings.agencies.get(name) ?? {};
    env[`SUBGRAPH_URL_${name.toUpperCase()}`] = url;
    env[`NIVEL_PASS_KEY_${name.toUpperCase()}`] = Buffer.from(passKey).toString('hex');
  }
  const nivel = join(CHECKOUT, 'bin/nivel.mjs');
  const child = spawn(process.execPath, [nivel, 'start', 'gateway'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const close = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    }
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    return { url: await addressOf(child), child, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    child.stderr?.on('data', (chunk) => {
      err = (err + String(chunk)).slice(-4_000);
    });
    child.stdout?.on('data', (chunk) => {
      out += String(chunk);
      const [, url] = /^Hub at (\S+)$/m.exec(out) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('close', () => reject(new Error(`The gateway ended: ${err}`)));
  });
}
