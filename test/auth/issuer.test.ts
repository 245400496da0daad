import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createIssuer, fetchToken, type Issuer } from '../../auth/issuer.ts';
import { createTokenVerifier } from '../../auth/verify.ts';
import { askTokens } from './browser.ts';
import { createForge } from './forge.ts';
import { startIssuer } from './start.ts';

let folder: string;
let issuer: Issuer;
const noise = vi.fn();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nivel-keys-'));
  for (const method of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(noise);
  issuer = await startIssuer();
});
afterAll(async () => {
  vi.restoreAllMocks();
  await issuer.close();
  await rm(folder, { recursive: true });
});

describe('the embedded issuer', () => {
  it('has Keycloak’s addresses, under its own name whatever the caller called it', async () => {
    const path = '/realms/nivel/.well-known/openid-configuration';
    const found = await (await fetch(issuer.url.replace('localhost', '127.0.0.1') + path)).json();
    const base = `${issuer.issuer}/protocol/openid-connect`;
    expect(issuer.issuer).toBe(`${issuer.url}/realms/nivel`);
    expect(found).toMatchObject({
      issuer: issuer.issuer,
      authorization_endpoint: `${base}/auth`,
      token_endpoint: `${base}/token`,
      jwks_uri: `${base}/certs`,
      userinfo_endpoint: `${base}/userinfo`,
      end_session_endpoint: `${base}/logout`,
      code_challenge_methods_supported: ['S256'],
    });
    expect(issuer).toMatchObject({ jwksUri: `${base}/certs`, tokenEndpoint: `${base}/token` });
  });

  it('publishes a signing and an encryption key', async () => {
    const { keys } = (await (await fetch(issuer.jwksUri)).json()) as { keys: Record<string, string>[] };
    expect(keys.map(({ use, alg, kty }) => [use, alg, kty])).toEqual([
      ['sig', 'RS256', 'RSA'],
      ['enc', 'RSA-OAEP', 'RSA'],
    ]);
  });

  it('answers 404 outside its realm and nothing of oidc-provider’s development pages', async () => {
    for (const path of [
      '/',
      '/realms',
      '/realms/master/protocol/openid-connect/certs',
      '/realms/nivel/interaction/x',
    ]) {
      expect([path, (await fetch(issuer.url + path)).status]).toEqual([path, 404]);
    }
  });

  it('listens on the loopback address only', async () => {
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === 'IPv4');
    if (!outside) return;
    const { port } = new URL(issuer.url);
    await expect(
      fetch(`http://${outside.address}:${port}/realms/nivel/.well-known/openid-configuration`),
    ).rejects.toThrow();
  });

  it('says nothing on the console', async () => {
    await issuer.tokenFor('coordinator');
    expect(noise.mock.calls).toEqual([]);
  });
});

describe('the direct grant', () => {
  const form = { grant_type: 'password', client_id: 'nivel-cli', username: 'coordinator', password: 'coordinator' };

  it('gives an access token; an ID token only to who asks for openid', async () => {
    const plain = await askTokens(issuer, form);
    expect(plain.body).toMatchObject({ token_type: 'Bearer', expires_in: 600 });
    expect(plain.body).not.toHaveProperty('id_token');
    expect((await askTokens(issuer, { ...form, scope: 'openid' })).body).toHaveProperty('id_token');
  });

  it('refuses a wrong password, an unknown user, and the browser’s client', async () => {
    for (const change of [{ password: '' }, { password: 'x' }, { username: 'nobody' }, { username: '__proto__' }]) {
      expect((await askTokens(issuer, { ...form, ...change })).body).toMatchObject({
        error: expect.stringMatching(/invalid_/),
      });
    }
    expect((await askTokens(issuer, { ...form, client_id: 'nivel-explorer' })).body.error).toBe('invalid_request');
    expect((await askTokens(issuer, { ...form, client_id: 'x' })).body.error).toBe('invalid_client');
  });

  it('is what tokenFor uses; its errors are one line each', async () => {
    await expect(issuer.tokenFor('nobody')).rejects.toMatchObject({
      code: 'UNKNOWN_USER',
      message: expect.not.stringContaining('\n'),
    });
    await expect(fetchToken('http://127.0.0.1:1/token', 'coordinator')).rejects.toMatchObject({
      code: 'ISSUER_UNREACHABLE',
    });
  });

  it('gives tokens for as long as the option says', async () => {
    const brief = await startIssuer({ accessTokenSeconds: 1 });
    const verifier = createTokenVerifier(brief);
    const { payload } = await createForge(brief);
    expect(payload().exp! - payload().iat!).toBe(1);
    await verifier.verify([`Bearer ${await brief.tokenFor('coordinator')}`]);
    await brief.close();
  });
});

