import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Issuer } from '../../auth/issuer.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import { createTokenVerifier, type TokenVerifier } from '../../auth/verify.ts';
import { askTokens, Browser, beginSignIn, codeGrant, EXPLORER } from './browser.ts';
import { startIssuer } from './start.ts';

let issuer: Issuer;
let verifier: TokenVerifier;
beforeAll(async () => {
  issuer = await startIssuer();
  verifier = createTokenVerifier(issuer);
});
afterAll(() => issuer.close());

/** Signs `username` in and gives the parameters that the Explorer comes back with. */
async function signIn(browser: Browser, authorizeUrl: string, username: string): Promise<URLSearchParams> {
  const page = await browser.open(authorizeUrl);
  expect(page.response?.status).toBe(200);
  const back = await browser.post(page.url, { username });
  expect(back.url.startsWith(`${EXPLORER}?`), back.url).toBe(true);
  return new URL(back.url).searchParams;
}

async function tokensOf(username: string, browser = new Browser()) {
  const { authorizeUrl, verifier: proof } = beginSignIn(issuer);
  const back = await signIn(browser, authorizeUrl, username);
  return askTokens(issuer, codeGrant(back.get('code') ?? '', proof));
}

describe('signing in at the Explorer (authorization code and PKCE)', () => {
  it.each(DEMO_USERS.map((user) => [user.username, user] as const))('makes %s the caller', async (username, user) => {
    const { authorizeUrl, verifier: proof } = beginSignIn(issuer);
    const back = await signIn(new Browser(), authorizeUrl, username);
    expect([back.get('state'), back.get('iss')]).toEqual(['state-1', issuer.issuer]);

    const origin = new URL(EXPLORER).origin;
    const { status, headers, body } = await askTokens(issuer, codeGrant(back.get('code') ?? '', proof), { origin });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([200, origin]);
    expect(await verifier.verify([`Bearer ${body.access_token}`])).toEqual(user);
    expect(decodeJwt(body.access_token!)).toMatchObject({ typ: 'Bearer', azp: 'nivel-explorer', aud: 'nivel-hub' });
    expect(decodeJwt(body.id_token!)).toMatchObject({
      typ: 'ID',
      aud: 'nivel-explorer',
      sub: user.id,
      nonce: 'nonce-1',
      preferred_username: username,
    });
    expect(body.expires_in).toBe(600);
  });

  it('gives ID and refresh tokens that the hub does not take', async () => {
    const { body } = await tokensOf('coordinator');
    await expect(verifier.verify([`Bearer ${body.id_token}`])).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    await expect(verifier.verify([`Bearer ${body.refresh_token}`])).rejects.toMatchObject({ code: 'TOKEN_MALFORMED' });
  });

  it('is renewed by the refresh token, for the same person', async () => {
    const { body } = await tokensOf('peer');
    const renewal = { grant_type: 'refresh_token', client_id: 'nivel-explorer', refresh_token: body.refresh_token! };
    const renewed = await askTokens(issuer, renewal);
    expect((await verifier.verify([`Bearer ${renewed.body.access_token}`])).username).toBe('peer');
  });

  it('needs no second click in the same browser, and asks again with prompt=login', async () => {
    const browser = new Browser();
    await tokensOf('auditor', browser);
    const again = await browser.open(beginSignIn(issuer).authorizeUrl);
    expect(again.url.startsWith(`${EXPLORER}?code=`)).toBe(true);
    const { authorizeUrl, verifier: proof } = beginSignIn(issuer, { prompt: 'login' });
    const back = await signIn(browser, authorizeUrl, 'peer');
    const { body } = await askTokens(issuer, codeGrant(back.get('code') ?? '', proof));
    expect((await verifier.verify([`Bearer ${body.access_token}`])).username).toBe('peer');
  });

  it('ends with the logout page', async () => {
    const browser = new Browser();
    const { body } = await tokensOf('coordinator', browser);
    const query = new URLSearchParams({ id_token_hint: body.id_token!, post_logout_redirect_uri: EXPLORER });
    const page = await browser.open(`${issuer.issuer}/protocol/openid-connect/logout?${query}`);
    const html = (await page.response?.text()) ?? '';
    expect(html).toContain('Kirjaudu ulos');
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
    const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
    expect((await browser.post(action, { xsrf, logout: 'yes' })).url).toBe(EXPLORER);
    const next = await browser.open(beginSignIn(issuer).authorizeUrl);
    expect(next.response?.status, 'asked again who it is').toBe(200);
  });
});

