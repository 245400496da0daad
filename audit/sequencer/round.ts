import { LEDGER_LOCK } from '../../consent/lock.ts';
import { type CompleteTile, GrowingTree } from '../tree/grow.ts';
import { EMPTY_ROOT } from '../tree/merkle.ts';
import { checkpointText, type NoteSigner, signNote } from '../tree/note.ts';
import { readTiles } from '../tree/prove.ts';
import { LogHalted } from './halt.ts';
import type { Session } from './session.ts';

/** Entries that one transaction takes at most. */
const BATCH = 4_096;

/** How long appends may be held up while no insert is under way, ms; and how seldom, ms. */
const LOCK_TIMEOUT = 200;
const PROOF_INTERVAL = 5_000;

export interface Checkpoint {
  readonly size: number;
  readonly root: Buffer;
  /** With the log's own signatures. */
  readonly note: string;
}

/** The log as its leader grows it. */
export interface GrowingLog {
  /** The last checkpoint that was signed. */
  readonly signed: Checkpoint;
  /**
   * Gives the entries that have none their indexes, in order of arrival; true when there may be more of them.
   *
   * Index, tiles and checkpoint are one transaction: after a crash all of them are there or none is. Whoever sees it throw takes the log
   * up anew, for what it remembers may be more than what was committed.
   */
  grow(): Promise<boolean>;
}

/**
 * Takes the log up where its last checkpoint left it, and signs the empty one when there is none.
 *
 * `remembered` is what this process signed or saw last, if anything. Throws `LogHalted` LOG_INCONSISTENT when what the database holds is
 * not what was signed.
 */
export async function openLog(
  session: Session,
  signers: readonly NoteSigner[],
  remembered: Checkpoint | null,
): Promise<GrowingLog> {
  const last = (await readLast(session)) ?? (await signFirst(session, signers));
  const tree = await takeUp(session, last, signers[0]?.name ?? '');
  if (remembered !== null) await checkRemembered(session, remembered);
  let signed: Checkpoint = last;
  /** Every entry up to here has its index or was rolled back. */
  let watermark = last.watermark;
  /** No insert was under way up to here. */
  let proven = watermark;
  let provenAt = Number.NEGATIVE_INFINITY;
  let highest = watermark;

  return {
    get signed() {
      return signed;
    },
    async grow() {
      if (
        provenAt === Number.NEGATIVE_INFINITY ||
        (highest > proven && performance.now() - provenAt > PROOF_INTERVAL)
      ) {
        proven = Math.max(proven, (await proveQuiet(session)) ?? proven);
        provenAt = performance.now();
      }
      const found = await session.query<{ seq: string; commitment: Buffer }>(UNSEQUENCED, [watermark, BATCH]);
      const rows = found.rows.map(({ seq, commitment }) => ({ seq: Number(seq), commitment }));
      const isFull = rows.length === BATCH;
      // A full batch says nothing of what is behind it.
      watermark = Math.max(watermark, isFull ? Math.min(proven, rows.at(-1)?.seq ?? 0) : proven);
      if (rows.length === 0) return false;
      highest = Math.max(highest, ...rows.map(({ seq }) => seq));
      const tiles = tree.append(rows.map(({ commitment }) => commitment));
      const next = sign(signers, tree.size, tree.root());
      await write(session, { from: signed.size, seqs: rows.map(({ seq }) => seq), tiles, next, watermark });
      signed = next;
      return isFull;
    },
  };
}

// A look into the index for each entry above the watermark: written as a join, it might be planned as one with the whole log.
const UNSEQUENCED = `SELECT e.seq, e.commitment FROM audit.entries e
  WHERE e.seq > $1 AND (SELECT s.index FROM audit.sequence s WHERE s.seq = e.seq) IS NULL ORDER BY e.seq LIMIT $2`;

interface LastCheckpoint extends Checkpoint {
  readonly watermark: number;
}

async function readLast(session: Session): Promise<LastCheckpoint | null> {
  const { rows } = await session.query<{ size: string; root: Buffer; note: string; watermark: string }>(
    'SELECT size, root, note, watermark FROM audit.checkpoints ORDER BY size DESC LIMIT 1',
  );
  const [row] = rows;
  return row === undefined ? null : { ...row, size: Number(row.size), watermark: Number(row.watermark) };
}

async function signFirst(session: Session, signers: readonly NoteSigner[]): Promise<LastCheckpoint> {
  const first = { ...sign(signers, 0, EMPTY_ROOT), watermark: 0 };
  await session.query('INSERT INTO audit.checkpoints (size, root, note, watermark) VALUES (0, $1, $2, 0)', [
    first.root,
    first.note,
  ]);
  return first;
}

