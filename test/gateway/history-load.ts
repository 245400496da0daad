import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { AuditEntry } from '../../audit/entry.ts';
import { insertEntries } from '../../audit/insert.ts';
import { readEntry } from '../../audit/written.ts';
import { LedgerError } from '../../consent/errors.ts';
import type { LedgerEvent } from '../../consent/event.ts';
import { denyAccess, grantConsent, withdrawConsent } from '../../consent/ledger.ts';
import type { InTransaction } from '../../consent/transaction.ts';
import { BY_CLIENT, consentDraft, denialDraft } from '../consent/ledger-harness.ts';
import type { History, HistoryAcknowledgement, HistoryAnswer, HistoryEvent } from './history-checker.ts';

export interface LoadOptions {
  /** As the `consents` subgraph. */
  readonly ledger: pg.Pool;
  readonly gateways: readonly string[];
  readonly token: string;
  readonly clients: readonly string[];
  readonly queries: number;
  readonly changes: number;
}

export interface Load {
  readonly answers: readonly HistoryAnswer[];
  readonly acknowledgements: readonly HistoryAcknowledgement[];
  /** Queries by status and code, as `200` or `503 BASIS_CHANGED`. */
  readonly outcomes: ReadonlyMap<string, number>;
  readonly changed: ReadonlyMap<HistoryEvent['kind'], number>;
}

const ASKERS = 6;
const CHANGERS = 4;
const FIELDS = 'id medication { opioidSubstitution { product } }';
const VIEWS = [
  `query ($id: ID!, $other: ID!) { a: client(id: $id, purpose: SERVICE_COORDINATION) { ${FIELDS} housing { class } }
   b: client(id: $other, purpose: SERVICE_COORDINATION) { ${FIELDS} } }`,
  ...Array(5).fill(`query ($id: ID!) { a: client(id: $id, purpose: SERVICE_COORDINATION) { ${FIELDS} } }`),
] as const;
const CATEGORY_OF_FIELD = { medication: 'MEDICATION', housing: 'HOUSING' } as const;

/** Asks both gateways while others grant, deny and withdraw; the two keep pace to the end. */
export async function runLoad(options: LoadOptions): Promise<Load> {
  const { queries, changes } = options;
  const answers: HistoryAnswer[] = [];
  const acknowledgements: HistoryAcknowledgement[] = [];
  const outcomes = new Map<string, number>();
  const changed = new Map<HistoryEvent['kind'], number>();
  const open = new Map<string, OpenRecord[]>();
  let asked = 0;
  let done = 0;
  const asking = Array.from({ length: ASKERS * options.gateways.length }, async (_, n) => {
    const url = options.gateways[n % options.gateways.length] as string;
    while (asked < queries) {
      asked += 1;
      const outcome = await ask(url, options, asked, answers);
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      while (asked / queries > (done + 10) / changes) await sleep(1);
    }
  });
  const changing = Array.from({ length: CHANGERS }, async () => {
    while (done < changes) {
      done += 1;
      const event = await change(options.ledger, pick(options.clients), open);
      if (event === undefined) continue;
      changed.set(event.kind, (changed.get(event.kind) ?? 0) + 1);
      if (event.kind !== 'GRANTED')
        acknowledgements.push({ client: event.clientId, epoch: event.epoch, at: performance.now() });
      while (done / changes > (asked + 10) / queries) await sleep(1);
    }
  });
  await Promise.all([...asking, ...changing]);
  return { answers, acknowledgements, outcomes, changed };
}

interface Answer {
  readonly data: Readonly<Record<'a' | 'b', Readonly<Record<string, unknown>> | null | undefined>>;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  readonly extensions: {
    readonly access: readonly { readonly client: string; readonly category: string; readonly decision: string }[];
    readonly audit: { readonly id: string };
  };
}

