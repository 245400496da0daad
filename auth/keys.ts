import { createHash } from 'node:crypto';
import type { JWK } from 'jose';
import { AuthError } from './errors.ts';

export interface KeySetOptions {
  /** Where the identity provider publishes its keys (RFC 7517 § 5). */
  readonly jwksUri: string;
  /** Milliseconds for one whole fetch, headers and body. */
  readonly timeoutMs?: number;
  /** Milliseconds after a good fetch in which an unknown `kid` asks nothing. */
  readonly cooldownMs?: number;
  /** Milliseconds after a failed fetch in which nothing is asked. */
  readonly retryMs?: number;
  /** Milliseconds after which the keys are fetched anew even if every `kid` is known: a withdrawn key leaves then. */
  readonly maxAgeMs?: number;
  /** Milliseconds for which known keys still serve while the identity provider does not answer. */
  readonly maxStaleMs?: number;
}

/** The identity provider's signing keys, shared by jose and keycloak-connect so that they never disagree. */
export interface KeySet {
  /**
   * The one signing key with this `kid`; undefined when the provider does not publish it.
   *
   * At most one fetch is under way, whoever asks and how often. Throws `AuthError` IDENTITY_PROVIDER_UNAVAILABLE when the
   * provider cannot be asked and the keys in hand do not settle it. Keys for encryption (`use: enc`) are never found.
   */
  find(kid: string): Promise<JWK | undefined>;
  /** `listener` is called after every change of the published keys. */
  onChange(listener: () => void): void;
}

const LARGEST_KEY_SET_BYTES = 256 * 1024;

export function createKeySet(options: KeySetOptions): KeySet {
  const { jwksUri, timeoutMs = 2_000, cooldownMs = 10_000, retryMs = 1_000 } = options;
  const { maxAgeMs = 600_000, maxStaleMs = 3_600_000 } = options;
  const listeners: (() => void)[] = [];
  let keys = new Map<string, JWK>();
  let digest = '';
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  let underWay: Promise<boolean> | undefined;

  /** True when the keys in hand are now the published ones. Never throws; one fetch at a time. */
  function refresh(): Promise<boolean> {
    if (performance.now() - failedAt < retryMs) return Promise.resolve(false);
    underWay ??= fetchKeys(jwksUri, timeoutMs)
      .then(
        (published) => {
          fetchedAt = performance.now();
          failedAt = Number.NEGATIVE_INFINITY;
          accept(published);
          return true;
        },
        () => {
          failedAt = performance.now();
          return false;
        },
      )
      .finally(() => {
        underWay = undefined;
      });
    return underWay;
  }

  function accept(published: Map<string, JWK>): void {
    const now = digestOf(published);
    if (now === digest) return;
    keys = published;
    digest = now;
    for (const listener of listeners) listener();
  }

  return {
    async find(kid) {
      const age = performance.now() - fetchedAt;
      const known = age < maxStaleMs ? keys.get(kid) : undefined;
      if (known) {
        // Stale keys serve while one refresh runs behind them.
        if (age >= maxAgeMs) void refresh();
        return known;
      }
      if (age < cooldownMs) return undefined;
      if (!(await refresh())) throw new AuthError('IDENTITY_PROVIDER_UNAVAILABLE', 'key set could not be fetched');
      return keys.get(kid);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}

async function fetchKeys(jwksUri: string, timeoutMs: number): Promise<Map<string, JWK>> {
  const response = await fetch(jwksUri, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error('key set refused');
  }
  return signingKeys(JSON.parse(await readBounded(response.body)));
}

async function readBounded(body: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > LARGEST_KEY_SET_BYTES) throw new Error('key set too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Public signing keys by `kid`; a `kid` that is published twice names no key, because guessing between them is not safe. */
function signingKeys(document: unknown): Map<string, JWK> {
  const published = (document as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(published)) throw new Error('not a key set');
  const found = new Map<string, JWK>();
  const twice = new Set<string>();
  for (const key of published as (JWK | null)[]) {
    if (typeof key?.kid !== 'string' || !isSigningKey(key)) continue;
    if (found.has(key.kid)) twice.add(key.kid);
    found.set(key.kid, key);
  }
  for (const kid of twice) found.delete(kid);
  return found;
}

/** RFC 7517 § 4.2–4.3. Symmetric keys (`oct`) have no place in a published set. */
function isSigningKey(key: JWK): boolean {
  if (key.kty !== 'RSA' && key.kty !== 'EC' && key.kty !== 'OKP') return false;
  if (key.use !== undefined && key.use !== 'sig') return false;
  return key.key_ops === undefined || (Array.isArray(key.key_ops) && key.key_ops.includes('verify'));
}

function digestOf(keys: Map<string, JWK>): string {
  const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64');
}
