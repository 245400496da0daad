import { Pool } from 'undici';
import { type PassDraft, PassSigner, passText } from '../auth/pass.ts';
import type { SubgraphName } from '../schema/subgraphs.ts';
import { type AgencyAnswer, type ReadWell, readAnswer } from './agency/answer.ts';
import { exchange, type Hold } from './agency/exchange.ts';
import { AgencyFault, type Fault } from './agency/fault.ts';
import { Gate } from './agency/gate.ts';
import { type Asked, Joiner, type Manner, ONCE } from './agency/join.ts';
import { describe, HubError } from './errors.ts';
import { quoteInBytes } from './execute/raw.ts';
import { kept } from './kept.ts';

export type { AgencyAnswer } from './agency/answer.ts';

export interface AgencyOptions {
  readonly name: SubgraphName;
  readonly url: string;
  /** 32 bytes, shared with the agency. */
  readonly passKey: Uint8Array;
  /** How long the agency may take, from the question to the last byte of the answer, ms. */
  readonly timeout: number;
  /** `AGENCY_LIMITS` where left out. */
  readonly limits?: Partial<AgencyLimits>;
  /** Hears of each request: how long it took, and what was wrong, if anything; never what was said. */
  readonly observe: (request: {
    readonly agency: SubgraphName;
    readonly seconds: number;
    readonly fault?: Fault;
    /** The fault in one line, for the log. */
    readonly cause?: string;
  }) => void;
  /** Hears once that the agency is not asked any more because it fails, and once that it is asked again. */
  readonly onBreaker?: (change: { readonly agency: SubgraphName; readonly state: 'open' | 'closed' }) => void;
}

export interface AgencyLimits {
  /** Requests under way at once, each on a connection of its own. */
  readonly underWay: number;
  /** Requests that wait for one of those; more are refused at once. */
  readonly waiting: number;
  /** Operations in one request, of those that come at once. */
  readonly joined: number;
  /** Bytes of one answer. */
  readonly answer: number;
  /** Bytes of the answers that are being read at once. */
  readonly answers: number;
  /** Faults in a row after which the agency is not asked. */
  readonly failures: number;
  /** How long it is not asked then, before one request tries, ms. */
  readonly openFor: number;
}

/** As many wait as a gateway takes operations: the bound is for agencies that hang, not for busy hours. */
export const AGENCY_LIMITS: AgencyLimits = {
  underWay: 64,
  waiting: 512,
  joined: 4,
  answer: 8 * 1024 * 1024,
  answers: 64 * 1024 * 1024,
  failures: 5,
  openFor: 2_000,
};

/** The agencies' HTTP ends by the name of their subgraph. */
export type Agencies = ReadonlyMap<string, Agency>;

/**
 * One agency's HTTP end: kept connections, a pass with each operation, signed requests, one time limit over all of it, bounded
 * concurrency and memory, a breaker.
 */
export class Agency {
  readonly name: SubgraphName;
  readonly #options: AgencyOptions;
  readonly #signer: PassSigner;
  readonly #limits: AgencyLimits;
  readonly #path: string;
  readonly #pool: Pool;
  readonly #gate: Gate;
  readonly #hold: Hold;
  readonly #joiner: Joiner<AgencyAnswer>;

