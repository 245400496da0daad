import { describe, it } from 'vitest';
import { client, expectComposes, expectFault } from '../compositions.ts';

const SENTENCES = `
  ${client('custody: Custody @category(name: "CUSTODY") stays: [Stay!] @category(name: "CUSTODY")')}
  type Custody @shareable { until: String plan: String @category(name: "SENTENCE_PLAN") }
  interface Stay { unit: String }
  type Prison implements Stay @shareable { unit: String day: String @category(name: "SANCTION_DETAILS") }
  type Leave implements Stay @shareable { unit: String @category(name: "APPOINTMENTS_REFERRALS") }
`;

/** Employment derives `meetings` from the prison’s fields, and declares these categories besides its own. */
function employment(fields: string, ...categories: readonly string[]): string {
  const declared = ['EMPLOYMENT', ...categories].map((name) => `@category(name: "${name}")`).join(' ');
  const requires = `@requires(fields: ${JSON.stringify(fields)})`;
  return `
    ${client(`custody: Custody @external stays: [Stay!] @external meetings: [String!] ${requires} ${declared}`)}
    type Custody @shareable { until: String plan: String @category(name: "SENTENCE_PLAN") }
    interface Stay { unit: String }
    type Prison implements Stay @shareable { unit: String day: String @category(name: "SANCTION_DETAILS") }
    type Leave implements Stay @shareable { unit: String @category(name: "APPOINTMENTS_REFERRALS") }
  `;
}

describe('derived data declares what it derives from', () => {
  it.each([
    ['a field of another subgraph', 'custody { until }', [], 'CUSTODY'],
    ['a nested field that narrows', 'custody { until plan }', ['CUSTODY'], 'SENTENCE_PLAN'],
    ['an inline fragment', '... on Client { custody { until } }', [], 'CUSTODY'],
    ['a fragment without a type', '... { custody { ... { plan } } }', ['CUSTODY'], 'SENTENCE_PLAN'],
    ['a type of an interface', 'stays { ... on Prison { day } }', ['CUSTODY'], 'SANCTION_DETAILS'],
    ['an interface, by what implements it', 'stays { unit }', ['CUSTODY'], 'APPOINTMENTS_REFERRALS'],
    ['an alias', 'custody { until: plan }', ['CUSTODY'], 'SENTENCE_PLAN'],
  ])('through %s', (_through, fields, declared, missing) => {
    expectFault(
      { employment: employment(fields, ...declared), sentences: SENTENCES },
      {
        code: 'REQUIRES_CATEGORY_UNDECLARED',
        coordinate: 'Client.meetings',
        message: `it derives from ${missing}: declare @category(name: "${missing}") too, derived data is as sensitive as its inputs.`,
      },
    );
  });

  it('composes when it declares them all', () => {
    const fields = 'custody { until plan } stays { unit ... on Prison { day } }';
    const all = ['CUSTODY', 'SENTENCE_PLAN', 'SANCTION_DETAILS', 'APPOINTMENTS_REFERRALS'];
    expectComposes({ employment: employment(fields, ...all), sentences: SENTENCES });
  });

  it('leaves a field set that is none to Apollo', () => {
    expectFault(
      { social: client('x: Int @requires(fields: "name {") @category(name: "HOUSING")') },
      {
        code: 'REQUIRES_INVALID_FIELDS',
        coordinate: 'Client.x',
        message: 'On field "Client.x", for @requires(fields: "name {"): Syntax Error: Expected Name, found "}".',
      },
    );
  });
});
