import { randomBytes } from 'node:crypto';
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
import { InvalidGrant, InvalidTarget } from 'oidc-provider/lib/helpers/errors.js';
import { base } from 'oidc-provider/lib/helpers/interaction_policy/index.js';
import { type AccessToken, type Client, type Grant, type OidcContext, Provider } from 'oidc-provider/lib/provider.js';
import { toClaims } from '../claims.ts';
import type { Principal } from '../principal.ts';
import { AUDIENCE, CLI_CLIENT, EXPLORER_CLIENT, ROUTES } from '../realm.ts';
import type { RealmKeys } from './keys.ts';
import { errorPage, languageOf, loggedOutPage, logoutPage } from './pages.ts';

export interface ProviderOptions {
  readonly issuer: string;
  readonly keys: RealmKeys;
  readonly users: readonly Principal[];
  /** Addresses that the browser may come back to after signing in. */
  readonly redirectUris: readonly string[];
  readonly accessTokenSeconds: number;
  readonly onError: (error: Error) => void;
}

const SCOPE = 'openid profile';
/** RFC 8707 wants an absolute URI; the token itself names the audience as Keycloak does. */
const HUB_RESOURCE = 'urn:nivel:hub';
const WORKING_DAY_SECONDS = 8 * 3600;

/** oidc-provider set up to answer as Keycloak's realm `nivel` does. */
export function createProvider(options: ProviderOptions): Provider {
  const { users, accessTokenSeconds } = options;
  const byId = new Map(users.map((user) => [user.id, user]));
  const hub = {
    scope: SCOPE,
    audience: AUDIENCE,
    accessTokenTTL: accessTokenSeconds,
    accessTokenFormat: 'jwt',
    jwt: { sign: { alg: 'RS256' } },
  };

  const provider = new Provider(options.issuer, {
    adapter: createMemoryAdapter(),
    jwks: options.keys,
    routes: ROUTES,
    clients: clients(options),
    scopes: SCOPE.split(' '),
    claims: { openid: ['sub', 'typ'], profile: ['preferred_username'] },
    responseTypes: ['code'],
    pkce: { required: () => true },
    clientBasedCORS: (_ctx: OidcContext, origin: string, client: Client) => originsOf(client.redirectUris).has(origin),
    cookies: cookies(),
    findAccount: (_ctx: OidcContext, id: string) => account(byId.get(id)),
    extraTokenClaims: (_ctx: OidcContext, token: AccessToken) => accessClaims(token, byId),
    formats: {
      customizers: {
        // Keycloak's header says JWT; the kind of token stands in the payload.
        jwt: (_ctx: OidcContext, _token: AccessToken, jwt: { header?: object }) => {
          jwt.header = { typ: 'JWT' };
        },
      },
    },
    loadExistingGrant: (ctx: OidcContext) => grantAll(provider, ctx.oidc.client.clientId, ctx.oidc.session.accountId),
    issueRefreshToken: (_ctx: OidcContext, client: Client) => client.grantTypeAllowed('refresh_token'),
    interactions: {
      policy: loginOnly(),
      url: (_ctx: OidcContext, { uid }: { uid: string }) => loginPath(options.issuer, uid),
    },
    renderError: (ctx: OidcContext, out: { error: string; error_description?: string }) => {
      ctx.type = 'html';
      ctx.body = errorPage(languageOf(undefined, ctx.get('accept-language')), out.error, out.error_description);
    },
    features: {
      devInteractions: { enabled: false },
      encryption: { enabled: true },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => HUB_RESOURCE,
        useGrantedResource: () => true,
        getResourceServerInfo: (_ctx: OidcContext, resource: string) => {
          if (resource !== HUB_RESOURCE) throw new InvalidTarget();
          return hub;
        },
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx: OidcContext, form: string) => {
          ctx.body = logoutPage(languageOf(ctx.oidc.params.ui_locales, ctx.get('accept-language')), form);
        },
        postLogoutSuccessSource: (ctx: OidcContext) => {
          ctx.body = loggedOutPage(languageOf(undefined, ctx.get('accept-language')));
        },
      },
    },
    ttl: {
      AccessToken: accessTokenSeconds,
      AuthorizationCode: 60,
      IdToken: accessTokenSeconds,
      Interaction: 1800,
      RefreshToken: WORKING_DAY_SECONDS,
      Session: WORKING_DAY_SECONDS,
      Grant: WORKING_DAY_SECONDS,
    },
  });
  provider.silent = true;
  provider.on('server_error', (_ctx, error) => options.onError(error));

  const byName = new Map(users.map((user) => [user.username, user]));
  provider.registerGrantType('password', (ctx) => directGrant(ctx, byName, hub), ['username', 'password', 'scope']);
  return provider;
}

