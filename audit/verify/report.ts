import type { EntryCheck } from './entry.ts';
import type { Finding, Findings } from './findings.ts';
import type { Checkpoint, VerifierKey } from './note.ts';
import type { TreeCheck } from './tree.ts';

export interface VerifyOptions {
  /** Of the log, at least one, all of one name; and of witnesses. */
  readonly keys: readonly VerifierKey[];
  /** Witnesses whose cosignatures the latest checkpoint must bear. */
  readonly quorum: number;
  /** Checkpoints that somebody has kept from before: the log must still hold what they signed. */
  readonly kept: readonly Checkpoint[];
  /** Entries seen, and how many there are; 0 when it is not known. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What a verification has found. */
export interface Report {
  /** Nothing that was checked is wrong. */
  readonly intact: boolean;
  readonly origin: string | null;
  /** Of the latest checkpoint. */
  readonly size: number;
  /** Of the latest checkpoint, base64; null when there is none. */
  readonly root: string | null;
  /** Entries that were read. */
  readonly entries: number;
  /** Entries whose text was erased. */
  readonly erased: number;
  /** Signed checkpoints that were checked. */
  readonly checkpoints: number;
  /** Witnesses given whose cosignatures the latest published checkpoint bears. */
  readonly witnesses: readonly string[];
  readonly tiles: number;
  /** The finding with the lowest index. */
  readonly first: Finding | null;
  readonly findings: readonly Finding[];
  /** How often each code was found, also those that are not listed. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What the report says, once everything has been read; of a part of a log nothing is said that needs the whole. */
export function reportOf(
  findings: Findings,
  tree: TreeCheck,
  entries: EntryCheck | null,
  isPart: boolean,
  read: Pick<Report, 'entries' | 'checkpoints' | 'witnesses' | 'tiles'> & { readonly latest: Checkpoint | null },
): Report {
  if (!isPart) {
    tree.end();
    entries?.end();
  }
  const { latest, ...counted } = read;
  return {
    intact: findings.first === null,
    origin: latest?.origin ?? null,
    size: latest?.size ?? 0,
    root: latest?.root.toString('base64') ?? null,
    erased: entries?.erased ?? 0,
    ...counted,
    first: findings.first,
    findings: findings.kept,
    counts: findings.counts,
  };
}

export function expectKept(tree: TreeCheck, kept: readonly Checkpoint[]): void {
  for (const { size, root } of kept) tree.expectRoot(size, root, 'the checkpoint that was kept', true);
}
