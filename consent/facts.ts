import type { Pool } from 'pg';
import { CHANNELS, type Channel } from './channel.ts';
import type {
  ClientFacts,
  ConsentEvent,
  Emergency,
  EventKind,
  Guardianship,
  JointPlan,
  Relationship,
  Restriction,
  ReviewOutcome,
  SpecifiedRequest,
} from './decision.ts';
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
  for (const clientId of clientIds) facts.set(clientId, { ...NOTHING_KNOWN, clientId });
  if (facts.size === 0) return facts;
  for (const row of await rowsOf(pool, [...facts.keys()].filter(isId), timeoutMs)) {
    const read = readFacts(row);
    facts.set(read.clientId, read);
  }
  return facts;
}

/** The facts of a client of whom the ledger has none. */
export const NOTHING_KNOWN: Omit<ClientFacts, 'clientId'> = {
  epoch: 0n,
  relationships: [],
  events: [],
  guardians: [],
  emergencies: [],
  requests: [],
  jointPlans: [],
  restrictions: [],
};

// Times cross as whole milliseconds, so that no driver's date parsing stands between the ledger and the decision.
const REJECTED_AT = "CASE w.outcome WHEN 'REJECTED' THEN w.at END";

function period(from: string, until: string): string {
  return `'from', floor(extract(epoch FROM ${from}) * 1000), 'until', floor(extract(epoch FROM ${until}) * 1000)`;
}

