import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { expect } from 'vitest';
import { DEMO_USERS } from '../../auth/users.ts';
import { LEDGER_ERRORS, type LedgerErrorCode } from '../../consent/errors.ts';
import { consents } from '../../subgraphs/consents/index.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { type Answer, type AskedSubgraph, insertRows, type Question, startSubgraph } from './ask.ts';

export type Caller = NonNullable<Question['caller']>;
export type Input = Readonly<Record<string, unknown>>;
export type Change = keyof typeof MUTATIONS;
// biome-ignore lint/suspicious/noExplicitAny: what the subgraph answered.
export type Recorded = Record<string, any>;

/** A demo user as a pass names them. */
export function user(name: string): Caller {
  const { username: _, ...caller } = DEMO_USERS.find(
    ({ username }) => username === name,
  ) as (typeof DEMO_USERS)[number];
  return caller;
}

/** A client, who asks themself. */
export const self = (clientId: string): Caller => ({ id: clientId, roles: ['client'], clientId });

export const coordinator = user('coordinator');
export const peer = user('peer');
/** Clients of the coordinator's unit, or of the coordinator, in order of id; the last two are the peer's too. */
export const mine = Array.from({ length: 57 }, () => randomUUID()).sort();
export const peers = mine.slice(-2);
/** Clients whose relationship with the coordinator has ended, has passed, is to come; with another agency; the social worker's. */
export const notMine = Array.from({ length: 5 }, () => randomUUID());

export const RECORD = `id clientId kind state categories sources recipients purposes validFrom validUntil informationVersion
  informationLanguage givenBy history { id kind categories recordedRole recordedBy channel at }`;
const MUTATIONS = {
  grant: `mutation ($input: GrantConsentInput!) { record: grantConsent(input: $input) { ${RECORD} } }`,
  deny: `mutation ($input: DenyAccessInput!) { record: denyAccess(input: $input) { ${RECORD} } }`,
  withdraw: `mutation ($input: WithdrawConsentInput!) { record: withdrawConsent(input: $input) { ${RECORD} } }`,
};

export const informed = { version: '2026-1', language: 'fi' };
export const GRANT = {
  categories: ['MEDICATION', 'HOUSING'],
  recipients: [{ role: 'COORDINATOR' }],
  purposes: ['SERVICE_COORDINATION'],
  informed,
};
export const DENY = { categories: ['HOUSING'], informed };

export interface AskedConsents {
  readonly database: TestDatabase;
  readonly subgraph: AskedSubgraph;
  /** As the migrating role. */
  readonly admin: pg.Pool;
  change(kind: Change, input: Input, caller: Caller): Promise<Answer>;
  /** A change that is made; the record as the caller reads it. */
  made(kind: Change, input: Input, caller: Caller): Promise<Recorded>;
  /** A change that is refused with the ledger's own sentence, and leaves no trace. */
  refused(kind: Change, input: Input, caller: Caller, code: LedgerErrorCode): Promise<void>;
  /** How much there is of what a change writes. */
  traces(): Promise<unknown>;
  /** The client's entries of the audit log, oldest first. */
  entriesOf(client: string): Promise<readonly Recorded[]>;
  close(): Promise<void>;
}

/** The consents subgraph on a database with the relationships of `mine` and `notMine`. */
export async function startConsents(): Promise<AskedConsents> {
  const database = await createDatabase();
  await fill(database);
  const admin = poolOf(database.adminUrl);
  const subgraph = await startSubgraph(consents, database, 'consent');
  const change: AskedConsents['change'] = (kind, input, caller) =>
    subgraph.ask({ query: MUTATIONS[kind], variables: { input }, caller });
  const traces: AskedConsents['traces'] = async () => {
    const { rows } = await admin.query(
      `SELECT (SELECT count(*) FROM consent.events) AS events, (SELECT count(*) FROM consent.epochs) AS epochs,
         (SELECT count(*) FROM audit.entries) AS entries`,
    );
    return rows[0];
  };
  return {
    database,
    subgraph,
    admin,
    change,
    traces,
    async made(kind, input, caller) {
      const { data, errors } = await change(kind, input, caller);
      expect(errors).toBeUndefined();
      return data?.record as Recorded;
    },
    async refused(kind, input, caller, code) {
      const before = await traces();
      const { data, errors } = await change(kind, input, caller);
      expect(errors?.map(({ message, extensions }) => ({ message, ...extensions }))).toEqual([
        { message: LEDGER_ERRORS[code], code },
      ]);
      expect(data ?? null).toBeNull();
      expect(await traces()).toEqual(before);
    },
    async entriesOf(client) {
      const { rows } = await admin.query(
        'SELECT body FROM audit.entries WHERE clients @> ARRAY[$1::uuid] ORDER BY seq',
        [client],
      );
      return rows.map(({ body }) => JSON.parse(body));
    },
    async close() {
      await subgraph.close();
      await admin.end();
      await database.drop();
    },
  };
}

async function fill(database: TestDatabase): Promise<void> {
  const { agency, organisation, unit, id } = coordinator;
  const worker = user('social-worker');
  const days = (n: number): string => new Date(Date.now() + n * 86_400_000).toISOString();
  const row = (client: string | undefined, given: Input = {}) => ({
    id: randomUUID(),
    client_id: client,
    kind: 'OPEN_SERVICE',
    agency,
    organisation,
    unit,
    person: null,
    valid_from: days(-10),
    valid_until: null,
    epoch: 1,
    ...given,
  });
  const [ended, past, future, kela, elses] = notMine;
  const last = row(ended);
  const relationships = [
    // By the unit, by the person, and by both, twice.
    ...mine.map((client, n) => row(client, n % 3 === 0 ? { unit: null, person: id } : {})),
    ...mine.filter((_, n) => n % 6 === 0).map((client) => row(client)),
    ...mine.slice(0, 3).map((client) => row(client, { kind: 'ACCEPTED_REFERRAL', valid_until: days(1) })),
    ...peers.map((client) => row(client, { agency: peer.agency, organisation: peer.organisation, unit: peer.unit })),
    last,
    row(past, { valid_until: days(-1) }),
    row(future, { valid_from: days(1) }),
    row(kela, { agency: 'KELA' }),
    row(elses, { agency: worker.agency, organisation: worker.organisation, unit: worker.unit }),
  ];
  await insertRows(
    database,
    'consent.epochs',
    [...mine, ...notMine].map((client) => ({ client_id: client, epoch: 1, at: days(-10) })),
  );
  await insertRows(database, 'consent.relationships', relationships);
  await insertRows(database, 'consent.relationship_ends', [
    { relationship_id: last.id, client_id: ended, at: days(-2), epoch: 1 },
  ]);
}