describe('a sign-in that is not right', () => {
  it('without PKCE, or with the plain method, comes back with an error', async () => {
    for (const change of [
      { code_challenge: undefined, code_challenge_method: undefined },
      { code_challenge_method: 'plain' },
    ]) {
      const back = await new Browser().open(beginSignIn(issuer, change).authorizeUrl);
      expect(new URL(back.url).searchParams.get('error')).toBe('invalid_request');
    }
  });

  it('with another redirect address or client stays at the issuer', async () => {
    for (const change of [
      { redirect_uri: 'http://localhost:4000/explorer.evil.example' },
      { redirect_uri: 'http://evil.example/explorer' },
      { client_id: 'nobody' },
      { client_id: 'nivel-cli' },
    ]) {
      const { response } = await new Browser().open(beginSignIn(issuer, change).authorizeUrl);
      expect([change, response?.status]).toEqual([change, 400]);
    }
  });

  it('gives no token for a wrong verifier, nor twice for one code', async () => {
    const { authorizeUrl, verifier: proof } = beginSignIn(issuer);
    const code = (await signIn(new Browser(), authorizeUrl, 'coordinator')).get('code') ?? '';
    expect((await askTokens(issuer, codeGrant(code, 'x'.repeat(43)))).body.error).toBe('invalid_grant');
    const second = beginSignIn(issuer);
    const next = (await signIn(new Browser(), second.authorizeUrl, 'coordinator')).get('code') ?? '';
    expect((await askTokens(issuer, codeGrant(next, second.verifier))).status).toBe(200);
    expect((await askTokens(issuer, codeGrant(next, second.verifier))).body.error).toBe('invalid_grant');
    expect((await askTokens(issuer, codeGrant(next, proof))).body.error).toBe('invalid_grant');
  });

  it('of an unknown user shows the page again; one without its cookie is told to start again', async () => {
    const browser = new Browser();
    const page = await browser.open(beginSignIn(issuer).authorizeUrl);
    const again = await browser.post(page.url, { username: 'nobody' });
    expect([again.response?.status, again.url]).toEqual([200, page.url]);
    const stranger = await new Browser().post(page.url, { username: 'coordinator' });
    expect(stranger.response?.status).toBe(400);
    expect(await stranger.response?.text()).toContain('Kirjautuminen ei onnistunut');
  });

  it('from another web page gets no tokens', async () => {
    const { authorizeUrl, verifier: proof } = beginSignIn(issuer);
    const back = await signIn(new Browser(), authorizeUrl, 'coordinator');
    const grant = codeGrant(back.get('code') ?? '', proof);
    const { status, headers } = await askTokens(issuer, grant, { origin: 'https://evil.example' });
    expect([status, headers.get('access-control-allow-origin')]).toEqual([400, null]);
  });
});

describe('the login page', () => {
  const pageIn = async (query: string, headers: Record<string, string> = {}) => {
    const browser = new Browser();
    const { url } = await browser.open(beginSignIn(issuer).authorizeUrl);
    const { response } = await browser.open(url + query, { headers });
    return { html: (await response?.text()) ?? '', headers: response?.headers };
  };

  it('has a button for every demo user, with the role in the page’s language', async () => {
    const expected = { fi: 'Työkykykoordinaattori', sv: 'Arbetsförmågekoordinator', en: 'Work-ability coordinator' };
    for (const [lang, role] of Object.entries(expected)) {
      const { html } = await pageIn(`?lang=${lang}`);
      expect(html).toContain(`<html lang="${lang}">`);
      expect(html).toContain(role);
      for (const { username } of DEMO_USERS) expect(html).toContain(`<button name="username" value="${username}">`);
      expect(html.match(/<h1>/g)).toHaveLength(1);
      expect(html).toContain(`action="?lang=${lang}"`);
    }
  });

  it('follows ?lang=, then the browser, and is Finnish else', async () => {
    expect((await pageIn('')).html).toContain('<html lang="fi">');
    expect((await pageIn('', { 'accept-language': 'da, sv-FI;q=0.8, en;q=0.5' })).html).toContain('<html lang="sv">');
    expect((await pageIn('?lang=xx', { 'accept-language': 'en' })).html).toContain('<html lang="en">');
  });

  it('asks no outside host for anything, runs no script and fits in no frame', async () => {
    const { html, headers } = await pageIn('');
    expect(html).not.toMatch(/https?:\/\/|<script|@import|url\(/);
    const policy = headers?.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self' http://localhost:4000");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers?.get('cache-control')).toBe('no-store');
  });
});
