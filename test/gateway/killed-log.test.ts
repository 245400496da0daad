import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSigner } from '../../audit/tree/note.ts';
import { verifyDatabase } from '../../audit/verify/database.ts';
import { openCheckpoint, parseVerifierKey } from '../../audit/verify/note.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { type SequencerProcess, startSequencerProcess } from '../audit/sequencer-process.ts';
import { ORIGIN } from '../audit/signing.ts';
import { startWitness } from '../audit/witness-server.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { startWorld } from './world.ts';

/** More by NIVEL_KILLS, e.g. 100. */
const KILLS = Number(process.env.NIVEL_KILLS ?? 4);

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) {
  names { family } custody { phase } housing { class } medication { opioidSubstitution { product } } } }`;

it(`gateways and sequencers killed ${KILLS} times under load: every answer is in the log, the log verifies, nothing forks`, {
  timeout: 60_000 + KILLS * 15_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'nivel-killed-'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const signer = createSigner(ORIGIN, privateKey);
  const witness = await startWitness({ logs: [{ origin: ORIGIN, vkey: signer.vkey }] });
  const world = await startWorld({ count: 5, sequencer: false });
  const { database, issuer, agencies } = world;
  const newGateway = (): Promise<GatewayProcess> =>
    startGateway({ databaseUrl: database.roleUrl('gateway'), issuer: issuer.issuer, agencies });
  const newSequencer = (): Promise<SequencerProcess> =>
    startSequencerProcess(
      {
        databaseUrl: database.roleUrl('sequencer'),
        dataDir,
        env: {
          NIVEL_LOG_ORIGIN: ORIGIN,
          NIVEL_LOG_KEY: privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
          NIVEL_LOG_WITNESSES: `${witness.vkey} ${witness.url}`,
          NIVEL_LOG_QUORUM: '1',
        },
      },
      () => {},
    );
  const [gateways, sequencers] = await Promise.all([
    Promise.all([newGateway(), newGateway()]),
    Promise.all([newSequencer(), newSequencer()]),
  ]);
  const admin = await connectDatabase(database.adminUrl);
  const answered: string[] = [];
  /** What was answered instead, since the last kill. */
  const refused = new Map<string, number>();
  const seen = new Set<string>();
  let going = true;
  try {
    let token = await issuer.tokenFor('coordinator');
    const body = JSON.stringify({ query: VIEW, variables: { id: CLIENT_ONE } });
    const asking = Array.from({ length: 8 }, async (_, n) => {
      while (going) {
        const { url } = gateways[n % gateways.length] as GatewayProcess;
        const { id, code } = await ask(url, token, body).catch(() => ({ id: null, code: 'no answer' }));
        if (id !== null) answered.push(id);
        else {
          refused.set(code, (refused.get(code) ?? 0) + 1);
          await sleep(10);
        }
      }
    });
    // Whatever is published is kept: no later log may contradict it.
    const watching = (async () => {
      for (let n = 0; going; n += 1) {
        const { url } = sequencers[n % sequencers.length] as SequencerProcess;
        const note = await fetch(`${url}/log/checkpoint`).then(
          (response) => (response.ok ? response.text() : null),
          () => null,
        );
        if (note !== null) seen.add(note);
        await sleep(50);
      }
    })();
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(500 * Math.random());
      const place = Math.floor(2 * Math.random());
      if (kill % 2 === 0) {
        await killed(gateways[place] as GatewayProcess);
        await gateways[place]?.close();
        gateways[place] = await newGateway();
      } else {
        await killed(sequencers[place] as SequencerProcess);
        sequencers[place] = await newSequencer();
      }
      // A token lasts for some minutes, and a long run longer.
      token = await issuer.tokenFor('coordinator');
      const before = answered.length;
      refused.clear();
      await expect
        .poll(() => ({ more: answered.length - before > 20, refused: [...refused] }), { timeout: 15_000 })
        .toMatchObject({ more: true });
    }
    going = false;
    await Promise.all([...asking, watching]);

    const count = async (what: string): Promise<number> =>
      Number((await admin.query<{ n: string }>(`SELECT ${what} AS n`)).rows[0]?.n);
    const unpublished = '(SELECT count(*) FROM audit.entries) - (SELECT max(size) FROM audit.publications)';
    await expect.poll(() => count(unpublished), { timeout: 15_000 }).toBe(0);
    const written = await count('(SELECT count(*) FROM audit.entries)');
    const { rows } = await admin.query<{ id: string }>(
      'SELECT e.id FROM audit.entries e JOIN audit.sequence USING (seq) WHERE e.id = ANY ($1::uuid[])',
      [answered],
    );
    const logged = new Set(rows.map(({ id }) => id));
    expect(answered.filter((id) => !logged.has(id))).toEqual([]);
    expect(new Set(answered).size).toBe(answered.length);
    expect(await count('(SELECT max(index) + 1 FROM audit.sequence)')).toBe(written);
    expect(await count('(SELECT count(*) FROM audit.halts)')).toBe(0);
    // Not the writer's code: the verifier's.
    const keys = [parseVerifierKey(signer.vkey), parseVerifierKey(witness.vkey)];
    const kept = [...seen].map((note) => openCheckpoint(note, keys));
    expect(kept.every(({ witnesses }) => witnesses.length === 1)).toBe(true);
    const report = await verifyDatabase(admin, { keys, quorum: 1, kept, lag: 60_000 });
    expect(report).toMatchObject({ intact: true, size: written, entries: written, findings: [] });
    expect(witness.latest(ORIGIN)?.size).toBe(written);
    expect(answered.length).toBeGreaterThan(20 * KILLS);
    if (process.env.NIVEL_KILLS !== undefined) {
      console.log(
        `${KILLS} kills: ${answered.length} answers, ${written} entries, ${seen.size} checkpoints seen, ${report.checkpoints} signed`,
      );
    }
  } finally {
    going = false;
    await admin.end();
    for (const { child } of sequencers) child.kill('SIGKILL');
    for (const gateway of gateways) await gateway.close();
    await world.close();
    await witness.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

/** Id of the entry that an answer names; null when there was none, with the error’s code. */
async function ask(url: string, token: string, body: string): Promise<{ id: string | null; code: string }> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body,
    signal: AbortSignal.timeout(10_000),
  });
  const { data, errors, extensions } = (await response.json()) as {
    data?: { client: unknown };
    errors?: readonly { extensions?: { code?: string } }[];
    extensions?: { audit?: { id: string } };
  };
  const id = data?.client == null ? null : (extensions?.audit?.id ?? null);
  return { id, code: errors?.[0]?.extensions?.code ?? String(response.status) };
}

async function killed({ child }: { readonly child: GatewayProcess['child'] }): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
