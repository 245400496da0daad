import { randomUUID } from 'node:crypto';
import { access, type FileHandle, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, Failure } from './failure.ts';

/** Something that is written piece by piece, and is there only when it is whole. */
export interface WholeFile {
  readonly write: (text: string) => Promise<void>;
  /** It is whole; gives its bytes. */
  finish(): Promise<number>;
  /** It never will be. */
  abandon(): Promise<void>;
}

/**
 * A file that has its name only once it is whole and on disk; its owner alone may read it.
 *
 * Until then it has another name beside it, `<name>.<process>.<random>.partial`. Those that killed processes left of the same name are
 * removed.
 *
 * @throws Failure `FILE_EXISTS`, `FILE_UNWRITABLE`
 */
export async function createWholeFile(name: string): Promise<WholeFile> {
  if (await isThere(name)) throw new Failure('FILE_EXISTS', `${name} is there already`);
  await removeLeft(name);
  const partial = `${name}.${process.pid}.${randomUUID().slice(0, 8)}.partial`;
  const failed = (error: unknown): never => {
    throw unwritable(name, error);
  };
  const handle: FileHandle = await open(partial, 'wx', 0o600).catch(failed);
  return {
    write: (text) => handle.appendFile(text).catch(failed),
    async finish() {
      try {
        const { size } = await handle.stat();
        await handle.sync();
        await handle.close();
        await rename(partial, name);
        return size;
      } catch (error) {
        return failed(error);
      }
    },
    async abandon() {
      await handle.close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

export function unwritable(name: string, cause: unknown): Failure {
  return new Failure('FILE_UNWRITABLE', `${name} cannot be written (${codeOf(cause) || 'closed'})`, { cause });
}

function isThere(name: string): Promise<boolean> {
  return access(name).then(
    () => true,
    () => false,
  );
}

async function removeLeft(name: string): Promise<void> {
  const [folder, base] = [dirname(name), basename(name)];
  for (const file of await readdir(folder).catch(() => [])) {
    const [, pid] = /^\.(\d+)\.[0-9a-f]{8}\.partial$/.exec(file.slice(base.length)) ?? [];
    if (pid === undefined || !file.startsWith(base) || isRunning(Number(pid))) continue;
    await rm(join(folder, file), { force: true }).catch(() => {});
  }
}

/** Whether another process has this number. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