function sign(signers: readonly NoteSigner[], size: number, root: Buffer): Checkpoint {
  return { size, root, note: signNote(checkpointText(signers[0]?.name ?? '', size, root), signers) };
}

/** The tree of the last checkpoint, read from the tiles and the leaves beside them, if it has the root that was signed. */
async function takeUp(session: Session, last: Checkpoint, origin: string): Promise<GrowingTree> {
  const inconsistent = (what: string): LogHalted =>
    new LogHalted('LOG_INCONSISTENT', `The last checkpoint is of ${last.size} entries, and ${what}.`);
  const { rows } = await session.query<{ sequenced: string; published: string }>(
    `SELECT coalesce((SELECT max(index) + 1 FROM audit.sequence), 0) AS sequenced,
       coalesce((SELECT max(size) FROM audit.publications), 0) AS published`,
  );
  const [sequenced, published] = [Number(rows[0]?.sequenced), Number(rows[0]?.published)];
  if (sequenced !== last.size) throw inconsistent(`${sequenced} have an index`);
  if (published > last.size) throw inconsistent(`${published} were published`);
  if (!last.note.startsWith(`${checkpointText(origin, last.size, last.root)}\n`)) {
    throw inconsistent('its text is of another origin, size or root');
  }
  const tree = await GrowingTree.read(last.size, readTiles(session)).catch((error: unknown) => {
    // The tree says so when a tile is missing or too short; the database's own errors have codes.
    if (session.lost.aborted || (error as { code?: unknown }).code !== undefined) throw error;
    throw inconsistent('tiles or entries of it are missing');
  });
  if (!tree.root().equals(last.root)) throw inconsistent('the entries have another root than was signed');
  return tree;
}

async function checkRemembered(session: Session, { size, root }: Checkpoint): Promise<void> {
  const { rows } = await session.query<{ root: Buffer }>('SELECT root FROM audit.checkpoints WHERE size = $1', [size]);
  if (rows[0]?.root.equals(root) === true) return;
  throw new LogHalted('LOG_INCONSISTENT', `The checkpoint of ${size} entries, which was signed, is no longer there.`);
}

/**
 * The highest `seq` at a moment when no insert of an entry was under way, or null when there was none within the time.
 *
 * Each insert holds the lock, shared or exclusively, from before its `seq` is drawn until it has committed. The read is a statement
 * of its own: a snapshot is older than the lock that its statement waits for.
 */
async function proveQuiet(session: Session): Promise<number | null> {
  return session.alone(async (query) => {
    try {
      const results = await query(`BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL lock_timeout = ${LOCK_TIMEOUT};
        SELECT pg_advisory_xact_lock(${LEDGER_LOCK});
        SELECT coalesce(max(seq), 0) AS seq FROM audit.entries;
        COMMIT`);
      const [, , , highest] = results as unknown as { readonly rows: readonly { readonly seq: string }[] }[];
      return Number(highest?.rows[0]?.seq ?? 0);
    } catch (error) {
      await query('ROLLBACK');
      if ((error as { code?: string }).code === LOCK_NOT_AVAILABLE) return null;
      throw error;
    }
  });
}

/** SQLSTATE lock_not_available. */
const LOCK_NOT_AVAILABLE = '55P03';

interface Growth {
  /** Index of the first of the new entries. */
  readonly from: number;
  readonly seqs: readonly number[];
  readonly tiles: readonly CompleteTile[];
  readonly next: Checkpoint;
  readonly watermark: number;
}

function write(session: Session, { from, seqs, tiles, next, watermark }: Growth): Promise<void> {
  return session.transaction(async (query) => {
    await query({
      name: 'log-sequence',
      text: `INSERT INTO audit.sequence (index, seq)
        SELECT $1::bigint + place - 1, seq FROM unnest($2::bigint[]) WITH ORDINALITY AS entry(seq, place)`,
      values: [from, seqs],
    });
    if (tiles.length > 0) {
      await query({
        name: 'log-tiles',
        text: `INSERT INTO audit.tiles (level, index, hashes, root)
          SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[], $4::bytea[])`,
        values: [
          tiles.map(({ level }) => level),
          tiles.map(({ index }) => index),
          tiles.map(({ hashes }) => hashes),
          tiles.map(({ root }) => root),
        ],
      });
    }
    await query({
      name: 'log-checkpoint',
      text: 'INSERT INTO audit.checkpoints (size, root, note, watermark) VALUES ($1, $2, $3, $4)',
      values: [next.size, next.root, next.note, watermark],
    });
  });
}
