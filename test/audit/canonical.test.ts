import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from '../../audit/canonical.ts';

describe('RFC 8785', () => {
  it('§ 3.2.2: the example with numbers, a string and literals', () => {
    const given = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(canonicalize(JSON.parse(given))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it('§ 3.2.3: members are sorted by UTF-16 code units, so that an emoji comes before a Hebrew letter', () => {
    const given = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    const order = [...canonicalize(given).matchAll(/:"([^"]*)"/g)].map(([, name]) => name);
    expect(order).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  // Appendix B: IEEE 754 bits × their text.
  it.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('Appendix B: %s is %s', (bits, text) => {
    expect(canonicalize(Buffer.from(bits, 'hex').readDoubleBE())).toBe(text);
  });

  it('§ 3.2.2.2: a lone surrogate ends it, in a value and in a name; a pair does not', () => {
    expect(canonicalize(['\ud83d\ude00'])).toBe('["😀"]');
    for (const given of ['\udead', 'a\ud800', '\ude00\ud83d', { '\udead': 1 }, [{ a: ['\udbff'] }]])
      expect(() => canonicalize(given)).toThrow(TypeError);
  });
});

/** Any Unicode text, in names too. */
const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });

describe('any value', () => {
  it('comes back from its canonical text, which is its own canonical text', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalize(value);
        // Through JSON once, for it has no negative zero.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalize(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('has one canonical text, in whatever order its members were given', () => {
    const members = fc.uniqueArray(fc.tuple(fc.string({ unit: 'binary' }), json), { selector: ([name]) => name });
    const ordered = members.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(ordered, ([given, shuffled]) => {
        const [one, other] = [given, shuffled].map((entries) => canonicalize({ inner: Object.fromEntries(entries) }));
        expect(one).toBe(other);
      }),
    );
  });

  it('leaves out members that are undefined, and keeps those that are null', () => {
    expect(canonicalize({ b: undefined, a: { c: undefined }, d: null })).toBe('{"a":{},"d":null}');
  });

  it.each([
    ['undefined', undefined],
    ['undefined in an array', [1, undefined]],
    // biome-ignore lint/suspicious/noSparseArray: that is the case.
    ['a hole in an array', [1, , 2]],
    ['NaN', Number.NaN],
    ['infinity', { a: [Number.NEGATIVE_INFINITY] }],
    ['a bigint', 1n],
    ['a symbol', Symbol('a')],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['a boxed string', Object('a')],
    ['an object of a class', new (class A {})()],
  ])('JSON cannot hold %s', (_what, value) => {
    expect(() => canonicalize(value)).toThrow(TypeError);
  });
});
