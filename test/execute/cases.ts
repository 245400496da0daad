export interface Case {
  readonly name: string;
  /** SDL by agency. */
  readonly agencies: Readonly<Record<string, string>>;
  readonly text: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Values of the variables, each a run. */
  readonly each?: readonly Readonly<Record<string, unknown>>[];
  /** What the plan, as JSON, must hold for the case to say anything. */
  readonly planned: readonly RegExp[];
  readonly notPlanned?: readonly RegExp[];
  /** A part of a fetch without which the answer is another. */
  readonly needs?: 'inputRewrites' | 'outputRewrites' | 'contextRewrites';
  /** Apollo's own executor does not do this. */
  readonly apolloLacks?: true;
}

const FETCH = (agency: string) => new RegExp(`"kind":"Fetch","serviceName":"${agency}"`);
const FLATTEN = (...path: readonly string[]) => new RegExp(`"kind":"Flatten","path":${escaped(JSON.stringify(path))}`);
const ASKS = (text: string) => new RegExp(escaped(text));

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const THREE = {
  a: 'type Query { grid: [[E!]!]! one: E! } type E @key(fields: "id") { id: ID! }',
  b: 'type E @key(fields: "id") { id: ID! b: String! }',
  c: 'type E @key(fields: "id") { id: ID! c(word: String = "one"): String! }',
};

/** M0 and M1 are known in full to one agency, and to the other as M. */
const INTERFACE_OBJECT = {
  a: `type Query { media: [M!]! first: M0! }
    interface M @key(fields: "id") { id: ID! title: String! }
    type M0 implements M @key(fields: "id") { id: ID! title: String! zero: Int! }
    type M1 implements M @key(fields: "id") { id: ID! title: String! one: Int! }`,
  b: `type Query { found: M! foundAll: [M!]! }
    type M @key(fields: "id") @interfaceObject { id: ID! reviews: [R!]! next: M! }
    type R @shareable { text: String! of: M! }`,
};

