import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Issuer } from '../../auth/issuer.ts';
import { createTokenVerifier } from '../../auth/verify.ts';
import { Browser, EXPLORER } from '../auth/browser.ts';
import { startIssuer } from '../auth/start.ts';

interface Settings {
  readonly issuer: string;
  readonly clientId: string;
  readonly home: string;
}

interface Session {
  readonly token: string;
  readonly expiresAt: number;
  readonly username: string;
  readonly roles: readonly string[];
}

/** The page's own script; only the browser's objects around it are stand-ins. */
interface SignIn {
  readSession(): Session | null;
  dropExpiredSession(): boolean;
  beginSignIn(settings: Settings, options: { language: string; anew: boolean }): Promise<void>;
  finishSignIn(settings: Settings): Promise<void>;
  signOut(settings: Settings, options: { language: string }): Promise<void>;
}

const script = fileURLToPath(new URL('../../gateway/explorer/browser/signin.js', import.meta.url));
const page: SignIn = await import(/* @vite-ignore */ script);

let issuer: Issuer;
let settings: Settings;
let kept: Map<string, string>;
let left: string[];
let shown: string[];
const address = { origin: new URL(EXPLORER).origin, search: '', assign: (url: string) => void left.push(url) };

beforeAll(async () => {
  issuer = await startIssuer();
  settings = { issuer: issuer.issuer, clientId: 'nivel-explorer', home: '/explorer' };
});
afterAll(() => issuer.close());

beforeEach(() => {
  kept = new Map();
  left = [];
  shown = [];
  address.search = '';
  vi.stubGlobal('location', address);
  vi.stubGlobal('history', { replaceState: (_state: null, _title: string, url: string) => void shown.push(url) });
  vi.stubGlobal('sessionStorage', {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
    clear: () => kept.clear(),
  });
});
afterEach(() => vi.unstubAllGlobals());

/** Signs `username` in at the issuer and leaves the browser where it comes back. */
async function goAndComeBack(username: string): Promise<void> {
  await page.beginSignIn(settings, { language: 'sv', anew: false });
  const browser = new Browser();
  const login = await browser.open(left[0] as string);
  address.search = new URL((await browser.post(login.url, { username })).url).search;
}

describe('the Explorer’s sign-in', () => {
  it('brings a session whose token the hub accepts, and leaves nothing in the address', async () => {
    await goAndComeBack('coordinator');
    const asked = new URL(left[0] as string).searchParams;
    expect(asked.get('code_challenge_method')).toBe('S256');
    expect(asked.get('ui_locales')).toBe('sv');

    await page.finishSignIn(settings);
    const session = page.readSession();
    expect(session).toMatchObject({ username: 'coordinator', roles: ['coordinator'] });
    expect(session?.expiresAt).toBeGreaterThan(Date.now() + 500_000);
    expect(shown).toEqual(['/explorer']);
    expect(left.join()).not.toContain(session?.token);
    const principal = await createTokenVerifier(issuer).verify([`Bearer ${session?.token}`]);
    expect(principal.username).toBe('coordinator');
    expect([...kept.keys()], 'neither code verifier nor refresh token stays').toEqual(['nivel.session']);
  });

  it('takes no answer that it did not ask for', async () => {
    await goAndComeBack('peer');
    const answer = address.search;
    address.search = answer.replace(/state=[^&]+/, 'state=forged');
    await expect(page.finishSignIn(settings)).rejects.toMatchObject({ reason: 'signInFailed' });
    address.search = answer;
    await expect(page.finishSignIn(settings), 'nor a right one after that').rejects.toMatchObject({
      reason: 'signInFailed',
    });
    expect([page.readSession(), shown]).toEqual([null, ['/explorer', '/explorer']]);
  });

  it('takes no answer of another issuer (RFC 9207), nor a refusal', async () => {
    for (const change of [{ iss: 'https://evil.example' }, { code: '', error: 'access_denied' }]) {
      await goAndComeBack('peer');
      const answer = new URLSearchParams(address.search);
      for (const [name, value] of Object.entries(change)) answer.set(name, value);
      address.search = `?${answer}`;
      await expect(page.finishSignIn(settings)).rejects.toMatchObject({ reason: 'signInFailed' });
      left = [];
    }
  });

  it('takes no tokens with another nonce', async () => {
    await goAndComeBack('peer');
    const pending = JSON.parse(kept.get('nivel.signin') ?? '{}');
    kept.set('nivel.signin', JSON.stringify({ ...pending, nonce: 'another' }));
    await expect(page.finishSignIn(settings)).rejects.toMatchObject({ reason: 'signInFailed' });
    expect(page.readSession()).toBeNull();
  });

  it('is silent on a visit without an answer, and clears what else the address holds', async () => {
    address.search = '?query=mutation';
    await page.finishSignIn(settings);
    expect([page.readSession(), shown]).toEqual([null, ['/explorer']]);
  });

  it('tells that the issuer does not answer', async () => {
    const nowhere = { ...settings, issuer: 'http://127.0.0.1:9/realms/nivel' };
    const going = page.beginSignIn(nowhere, { language: 'fi', anew: true });
    await expect(going).rejects.toMatchObject({ reason: 'issuerDown' });
  });

  it('ends a session here and at the issuer, and drops one that has expired', async () => {
    await goAndComeBack('client');
    await page.finishSignIn(settings);
    expect(page.dropExpiredSession()).toBe(false);
    const session = page.readSession();
    await page.signOut(settings, { language: 'fi' });
    expect(kept.size).toBe(0);
    expect(left[1]).toContain(`${issuer.issuer}/protocol/openid-connect/logout?client_id=nivel-explorer`);

    kept.set('nivel.session', JSON.stringify({ ...session, expiresAt: Date.now() }));
    expect(page.dropExpiredSession()).toBe(true);
    expect(page.readSession()).toBeNull();
  });
});
