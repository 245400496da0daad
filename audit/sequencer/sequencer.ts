import { setTimeout as sleep } from 'node:timers/promises';
import { createFolder } from '../published/folder.ts';
import type { NoteSigner } from '../tree/note.ts';
import { LogHalted, readHalt, recordHalt } from './halt.ts';
import { openPublication } from './publication.ts';
import { type Checkpoint, openLog } from './round.ts';
import { Session } from './session.ts';
import { createWitness, type WitnessConfig, type WitnessOutcome } from './witness.ts';

/** From the beginning of one round to the next, ms: a checkpoint at least every second while there is something new. */
const INTERVAL = 500;

/** How long a leader may be silent before another leads, ms: one that is stopped, and not ended, keeps its connection. */
const SILENCE = 10_000;

/** How often who does not lead asks for the leadership, ms. */
const STANDBY = 250;

export interface SequencerOptions {
  /** Of the role `nivel_sequencer`, straight to the primary. */
  readonly databaseUrl: string;
  /** All sign; of one name, which is the log's origin. */
  readonly signers: readonly NoteSigner[];
  readonly witnesses: readonly WitnessConfig[];
  /** Witnesses that a checkpoint needs before it is published; 0 publishes at once. */
  readonly quorum: number;
  /** Where what is published is written to as well, in the layout of C2SP tlog-tiles. */
  readonly folder?: string;
  /** From the beginning of one round to the next, ms. */
  readonly interval?: number;
  /** How long the leader may be silent before the server ends its session, ms; well above `interval`. */
  readonly silence?: number;
  /** How long a witness may take, ms. */
  readonly witnessTimeout?: number;
  /** One line an event; never personal data. */
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
  readonly onOutcome?: (witness: string, outcome: WitnessOutcome['kind']) => void;
}

export interface Sequencer {
  /** Begins to seek the leadership; resolves after the first try, whatever came of it. Call it once. */
  start(): Promise<void>;
  /** Gives the leadership up. */
  close(): Promise<void>;
  readonly leading: boolean;
}

/**
 * The sequencer of a log: any number may run, one leads.
 *
 * It promises: indexes without a gap, each given once; no two signed checkpoints of which one is not the beginning of the other; nothing
 * published that is not committed and has its quorum. Each crash leaves one of these states, and the next leader takes it up:
 *
 *   in a round              nothing of it is there: the entries still wait
 *   committed, not asked    the last checkpoint is unpublished: the witnesses are asked about it
 *   cosigned, not saved     the witness says that it knows this size: it cosigns the same checkpoint again
 *   saved, not published    the lines are in the database: they count
 *   published, not written  the folder's own checkpoint says how far it came
 *
 * What no crash leaves ends in a `LogHalted` in the database, and nothing is signed or published until an operator lifts it. Throws
 * `TypeError` for signers of several names or none, and for witnesses of one name.
 */
export function createSequencer(options: SequencerOptions): Sequencer {
  const { databaseUrl, signers, quorum, log, interval = INTERVAL, silence = SILENCE } = options;
  if (new Set(signers.map(({ name }) => name)).size !== 1) throw new TypeError('A log is signed under one name.');
  const timeout = options.witnessTimeout === undefined ? {} : { timeout: options.witnessTimeout };
  const witnesses = options.witnesses.map((witness) => createWitness(witness, timeout));
  if (new Set(witnesses.map(({ name }) => name)).size < witnesses.length) {
    throw new TypeError('Each witness has a name of its own.');
  }
  if (quorum > witnesses.length) throw new TypeError('The quorum is larger than the number of witnesses.');
  const closing = new AbortController();
  let leading = false;
  let saidLost = false;
  /** What this process saw signed last: a database that is rolled back under it is found out. */
  let remembered: Checkpoint | null = null;
  let running: Promise<void> | undefined;

  /** Connects and stands by until the lock is free; then leads until the connection is lost or the sequencer is closed. */
  async function serve(tried: () => void): Promise<void> {
    const session = await Session.open(databaseUrl, silence);
    const signal = AbortSignal.any([closing.signal, session.lost]);
    signal.addEventListener('abort', () => {
      leading = false;
    });
    try {
      while (!(await session.lead())) {
        saidLost = false;
        tried();
        await pause(STANDBY, signal);
        signal.throwIfAborted();
      }
      signal.throwIfAborted();
      leading = true;
      log({ level: 'info', event: 'sequencer leads' });
      tried();
      while (!signal.aborted) await lead(session, signal);
    } finally {
      leading = false;
      await session.end();
    }
  }

  /** Until a halt: then it waits for the operator. */
  async function lead(session: Session, signal: AbortSignal): Promise<void> {
    const halt = await readHalt(session);
    if (halt !== null) {
      sayHalted(halt.code, halt.detail);
      while (!signal.aborted && (await readHalt(session)) !== null) await pause(interval, signal);
      if (!signal.aborted) log({ level: 'warn', event: 'log resumed' });
      // What the operator has looked at is what it goes on from.
      remembered = null;
      return;
    }
    const ended = new AbortController();
    try {
      const until = AbortSignal.any([signal, ended.signal]);
      const parts = await takeUp(session, until);
      await Promise.race(parts).finally(() => {
        ended.abort();
        return Promise.allSettled(parts);
      });
    } catch (error) {
      if (!(error instanceof LogHalted)) throw error;
      await recordHalt(session, error);
    } finally {
      ended.abort();
    }
  }

  /** The parts of a leadership, each until the signal aborts or it throws; the rounds also until a halt that they did not find themselves. */
  async function takeUp(session: Session, signal: AbortSignal): Promise<Promise<void>[]> {
    const growing = await openLog(session, signers, remembered);
    const folder = options.folder === undefined ? undefined : createFolder(options.folder, { session, signal, log });
    await folder?.take();
    const publication = await openPublication(session, {
      witnesses,
      quorum,
      signal,
      onPublished: () => void folder?.take(),
      onOutcome(witness, outcome) {
        options.onOutcome?.(witness, outcome);
        if (outcome !== 'cosigned') log({ level: 'warn', event: 'witness did not cosign', witness, outcome });
      },
    });
    const rounds = async (): Promise<void> => {
      await publication.offer(growing.signed);
      // Whoever else writes a halt down, an operator too, stops the leader within a round.
      while (!signal.aborted && (await readHalt(session)) === null) {
        const begun = performance.now();
        const more = await growing.grow();
        remembered = growing.signed;
        saidLost = false;
        await publication.offer(growing.signed);
        if (!more) await pause(begun + interval - performance.now(), signal);
      }
    };
    return [rounds(), publication.run(), ...(folder === undefined ? [] : [folder.run()])];
  }

  function sayHalted(code: string, detail: string): void {
    log({ level: 'error', event: 'log halted', code, detail });
  }

  async function run(tried: () => void): Promise<void> {
    while (!closing.signal.aborted) {
      try {
        await serve(tried);
      } catch (error) {
        // Once an outage, not once an attempt.
        if (!saidLost && !closing.signal.aborted)
          log({ level: 'warn', event: 'sequencer failed', cause: causeOf(error) });
        saidLost = true;
      }
      tried();
      await pause(STANDBY, closing.signal);
    }
  }

  return {
    start: () =>
      new Promise((resolve) => {
        running = run(resolve);
      }),
    async close() {
      closing.abort();
      await running;
    },
    get leading() {
      return leading;
    },
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal }).catch(() => {});
}

/** Class and code of an error, never its text. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' ? `${error.name} ${code}` : error.name;
}
