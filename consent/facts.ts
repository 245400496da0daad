import type { Pool } from 'pg';
import type { ClientFacts, ConsentEvent, EventKind, Relationship } from './decision.ts';
import { isId } from './id.ts';

export { isId as isClientId } from './id.ts';

/** The facts could not be read or make no sense: the caller must deny. The message names no client. */
export class FactsError extends Error {
  override readonly name = 'FactsError';
  readonly code: 'FACTS_UNAVAILABLE' | 'FACTS_MALFORMED';

  constructor(code: FactsError['code'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/**
 * Reads the facts of any number of clients with one statement, in one snapshot: facts and epoch belong together.
 *
 * Every id asked for is in the answer; unknown and malformed ids have empty facts at epoch 0 and cost the same. Throws
 * `FactsError` when the store does not answer within `timeoutMs` or a row makes no sense. Never serves a replica's view:
 * give it a pool of the primary.
 */
export async function loadFacts(
  pool: Pick<Pool, 'query'>,
  clientIds: readonly string[],
  timeoutMs = 2_000,
): Promise<Map<string, ClientFacts>> {
  const facts = new Map<string, ClientFacts>();
  for (const clientId of clientIds) facts.set(clientId, { clientId, epoch: 0n, relationships: [], events: [] });
  if (facts.size === 0) return facts;
  for (const row of await rowsOf(pool, [...facts.keys()].filter(isId), timeoutMs)) {
    const read = readFacts(row);
    facts.set(read.clientId, read);
  }
  return facts;
}

// Times cross as whole milliseconds, so that no driver's date parsing stands between the ledger and the decision.
const FACTS = `
SELECT client.id,
  (SELECT max(epoch)::text FROM consent.epochs WHERE client_id = client.id) AS epoch,
  (SELECT json_agg(json_build_object(
      'id', r.id, 'kind', r.kind, 'agency', r.agency, 'organisation', r.organisation, 'unit', r.unit, 'person', r.person,
      'from', floor(extract(epoch FROM r.valid_from) * 1000),
      'until', floor(extract(epoch FROM least(r.valid_until, e.at)) * 1000)))
    FROM consent.relationships r LEFT JOIN consent.relationship_ends e ON e.relationship_id = r.id
    WHERE r.client_id = client.id) AS relationships,
  (SELECT json_agg(json_build_object(
      'id', v.id, 'epoch', v.epoch::text, 'kind', v.kind, 'recordId', v.record_id, 'categories', v.categories,
      'sources', v.sources, 'recipients', v.recipients, 'purposes', v.purposes,
      'from', floor(extract(epoch FROM v.valid_from) * 1000),
      'until', floor(extract(epoch FROM v.valid_until) * 1000)) ORDER BY v.epoch)
    FROM consent.events v WHERE v.client_id = client.id) AS events
FROM unnest($1::uuid[]) AS client(id)`;

async function rowsOf(pool: Pick<Pool, 'query'>, ids: readonly string[], timeoutMs: number): Promise<unknown[]> {
  try {
    const query = { name: 'consent-facts', text: FACTS, values: [ids], query_timeout: timeoutMs };
    return (await pool.query(query)).rows;
  } catch (cause) {
    throw new FactsError('FACTS_UNAVAILABLE', 'The facts that decisions rest on could not be read.', cause);
  }
}

function readFacts(row: unknown): ClientFacts {
  const { id, epoch, relationships, events } = objectOf(row);
  const facts = {
    clientId: textOf(id),
    epoch: epoch === null ? 0n : epochOf(epoch),
    relationships: listOf(relationships ?? [], relationshipOf),
    events: listOf(events ?? [], eventOf),
  };
  // Every fact bumps the epoch: a fact ahead of it could change unseen by the audit transaction.
  if (facts.relationships.length > 0 && facts.epoch === 0n) throw malformed();
  if (facts.events.some((event) => event.epoch > facts.epoch)) throw malformed();
  return facts;
}

function relationshipOf(value: unknown): Relationship {
  const row = objectOf(value);
  if ((row.unit === null) === (row.person === null)) throw malformed();
  return {
    id: textOf(row.id),
    kind: textOf(row.kind),
    agency: textOf(row.agency),
    organisation: textOf(row.organisation),
    unit: row.unit === null ? null : textOf(row.unit),
    person: row.person === null ? null : textOf(row.person),
    from: timeOf(row.from),
    until: row.until === null ? null : timeOf(row.until),
  };
}

function eventOf(value: unknown): ConsentEvent {
  const row = objectOf(value);
  const kind = kindOf(row.kind);
  const opens = kind === 'GRANTED' || kind === 'DENIED';
  if (opens && row.recordId !== row.id) throw malformed();
  return {
    id: textOf(row.id),
    epoch: epochOf(row.epoch),
    kind,
    recordId: textOf(row.recordId),
    categories: listOf(row.categories, textOf),
    sources: listOf(row.sources, textOf),
    recipients: listOf(row.recipients, textOf),
    purposes: listOf(row.purposes, textOf),
    from: timeOf(row.from),
    until: row.until === null ? null : timeOf(row.until),
  };
}

function kindOf(value: unknown): EventKind {
  if (value === 'GRANTED' || value === 'DENIED' || value === 'NARROWED' || value === 'WITHDRAWN') return value;
  throw malformed();
}

function objectOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Record<string, unknown>;
}

function listOf<T>(value: unknown, read: (item: unknown) => T): readonly T[] {
  if (!Array.isArray(value)) throw malformed();
  return value.map(read);
}

function textOf(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw malformed();
  return value;
}

function epochOf(value: unknown): bigint {
  if (typeof value !== 'string' || !/^[1-9]\d{0,18}$/.test(value)) throw malformed();
  return BigInt(value);
}

function timeOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw malformed();
  return value;
}

function malformed(): FactsError {
  return new FactsError('FACTS_MALFORMED', 'The facts that decisions rest on make no sense.');
}