describe('userinfo', () => {
  const ask = (authorization?: string, origin = 'http://localhost:4000') =>
    fetch(`${issuer.issuer}/protocol/openid-connect/userinfo`, {
      headers: { origin, ...(authorization && { authorization }) },
    });

  it('tells the bearer who they are, the Explorer’s page included', async () => {
    const response = await ask(`Bearer ${await issuer.tokenFor('peer')}`);
    expect(await response.json()).toEqual({ sub: '00000000-0000-4000-9000-000000000006', preferred_username: 'peer' });
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:4000');
  });

  it('refuses others', async () => {
    expect((await ask()).status).toBe(401);
    expect((await ask('Bearer x')).status).toBe(401);
    const token = await (await createForge(issuer)).sign({ typ: 'Refresh' });
    expect(
      (await ask(`Bearer ${token}`, 'https://evil.example')).headers.get('access-control-allow-origin'),
    ).toBeNull();
    expect((await ask(`Bearer ${token}`)).status).toBe(401);
  });
});

describe('the key file', () => {
  it('is made for the owner alone and keeps tokens valid over a restart', async () => {
    const keyFile = join(folder, 'new', 'folder', 'keys.json');
    const first = await createIssuer({ port: 0, keyFile });
    const token = await first.tokenFor('coordinator');
    await first.close();
    expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'new', 'folder'))).mode & 0o077).toBe(0);

    const second = await createIssuer({ port: Number(new URL(first.url).port), keyFile });
    expect((await createTokenVerifier(second).verify([`Bearer ${token}`])).username).toBe('coordinator');
    await second.close();
  });

  it('is one for two issuers that start at once', async () => {
    const keyFile = join(folder, 'shared.json');
    const both = await Promise.all([createIssuer({ port: 0, keyFile }), createIssuer({ port: 0, keyFile })]);
    const published = await Promise.all(both.map(async ({ jwksUri }) => (await fetch(jwksUri)).text()));
    expect(published[0]).toBe(published[1]);
    await Promise.all(both.map((one) => one.close()));
  });

  it('that is damaged or cannot be written is one clear line, and is left as it was', async () => {
    const damaged = join(folder, 'damaged.json');
    for (const text of [
      '',
      '{',
      '{}',
      'null',
      '{"keys":[]}',
      '{"keys":[null,null]}',
      '{"keys":[{"use":"sig"},{"use":"enc"}]}',
    ]) {
      await writeFile(damaged, text);
      await expect(createIssuer({ port: 0, keyFile: damaged })).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' });
      expect(await readFile(damaged, 'utf8')).toBe(text);
    }
    const inAFile = join(damaged, 'keys.json');
    await expect(createIssuer({ port: 0, keyFile: inAFile })).rejects.toMatchObject({
      code: expect.stringMatching(/^KEY_FILE_/),
    });
    await expect(createIssuer({ port: 0, keyFile: folder })).rejects.toMatchObject({ code: 'KEY_FILE_INVALID' });
  });
});

it('a busy port is one clear line that names it', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as { port: number };
  await expect(createIssuer({ port, keyFile: join(folder, 'busy.json') })).rejects.toMatchObject({
    code: 'PORT_BUSY',
    message: `Port ${port} is taken: stop the other program or choose another port for the issuer.`,
  });
  await new Promise((resolve) => other.close(resolve));
});
