import fc from 'fast-check';
import { buildSchema, type GraphQLObjectType, Kind, type OperationDefinitionNode, parse } from 'graphql';
import { describe, expect, it, test } from 'vitest';
import { readAnswer } from '../../gateway/agency/answer.ts';
import { compileScans } from '../../gateway/execute/as-asked.ts';
import { countRecords } from '../../gateway/execute/entities.ts';
import type { EntityFetch, Node } from '../../gateway/execute/nodes.ts';
import { fetchOfClients } from '../../gateway/execute/plan-nodes.ts';
import { Raw, writeJson } from '../../gateway/execute/raw.ts';
import { compileReader, readRaw } from '../../gateway/execute/read.ts';
import { listOf, objectOf, scanObject, TEXT } from '../../gateway/execute/scan.ts';
import { compileShape } from '../../gateway/execute/shape.ts';
import { RUNS, SEED } from './runs.ts';

const schema = buildSchema(`
  scalar Date
  enum Colour { RED GREEN }
  type Query { client: Client }
  type Client { id: ID! one: Thing many: [Thing!] deep: [[Thing]]! other: Any }
  type Thing { text: String! id: ID date: Date int: Int float: Float flag: Boolean colour: Colour below: Thing texts: [String] }
  union Any = Thing
`);
const THING = 'text id date int float flag colour texts below { __typename text }';
const CLIENT = `one { ${THING} } many { ${THING} } deep { text } other { ... on Thing { text } }`;
const KEYS = ['one', 'many', 'deep', 'other'];

const document = parse(`{ client { ${CLIENT} } }`);
const { selectionSet } = document.definitions[0] as OperationDefinitionNode;
const root = schema.getQueryType() as GraphQLObjectType;
const asked = { schema, root, selectionSet, fragments: new Map(), conditions: {} };
const shape = compileShape({ ...asked, introspect: () => null });

function fetchOf(path: readonly string[], text: string): EntityFetch {
  const [operation] = parse(text).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('An operation is needed.');
  return fetchOfClients(path, operation.selectionSet);
}
const planOf = (...fetches: EntityFetch[]): Node => ({ kind: 'entities', agency: 'a', fetches, documents: new Map() });
const fetch = fetchOf(['client'], `{ ${CLIENT} }`);
const scans = compileScans(planOf(fetch), asked)(fetch);

const read = (bytes: Buffer) =>
  readRaw(bytes, [
    {
      members: [{ id: 'an id', idText: '"an id"' }],
      read: compileReader({ asked: KEYS, cut: new Set() }, scans, () => {}),
    },
  ]);

/** The client as it was read without a closer look; nothing where one was needed. */
function entityOf(bytes: Buffer): Record<string, unknown> {
  return ((read(bytes)?.g0 ?? []) as Record<string, unknown>[])[0] ?? {};
}

/** What leaves of an answer that was read in one way or the other; null for an answer that is broken. */
function leaving(bytes: Buffer, readWell?: typeof read): string | null {
  let entity: unknown;
  try {
    const { data } = readAnswer(bytes, readWell);
    entity = (data as { g0?: unknown[] } | null)?.g0?.[0];
  } catch {
    return null;
  }
  if (typeof entity !== 'object' || entity === null) return 'no entity';
  const { hubId, ...client } = entity as Record<string, unknown>;
  return `${hubId} ${countRecords(client, KEYS)} ${writeJson({ data: shape({ client }, {}) }, readWell !== undefined)}`;
}

const bytesOf = (client: object): Buffer =>
  Buffer.from(JSON.stringify({ data: { g0: [{ ...client, hubId: 'an id' }] } }));

