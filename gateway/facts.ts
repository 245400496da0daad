import type { Pool } from 'pg';
import { FactsCache } from '../consent/cache.ts';
import type { ClientFacts } from '../consent/decision.ts';
import { loadFacts } from '../consent/facts.ts';
import { CLOSED, type Listener, listenForChanges } from '../consent/listen.ts';
import type { Metrics } from './metrics.ts';

/** Facts of clients, kept ones where `isUsable` takes them; one statement at most, for all others together. */
export type LoadFacts = (
  clientIds: readonly string[],
  isUsable?: (facts: ClientFacts) => boolean,
) => Promise<ReadonlyMap<string, ClientFacts>>;

export interface FactsOptions {
  readonly db: Pool;
  /** Of the primary. */
  readonly databaseUrl: string;
  /** Clients kept at most. */
  readonly capacity: number;
  readonly metrics: Pick<Metrics, 'observeFacts' | 'watchFacts'>;
  readonly log: (line: Readonly<Record<string, unknown>>) => void;
}

export interface Facts {
  readonly load: LoadFacts;
  /** After a change that this gateway has passed on. */
  forget(clientIds: readonly string[]): void;
  /** Begins to hear of changes, and to keep facts; until then every load goes to the ledger. Call it once. */
  listen(): void;
  close(): Promise<void>;
}

/** The facts that this gateway decides on: from the ledger, or as kept since, while it hears of every change. */
export function openFacts({ db, databaseUrl, capacity, metrics, log }: FactsOptions): Facts {
  const cache = new FactsCache({ read: (ids) => loadFacts(db, ids), capacity, observe: metrics.observeFacts });
  metrics.watchFacts(cache);
  let saidLost = false;
  let listener: Listener | undefined;
  return {
    load: (ids, isUsable) => cache.load(ids, isUsable),
    forget: (ids) => cache.forget(ids),
    listen() {
      listener = listenForChanges({
        connectionString: databaseUrl,
        onNews: (news) => cache.heard(news),
        onListening() {
          cache.listening();
          saidLost = false;
          log({ level: 'info', event: 'listening for consent changes' });
        },
        onLost(cause) {
          cache.lost();
          // Once an outage, not once an attempt.
          if (!saidLost && cause !== CLOSED) log({ level: 'warn', event: 'not listening for consent changes', cause });
          saidLost = true;
        },
      });
    },
    close: async () => listener?.close(),
  };
}
