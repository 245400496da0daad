import { createHash, randomBytes } from 'node:crypto';
import type { Issuer } from '../../auth/issuer.ts';

export const EXPLORER = 'http://localhost:4000/explorer';

/** A browser as far as signing in goes: keeps cookies by path, follows redirects until they leave the issuer. */
export class Browser {
  readonly #cookies = new Map<string, { value: string; path: string }>();

  async open(url: string, init: RequestInit = {}): Promise<{ url: string; response?: Response }> {
    const headers = { 'accept-language': 'fr', accept: 'text/html', cookie: this.#cookiesFor(url), ...init.headers };
    const response = await fetch(url, { ...init, headers, redirect: 'manual' });
    this.#keep(response);
    const location = response.headers.get('location');
    if (!location) return this.#sendForm(url, response);
    await response.body?.cancel();
    const next = new URL(location, url);
    return next.port === new URL(url).port ? this.open(next.href) : { url: next.href };
  }

  post(url: string, form: Record<string, string>) {
    return this.open(url, { method: 'POST', body: new URLSearchParams(form) });
  }

  /** A page whose script only sends its form, as oidc-provider makes one when another user signs in. */
  async #sendForm(url: string, response: Response): Promise<{ url: string; response: Response } | { url: string }> {
    const html = await response.clone().text();
    if (!html.includes('document.forms[0].submit()')) return { url, response };
    const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
    const inputs = [...html.matchAll(/name="([^"]+)" value="([^"]+)"/g)].map(([, name, value]) => [name, value]);
    return this.post(action, Object.fromEntries(inputs));
  }

  #keep(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const path = /; path=([^;]+)/i.exec(line)?.[1] ?? '/';
      if (value) this.#cookies.set(`${name} ${path}`, { value, path });
      else this.#cookies.delete(`${name} ${path}`);
    }
  }

  #cookiesFor(url: string): string {
    const { pathname } = new URL(url);
    const fitting = [...this.#cookies].filter(([, { path }]) => pathname.startsWith(path));
    return fitting.map(([key, { value }]) => `${key.split(' ')[0]}=${value}`).join('; ');
  }
}

export interface SignIn {
  readonly authorizeUrl: string;
  readonly verifier: string;
}

/** A sign-in as the Explorer begins it (RFC 7636); `change` alters or, with undefined, removes parameters. */
export function beginSignIn(issuer: Issuer, change: Record<string, string | undefined> = {}): SignIn {
  const verifier = randomBytes(32).toString('base64url');
  const params = {
    client_id: 'nivel-explorer',
    response_type: 'code',
    redirect_uri: EXPLORER,
    scope: 'openid profile',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    ...change,
  };
  const given = Object.entries(params).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { authorizeUrl: `${issuer.issuer}/protocol/openid-connect/auth?${new URLSearchParams(given)}`, verifier };
}

export async function askTokens(issuer: Issuer, form: Record<string, string>, headers: Record<string, string> = {}) {
  const response = await fetch(issuer.tokenEndpoint, { method: 'POST', headers, body: new URLSearchParams(form) });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, string>,
  };
}

export function codeGrant(code: string, verifier: string): Record<string, string> {
  return {
    grant_type: 'authorization_code',
    client_id: 'nivel-explorer',
    redirect_uri: EXPLORER,
    code,
    code_verifier: verifier,
  };
}
