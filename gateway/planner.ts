import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { HubError } from './errors.ts';
import { PlannerThread, ThreadEnded } from './planner/thread.ts';
import type { Answer, Question } from './planner/worker.ts';

export interface PlannerOptions {
  readonly supergraphSdl: string;
  /** How long the planning of one operation may take, ms; neither the wait before it nor the start of a thread counts. */
  readonly timeout?: number;
  /** How many operations may wait for those before them. */
  readonly waiting?: number;
  /** What the thread's heap may hold, MB; of the hub's own supergraph it holds 35. */
  readonly memory?: number;
}

export interface Planner {
  /** Resolves once operations can be planned. Rejects with `HubError` INTERNAL, whose detail says what is wrong with the supergraph. */
  ready(): Promise<void>;
  /**
   * Plans one operation of a valid document; as graphql-js prints it, so that a space more makes no other document.
   *
   * Throws `HubError` PLAN_TOO_COSTLY when that takes too long or too much memory, or did within the last minute; PLAN_TOO_LARGE;
   * OVERLOADED when too many wait, or this one has waited for 10 s; SHUTTING_DOWN after `close`; else INTERNAL, whose detail never
   * quotes the document.
   */
  plan(document: string, operationName: string | null): Promise<QueryPlan>;
  /** Takes no more operations, plans those that it has taken, and ends. */
  close(): Promise<void>;
}

/**
 * Apollo's query planner for one supergraph, on a thread of its own: no plan holds up the event loop, outlives its time, or takes
 * the memory of the process.
 *
 * Plans one operation at a time. A thread that fails over one is ended, and another goes on with the next.
 */
export function startPlanner(options: PlannerOptions): Planner {
  return new QueuedPlanner(options);
}

const LONGEST_WAIT = 10_000;
/** How long a document that ended a thread is refused unseen, ms; not for ever, for the machine may have been at fault. */
const REFUSED_FOR = 60_000;
const MOST_REFUSED = 1_000;
const LONGEST_PAUSE = 30_000;

interface Job {
  readonly question: Question;
  readonly hash: string;
  readonly asked: number;
  resolve(plan: QueryPlan): void;
  reject(error: unknown): void;
}

class QueuedPlanner implements Planner {
  readonly #options: Required<PlannerOptions>;
  readonly #queue: Job[] = [];
  readonly #refused = new Map<string, { readonly error: HubError; readonly until: number }>();
  readonly #ready: Promise<unknown>;
  #thread: PlannerThread | undefined;
  #working: Promise<void> | undefined;
  /** Threads in a row that ended of themselves before they had planned anything. */
  #failures = 0;
  #startAfter = 0;
  #closed: Promise<void> | undefined;

  constructor({ supergraphSdl, timeout = 2_000, waiting = 100, memory = 256 }: PlannerOptions) {
    this.#options = { supergraphSdl, timeout, waiting, memory };
    this.#ready = this.#running();
    this.#ready.catch(() => {});
  }

  async ready(): Promise<void> {
    await this.#ready;
  }

  async plan(document: string, operationName: string | null): Promise<QueryPlan> {
    if (this.#closed !== undefined) throw new HubError('SHUTTING_DOWN');
    const question = { document, operationName };
    const hash = createHash('sha256').update(JSON.stringify(question)).digest('base64');
    this.#checkNotRefused(hash);
    if (this.#queue.length >= this.#options.waiting) throw new HubError('OVERLOADED');
    return new Promise((resolve, reject) => {
      this.#queue.push({ question, hash, asked: performance.now(), resolve, reject });
      this.#working ??= this.#work();
    });
  }

  close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#working;
      await this.#thread?.end();
    })();
    return this.#closed;
  }

  async #work(): Promise<void> {
    for (let job = this.#queue.shift(); job !== undefined; job = this.#queue.shift())
      await this.#answer(job).then(job.resolve, job.reject);
    this.#working = undefined;
  }

  async #answer(job: Job): Promise<QueryPlan> {
    const thread = await this.#running();
    // Once more: its like may have ended a thread while this one waited.
    this.#checkNotRefused(job.hash);
    if (performance.now() - job.asked > LONGEST_WAIT) throw new HubError('OVERLOADED');
    try {
      const plan = read(await thread.ask(job.question, this.#options.timeout));
      this.#failures = 0;
      return plan;
    } catch (error) {
      if (!(error instanceof ThreadEnded)) throw error;
      const refusal = error.tooCostly ? new HubError('PLAN_TOO_COSTLY') : internal(error);
      this.#refuse(job.hash, refusal);
      // The next one finds a thread that is ready.
      this.#running().catch(() => {});
      throw refusal;
    }
  }

  /** The thread, when it can plan; a new one if there is none. After two that failed in a row, the next has to wait. */
  async #running(): Promise<PlannerThread> {
    if (this.#thread === undefined) {
      if (performance.now() < this.#startAfter)
        throw new HubError('INTERNAL', { detail: 'planner: failed repeatedly, starts again later' });
      this.#thread = new PlannerThread({ ...this.#options, onEnd: (ended) => this.#forget(ended) });
    }
    const thread = this.#thread;
    try {
      await thread.ready;
      return thread;
    } catch (error) {
      throw internal(error as ThreadEnded);
    }
  }

  #forget({ tooCostly }: ThreadEnded): void {
    this.#thread = undefined;
    // A document is to blame, and is refused.
    if (tooCostly) return;
    this.#failures += 1;
    if (this.#failures > 1) this.#startAfter = performance.now() + Math.min(LONGEST_PAUSE, 250 * 2 ** this.#failures);
  }

  #refuse(hash: string, error: HubError): void {
    this.#refused.set(hash, { error, until: performance.now() + REFUSED_FOR });
    const [oldest] = this.#refused.keys();
    if (this.#refused.size > MOST_REFUSED && oldest !== undefined) this.#refused.delete(oldest);
  }

  #checkNotRefused(hash: string): void {
    const refused = this.#refused.get(hash);
    if (refused === undefined) return;
    if (performance.now() < refused.until) throw refused.error;
    this.#refused.delete(hash);
  }
}

function read(answer: Answer): QueryPlan {
  if (answer.kind === 'plan') return JSON.parse(answer.json) as QueryPlan;
  if (answer.kind === 'large') throw new HubError('PLAN_TOO_LARGE');
  if (answer.kind === 'costly') throw new HubError('PLAN_TOO_COSTLY');
  throw new HubError('INTERNAL', { detail: `planner: ${answer.kind === 'failed' ? answer.cause : answer.kind}` });
}

function internal({ message }: ThreadEnded): HubError {
  return new HubError('INTERNAL', { detail: `planner: ${message}` });
}
