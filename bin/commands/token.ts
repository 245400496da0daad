import { CLI_CLIENT, ROUTES } from '../../auth/realm.ts';
import { type Command, readArgs } from '../command.ts';
import { Failure } from '../failure.ts';
import { readSettings } from '../settings.ts';
import { print } from '../terminal.ts';

export const command: Command = {
  summary: 'print an access token of a demo user',
  help: `
Usage: nivel token USER

Prints an access token of a demo user and nothing else, from the issuer that runs at ISSUER_PORT, or from Keycloak
when KEYCLOAK_URL is set. Users are named after their roles: coordinator, peer, auditor, …

  curl -H "authorization: Bearer $(npm run -s token -- coordinator)" …
`,
  async run(args) {
    const { positionals } = readArgs('token', args, {}, ['USER']);
    print(await fetchToken(positionals[0] ?? ''));
    return 0;
  },
};

/** @throws Failure `USER_UNKNOWN`, `ISSUER_UNREACHABLE`, `TOKEN_REFUSED` */
async function fetchToken(user: string): Promise<string> {
  const { keycloakUrl, issuerPort } = readSettings();
  const base = keycloakUrl ?? `http://localhost:${issuerPort}`;
  // Keycloak's direct access grant; in the demo realm every user's password is the user's name.
  const form = { grant_type: 'password', client_id: CLI_CLIENT, username: user, password: user };
  const response = await fetch(`${base}/realms/nivel${ROUTES.token}`, {
    method: 'POST',
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(10_000),
  }).catch((error: unknown) => {
    throw new Failure('ISSUER_UNREACHABLE', `no issuer answers at ${base}; ${remedy(keycloakUrl)}`, { cause: error });
  });
  const answer = (await response.json().catch(() => ({}))) as { access_token?: unknown; error?: unknown };
  if (typeof answer.access_token === 'string') return answer.access_token;
  if (answer.error === 'invalid_grant') throw await unknownUser(user);
  throw new Failure('TOKEN_REFUSED', `${base} gives no token (HTTP ${response.status}); ${remedy(keycloakUrl)}`);
}

function remedy(keycloakUrl: string | undefined): string {
  return keycloakUrl === undefined
    ? 'run npm start first, or set ISSUER_PORT'
    : 'check KEYCLOAK_URL and the realm nivel';
}

async function unknownUser(user: string): Promise<Failure> {
  const { DEMO_USERS } = await import('../../auth/users.ts');
  const users = DEMO_USERS.map(({ username }) => username).join(', ');
  return new Failure('USER_UNKNOWN', `there is no user ${JSON.stringify(user)}; the users are ${users}`);
}
