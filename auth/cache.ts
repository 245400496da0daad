import { hash } from 'node:crypto';
import type { Principal } from './principal.ts';

/**
 * Principals of verified tokens, successes only.
 *
 * Keyed by SHA-256 of the whole token, signature included, so that an altered token never meets another's entry and no
 * token stays in memory. Bounded: the entry used longest ago goes first.
 */
export interface TokenCache {
  get(token: string): Principal | undefined;
  /** Keeps until `exp` (seconds since 1970) or `maxMs`, whichever is sooner; ignored when `generation` is no longer current. */
  put(token: string, principal: Principal, exp: number, generation: number): void;
  /** A number that `flush` raises: a verification begun before a flush must not be kept after it. */
  generation(): number;
  flush(): void;
  readonly size: number;
}

export function createTokenCache(maxEntries: number, maxMs: number): TokenCache {
  const entries = new Map<string, { principal: Principal; until: number }>();
  let flushes = 0;
  return {
    get(token) {
      const key = keyOf(token);
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= Date.now()) return undefined;
      entries.set(key, entry);
      return entry.principal;
    },
    put(token, principal, exp, generation) {
      const until = Math.min(exp * 1000, Date.now() + maxMs);
      if (generation !== flushes || until <= Date.now()) return;
      entries.set(keyOf(token), { principal, until });
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value as string);
    },
    generation: () => flushes,
    flush() {
      flushes += 1;
      entries.clear();
    },
    get size() {
      return entries.size;
    },
  };
}

function keyOf(token: string): string {
  return hash('sha256', token, 'base64');
}
