import { resolve } from 'node:path';
import { ALERT_THRESHOLDS, type AlertThresholds, parseThresholds } from '../audit/alerts/thresholds.ts';
import type { WitnessConfig } from '../audit/sequencer/witness.ts';
import { parseVkey } from '../audit/tree/note.ts';
import { ACCESS_BASES, type BasisId, isBasisId } from '../consent/bases.ts';
import { isSubgraph, SUBGRAPH_NAMES, SUBGRAPHS, type SubgraphName } from '../schema/subgraphs.ts';
import { Failure } from './failure.ts';

type WithoutPrefix<Role> = Role extends `nivel_${infer Name}` ? Name : never;

/** The roles that have no schema: they read and write what the stores grant them. */
const GUEST_ROLES = ['gateway', 'sequencer', 'alerts', 'retention'] as const;

export type DatabaseRole = WithoutPrefix<(typeof SUBGRAPHS)[SubgraphName]['role']> | (typeof GUEST_ROLES)[number];

/** The roles that a schema has its name from: each agency's and each store's. */
export const SCHEMA_ROLES: readonly DatabaseRole[] = SUBGRAPH_NAMES.map(subgraphRole);

/** The database roles without their prefix `nivel_`. */
export const DATABASE_ROLES: readonly DatabaseRole[] = [...SCHEMA_ROLES, ...GUEST_ROLES];

/** The roles of the agencies, which read a registry; those of the hub's stores are not named as a subgraph is. */
export const REGISTRY_ROLES = DATABASE_ROLES.filter((role): role is DatabaseRole & SubgraphName => isSubgraph(role));

export interface Setting {
  /** Name of the environment variable; `<NAME>` and `<ROLE>` stand for one of `each` in upper case. */
  readonly name: string;
  /** What holds when the variable is unset or empty, as shown to people. */
  readonly fallback: string;
  readonly meaning: string;
  readonly each?: readonly string[];
}

