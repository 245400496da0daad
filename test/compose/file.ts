import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Service {
  readonly build?: string;
  readonly image?: string;
  readonly user?: string;
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly restart: string;
  readonly profiles?: readonly string[];
  readonly read_only?: boolean;
  readonly tmpfs?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

export const GATEWAYS = ['gateway-1', 'gateway-2'] as const;

/** `docker-compose.yml` as it is written. */
export function readCompose(): ComposeFile {
  return parse(readRoot('docker-compose.yml'), { merge: true }) as ComposeFile;
}

export function serviceOf({ services }: ComposeFile, name: string): Service {
  const found = services[name];
  if (found === undefined) throw new Error(`docker-compose.yml has no service ${name}`);
  return found;
}

export function readRoot(path: string): string {
  return readFileSync(`${ROOT}${path}`, 'utf8');
}

/** A `$$`, or a variable with what holds when it is empty: `:-value` or `:?why it must not be`. */
const VARIABLE = /\$(?:\$|\{([A-Z_]+):([-?])([^}]*)\})/g;

/** Compose's interpolation, of every text in `value`. Throws naming a variable that must be set and is not. */
export function interpolate<T>(value: T, variables: Readonly<Record<string, string>>): T {
  if (typeof value === 'string') {
    return value.replaceAll(VARIABLE, (written, name: string | undefined, sign: string, word: string) => {
      if (name === undefined) return '$';
      const set = variables[name] || undefined;
      if (set === undefined && sign === '?') throw new Error(`required variable ${name} is missing: ${word}`);
      return set ?? (sign === '-' ? word : written);
    }) as T;
  }
  if (Array.isArray(value)) return value.map((each) => interpolate(each, variables)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, interpolate(each, variables)])) as T;
}

/** Names of the variables in `value` that must be set, or (`-`) that have a default. */
export function variablesOf(value: unknown, sign: '?' | '-'): string[] {
  const found = [...JSON.stringify(value).matchAll(VARIABLE)].filter((match) => match[2] === sign);
  return [...new Set(found.map((match) => match[1] ?? ''))].sort();
}

/** The names of `.env.example`: those with an empty value, and those commented out with their default. */
export function readExample(): { empty: string[]; defaults: Record<string, string> } {
  const text = readRoot('.env.example');
  return {
    empty: [...text.matchAll(/^([A-Z_]+)=$/gm)].map((match) => match[1] ?? '').sort(),
    defaults: Object.fromEntries([...text.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map((match) => [match[1], match[2]])),
  };
}

/** Makes `.env` in `folder`, which holds `.env.example`, by the command that `.env.example` gives, and reads it. */
export function makeEnv(folder: string): Record<string, string> {
  const command = /^# {3}(\(umask .+\))$/m.exec(readRoot('.env.example'))?.[1];
  if (command === undefined) throw new Error('.env.example gives no command');
  execFileSync('sh', ['-c', command], { cwd: folder });
  const lines = readFileSync(`${folder}/.env`, 'utf8').matchAll(/^([A-Z_]+)=(.+)$/gm);
  return Object.fromEntries([...lines].map(([, name, value]) => [name, value]));
}
