import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALERT_ERRORS } from '../../audit/alerts/errors.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { ERRORS } from '../../gateway/errors.ts';
import { readOperations } from '../../gateway/trusted.ts';
import { poolOf } from '../postgres.ts';
import { type HubAnswer, startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(() => world?.close());

const OPERATIONS = readOperations(fileURLToPath(new URL('../../gateway/operations', import.meta.url)));
/** A ready operation by its name without its number. */
const ready = (name: string): string => OPERATIONS.find((each) => each.name.replace(/^\d+-/, '') === name)?.text ?? '';

const codes = ({ errors }: HubAnswer) => errors.map(({ extensions, message }) => [extensions.code, message]);

async function bodies(condition: string): Promise<readonly Record<string, unknown>[]> {
  const admin = poolOf(world.database.adminUrl);
  try {
    const { rows } = await admin.query(`SELECT body FROM audit.entries WHERE ${condition} ORDER BY seq`);
    return rows.map(({ body }) => JSON.parse(body));
  } finally {
    await admin.end();
  }
}

/** Waits until what has been logged so far is in the published log. */
async function published(): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const { data } = await world.ask(
      'auditor',
      '{ auditCheckpoint { size } auditEntries(first: 1) { count { value } } }',
    );
    if (data.auditCheckpoint?.size >= 3) return data.auditCheckpoint.size;
    await sleep(50);
  }
  throw new Error('Nothing was published.');
}

describe('reading the log is in the log', () => {
  const worker = randomUUID();

  it.each<[string, string, object, readonly object[]]>([
    [
      'entries',
      `query ($filter: AuditFilter) { auditEntries(filter: $filter, first: 3) { edges { node { id } } } }`,
      {
        filter: {
          client: CLIENT_ONE.toUpperCase(),
          caller: worker,
          agency: 'HEALTH_CARE',
          kind: 'QUERY',
          from: '2026-03-01T02:00:00+02:00',
        },
      },
      [
        {
          field: 'auditEntries',
          arguments: {
            caller: worker,
            agency: 'HEALTH_CARE',
            kind: 'QUERY',
            from: '2026-03-01T00:00:00.000Z',
            first: '3',
          },
        },
      ],
    ],
    [
      'the checkpoint and alerts about a client, together',
      `query ($client: ID!) { auditCheckpoint { size } auditAlerts(filter: { client: $client, state: OPEN }) { edges { cursor } } }`,
      { client: CLIENT_ONE },
      [
        { field: 'auditCheckpoint', arguments: {} },
        { field: 'auditAlerts', arguments: { state: 'OPEN', first: '20' } },
      ],
    ],
    [
      'consistency',
      'query ($from: Float!) { auditConsistency(from: $from) { to } }',
      { from: 0 },
      [{ field: 'auditConsistency', arguments: { from: '0' } }],
    ],
  ])('%s', async (_what, query, variables, reads) => {
    const { errors, auditId } = await world.ask('auditor', query, variables as Record<string, unknown>);
    expect(errors).toEqual([]);
    const [entry] = await bodies(`id = '${auditId}'`);
    const about = JSON.stringify(variables).toLowerCase().includes(CLIENT_ONE) ? [CLIENT_ONE] : [];
    expect(entry).toMatchObject({
      kind: 'LOG_READ',
      outcome: 'ANSWERED',
      purpose: 'AUDIT',
      clients: about,
      disclosures: [],
    });
    expect(entry?.reads).toEqual(reads);
    // The auditor reads it as it was written.
    const { data } = await world.ask(
      'auditor',
      'query ($id: ID!) { auditEntry(id: $id) { kind reads { field arguments { name value } } } }',
      { id: auditId },
    );
    const told = data.auditEntry.reads.map((each: { field: string; arguments: { name: string; value: string }[] }) => ({
      field: each.field,
      arguments: Object.fromEntries(each.arguments.map(({ name, value }) => [name, value])),
    }));
    expect([data.auditEntry.kind, told]).toEqual(['LOG_READ', reads]);
  });

  it.each([
    ['auditEntries', '(filter: { caller: "150382-901A" }) { edges { cursor } }', 'FILTER_INVALID', 400],
    ['auditEntries', '(after: "150382-901A") { edges { cursor } }', 'CURSOR_INVALID', 400],
    ['auditEntry', '(id: "150382-901A") { id }', 'ENTRY_NOT_FOUND', 404],
    ['auditAlerts', '(filter: { owner: "150382-901A" }) { edges { cursor } }', 'FILTER_INVALID', 400],
    ['auditConsistency', '(from: 1e9) { to }', 'SIZE_OUT_OF_RANGE', 400],
  ] as const)('also when it is refused: %s%s', async (field, rest, code, status) => {
    const answer = await world.ask('auditor', `{ ${field}${rest} }`);
    expect([answer.status, codes(answer)]).toEqual([status, [[code, ERRORS[code].message]]]);
    const [entry] = await bodies(`id = '${answer.auditId}'`);
    expect(entry).toMatchObject({ kind: 'LOG_READ', outcome: 'REFUSED', refusal: code, reads: [{ field }] });
    expect(JSON.stringify([entry, answer.text, world.log])).not.toContain('150382');
  });

  it.each([
    '{ auditEntries { edges { cursor } } }',
    `{ auditEntry(id: "${CLIENT_ONE}") { id } }`,
    '{ auditCheckpoint { size } }',
    '{ auditConsistency(from: 0) { to } }',
    '{ auditAlerts { edges { cursor } } }',
    '{ overdueEmergencies { edges { cursor } } }',
    `mutation { takeAlert(input: { id: "${CLIENT_ONE}" }) { id } }`,
    `mutation { closeAlert(input: { id: "${CLIENT_ONE}", outcome: UNCLEAR, note: "x" }) { id } }`,
  ])('is for the auditor and the privacy officer alone: %s', async (query) => {
    world.forgetRequests();
    for (const user of ['coordinator', 'client', 'developer']) {
      const answer = await world.ask(user, query);
      expect([answer.status, answer.data, answer.errors[0]?.extensions.code]).toEqual([
        403,
        undefined,
        expect.any(String),
      ]);
    }
    expect([...world.wires.auditing.requests, ...world.wires.consents.requests]).toEqual([]);
  });
});

