import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(() => world?.close());
beforeEach(() => {
  for (const wire of Object.values(world.wires)) wire.onRequest = undefined;
});

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) { medication { opioidSubstitution { product } } } }`;
const GRANT = `mutation { grantConsent(input: { categories: [MEDICATION], recipients: [{ role: COORDINATOR }],
  purposes: [SERVICE_COORDINATION], informed: { version: "2026-1", language: fi } }) { id } }`;

async function medicationConsents(): Promise<string[]> {
  const { data } = await world.ask('client', '{ ownData { consents { id kind state categories } } }');
  return data.ownData.consents
    .filter(
      (each: { kind: string; state: string; categories: string[] }) =>
        each.kind === 'CONSENT' && each.state !== 'WITHDRAWN' && each.categories.includes('MEDICATION'),
    )
    .map(({ id }: { id: string }) => id);
}

const withdraw = (id: string) =>
  world.ask('client', 'mutation ($id: ID!) { withdrawConsent(input: { recordId: $id }) { state } }', { id });

describe('a consent withdrawn while the answer is made', () => {
  it('is decided anew: nothing that was fetched on it leaves', async () => {
    const consents = await medicationConsents();
    // The health subgraph is already answering when the client withdraws.
    world.wires.health.onRequest = async () => {
      world.wires.health.onRequest = undefined;
      for (const id of consents) await withdraw(id);
    };
    const { status, data, access, auditId } = await world.ask('coordinator', VIEW, { id: CLIENT_ONE });
    expect(status).toBe(200);
    expect(data.client.medication).toBeNull();
    expect(access.map(({ category }) => category)).toEqual(['MEDICATION']);

    const { data: log } = await world.ask(
      'auditor',
      '{ auditEntries(first: 100) { edges { node { id kind disclosures { permitted { category } } consent { categories } } } } }',
    );
    const entries = log.auditEntries.edges.map(({ node }: { node: unknown }) => node);
    const ours = entries.findIndex(({ id }: { id: string }) => id === auditId);
    const withdrawal = entries.findIndex(({ kind }: { kind: string }) => kind === 'CONSENT_WITHDRAWN');
    // Newest first: the disclosure stands after the withdrawal, and permits nothing.
    expect(ours).toBeGreaterThanOrEqual(0);
    expect(ours).toBeLessThan(withdrawal);
    expect(entries[ours].disclosures.flatMap((each: { permitted: unknown[] }) => each.permitted)).toEqual([]);
  });

  it('that keeps changing ends in 503 after two more tries, and nothing leaves', async () => {
    await world.ask('client', GRANT);
    world.forgetRequests();
    world.wires.health.onRequest = async () => {
      await world.ask('client', GRANT);
    };
    const { status, data, errors, headers } = await world.ask('coordinator', VIEW, { id: CLIENT_ONE });
    expect([status, errors[0]?.extensions.code, data]).toEqual([503, 'BASIS_CHANGED', undefined]);
    expect(headers.get('retry-after')).not.toBeNull();
    expect(world.wires.health.requests).toHaveLength(3);
  });
});

describe('the log', () => {
  it('that cannot be written lets nothing out: 503, and again 200 once it can', async () => {
    const admin = await connectDatabase(world.database.adminUrl);
    await world.ask('client', GRANT);
    try {
      await admin.query('REVOKE INSERT ON audit.entries FROM nivel_gateway');
      const { status, data, errors, text } = await world.ask('coordinator', VIEW, { id: CLIENT_ONE });
      expect([status, errors[0]?.extensions.code, data]).toEqual([503, 'LOG_UNAVAILABLE', undefined]);
      expect(text).not.toContain('opioid');
    } finally {
      await admin.query('GRANT INSERT ON audit.entries TO nivel_gateway');
      await admin.end();
    }
    expect((await world.ask('coordinator', VIEW, { id: CLIENT_ONE })).status).toBe(200);
  });

  it('that is slow is waited for within bounds, then 503', async () => {
    const admin = await connectDatabase(world.database.adminUrl);
    await admin.query('BEGIN; LOCK TABLE audit.entries IN ACCESS EXCLUSIVE MODE');
    const { status, errors } = await world.ask('coordinator', VIEW, { id: CLIENT_ONE });
    await admin.query('ROLLBACK');
    await admin.end();
    expect([status, errors[0]?.extensions.code]).toEqual([503, 'LOG_UNAVAILABLE']);
    expect((await world.ask('coordinator', VIEW, { id: CLIENT_ONE })).status).toBe(200);
  });

  it('says a consent and its entry in one transaction: without the entry there is no consent', async () => {
    const admin = await connectDatabase(world.database.adminUrl);
    const before = (await medicationConsents()).length;
    try {
      await admin.query('REVOKE INSERT ON audit.entries FROM nivel_consent');
      const { errors } = await world.ask('client', GRANT);
      expect(errors).toHaveLength(1);
    } finally {
      await admin.query('GRANT INSERT ON audit.entries TO nivel_consent');
      await admin.end();
    }
    expect(await medicationConsents()).toHaveLength(before);
  });
});

describe('the facts', () => {
  it('that cannot be read decide nothing: 503, and no agency is asked', async () => {
    const admin = await connectDatabase(world.database.adminUrl);
    // Whose facts no answer has needed yet: ledger-faults.test.ts is about those that are kept.
    const { rows } = await admin.query('SELECT client_id AS id FROM consent.relationships WHERE client_id <> $1', [
      CLIENT_ONE,
    ]);
    const id = rows[0]?.id;
    world.forgetRequests();
    try {
      await admin.query('REVOKE SELECT ON consent.events FROM nivel_gateway');
      const { status, errors } = await world.ask('coordinator', VIEW, { id });
      expect([status, errors[0]?.extensions.code]).toEqual([503, 'DECISIONS_UNAVAILABLE']);
      expect(world.wires.health.requests).toEqual([]);
    } finally {
      await admin.query('GRANT SELECT ON consent.events TO nivel_gateway');
      await admin.end();
    }
    expect((await world.ask('coordinator', VIEW, { id })).status).toBe(200);
  });
});
