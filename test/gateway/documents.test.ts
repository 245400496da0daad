import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { LIMITS } from '../../gateway/admit.ts';
import { expectAlive, expectRefusal, type RefusalCode, type Sent, send, sendAlive } from './refusal.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 0 });
});
afterAll(() => world?.close());

const times = (count: number, text: (n: number) => string): string =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ');
const nested = (depth: number, field: string): string => `{ ${field} `.repeat(depth) + '}'.repeat(depth);
const client = (fields: string): string =>
  `{ client(id: "${CLIENT_ONE}", purpose: SERVICE_COORDINATION) { ${fields} } }`;
/** 2^levels fields, each fragment spreading the next one twice. */
const bomb = (levels: number, leaf: string): string =>
  `${client('...F0')} ${times(levels, (n) => `fragment F${n} on Client { ...F${n + 1} ...F${n + 1} }`)}
   fragment F${levels} on Client { ${leaf} }`;
const circular = (rounds: number): string =>
  `{ __schema { types { ${'fields { type { '.repeat(rounds)} name ${'} }'.repeat(rounds)} } } }`;
const ofType = (depth: number): string =>
  `{ __schema { types { fields { type ${'{ ofType '.repeat(depth)} { name } ${'}'.repeat(depth)} } } } }`;
const WITHDRAW = `withdrawConsent(input: { recordId: "${CLIENT_ONE}" }) { id }`;
const json = { 'content-type': 'application/json' };