/** Every setting there is: `nivel --help` prints this table and the README's is tested against it. */
export const SETTINGS: readonly Setting[] = [
  {
    name: 'DATABASE_URL',
    fallback: 'PostgreSQL from npm, in NIVEL_DATA_DIR',
    meaning: 'PostgreSQL 15 or newer: of the migrating role, or of the service’s own role when one service is started',
  },
  {
    name: 'KEYCLOAK_URL',
    fallback: 'embedded issuer',
    meaning: 'address of Keycloak with the realm `nivel`, as browsers reach it and as its tokens name it',
  },
  {
    name: 'KEYCLOAK_INTERNAL_URL',
    fallback: 'KEYCLOAK_URL',
    meaning:
      'address at which the gateway fetches Keycloak’s keys, where it reaches Keycloak another way than browsers',
  },
  { name: 'PORT', fallback: '4000', meaning: 'port of the hub' },
  {
    name: 'HOST',
    fallback: '127.0.0.1',
    meaning: 'address that the hub, the issuer, the subgraphs and the sequencer listen on',
  },
  { name: 'ISSUER_PORT', fallback: '8080', meaning: 'port of the embedded issuer' },
  {
    name: 'SUBGRAPH_PORT',
    fallback: '4001',
    meaning: 'port of the first subgraph; the others have the next ones, in the order of `nivel start --help`',
  },
  { name: 'NIVEL_DATA_DIR', fallback: '.data', meaning: 'folder of the PostgreSQL from npm and of the secrets made' },
  {
    name: 'SUBGRAPH_URL_<NAME>',
    fallback: 'http://127.0.0.1:<port>/graphql',
    meaning: 'address of one subgraph, as the gateway reaches it',
    each: SUBGRAPH_NAMES,
  },
  {
    name: 'NIVEL_PASS_KEY_<NAME>',
    fallback: 'made at first start',
    meaning: 'key of the pass between the hub and one subgraph: 32 bytes as hex or base64url; required in production',
    each: SUBGRAPH_NAMES,
  },
  {
    name: 'NIVEL_DB_PASSWORD_<ROLE>',
    fallback: 'derived from the password in DATABASE_URL',
    meaning: 'password of one database role `nivel_<role>`',
    each: DATABASE_ROLES,
  },
  {
    name: 'NIVEL_LOG_ORIGIN',
    fallback: 'nivel.localhost/log',
    meaning:
      'name of the audit log, which its checkpoints are signed under: its address without `https://`; required in production',
  },
  {
    name: 'NIVEL_LOG_KEY',
    fallback: 'made at first start',
    meaning:
      'key that signs the audit log: PEM (PKCS #8, Ed25519), or 32 bytes as hex; several sign side by side; required in production, here or in a file',
  },
  {
    name: 'NIVEL_LOG_KEY_FILE',
    fallback: 'log-key.pem in NIVEL_DATA_DIR',
    meaning: 'file with the key or keys that sign the audit log',
  },
  { name: 'NIVEL_LOG_PORT', fallback: '4010', meaning: 'port of the sequencer, which serves the audit log at `/log/`' },
  {
    name: 'NIVEL_LOG_FOLDER',
    fallback: 'none',
    meaning: 'folder that the published log is written to as well, as files of C2SP tlog-tiles',
  },
  {
    name: 'NIVEL_LOG_WITNESSES',
    fallback: 'none',
    meaning: 'witnesses that checkpoints are submitted to, each `<vkey> <address>`, separated by commas',
  },
  {
    name: 'NIVEL_LOG_QUORUM',
    fallback: '0',
    meaning: 'witnesses that must cosign a checkpoint before it is published',
  },
  {
    name: 'NIVEL_LOG_LAG_BUDGET',
    fallback: '60',
    meaning: 'seconds that an entry may wait for its publication before gateways stop disclosing',
  },
  {
    name: 'NIVEL_ALERTS_PORT',
    fallback: '4011',
    meaning: 'port of the watch that raises alerts, for its health and metrics',
  },
  {
    name: 'NIVEL_ALERTS_THRESHOLDS',
    fallback: JSON.stringify(ALERT_THRESHOLDS),
    meaning: 'from where alerts are raised: a JSON object with those that differ, as in docs/operating.md',
  },
  {
    name: 'NIVEL_BASES_OFF',
    fallback: 'none',
    meaning: 'access bases that are switched off, by their ids in `consent/bases.ts`, separated by commas',
  },
  {
    name: 'NIVEL_MODE',
    fallback: 'NODE_ENV, else development',
    meaning: '`development` or `production`; production makes no secrets and runs no embedded issuer or PostgreSQL',
  },
  { name: 'NODE_ENV', fallback: 'development', meaning: '`production` is read when NIVEL_MODE is not set' },
  { name: 'LOG_LEVEL', fallback: 'info', meaning: '`silent`, `error`, `warn`, `info` or `debug`' },
];

const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug'] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

export interface Settings {
  readonly mode: 'development' | 'production';
  readonly databaseUrl?: string;
  /** Without a trailing slash. */
  readonly keycloakUrl?: string;
  /** Without a trailing slash. */
  readonly keycloakInternalUrl?: string;
  readonly host: string;
  readonly port: number;
  readonly issuerPort: number;
  readonly subgraphPort: number;
  /** Absolute. */
  readonly dataDir: string;
  readonly subgraphUrls: Readonly<Partial<Record<SubgraphName, string>>>;
  /** 32 bytes each. */
  readonly passKeys: Readonly<Partial<Record<SubgraphName, Uint8Array>>>;
  readonly databasePasswords: Readonly<Partial<Record<DatabaseRole, string>>>;
  /** Access bases that are switched off. */
  readonly basesOff: readonly BasisId[];
  readonly logOrigin?: string;
  /** Holds a secret. */
  readonly logKey?: string;
  /** Absolute. */
  readonly logKeyFile?: string;
  readonly logPort: number;
  /** Absolute. */
  readonly logFolder?: string;
  readonly logWitnesses: readonly WitnessConfig[];
  readonly logQuorum: number;
  /** ms. */
  readonly logLagBudget: number;
  readonly alertsPort: number;
  readonly alertThresholds: AlertThresholds;
  readonly logLevel: LogLevel;
}

/**
 * Reads the environment; nothing else in Nivel does.
 *
 * @throws Failure `SETTING_INVALID` naming the first variable that cannot be read; its value is not repeated.
 */
