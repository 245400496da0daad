import { AgencyFault } from './fault.ts';

/** One operation for an agency, and how its answer is read. */
export interface Asked<Answer> {
  /** The request's body, JSON with a character for each byte, up to what its `extensions` hold; and from there on. */
  readonly head: string;
  readonly tail: string;
  /** By the clock of `performance`, ms. */
  readonly deadline: number;
  /** Throws `AgencyFault`. */
  readonly read: (body: Buffer) => Answer;
}

export interface Manner {
  /** Whether it is sent once more where its connection is lost. */
  readonly mayRepeat: boolean;
  /** Whether it is a request of several, which has less time. */
  readonly isJoined: boolean;
}

/** Sends one request; throws `AgencyFault`, *joined request* where each in it should be asked by itself. */
export type Send = <Answer>(asked: Asked<Answer>, manner: Manner) => Promise<Answer>;

export interface JoinOptions {
  readonly send: Send;
  /** Operations in one request. */
  readonly most: number;
  /** Whether the agency's breaker is open or tried: who tries it goes alone. */
  readonly isShut: () => boolean;
  /** Hears why a joined request came to nothing; those in it may still be answered. */
  readonly onFault: (fault: AgencyFault, seconds: number) => void;
}

/** Bytes of an operation that shares its request: a long list waits for nobody, and nobody for it. */
const SHORT = 8 * 1024;
/** How long each goes by itself after a joined request that came to nothing, or a slow one, ms. */
const APART = 10_000;

/**
 * Sends the reads that come in one turn of the event loop as one request: an array of operations, each with its own pass, answered by an
 * array in the same order, each answer with the place of its operation (ADR 0017).
 *
 * Whatever befalls a joined request, each in it is asked by itself in the time that is left.
 */
export class Joiner<Answer> {
  readonly #options: JoinOptions;
  #waiting: Waiting<Answer>[] = [];
  #apartUntil = 0;

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  ask(asked: Asked<Answer>): Promise<Answer> {
    const { send, most, isShut } = this.#options;
    const isApart = performance.now() < this.#apartUntil || isShut();
    if (most < 2 || asked.head.length + asked.tail.length > SHORT || isApart) return send(asked, ALONE);
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ asked, resolve, reject });
      if (count === 1) setImmediate(() => this.#go());
      else if (count === most) this.#go();
    });
  }

  /** The agency is not well, or slow: for a while none waits for another. */
  part(): void {
    this.#apartUntil = performance.now() + APART;
  }

  #go(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 1) void this.#join(waiting);
    else this.#divide(waiting, ALONE);
  }

  async #join(members: readonly Waiting<Answer>[]): Promise<void> {
    const { send, onFault } = this.#options;
    const started = performance.now();
    const texts = members.map(({ asked: { head, tail } }, at) => `${head}"place":${at},${tail}`);
    const joined: Asked<Answer[]> = {
      head: '[',
      tail: `${texts.join(',')}]`,
      deadline: (members[0] as Waiting<Answer>).asked.deadline,
      read: (body) => divide(body, members.length).map((each, at) => (members[at] as Waiting<Answer>).asked.read(each)),
    };
    try {
      const answers = await send(joined, JOINED);
      for (const [at, { resolve }] of members.entries()) resolve(answers[at] as Answer);
    } catch (fault) {
      // Any other was never sent, and would not be now.
      if (!(fault instanceof AgencyFault) || fault.fault !== 'joined request') {
        for (const { reject } of members) reject(fault);
        return;
      }
      this.part();
      this.#divide(members, ONCE);
      onFault(fault, (performance.now() - started) / 1000);
    }
  }

  #divide(members: readonly Waiting<Answer>[], manner: Manner): void {
    for (const { asked, resolve, reject } of members) this.#options.send(asked, manner).then(resolve, reject);
  }
}

const ALONE: Manner = { mayRepeat: true, isJoined: false };
/** What was in a joined request, and any mutation. */
export const ONCE: Manner = { mayRepeat: false, isJoined: false };
const JOINED: Manner = { mayRepeat: false, isJoined: true };

interface Waiting<Answer> {
  readonly asked: Asked<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: unknown) => void;
}

const [OPEN, COMMA, CLOSE, LINE, END] = Buffer.from('[,]\n}') as unknown as [number, number, number, number, number];

/** What ends the answer to the operation at each place: one caller's answer is never taken for another's. */
const echoes: Buffer[] = [];

function echoOf(place: number): Buffer {
  echoes[place] ??= Buffer.from(`,"extensions":{"place":${place}}}`);
  return echoes[place];
}

/**
 * The answers in an array of so many, each of them ended by its place and a line feed, as Apollo Server writes them; the place is taken
 * out. Where each piece is JSON, which its reader sees to, the array has these members and no others.
 */
function divide(body: Buffer, count: number): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 1;
  while (pieces.length < count) {
    const end = body.indexOf(LINE, from);
    const echo = echoOf(pieces.length);
    const told = end - echo.length;
    if (told < from || body.compare(echo, 0, echo.length, told, end) !== 0) break;
    body[told] = END;
    pieces.push(body.subarray(from, told + 1));
    if (body[end + 1] !== (pieces.length === count ? CLOSE : COMMA)) break;
    from = end + 2;
  }
  if (body[0] !== OPEN || pieces.length !== count || from !== body.length)
    throw new AgencyFault('answer broken', 'not the answers that were asked for, each on a line with its place');
  return pieces;
}
