import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSigningKeys } from '../../audit/sequencer/key.ts';
import { createSigner, noteText, signNote } from '../../audit/tree/note.ts';
import type { Issuer } from '../../auth/issuer.ts';
import { connectDatabase } from '../../bin/database.ts';
import type { Postgres } from '../../bin/postgres.ts';
import { present } from '../../gateway/explorer/present.ts';
import { readOperations } from '../../gateway/trusted.ts';
import { SUBGRAPH_NAMES, SUBGRAPHS } from '../../schema/subgraphs.ts';
import { type Served, serve, startIssuer } from '../auth/start.ts';
import { startTestPostgres } from '../postgres.ts';
import { GATEWAYS, interpolate, makeEnv, ROOT, readCompose, serviceOf } from './file.ts';
import { Host } from './host.ts';
import { layImage } from './image.ts';

const compose = readCompose();
const CLIENT_ONE = '00000000-0000-4000-8000-000000000001';

describe('the hub’s services, by their commands and environments on this machine', () => {
  let folder: string;
  let secrets: Record<string, string>;
  let postgres: Postgres;
  let issuer: Issuer;
  let keycloak: Served;
  let host: Host;
  const keysFetched: string[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'nivel-compose-'));
    copyFileSync(join(ROOT, '.env.example'), join(folder, '.env.example'));
    secrets = makeEnv(folder);
    issuer = await startIssuer();
    // As in the file, the gateways reach Keycloak at another address than its tokens name.
    keycloak = await serve(async (request, response) => {
      keysFetched.push(request.url ?? '');
      const keys = await fetch(issuer.url + request.url);
      response.writeHead(keys.status, { 'content-type': 'application/json' }).end(await keys.text());
    });
    postgres = await startTestPostgres({ fsync: false });
    await prepare(postgres.url, interpolate(serviceOf(compose, 'postgres').environment ?? {}, secrets));
    const settings = { ...secrets, KEYCLOAK_URL: issuer.url, LOG_LEVEL: 'warn' };
    host = new Host(interpolate(compose.services, settings), layImage(join(folder, 'image')), {
      'postgres:5432': postgres.port,
      'keycloak:8080': Number(new URL(keycloak.url).port),
    });
    await host.run('migrate');
    await host.run('seed', '--count', '20');
    await Promise.all(SUBGRAPH_NAMES.map((name) => host.start(name, 4001 + SUBGRAPHS[name].port)));
    await Promise.all([...GATEWAYS.map((name) => host.start(name, 4000)), host.start('sequencer', 4010)]);
  });
  afterAll(async () => {
    await host?.stop();
    await postgres?.stop();
    await keycloak?.close();
    await issuer?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(GATEWAYS)('answer a coordinator through %s, and record it', async (gateway) => {
    const view = readOperations(join(folder, 'image/gateway/operations')).find(({ name }) =>
      name.endsWith('unified-view'),
    );
    const { text, variables } = present(view ?? { name: '', text: '' });
    const answer = await ask(gateway, text, `Bearer ${await issuer.tokenFor('coordinator')}`, JSON.parse(variables));
    expect(answer).toMatchObject({ status: 200, body: { data: { client: { id: CLIENT_ONE } } } });
    expect(answer.body.errors).toBeUndefined();
    expect(answer.body.extensions.audit.id).toMatch(/^[0-9a-f-]{36}$/);
    expect(keysFetched).toContain('/realms/nivel/protocol/openid-connect/certs');
  });

  it('publish the log of what they answered, signed by the key of the file', async () => {
    const log = `${host.url('sequencer:4010')}/log`;
    const read = async (): Promise<string> => (await fetch(`${log}/checkpoint`)).text();
    await expect.poll(async () => Number((await read()).split('\n')[1])).toBeGreaterThan(GATEWAYS.length - 1);
    const vkey = (await (await fetch(`${log}/keys`)).text()).trim();
    const [signer] = readSigningKeys(secrets.NIVEL_LOG_KEY ?? '').map((key) => createSigner('localhost:4000/log', key));
    expect(vkey).toBe(signer?.vkey);
    const note = await read();
    expect(note).toBe(signNote(noteText(note), signer === undefined ? [] : [signer]));
  });

  it('answer nobody without a token, and no one’s own questions in production', async () => {
    expect((await ask('gateway-1', '{ __typename }', '')).status).toBe(401);
    const peer = `Bearer ${await issuer.tokenFor('peer')}`;
    expect((await ask('gateway-2', '{ __typename }', peer)).status).toBe(403);
  });

  it('log in to PostgreSQL with the passwords of the file alone', async () => {
    const url = new URL(postgres.url);
    url.pathname = '/nivel';
    url.username = 'nivel_health';
    url.password = secrets.NIVEL_DB_PASSWORD_SOCIAL ?? '';
    await expect(connectDatabase(url.href)).rejects.toMatchObject({ code: 'DATABASE_LOGIN_REFUSED' });
  });

  it('end at SIGTERM, all of them', async () => {
    expect(await host.stop()).toEqual(Array(SUBGRAPH_NAMES.length + GATEWAYS.length + 1).fill(0));
  });

  async function ask(gateway: string, query: string, authorization: string, variables: object = {}) {
    const response = await fetch(`${host.url(`${gateway}:4000`)}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization === '' ? {} : { authorization }) },
      body: JSON.stringify({ query, variables }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: whatever the hub answered.
    return { status: response.status, body: (await response.json()) as any };
  }
});

/** What the image `postgres` does at its first start; the test's server has an administrator of that name. */
async function prepare(server: string, { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB }: Record<string, string>) {
  const client = await connectDatabase(server);
  try {
    await client.query(`ALTER ROLE ${POSTGRES_USER} PASSWORD '${POSTGRES_PASSWORD}'`);
    await client.query(`CREATE DATABASE ${POSTGRES_DB}`);
  } finally {
    await client.end();
  }
}