export function readSettings(env: Readonly<Record<string, string | undefined>> = process.env): Settings {
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const databaseUrl = read('DATABASE_URL');
  const keycloakUrl = readUrl('KEYCLOAK_URL', read('KEYCLOAK_URL'));
  const keycloakInternalUrl = readUrl('KEYCLOAK_INTERNAL_URL', read('KEYCLOAK_INTERNAL_URL'));
  const logOrigin = readOrigin('NIVEL_LOG_ORIGIN', read('NIVEL_LOG_ORIGIN'));
  const logKey = read('NIVEL_LOG_KEY');
  const logKeyFile = read('NIVEL_LOG_KEY_FILE');
  const logFolder = read('NIVEL_LOG_FOLDER');
  const mode = readMode(read('NIVEL_MODE'), read('NODE_ENV'));
  const logWitnesses = readWitnesses('NIVEL_LOG_WITNESSES', read('NIVEL_LOG_WITNESSES'), mode);
  if (logKey !== undefined && logKeyFile !== undefined) {
    throw invalid('NIVEL_LOG_KEY', 'and NIVEL_LOG_KEY_FILE must not both be set');
  }
  return {
    mode,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(keycloakUrl === undefined ? {} : { keycloakUrl }),
    ...(keycloakInternalUrl === undefined ? {} : { keycloakInternalUrl }),
    host: read('HOST') ?? '127.0.0.1',
    port: readPort('PORT', read('PORT'), 4000),
    issuerPort: readPort('ISSUER_PORT', read('ISSUER_PORT'), 8080),
    subgraphPort: readPort('SUBGRAPH_PORT', read('SUBGRAPH_PORT'), 4001),
    dataDir: resolve(read('NIVEL_DATA_DIR') ?? '.data'),
    subgraphUrls: readEach(SUBGRAPH_NAMES, 'SUBGRAPH_URL_', read, readUrl),
    passKeys: readEach(SUBGRAPH_NAMES, 'NIVEL_PASS_KEY_', read, readKey),
    databasePasswords: readEach(DATABASE_ROLES, 'NIVEL_DB_PASSWORD_', read, (_, value) => value),
    basesOff: readBases('NIVEL_BASES_OFF', read('NIVEL_BASES_OFF')),
    ...(logOrigin === undefined ? {} : { logOrigin }),
    ...(logKey === undefined ? {} : { logKey }),
    ...(logKeyFile === undefined ? {} : { logKeyFile: resolve(logKeyFile) }),
    logPort: readPort('NIVEL_LOG_PORT', read('NIVEL_LOG_PORT'), 4010),
    ...(logFolder === undefined ? {} : { logFolder: resolve(logFolder) }),
    logWitnesses,
    logQuorum: readWhole(
      'NIVEL_LOG_QUORUM',
      read('NIVEL_LOG_QUORUM'),
      0,
      0,
      logWitnesses.length,
      'the number of witnesses',
    ),
    logLagBudget:
      readWhole('NIVEL_LOG_LAG_BUDGET', read('NIVEL_LOG_LAG_BUDGET'), 60, 1, 86_400, '86400 seconds') * 1_000,
    alertsPort: readPort('NIVEL_ALERTS_PORT', read('NIVEL_ALERTS_PORT'), 4011),
    alertThresholds: readThresholds('NIVEL_ALERTS_THRESHOLDS', read('NIVEL_ALERTS_THRESHOLDS')),
    logLevel: readLogLevel(read('LOG_LEVEL')),
  };
}

/** Port that a subgraph listens on; 0 (any free port) stays 0. */
export function subgraphPort(settings: Pick<Settings, 'subgraphPort'>, name: SubgraphName): number {
  return settings.subgraphPort === 0 ? 0 : settings.subgraphPort + SUBGRAPHS[name].port;
}

/** Address at which the gateway reaches a subgraph. */
export function subgraphUrl(settings: Pick<Settings, 'subgraphPort' | 'subgraphUrls'>, name: SubgraphName): string {
  return settings.subgraphUrls[name] ?? `http://127.0.0.1:${subgraphPort(settings, name)}/graphql`;
}