export const CASES: readonly Case[] = [
  {
    name: 'Sequence, Parallel, and Flatten over lists of lists',
    agencies: THREE,
    text: '{ grid { id b c } }',
    planned: [/"kind":"Sequence"/, /"kind":"Parallel"/, FLATTEN('grid', '@', '@'), FETCH('b'), FETCH('c')],
  },
  {
    name: 'Parallel root fetches',
    agencies: { a: 'type Query { a: String! }', b: 'type Query { b: String! }' },
    text: '{ b a again: b }',
    planned: [/"kind":"Parallel"/],
  },
  {
    name: 'Fetch of one entity that the answer has many times',
    agencies: THREE,
    text: '{ grid { b } one { b } same: one { b c(word: "two") } }',
    planned: [FETCH('b')],
  },
  {
    name: 'Fetch that requires by inline fragments',
    agencies: {
      a: `type Query { all: [E!]! } type E @key(fields: "id") { id: ID! of: [J!]! one: W! }
        interface J { name: String! } union W = V0 | V1
        type V0 implements J @shareable { name: String! size: Int! } type V1 implements J @shareable { name: String! weight: Float! }`,
      b: `type E @key(fields: "id") { id: ID! of: [J!]! @external one: W! @external
          sum: String! @requires(fields: "of { __typename name ... on V0 { size } ... on V1 { weight } } one { __typename ... on V0 { size } ... on V1 { weight } }") }
        interface J { name: String! } union W = V0 | V1
        type V0 implements J @shareable { name: String! size: Int! } type V1 implements J @shareable { name: String! weight: Float! }`,
    },
    text: '{ all { sum } }',
    planned: [/"requires":\[.*"kind":"InlineFragment","typeCondition":"V1"/],
  },
  {
    name: 'Condition: parts of agencies by @include and @skip',
    agencies: THREE,
    text: 'query ($if: Boolean!, $unless: Boolean!) { grid { id b @include(if: $if) c @skip(if: $unless) } }',
    each: [
      { if: true, unless: true },
      { if: true, unless: false },
      { if: false, unless: true },
      { if: false, unless: false },
    ],
    planned: [/"kind":"Condition","condition":"if","ifClause"/, /"kind":"Condition","condition":"unless","elseClause"/],
  },
  {
    name: 'Condition of a variable with a default',
    agencies: THREE,
    text: 'query ($if: Boolean! = true, $word: String = "three") { one { b @include(if: $if) c(word: $word) } }',
    each: [{}, { if: false }, { if: true, word: null }, { word: 'four' }],
    planned: [/"kind":"Condition"/],
  },
  {
    name: 'what a constant leaves out is not asked, nor below a condition of a variable',
    agencies: THREE,
    text: 'query ($if: Boolean!) { one @include(if: $if) { b out: b @skip(if: true) ... @include(if: false) { out: b } } two: one { out: c @skip(if: true) } }',
    each: [{ if: true }, { if: false }],
    planned: [FETCH('b')],
    notPlanned: [/out:/],
  },
  {
    name: 'input rewrites: a part of an interface is asked as @interfaceObject',
    agencies: INTERFACE_OBJECT,
    text: '{ first { zero reviews { text } } }',
    planned: [/"inputRewrites":\[\{"kind":"ValueSetter"/],
    needs: 'inputRewrites',
  },
  {
    name: '@interfaceObject: its agency does not know the type, another tells it',
    agencies: INTERFACE_OBJECT,
    text: '{ found { __typename title ... on M0 { zero } ... on M1 { one } } foundAll { next { __typename } } }',
    planned: [FETCH('a'), FLATTEN('found'), FLATTEN('foundAll', '@', 'next')],
  },
  {
    name: '@interfaceObject: nobody has to tell the type when nothing depends on it',
    agencies: INTERFACE_OBJECT,
    text: '{ found { id next { id } reviews { of { id } } } }',
    planned: [FETCH('b')],
    notPlanned: [FETCH('a')],
  },
  {
    name: '@interfaceObject: a type that its agency tells by its own name, and nothing depends on',
    agencies: INTERFACE_OBJECT,
    text: '{ found { next { ... on M { id } reviews { text } } ... on M { id reviews { of { ... on M { id } } } } } }',
    planned: [FETCH('b')],
    notPlanned: [FETCH('a')],
  },
  {
    name: 'an entity interface: fields of all and of each',
    agencies: INTERFACE_OBJECT,
    text: '{ media { __typename id title ... on M1 { one reviews { text of { title } } } ... on M0 { next { title } } } }',
    planned: [FETCH('b'), FLATTEN('media', '@')],
  },
  {
    name: 'output rewrites: one name, other types in one fetch',
    agencies: {
      c: 'type Query { mixed: [U!]! others: [U!]! } union U = X | Y type X @key(fields: "id") { id: ID! name: String! size: Int! } type Y @key(fields: "id") { id: ID! name: String size: String! } ',
      d: 'type X @key(fields: "id") { id: ID! size: Int! @external name: String! @external label: String! @requires(fields: "name size") } type Y @key(fields: "id") { id: ID! size: String! @external name: String @external label: String! @requires(fields: "name size") }',
    },
    text: '{ mixed { __typename ... on X { label } ... on Y { label } } others { ... on X { label } ... on Y { label } } }',
    planned: [/"outputRewrites":\[\{"kind":"KeyRenamer"/],
    needs: 'outputRewrites',
  },
  {
    name: 'output rewrites of entities',
    agencies: {
      a: 'type Query { mixed: [U!]! others: [U!]! } union U = X | Y type X @key(fields: "id") { id: ID! } type Y @key(fields: "id") { id: ID! }',
      b: 'type X @key(fields: "id") { id: ID! size: Int! } type Y @key(fields: "id") { id: ID! size: String! }',
      c: 'type X @key(fields: "id") { id: ID! size: Int! @external label: String! @requires(fields: "size") } type Y @key(fields: "id") { id: ID! size: String! @external label: String! @requires(fields: "size") }',
    },
    text: '{ mixed { ... on X { label } ... on Y { label } } others { ... on X { label } ... on Y { label } } }',
    planned: [/"requires":.*"outputRewrites":\[\{"kind":"KeyRenamer"/],
    needs: 'outputRewrites',
  },
  {
    name: '@requires chains over agencies',
    agencies: {
      a: 'type Query { all: [E!]! } type E @key(fields: "id") { id: ID! size: Int! }',
      b: 'type E @key(fields: "id") { id: ID! size: Int! @external area: Int! @requires(fields: "size") }',
      c: 'type E @key(fields: "id") { id: ID! area: Int! @external size: Int! @external price: Int! @requires(fields: "area size") }',
      d: 'type E @key(fields: "id") { id: ID! price: Int! @external tax: String! @requires(fields: "price") }',
    },
    text: '{ all { tax } }',
    planned: [FETCH('b'), FETCH('c'), FETCH('d')],
  },
  {
    name: '@provides: no second fetch below one field, one below the other',
    agencies: {
      a: 'type Query { near: E! @provides(fields: "name") far: E! } type E @key(fields: "id") { id: ID! name: String! @external }',
      b: 'type E @key(fields: "id") { id: ID! name: String! @shareable }',
    },
    text: '{ near { name } far { name } }',
    planned: [ASKS('near{name}'), FLATTEN('far')],
    notPlanned: [FLATTEN('near')],
  },
  {
    name: '@override: the agency that took it over is asked',
    agencies: {
      a: 'type Query { one: E! } type E @key(fields: "id") { id: ID! name: String! }',
      b: 'type E @key(fields: "id") { id: ID! name: String! @override(from: "a") }',
    },
    text: '{ one { name } }',
    planned: [FETCH('b'), FLATTEN('one')],
  },
  {
    name: '@shareable: whoever is asked already answers',
    agencies: {
      a: 'type Query { one: E! } type E @key(fields: "id") { id: ID! name: String! @shareable }',
      b: 'type E @key(fields: "id") { id: ID! name: String! @shareable more: V! } type V @shareable { x: Int! }',
      c: 'type Query { v: V! } type V @shareable { x: Int! }',
    },
    text: '{ one { name more { x } } v { x } }',
    planned: [FETCH('b'), FETCH('c')],
  },
  {
    name: '@shareable: an object of which each agency has a part',
    agencies: {
      a: 'type Query { v: V! @shareable } type V @shareable { x: Int! w: W! } type W @shareable { s: String! }',
      b: 'type Query { v: V! @shareable } type V @shareable { w: W! y: Int! } type W @shareable { s: String! t: [Int!]! }',
    },
    text: '{ v { x y w { t } more: w { s } } }',
    planned: [FETCH('a')],
  },
  {
    name: 'several keys: the way leads over an agency of which nothing is asked',
    agencies: {
      a: 'type Query { all: [E!]! } type E @key(fields: "id") { id: ID! }',
      b: 'type E @key(fields: "id") @key(fields: "code") { id: ID! code: String! }',
      c: 'type E @key(fields: "code") @key(fields: "series number") { code: String! series: String! number: Int! }',
      d: 'type E @key(fields: "series number") @key(fields: "reference { no }") { series: String! number: Int! reference: Reference! } type Reference @shareable { no: String! }',
      e: 'type E @key(fields: "reference { no }") { reference: Reference! name: String! } type Reference @shareable { no: String! }',
    },
    text: '{ all { name } }',
    planned: [FETCH('b'), FETCH('c'), FETCH('d'), FETCH('e'), /"name":"series"\}.*"name":"number"\}/],
  },
  {
    name: 'context rewrites: an argument from an object above',
    agencies: {
      a: `type Query { all: [P!]! } type P @key(fields: "id") @context(name: "place") { id: ID! currency: String! child: C! children: [C!]! }
        type C @key(fields: "id") { id: ID! price(in: String @fromContext(field: "$place { currency }")): String! }`,
      b: 'type C @key(fields: "id") { id: ID! name: String! }',
    },
    text: '{ all { child { price name } children { price } } }',
    planned: [/"contextRewrites":\[\{"kind":"KeyRenamer"/],
    needs: 'contextRewrites',
    apolloLacks: true,
  },
  {
    name: 'mutations of agencies one after the other',
    agencies: {
      a: 'type Query { a: Int } type Mutation { aTick: Int! aDo: E! } type E @key(fields: "id") { id: ID! }',
      b: 'type Mutation { bTick: Int! bDo: E! } type E @key(fields: "id") { id: ID! b: String! }',
    },
    text: 'mutation { one: aTick two: bTick three: aTick four: aTick do: aDo { b } five: bTick six: aTick }',
    planned: [
      /^\{"kind":"QueryPlan","node":\{"kind":"Sequence"/,
      /"operationKind":"mutation".*"operationKind":"mutation".*"operationKind":"mutation"/,
    ],
  },
  {
    name: 'a root field twice, of which one is left out',
    agencies: THREE,
    text: 'query ($unless: Boolean!) { ... @skip(if: $unless) { one { b } } one { c } }',
    each: [{ unless: true }, { unless: false }],
    planned: [FETCH('a')],
  },
  {
    name: 'a leaf of the root twice, in two fetches, of which one is left out',
    agencies: {
      a: 'type Query { a: String! } type Mutation { aTick: Int! aDo: String }',
      b: 'type Mutation { bTick: Int! }',
    },
    text: 'mutation ($if: Boolean!) { aTick bTick aTick @include(if: $if) aDo }',
    each: [{ if: false }],
    planned: [/"operationKind":"mutation".*"operationKind":"mutation".*"operationKind":"mutation"/],
  },
  {
    name: 'names that every object in JavaScript has',
    agencies: THREE,
    text: '{ constructor: one { toString: b valueOf: id hasOwnProperty: c } }',
    planned: [FETCH('c')],
  },
  {
    name: 'introspection beside data',
    agencies: THREE,
    text: '{ __schema { queryType { name } } __type(name: "E") { kind fields { name } } one { b } kind: __typename }',
    planned: [FETCH('b')],
  },
];

/** Apollo's own executor gives another answer than one program would, and the hub does not. */
export const WRONG_AT_APOLLO: readonly Case[] = [
  {
    name: 'the agency of an @interfaceObject tells its own name for the type',
    agencies: INTERFACE_OBJECT,
    text: 'query ($no: Boolean! = false) { media { __typename reviews @skip(if: $no) { text } } first { __typename reviews @skip(if: $no) { text } } }',
    planned: [FETCH('b')],
  },
  {
    name: '@requires of objects in lists of lists',
    agencies: {
      a: 'type Query { all: [E!]! } type E @key(fields: "id") { id: ID! size(in: String): Int! parts: [[P]] } type P @shareable { x: Int! y: Int }',
      b: 'type E @key(fields: "id") { id: ID! parts: [[P]] @external sum: String! @requires(fields: "parts { y }") } type P @shareable { x: Int! y: Int }',
    },
    text: '{ all { parts { left: x } sum z: parts { y } } }',
    planned: [/"requires":\[.*"name":"parts","selections":\[\{"kind":"Field","name":"y"\}\]/],
  },
];

/** Apollo's planner makes a plan that leads to another answer than one program would give, whoever runs it. */
export const MISPLANNED: readonly Case[] = [
  {
    name: 'an object of which everything is asked under conditions is taken for absent',
    agencies: THREE,
    text: 'query ($no: Boolean! = true, $yes: Boolean! = true) { one @include(if: $yes) { id @skip(if: $no) } }',
    planned: [],
  },
  {
    name: 'what is required under a condition is asked under it, and required without it',
    agencies: {
      a: 'type Query { one: E! } type E @key(fields: "id") { id: ID! size: Int! }',
      b: 'type E @key(fields: "id") { id: ID! size: Int! @external name: String! label: String! @requires(fields: "size") }',
    },
    text: 'query ($no: Boolean! = true) { one { label @skip(if: $no) name } }',
    planned: [],
  },
  {
    name: 'a derived field that another requires is asked beside the root, without what it is derived from',
    agencies: {
      a: 'type Query { all: [E!]! } type E @key(fields: "id") { id: ID! size: Int @external area: Int @requires(fields: "size") }',
      b: 'type E @key(fields: "id") { id: ID! size: Int }',
      c: 'type E @key(fields: "id") { id: ID! area: Int @external price: Int @requires(fields: "area") }',
    },
    text: '{ all { price } }',
    planned: [],
  },
];