describe('a document that costs too much', () => {
  const cases: readonly (readonly [name: string, sent: Sent, code: RefusalCode])[] = [
    ['10,000 aliases', `{${times(10_000, (n) => `a${n}:x`)}}`, 'DOCUMENT_TOO_LONG'],
    ['10,000 longer aliases', `{${times(10_000, (n) => `alias${n}: __typename`)}}`, 'BODY_TOO_LARGE'],
    ['600 aliases', `{${times(600, (n) => `a${n}: __typename`)}}`, 'DOCUMENT_TOO_MANY_ALIASES'],
    ['one alias too many', `{${times(LIMITS.aliases + 1, (n) => `a${n}: x`)}}`, 'DOCUMENT_TOO_MANY_ALIASES'],
    [
      'aliases in fragments',
      `{ ...A ...B } fragment A on Query {${times(16, (n) => `a${n}: x`)}} fragment B on Query {${times(16, (n) => `b${n}: x`)}}`,
      'DOCUMENT_TOO_MANY_ALIASES',
    ],
    ['depth 2,000', nested(2_000, 'a'), 'DOCUMENT_TOO_LONG'],
    ['depth 600', nested(600, 'a'), 'DOCUMENT_TOO_DEEP'],
    ['one level too deep', nested(LIMITS.depth + 1, 'a'), 'DOCUMENT_TOO_DEEP'],
    ['depth by fragments', `{ a { a { a { a { ...F } } } } } fragment F on X ${nested(12, 'a')}`, 'DOCUMENT_TOO_DEEP'],
    ['depth in an operation that is not run', `query A { __typename } query B ${nested(20, 'a')}`, 'DOCUMENT_TOO_DEEP'],
    ['2^20 fragment bomb', bomb(20, 'id'), 'DOCUMENT_TOO_COSTLY'],
    ['2^150 fragment bomb', bomb(150, 'id names { family }'), 'DOCUMENT_TOO_COSTLY'],
    ['fragment that spreads itself', '{ ...A } fragment A on Query { ...A }', 'DOCUMENT_CYCLIC'],
    ['fragment cycle', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }', 'DOCUMENT_CYCLIC'],
    ['fragment cycle below a field', client('...A').concat('fragment A on Client { a { ...A } }'), 'DOCUMENT_CYCLIC'],
    ['fragment cycle that nothing uses', '{ __typename } fragment A on Query { ...A }', 'DOCUMENT_CYCLIC'],
    ['5,000 directives', `{ __typename ${'@a '.repeat(5_000)} }`, 'DOCUMENT_TOO_LONG'],
    ['900 directives', `{ __typename ${'@a '.repeat(900)} }`, 'DOCUMENT_TOO_MANY_DIRECTIVES'],
    ['directives on an operation', `query ${'@a '.repeat(51)} { __typename }`, 'DOCUMENT_TOO_MANY_DIRECTIVES'],
    ['directives on a variable', `query ($a: Int ${'@a '.repeat(51)}) { a }`, 'DOCUMENT_TOO_MANY_DIRECTIVES'],
    [
      'directives on a fragment',
      `{ ...F } fragment F on Query ${'@a '.repeat(51)} { a }`,
      'DOCUMENT_TOO_MANY_DIRECTIVES',
    ],
    [
      'directives on spreads',
      `{ ${'...F @a @a '.repeat(26)} } fragment F on Query { a }`,
      'DOCUMENT_TOO_MANY_DIRECTIVES',
    ],
    ['3,000 overlapping fields', client('id '.repeat(3_000)), 'DOCUMENT_TOO_LONG'],
    ['1,900 overlapping fields', client('id '.repeat(1_900)), 'DOCUMENT_TOO_COSTLY'],
    ['450 overlapping objects', client('names { given } '.repeat(450)), 'DOCUMENT_TOO_COSTLY'],
    ['circular introspection', circular(3), 'DOCUMENT_INVALID'],
    ['circular introspection, 100 rounds', circular(100), 'DOCUMENT_INVALID'],
    ['introspection beside data', `{ __schema { a } ${nested(20, 'a').slice(1)}`, 'DOCUMENT_TOO_DEEP'],
    [
      'list in lists as a literal',
      `{ auditEntries(filter: { client: ${'['.repeat(900)}${']'.repeat(900)} }) { a } }`,
      'DOCUMENT_INVALID',
    ],
    ['comment of 90 kB and nothing more', `#${'x'.repeat(90_000)}`, 'DOCUMENT_MALFORMED'],
    [
      'string of 90 kB as an enum',
      `{ caseload(purpose: "${'x'.repeat(90_000)}") { edges { cursor } } }`,
      'DOCUMENT_INVALID',
    ],
  ];

  it.each(cases)('%s', async (name, sent, code) => {
    expectRefusal(name, await sendAlive(world, 'coordinator', sent), code);
    expectRefusal(`${name}, again`, await send(world, 'coordinator', sent), code);
  });

  it('all of them at once, five times over', async () => {
    const started = performance.now();
    const all = Array.from({ length: 5 }, () => cases).flat();
    const answers = await Promise.all([...all.map(([, sent]) => send(world, 'coordinator', sent)), expectAlive(world)]);
    expect(answers.filter((answer) => answer !== undefined).map(({ status }) => status < 500)).not.toContain(false);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});

describe('a document just within the limits is answered', () => {
  it.each<[string, string]>([
    ['as many aliases as may be', `{${times(LIMITS.aliases, (n) => `a${n}: __typename`)}}`],
    ['2^12 fields by fragments', bomb(12, 'id')],
    ['300 overlapping fields', client('id '.repeat(300))],
    ['ofType 300 deep', ofType(300)],
    ['30 introspections', `{${times(30, (n) => `a${n}: __schema { types { fields { args { type { name } } } } }`)}}`],
    ['30 clients', `{${times(30, (n) => `a${n}: client(id: "${CLIENT_ONE}", purpose: SERVICE_COORDINATION) { id }`)}}`],
  ])('%s', async (_name, document) => {
    const { status, errors } = await sendAlive(world, 'coordinator', document);
    expect([status, errors]).toEqual([200, []]);
  });
});

describe('an operation that is not one query or one mutation field', () => {
  const twice = `a: ${WITHDRAW} b: ${WITHDRAW}`;
  it.each<[string, Sent, RefusalCode]>([
    [
      'the same mutation 100 times by alias',
      `mutation { ${times(100, (n) => `a${n}: ${WITHDRAW}`)} }`,
      'MUTATION_NOT_ALONE',
    ],
    ['the same mutation twice', `mutation { ${twice} }`, 'MUTATION_NOT_ALONE'],
    ['twice in an inline fragment', `mutation { ... { ${twice} } }`, 'MUTATION_NOT_ALONE'],
    ['twice in a fragment', `mutation { ...F } fragment F on Mutation { ${twice} }`, 'MUTATION_NOT_ALONE'],
    [
      'twice in a mutation that is not run',
      { query: `query A { __typename } mutation B { ${twice} }`, operationName: 'A' },
      'MUTATION_NOT_ALONE',
    ],
    ['a batch', { body: JSON.stringify([{ query: '{ __typename }' }]), headers: json }, 'BATCH_REFUSED'],
    ['an empty batch', { body: '[]', headers: json }, 'BATCH_REFUSED'],
    ['a subscription', 'subscription { __typename }', 'SUBSCRIPTION_REFUSED'],
    [
      'a subscription beside a query',
      { query: 'query A { __typename } subscription B { a }', operationName: 'A' },
      'SUBSCRIPTION_REFUSED',
    ],
    ['two operations and no name', 'query A { __typename } query B { __typename }', 'OPERATION_AMBIGUOUS'],
    ['a name that no operation has', { query: 'query A { __typename }', operationName: 'B' }, 'OPERATION_AMBIGUOUS'],
    ['an empty name', { query: 'query A { __typename }', operationName: '' }, 'OPERATION_AMBIGUOUS'],
    [
      'a name inherited from Object',
      { query: 'query A { __typename }', operationName: 'constructor' },
      'OPERATION_AMBIGUOUS',
    ],
    ['two operations of one name', 'query A { __typename } query A { __typename }', 'DOCUMENT_INVALID'],
    ['no operation', 'fragment F on Query { __typename }', 'DOCUMENT_INVALID'],
    ['types', 'type Query { a: Int }', 'DOCUMENT_INVALID'],
    ['@stream', client('phones @stream { __typename }'), 'DOCUMENT_INVALID'],
    ['_entities', '{ _entities(representations: []) { __typename } }', 'DOCUMENT_INVALID'],
    ['_service', '{ _service { sdl } }', 'DOCUMENT_INVALID'],
    [
      'two purposes',
      `{ a: ownData { id } b: caseload(purpose: SERVICE_COORDINATION) { edges { cursor } } }`,
      'PURPOSE_AMBIGUOUS',
    ],
  ])('%s', async (name, sent, code) => {
    world.forgetRequests();
    expectRefusal(name, await sendAlive(world, 'client', sent), code);
    expect(Object.values(world.wires).flatMap(({ requests }) => requests)).toEqual([]);
  });
});

describe('a page size', () => {
  const caseload = (first: string) => `caseload(purpose: SERVICE_COORDINATION, first: ${first}) { edges { cursor } }`;
  const auditEntries = (first: string) => `auditEntries(first: ${first}) { edges { cursor } }`;
  const wrong: readonly (readonly [first: unknown, literal: RefusalCode, variable: RefusalCode])[] = [
    [2_147_483_647, 'FIRST_OUT_OF_RANGE', 'FIRST_OUT_OF_RANGE'],
    [101, 'FIRST_OUT_OF_RANGE', 'FIRST_OUT_OF_RANGE'],
    [0, 'FIRST_OUT_OF_RANGE', 'FIRST_OUT_OF_RANGE'],
    [-1, 'FIRST_OUT_OF_RANGE', 'FIRST_OUT_OF_RANGE'],
    [2_147_483_648, 'DOCUMENT_INVALID', 'VARIABLE_INVALID'],
    [1.5, 'DOCUMENT_INVALID', 'VARIABLE_INVALID'],
    ['5', 'DOCUMENT_INVALID', 'VARIABLE_INVALID'],
    [true, 'DOCUMENT_INVALID', 'VARIABLE_INVALID'],
    [[5], 'DOCUMENT_INVALID', 'VARIABLE_INVALID'],
    [null, 'DOCUMENT_INVALID', 'VARIABLE_INVALID'],
  ];
  it.each(wrong)('of %j is a clear 400, as a literal and as a variable', async (first, literal, variable) => {
    for (const [user, field] of [
      ['coordinator', caseload],
      ['auditor', auditEntries],
    ] as const) {
      world.forgetRequests();
      expectRefusal(`${first}`, await send(world, user, `{ ${field(JSON.stringify(first))} }`), literal);
      const query = `query ($first: Int) { ${field('$first')} }`;
      expectRefusal(`$${first}`, await send(world, user, { query, variables: { first } }), variable);
      expect(Object.values(world.wires).flatMap(({ requests }) => requests)).toEqual([]);
    }
  });

  it.each([1, 100])('of %d is answered', async (first) => {
    expect((await send(world, 'coordinator', `{ ${caseload(`${first}`)} }`)).errors).toEqual([]);
    expect((await send(world, 'auditor', `{ ${auditEntries(`${first}`)} }`)).errors).toEqual([]);
  });
});
