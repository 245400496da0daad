import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuthError } from '../../auth/errors.ts';
import type { Issuer } from '../../auth/issuer.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import { createTokenVerifier, type TokenVerifier } from '../../auth/verify.ts';
import { createForge, type Forge, type ForgedToken, forgeTokens } from './forge.ts';
import { serve, startIssuer } from './start.ts';

let issuer: Issuer;
let verifier: TokenVerifier;
let forge: Forge;
let forged: Record<string, ForgedToken>;

beforeAll(async () => {
  issuer = await startIssuer();
  verifier = createTokenVerifier(issuer);
  forge = await createForge(issuer);
  forged = await forgeTokens(issuer);
});
afterAll(() => issuer.close());

async function refusalOf(values: readonly string[] | undefined, by = verifier): Promise<AuthError> {
  const error = await by.verify(values).then(
    (principal) => expect.fail(`accepted as ${principal.username}`),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(AuthError);
  return error as AuthError;
}

describe('a right token', () => {
  it.each(DEMO_USERS.map((user) => [user.username, user] as const))('of %s names that user', async (username, user) => {
    expect(await verifier.verify([`Bearer ${await issuer.tokenFor(username)}`])).toEqual(user);
  });

  it('may have a scheme in any case, two spaces, several audiences and roles that are not the hub’s', async () => {
    const token = await forge.sign({
      aud: ['account', 'nivel-hub'],
      realm_access: { roles: ['offline_access', 'coordinator', 'coordinator', 7] },
    });
    expect((await verifier.verify([`bEARER  ${token}`])).roles).toEqual(['coordinator']);
  });

  it('of a guardian names the people acted for; of an exchanged one, who really sits there', async () => {
    const [ward, clerk] = [crypto.randomUUID(), crypto.randomUUID()];
    const token = await forge.sign({
      realm_access: { roles: ['guardian'] },
      nivel_agency: undefined,
      nivel_organisation: undefined,
      nivel_unit: undefined,
      nivel_acting_for: [ward.toUpperCase()],
      act: { sub: clerk, act: { sub: crypto.randomUUID() } },
    });
    const { id, username } = DEMO_USERS.find((user) => user.username === 'coordinator')!;
    const roles = ['guardian'];
    expect(await verifier.verify([`Bearer ${token}`])).toEqual({
      id,
      username,
      roles,
      actingFor: [ward],
      impersonatedBy: clerk,
    });
  });

  it('may be 5 s off our clock, no more', async () => {
    const now = Math.floor(Date.now() / 1000);
    await verifier.verify([`Bearer ${await forge.sign({ iat: now + 3, nbf: now + 3 })}`]);
    await verifier.verify([`Bearer ${await forge.sign({ exp: now - 2 })}`]);
  });

  it('gives a principal that nobody can change', async () => {
    const principal = await verifier.verify([`Bearer ${await forge.sign()}`]);
    expect(() => Object.assign(principal, { username: 'x' })).toThrow(TypeError);
    expect(() => (principal.roles as string[]).push('auditor')).toThrow(TypeError);
  });
});

describe('a wrong token is refused', () => {
  it('every one, with its code, a 401 and a challenge, and without a word of the token', async () => {
    expect(Object.keys(forged).length).toBeGreaterThan(60);
    const outcomes = await Promise.all(
      Object.entries(forged).map(async ([name, { token }]) => [name, await refusalOf([`Bearer ${token}`])] as const),
    );
    const codes = outcomes.map(([name, error]) => [name, error.code]);
    expect(Object.fromEntries(codes)).toEqual(
      Object.fromEntries(Object.entries(forged).map(([name, { code }]) => [name, code])),
    );
    const sub = String(forge.payload().sub);
    for (const [name, error] of outcomes) {
      expect(error.status, name).toBe(401);
      expect(error.headers['www-authenticate'], name).toMatch(
        /^Bearer realm="nivel", error="invalid_token", error_description="[^"]+"$/,
      );
      const words = `${error.message} ${error.detail} ${JSON.stringify(error.headers)} ${error.stack} ${error.cause}`;
      for (const secret of ['coordinator', sub, forged[name]!.token]) expect(words, name).not.toContain(secret);
    }
  });

  it('a second time too: failures are not remembered as successes', async () => {
    for (const { token, code } of Object.values(forged)) {
      expect((await refusalOf([`Bearer ${token}`])).code).toBe(code);
    }
  });
});

describe('the Authorization header', () => {
  it('that is missing asks for a token and names no error (RFC 6750 § 3.1)', async () => {
    for (const none of [undefined, []]) {
      const { code, status, headers } = await refusalOf(none);
      expect({ code, status, headers }).toEqual({
        code: 'TOKEN_MISSING',
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="nivel"' },
      });
    }
  });

  it('that is not exactly one bearer token is refused', async () => {
    const token = await forge.sign();
    const wrong = [[''], ['Bearer'], ['Bearer '], [token], [`Basic ${token}`], [`Bearer ${token} ${token}`]];
    const joined = [
      [`Bearer ${token}, Bearer ${token}`],
      [`Bearer ${token}`, `Bearer ${token}`],
      [`Bearer ${token}\n`],
    ];
    for (const values of [...wrong, ...joined]) expect((await refusalOf(values)).code).toBe('TOKEN_MALFORMED');
  });

  it('sent twice over HTTP reaches the verifier twice', async () => {
    const token = await issuer.tokenFor('coordinator');
    const codes: string[] = [];
    const server = await serve(async (req, res) => {
      codes.push((await refusalOf(req.headersDistinct.authorization)).code);
      res.end();
    });
    const { request } = await import('node:http');
    await new Promise((resolve, reject) => {
      const headers = ['Host', 'hub', 'Authorization', `Bearer ${token}`, 'Authorization', `Bearer ${token}`];
      request(server.url, { headers }, (res) => res.resume().on('end', resolve))
        .on('error', reject)
        .end();
    });
    await server.close();
    expect(codes).toEqual(['TOKEN_MALFORMED']);
  });
});
