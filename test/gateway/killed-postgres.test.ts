import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createSequencer } from '../../audit/sequencer/sequencer.ts';
import { verifyDatabase } from '../../audit/verify/database.ts';
import { parseVerifierKey } from '../../audit/verify/note.ts';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { migrate, roleUrl } from '../../bin/migrate.ts';
import { runningServer } from '../../bin/postgres/cluster.ts';
import { type Postgres, startPostgres } from '../../bin/postgres.ts';
import { newSigner } from '../audit/signing.ts';
import { startWorld, type World } from './world.ts';

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) {
  names { family } custody { phase } housing { class } medication { opioidSubstitution { product } } } }`;
const KILLS = Number(process.env.NIVEL_KILLS ?? 2);

it(`PostgreSQL killed under load ${KILLS} times: no answer without its entry, it goes on by itself, and the log verifies`, {
  timeout: 60_000 + KILLS * 15_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), `nivel-test-${process.pid}-`));
  chmodSync(dataDir, 0o711);
  const options = { dataDir, database: 'nivel', password: randomBytes(12).toString('base64url') };
  let postgres: Postgres = await startPostgres(options);
  const { passwords } = await migrate(postgres.url);
  const url = postgres.url;
  const signer = newSigner();
  const sequencer = createSequencer({
    databaseUrl: roleUrl(url, 'sequencer', passwords.sequencer),
    signers: [signer],
    witnesses: [],
    quorum: 0,
    log: () => {},
  });
  const world: World = await startWorld({
    count: 5,
    sequencer: false,
    database: {
      name: 'nivel',
      adminUrl: url,
      roleUrl: (role) => roleUrl(url, role, passwords[role]),
      drop: async () => {},
    },
  });
  try {
    await sequencer.start();
    const answered: string[] = [];
    const refused = new Map<string, number>();
    let loading = true;
    const callers = Array.from({ length: 8 }, async () => {
      while (loading) {
        const { status, auditId, errors, data } = await world.ask('coordinator', VIEW, { id: CLIENT_ONE });
        if (status === 200 && data.client !== null) answered.push(auditId);
        const code = errors[0]?.extensions.code ?? '';
        if (status !== 200) refused.set(code, (refused.get(code) ?? 0) + 1);
        if (status !== 200) await sleep(5);
      }
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(500 + 500 * Math.random());
      const server = runningServer(postgres.cluster);
      process.kill(server?.pid as number, 'SIGKILL');
      await sleep(300);
      postgres = await startPostgres(options);
      const before = answered.length;
      await until(() => answered.length > before + 20);
    }
    loading = false;
    await Promise.all(callers);

    const admin = await connectDatabase(url);
    const { rows } = await admin.query<{ id: string }>('SELECT id FROM audit.entries WHERE id = ANY ($1::uuid[])', [
      answered,
    ]);
    const unpublished = 'SELECT (SELECT count(*) FROM audit.entries) - (SELECT max(size) FROM audit.publications) AS n';
    await expect.poll(async () => Number((await admin.query(unpublished)).rows[0].n), { timeout: 15_000 }).toBe(0);
    const report = await verifyDatabase(admin, {
      keys: [parseVerifierKey(signer.vkey)],
      quorum: 0,
      kept: [],
      lag: 60_000,
    });
    await admin.end();
    expect(report).toMatchObject({ intact: true, findings: [] });
    const logged = new Set(rows.map(({ id }) => id));
    expect(answered.filter((id) => !logged.has(id))).toEqual([]);
    expect(new Set(answered).size).toBe(answered.length);
    expect(answered.length).toBeGreaterThan(40);
    // The load did meet the dead server, and was told so in the hub's own words.
    expect([...refused.keys()].every((code) => ['LOG_UNAVAILABLE', 'DECISIONS_UNAVAILABLE'].includes(code))).toBe(true);
    expect(refused.size).toBeGreaterThan(0);
    if (process.env.NIVEL_KILLS !== undefined) {
      console.log(
        `${KILLS} kills: ${answered.length} answers, ${report.size} entries, ${report.checkpoints} checkpoints, refused ${JSON.stringify([...refused])}`,
      );
    }
  } finally {
    await sequencer.close();
    await world.close();
    await postgres.stop();
    rmSync(dirname(postgres.cluster), { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  }
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('The hub did not recover within 30 s.');
    await sleep(20);
  }
}
