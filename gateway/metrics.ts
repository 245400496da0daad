import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Fault } from './agency/fault.ts';

export interface Metrics {
  /** A request as it comes in: counted and timed once it is answered. */
  observe(request: IncomingMessage, response: ServerResponse): void;
  /** An access that opened at once and waits for review. */
  observeReview(kind: string): void;
  /** One request to an agency, and what was wrong, if anything. */
  observeAgency(agency: string, seconds: number, fault?: Fault): void;
  /** Which agencies are not asked because they fail, as it is when the metrics are read. */
  watchBreakers(agencies: readonly { readonly name: string; readonly isShut: boolean }[]): void;
  /** Clients decided on, by where their facts came from. */
  observeFacts(kept: number, read: number): void;
  /** The facts kept, as they are when the metrics are read. */
  watchFacts(facts: { readonly size: number; readonly isListening: boolean }): void;
  /** How far the audit log is behind, as it is when the metrics are read. */
  watchLag(watch: { lag(): number; behind(): boolean }): void;
  /** Prometheus text format. */
  text(): Promise<string>;
}

/** Counts and times requests by route and status; labels never hold a person, a client or a document. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'nivel_http_requests_total',
    help: 'Requests answered, by route and status.',
    labelNames: ['route', 'status'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'nivel_http_request_seconds',
    help: 'Time to answer, by route.',
    labelNames: ['route'],
    buckets: BUCKETS,
    registers: [registry],
  });
  // What every fetch counts is counted here and told when it is read: prom-client finds the place of its labels anew each time.
  const answered = new Map<string, number>();
  const unavailable = new Map<string, number>();
  new Counter({
    name: 'nivel_agency_requests_total',
    help: 'Requests to agencies, by agency and outcome; operations that share one count one by one.',
    labelNames: ['agency', 'outcome'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [agency, count] of answered) this.inc({ agency, outcome: 'answered' }, count);
      for (const [agency, count] of unavailable) this.inc({ agency, outcome: 'unavailable' }, count);
    },
  });
  const agencyFaults = new Counter({
    name: 'nivel_agency_faults_total',
    help: 'Requests to agencies that came to nothing, by agency and what was wrong.',
    labelNames: ['agency', 'fault'],
    registers: [registry],
  });
  const agencySeconds = new Histogram({
    name: 'nivel_agency_request_seconds',
    help: 'Time that agencies take to answer.',
    labelNames: ['agency'],
    buckets: BUCKETS,
    registers: [registry],
  });
  const facts = { cache: 0, ledger: 0 };
  new Counter({
    name: 'nivel_facts_total',
    help: 'Clients decided on, by whether their facts were kept or read from the ledger.',
    labelNames: ['from'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [from, count] of Object.entries(facts)) this.inc({ from }, count);
    },
  });
  const reviews = new Counter({
    name: 'nivel_access_to_review_total',
    help: 'Accesses that opened at once and wait for the privacy officer, by kind.',
    labelNames: ['kind'],
    registers: [registry],
  });
  const watch = (gauges: readonly (readonly [name: string, help: string, read: () => number])[]): void => {
    for (const [name, help, read] of gauges) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(read());
        },
      });
    }
  };
  return {
    observeReview: (kind) => reviews.inc({ kind }),
    observeFacts(kept, read) {
      facts.cache += kept;
      facts.ledger += read;
    },
    watchFacts: (watched) =>
      watch([
        ['nivel_facts_kept', 'Clients whose facts are kept.', () => watched.size],
        [
          'nivel_facts_listening',
          'Whether changes of facts are heard of; 0 keeps no facts.',
          () => Number(watched.isListening),
        ],
      ]),
    watchLag: ({ lag, behind }) =>
      watch([
        ['nivel_log_lag_seconds', 'How long the oldest entry that is not published has waited.', () => lag() / 1_000],
        ['nivel_log_behind', 'Whether nothing is disclosed because the audit log lags.', () => Number(behind())],
      ]),
    observeAgency(agency, taken, fault) {
      if (fault === 'joined request') {
        // Its operations are told of one by one.
        agencyFaults.inc({ agency, fault });
        return;
      }
      const counts = fault === undefined ? answered : unavailable;
      counts.set(agency, (counts.get(agency) ?? 0) + 1);
      if (fault !== undefined) agencyFaults.inc({ agency, fault });
      // What was never sent says nothing of the agency's speed.
      if (fault !== 'breaker open' && fault !== 'bulkhead') agencySeconds.observe({ agency }, taken);
    },
    watchBreakers(agencies) {
      new Gauge({
        name: 'nivel_agency_breaker_open',
        help: 'Whether an agency is not asked because it failed several times in a row.',
        labelNames: ['agency'],
        registers: [registry],
        collect() {
          for (const { name, isShut } of agencies) this.set({ agency: name }, Number(isShut));
        },
      });
    },
    observe({ url = '' }, response) {
      const [path = ''] = url.split('?', 1);
      const route = ROUTES.find((each) => path === each || path.startsWith(`${each}/`)) ?? 'other';
      const stop = seconds.startTimer({ route });
      response.once('finish', () => {
        stop();
        requests.inc({ route, status: response.statusCode });
      });
    },
    text: () => registry.metrics(),
  };
}

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

const ROUTES = ['/graphql', '/explorer', '/health', '/metrics', '/schema.graphql'];