describe('the ready operations', () => {
  it('show entries with their number and place, and emergencies that nobody has reviewed', async () => {
    const admin = poolOf(world.database.adminUrl);
    const [old, fresh] = [randomUUID(), randomUUID()];
    const insert = `INSERT INTO consent.emergencies (id, client_id, person, agency, role, ground, reason, valid_from, valid_until, epoch)
      VALUES ($1, $2, $3, 'HEALTH_CARE', 'health-professional', 'LIFE_OR_HEALTH', 'x', now() - $4::interval, now() - $4::interval + interval '1 hour', 1)`;
    await admin.query(insert, [old, CLIENT_ONE, randomUUID(), '8 days']);
    await admin.query(insert, [fresh, CLIENT_ONE, randomUUID(), '6 days']);
    await admin.end();
    for (const [user, operation] of [
      ['auditor', 'audit-entries'],
      ['privacy-officer', 'alerts'],
    ] as const) {
      const { data, errors } = await world.ask(user, ready(operation), {});
      expect(errors).toEqual([]);
      expect(data.overdueEmergencies.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual([old]);
      if (operation === 'audit-entries') {
        expect(data.auditEntries.count).toEqual({ value: expect.any(Number), exact: true });
        expect(data.auditEntries.edges.length).toBeGreaterThan(3);
      }
    }
  });

  it('prove an entry, and the log’s growth', async () => {
    const { auditId } = await world.ask('auditor', ready('audit-entries'), {});
    let proof = null;
    for (let tries = 0; proof === null && tries < 200; tries += 1) {
      await sleep(50);
      const { data, errors } = await world.ask('auditor', ready('audit-proof'), { id: auditId });
      expect(errors).toEqual([]);
      proof = data.auditEntry.proof;
    }
    expect(proof).toMatchObject({ text: expect.stringContaining('c2sp.org/tlog-proof@v1') });
    const size = await published();
    const { data, errors } = await world.ask('auditor', ready('audit-checkpoint'), { from: 2, to: size });
    expect(errors).toEqual([]);
    expect(data.auditCheckpoint).toMatchObject({ note: expect.stringContaining('nivel.test/log'), witnesses: [] });
    expect(data.auditConsistency).toMatchObject({ from: 2, to: size });
  });

  it('take and close an alert; both are in the log, the note is not', async () => {
    const admin = poolOf(world.database.adminUrl);
    const alert = randomUUID();
    await admin.query(
      "INSERT INTO audit.alerts (id, kind, key, caller, clients, entries) VALUES ($1, 'EMERGENCY', 'x', $2, ARRAY[$3::uuid], ARRAY[$1::uuid])",
      [alert, randomUUID(), CLIENT_ONE],
    );
    await admin.end();
    const listed = await world.ask('privacy-officer', ready('alerts'), { filter: { id: alert } });
    expect(listed.data.auditAlerts.edges).toMatchObject([
      { node: { id: alert, state: 'OPEN', clients: [CLIENT_ONE] } },
    ]);

    const refused = await world.ask('auditor', ready('take-alert'), { input: { id: alert } });
    expect(codes(refused)).toEqual([['ROLE_NOT_ALLOWED', ERRORS.ROLE_NOT_ALLOWED.message]]);
    const note = 'Puhelu esihenkilölle: numero 0401234567';
    const closing = { input: { id: alert, outcome: 'JUSTIFIED', note } };
    const early = await world.ask('privacy-officer', ready('close-alert'), closing);
    expect(codes(early)).toEqual([['ALERT_NOT_YOURS', ALERT_ERRORS.ALERT_NOT_YOURS]]);
    const taken = await world.ask('privacy-officer', ready('take-alert'), { input: { id: alert } });
    expect([taken.errors, taken.data.takeAlert.state]).toEqual([[], 'IN_REVIEW']);
    const closed = await world.ask('privacy-officer', ready('close-alert'), closing);
    expect([closed.errors, closed.data.closeAlert]).toMatchObject([
      [],
      { state: 'CLOSED', outcome: 'JUSTIFIED', note },
    ]);

    // The entry of each change leads to the gateway's own entry of the operation.
    const reviews = await bodies("kind = 'REVIEWED'");
    expect(reviews).toMatchObject([
      { request: taken.auditId, fact: { id: alert, outcome: 'IN_REVIEW' }, caller: { roles: ['privacy-officer'] } },
      { request: closed.auditId, fact: { id: alert, outcome: 'JUSTIFIED' }, clients: [CLIENT_ONE] },
    ]);
    expect(await bodies(`id = '${closed.auditId}'`)).toMatchObject([{ kind: 'MUTATION', purpose: 'AUDIT' }]);
    expect(JSON.stringify([await bodies('true'), world.log])).not.toContain('0401234567');
  });
});
