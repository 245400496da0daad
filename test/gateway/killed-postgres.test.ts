import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { CLIENT_ONE } from '../../auth/users.ts';
import { connectDatabase } from '../../bin/database.ts';
import { migrate, roleUrl } from '../../bin/migrate.ts';
import { runningServer } from '../../bin/postgres/cluster.ts';
import { type Postgres, startPostgres } from '../../bin/postgres.ts';
import { startWorld, type World } from './world.ts';

const VIEW = `query ($id: ID!) { client(id: $id, purpose: SERVICE_COORDINATION) {
  names { family } custody { phase } housing { class } medication { opioidSubstitution { product } } } }`;
const KILLS = Number(process.env.NIVEL_KILLS ?? 2);

it(`PostgreSQL killed under load ${KILLS} times: no answer without its entry, and it goes on by itself`, {
  timeout: 120_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), `nivel-test-${process.pid}-`));
  chmodSync(dataDir, 0o711);
  const options = { dataDir, database: 'nivel', password: randomBytes(12).toString('base64url') };
  let postgres: Postgres = await startPostgres(options);
  const { passwords } = await migrate(postgres.url);
  const url = postgres.url;
  const world: World = await startWorld({
    count: 5,
    database: {
      name: 'nivel',
      adminUrl: url,
      roleUrl: (role) => roleUrl(url, role, passwords[role]),
      drop: async () => {},
    },
  });
  try {
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
    await admin.end();
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(answered));
    expect(new Set(answered).size).toBe(answered.length);
    expect(answered.length).toBeGreaterThan(40);
    // The load did meet the dead server, and was told so in the hub's own words.
    expect([...refused.keys()].every((code) => ['LOG_UNAVAILABLE', 'DECISIONS_UNAVAILABLE'].includes(code))).toBe(true);
    expect(refused.size).toBeGreaterThan(0);
  } finally {
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