const texts = fc.oneof(
  { weight: 40, arbitrary: fc.stringMatching(/^[ a-zA-Zäö€]*$/) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  { weight: 1, arbitrary: fc.constantFrom('"', '\\', '\n', '\u2028', '__proto__') },
);
const mostly = <T>(arbitrary: fc.Arbitrary<T>, seldom: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 20, arbitrary }, { weight: 1, arbitrary: seldom as fc.Arbitrary<T> });
const thing = fc.record({
  text: texts,
  id: fc.oneof(texts, fc.integer({ min: -999, max: 999 })),
  date: mostly(texts, fc.json()),
  int: mostly(fc.integer({ min: -999_999_999, max: 999_999_999 }), fc.constantFrom(1_000_000_000, 2 ** 31, 1.5, null)),
  float: mostly(fc.constantFrom(0.5, 12.25, -3, 100_000), fc.double({ noNaN: true, noDefaultInfinity: true })),
  flag: fc.option(fc.boolean()),
  colour: mostly(fc.constantFrom('RED', 'GREEN', null), fc.constant('BLUE')),
  texts: fc.option(fc.array(fc.option(texts))),
  below: fc.option(
    fc.record({
      __typename: mostly(fc.constant('Thing'), fc.constant('Client')),
      text: mostly(texts, fc.constant(null)),
    }),
  ),
});
const client = fc.record({
  one: fc.option(thing),
  many: fc.option(fc.array(fc.option(thing, { freq: 9 }))),
  deep: fc.array(fc.option(fc.array(fc.option(fc.record({ text: texts }))))),
  other: fc.constant({ __typename: 'Thing', text: 'of a union' }),
});

describe(`an answer that goes through as it came; seed ${SEED}`, () => {
  const given = { seed: SEED, numRuns: RUNS };

  test('leaves the same bytes as one that is parsed and printed', () => {
    let raws = 0;
    fc.assert(
      fc.property(client, (drawn) => {
        const bytes = bytesOf(drawn);
        raws += Object.values(entityOf(bytes)).filter((value) => value instanceof Raw).length;
        expect(leaving(bytes, read)).toBe(leaving(bytes));
      }),
      given,
    );
    expect(raws).toBeGreaterThan(RUNS / 2);
  });

  test('with some bytes changed, left out or put in, too: nothing that is no JSON, or not as asked, goes through', () => {
    const changes = fc.array(
      fc.record({
        at: fc.nat(),
        cut: fc.nat({ max: 3 }),
        put: fc.oneof(
          fc.constantFrom('0', '-', '.', 'e', '"', '\\', ',', ' ', '{}', '[', ']', '}', 'null', '\u0000', '"text":'),
          fc.string({ maxLength: 3 }),
        ),
      }),
      { minLength: 1, maxLength: 3 },
    );
    fc.assert(
      fc.property(client, changes, (drawn, changed) => {
        let bytes = bytesOf(drawn);
        for (const { at, cut, put } of changed) {
          const place = at % (bytes.length + 1);
          bytes = Buffer.concat([bytes.subarray(0, place), Buffer.from(put), bytes.subarray(place + cut)]);
        }
        expect(leaving(bytes, read)).toBe(leaving(bytes));
      }),
      { ...given, numRuns: RUNS * 5 },
    );
  });

  it.each([
    ['a number that JSON has not', '"int":01'],
    ['minus nothing', '"int":-0'],
    ['a float with a point and nothing after it', '"float":1.'],
    ['a float that ECMAScript writes otherwise', '"float":1.50'],
    ['a control character', '"text":"\u0001"'],
    ['an escape', '"text":"\\u0041"'],
    ['a member twice', '"text":"a","text":"b"'],
    ['white space', '"text": "a"'],
    ['a half pair of surrogates', '"text":"\\ud800"'],
  ])('%s is looked at closely', (_, member) => {
    const [name] = member.split(':');
    const things = `{"text":"a","id":null,"date":null,"int":1,"float":1,"flag":null,"colour":null,"texts":null,"below":null}`;
    const spoilt = things.replace(new RegExp(`${name}:[^,}]+`), () => member);
    expect(spoilt).not.toBe(things);
    const bytes = (one: string) =>
      Buffer.from(`{"data":{"g0":[{"one":${one},"many":null,"deep":[],"other":null,"hubId":"an id"}]}}`);
    expect(entityOf(bytes(things)).one).toBeInstanceOf(Raw);
    expect(entityOf(bytes(spoilt)).one).not.toBeInstanceOf(Raw);
    expect(leaving(bytes(spoilt), read)).toBe(leaving(bytes(spoilt)));
  });
});

