import {
  type BulkheadPolicy,
  BulkheadRejectedError,
  bulkhead,
  type CircuitBreakerPolicy,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import { AgencyFault } from './fault.ts';

export interface GateOptions {
  /** Requests under way at once. */
  readonly underWay: number;
  /** Requests that wait for one of those to end; more are refused at once. */
  readonly waiting: number;
  /** Faults in a row that open the breaker. */
  readonly failures: number;
  /** How long the breaker stays open before one request goes through to see, ms. */
  readonly openFor: number;
  /** Hears that the breaker opened, and that it closed; not of the trials in between. */
  readonly onBreaker?: (isOpen: boolean) => void;
}

/** Lets requests to one agency through: so many at once, and none while it fails. */
export class Gate {
  readonly #bulkhead: BulkheadPolicy;
  readonly #breaker: CircuitBreakerPolicy;
  #isOpen = false;
  #openUntil = 0;

  constructor({ underWay, waiting, failures, openFor, onBreaker }: GateOptions) {
    this.#bulkhead = bulkhead(underWay, waiting);
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof AgencyFault && error.isAgainstAgency),
      { halfOpenAfter: openFor, breaker: new ConsecutiveBreaker(failures) },
    );
    this.#breaker.onStateChange((state) => {
      if (state === CircuitState.Open) this.#openUntil = Date.now() + openFor;
      const isOpen = state !== CircuitState.Closed;
      if (isOpen === this.#isOpen) return;
      this.#isOpen = isOpen;
      onBreaker?.(isOpen);
    });
  }

  /** Whether the breaker is open, or being tried. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Runs the errand when it is its turn.
   *
   * `timeout`: how long it may wait for its turn, ms. Throws `AgencyFault` *bulkhead*, *breaker open* or *timed out* when the
   * errand was not run, and what the errand throws.
   */
  pass<Result>(errand: () => Promise<Result>, timeout: number): Promise<Result> {
    if (this.#isShut()) return Promise.reject(new AgencyFault('breaker open'));
    return this.#bulkhead.executionSlots > 0
      ? this.#bulkhead.execute(() => this.#run(errand))
      : this.#wait(() => this.#run(errand), timeout);
  }

  #run<Result>(errand: () => Promise<Result>): Promise<Result> {
    // Looked at anew: who waited may find the breaker open.
    if (this.#isShut()) throw new AgencyFault('breaker open');
    return this.#breaker.execute(errand);
  }

  #wait<Result>(run: () => Promise<Result>, timeout: number): Promise<Result> {
    return new Promise((resolve, reject) => {
      const tooLate = (): void => reject(new AgencyFault('timed out', 'waiting'));
      let timer: NodeJS.Timeout | undefined = setTimeout(() => {
        timer = undefined;
        tooLate();
      }, timeout);
      const turn = async (): Promise<Result> => {
        if (timer === undefined) throw new AgencyFault('timed out', 'waiting');
        clearTimeout(timer);
        return run();
      };
      this.#bulkhead.execute(turn).then(resolve, (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof BulkheadRejectedError ? new AgencyFault('bulkhead') : error);
      });
    });
  }

  /** While one request tries the breaker, cockatiel would let the others wait for it. */
  #isShut(): boolean {
    const { state } = this.#breaker;
    return state === CircuitState.HalfOpen || (state === CircuitState.Open && Date.now() < this.#openUntil);
  }
}
