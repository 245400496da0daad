import { setTimeout as sleep } from 'node:timers/promises';
import { consistencyProof } from '../tree/merkle.ts';
import { addLines } from '../tree/note.ts';
import { readTiles } from '../tree/prove.ts';
import { LogHalted } from './halt.ts';
import type { Checkpoint } from './round.ts';
import type { Session } from './session.ts';
import type { Witness, WitnessOutcome } from './witness.ts';

/** How soon a witness that did not cosign is asked again: doubling from the first to the second, ms. */
const SOONEST = 500;
const LATEST = 30_000;

export interface PublicationOptions {
  readonly witnesses: readonly Witness[];
  /** Witnesses that a checkpoint needs before it is published. */
  readonly quorum: number;
  /** Aborts when the leadership ends: nothing is submitted or published after that. */
  readonly signal: AbortSignal;
  /** A checkpoint that was published. */
  readonly onPublished: (published: { readonly size: number; readonly note: string }) => void;
  readonly onOutcome: (witness: string, outcome: WitnessOutcome['kind']) => void;
}

export interface Publication {
  /** Tells of a checkpoint that is committed: the latest is published as soon as the one before it is. */
  offer(signed: Checkpoint): Promise<void>;
  /** Submits to the witnesses until the signal aborts; throws `LogHalted` when one has seen more of the log, or another one. */
  run(): Promise<void>;
}

/**
 * Publishes checkpoints, each with the cosignatures of its quorum; takes up what an earlier leader left unpublished.
 *
 * All witnesses are asked about one checkpoint until it has its quorum, and only then about the next: else two of them would never
 * speak of the same one while the log grows. With a quorum of 0 publication waits for nobody, and witnesses are asked all the same.
 */
export async function openPublication(session: Session, options: PublicationOptions): Promise<Publication> {
  const { witnesses, quorum, signal, onPublished, onOutcome } = options;
  const names = new Set(witnesses.map(({ name }) => name));
  const state = await readState(session);
  let { published } = state;
  const known = new Map<string, number>(state.known);
  let newest: Checkpoint | undefined;
  let candidate: Checkpoint | undefined;
  let lines = new Map<string, string>();
  /** Those who wait for another candidate, or for the end. */
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const each of waiting.splice(0)) each();
  };
  signal.addEventListener('abort', wake, { once: true });

  /** The next one to be cosigned, with what an earlier leader had of it. */
  async function advance(): Promise<void> {
    if (newest === undefined || candidate === newest) return;
    const next = newest;
    const found = await readLines(session, next.size);
    candidate = next;
    lines = new Map([...found].filter(([name]) => names.has(name)));
    wake();
  }

  /** Publishes what has its quorum, and goes on to what was signed since. */
  async function settle(): Promise<void> {
    for (;;) {
      // An empty log has nothing to cosign: it is published without, or not at all.
      const isEmpty = candidate?.size === 0 && quorum > 0;
      if (candidate === undefined || isEmpty || candidate.size <= published) {
        if (candidate === newest) return;
        await advance();
        continue;
      }
      if (lines.size < quorum) return;
      const note = addLines(candidate.note, [...lines.values()]);
      await session.query('INSERT INTO audit.publications (size, note) VALUES ($1, $2)', [candidate.size, note]);
      published = candidate.size;
      onPublished({ size: candidate.size, note });
    }
  }

  let turn: Promise<void> = Promise.resolve();
  function inTurn(work: () => Promise<void>): Promise<void> {
    turn = turn.then(work);
    return turn;
  }

  async function submitAll(witness: Witness): Promise<void> {
    let wait = SOONEST;
    while (!signal.aborted) {
      const asked = candidate;
      if (asked === undefined || asked.size === 0 || lines.has(witness.name)) {
        await new Promise<void>((resolve) => waiting.push(resolve));
        continue;
      }
      const read = readTiles(session);
      const outcome = await witness.submit(asked.note, asked.size, known.get(witness.name) ?? 0, (from) =>
        consistencyProof(from, asked.size, read),
      );
      if (signal.aborted) return;
      onOutcome(witness.name, outcome.kind);
      if (outcome.kind === 'cosigned') {
        await saveLine(session, asked.size, witness.name, outcome.line);
        known.set(witness.name, asked.size);
        if (asked === candidate) lines.set(witness.name, outcome.line);
        await inTurn(settle);
        wait = SOONEST;
        continue;
      }
      await judge(witness.name, outcome, asked);
      if (outcome.kind === 'behind') known.set(witness.name, outcome.size);
      await sleep(wait, undefined, { signal }).catch(() => {});
      wait = Math.min(wait * 2, LATEST);
    }
  }

  /** Asks the database before it accuses anyone: whoever has lost the leadership learns of it here. */
  async function judge(name: string, outcome: WitnessOutcome, asked: Checkpoint): Promise<void> {
    if (outcome.kind !== 'ahead' && outcome.kind !== 'inconsistent') return;
    const { rows } = await session.query<{ size: string }>('SELECT max(size) AS size FROM audit.checkpoints');
    const signed = Number(rows[0]?.size);
    if (outcome.kind === 'inconsistent') {
      throw new LogHalted(
        'WITNESS_INCONSISTENT',
        `${name} has seen another history than the first ${asked.size} entries.`,
      );
    }
    if (outcome.size > signed) {
      throw new LogHalted('WITNESS_AHEAD', `${name} has seen ${outcome.size} entries, and ${signed} are signed.`);
    }
    // An earlier leader had submitted a later one.
    if (asked === candidate) await inTurn(advance);
  }

  return {
    offer(signed) {
      newest = signed;
      return inTurn(settle);
    },
    async run() {
      // A witness may hang for as long as its time-out; the end waits for none.
      await Promise.race([Promise.all([...witnesses.map(submitAll), aborted(signal)]), aborted(signal)]);
    },
  };
}

/** The size that is published, −1 for none, and the last one that each witness cosigned. */
async function readState(
  session: Session,
): Promise<{ published: number; known: readonly (readonly [string, number])[] }> {
  const published = await session.query<{ size: string }>(
    'SELECT coalesce(max(size), -1) AS size FROM audit.publications',
  );
  const known = await session.query<{ witness: string; size: string }>(
    'SELECT witness, max(size) AS size FROM audit.cosignatures GROUP BY witness',
  );
  return {
    published: Number(published.rows[0]?.size),
    known: known.rows.map(({ witness, size }) => [witness, Number(size)]),
  };
}

async function readLines(session: Session, size: number): Promise<ReadonlyMap<string, string>> {
  const { rows } = await session.query<{ witness: string; line: string }>(
    'SELECT witness, line FROM audit.cosignatures WHERE size = $1',
    [size],
  );
  return new Map(rows.map(({ witness, line }) => [witness, line]));
}

async function saveLine(session: Session, size: number, witness: string, line: string): Promise<void> {
  await session.query(
    'INSERT INTO audit.cosignatures (size, witness, line) VALUES ($1, $2, $3) ON CONFLICT (size, witness) DO NOTHING',
    [size, witness, line],
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
