import { describe, expect, it, vi } from 'vitest';
import { createTokenCache } from '../../auth/cache.ts';
import type { Principal } from '../../auth/principal.ts';

const principal: Principal = { id: crypto.randomUUID(), username: 'coordinator', roles: ['coordinator'] };
const inSeconds = (seconds: number) => Date.now() / 1000 + seconds;

describe('the cache of verified tokens', () => {
  it('finds a token by all of it: one letter more, less or other is another token', () => {
    const cache = createTokenCache(10, 60_000);
    cache.put('head.body.signature', principal, inSeconds(600), 0);
    expect(cache.get('head.body.signature')).toBe(principal);
    for (const other of ['head.body.signaturE', 'head.body.signature=', 'head.body.signatur', 'head.body.']) {
      expect(cache.get(other)).toBeUndefined();
    }
  });

  it('keeps a token for 60 s at most, and never beyond its exp', () => {
    vi.useFakeTimers();
    try {
      const cache = createTokenCache(10, 60_000);
      cache.put('long', principal, inSeconds(600), 0);
      cache.put('short', principal, inSeconds(10), 0);
      cache.put('over', principal, inSeconds(-1), 0);
      expect([cache.get('long'), cache.get('short'), cache.get('over')]).toEqual([principal, principal, undefined]);
      vi.advanceTimersByTime(9_999);
      expect(cache.get('short')).toBe(principal);
      vi.advanceTimersByTime(1);
      expect(cache.get('short')).toBeUndefined();
      vi.advanceTimersByTime(49_999);
      expect(cache.get('long')).toBe(principal);
      vi.advanceTimersByTime(1);
      expect(cache.get('long')).toBeUndefined();
      expect(cache.size).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('never holds more than its bound; what was used longest ago goes first', () => {
    const cache = createTokenCache(3, 60_000);
    for (const token of ['a', 'b', 'c']) cache.put(token, principal, inSeconds(600), 0);
    cache.get('a');
    cache.put('d', principal, inSeconds(600), 0);
    expect(['a', 'b', 'c', 'd'].filter((token) => cache.get(token))).toEqual(['a', 'c', 'd']);
    for (let i = 0; i < 1000; i += 1) cache.put(`t${i}`, principal, inSeconds(600), 0);
    expect(cache.size).toBe(3);
  });

  it('holds nothing after a flush, and nothing whose verification began before it', () => {
    const cache = createTokenCache(10, 60_000);
    const before = cache.generation();
    cache.put('a', principal, inSeconds(600), before);
    cache.flush();
    expect(cache.get('a')).toBeUndefined();
    cache.put('a', principal, inSeconds(600), before);
    expect(cache.get('a')).toBeUndefined();
    cache.put('a', principal, inSeconds(600), cache.generation());
    expect(cache.get('a')).toBe(principal);
  });
});
