import { readFileSync } from 'node:fs';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLAIMS } from '../../auth/claims.ts';
import type { Issuer } from '../../auth/issuer.ts';
import { AUDIENCE, CLI_CLIENT, EXPLORER_CLIENT } from '../../auth/realm.ts';
import { DEMO_USERS } from '../../auth/users.ts';
import { ROLES } from '../../schema/purposes.ts';
import { askTokens, Browser, beginSignIn, codeGrant } from './browser.ts';
import { startIssuer } from './start.ts';

interface Mapper {
  name: string;
  protocolMapper: string;
  config: Record<string, string>;
}
interface Client {
  clientId: string;
  publicClient: boolean;
  bearerOnly?: boolean;
  standardFlowEnabled: boolean;
  implicitFlowEnabled?: boolean;
  directAccessGrantsEnabled: boolean;
  redirectUris?: string[];
  webOrigins?: string[];
  attributes?: Record<string, string>;
  protocolMappers?: Mapper[];
}
interface User {
  id: string;
  username: string;
  attributes: Record<string, string[]>;
  realmRoles: string[];
  credentials: { value: string; userLabel: string }[];
}
interface Realm {
  realm: string;
  attributes: Record<string, string>;
  accessTokenLifespan: number;
  roles: { realm: { name: string; description: string }[] };
  clients: Client[];
  users: User[];
  components: Record<string, { config: Record<string, string[]> }[]>;
}

const text = readFileSync(new URL('../../auth/realm.json', import.meta.url), 'utf8');
const realm = JSON.parse(text) as Realm;
const client = (id: string) => realm.clients.find((one) => one.clientId === id)!;

let issuer: Issuer;
beforeAll(async () => {
  issuer = await startIssuer();
});
afterAll(() => issuer.close());

/** What Keycloak's own scopes `basic`, `profile`, `roles` and the client's mappers put into an access token. */
function keycloakClaims(user: User, { clientId, protocolMappers = [] }: Client): Record<string, unknown> {
  const claims: Record<string, unknown> = {
    typ: 'Bearer',
    azp: clientId,
    sub: user.id,
    preferred_username: user.username,
    realm_access: { roles: user.realmRoles },
  };
  for (const { protocolMapper, config } of protocolMappers) {
    if (config['access.token.claim'] !== 'true') continue;
    if (protocolMapper === 'oidc-audience-mapper') claims.aud = config['included.client.audience'];
    else if (protocolMapper === 'oidc-usermodel-attribute-mapper') {
      const values = user.attributes[config['user.attribute'] ?? ''];
      if (values) claims[config['claim.name'] ?? ''] = config.multivalued === 'true' ? values : values[0];
    } else expect.fail(`a mapper that this test does not know: ${protocolMapper}`);
  }
  return claims;
}

/** The claims of a token without those that differ from token to token or that only one of the two providers writes. */
function comparable(token: string): Record<string, unknown> {
  const { iat: _iat, exp: _exp, jti: _jti, iss: _iss, scope: _scope, client_id: _client, ...claims } = decodeJwt(token);
  return claims;
}

async function browserToken(username: string): Promise<string> {
  const { authorizeUrl, verifier } = beginSignIn(issuer);
  const browser = new Browser();
  const page = await browser.open(authorizeUrl);
  const back = await browser.post(page.url, { username });
  const code = new URL(back.url).searchParams.get('code') ?? '';
  return (await askTokens(issuer, codeGrant(code, verifier))).body.access_token!;
}

describe('auth/realm.json and the embedded issuer agree on', () => {
  it('the realm and its roles', () => {
    expect(issuer.issuer.endsWith(`/realms/${realm.realm}`)).toBe(true);
    expect(realm.roles.realm.map((role) => role.name)).toEqual(Object.keys(ROLES));
    for (const { name, description } of realm.roles.realm) {
      expect(description).toBe(Object.values(ROLES[name as keyof typeof ROLES]).join(' / '));
    }
  });

  it('the users, with their ids', () => {
    expect(realm.users.map(({ id, username }) => [id, username])).toEqual(
      DEMO_USERS.map(({ id, username }) => [id, username]),
    );
  });

  it('the claims of every user’s access token, for the browser and for the command line', async () => {
    for (const user of realm.users) {
      expect(comparable(await issuer.tokenFor(user.username))).toEqual(keycloakClaims(user, client(CLI_CLIENT)));
      expect(comparable(await browserToken(user.username))).toEqual(keycloakClaims(user, client(EXPLORER_CLIENT)));
    }
  });

  it('the clients and what each of them may do', async () => {
    expect(realm.clients.map((one) => one.clientId)).toEqual([AUDIENCE, EXPLORER_CLIENT, CLI_CLIENT]);
    expect(client(AUDIENCE)).toMatchObject({ bearerOnly: true, standardFlowEnabled: false });
    expect(client(EXPLORER_CLIENT)).toMatchObject({
      publicClient: true,
      standardFlowEnabled: true,
      implicitFlowEnabled: false,
      directAccessGrantsEnabled: false,
      redirectUris: ['http://localhost:4000/explorer*'],
      webOrigins: ['http://localhost:4000'],
      attributes: { 'pkce.code.challenge.method': 'S256' },
    });
    expect(client(CLI_CLIENT)).toMatchObject({
      publicClient: true,
      standardFlowEnabled: false,
      implicitFlowEnabled: false,
      directAccessGrantsEnabled: true,
    });
    expect(client(CLI_CLIENT).protocolMappers).toEqual(client(EXPLORER_CLIENT).protocolMappers);
    const grant = { grant_type: 'password', username: 'peer', password: 'peer' };
    for (const { clientId, directAccessGrantsEnabled } of realm.clients) {
      const { status } = await askTokens(issuer, { ...grant, client_id: clientId });
      expect([clientId, status === 200]).toEqual([clientId, directAccessGrantsEnabled]);
    }
  });

  it('how long an access token lives', async () => {
    const { exp, iat } = decodeJwt(await issuer.tokenFor('peer'));
    expect(exp! - iat!).toBe(realm.accessTokenLifespan);
  });
});

describe('auth/realm.json', () => {
  it('says that its passwords, which are the user names, are for development only', () => {
    expect(realm.attributes['nivel.note']).toMatch(/^Development only/);
    for (const { username, credentials } of realm.users) {
      expect(credentials).toEqual([
        { type: 'password', userLabel: 'Development only', value: username, temporary: false },
      ]);
    }
  });

  it('lets nobody edit the attributes that decisions rest on, and asks no user for more than there is', () => {
    const component = realm.components['org.keycloak.userprofile.UserProfileProvider']![0]!;
    const profile = JSON.parse(component.config['kc.user.profile.config']![0]!) as {
      attributes: { name: string; permissions: { edit: string[] }; required?: unknown }[];
    };
    const names = profile.attributes.map((one) => one.name);
    expect(names).toEqual(['username', 'email', ...Object.values(CLAIMS)]);
    for (const { name, permissions, required } of profile.attributes) {
      expect([name, permissions.edit, required]).toEqual([name, ['admin'], undefined]);
    }
  });

  it('has no place that Keycloak would fill from the environment on import', () => {
    expect(text).not.toContain('${');
  });
});