  constructor(options: AgencyOptions) {
    const { name, timeout, limits, onBreaker } = options;
    const url = new URL(options.url);
    this.name = name;
    this.#options = options;
    this.#signer = new PassSigner(options.passKey, name);
    this.#limits = { ...AGENCY_LIMITS, ...limits };
    this.#path = url.pathname;
    this.#pool = new Pool(url.origin, {
      connections: this.#limits.underWay,
      pipelining: 1,
      connect: { timeout },
      // Below the five seconds after which many servers close an idle connection; one that says how long it waits is believed.
      keepAliveTimeout: 4_000,
      // Of one timer a request (exchange.ts), which covers these.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#gate = new Gate({
      ...this.#limits,
      onBreaker: (isOpen) => onBreaker?.({ agency: name, state: isOpen ? 'open' : 'closed' }),
    });
    this.#hold = { held: 0, limit: this.#limits.answers };
    this.#joiner = new Joiner({
      send: (asked, manner) => this.#send(asked, manner),
      most: this.#limits.joined,
      isShut: () => this.isShut,
      onFault: ({ fault, line: cause }, seconds) => options.observe({ agency: name, seconds, fault, cause }),
    });
  }

  /** Whether the agency is not asked at present because it failed several times in a row. */
  get isShut(): boolean {
    return this.#gate.isOpen;
  }

  /**
   * Sends one operation with its variables (JSON of an object, a character for each byte) and its pass; a query whose connection was lost
   * before an answer began is sent once more, a mutation never.
   *
   * Throws `HubError` AGENCY_UNAVAILABLE when no whole GraphQL answer came in time; the agency's own words never pass.
   */
  async ask(
    query: string,
    variables: string,
    pass: PassDraft,
    { mutation, readWell }: { readonly mutation: boolean; readonly readWell?: ReadWell | undefined },
  ): Promise<AgencyAnswer> {
    const { timeout, observe } = this.#options;
    const started = performance.now();
    const asked: Asked<AgencyAnswer> = {
      head: `{"query":${quoted(query)},"variables":${variables},"extensions":{`,
      tail: `"pass":${passText(pass)}}}`,
      deadline: started + timeout,
      read: (body) => readAnswer(body, readWell),
    };
    try {
      const answer = await (mutation ? this.#send(asked, ONCE) : this.#joiner.ask(asked));
      observe({ agency: this.name, seconds: since(started) });
      return answer;
    } catch (error) {
      const { fault, line: cause } = faultOf(error);
      observe({ agency: this.name, seconds: since(started), fault, cause });
      throw new HubError('AGENCY_UNAVAILABLE', { detail: `${this.name}: ${cause}` });
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #send<Answer>(asked: Asked<Answer>, manner: Manner): Promise<Answer> {
    const body = Buffer.from(asked.head + asked.tail, 'latin1');
    return this.#gate.pass(() => this.#exchange(asked, body, manner), asked.deadline - performance.now());
  }

  async #exchange<Answer>(asked: Asked<Answer>, body: Buffer, manner: Manner): Promise<Answer> {
    const sent = performance.now();
    const left = asked.deadline - sent;
    try {
      const answer = await exchange(this.#pool, {
        path: this.#path,
        // Signed each time: an agency takes a signature once.
        headers: {
          'content-type': 'application/json',
          ...this.#signer.sign(this.#path, body, Math.floor(Date.now() / 1000)),
        },
        body,
        timeout: Math.ceil(manner.isJoined ? left * QUICK : left),
        limit: this.#limits.answer,
        hold: this.#hold,
      });
      if (performance.now() - sent > this.#options.timeout * QUICK) this.#joiner.part();
      return asked.read(answer);
    } catch (error) {
      const { fault, line } = faultOf(error);
      // Most often an idle connection that the agency closed just then.
      if (fault === 'connection lost' && manner.mayRepeat && performance.now() < asked.deadline)
        return this.#exchange(asked, body, { ...manner, mayRepeat: false });
      if (manner.isJoined) throw new AgencyFault('joined request', line);
      if (fault === 'timed out') this.#joiner.part();
      throw error;
    }
  }
}

/** Of the time-out: a joined request has no more, and who takes longer is asked one by one. */
const QUICK = 0.25;

function faultOf(error: unknown): AgencyFault {
  return error instanceof AgencyFault ? error : new AgencyFault('connection failed', describe(error));
}

function since(started: number): number {
  return (performance.now() - started) / 1000;
}

/** Documents as JSON strings, a character for each byte: agencies are asked the same ones again and again. */
const quotes = new Map<string, string>();
const QUOTED = 1_024;

function quoted(query: string): string {
  return kept(quotes, QUOTED, query, () => quoteInBytes(query));
}