const FACTS = `
SELECT client.id,
  (SELECT max(epoch)::text FROM consent.epochs WHERE client_id = client.id) AS epoch,
  (SELECT json_agg(json_build_object(
      'id', r.id, 'epoch', r.epoch::text, 'kind', r.kind, 'agency', r.agency, 'organisation', r.organisation,
      'unit', r.unit, 'person', r.person, ${period('r.valid_from', 'least(r.valid_until, e.at)')}, 'review', w.outcome))
    FROM consent.relationships r LEFT JOIN consent.relationship_ends e ON e.relationship_id = r.id
    LEFT JOIN consent.reviews w ON w.subject = 'DECLARED' AND w.subject_id = r.id
    WHERE r.client_id = client.id) AS relationships,
  (SELECT json_agg(json_build_object(
      'id', v.id, 'epoch', v.epoch::text, 'kind', v.kind, 'recordId', v.record_id, 'categories', v.categories,
      'sources', v.sources, 'recipients', v.recipients, 'purposes', v.purposes, 'channel', v.channel,
      ${period('v.valid_from', 'v.valid_until')}) ORDER BY v.epoch)
    FROM consent.events v WHERE v.client_id = client.id) AS events,
  (SELECT json_agg(json_build_object(
      'id', g.id, 'epoch', g.epoch::text, 'person', g.person, 'categories', g.categories, 'mayConsent', g.may_consent,
      ${period('g.valid_from', 'least(g.valid_until, e.at)')}))
    FROM consent.guardians g LEFT JOIN consent.guardian_ends e ON e.guardian_id = g.id
    WHERE g.client_id = client.id) AS guardians,
  (SELECT json_agg(json_build_object(
      'id', m.id, 'epoch', m.epoch::text, 'person', m.person, 'agency', m.agency, 'ground', m.ground,
      ${period('m.valid_from', `least(m.valid_until, ${REJECTED_AT})`)}, 'review', w.outcome))
    FROM consent.emergencies m LEFT JOIN consent.reviews w ON w.subject = 'EMERGENCY' AND w.subject_id = m.id
    WHERE m.client_id = client.id) AS emergencies,
  (SELECT json_agg(json_build_object(
      'id', q.id, 'epoch', q.epoch::text, 'basis', q.basis, 'ground', q.ground, 'person', q.person, 'agency', q.agency,
      'categories', q.categories, ${period('q.valid_from', `least(q.valid_until, ${REJECTED_AT})`)}, 'review', w.outcome))
    FROM consent.requests q LEFT JOIN consent.reviews w ON w.subject = 'REQUEST' AND w.subject_id = q.id
    WHERE q.client_id = client.id) AS requests,
  (SELECT json_agg(json_build_object(
      'id', p.id, 'epoch', p.epoch::text, 'parties', p.parties, 'items', p.items,
      ${period('p.valid_from', 'least(p.valid_until, e.at)')}))
    FROM consent.joint_plans p LEFT JOIN consent.joint_plan_ends e ON e.joint_plan_id = p.id
    WHERE p.client_id = client.id) AS joint_plans,
  (SELECT json_agg(json_build_object(
      'id', t.id, 'epoch', t.epoch::text, 'source', t.agency, 'statute', t.statute, 'recipients', t.recipients,
      'purposes', t.purposes, ${period('t.valid_from', `least(t.valid_until, e.at, ${REJECTED_AT})`)}))
    FROM consent.restrictions t LEFT JOIN consent.restriction_ends e ON e.restriction_id = t.id
    LEFT JOIN consent.reviews w ON w.subject = 'RESTRICTION' AND w.subject_id = t.id
    WHERE t.client_id = client.id) AS restrictions
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
  const { id, epoch, relationships, events, guardians, emergencies, requests, joint_plans, restrictions } =
    objectOf(row);
  const current = epoch === null ? 0n : epochOf(epoch);
  const read = <T>(value: unknown, readOne: (item: Row) => T): readonly T[] =>
    listOf(value ?? [], (item) => {
      const one = objectOf(item);
      // Every fact bumps the epoch: a fact ahead of it could change unseen by the audit transaction.
      if (epochOf(one.epoch) > current) throw malformed();
      return readOne(one);
    });
  return {
    clientId: textOf(id),
    epoch: current,
    relationships: read(relationships, relationshipOf),
    events: read(events, eventOf),
    guardians: read(guardians, guardianshipOf),
    emergencies: read(emergencies, emergencyOf),
    requests: read(requests, requestOf),
    jointPlans: read(joint_plans, jointPlanOf),
    restrictions: read(restrictions, restrictionOf),
  };
}

type Row = Readonly<Record<string, unknown>>;

function relationshipOf(row: Row): Relationship {
  if ((row.unit === null) === (row.person === null)) throw malformed();
  return {
    id: textOf(row.id),
    kind: textOf(row.kind),
    agency: textOf(row.agency),
    organisation: textOf(row.organisation),
    unit: row.unit === null ? null : textOf(row.unit),
    person: row.person === null ? null : textOf(row.person),
    ...periodOf(row),
    review: reviewOf(row.review),
  };
}

function eventOf(row: Row): ConsentEvent {
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
    channel: channelOf(row.channel),
    ...periodOf(row),
  };
}

function guardianshipOf(row: Row): Guardianship {
  if (typeof row.mayConsent !== 'boolean') throw malformed();
  return {
    id: textOf(row.id),
    person: textOf(row.person),
    categories: listOf(row.categories, textOf),
    mayConsent: row.mayConsent,
    ...periodOf(row),
  };
}

function emergencyOf(row: Row): Emergency {
  return {
    id: textOf(row.id),
    person: textOf(row.person),
    agency: textOf(row.agency),
    ground: textOf(row.ground),
    ...timeBoxOf(row),
    review: reviewOf(row.review),
  };
}

function requestOf(row: Row): SpecifiedRequest {
  return {
    id: textOf(row.id),
    basis: textOf(row.basis),
    ground: textOf(row.ground),
    person: textOf(row.person),
    agency: textOf(row.agency),
    categories: listOf(row.categories, textOf),
    ...timeBoxOf(row),
    review: reviewOf(row.review),
  };
}

function jointPlanOf(row: Row): JointPlan {
  return {
    id: textOf(row.id),
    parties: listOf(row.parties, textOf),
    items: listOf(row.items, textOf),
    ...periodOf(row),
  };
}

function restrictionOf(row: Row): Restriction {
  return {
    id: textOf(row.id),
    source: textOf(row.source),
    statute: textOf(row.statute),
    recipients: listOf(row.recipients, textOf),
    purposes: listOf(row.purposes, textOf),
    ...timeBoxOf(row),
  };
}

function periodOf(row: Row): { readonly from: number; readonly until: number | null } {
  return { from: timeOf(row.from), until: row.until === null ? null : timeOf(row.until) };
}

function timeBoxOf(row: Row): { readonly from: number; readonly until: number } {
  return { from: timeOf(row.from), until: timeOf(row.until) };
}

function reviewOf(value: unknown): ReviewOutcome | null {
  if (value === null || value === 'APPROVED' || value === 'REJECTED') return value;
  throw malformed();
}

function channelOf(value: unknown): Channel {
  const channel = CHANNELS.find((known) => known === value);
  if (channel === undefined) throw malformed();
  return channel;
}

function kindOf(value: unknown): EventKind {
  if (value === 'GRANTED' || value === 'DENIED' || value === 'NARROWED' || value === 'WITHDRAWN') return value;
  throw malformed();
}

function objectOf(value: unknown): Row {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed();
  return value as Row;
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
