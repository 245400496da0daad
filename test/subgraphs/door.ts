import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { PassSigner } from '../../auth/pass.ts';
import { connectDatabase } from '../../bin/database.ts';
import type { DatabaseRole } from '../../bin/settings.ts';
import type { TestDatabase } from '../postgres.ts';
import { type AskedSubgraph, bodyOf, now, type Question } from './ask.ts';

/** Every subgraph answers the hub alone: the same cases for each of them. `question` is one that a good pass answers. */
export function itAnswersTheHubAlone(subgraph: () => AskedSubgraph, question: () => Question): void {
  const refused = async (response: Promise<Response>, code: string): Promise<void> => {
    const { status } = await response;
    expect(status).toBe(401);
    const body = (await (await response).json()) as { errors: { extensions: { code: string } }[] };
    expect(body).not.toHaveProperty('data');
    expect(body.errors[0]?.extensions.code).toBe(code);
  };
  const sign = (body: string, at = now(), keyId = subgraph().name, key = subgraph().key) =>
    new PassSigner(key, keyId).sign('/graphql', body, at);

  it('answers a good pass, and refuses the same one again', async () => {
    const body = bodyOf(question());
    const headers = sign(body);
    const first = await subgraph().post(body, headers);
    expect(first.status).toBe(200);
    expect(await first.json()).toMatchObject({ data: expect.anything() });
    await refused(subgraph().post(body, headers), 'PASS_REPLAYED');
  });

  it('refuses a request without a pass', async () => {
    await refused(subgraph().post(bodyOf(question()), {}), 'PASS_MISSING');
  });

  it('answers several questions in one request as it does each of them, with its place: every one has its own pass', async () => {
    const questions = [question(), { ...question(), grants: [] }, question()];
    const body = `[${questions.map((each, place) => bodyOf(each).replace(/\}\}$/, `,"place":${place}}}`)).join(',')}]`;
    const answered = await (await subgraph().post(body, sign(body))).text();
    const alone = await Promise.all(questions.map((each) => subgraph().ask(each)));
    expect(JSON.parse(answered)).toEqual(alone.map((answer, place) => ({ ...answer, extensions: { place } })));
    // As the hub reads it: each on a line of its own, which its place ends.
    expect(answered.match(/,"extensions":\{"place":\d\}\}\n[,\]]/g)).toHaveLength(3);
  });

  it('refuses several questions of which one has no pass', async () => {
    const { extensions: _, ...naked } = JSON.parse(bodyOf(question()));
    const body = `[${bodyOf(question())},${JSON.stringify(naked)}]`;
    await refused(subgraph().post(body, sign(body)), 'PASS_MISSING');
  });

  it('refuses an altered body', async () => {
    const body = bodyOf(question());
    await refused(subgraph().post(body.replace('coordinator', 'developer'), sign(body)), 'PASS_ALTERED');
  });

  it('refuses an old pass', async () => {
    const body = bodyOf(question());
    await refused(subgraph().post(body, sign(body, now() - 60)), 'PASS_EXPIRED');
  });

  it('refuses another agency’s pass', async () => {
    const body = bodyOf(question());
    await refused(subgraph().post(body, sign(body, now(), 'another')), 'PASS_WRONG_KEY');
    await refused(subgraph().post(body, sign(body, now(), subgraph().name, randomBytes(32))), 'PASS_WRONG_KEY');
  });

  it('logs refusals by their code alone', () => {
    const refusals = subgraph().log.filter(({ event }) => event === 'pass refused');
    expect(refusals.length).toBeGreaterThan(0);
    for (const line of refusals) expect(Object.keys(line)).toEqual(['level', 'event', 'fault']);
  });
}

/** A role reads its own registry alone. `statement` reads another agency's. */
export async function expectNotReadable(database: TestDatabase, role: DatabaseRole, statement: string): Promise<void> {
  const client = await connectDatabase(database.roleUrl(role));
  try {
    await expect(client.query(statement)).rejects.toMatchObject({ code: '42501' });
  } finally {
    await client.end();
  }
}
