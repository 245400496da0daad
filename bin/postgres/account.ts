import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { Failure } from '../failure.ts';

/** The system account that PostgreSQL runs under; uid and gid are given only when it is not the caller's own. */
export interface Account {
  readonly name: string;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Who PostgreSQL runs as: the caller, or, because PostgreSQL refuses root, the user `postgres`, made when missing.
 *
 * A cluster that someone else made keeps its owner, whoever starts it.
 *
 * @throws Failure `POSTGRES_USER_MISSING` when root cannot make the user.
 */
export function findAccount(cluster: string): Account {
  if (process.getuid?.() !== 0) return { name: 'you' };
  const owner = statSync(cluster, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { name: `number ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  return lookUp() ?? create();
}

/** Whether the account can read (folders: enter) every path; asked of the system itself, so ACLs count too. */
export function canReach(account: Account, paths: readonly string[]): boolean {
  if (account.uid === undefined) return true;
  return shell(
    account,
    'for p; do test -r "$p" || exit 1; if test -d "$p"; then test -x "$p" || exit 1; fi; done',
    paths,
  );
}

/** Whether the account can enter a folder. */
export function canEnter(account: Account, folder: string): boolean {
  return account.uid === undefined || shell(account, 'test -x "$1"', [folder]);
}

/** The part of the spawn options that changes the user. */
export function identity(account: Account): { uid?: number; gid?: number } {
  return account.uid === undefined || account.gid === undefined ? {} : { uid: account.uid, gid: account.gid };
}

function shell(account: Account, script: string, words: readonly string[]): boolean {
  const { status } = spawnSync('/bin/sh', ['-c', script, 'sh', ...words], { ...identity(account), cwd: '/' });
  return status === 0;
}

function lookUp(): Account | undefined {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { name: 'postgres', uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

function create(): Account {
  const shadow = ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'];
  const made = spawnSync('useradd', shadow, { stdio: 'ignore' }).status === 0;
  const account = made ? lookUp() : undefined;
  if (account !== undefined) return account;
  throw new Failure(
    'POSTGRES_USER_MISSING',
    'PostgreSQL does not run as root and the user postgres could not be made; start Nivel as another user or set DATABASE_URL',
  );
}
