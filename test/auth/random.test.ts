import { describe, expect, it } from 'vitest';
import { freshBytes } from '../../auth/random.ts';

describe('fresh bytes', () => {
  it('are as many as asked for, never given twice, and stay as they are', () => {
    const given = Array.from({ length: 5_000 }, (_, index) => freshBytes(12 + (index % 3) * 10));
    const copies = given.map((bytes) => bytes.toString('hex'));
    for (let more = 0; more < 1_000; more += 1) freshBytes(32);
    expect(given.map((bytes) => bytes.toString('hex'))).toEqual(copies);
    expect(new Set(copies).size).toBe(given.length);
    expect(given.every(({ byteLength }, index) => byteLength === 12 + (index % 3) * 10)).toBe(true);
    expect(freshBytes(10_000).byteLength).toBe(10_000);
    // Two that lie side by side share no byte.
    const [one, other] = [freshBytes(8), freshBytes(8)];
    const before = other.toString('hex');
    one.fill(0);
    expect(other.toString('hex')).toBe(before);
  });
});