/** The path of the login page of one sign-in. */
export function loginPath(issuer: string, uid: string): string {
  return `${new URL(issuer).pathname}/login/${uid}`;
}

function clients({ redirectUris }: ProviderOptions): object[] {
  const open = { token_endpoint_auth_method: 'none', response_types: [], redirect_uris: [] as readonly string[] };
  return [
    {
      ...open,
      client_id: EXPLORER_CLIENT,
      client_name: 'Nivel Explorer',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: redirectUris,
      post_logout_redirect_uris: redirectUris,
    },
    { ...open, client_id: CLI_CLIENT, client_name: 'nivel', grant_types: ['password'] },
  ];
}

function originsOf(uris: readonly string[] = []): ReadonlySet<string> {
  return new Set(uris.map((uri) => new URL(uri).origin));
}

/** Cookies are shared between all ports of a host: names of their own keep them out of other programs’ way. */
function cookies(): object {
  return {
    names: { session: 'nivel_sso', interaction: 'nivel_login', resume: 'nivel_login_resume' },
    keys: [randomBytes(32).toString('base64url')],
  };
}

/** Development has nobody to ask for consent to its own clients: signing in is the whole dialogue. */
function loginOnly(): object {
  const policy = base();
  policy.remove('consent');
  return policy;
}

async function grantAll(provider: Provider, clientId: string, accountId: string): Promise<Grant> {
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope(SCOPE);
  grant.addResourceScope(HUB_RESOURCE, SCOPE);
  await grant.save();
  return grant;
}

function account(user: Principal | undefined): object | undefined {
  if (!user) return undefined;
  return {
    accountId: user.id,
    claims: (use: string) => ({
      sub: user.id,
      preferred_username: user.username,
      ...(use === 'id_token' && { typ: 'ID' }),
    }),
  };
}

function accessClaims(token: AccessToken, byId: ReadonlyMap<string, Principal>): object {
  const user = byId.get(token.accountId);
  return { typ: 'Bearer', azp: token.clientId, ...(user && toClaims(user)) };
}

/** Keycloak's direct access grant (RFC 6749 § 4.3). In development a user's password is the user name. */
async function directGrant(ctx: OidcContext, byName: ReadonlyMap<string, Principal>, hub: object): Promise<void> {
  const { client, params, provider } = ctx.oidc;
  const user = byName.get(params.username ?? '');
  if (!user || params.password !== user.username) throw new InvalidGrant('user name or password is wrong');

  const grant = await grantAll(provider, client.clientId, user.id);
  const token = new provider.AccessToken({
    accountId: user.id,
    client,
    grantId: await grant.save(),
    gty: 'password',
    scope: SCOPE,
    resourceServer: new provider.ResourceServer(HUB_RESOURCE, hub),
  });
  const body = { access_token: await token.save(), expires_in: token.expiration, token_type: 'Bearer', scope: SCOPE };
  ctx.body = ctx.oidc.requestParamScopes.has('openid') ? { ...body, id_token: await idToken(ctx, user) } : body;
}

function idToken(ctx: OidcContext, user: Principal): Promise<string> {
  const { provider } = ctx.oidc;
  const claims = { sub: user.id, typ: 'ID', preferred_username: user.username };
  const token = new provider.IdToken(claims, { ctx });
  token.scope = SCOPE;
  return token.issue({ use: 'idtoken' });
}
