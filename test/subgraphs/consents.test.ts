import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LEDGER_ERRORS } from '../../consent/errors.ts';
import { CURRENT_INFORMATION } from '../../consent/information.ts';
import {
  type AskedConsents,
  coordinator,
  DENY,
  GRANT,
  informed,
  mine,
  RECORD,
  type Recorded,
  self,
  startConsents,
} from './consents-harness.ts';
import { expectNotReadable, itAnswersTheHubAlone } from './door.ts';

let asked: AskedConsents;
beforeAll(async () => {
  asked = await startConsents();
});
afterAll(() => asked?.close());

describe('the consents subgraph', () => {
  itAnswersTheHubAlone(
    () => asked.subgraph,
    () => ({ query: '{ consentInformation(language: sv) { version language text } }' }),
  );

  it('cannot read an agency’s registry, nor the log that it writes', async () => {
    await expectNotReadable(asked.database, 'consent', 'SELECT FROM clients.people');
    await expectNotReadable(asked.database, 'consent', 'SELECT FROM audit.entries');
    await expectNotReadable(asked.database, 'social', 'SELECT FROM consent.events');
  });

  it('tells what a client is to be told, in four languages', async () => {
    const { data } = await asked.subgraph.ask({
      query: `{ ${['fi', 'sv', 'en', 'plain'].map((each) => `${each}: consentInformation(language: ${each}) { version language text }`).join(' ')} }`,
    });
    const texts = Object.values(data ?? {}) as { version: string; text: string }[];
    expect(new Set(texts.map(({ version }) => version))).toEqual(new Set([CURRENT_INFORMATION]));
    expect(new Set(texts.map(({ text }) => text)).size).toBe(4);
  });
});

describe('a client', () => {
  it('grants, denies, narrows and withdraws, each in one call', async () => {
    const client = randomUUID();
    const until = '2099-01-01T00:00:00.000Z';
    const granted = await asked.made('grant', { ...GRANT, until }, self(client));
    const now = Date.now();
    expect(granted).toEqual({
      id: expect.any(String),
      clientId: client,
      kind: 'CONSENT',
      state: 'IN_FORCE',
      categories: ['MEDICATION', 'HOUSING'],
      // Left out: those who hold the categories.
      sources: ['HEALTH_CARE', 'SOCIAL_SERVICES'],
      recipients: ['role:coordinator'],
      purposes: ['SERVICE_COORDINATION'],
      validFrom: expect.any(String),
      validUntil: until,
      informationVersion: '2026-1',
      informationLanguage: 'fi',
      givenBy: 'CLIENT',
      history: [
        {
          id: granted.id,
          kind: 'GRANTED',
          categories: ['MEDICATION', 'HOUSING'],
          recordedRole: 'client',
          recordedBy: client,
          channel: 'ELECTRONIC',
          at: granted.validFrom,
        },
      ],
    });
    expect(Math.abs(now - Date.parse(granted.validFrom))).toBeLessThan(5_000);

    const denied = await asked.made(
      'deny',
      { ...DENY, recipients: [{ agency: 'KELA' }, { person: client }] },
      self(client),
    );
    expect(denied).toMatchObject({
      kind: 'DENIAL',
      state: 'IN_FORCE',
      sources: [],
      recipients: ['agency:KELA', `person:${client}`],
      purposes: [],
      validUntil: null,
    });

    const part = { recordId: granted.id, categories: ['HOUSING'] };
    const narrowed = await asked.made('withdraw', part, self(client));
    expect(narrowed).toMatchObject({ id: granted.id, state: 'NARROWED', categories: ['MEDICATION'] });
    const withdrawn = await asked.made('withdraw', { recordId: granted.id }, self(client));
    expect(withdrawn).toMatchObject({ id: granted.id, state: 'WITHDRAWN', categories: [] });
    expect(withdrawn.history.map((event: Recorded) => [event.kind, event.categories])).toEqual([
      ['GRANTED', ['MEDICATION', 'HOUSING']],
      ['NARROWED', ['HOUSING']],
      ['WITHDRAWN', ['MEDICATION']],
    ]);
    expect(await asked.made('withdraw', { recordId: denied.id }, self(client))).toMatchObject({ state: 'WITHDRAWN' });
  });

  it('consents from a day to come, and to a role, an agency and a person', async () => {
    const client = randomUUID();
    const from = '2098-01-01T00:00:00.000Z';
    const recipients = [{ role: 'HEALTH_PROFESSIONAL' }, { agency: 'SOCIAL_SERVICES' }, { person: coordinator.id }];
    const record = await asked.made('grant', { ...GRANT, from, recipients }, self(client));
    expect(record).toMatchObject({
      state: 'NOT_YET_IN_FORCE',
      validFrom: from,
      recipients: ['role:health-professional', 'agency:SOCIAL_SERVICES', `person:${coordinator.id}`],
    });
  });

  it('denies everything with empty lists', async () => {
    const record = await asked.made('deny', { categories: [], informed }, self(randomUUID()));
    expect(record.categories).toContain('HOUSING');
    expect(record.history[0].categories).toEqual([]);
  });

  it('sees all of it, oldest first; one statement for any number of clients', async () => {
    const [one, other, none] = [randomUUID(), randomUUID(), randomUUID()] as const;
    const first = await asked.made('grant', GRANT, self(one));
    const second = await asked.made('deny', DENY, self(one));
    const third = await asked.made('withdraw', { recordId: first.id }, self(one));
    await asked.made('grant', GRANT, self(other));
    asked.subgraph.statements();
    const [whole] = await asked.subgraph.clients(`id consents { ${RECORD} }`, [{ id: one }], ['CONSENTS'], self(one));
    expect(whole).toEqual({ id: one, consents: [third, second] });
    const alone = asked.subgraph.statements();
    const all = await asked.subgraph.clients(
      'consents { clientId }',
      [other, none, one, ...mine].map((id) => ({ id })),
      ['CONSENTS'],
    );
    expect(all.slice(0, 3)).toEqual([
      { consents: [{ clientId: other }] },
      { consents: [] },
      { consents: [{ clientId: one }, { clientId: one }] },
    ]);
    expect([alone, asked.subgraph.statements()]).toEqual([1, 1]);
  });

  it('has no consents for a pass that does not grant them, and nothing is read', async () => {
    const client = randomUUID();
    await asked.made('grant', GRANT, self(client));
    asked.subgraph.statements();
    const found = await asked.subgraph.clients(
      'id consents { id }',
      [{ id: client }],
      ['IDENTITY_CONTACT'],
      coordinator,
    );
    expect(found).toEqual([{ id: client, consents: null }]);
    expect(asked.subgraph.statements()).toBe(0);
  });
});

