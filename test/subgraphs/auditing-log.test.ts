import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { raiseAlerts } from '../../audit/alerts/watch.ts';
import type { AuditEntry } from '../../audit/entry.ts';
import { insertEntries } from '../../audit/insert.ts';
import { COUNTED } from '../../audit/list.ts';
import { createSequencer } from '../../audit/sequencer/sequencer.ts';
import { hashLeaf, verifyConsistency, verifyInclusion } from '../../audit/verify/merkle.ts';
import { openCheckpoint, parseVerifierKey } from '../../audit/verify/note.ts';
import { auditing } from '../../subgraphs/auditing/index.ts';
import { entryWith } from '../audit/entries.ts';
import { newSigner } from '../audit/signing.ts';
import { createDatabase, poolOf, type TestDatabase } from '../postgres.ts';
import { type Answer, type AskedSubgraph, type Question, startSubgraph } from './ask.ts';

let database: TestDatabase;
let subgraph: AskedSubgraph;
let admin: pg.Pool;
const signer = newSigner();
/** Oldest first; all but the last are in the published log. */
const written: AuditEntry[] = [];

/** More than one tile. */
const SIZE = 300;
const client = randomUUID();
const [officer, worker] = [randomUUID(), randomUUID()];

beforeAll(async () => {
  database = await createDatabase();
  admin = poolOf(database.adminUrl);
  const start = Date.UTC(2026, 2, 1);
  const entries = Array.from({ length: SIZE }, (_, n) =>
    entryWith({
      at: new Date(start + n * 1_000).toISOString(),
      kind: n === 7 ? 'EMERGENCY_GRANTED' : 'QUERY',
      ...(n === 7 ? { caller: { id: worker, roles: ['social-worker'] }, clients: [client] } : {}),
    }),
  );
  await write(entries.slice(0, 100));
  await sequence();
  await write(entries.slice(100));
  await sequence();
  await write([entryWith({ at: new Date(start + 3_600_000).toISOString() })]);
  const watching = poolOf(database.roleUrl('alerts'));
  await raiseAlerts(watching);
  await watching.end();
  subgraph = await startSubgraph(auditing, database, 'audit');
});
afterAll(async () => {
  await subgraph?.close();
  await admin?.end();
  await database?.drop();
});

async function write(entries: readonly AuditEntry[]): Promise<void> {
  const connection = await admin.connect();
  await insertEntries(connection, entries);
  connection.release();
  written.push(...entries);
}

/** Has the sequencer publish what is there. */
async function sequence(): Promise<void> {
  const sequencer = createSequencer({
    databaseUrl: database.roleUrl('sequencer'),
    signers: [signer],
    witnesses: [],
    quorum: 0,
    interval: 20,
    log: () => {},
  });
  await sequencer.start();
  for (let size = -1; size < written.length; await sleep(10)) {
    const { rows } = await admin.query('SELECT coalesce(max(size), -1)::int AS size FROM audit.publications');
    size = rows[0].size;
  }
  await sequencer.close();
}

const ask = (query: string, variables: Question['variables'] = {}, given: Partial<Question> = {}): Promise<Answer> =>
  subgraph.ask({ query, variables, purpose: 'AUDIT', caller: { id: officer, roles: ['privacy-officer'] }, ...given });

// biome-ignore lint/suspicious/noExplicitAny: tests read what they asked for.
async function read(query: string, variables: Question['variables'] = {}): Promise<any> {
  const { data, errors } = await ask(query, variables);
  expect(errors).toBeUndefined();
  return data;
}
const codeOf = ({ errors }: Answer): string | undefined => errors?.[0]?.extensions.code;
const bytes = (base64: readonly string[]): Buffer[] => base64.map((each) => Buffer.from(each, 'base64'));

async function checkpoint() {
  const { auditCheckpoint } = await read('{ auditCheckpoint { note size root at waiting witnesses { name at } } }');
  return auditCheckpoint;
}

