import { exec } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLIENT_ONE } from '../auth/users.ts';
import { CATEGORIES } from '../schema/categories.ts';
import { startWorld, type World } from './gateway/world.ts';

const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const snippets = (language: string): string[] =>
  [...README.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text]) => text as string);
const [firstQuery = '', withdrawal = ''] = snippets('graphql');
const answer = JSON.parse(snippets('json')[0] ?? '{}');
const curl = snippets('sh').find((text) => text.startsWith('curl')) ?? '';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.close());

/** The id of an entry is new in every answer. */
const withoutEntry = (body: { extensions: { audit: unknown } }) => ({
  ...body,
  extensions: { ...body.extensions, audit: expect.anything() },
});

describe('the README', () => {
  it('gives the first query its real answer', async () => {
    const { text, status } = await world.ask('coordinator', firstQuery);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual(withoutEntry(answer));
  });

  it('sends it with a command that works', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'nivel-readme-'));
    writeFileSync(join(folder, 'first-query.graphql'), firstQuery);
    const command = curl
      .replace('http://localhost:4000', world.url)
      .replace('$(npm run -s token -- coordinator)', await world.token('coordinator'));
    const { stdout } = await promisify(exec)(command, { cwd: folder, shell: '/bin/bash' });
    rmSync(folder, { recursive: true });
    expect(JSON.parse(stdout)).toEqual(withoutEntry(answer));
  });

  it('tells who sees what of client 1', async () => {
    const lines = README.split('\n');
    const head = lines.findIndex((line) => line.startsWith('| | rise-worker'));
    const cells = (line: string | undefined): string[] =>
      (line ?? '')
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
    const users = cells(lines[head]).slice(1);
    const purposes = cells(lines[head + 2]).slice(1);
    const rows = lines.slice(head + 3, lines.indexOf('', head)).map(cells);
    expect(rows.map(([category]) => category)).toEqual(
      Object.keys(FIELDS).map((name) => CATEGORIES[name as 'CUSTODY'].names.en),
    );
    for (const [column, user] of users.entries()) {
      const { access, status } = await world.ask(
        user,
        `query ($id: ID!) { client(id: $id, purpose: ${purposes[column]}) { ${Object.values(FIELDS).join(' ')} } }`,
        { id: CLIENT_ONE },
      );
      expect(status).toBe(200);
      const said = new Map(access.map(({ category, decision }) => [category, decision === 'DENY' ? '–' : 'own']));
      const seen = Object.keys(FIELDS).map((category) => said.get(category) ?? 'yes');
      expect(
        rows.map((row) => row[column + 1]),
        user,
      ).toEqual(seen);
    }
  });

  it('withdraws medication with the mutation it shows, and the next answer has none', async () => {
    expect((await world.ask('client', withdrawal)).data).toEqual({ withdrawConsent: { state: 'WITHDRAWN' } });
    world.forgetRequests();
    const { data, access } = await world.ask('coordinator', firstQuery);
    expect(data.client.medication).toBeNull();
    expect(access).toContainEqual({ client: CLIENT_ONE, category: 'MEDICATION', decision: 'DENY', reason: 'NO_BASIS' });
    expect(world.wires.health.requests).toEqual([]);
  });

  it('names files that are there', () => {
    for (const [, path] of README.matchAll(/\]\((?!http)([^)#]+)\)/g)) {
      expect(() => readFileSync(new URL(`../${path}`, import.meta.url)), path).not.toThrow(/ENOENT/);
    }
  });
});

const FIELDS = {
  IDENTITY_CONTACT: 'names { family }',
  CUSTODY: 'custody { phase }',
  SANCTION_DETAILS: 'sanctions { __typename }',
  SENTENCE_PLAN: 'sentencePlan { __typename }',
  RESPONSIBLE_WORKERS: 'responsibleWorkers { __typename }',
  BENEFITS: 'benefits { __typename }',
  SOCIAL_ASSISTANCE: 'socialAssistance { __typename }',
  HOUSING: 'housing { class }',
  SOCIAL_SERVICES: 'socialServices { __typename }',
  EMPLOYMENT: 'employment { __typename }',
  MEDICATION: 'medication { __typename }',
  HEALTH_CONDITIONS: 'healthConditions { __typename }',
  WORK_ABILITY: 'workAbility { score }',
  APPOINTMENTS_REFERRALS: 'appointments { __typename }',
  CLIENT_VOICE: 'ownGoals { __typename }',
  CONSENTS: 'consents { id }',
} as const;
