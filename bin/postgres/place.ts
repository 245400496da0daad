import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { codeOf, Failure } from '../failure.ts';
import { type Account, canEnter } from './account.ts';

/** What is remembered in the data folder between starts. */
export interface Place {
  /** Absolute path of the cluster. */
  readonly cluster: string;
  /** Port of the last start, on 127.0.0.1. */
  readonly port?: number;
}

const MEMORY = 'postgres.json';

/** Below it goes what root's PostgreSQL must reach outside the checkout. */
const STORE = '/var/lib/nivel';

/** @throws Failure `DATA_DIR_UNWRITABLE` */
export function makeDataDir(dataDir: string): void {
  try {
    if (!existsSync(dataDir)) {
      mkdirSync(dataDir, { recursive: true });
      // Root's PostgreSQL runs as another user, who must pass through but not list.
      chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    }
    const probe = join(dataDir, `.probe-${process.pid}`);
    writeFileSync(probe, '');
    rmSync(probe);
  } catch (error) {
    const reason = codeOf(error);
    throw new Failure(
      'DATA_DIR_UNWRITABLE',
      `cannot write to the data folder ${dataDir} (${reason}); correct its permissions or set NIVEL_DATA_DIR`,
      { cause: error },
    );
  }
}

/** @throws Failure `POSTGRES_DATA_GONE` when the remembered cluster is not there any more. */
export function recall(dataDir: string): Place | undefined {
  const memory = join(dataDir, MEMORY);
  if (!existsSync(memory)) return undefined;
  const place = parse(readFileSync(memory, 'utf8'));
  if (place === undefined) return undefined;
  if (existsSync(join(place.cluster, 'PG_VERSION'))) return place;
  throw new Failure(
    'POSTGRES_DATA_GONE',
    `${memory} says that the data is in ${place.cluster}, which is gone; bring it back, or remove ${dataDir} to begin anew`,
  );
}

export function remember(dataDir: string, place: Place): void {
  const memory = join(dataDir, MEMORY);
  writeFileSync(`${memory}.new`, `${JSON.stringify(place, null, 2)}\n`);
  renameSync(`${memory}.new`, memory);
}

/**
 * Where a new cluster goes: `postgres` in the data folder, or, when the account cannot get there, a folder of the same
 * name every time below the store.
 */
export function choosePlace(dataDir: string, account: Account, onProgress: (line: string) => void): string {
  if (canEnter(account, dataDir)) return join(dataDir, 'postgres');
  const name = createHash('sha256').update(realpathSync(dataDir)).digest('hex').slice(0, 16);
  const folder = join(storeFor(account, dataDir), name);
  onProgress(`User ${account.name} cannot reach ${dataDir}: the data is in ${folder}`);
  mkdirSync(folder, { recursive: true });
  if (account.uid !== undefined && account.gid !== undefined) chownSync(folder, account.uid, account.gid);
  return join(folder, 'postgres');
}

/**
 * A folder for what the account must reach outside the checkout; not below the temporary one, which a restart may empty
 * and in which anyone may lay programs ready.
 */
export function storeFor(account: Account, dataDir: string): string {
  if (account.uid === undefined) return dataDir;
  try {
    mkdirSync(STORE, { recursive: true, mode: 0o755 });
    if (canEnter(account, STORE)) return STORE;
  } catch {
    // A read-only /var.
  }
  throw new Failure(
    'DATA_DIR_UNWRITABLE',
    `user ${account.name} can reach neither ${dataDir} nor ${STORE}; set NIVEL_DATA_DIR to a folder it can reach`,
  );
}

function parse(text: string): Place | undefined {
  try {
    const { cluster, port } = JSON.parse(text) as Partial<Place>;
    if (typeof cluster !== 'string') return undefined;
    return typeof port === 'number' ? { cluster, port } : { cluster };
  } catch {
    return undefined;
  }
}
