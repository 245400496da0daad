import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SequencerProcess, startSequencerProcess } from './sequencer-process.ts';
import { expectSound, type LogWorld, startLog } from './sequencing.ts';

let world: LogWorld;
let folder: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  world = await startLog();
  folder = mkdtempSync(join(tmpdir(), 'nivel-takeover-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world?.close();
  rmSync(folder, { recursive: true, force: true });
});

const startProcess = (): Promise<SequencerProcess> =>
  startSequencerProcess({ databaseUrl: world.database.roleUrl('sequencer'), dataDir: folder }, (child) =>
    children.push(child),
  );

/** While `work` goes on, entries keep coming. */
async function whileWriting<T>(work: () => Promise<T>): Promise<T> {
  let going = true;
  const writing = (async () => {
    while (going) {
      await world.append(4);
      await sleep(5);
    }
  })();
  try {
    return await work();
  } finally {
    going = false;
    await writing;
  }
}

it('of two processes started at once one leads; the other takes over within 2 s of its SIGKILL', {
  timeout: 60_000,
}, async () => {
  const both = await Promise.all([startProcess(), startProcess()]);
  await expect.poll(async () => (await Promise.all(both.map((each) => each.leads()))).filter(Boolean).length).toBe(1);
  const [leader, standby] = (await both[0].leads()) ? both : [both[1], both[0]];
  await whileWriting(async () => {
    await sleep(300);
    expect(await standby.leads()).toBe(false);
    leader.child.kill('SIGKILL');
    await once(leader.child, 'exit');
    const killedAt = performance.now();
    const size = await world.published();
    // The proof of taking over is what it publishes.
    while ((await world.published()) <= size) await sleep(10);
    expect(performance.now() - killedAt).toBeLessThan(2_000);
    expect(await standby.leads()).toBe(true);
  });
  await world.caughtUp();
  await expectSound(world.admin);
  // Both had the key of the data folder.
  const { rows } = await world.admin.query(
    "SELECT count(DISTINCT left(split_part(note, E'\\n', 5), 27))::int AS keys FROM audit.checkpoints",
  );
  expect(rows[0].keys).toBe(1);

  // One that is stopped without being ended keeps its connection, and leads no more all the same.
  const heir = await startProcess();
  standby.child.kill('SIGSTOP');
  await whileWriting(() => expect.poll(heir.leads, { timeout: 20_000 }).toBe(true));
  standby.child.kill('SIGCONT');
  await whileWriting(() => sleep(1_000));
  await expect.poll(standby.leads).toBe(false);
  await world.caughtUp();
  await expectSound(world.admin);

  for (const { child } of [heir, standby]) {
    child.kill('SIGTERM');
    await once(child, 'exit');
    expect(child.exitCode).toBe(0);
  }
});
