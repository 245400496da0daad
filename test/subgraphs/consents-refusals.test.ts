import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerErrorCode } from '../../consent/errors.ts';
import {
  type AskedConsents,
  type Caller,
  type Change,
  coordinator,
  DENY,
  GRANT,
  type Input,
  informed,
  mine,
  notMine,
  peer,
  peers,
  self,
  startConsents,
  user,
} from './consents-harness.ts';

let asked: AskedConsents;
beforeAll(async () => {
  asked = await startConsents();
});
afterAll(() => asked?.close());

describe('refused with its own sentence, and nothing changed', () => {
  const someone = self(randomUUID());
  const uuid = randomUUID();

  it.each<[LedgerErrorCode, Change, Input, Caller]>([
    ['NO_RELATIONSHIP', 'grant', GRANT, coordinator],
    ['NO_RELATIONSHIP', 'grant', { ...GRANT, clientId: notMine[0] }, coordinator],
    ['NO_RELATIONSHIP', 'deny', { ...DENY, clientId: notMine[1] }, coordinator],
    ['NO_RELATIONSHIP', 'deny', { ...DENY, clientId: notMine[2] }, coordinator],
    ['NO_RELATIONSHIP', 'withdraw', { recordId: uuid, clientId: notMine[3] }, coordinator],
    ['NO_RELATIONSHIP', 'grant', { ...GRANT, clientId: mine[0] }, someone],
    ['NO_RELATIONSHIP', 'grant', { ...GRANT, clientId: 'me' }, someone],
    ['NO_RELATIONSHIP', 'grant', { ...GRANT, clientId: mine[0] }, user('auditor')],
    ['NOT_FOR_ROLE', 'grant', { ...GRANT, clientId: peers[0] }, peer],
    ['NOT_FOR_ROLE', 'withdraw', { recordId: uuid, clientId: peers[0] }, peer],
    ['CHANNEL_NOT_ALLOWED', 'grant', { ...GRANT, clientId: mine[0], channel: 'ELECTRONIC' }, coordinator],
    ['CHANNEL_NOT_ALLOWED', 'deny', { ...DENY, channel: 'ON_PAPER' }, someone],
    ['MALFORMED_ID', 'grant', { ...GRANT, id: uuid.toUpperCase() }, someone],
    ['MALFORMED_ID', 'withdraw', { recordId: 'mine' }, someone],
    ['INFORMATION_MISSING', 'grant', { ...GRANT, informed: null }, someone],
    ['INFORMATION_MISSING', 'deny', { categories: [] }, someone],
    ['UNKNOWN_INFORMATION_VERSION', 'grant', { ...GRANT, informed: { ...informed, version: '1999-1' } }, someone],
    ['CATEGORIES_MISSING', 'grant', { ...GRANT, categories: [] }, someone],
    ['CATEGORIES_MISSING', 'withdraw', { recordId: uuid, categories: [] }, someone],
    ['CATEGORY_NOT_SHAREABLE', 'grant', { ...GRANT, categories: ['SANCTION_DETAILS'] }, someone],
    ['CATEGORY_NOT_SHAREABLE', 'deny', { ...DENY, categories: ['CONSENTS'] }, someone],
    ['SOURCES_MISSING', 'grant', { ...GRANT, sources: [] }, someone],
    ['CATEGORY_WITHOUT_SOURCE', 'grant', { ...GRANT, sources: ['HEALTH_CARE'] }, someone],
    ['RECIPIENTS_MISSING', 'grant', { ...GRANT, recipients: [] }, someone],
    ['UNKNOWN_RECIPIENT', 'grant', { ...GRANT, recipients: [{}] }, someone],
    ['UNKNOWN_RECIPIENT', 'grant', { ...GRANT, recipients: [{ role: 'PEER', agency: 'KELA' }] }, someone],
    ['UNKNOWN_RECIPIENT', 'deny', { ...DENY, recipients: [{ role: 'AUDITOR' }] }, someone],
    ['UNKNOWN_RECIPIENT', 'deny', { ...DENY, recipients: [{ person: 'Maija' }] }, someone],
    ['PURPOSES_MISSING', 'grant', { ...GRANT, purposes: [] }, someone],
    ['UNKNOWN_PURPOSE', 'grant', { ...GRANT, purposes: ['AUDIT'] }, someone],
    [
      'TOO_MANY_NAMES',
      'grant',
      { ...GRANT, recipients: Array.from({ length: 51 }, () => ({ role: 'PEER' })) },
      someone,
    ],
    ['TIME_OUT_OF_RANGE', 'grant', { ...GRANT, until: '1899-12-31T00:00:00Z' }, someone],
    [
      'UNTIL_NOT_AFTER_FROM',
      'grant',
      { ...GRANT, from: '2098-01-01T00:00:00Z', until: '2098-01-01T02:00:00+02:00' },
      someone,
    ],
    ['UNTIL_IN_THE_PAST', 'grant', { ...GRANT, from: '2001-01-01T00:00:00Z', until: '2002-01-01T00:00:00Z' }, someone],
    ['RECORD_NOT_FOUND', 'withdraw', { recordId: uuid }, someone],
  ])('%s: %s %j', async (code, kind, input, caller) => {
    await asked.refused(kind, input, caller, code);
  });

  it('what has been withdrawn, what is not in it, what is another’s', async () => {
    const client = randomUUID();
    const { id } = await asked.made('grant', GRANT, self(client));
    await asked.refused('withdraw', { recordId: id }, someone, 'RECORD_NOT_FOUND');
    await asked.refused('withdraw', { recordId: id, clientId: mine[0] }, coordinator, 'RECORD_NOT_FOUND');
    await asked.refused(
      'withdraw',
      { recordId: id, categories: ['EMPLOYMENT'] },
      self(client),
      'CATEGORY_NOT_IN_RECORD',
    );
    await asked.made('withdraw', { recordId: id, categories: ['HOUSING'] }, self(client));
    await asked.refused('withdraw', { recordId: id, categories: ['HOUSING'] }, self(client), 'CATEGORY_NOT_IN_RECORD');
    await asked.made('withdraw', { recordId: id }, self(client));
    await asked.refused('withdraw', { recordId: id }, self(client), 'ALREADY_WITHDRAWN');
  });

  it('a ledger that cannot be read decides nothing and changes nothing', async () => {
    await asked.admin.query('REVOKE SELECT ON consent.relationships FROM nivel_consent');
    try {
      await asked.refused('grant', { ...GRANT, clientId: mine[0] }, coordinator, 'LEDGER_UNAVAILABLE');
      const { errors } = await asked.subgraph.ask({
        query: '{ caseload(purpose: SERVICE_COORDINATION) { edges { cursor } } }',
        caller: coordinator,
      });
      expect(errors?.[0]?.extensions.code).toBe('LEDGER_UNAVAILABLE');
    } finally {
      await asked.admin.query('GRANT SELECT ON consent.relationships TO nivel_consent');
    }
  });

  it('no answer and no line of the log repeats what was sent', async () => {
    const secret = '150382-901A';
    const { errors } = await asked.change('grant', { ...GRANT, id: secret, clientId: secret }, someone);
    const wrong = await asked.change('deny', { ...DENY, categories: [secret] }, someone);
    expect(JSON.stringify([errors, wrong, asked.subgraph.log])).not.toContain(secret);
  });
});
