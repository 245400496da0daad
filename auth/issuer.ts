import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { IssuerError } from './issuer/errors.ts';
import { loadRealmKeys } from './issuer/keys.ts';
import { createLogin } from './issuer/login.ts';
import { createProvider } from './issuer/provider.ts';
import { createUserinfo } from './issuer/userinfo.ts';
import type { Principal } from './principal.ts';
import { AUDIENCE, CLI_CLIENT, ROUTES } from './realm.ts';
import { DEMO_USERS } from './users.ts';

export interface IssuerOptions {
  /** TCP port; 0 for any free one. */
  readonly port?: number;
  /** Address to listen on; anything but loopback would let the whole network sign in without a password. */
  readonly host?: string;
  /** File that holds the realm's private keys; made with mode 0600 when it does not exist. */
  readonly keyFile: string;
  readonly users?: readonly Principal[];
  /** Exact addresses that `nivel-explorer` may come back to. */
  readonly redirectUris?: readonly string[];
  readonly accessTokenSeconds?: number;
  /** Told of errors of the issuer itself, for the log. */
  readonly onError?: (error: Error) => void;
}

/** A running issuer. Development only: whoever reaches it becomes any of its users without a password. */
export interface Issuer {
  /** `http://localhost:8080` */
  readonly url: string;
  /** `http://localhost:8080/realms/nivel`, the `iss` of its tokens. */
  readonly issuer: string;
  readonly jwksUri: string;
  readonly tokenEndpoint: string;
  /** The `aud` of its access tokens. */
  readonly audience: string;
  readonly keyFile: string;
  /** A fresh access token from the token endpoint, over HTTP. Throws `IssuerError` UNKNOWN_USER, ISSUER_UNREACHABLE. */
  tokenFor(username: string): Promise<string>;
  close(): Promise<void>;
}

const REALM_PATH = '/realms/nivel';
const EXPLORER = 'http://localhost:4000/explorer';

/** Starts the embedded OpenID issuer with Keycloak's paths and claims. Throws `IssuerError` PORT_BUSY, KEY_FILE_…. */
export async function createIssuer(options: IssuerOptions): Promise<Issuer> {
  const { port = 8080, host = '127.0.0.1', users = DEMO_USERS, keyFile, accessTokenSeconds = 600 } = options;
  const { redirectUris = [EXPLORER, `${EXPLORER}/`], onError = () => {} } = options;
  const keys = await loadRealmKeys(keyFile);

  // The port must be known before the provider is: it is part of the issuer's name.
  let answer: Handler = (_req, res) => void res.writeHead(503, { 'retry-after': '1' }).end();
  const server = createServer((req, res) => answer(req, res));
  const url = `http://localhost:${await listen(server, port, host)}`;
  const issuer = url + REALM_PATH;
  const tokenEndpoint = issuer + ROUTES.token;

  const provider = createProvider({ issuer, keys, users, redirectUris, accessTokenSeconds, onError });
  const login = createLogin({ provider, users, redirectUris });
  const userinfo = createUserinfo({ issuer, keys, redirectUris });
  const openid = provider.callback();
  answer = route({ url, login, userinfo, openid, onError });

  return {
    url,
    issuer,
    jwksUri: issuer + ROUTES.jwks,
    tokenEndpoint,
    audience: AUDIENCE,
    keyFile,
    tokenFor: (username) => fetchToken(tokenEndpoint, username),
    close: () => close(server),
  };
}

/**
 * An access token by Keycloak's direct access grant for client `nivel-cli`, from the embedded issuer or from a development
 * Keycloak with `auth/realm.json`: there the password of every user is the user name. Throws `IssuerError`.
 */
export async function fetchToken(tokenEndpoint: string, username: string): Promise<string> {
  const body = await askForToken(tokenEndpoint, username);
  if (!body.access_token) {
    throw new IssuerError('UNKNOWN_USER', `The issuer gives no token to the user ${JSON.stringify(username)}.`);
  }
  return body.access_token;
}

async function askForToken(tokenEndpoint: string, username: string): Promise<{ access_token?: string }> {
  const form = { grant_type: 'password', client_id: CLI_CLIENT, username, password: username };
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(tokenEndpoint, { method: 'POST', body: new URLSearchParams(form), signal });
    if (response.status >= 500) throw new Error('server error');
    return (await response.json()) as { access_token?: string };
  } catch {
    throw new IssuerError('ISSUER_UNREACHABLE', `No issuer answers at ${tokenEndpoint}: is it running?`);
  }
}

type Handler = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

interface Routes {
  readonly url: string;
  readonly login: Handler;
  readonly userinfo: Handler;
  readonly openid: Handler;
  readonly onError: (error: Error) => void;
}

function route({ url, login, userinfo, openid, onError }: Routes): Handler {
  const { host } = new URL(url);
  return async (req, res) => {
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    try {
      if (path.startsWith(`${REALM_PATH}/login/`)) return await login(req, res);
      if (path === REALM_PATH + ROUTES.userinfo) return await userinfo(req, res);
      if (!path.startsWith(`${REALM_PATH}/`)) return void res.writeHead(404).end();
      // Every address that is given out is the issuer's own, whatever name the caller used.
      req.headers.host = host;
      Object.assign(req, { originalUrl: req.url, url: req.url?.slice(REALM_PATH.length) });
      await openid(req, res);
    } catch (error) {
      onError(error as Error);
      if (!res.headersSent) res.writeHead(500);
      res.end();
    }
  };
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') return reject(error);
      reject(
        new IssuerError(
          'PORT_BUSY',
          `Port ${port} is taken: stop the other program or choose another port for the issuer.`,
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
