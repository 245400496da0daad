// Authorization code with PKCE (RFC 7636) as a public client. The access token lives in this browser tab's sessionStorage
// and leaves it in the Authorization header only; refresh and ID tokens are not kept.

/** @typedef {{ token: string, expiresAt: number, username: string, roles: string[] }} Session `expiresAt` in ms since epoch. */
/** @typedef {{ issuer: string, clientId: string, home: string }} SignInSettings */
/** @typedef {'signInFailed' | 'issuerDown'} SignInFailure */

const SESSION = 'nivel.session';
const PENDING = 'nivel.signin';

/** A failed sign-in; `reason` names its text. */
export class SignInError extends Error {
  /** @param {SignInFailure} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** The session of this browser tab. @returns {Session | null} */
export function readSession() {
  return JSON.parse(sessionStorage.getItem(SESSION) ?? 'null');
}

/** Forgets a session whose token has expired; says whether there was one. */
export function dropExpiredSession() {
  const session = readSession();
  if (session === null || session.expiresAt > Date.now()) return false;
  sessionStorage.removeItem(SESSION);
  return true;
}

/**
 * Leaves for the issuer's sign-in page; throws `SignInError` when the issuer does not answer.
 *
 * @param {SignInSettings} settings
 * @param {{ language: string, anew: boolean }} options `anew`: asks who it is even when the issuer still knows.
 */
export async function beginSignIn(settings, { language, anew }) {
  const { authorization_endpoint } = await discover(settings);
  const pending = { state: randomText(), nonce: randomText(), verifier: randomText() };
  sessionStorage.setItem(PENDING, JSON.stringify(pending));
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(pending.verifier));
  location.assign(
    withQuery(authorization_endpoint, {
      client_id: settings.clientId,
      response_type: 'code',
      redirect_uri: redirectUri(settings),
      scope: 'openid profile',
      state: pending.state,
      nonce: pending.nonce,
      code_challenge_method: 'S256',
      code_challenge: base64url(new Uint8Array(digest)),
      ui_locales: language,
      ...(anew && { prompt: 'login' }),
    }),
  );
}

/**
 * Takes the issuer's answer from the address bar, when there is one, and keeps the session that it opens.
 *
 * Throws `SignInError`.
 *
 * @param {SignInSettings} settings
 */
export async function finishSignIn(settings) {
  const answer = new URLSearchParams(location.search);
  // Neither the code nor anything else in the query stays in the address or the history.
  history.replaceState(null, '', settings.home);
  if (!answer.has('state')) return;
  const pending = JSON.parse(sessionStorage.getItem(PENDING) ?? 'null');
  sessionStorage.removeItem(PENDING);
  const code = answer.get('code');
  // RFC 9207: the answer is of the issuer that was asked.
  const mixedUp = answer.has('iss') && answer.get('iss') !== settings.issuer;
  if (!code || mixedUp || pending?.state !== answer.get('state')) throw new SignInError('signInFailed');

  const { token_endpoint } = await discover(settings);
  const form = {
    grant_type: 'authorization_code',
    client_id: settings.clientId,
    redirect_uri: redirectUri(settings),
    code,
    code_verifier: pending.verifier,
  };
  const tokens = await askIssuer(token_endpoint, { method: 'POST', body: new URLSearchParams(form) });
  // OpenID Connect Core § 3.1.3.7: straight from the issuer's token endpoint the ID token's signature may go unchecked.
  const about = claims(tokens.id_token);
  if (about.nonce !== pending.nonce || about.iss !== settings.issuer) throw new SignInError('signInFailed');
  const { preferred_username, realm_access } = claims(tokens.access_token);
  /** @type {Session} */
  const session = {
    token: tokens.access_token,
    expiresAt: Date.now() + Number(tokens.expires_in) * 1000,
    username: String(preferred_username),
    roles: realm_access?.roles ?? [],
  };
  sessionStorage.setItem(SESSION, JSON.stringify(session));
}

/**
 * Forgets the session here, then leaves for the issuer to end it there; comes straight back when the issuer does not answer.
 *
 * @param {SignInSettings} settings
 * @param {{ language: string }} options
 */
export async function signOut(settings, { language }) {
  sessionStorage.clear();
  const known = await discover(settings).catch(() => ({ end_session_endpoint: undefined }));
  if (!known.end_session_endpoint) return location.assign(settings.home);
  location.assign(
    withQuery(known.end_session_endpoint, {
      client_id: settings.clientId,
      post_logout_redirect_uri: redirectUri(settings),
      ui_locales: language,
    }),
  );
}

/** @param {SignInSettings} settings */
async function discover({ issuer }) {
  const known = await askIssuer(`${issuer}/.well-known/openid-configuration`);
  if (known.issuer !== issuer) throw new SignInError('signInFailed');
  return known;
}

/** @param {string} url @param {RequestInit} [init] */
async function askIssuer(url, init) {
  const response = await fetch(url, init).catch(() => {
    throw new SignInError('issuerDown');
  });
  if (!response.ok) throw new SignInError(response.status >= 500 ? 'issuerDown' : 'signInFailed');
  return response.json();
}

/** @param {SignInSettings} settings */
function redirectUri({ home }) {
  return location.origin + home;
}

/** @param {string} url @param {Record<string, string>} query */
function withQuery(url, query) {
  return `${url}?${new URLSearchParams(query)}`;
}

function randomText() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
}

/** What a token says, for showing; the hub verifies it. @param {unknown} token */
function claims(token) {
  try {
    const payload = atob(String(token).split('.')[1]?.replaceAll('-', '+').replaceAll('_', '/') ?? '');
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(payload, (sign) => sign.charCodeAt(0))));
  } catch {
    throw new SignInError('signInFailed');
  }
}
