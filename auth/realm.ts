/** The audience of every access token and the OAuth clients, by the names that `auth/realm.json` gives them too. */
export const AUDIENCE = 'nivel-hub';
export const EXPLORER_CLIENT = 'nivel-explorer';
export const CLI_CLIENT = 'nivel-cli';

/** Keycloak's paths below the issuer. */
export const ROUTES = {
  authorization: '/protocol/openid-connect/auth',
  token: '/protocol/openid-connect/token',
  jwks: '/protocol/openid-connect/certs',
  userinfo: '/protocol/openid-connect/userinfo',
  end_session: '/protocol/openid-connect/logout',
} as const;
