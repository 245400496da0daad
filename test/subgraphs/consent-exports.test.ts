import { randomUUID } from 'node:crypto';
import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CURRENT_INFORMATION, INFORMATION_VERSIONS } from '../../consent/information.ts';
import { consents } from '../../subgraphs/consents/index.ts';
import { createDatabase, type TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, startSubgraph } from './ask.ts';

let database: TestDatabase;
let subgraph: AskedSubgraph;

beforeAll(async () => {
  database = await createDatabase();
  subgraph = await startSubgraph(consents, database, 'consent');
});
afterAll(async () => {
  await subgraph?.close();
  await database?.drop();
});

interface Exported {
  readonly id: string;
  readonly record: { readonly record_id: string; readonly pii_principal_id: string };
  readonly receipt: { readonly receipt_id: string; readonly nivel: { readonly information_given: string } };
  readonly fhir: { readonly resourceType: string; readonly id: string; readonly status: string };
}

it('a client gets the consent they have just given as record, receipt and FHIR resource, and again later', async () => {
  const client = randomUUID();
  const caller = { id: client, roles: ['client'] as const, clientId: client };
  const { data, errors } = await subgraph.ask({
    query: `mutation ($input: GrantConsentInput!) { made: grantConsent(input: $input) { id record receipt fhir } }`,
    variables: {
      input: {
        categories: ['MEDICATION'],
        recipients: [{ role: 'COORDINATOR' }],
        purposes: ['SERVICE_COORDINATION'],
        informed: { version: CURRENT_INFORMATION, language: 'plain' },
      },
    },
    caller,
  });
  expect(errors).toBeUndefined();
  const made = data?.made as Exported;
  expect(made.record).toMatchObject({ record_id: made.id, pii_principal_id: client });
  expect(made.receipt).toMatchObject({
    receipt_id: `${made.id}.1`,
    nivel: { information_given: INFORMATION_VERSIONS[CURRENT_INFORMATION].plain },
  });
  expect(made.fhir).toMatchObject({ resourceType: 'Consent', id: made.id, status: 'active' });
  expect(new JSONSchemaValidator().validate(made.fhir)).toEqual([]);

  const [found] = await subgraph.clients('consents { record fhir }', [{ id: client }], ['CONSENTS'], caller);
  expect(found?.consents).toEqual([{ record: made.record, fhir: made.fhir }]);
});
