import { AgencyFault } from './fault.ts';

/** One operation for an agency, and how its answer is read. */
export interface Asked<Answer> {
  /** The request's body: JSON, a character for each byte. */
  readonly text: string;
  /** By the clock of `performance`, ms. */
  readonly deadline: number;
  /** Throws `AgencyFault`. */
  readonly read: (body: Buffer) => Answer;
}

export interface Patience {
  /** Whether it is sent once more where its connection is lost. */
  readonly mayRepeat: boolean;
  /** Of the time that is left, how much the agency may take: 1 where left out. */
  readonly share?: number;
}

/** Sends one request; throws `AgencyFault`. */
export type Send = <Answer>(asked: Asked<Answer>, patience: Patience) => Promise<Answer>;

export interface JoinOptions {
  readonly send: Send;
  /** Operations in one request. */
  readonly most: number;
  /** Hears why a joined request came to nothing; those in it may still be answered. */
  readonly onFault: (fault: unknown, seconds: number) => void;
}

/** Bytes of an operation that shares its request: a long list waits for nobody, and nobody for it. */
const SHORT = 8 * 1024;
/** How long each goes by itself after a joined request that came to nothing, or a slow one, ms. */
const APART = 10_000;

/**
 * Sends the reads that come in one turn of the event loop as one request: an array of operations, each with its own pass, answered by an
 * array in the same order (ADR 0017).
 *
 * Nobody fails for another's sake: whatever befalls a joined request, each in it is asked by itself in the time that is left, which is
 * half of it at least.
 */
export class Joiner<Answer> {
  readonly #options: JoinOptions;
  #waiting: Waiting<Answer>[] = [];
  #apartUntil = 0;

  constructor(options: JoinOptions) {
    this.#options = options;
  }

  ask(asked: Asked<Answer>): Promise<Answer> {
    const { send, most } = this.#options;
    if (most < 2 || asked.text.length > SHORT || performance.now() < this.#apartUntil)
      return send(asked, { mayRepeat: true });
    return new Promise((resolve, reject) => {
      const count = this.#waiting.push({ asked, resolve, reject });
      if (count === 1) setImmediate(go, this);
      else if (count === most) this.go();
    });
  }

  /** The agency is not well, or slow: for a while none waits for another. */
  part(): void {
    this.#apartUntil = performance.now() + APART;
  }

  /** Sends what waits. */
  go(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 1) void this.#join(waiting);
    else this.#divide(waiting, { mayRepeat: true });
  }

  async #join(members: readonly Waiting<Answer>[]): Promise<void> {
    const { send, onFault } = this.#options;
    const [{ asked: first }] = members as [Waiting<Answer>];
    const started = performance.now();
    const joined: Asked<Answer[]> = {
      text: `[${members.map(({ asked }) => asked.text).join(',')}]`,
      deadline: first.deadline,
      read: (body) => divide(body, members.length).map((each, at) => (members[at] as Waiting<Answer>).asked.read(each)),
    };
    try {
      const answers = await send(joined, { mayRepeat: false, share: 0.5 });
      for (const [at, { resolve }] of members.entries()) resolve(answers[at] as Answer);
    } catch (fault) {
      if (isUnsent(fault) || performance.now() >= first.deadline) {
        for (const { reject } of members) reject(fault);
        return;
      }
      this.part();
      onFault(fault, (performance.now() - started) / 1000);
      this.#divide(members, { mayRepeat: false });
    }
  }

  #divide(members: readonly Waiting<Answer>[], patience: Patience): void {
    for (const { asked, resolve, reject } of members) this.#options.send(asked, patience).then(resolve, reject);
  }
}

interface Waiting<Answer> {
  readonly asked: Asked<Answer>;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (fault: unknown) => void;
}

function go<Answer>(joiner: Joiner<Answer>): void {
  joiner.go();
}

function isUnsent(fault: unknown): boolean {
  return fault instanceof AgencyFault && (fault.fault === 'bulkhead' || fault.fault === 'breaker open');
}

const [OPEN, COMMA, CLOSE, LINE] = Buffer.from('[,]\n') as unknown as [number, number, number, number];

/**
 * The answers in an array of so many, each of them ended by a line feed, as Apollo Server writes them: no JSON text has one within a string,
 * so where each piece is JSON, they are the array's.
 */
function divide(body: Buffer, count: number): Buffer[] {
  const pieces: Buffer[] = [];
  let from = 1;
  for (let end = body.indexOf(LINE, from); end !== -1; end = body.indexOf(LINE, from)) {
    pieces.push(body.subarray(from, end));
    if (body[end + 1] !== (pieces.length === count ? CLOSE : COMMA)) break;
    from = end + 2;
  }
  if (body[0] !== OPEN || pieces.length !== count || from !== body.length)
    throw new AgencyFault('answer broken', 'not as many answers, each on a line, as were asked for');
  return pieces;
}
