import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CompactEncrypt, CompactSign, decodeJwt, exportJWK, generateKeyPair, type JWK, type JWTPayload } from 'jose';
import type { AuthErrorCode } from '../../auth/errors.ts';
import { fetchToken, type Issuer } from '../../auth/issuer.ts';

export interface ForgedToken {
  readonly token: string;
  /** The code that the verifier refuses it with. */
  readonly code: AuthErrorCode;
}

/** Signs as the realm does, with whatever header and payload a test wants. */
export interface Forge {
  /** Payload of a token that the issuer gave to `username`; fresh at every call. */
  payload(): JWTPayload;
  /** A token by the realm's signing key: right but for what `header` and `claims` change; `undefined` takes a claim away. */
  sign(claims?: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
  readonly signing: JWK;
  readonly encryption: JWK;
}

export async function createForge(issuer: Issuer, username = 'coordinator'): Promise<Forge> {
  const { keys } = JSON.parse(await readFile(issuer.keyFile, 'utf8')) as { keys: [JWK, JWK] };
  const [signing, encryption] = keys;
  const given = decodeJwt(await fetchToken(issuer.tokenEndpoint, username));
  const payload = () => ({ ...given, jti: crypto.randomUUID() });
  return {
    payload,
    signing,
    encryption,
    sign: (claims = {}, header = {}) => jws({ ...payload(), ...claims }, { kid: signing.kid, ...header }, signing),
  };
}

/** Every wrong token of the design's list of hostile inputs, and its relatives: what is wrong with it → the token. */
export async function forgeTokens(issuer: Issuer, username = 'coordinator'): Promise<Record<string, ForgedToken>> {
  const forge = await createForge(issuer, username);
  return {
    ...(await wrongKeys(forge)),
    ...(await wrongShapes(forge, issuer)),
    ...(await wrongTimes(forge)),
    ...(await wrongClaims(forge, issuer)),
  };
}

async function wrongKeys(forge: Forge): Promise<Record<string, ForgedToken>> {
  const { signing, encryption } = forge;
  const pem = createPublicKey({ key: signing as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  const own = await generateKeyPair('RS256', { extractable: true });
  const ownKey = { ...(await exportJWK(own.privateKey)), alg: 'RS256' };
  const ownPublic = { ...(await exportJWK(own.publicKey)), alg: 'RS256' };
  const curve = await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey);
  const good = (await forge.sign()).split('.') as [string, string, string];
  const other = (await forge.sign({ scope: 'openid' })).split('.') as [string, string, string];
  const payload = forge.payload();
  const kid = signing.kid;
  return {
    'alg none': invalid(`${part({ alg: 'none', kid })}.${part(payload)}.`),
    'alg none, signature kept': invalid(`${part({ alg: 'none', kid })}.${good[1]}.${good[2]}`),
    'alg nOnE': invalid(`${part({ alg: 'nOnE', kid })}.${part(payload)}.`),
    'HS256 with the public key (PEM)': invalid(await jws(payload, { kid, alg: 'HS256' }, Buffer.from(pem))),
    'HS256 with the public key (modulus)': invalid(
      await jws(payload, { kid, alg: 'HS256' }, Buffer.from(signing.n as string, 'base64url')),
    ),
    'signed with the encryption key': invalid(await jws(payload, { kid: encryption.kid }, encryption)),
    'signed with the encryption key, kid of the signing key': invalid(await jws(payload, { kid }, encryption)),
    'RS512 by the right key': invalid(await forge.sign({}, { alg: 'RS512' })),
    'PS256 by a key for RS256': invalid(await forge.sign({}, { alg: 'PS256' })),
    'ES256 by another key, kid of the signing key': invalid(await jws(payload, { kid, alg: 'ES256' }, curve)),
    'signed with a key of the sender': invalid(await jws(payload, { kid }, ownKey)),
    'key of the sender in the header': invalid(await jws(payload, { jwk: ownPublic }, ownKey)),
    'address of the sender’s keys in the header': invalid(
      await jws(payload, { kid: 'sender', jku: 'http://127.0.0.1:9/keys' }, ownKey),
    ),
    'unknown kid': invalid(await forge.sign({}, { kid: crypto.randomUUID() })),
    'no kid': invalid(await forge.sign({}, { kid: undefined })),
    'payload altered': invalid(`${good[0]}.${part({ ...payload, realm_access: { roles: ['auditor'] } })}.${good[2]}`),
    'signature of another token': invalid(`${good[0]}.${good[1]}.${other[2]}`),
    'signature cut': invalid(`${good[0]}.${good[1]}.${good[2].slice(0, 40)}`),
    'signature missing': invalid(`${good[0]}.${good[1]}.`),
  };
}

async function wrongShapes(forge: Forge, issuer: Issuer): Promise<Record<string, ForgedToken>> {
  const { signing, encryption } = forge;
  const good = await forge.sign();
  const encrypted = new CompactEncrypt(Buffer.from(good)).setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM' });
  const { d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...encryptionPublic } = encryption;
  return {
    'not a JWT': malformed('coordinator'),
    'two parts': malformed(good.split('.').slice(0, 2).join('.')),
    'four parts': malformed(`${good}.e30`),
    'encrypted to the realm (JWE)': malformed(await encrypted.encrypt(encryptionPublic)),
    'header that is no JSON': malformed(`bm90anNvbg.${good.split('.').slice(1).join('.')}`),
    'payload that is no JSON': malformed(await raw('not json', signing)),
    'payload that is a list': malformed(await raw('[]', signing)),
    'unknown critical header': invalid(await forge.sign({}, { crit: ['nivel'], nivel: true })),
    '64 kB token': { token: await forge.sign({ padding: 'x'.repeat(48 * 1024) }), code: 'TOKEN_TOO_LARGE' },
    'ID token': invalid(await realIdToken(issuer, forge)),
    'ID token for the hub': invalid(await forge.sign({ typ: 'ID' })),
    'refresh token': invalid(await forge.sign({ typ: 'Refresh', aud: issuer.issuer })),
    'refresh token for the hub': invalid(await forge.sign({ typ: 'Refresh' })),
    'offline token': invalid(await forge.sign({ typ: 'Offline' })),
    'logout token': invalid(await forge.sign({ typ: 'Logout' })),
    'no typ': invalid(await forge.sign({ typ: undefined })),
    'typ in lower case': invalid(await forge.sign({ typ: 'bearer' })),
  };
}

async function wrongTimes(forge: Forge): Promise<Record<string, ForgedToken>> {
  const now = Math.floor(Date.now() / 1000);
  return {
    'no exp': invalid(await forge.sign({ exp: undefined })),
    'exp is text': invalid(await forge.sign({ exp: String(now + 600) })),
    expired: { token: await forge.sign({ iat: now - 700, exp: now - 100 }), code: 'TOKEN_EXPIRED' },
    'expired just beyond the tolerance': { token: await forge.sign({ exp: now - 6 }), code: 'TOKEN_EXPIRED' },
    'nbf in the future': invalid(await forge.sign({ nbf: now + 300 })),
    'nbf is text': invalid(await forge.sign({ nbf: 'now' })),
    'no iat': invalid(await forge.sign({ iat: undefined })),
    'iat in the future': invalid(await forge.sign({ iat: now + 300 })),
  };
}

async function wrongClaims(forge: Forge, issuer: Issuer): Promise<Record<string, ForgedToken>> {
  const noRole = async (claim: unknown): Promise<ForgedToken> => ({
    token: await forge.sign({ realm_access: claim }),
    code: 'NO_ROLE',
  });
  const wrong = async (claims: Record<string, unknown>) => invalid(await forge.sign(claims));
  return {
    'issuer with a trailing slash': await wrong({ iss: `${issuer.issuer}/` }),
    'another issuer': await wrong({ iss: 'https://login.example/realms/nivel' }),
    'issuer is a list': await wrong({ iss: [issuer.issuer] }),
    'no issuer': await wrong({ iss: undefined }),
    'wrong audience': await wrong({ aud: 'account' }),
    'no audience': await wrong({ aud: undefined }),
    'no sub': await wrong({ sub: undefined }),
    'sub is no UUID': await wrong({ sub: 'coordinator' }),
    'no user name': await wrong({ preferred_username: undefined }),
    'user name with a line break': await wrong({ preferred_username: 'coordinator\nadmin' }),
    'no role of the hub': await noRole({ roles: ['offline_access', 'default-roles-nivel'] }),
    'no roles': await noRole({ roles: [] }),
    'no realm_access': await noRole(undefined),
    'role inherited from Object': await noRole({ roles: ['constructor', '__proto__'] }),
    'roles is text': await wrong({ realm_access: { roles: 'auditor' } }),
    'unknown agency': await wrong({ nivel_agency: 'POLICE' }),
    'agency inherited from Object': await wrong({ nivel_agency: 'constructor' }),
    'agency is a list': await wrong({ nivel_agency: ['HUB'] }),
    'organisation is no Finnish OID': await wrong({ nivel_organisation: '1.3.6.1.4.1' }),
    'unit is a number': await wrong({ nivel_unit: 7 }),
    'client is no UUID': await wrong({ nivel_client: "1' OR '1'='1" }),
    'acting for one that is no UUID': await wrong({ nivel_acting_for: ['everyone'] }),
    'acting for is no list': await wrong({ nivel_acting_for: forge.payload().sub }),
    'acting for a thousand': await wrong({ nivel_acting_for: new Array(101).fill(forge.payload().sub) }),
    'actor without sub': await wrong({ act: {} }),
    'actor is text': await wrong({ act: 'admin' }),
  };
}

async function realIdToken(issuer: Issuer, forge: Forge): Promise<string> {
  const username = String(forge.payload().preferred_username);
  const form = { grant_type: 'password', client_id: 'nivel-cli', username, password: username, scope: 'openid' };
  const response = await fetch(issuer.tokenEndpoint, { method: 'POST', body: new URLSearchParams(form) });
  const { id_token } = (await response.json()) as { id_token?: string };
  if (!id_token) throw new Error('the issuer gave no ID token');
  return id_token;
}

function invalid(token: string): ForgedToken {
  return { token, code: 'TOKEN_INVALID' };
}

function malformed(token: string): ForgedToken {
  return { token, code: 'TOKEN_MALFORMED' };
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

/** A signature by any key over any payload; jose's own use and algorithm checks are stepped around, as an attacker would. */
async function jws(payload: object, header: Record<string, unknown>, key: JWK | Uint8Array): Promise<string> {
  return raw(JSON.stringify(payload), key, header);
}

function raw(payload: string, key: JWK | Uint8Array, header: Record<string, unknown> = {}): Promise<string> {
  const alg = String(header.alg ?? 'RS256');
  const usable = key instanceof Uint8Array ? key : { ...key, alg, use: 'sig' };
  const crit = Object.fromEntries(((header.crit as string[] | undefined) ?? []).map((name) => [name, true]));
  const kid = key instanceof Uint8Array ? undefined : key.kid;
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader({ typ: 'JWT', kid, ...header, alg } as never)
    .sign(usable, { crit });
}