describe('proofs', () => {
  const PAGE = `query ($first: Int!, $after: String) { auditEntries(first: $first, after: $after) {
    edges { node { id index commitment proof { index size hashes text } } } pageInfo { endCursor } } }`;

  it('of a page are checked with the root alone, and the newest entry waits for its place', async () => {
    const { auditEntries: first } = await read(PAGE, { first: 100 });
    const { auditEntries: last } = await read(PAGE, { first: 100, after: first.pageInfo.endCursor });
    const root = Buffer.from((await checkpoint()).root, 'base64');
    const nodes = [...first.edges, ...last.edges].map(({ node }) => node);
    expect(nodes[0]).toMatchObject({ id: written.at(-1)?.id, index: null, proof: null });
    for (const [n, { id, index, commitment, proof }] of nodes.slice(1).entries()) {
      expect([id, index]).toEqual([written[SIZE - 1 - n]?.id, SIZE - 1 - n]);
      const leaf = hashLeaf(Buffer.from(commitment, 'hex'));
      expect(proof).toMatchObject({ index, size: SIZE });
      expect(verifyInclusion(leaf, index, SIZE, root, bytes(proof.hashes))).toBe(true);
      expect(verifyInclusion(leaf, index - 1, SIZE, root, bytes(proof.hashes))).toBe(false);
      expect(proof.text).toMatch(/^c2sp\.org\/tlog-proof@v1\n/);
    }
  });

  it.each([1, 2, 100])(
    'of %d entries take three statements with their page',
    async (first) => {
      subgraph.statements();
      const { auditEntries } = await read(PAGE, { first, after: `${Date.UTC(2026, 2, 1, 1)}000_1` });
      expect(auditEntries.edges.map(({ node }: { node: { index: number } }) => node.index)[0]).toBe(SIZE - 1);
      expect(subgraph.statements()).toBe(3);
      await read('query ($first: Int!) { auditEntries(first: $first) { edges { node { id index } } } }', { first });
      expect(subgraph.statements()).toBe(1);
    },
    20_000,
  );

  it('of one entry by its id', async () => {
    const query = 'query ($id: ID!) { auditEntry(id: $id) { id kind proof { index } } }';
    const { auditEntry } = await read(query, { id: written[7]?.id.toUpperCase() });
    expect(auditEntry).toEqual({ id: written[7]?.id, kind: 'EMERGENCY_GRANTED', proof: { index: 7 } });
    for (const id of [randomUUID(), '', '150382-901A', "'; DROP"]) {
      const answer = await ask(query, { id });
      expect([answer.data, codeOf(answer)]).toEqual([{ auditEntry: null }, 'ENTRY_NOT_FOUND']);
    }
  });
});

describe('the checkpoint', () => {
  it('is the published one, signed by the log', async () => {
    const latest = await checkpoint();
    expect(latest).toMatchObject({ size: SIZE, waiting: true, witnesses: [] });
    expect(Date.now() - Date.parse(latest.at)).toBeLessThan(60_000);
    const opened = openCheckpoint(latest.note, [parseVerifierKey(signer.vkey)]);
    expect([opened.size, Buffer.from(opened.root).toString('base64')]).toEqual([SIZE, latest.root]);
  });

  it('names its witnesses', async () => {
    await admin.query("INSERT INTO audit.cosignatures (size, witness, line) VALUES ($1, 'witness.example', 'x')", [
      SIZE,
    ]);
    expect((await checkpoint()).witnesses).toEqual([{ name: 'witness.example', at: expect.any(String) }]);
    await admin.query('DELETE FROM audit.cosignatures');
  });

  it('continues an earlier one, and the proof says so', async () => {
    const { rows } = await admin.query('SELECT size::int, root FROM audit.checkpoints ORDER BY size');
    const query = 'query ($from: Float!, $to: Float) { auditConsistency(from: $from, to: $to) { from to hashes } }';
    const root = Buffer.from((await checkpoint()).root, 'base64');
    for (const { size, root: earlier } of rows) {
      const { auditConsistency } = await read(query, { from: size });
      expect(auditConsistency).toMatchObject({ from: size, to: SIZE });
      const hashes = bytes(auditConsistency.hashes);
      if (size === 0) expect(hashes).toEqual([]);
      else expect(verifyConsistency(size, SIZE, earlier, root, hashes)).toBe(true);
      if (size < SIZE) expect(verifyConsistency(size, SIZE, root, root, hashes)).toBe(false);
    }
    expect(rows.map(({ size }) => size)).toContain(100);
    expect((await read(query, { from: 5, to: 9 })).auditConsistency).toMatchObject({ from: 5, to: 9 });
  });

  it.each([
    [{ from: -1 }],
    [{ from: 1.5 }],
    [{ from: SIZE + 1 }],
    [{ from: 0, to: SIZE + 1 }],
    [{ from: 9, to: 5 }],
    [{ from: 1e300 }],
    [{ from: 2 ** 53 }],
  ])('has no proof between %j', async (sizes) => {
    const answer = await ask(
      'query ($from: Float!, $to: Float) { auditConsistency(from: $from, to: $to) { to } }',
      sizes,
    );
    expect([answer.data, codeOf(answer)]).toEqual([{ auditConsistency: null }, 'SIZE_OUT_OF_RANGE']);
  });
});

