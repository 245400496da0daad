import type { Dispatcher } from 'undici';
import { describe } from '../errors.ts';
import { AgencyFault } from './fault.ts';

/** How many bytes of answers are held at once, of those that may be. */
export interface Hold {
  held: number;
  readonly limit: number;
}

export interface ExchangeOptions {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** For all of it, from the connection to the last byte, ms. */
  readonly timeout: number;
  /** Bytes that the answer may have. */
  readonly limit: number;
  /** Shared by the exchanges with one agency. */
  readonly hold: Hold;
}

/**
 * One POST and the body of its answer, which has the status 200.
 *
 * Throws `AgencyFault`; the connection of an answer that is late or too large is destroyed, so no more of it is read.
 */
export function exchange(dispatcher: Dispatcher, options: ExchangeOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const { path, headers, body } = options;
    dispatcher.dispatch({ method: 'POST', path, headers, body }, new Exchange(options, resolve, reject));
  });
}

/** What a chunk counts at least: its buffer takes memory, and its coming time, however few bytes are in it. */
const CHUNK = 256;

/** Chunks as they come and one timer: a stream and an abort signal for each request cost half as much again. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #resolve: (body: Buffer) => void;
  readonly #reject: (fault: AgencyFault) => void;
  readonly #limit: number;
  readonly #hold: Hold;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  /** 0 before an answer began. */
  #status = 0;
  #held = 0;
  #isOver = false;

  constructor(
    { timeout, limit, hold }: ExchangeOptions,
    resolve: (body: Buffer) => void,
    reject: (fault: AgencyFault) => void,
  ) {
    this.#resolve = resolve;
    this.#reject = reject;
    this.#limit = limit;
    this.#hold = hold;
    this.#timer = setTimeout(expire, timeout, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // The time was up before there was a connection: now that there is one, nothing is sent.
    if (this.#isOver) controller.abort(new AgencyFault('timed out'));
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    // Interim answers (RFC 9110 section 15.2) come before the one.
    if (status >= 200) this.#status = status;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    const counted = Math.max(chunk.byteLength, CHUNK);
    this.#held += counted;
    this.#hold.held += counted;
    if (this.#held > this.#limit || this.#hold.held > this.#hold.limit)
      this.fail(this.#refusal() ?? new AgencyFault('answer too large'));
    else if (this.#status === 200) this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) this.fail(refusal);
    else if (this.#end())
      this.#resolve(this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks));
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(this.#faultOf(error));
  }

  fail(fault: AgencyFault): void {
    if (!this.#end()) return;
    this.#reject(fault);
    this.#controller?.abort(fault);
  }

  /** Whether it was not over before. */
  #end(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#hold.held -= this.#held;
    return true;
  }

  #refusal(): AgencyFault | undefined {
    if (this.#status === 200) return undefined;
    const isRefused = this.#status >= 400 && this.#status < 500;
    return new AgencyFault(isRefused ? 'request refused' : 'answer broken', `status ${this.#status}`);
  }

  #faultOf(error: Error): AgencyFault {
    const code = String((error as { code?: unknown }).code ?? '');
    // The parser's errors have no code.
    const isAnswer = this.#status !== 0 || error.name === 'HTTPParserError' || IN_ANSWER.test(code);
    if (isAnswer) return new AgencyFault('answer broken', describe(error));
    return new AgencyFault(LOSSES.has(code) ? 'connection lost' : 'connection failed', describe(error));
  }
}

function expire(late: Exchange): void {
  late.fail(new AgencyFault('timed out'));
}

/** Errors of undici about what came. */
const IN_ANSWER = /^UND_ERR_(HEADERS_OVERFLOW|RES_)/;

const LOSSES: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'UND_ERR_SOCKET']);