describe('a worker on behalf of the client', () => {
  it('records what the client said in person or on paper, and is named as the one who did', async () => {
    const clientId = mine[0] as string;
    const record = await asked.made('grant', { ...GRANT, clientId }, coordinator);
    expect(record.history).toMatchObject([
      { recordedRole: 'coordinator', recordedBy: coordinator.id, channel: 'IN_PERSON' },
    ]);
    const onPaper = { clientId, recordId: record.id, channel: 'ON_PAPER' };
    const withdrawn = await asked.made('withdraw', onPaper, coordinator);
    expect(withdrawn.history.map(({ channel }: Recorded) => channel)).toEqual(['IN_PERSON', 'ON_PAPER']);
    // In any spelling: one client has one id.
    await asked.made('deny', { ...DENY, clientId: clientId.toUpperCase() }, coordinator);
  });

  it('the answer leads to no other record of the client', async () => {
    const { errors } = await asked.subgraph.ask({
      query: `mutation ($input: GrantConsentInput!) { grantConsent(input: $input) { client { consents { id } } } }`,
      variables: { input: { ...GRANT, clientId: mine[0] } },
      caller: coordinator,
    });
    expect(errors?.[0]?.extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
  });
});

describe('repeated with the same id', () => {
  it('records once and logs once, and answers with the record', async () => {
    const client = randomUUID();
    const grant = { ...GRANT, id: randomUUID() };
    const first = await asked.made('grant', grant, self(client));
    expect(first.id).toBe(grant.id);
    const after = await asked.traces();
    expect(await asked.made('grant', grant, self(client))).toEqual(first);
    expect(await asked.traces()).toEqual(after);

    const withdrawal = { recordId: grant.id, id: randomUUID() };
    const withdrawn = await asked.made('withdraw', withdrawal, self(client));
    const end = await asked.traces();
    expect(await asked.made('withdraw', withdrawal, self(client))).toEqual(withdrawn);
    // What the first call did is not done again: the record stays withdrawn.
    expect(await asked.made('grant', grant, self(client))).toEqual(withdrawn);
    expect(await asked.traces()).toEqual(end);
  });

  it('by ten at once still records once', async () => {
    const client = randomUUID();
    const input = { ...DENY, id: randomUUID() };
    const records = await Promise.all(Array.from({ length: 10 }, () => asked.made('deny', input, self(client))));
    for (const record of records) expect(record).toEqual(records[0]);
    expect(await asked.entriesOf(client)).toHaveLength(1);
  });

  it('but not something else under it', async () => {
    const client = randomUUID();
    const { id } = await asked.made('grant', { ...GRANT, id: randomUUID() }, self(client));
    await asked.refused('grant', { ...GRANT, id, categories: ['HOUSING'] }, self(client), 'ID_IN_USE');
    await asked.refused('deny', { ...DENY, id }, self(client), 'ID_IN_USE');
    await asked.refused('withdraw', { recordId: id, id }, self(client), 'ID_IN_USE');
    await asked.refused('grant', { ...GRANT, id }, self(randomUUID()), 'ID_IN_USE');
  });
});

describe('two changes in one request', () => {
  it('each answer is newer than the change before', async () => {
    const client = randomUUID();
    const { data, errors } = await asked.subgraph.ask({
      query: `mutation ($input: GrantConsentInput!, $again: DenyAccessInput!) {
        one: grantConsent(input: $input) { kind state } other: denyAccess(input: $again) { kind state } }`,
      variables: { input: GRANT, again: DENY },
      caller: self(client),
    });
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      one: { kind: 'CONSENT', state: 'IN_FORCE' },
      other: { kind: 'DENIAL', state: 'IN_FORCE' },
    });
  });
});

