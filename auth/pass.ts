import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from 'node:crypto';
import type { Agency, CategoryName } from '../schema/categories.ts';
import type { Purpose, Role } from '../schema/purposes.ts';
import { freshBytes } from './random.ts';

/** What the hub lets one caller read of one agency in one operation; it travels in the signed body, in the operation's `extensions.pass`. */
export interface Pass {
  /** Id of the audit entry that describes the release, UUID. */
  readonly auditId: string;
  readonly caller: {
    readonly id: string;
    readonly roles: readonly Role[];
    readonly agency?: Agency;
    readonly organisation?: string;
    readonly unit?: string;
    readonly clientId?: string;
    /** Clients that a guardian acts for: told to the hub's own subgraphs alone, which decide who may change what. */
    readonly actingFor?: readonly string[];
  };
  readonly purpose: Purpose | null;
  /** Clients (UUID) grouped by what is permitted for them. */
  readonly grants: readonly Grant[];
}

/** What the hub lets the caller read of some clients. */
export interface Grant {
  readonly categories: readonly CategoryName[];
  /**
   * Those of them that are limited to what the caller's own organisation keeps (703/2023 §§ 54–55).
   *
   * An agency reads a grant without it, or with anything else in it, as limited in every category.
   */
  readonly own: readonly CategoryName[];
  readonly clients: readonly string[];
}

/** A pass as the hub makes it out. */
export interface PassDraft extends Omit<Pass, 'caller' | 'grants'> {
  /** JSON, a character for each byte of its UTF-8. */
  readonly caller: string;
  /** JSON of the list, of `grantText`. */
  readonly grants: string;
}

/** A pass as JSON, a character for each byte of its UTF-8. */
export function passText({ auditId, caller, purpose, grants }: PassDraft): string {
  return `{"auditId":"${auditId}","caller":${caller},"purpose":${JSON.stringify(purpose)},"grants":${grants}}`;
}

/** A grant as JSON, a character for each byte; `clients`: their ids, such JSON strings with commas between them. */
export function grantText({ categories, own }: Omit<Grant, 'clients'>, clients: string): string {
  return `{"categories":${JSON.stringify(categories)},"own":${JSON.stringify(own)},"clients":[${clients}]}`;
}

export type PassFault =
  | 'PASS_MISSING'
  | 'PASS_MALFORMED'
  | 'PASS_EXPIRED'
  | 'PASS_WRONG_KEY'
  | 'PASS_ALTERED'
  | 'PASS_REPLAYED';

/** Seconds that a signature holds. */
export const PASS_LIFETIME = 30;
/** Seconds that two machines' clocks may differ. */
const CLOCK_TOLERANCE = 5;

const COVERED = '("@method" "@path" "content-digest")';

export interface PassHeaders {
  readonly 'content-digest': string;
  readonly 'signature-input': string;
  readonly signature: string;
}

/**
 * Signs the POST requests to one agency with that agency's key.
 *
 * `key`: 32 bytes; `keyId`: the subgraph's name; `path`: of the URL; `now`: seconds since the epoch.
 * Source: RFC 9421 (HTTP Message Signatures, hmac-sha256) and RFC 9530 (Content-Digest).
 */
export class PassSigner {
  readonly #key: KeyObject;
  readonly #keyId: string;

  constructor(key: Uint8Array, keyId: string) {
    this.#key = keyOf(key, keyId);
    this.#keyId = keyId;
  }

  sign(path: string, body: string | Uint8Array, now: number): PassHeaders {
    const digest = contentDigest(body);
    const nonce = freshBytes(12).toString('base64url');
    const parameters =
      `${COVERED};created=${now};expires=${now + PASS_LIFETIME};nonce="${nonce}"` +
      `;alg="hmac-sha256";keyid="${this.#keyId}"`;
    const mac = createHmac('sha256', this.#key)
      .update(signatureBase(path, digest, parameters))
      .digest('base64');
    return { 'content-digest': digest, 'signature-input': `hub=${parameters}`, signature: `hub=:${mac}:` };
  }
}

/**
 * Verifies the signatures of the requests that reach one agency; remembers each nonce until its signature has expired.
 *
 * `verify` returns the first fault, or null for a request that the hub sent to this agency, unaltered, within 30 s, once.
 */
export class PassVerifier {
  readonly #key: KeyObject;
  readonly #keyId: string;
  /** nonce → second at which it may be forgotten, in order of arrival. */
  readonly #seen = new Map<string, number>();

  constructor(key: Uint8Array, keyId: string) {
    this.#key = keyOf(key, keyId);
    this.#keyId = keyId;
  }

  verify(
    headers: Readonly<Record<string, string | string[] | undefined>>,
    path: string,
    body: Uint8Array,
    now: number,
  ): PassFault | null {
    const input = headers['signature-input'];
    const signature = headers.signature;
    const digest = headers['content-digest'];
    if (input === undefined && signature === undefined) return 'PASS_MISSING';
    if (typeof input !== 'string' || typeof signature !== 'string' || typeof digest !== 'string')
      return 'PASS_MALFORMED';
    const parsed = INPUT.exec(input);
    const mac = /^hub=:([A-Za-z0-9+/]{43}=):$/.exec(signature)?.[1];
    if (parsed === null || mac === undefined) return 'PASS_MALFORMED';
    const [, parameters, created, expires, nonce, keyId] = parsed as unknown as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    if (keyId !== this.#keyId) return 'PASS_WRONG_KEY';
    const expected = createHmac('sha256', this.#key)
      .update(signatureBase(path, digest, parameters))
      .digest();
    if (!timingSafeEqual(expected, Buffer.from(mac, 'base64'))) return 'PASS_WRONG_KEY';
    if (digest !== contentDigest(body)) return 'PASS_ALTERED';
    if (Number(created) > now + CLOCK_TOLERANCE || Number(expires) < now) return 'PASS_EXPIRED';
    if (Number(expires) - Number(created) > PASS_LIFETIME) return 'PASS_EXPIRED';
    return this.#remember(nonce, Number(expires), now);
  }

  #remember(nonce: string, expires: number, now: number): PassFault | null {
    for (const [old, until] of this.#seen) {
      if (until >= now) break;
      this.#seen.delete(old);
    }
    if (this.#seen.has(nonce)) return 'PASS_REPLAYED';
    this.#seen.set(nonce, expires);
    return null;
  }
}

const INPUT =
  /^hub=(\("@method" "@path" "content-digest"\);created=(\d{1,12});expires=(\d{1,12});nonce="([\w-]{16})";alg="hmac-sha256";keyid="([a-z]{1,32})")$/;

// A key object, made once: given bytes, Node 24's `createHmac` throws and catches an error of its own each time.
function keyOf(bytes: Uint8Array, keyId: string): KeyObject {
  if (bytes.byteLength < 32)
    throw new TypeError(`The pass key of ${keyId} has ${bytes.byteLength} bytes; 32 are needed.`);
  return createSecretKey(bytes);
}

function contentDigest(body: string | Uint8Array): string {
  return `sha-256=:${hash('sha256', body, 'base64')}:`;
}

// RFC 9421 § 2.5: one line a covered component, then the parameters themselves.
function signatureBase(path: string, digest: string, parameters: string): string {
  return `"@method": POST\n"@path": ${path}\n"content-digest": ${digest}\n"@signature-params": ${parameters}`;
}
