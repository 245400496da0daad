import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LogHalted } from '../sequencer/halt.ts';
import type { Session } from '../sequencer/session.ts';
import { entriesPath, parsePath, TILE_WIDTH, tilePath, tileWidth } from '../tree/tiles.ts';
import { readPublished, readResource } from './resource.ts';

/** How soon writing is tried again after it failed, ms. */
const AGAIN = 5_000;

export interface FolderOptions {
  /** The leader's: who no longer leads writes no more. */
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export interface Folder {
  /** Compares the folder with the log, when it is called first; after that tells of a publication. */
  take(): Promise<void>;
  /** Writes what is published until the signal aborts. A disk that is full stops nobody: it is said, and tried again. */
  run(): Promise<void>;
}

/**
 * Keeps a folder in the layout of C2SP tlog-tiles, for readers of files: tiles first, the checkpoint last, each under a temporary name
 * until it is whole and on disk. A crash leaves files too many and none too few: the folder's own checkpoint says where to go on.
 *
 * Throws `LogHalted` LOG_INCONSISTENT when the folder holds a checkpoint that the log does not: the database was rolled back.
 */
export function createFolder(folder: string, { session, signal, log }: FolderOptions): Folder {
  let wake = (): void => {};
  let isDue = true;
  let compared = false;

  return {
    async take() {
      isDue = true;
      wake();
      if (compared) return;
      compared = true;
      await compare(session, folder);
    },
    async run() {
      let said = false;
      signal.addEventListener('abort', () => wake(), { once: true });
      while (!signal.aborted) {
        if (!isDue) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        isDue = false;
        try {
          await update(session, folder, signal);
          said = false;
        } catch (error) {
          if (signal.aborted || session.lost.aborted) return;
          if (!said) log({ level: 'error', event: 'log folder not written', cause: (error as { code?: string }).code });
          said = true;
          isDue = true;
          await sleep(AGAIN, undefined, { signal }).catch(() => {});
        }
      }
    },
  };
}

async function compare(session: Session, folder: string): Promise<void> {
  // What cannot be read cannot be written either, and that is said then.
  const held = await readCheckpoint(folder).catch(() => null);
  if (held === null) return;
  const { rows } = await session.query<{ known: boolean }>(
    'SELECT EXISTS (SELECT FROM audit.publications WHERE size = $1 AND note = $2) AS known',
    [held.size, held.note],
  );
  if (rows[0]?.known === true) return;
  throw new LogHalted(
    'LOG_INCONSISTENT',
    `The folder has a checkpoint, of ${held.size} entries, that was not published.`,
  );
}

/** Brings the folder to the latest publication. */
async function update(session: Session, folder: string, signal: AbortSignal): Promise<void> {
  const published = await readPublished(session);
  if (published === null) return;
  const held = await readCheckpoint(folder);
  if (held !== null && held.size >= published.size) return;
  const folders = new Set<string>();
  for (const path of pathsBetween(held?.size ?? 0, published.size)) {
    signal.throwIfAborted();
    const parsed = parsePath(path);
    const bytes = parsed === null ? null : await readResource(session, parsed, published.size);
    if (bytes === null) throw new Error(`The log has no ${path}.`);
    const file = join(folder, path);
    await write(file, bytes);
    for (let above = dirname(file); above.length >= folder.length; above = dirname(above)) folders.add(above);
  }
  for (const each of folders) await sync(each);
  signal.throwIfAborted();
  await write(join(folder, 'checkpoint'), Buffer.from(published.note));
  await sync(folder);
  // A complete tile says all that its beginnings did.
  for (const path of pathsBetween(held?.size ?? 0, published.size)) {
    if (!path.includes('.p/')) await rm(`${join(folder, path)}.p`, { recursive: true, force: true });
  }
}

/** The files that the tree of `to` leaves has and that of `from` had not, of all levels. */
function* pathsBetween(from: number, to: number): Generator<string> {
  for (let level = 0; TILE_WIDTH ** level <= to; level += 1) {
    const first = Math.floor(from / TILE_WIDTH ** (level + 1));
    for (let index = first; ; index += 1) {
      const width = tileWidth(level, index, to);
      if (width === 0) break;
      if (width === tileWidth(level, index, from)) continue;
      yield tilePath(level, index, width);
      if (level === 0) yield entriesPath(index, width);
    }
  }
}

/** The folder's checkpoint; null while it has none. */
async function readCheckpoint(folder: string): Promise<{ size: number; note: string } | null> {
  try {
    const note = await readFile(join(folder, 'checkpoint'), 'utf8');
    const size = Number(note.split('\n')[1] || 'none');
    return { size: Number.isSafeInteger(size) ? size : -1, note };
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return null;
    throw error;
  }
}

async function write(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** What was renamed in a folder is on disk when the folder is. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