describe('each change', () => {
  it('is in the log in the same transaction: who, what of, for whom, never why', async () => {
    const client = randomUUID();
    const granted = await asked.made('grant', GRANT, self(client));
    await asked.made('withdraw', { recordId: granted.id, categories: ['HOUSING'] }, self(client));
    await asked.made('withdraw', { recordId: granted.id }, self(client));
    await asked.made('deny', { ...DENY, categories: [] }, self(client));
    const entries = await asked.entriesOf(client);
    expect(entries.map(({ kind, consent: { categories, epoch } }) => [kind, categories, epoch])).toEqual([
      ['CONSENT_GRANTED', ['MEDICATION', 'HOUSING'], '1'],
      ['CONSENT_NARROWED', ['HOUSING'], '2'],
      ['CONSENT_WITHDRAWN', ['MEDICATION'], '3'],
      ['CONSENT_DENIED', [], '4'],
    ]);
    expect(entries[0]).toMatchObject({
      outcome: 'ANSWERED',
      caller: { id: client, roles: ['client'] },
      clients: [client],
      disclosures: [],
      gateway: 'consents',
      consent: { record: granted.id, recipients: ['role:coordinator'], sources: ['HEALTH_CARE', 'SOCIAL_SERVICES'] },
    });
    const { rows } = await asked.admin.query(
      `SELECT count(*)::int AS n FROM consent.events v JOIN audit.entries e
         ON e.xmin::text = v.xmin::text AND e.body::jsonb -> 'consent' ->> 'event' = v.id::text WHERE v.client_id = $1`,
      [client],
    );
    expect(rows[0].n).toBe(4);
  });

  it('without its entry is no change', async () => {
    await asked.admin.query('REVOKE INSERT ON audit.entries FROM nivel_consent');
    try {
      await asked.refused('grant', GRANT, self(randomUUID()), 'LEDGER_UNAVAILABLE');
    } finally {
      await asked.admin.query('GRANT INSERT ON audit.entries TO nivel_consent');
    }
    expect(asked.subgraph.log.at(-1)).toMatchObject({
      event: 'resolver failed',
      code: 'LEDGER_UNAVAILABLE',
      cause: '42501',
    });
  });

  it('is not denied when it was made and cannot be read back', async () => {
    const client = randomUUID();
    const id = randomUUID();
    // In the moment of the commit, and as its owner, the ledger becomes unreadable.
    await asked.admin.query(`
      CREATE FUNCTION consent.spoil() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS
        'BEGIN REVOKE SELECT ON consent.events FROM nivel_consent; RETURN NULL; END';
      CREATE CONSTRAINT TRIGGER spoil AFTER INSERT ON consent.events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION consent.spoil()`);
    try {
      const { errors } = await asked.change('grant', { ...GRANT, id }, self(client));
      expect(errors?.map(({ message, extensions }) => [message, extensions.code])).toEqual([
        [LEDGER_ERRORS.OUTCOME_UNKNOWN, 'OUTCOME_UNKNOWN'],
      ]);
      await asked.refused('grant', GRANT, self(client), 'LEDGER_UNAVAILABLE');
    } finally {
      await asked.admin.query('DROP TRIGGER spoil ON consent.events; DROP FUNCTION consent.spoil()');
      await asked.admin.query('GRANT SELECT ON consent.events TO nivel_consent');
    }
    expect(await asked.made('grant', { ...GRANT, id }, self(client))).toMatchObject({ id, state: 'IN_FORCE' });
    expect(await asked.entriesOf(client)).toHaveLength(1);
  });
});
