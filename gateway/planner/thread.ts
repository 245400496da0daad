import { tmpdir } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe } from '../errors.ts';
import type { Answer, Question, Task } from './worker.ts';

export interface ThreadOptions {
  readonly supergraphSdl: string;
  /** What its heap may hold, MB. */
  readonly memory: number;
  /** Hears once that the thread is no more, before those who wait for it do; not after `end`. */
  readonly onEnd: (ended: ThreadEnded) => void;
}

/** A thread is no more; the message is for the operator, and never quotes a document. */
export class ThreadEnded extends Error {
  override readonly name = 'ThreadEnded';
  /** Whether a question took too long or too much memory; else the thread failed, or could not start. */
  readonly tooCostly: boolean;

  constructor(message: string, tooCostly = false) {
    super(message);
    this.tooCostly = tooCostly;
  }
}

/** On an idle machine a thread is ready after half a second; ms. */
const START_TIMEOUT = 30_000;

/**
 * A thread that plans one operation at a time for one supergraph, until it takes too long or too much: it is ended then.
 *
 * Keeps the process alive only while it is waited for.
 */
export class PlannerThread {
  /** Resolves when the thread can plan. Rejects with `ThreadEnded`. */
  readonly ready: Promise<unknown>;
  readonly #worker: Worker;
  readonly #onEnd: ThreadOptions['onEnd'];
  #waiter: { resolve(answer: Answer): void; reject(ended: ThreadEnded): void } | undefined;
  #ended: ThreadEnded | undefined;
  #asked = false;

  constructor({ supergraphSdl, memory, onEnd }: ThreadOptions) {
    this.#onEnd = onEnd;
    this.#worker = new Worker(new URL('worker.mjs', import.meta.url), {
      workerData: { supergraphSdl } satisfies Task,
      resourceLimits: { maxOldGenerationSizeMb: memory },
      // Nothing of what this process was started with: neither its loaders nor its secrets.
      execArgv: [],
      env: { TMPDIR: tmpdir() },
      // What a library prints might quote a document: nobody reads it, for reading would keep the process alive.
      stdout: true,
      stderr: true,
    });
    this.#worker.on('message', (answer: Answer) => this.#hear(answer));
    this.#worker.on('error', (error) => {
      const outOfMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#die(new ThreadEnded(describe(error), outOfMemory && this.#asked));
    });
    this.#worker.on('exit', () => this.#die(new ThreadEnded('the thread ended')));
    this.ready = this.#wait(START_TIMEOUT);
    this.ready.catch(() => {});
  }

  /** Asks for one plan, once the thread is ready and nothing else is asked. Rejects with `ThreadEnded`; `timeout` in ms. */
  ask(question: Question, timeout: number): Promise<Answer> {
    this.#asked = true;
    this.#worker.postMessage(question);
    return this.#wait(timeout);
  }

  async end(): Promise<void> {
    this.#ended ??= new ThreadEnded('the planner was closed');
    this.#waiter?.reject(this.#ended);
    // Else a process with nothing else to do would leave before it has heard of the end.
    this.#worker.ref();
    await this.#worker.terminate();
  }

  #wait(timeout: number): Promise<Answer> {
    if (this.#ended !== undefined) return Promise.reject(this.#ended);
    this.#worker.ref();
    const answered = new Promise<Answer>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
    const waiter = this.#waiter;
    // A loop that was held up itself runs its timers before it reads an answer that lies ready: it gets one more turn to.
    const timer = setTimeout(
      () => setImmediate(() => this.#waiter === waiter && this.#die(new ThreadEnded('no answer in time', this.#asked))),
      timeout,
    );
    return answered.finally(() => {
      clearTimeout(timer);
      this.#waiter = undefined;
      this.#worker.unref();
    });
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'unreadable') this.#die(new ThreadEnded(answer.reason));
    else this.#waiter?.resolve(answer);
  }

  #die(ended: ThreadEnded): void {
    if (this.#ended !== undefined) return;
    this.#ended = ended;
    this.#onEnd(ended);
    this.#waiter?.reject(ended);
    this.#worker.terminate();
  }
}