describe('counts', () => {
  const COUNT = 'query ($filter: AuditFilter) { auditEntries(filter: $filter, first: 1) { count { value exact } } }';
  const count = async (filter: Record<string, unknown> = {}) => (await read(COUNT, { filter })).auditEntries.count;

  it('all that the filter finds, whatever the page, and none when none is asked for', async () => {
    expect(await count()).toEqual({ value: SIZE + 1, exact: true });
    expect(await count({ client })).toEqual({ value: 1, exact: true });
    expect(await count({ client, source: 'KELA' })).toEqual({ value: 0, exact: true });
    subgraph.statements();
    await read('{ auditEntries(first: 1) { pageInfo { hasNextPage } } }');
    expect(subgraph.statements()).toBe(1);
  });

  it.each([
    [COUNTED, true],
    [COUNTED + 1, false],
  ])(
    '%d entries: exact %s',
    async (entries, exact) => {
      await admin.query(MANY, [entries, client, JSON.stringify(entryWith())]);
      expect(await count({ purpose: 'CARE_CONTINUITY' })).toEqual({ value: COUNTED, exact });
      await admin.query("DELETE FROM audit.entries WHERE purpose = 'CARE_CONTINUITY'");
    },
    20_000,
  );

  it('a search that does not end in its time says how to ask, and the page is there', async () => {
    // Nothing can be read while another holds the table.
    const blocker = await admin.connect();
    await blocker.query('BEGIN; LOCK audit.entries IN ACCESS EXCLUSIVE MODE');
    const answer = ask('{ auditEntries { pageInfo { hasNextPage } } }');
    await expect(answer.then(codeOf)).resolves.toBe('FILTER_TOO_WIDE');
    await blocker.query('ROLLBACK');
    blocker.release();
  }, 10_000);
});

const MANY = `INSERT INTO audit.entries (id, at, kind, outcome, caller, purpose, clients, categories, bases, sources, body, salt, commitment)
  SELECT gen_random_uuid(), '2020-01-01', 'QUERY', 'ANSWERED', $2, 'CARE_CONTINUITY', '{}', '{}', '{}', '{}', $3,
    decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') FROM generate_series(1, $1::int)`;

