import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider/lib/provider.js';
import type { Principal } from '../principal.ts';
import { expiredPage, languageOf, loginPage } from './pages.ts';

export interface LoginOptions {
  readonly provider: Provider;
  readonly users: readonly Principal[];
  readonly redirectUris: readonly string[];
}

const LARGEST_FORM_BYTES = 4096;

/** Shows the demo users to a browser that oidc-provider sent here, and signs in the one that is chosen. */
export function createLogin({ provider, users, redirectUris }: LoginOptions) {
  const headers = pageHeaders(redirectUris);

  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const chosen = new URL(req.url ?? '/', 'http://localhost').searchParams.get('lang');
    const interaction = await provider.interactionDetails(req, res).catch(() => undefined);
    const locales = String(interaction?.params.ui_locales ?? '');
    const language = languageOf(chosen ?? locales, req.headers['accept-language']);
    if (!interaction) return void res.writeHead(400, headers).end(expiredPage(language));

    if (req.method === 'POST') {
      const username = new URLSearchParams(await readForm(req)).get('username');
      const user = users.find((one) => one.username === username);
      if (user) return provider.interactionFinished(req, res, { login: { accountId: user.id } });
    }
    res.writeHead(200, headers).end(loginPage(language, users));
  };
}

/** No outside host, no script, no frame; a form may lead on to the page that asked for the sign-in. */
function pageHeaders(redirectUris: readonly string[]): Record<string, string> {
  const origins = [...new Set(redirectUris.map((uri) => new URL(uri).origin))].join(' ');
  return {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy': `default-src 'none'; style-src 'unsafe-inline'; form-action 'self' ${origins}; frame-ancestors 'none'; base-uri 'none'`,
  };
}

async function readForm(req: IncomingMessage): Promise<string> {
  let form = '';
  for await (const chunk of req) {
    form += chunk;
    if (form.length > LARGEST_FORM_BYTES) return '';
  }
  return form;
}