describe('an answer of which nobody knows what it is', () => {
  it('is read, and within a time in proportion to its size, whether it is as asked or not', () => {
    const clientOf = (one: string, deep: string) =>
      Buffer.from(`{"data":{"g0":[{"one":${one},"many":null,"deep":${deep},"other":null,"hubId":"an id"}]}}`);
    const thing = (text: string) => JSON.stringify({ ...EMPTY, text });
    const list = `[[${Array(1_000_000).fill('null')}]]`;
    for (const bytes of [
      clientOf(thing('x'.repeat(8_000_000)), '[]'),
      clientOf(thing('x'.repeat(8_000_000)).slice(0, -2), '[]'),
      clientOf('null', list),
      clientOf('null', list.slice(0, -2)),
    ]) {
      const before = performance.now();
      read(bytes);
      expect(performance.now() - before).toBeLessThan(5_000);
    }
    expect(entityOf(clientOf(thing('x'.repeat(8_000_000)), '[]')).one).toBeInstanceOf(Raw);
    expect((leaving(clientOf('null', list), read) ?? '').length).toBeGreaterThan(list.length);
  });

  it('of another client is looked at closely', () => {
    const bytes = bytesOf({ one: null, many: null, deep: [], other: null });
    expect(read(bytes)).toBeDefined();
    for (const id of ['another id', 'an id\\u0041', 'an i', 'an id","more":"'])
      expect(read(Buffer.from(bytes.toString().replace('an id', id)))).toBeUndefined();
  });

  it('is looked at closely where it is too much to scan', () => {
    const scan = scanObject(objectOf([['list', listOf(objectOf([['text', TEXT]]))]]));
    const textOf = (members: number) => `{"list":[${Array(members).fill('{"text":""}')}]}`;
    expect(scan(textOf(1_000), 0)).toBeInstanceOf(Raw);
    expect(scan(textOf(5_000_000), 0)).toBeUndefined();
  });
});

describe('what stays as it came', () => {
  it('is objects and lists of them, of known types, that nobody else in the plan gives or looks into', () => {
    expect([...scans.keys()]).toEqual(['one', 'many', 'deep']);
    const rival = fetchOf(['client'], '{ many { text } }');
    const needy = { ...fetchOf(['client'], '{ id }'), requires: ['deep'] };
    const below = fetchOf(['client', 'one'], '{ id }');
    const renaming = { ...fetchOf(['client'], '{ alias: other { __typename } }'), renamed: ['one'] };
    for (const [other, left] of [
      [renaming, ['many', 'deep']],
      [rival, ['one', 'deep']],
      [needy, ['one', 'many']],
      [below, ['many', 'deep']],
    ] as const)
      expect([...compileScans(planOf(fetch, other), asked)(fetch).keys()]).toEqual(left);
    expect(compileScans(planOf(fetch), asked)({ ...fetch, renamed: ['one'] }).size).toBe(0);
  });

  it('is what stands below one field of the root, whatever is asked below another, but for what arguments are taken from', () => {
    const elsewhere = { ...fetchOf(['page'], `{ ${CLIENT} }`), requires: ['deep'] };
    const taking = { ...elsewhere, context: [{ variable: 'from', path: ['..', 'client', 'one', 'text'] }] };
    const leftBy = (other: EntityFetch) => [...compileScans(planOf(fetch, other), asked)(fetch).keys()];
    expect(leftBy(elsewhere)).toEqual(['one', 'many', 'deep']);
    expect(leftBy(taking)).toEqual(['many', 'deep']);
  });

  it('is nothing of which so much is asked that V8 would not be fast', () => {
    const scansOfTexts = (count: number) => {
      const one = `one { ${Array.from({ length: count }, (_, at) => `a${at}: text`).join(' ')} }`;
      const [operation] = parse(`{ client { ${one} } }`).definitions;
      const wide = { ...asked, selectionSet: (operation as OperationDefinitionNode).selectionSet };
      const wideFetch = fetchOf(['client'], `{ ${one} }`);
      return [...compileScans(planOf(wideFetch), wide)(wideFetch).keys()];
    };
    expect(scansOfTexts(100)).toEqual(['one']);
    expect(scansOfTexts(1_000)).toEqual([]);
  });

  it('counts the members of a list, and one for an object', () => {
    const entity = entityOf(
      bytesOf({
        one: { ...EMPTY, text: 'a' },
        many: [EMPTY, EMPTY, EMPTY],
        deep: [[{ text: 'a' }, { text: 'b' }], null],
        other: null,
      }),
    );
    expect(['one', 'many', 'deep'].map((key) => (entity[key] as Raw).records)).toEqual([1, 3, 2]);
  });
});

const EMPTY = {
  text: '',
  id: null,
  date: null,
  int: null,
  float: null,
  flag: null,
  colour: null,
  texts: null,
  below: null,
};