async function ask(url: string, options: LoadOptions, n: number, answers: HistoryAnswer[]): Promise<string> {
  const askedAt = performance.now();
  const clients = { id: pick(options.clients), other: pick(options.clients) };
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${options.token}` },
    body: JSON.stringify({ query: VIEWS[n % VIEWS.length], variables: clients }),
  });
  const { data, errors, extensions } = (await response.json()) as Answer;
  if (errors !== undefined) return `${response.status} ${errors[0]?.extensions.code}`;
  const denied = new Set(
    extensions.access
      .filter(({ decision }) => decision === 'DENY')
      .map(({ client, category }) => `${client} ${category}`),
  );
  for (const node of [data.a, data.b]) {
    if (node == null) continue;
    const client = String(node.id);
    const categories: string[] = [];
    for (const [field, category] of Object.entries(CATEGORY_OF_FIELD)) {
      const isDenied = denied.has(`${client} ${category}`);
      // What is denied and there all the same would be worse than any order.
      if (isDenied && node[field] != null) return '200 LEAKED';
      if (Object.hasOwn(node, field) && !isDenied) categories.push(category);
    }
    answers.push({ entry: extensions.audit.id, client, categories, askedAt });
  }
  return '200';
}

/** A record that nobody has withdrawn, and what is left in it. */
interface OpenRecord {
  readonly id: string;
  readonly categories: readonly string[];
}

/** One change of one client; undefined when another changer was quicker with the record. */
async function change(
  ledger: pg.Pool,
  client: string,
  open: Map<string, OpenRecord[]>,
): Promise<LedgerEvent | undefined> {
  const records = open.get(client) ?? [];
  open.set(client, records);
  const dice = Math.random();
  const draft = { categories: Math.random() < 0.4 ? ['MEDICATION', 'HOUSING'] : ['MEDICATION'] };
  if (records.length > 0 && (records.length > 3 || dice < 0.5)) {
    const { id, categories } = records.splice(Math.floor(Math.random() * records.length), 1)[0] as OpenRecord;
    const [first, ...left] = categories as [string, ...string[]];
    if (left.length > 0) records.push({ id, categories: left });
    const part = left.length > 0 ? { categories: [first] } : {};
    return withdrawConsent(ledger, { clientId: client, recordId: id, ...part }, BY_CLIENT, writeEntry).catch(
      unlessLate,
    );
  }
  const event =
    dice < 0.93
      ? await grantConsent(ledger, consentDraft(client, draft), BY_CLIENT, writeEntry)
      : await denyAccess(ledger, denialDraft(client, draft), BY_CLIENT, writeEntry);
  records.push({ id: event.recordId, categories: event.categories });
  return event;
}

function unlessLate(error: unknown): undefined {
  if (!(error instanceof LedgerError && error.code === 'ALREADY_WITHDRAWN')) throw error;
}

/** The entry of a consent event, in its own transaction, as the `consents` subgraph writes it. */
const writeEntry: InTransaction<LedgerEvent> = (connection, event) => insertEntries(connection, [entryOf(event)]);

function entryOf(event: LedgerEvent): AuditEntry {
  return {
    id: randomUUID(),
    at: new Date(event.at).toISOString(),
    kind: `CONSENT_${event.kind}`,
    outcome: 'ANSWERED',
    caller: { id: event.recordedBy, roles: ['client'] },
    purpose: null,
    operation: { name: null, hash: null },
    request: randomUUID(),
    gateway: 'consents',
    clients: [event.clientId],
    disclosures: [],
    consent: {
      record: event.recordId,
      event: event.id,
      categories: event.categories,
      sources: event.sources,
      recipients: event.recipients,
      purposes: event.purposes,
      from: new Date(event.from).toISOString(),
      until: null,
      epoch: String(event.epoch),
    },
  };
}

/** Where each client stands before the history begins. */
export async function readEpochs(admin: pg.Client): Promise<ReadonlyMap<string, bigint>> {
  const { rows } = await admin.query<{ id: string; epoch: string }>(
    'SELECT client_id AS id, max(epoch)::text AS epoch FROM consent.epochs GROUP BY client_id',
  );
  return new Map(rows.map(({ id, epoch }) => [id, BigInt(epoch)]));
}

/** What the database holds of the history, in the order that it proves. */
export async function readHistory(
  admin: pg.Client,
  before: ReadonlyMap<string, bigint>,
): Promise<Pick<History, 'events' | 'entries' | 'before'>> {
  const { rows: sequences } = await admin.query<{ cache_size: string }>(
    "SELECT cache_size FROM pg_sequences WHERE schemaname = 'audit' AND sequencename = 'entries_seq_seq'",
  );
  // Numbers dealt out in advance to a session would stand in no order.
  if (sequences[0]?.cache_size !== '1') throw new Error('The places of entries prove an order only without a cache.');
  const { rows: events } = await admin.query<HistoryEvent & { epoch: string; seq: string | null }>(
    `SELECT v.client_id AS client, v.epoch::text, v.kind, v.record_id AS record, v.categories, v.sources, v.recipients,
       v.purposes, e.seq
     FROM consent.events v LEFT JOIN audit.entries e
       ON e.kind LIKE 'CONSENT\\_%' AND (e.body::jsonb -> 'consent' ->> 'event')::uuid = v.id`,
  );
  const { rows: entries } = await admin.query<{ seq: string; body: string }>(
    "SELECT seq, body FROM audit.entries WHERE kind = 'QUERY'",
  );
  return {
    before,
    events: events.map((row) => {
      const epoch = BigInt(row.epoch);
      const isOld = epoch <= (before.get(row.client) ?? 0n);
      if (!isOld && row.seq === null) throw new Error('A consent event has no entry.');
      return { ...row, epoch, seq: isOld ? 0 : Number(row.seq) };
    }),
    entries: entries.map(({ seq, body }) => {
      const { id, purpose, caller, disclosures } = readEntry(body);
      return {
        seq: Number(seq),
        id,
        purpose: purpose ?? '',
        caller: [`agency:${caller.agency}`, `person:${caller.id}`, ...caller.roles.map((role) => `role:${role}`)],
        disclosures: disclosures.map((each) => ({ ...each, client: each.client ?? '', epoch: BigInt(each.epoch) })),
      };
    }),
  };
}

function pick<T>(from: readonly T[]): T {
  return from[Math.floor(Math.random() * from.length)] as T;
}
