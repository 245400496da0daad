import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeEntries, entriesPath, parsePath, tilePath, tileWidth } from '../../audit/tree/tiles.ts';

describe('the path of a tile', () => {
  it.each([
    [0, 0, 256, 'tile/0/000'],
    [0, 67, 12, 'tile/0/067.p/12'],
    [1, 999, 255, 'tile/1/999.p/255'],
    [0, 1_000, 256, 'tile/0/x001/000'],
    [0, 1_234_067, 256, 'tile/0/x001/x234/067'],
    [63, Number.MAX_SAFE_INTEGER, 1, 'tile/63/x009/x007/x199/x254/x740/991.p/1'],
  ])('level %i, index %i, width %i', (level, index, width, path) => {
    expect(tilePath(level, index, width)).toBe(path);
    expect(parsePath(path)).toEqual({ kind: 'tile', level, index, width });
    const bundle = path.replace(`tile/${level}/`, 'tile/entries/');
    expect(entriesPath(index, width)).toBe(bundle);
    expect(parsePath(bundle)).toEqual({ kind: 'entries', index, width });
  });

  it('reads back as what it was made of, and no two are alike', () =>
    fc.assert(
      fc.property(fc.nat(63), fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (level, index, width) => {
        expect(parsePath(tilePath(level, index, width))).toEqual({ kind: 'tile', level, index, width });
        expect(parsePath(entriesPath(index, width))).toEqual({ kind: 'entries', index, width });
      }),
    ));

  it.each([
    '',
    'checkpoint',
    'tile/0/0',
    'tile/0/0000',
    'tile/00/000',
    'tile/64/000',
    'tile/-1/000',
    'tile/0/x000/001',
    'tile/0/001/002',
    'tile/0/x001',
    'tile/0/x001/x002',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/257',
    'tile/0/000.p/012',
    'tile/0/000.p/',
    'tile/0/000/',
    'tile/0/000\n',
    '/tile/0/000',
    'tile/0/../../etc/passwd',
    'tile/0/x001/%30%30%30',
    'tile/entries/x000/000',
    'tile/data/000',
    'tile/0/x009/x007/x199/x254/x740/992',
    `tile/0/${'x001/'.repeat(10_000)}000`,
  ])('is not %j', (path) => expect(parsePath(path)).toBeNull());

  it.each([
    [-1, 0, 1],
    [64, 0, 1],
    [0.5, 0, 1],
    [0, -1, 1],
    [0, 2 ** 53, 1],
    [0, 0, 0],
    [0, 0, 257],
  ])('is not made for level %d, index %d, width %d', (level, index, width) =>
    expect(() => tilePath(level, index, width)).toThrow(TypeError),
  );
});

describe('the width of a tile', () => {
  // The example of C2SP tlog-tiles.
  it('in a tree of 70,000: 273 full tiles and 112 hashes; one full and 17; one', () => {
    const width = (level: number, index: number): number => tileWidth(level, index, 70_000);
    expect([width(0, 0), width(0, 272), width(0, 273), width(0, 274)]).toEqual([256, 256, 112, 0]);
    expect([width(1, 0), width(1, 1), width(1, 2)]).toEqual([256, 17, 0]);
    expect([width(2, 0), width(2, 1), width(3, 0)]).toEqual([1, 0, 0]);
  });

  it('in a tree of 256: a full tile under one hash', () =>
    expect([tileWidth(0, 0, 256), tileWidth(0, 1, 256), tileWidth(1, 0, 256)]).toEqual([256, 0, 1]));
});

describe('a bundle of entries', () => {
  it('has the length of each before it', () => {
    expect(encodeEntries([Buffer.from('abc'), Buffer.alloc(0), Buffer.alloc(300, 1)]).toString('hex')).toBe(
      `0003616263${'0000'}012c${'01'.repeat(300)}`,
    );
    expect(encodeEntries([])).toHaveLength(0);
  });

  it('takes no entry whose length does not fit', () =>
    expect(() => encodeEntries([Buffer.alloc(65_536)])).toThrow(TypeError));
});