/** The database role that a subgraph logs in with. */
export function subgraphRole(name: SubgraphName): DatabaseRole {
  return SUBGRAPHS[name].role.slice('nivel_'.length) as DatabaseRole;
}

function readEach<K extends string, V>(
  names: readonly K[],
  prefix: string,
  read: (name: string) => string | undefined,
  convert: (name: string, value: string | undefined) => V | undefined,
): Partial<Record<K, V>> {
  const found: Partial<Record<K, V>> = {};
  for (const name of names) {
    const variable = prefix + name.toUpperCase();
    const value = convert(variable, read(variable));
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function readMode(mode: string | undefined, nodeEnv: string | undefined): Settings['mode'] {
  if (mode === undefined) return nodeEnv === 'production' ? 'production' : 'development';
  if (mode === 'development' || mode === 'production') return mode;
  throw invalid('NIVEL_MODE', 'must be development or production');
}

function readPort(name: string, value: string | undefined, fallback: number): number {
  if (value === undefined) return fallback;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port >= 0 && port <= 65_535) return port;
  throw invalid(name, 'must be a port number from 0 to 65535');
}

function readUrl(name: string, value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!/^https?:\/\//i.test(value) || !URL.canParse(value)) {
    throw invalid(name, 'must be an address that begins with http:// or https://');
  }
  return value.replace(/\/+$/, '');
}

function readKey(name: string, value: string | undefined): Uint8Array | undefined {
  if (value === undefined) return undefined;
  if (/^[0-9a-f]{64}$/i.test(value)) return Uint8Array.from(Buffer.from(value, 'hex'));
  if (/^[\w-]{43}=?$/.test(value)) return Uint8Array.from(Buffer.from(value, 'base64url'));
  throw invalid(name, 'must be 32 bytes as 64 hexadecimal digits or as base64url');
}

function readOrigin(name: string, value: string | undefined): string | undefined {
  if (value === undefined || /^[^\s+\p{Cc}/][^\s+\p{Cc}]*(?<!\/)$/u.test(value)) return value;
  throw invalid(
    name,
    'must be an address without its scheme, such as hub.example/log, with no space and no plus in it',
  );
}

/** Only a cosignature is signed: what else a witness answers can halt the log, and is believed for the sake of its connection. */
function readWitnesses(name: string, value: string | undefined, mode: Settings['mode']): readonly WitnessConfig[] {
  return (value ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => {
      const [vkey = '', address, ...rest] = each.split(/\s+/);
      if (address === undefined || rest.length > 0)
        throw invalid(name, 'must be pairs <vkey> <address>, separated by commas');
      try {
        parseVkey(vkey);
      } catch (error) {
        throw invalid(name, `names a verifier key that is none: ${(error as Error).message}`);
      }
      const url = readUrl(name, address) ?? '';
      if (mode === 'production' && !isSafe(new URL(url)))
        throw invalid(name, 'must name witnesses by https:// addresses in production, except on this machine');
      return { vkey, url };
    });
}

/** Encrypted, or never on a network. */
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}

function readWhole(
  name: string,
  value: string | undefined,
  fallback: number,
  least: number,
  most: number,
  limit: string,
): number {
  if (value === undefined) return fallback;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw invalid(name, `must be a whole number from ${least} to ${limit}`);
}

function readThresholds(name: string, value: string | undefined): AlertThresholds {
  if (value === undefined) return ALERT_THRESHOLDS;
  try {
    return parseThresholds(value);
  } catch (error) {
    throw invalid(name, (error as Error).message);
  }
}

function readBases(name: string, value: string | undefined): readonly BasisId[] {
  const ids = (value ?? '').split(',').flatMap((id) => id.trim() || []);
  if (ids.every(isBasisId)) return ids;
  throw invalid(name, `must name access bases, separated by commas: ${ACCESS_BASES.map(({ id }) => id).join(', ')}`);
}

function readLogLevel(value: string | undefined): LogLevel {
  const level = LOG_LEVELS.find((known) => known === (value ?? 'info'));
  if (level === undefined) throw invalid('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}`);
  return level;
}

function invalid(name: string, rule: string): Failure {
  return new Failure('SETTING_INVALID', `${name} ${rule}`);
}