describe('alerts', () => {
  const ALERTS = `query ($filter: AuditAlertFilter, $after: String) { auditAlerts(filter: $filter, first: 1, after: $after) {
    edges { cursor node { id kind state caller clients entries owner outcome note } } pageInfo { hasNextPage endCursor } } }`;
  const TAKE = 'mutation ($id: ID!) { takeAlert(input: { id: $id }) { id state owner } }';
  const CLOSE = `mutation ($id: ID!, $outcome: AlertOutcome!, $note: String!) {
    closeAlert(input: { id: $id, outcome: $outcome, note: $note }) { state outcome note } }`;
  const note = 'Keskusteltu esihenkilön kanssa: 150382-901A';
  const alerts = async (filter = {}) => (await read(ALERTS, { filter })).auditAlerts.edges;
  const reviews = async (): Promise<AuditEntry[]> => {
    const { rows } = await admin.query("SELECT body FROM audit.entries WHERE kind = 'REVIEWED' ORDER BY seq");
    return rows.map(({ body }) => JSON.parse(body));
  };
  let id: string;

  it('tell what, whose doing, about whom and from which entries', async () => {
    const [{ node }, ...more] = await alerts();
    expect(more).toEqual([]);
    const open = { kind: 'EMERGENCY', state: 'OPEN', caller: worker, clients: [client], entries: [written[7]?.id] };
    expect(node).toMatchObject({ ...open, owner: null, outcome: null, note: null });
    id = node.id;
    for (const filter of [{ id }, { kind: 'EMERGENCY' }, { state: 'OPEN' }, { caller: worker }, { client }])
      expect(await alerts(filter)).toHaveLength(1);
    for (const filter of [{ id: client }, { kind: 'OUT_OF_HOURS' }, { state: 'CLOSED' }, { owner: officer }])
      expect(await alerts(filter)).toEqual([]);
  });

  it('are taken and closed by the privacy officer; each change has its entry, once, without the note', async () => {
    expect(codeOf(await ask(CLOSE, { id, outcome: 'JUSTIFIED', note }))).toBe('ALERT_NOT_YOURS');
    // All at once, as one press of a button that was pressed thrice.
    for (const answer of await Promise.all([1, 2, 3].map(() => ask(TAKE, { id: id.toUpperCase() }))))
      expect(answer.data?.takeAlert).toEqual({ id, state: 'IN_REVIEW', owner: officer });
    expect(await alerts({ owner: officer, state: 'IN_REVIEW' })).toHaveLength(1);
    for (const short of ['', 'short', 'x'.repeat(2_001)])
      expect(codeOf(await ask(CLOSE, { id, outcome: 'JUSTIFIED', note: short }))).toBe('ALERT_NOTE_LENGTH');
    const closed = { state: 'CLOSED', outcome: 'JUSTIFIED', note };
    expect((await ask(CLOSE, { id, outcome: 'JUSTIFIED', note })).data?.closeAlert).toEqual(closed);
    expect((await ask(CLOSE, { id, outcome: 'JUSTIFIED', note })).data?.closeAlert).toEqual(closed);
    expect(codeOf(await ask(CLOSE, { id, outcome: 'MISUSE', note }))).toBe('ALERT_CLOSED');
    expect(codeOf(await ask(TAKE, { id }))).toBe('ALERT_CLOSED');
    expect(await reviews()).toMatchObject([
      { caller: { id: officer }, clients: [client], fact: { id, subject: 'ALERT', outcome: 'IN_REVIEW' } },
      { caller: { id: officer }, clients: [client], fact: { id, subject: 'ALERT', outcome: 'JUSTIFIED' } },
    ]);
    expect(JSON.stringify([await reviews(), subgraph.log])).not.toMatch(/150382|Keskusteltu/);
  });

  it('are changed by nobody else, and for nothing else', async () => {
    const as = (roles: readonly string[], purpose: Question['purpose'] = 'AUDIT', caller = officer) =>
      ask(TAKE, { id }, { purpose, caller: { id: caller, roles: roles as never } }).then(codeOf);
    expect(await as(['auditor'])).toBe('ROLE_NOT_ALLOWED');
    expect(await as(['social-worker'])).toBe('ROLE_NOT_ALLOWED');
    expect(await as(['privacy-officer'], null)).toBe('PASS_OTHER_PURPOSE');
    expect(await as(['privacy-officer'], 'AUDIT', worker)).toBe('ALERT_OF_OWN');
    for (const unknown of [randomUUID(), 'x']) expect(codeOf(await ask(TAKE, { id: unknown }))).toBe('ALERT_NOT_FOUND');
  });

  it('stay as they are when the log cannot be written', async () => {
    await admin.query(
      "INSERT INTO audit.alerts (kind, key, caller, clients, entries) VALUES ('EMERGENCY', 'second', $1, '{}', ARRAY[$1::uuid])",
      [worker],
    );
    const [{ node }] = await alerts({ state: 'OPEN' });
    await admin.query("ALTER TABLE audit.entries ADD CONSTRAINT closed CHECK (kind <> 'REVIEWED') NOT VALID");
    expect(codeOf(await ask(TAKE, { id: node.id }))).toBe('LOG_UNAVAILABLE');
    expect(await alerts({ id: node.id })).toMatchObject([{ node: { state: 'OPEN', owner: null } }]);
    await admin.query('ALTER TABLE audit.entries DROP CONSTRAINT closed');
    expect((await ask(TAKE, { id: node.id })).data?.takeAlert).toMatchObject({ state: 'IN_REVIEW' });
  });

  it('come in pages, newest first', async () => {
    const { auditAlerts } = await read(ALERTS);
    expect(auditAlerts.pageInfo.hasNextPage).toBe(true);
    const next = (await read(ALERTS, { after: auditAlerts.pageInfo.endCursor })).auditAlerts;
    expect(next.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([id]);
    expect(next.pageInfo.hasNextPage).toBe(false);
  });

  it.each([
    ['FILTER_INVALID', { filter: { caller: '150382-901A' } }],
    ['FILTER_INVALID', { filter: { id: '' } }],
    ['FILTER_INVALID', { filter: { from: '2026-01-02T00:00:00Z', until: '2026-01-01T00:00:00Z' } }],
    ['CURSOR_INVALID', { after: 'x' }],
  ])('%s: %j', async (code, variables) => {
    const answer = await ask(ALERTS, variables);
    expect([answer.data, codeOf(answer)]).toEqual([{ auditAlerts: null }, code]);
  });
});

it('an erased entry is listed with what is left of it, and its proof holds', async () => {
  const erasure = entryWith({ kind: 'ERASED', at: new Date(Date.UTC(2026, 2, 2)).toISOString() });
  const entry = written[7] as AuditEntry;
  await write([erasure]);
  await admin.query(
    `UPDATE audit.entries SET erased_by = $1, outcome = NULL, body = NULL, salt = NULL, caller = NULL, caller_agency = NULL,
       caller_role = NULL, purpose = NULL, clients = '{}', categories = '{}', bases = '{}', sources = '{}' WHERE id = $2`,
    [erasure.id, entry.id],
  );
  const { auditEntries } = await read(
    `query ($filter: AuditFilter) { auditEntries(filter: $filter) { edges { node { id at kind outcome caller { id } purpose operationName
      requestId gateway clients disclosures { source } index commitment erasedBy proof { index hashes text } } } } }`,
    { filter: { from: entry.at, until: new Date(Date.parse(entry.at) + 1).toISOString() } },
  );
  const [{ node }] = auditEntries.edges;
  expect(node).toMatchObject({ id: entry.id, at: entry.at, kind: 'EMERGENCY_GRANTED', index: 7, erasedBy: erasure.id });
  const { outcome, caller, purpose, operationName, requestId, gateway, clients, disclosures } = node;
  expect([outcome, caller, purpose, operationName, requestId, gateway]).toEqual(Array(6).fill(null));
  expect([clients, disclosures]).toEqual([[], []]);
  const root = Buffer.from((await checkpoint()).root, 'base64');
  const leaf = hashLeaf(Buffer.from(node.commitment, 'hex'));
  expect(verifyInclusion(leaf, 7, SIZE, root, bytes(node.proof.hashes))).toBe(true);
  expect(node.proof.text).not.toContain('\nextra ');
});

it.each([
  'auditCheckpoint { size }',
  'auditAlerts { pageInfo { hasNextPage } }',
  'auditConsistency(from: 0) { to }',
  `auditEntry(id: "${client}") { id }`,
])('answers no other purpose: %s', async (field) => {
  subgraph.statements();
  expect(codeOf(await ask(`{ ${field} }`, {}, { purpose: 'SERVICE_COORDINATION' }))).toBe('PASS_OTHER_PURPOSE');
  expect(subgraph.statements()).toBe(0);
});
