import { Pool } from 'undici';
import { type Pass, passSign } from '../auth/pass.ts';
import type { SubgraphName } from '../schema/subgraphs.ts';
import { describe, HubError } from './errors.ts';

export interface AgencyOptions {
  readonly name: SubgraphName;
  readonly url: string;
  /** 32 bytes, shared with the agency. */
  readonly passKey: Uint8Array;
  /** How long the agency may take, ms. */
  readonly timeout: number;
  /** Hears of each request: how long it took, and what was wrong, if anything; never what was said. */
  readonly observe: (request: {
    readonly agency: SubgraphName;
    readonly seconds: number;
    readonly fault?: string;
  }) => void;
}

/** The agencies' HTTP ends by the name of their subgraph. */
export type Agencies = ReadonlyMap<string, Agency>;

export interface AgencyAnswer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly { readonly path?: readonly (string | number)[]; readonly code: string }[];
}

/** Bytes that one answer may have. */
const LARGEST_ANSWER = 16 * 1024 * 1024;

/** One agency's HTTP end: pooled connections, a signed pass with each request, one time limit. */
export class Agency {
  readonly name: SubgraphName;
  readonly #pool: Pool;
  readonly #path: string;
  readonly #options: AgencyOptions;

  constructor(options: AgencyOptions) {
    const url = new URL(options.url);
    this.name = options.name;
    this.#options = options;
    this.#path = url.pathname;
    this.#pool = new Pool(url.origin, {
      connections: 32,
      connect: { timeout: options.timeout },
      keepAliveTimeout: 10_000,
    });
  }

  /**
   * Sends one operation with its pass.
   *
   * Throws `HubError` AGENCY_UNAVAILABLE when no whole GraphQL answer came in time; the agency's own words never pass.
   */
  async ask(query: string, variables: Readonly<Record<string, unknown>>, pass: Pass): Promise<AgencyAnswer> {
    const body = JSON.stringify({ query, variables, extensions: { pass } });
    const now = Math.floor(Date.now() / 1000);
    const signal = AbortSignal.timeout(this.#options.timeout);
    const started = performance.now();
    const observe = (fault?: string): void =>
      this.#options.observe({
        agency: this.name,
        seconds: (performance.now() - started) / 1000,
        ...(fault === undefined ? {} : { fault }),
      });
    try {
      const response = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        body,
        headers: {
          'content-type': 'application/json',
          ...passSign(this.#options.passKey, this.name, this.#path, body, now),
        },
        signal,
      });
      const text = await readBounded(response.body);
      if (response.statusCode !== 200) throw new TypeError(`status ${response.statusCode}`);
      const answer = readAnswer(JSON.parse(text));
      observe();
      return answer;
    } catch (error) {
      const fault = faultOf(error);
      observe(fault);
      throw new HubError('AGENCY_UNAVAILABLE', { detail: `${this.name}: ${fault}` });
    }
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

async function readBounded(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > LARGEST_ANSWER) throw new TypeError('answer too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function readAnswer(answer: unknown): AgencyAnswer {
  if (!isRecord(answer)) throw new TypeError('answer is no object');
  const { data = null, errors = [] } = answer;
  if ((data !== null && !isRecord(data)) || !Array.isArray(errors)) throw new TypeError('answer is no GraphQL answer');
  return {
    data,
    errors: errors.filter(isRecord).map((error) => {
      const code = isRecord(error.extensions) && typeof error.extensions.code === 'string' ? error.extensions.code : '';
      return { code, ...(Array.isArray(error.path) ? { path: error.path.filter(isPathPart) } : {}) };
    }),
  };
}

/** TypeErrors of this file name a fault in the answer's form; JSON errors would quote it. */
function faultOf(error: unknown): string {
  return error instanceof TypeError && !(error instanceof SyntaxError) ? error.message : describe(error);
}

function isPathPart(part: unknown): part is string | number {
  return typeof part === 'string' || typeof part === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
