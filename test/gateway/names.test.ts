import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ count: 20 });
});
afterAll(() => world?.close());

describe('names of the document that the plan has for itself', () => {
  const client = (fields: string) => `{ client(id: "${CLIENT_ONE}", purpose: SERVICE_COORDINATION) { ${fields} } }`;
  const caseload = (fields: string, head = '') =>
    `query ${head} { caseload(purpose: SERVICE_COORDINATION, first: 5) { edges { node { ${fields} } } } }`;
  it.each<[string, string, Record<string, unknown>?]>([
    ['an identity code as the key', client('id: personalIdentityCode housing { __typename }')],
    [
      'an identity code as the key, in a list',
      caseload('id: personalIdentityCode meetingsBeforeRelease { __typename }'),
    ],
    [
      'an identity code as a required field',
      caseload('releaseDate: personalIdentityCode meetingsBeforeRelease { __typename }'),
    ],
    ['the same in a fragment', `${client('...F')} fragment F on Client { releaseDate: personalIdentityCode }`],
    ['the hub’s name for the key', client('hubId: names { family } housing { __typename }')],
    ['the hub’s name for the key, on the key', client('hubId: id housing { __typename }')],
    ['the type’s name', client('__typename: names { family } housing { __typename }')],
    ['__proto__', `{ __proto__: ${client('id').slice(2)}`],
    ['__proto__ below', client('__proto__: names { family }')],
    [
      'the planner’s variable',
      caseload('responsibleWorkers(past: $representations) { __typename }', '($representations: Boolean!)'),
      { representations: true },
    ],
    [
      'the masked fetch’s variable',
      caseload('responsibleWorkers(past: $r0) { __typename }', '($r0: Boolean!)'),
      { r0: true },
    ],
    [
      '__proto__ as a variable',
      'query ($__proto__: AuditFilter = { client: "x" }) { auditEntries(filter: $__proto__) { edges { cursor } } }',
    ],
  ])('%s: refused, and reaches no agency', async (_name, query, variables) => {
    world.forgetRequests();
    const { status, errors } = await world.ask('coordinator', query, variables);
    expect([status, errors[0]?.extensions.code]).toEqual([400, 'DOCUMENT_INVALID']);
    expect(errors[0]?.message).toMatch(/^The (alias|variable) "\w+" is the name of something else/);
    expect(Object.values(world.wires).flatMap(({ requests }) => requests)).toEqual([]);
  });

  it('any other alias is free, at the root even the name of another field', async () => {
    const query = `{ ownData: client(id: "${CLIENT_ONE}", purpose: SERVICE_COORDINATION) { id: id key: id constructor: housing { toString: __typename } } }`;
    const { data, errors } = await world.ask('coordinator', query);
    expect(errors).toEqual([]);
    expect(data.ownData).toMatchObject({ id: CLIENT_ONE, key: CLIENT_ONE, constructor: { toString: 'Housing' } });
  });
});

describe('a date that is none', () => {
  it.each<[string, string, string]>([
    [
      'as a variable',
      'VARIABLE_INVALID',
      'query ($d: DateTimeISO) { auditEntries(filter: { from: $d }) { edges { cursor } } }',
    ],
    ['as a literal', 'DOCUMENT_INVALID', '{ auditEntries(filter: { from: "yesterday" }) { edges { cursor } } }'],
    ['in an input', 'VARIABLE_INVALID', 'query ($f: AuditFilter) { auditEntries(filter: $f) { edges { cursor } } }'],
  ])('%s is the caller’s error, not an agency’s', async (_way, code, query) => {
    const { status, errors } = await world.ask('auditor', query, { d: 'yesterday', f: { from: 'yesterday' } });
    expect([status, errors[0]?.extensions.code]).toEqual([400, code]);
    const right = await world.ask('auditor', query.replace('yesterday', '2026-01-01T00:00:00Z'), {
      d: '2026-01-01T00:00:00Z',
      f: { from: '2026-01-01T00:00:00Z' },
    });
    expect([right.status, right.errors]).toEqual([200, []]);
  });
});
