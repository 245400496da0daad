import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkCosignature, noteText, parseVkey } from '../../audit/tree/note.ts';
import { expectSound, type LogWorld, startLog } from './sequencing.ts';
import { newSigner, ORIGIN } from './signing.ts';
import { type RunningWitness, startWitness } from './witness-server.ts';

let world: LogWorld;
let closers: (() => Promise<unknown>)[];
beforeEach(async () => {
  closers = [];
  world = await startLog();
});
afterEach(async () => {
  await world?.close();
  for (const close of closers) await close();
});

async function witness(name: string): Promise<RunningWitness> {
  const running = await startWitness({ logs: [{ origin: ORIGIN, vkey: world.signer.vkey }], name });
  closers.push(running.close);
  return running;
}

interface Gate {
  readonly url: string;
  /** What becomes of a submission; `lose`: it arrives, and its answer does not. */
  weather: 'clear' | 'refuse' | 'lose' | 'hang';
}

/** A way to a witness that can fail. */
async function gate(to: string): Promise<Gate> {
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const { weather } = made;
    if (weather === 'hang') return;
    if (weather === 'refuse') return void response.destroy();
    const answer = await fetch(to + request.url, { method: 'POST', body: Buffer.concat(chunks) });
    const body = await answer.text();
    if (weather === 'lose') return void response.destroy();
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? '' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const made: Gate = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, weather: 'clear' };
  return made;
}

const halted = () => world.lines.find(({ event }) => event === 'log halted');
const signed = async (): Promise<number> =>
  (await world.admin.query('SELECT max(size)::int AS size FROM audit.checkpoints')).rows[0].size;

describe('with a quorum', () => {
  it('what is published has the cosignatures, and the empty log has none to get', async () => {
    const [one, two] = [await witness('w.test/1'), await witness('w.test/2')];
    await world.start({ witnesses: [one, two], quorum: 2 });
    expect(await world.published()).toBe(-1);
    for (const count of [3, 300, 1]) {
      await world.append(count);
      await world.caughtUp();
    }
    const { rows } = await world.admin.query('SELECT size::int, note FROM audit.publications ORDER BY size');
    for (const { size, note } of rows) {
      const lines = note.split(/(?<=\n)/);
      for (const { vkey } of [one, two]) {
        const good = lines.filter((line: string) => checkCosignature(line, noteText(note), parseVkey(vkey)) === 'good');
        expect(good, String(size)).toHaveLength(1);
      }
    }
    expect(one.latest(ORIGIN)?.size).toBe(304);
    await expectSound(world.admin);
  });

  it('nothing is published without it, and all is once the witness is back; the log is signed meanwhile', async () => {
    const running = await witness('w.test/1');
    const way = await gate(running.url);
    way.weather = 'refuse';
    await world.start({ witnesses: [{ url: way.url, vkey: running.vkey }], quorum: 1 });
    await world.append(5);
    await expect.poll(signed).toBe(5);
    await world.append(5);
    await expect.poll(signed).toBe(10);
    expect(await world.published()).toBe(-1);
    way.weather = 'clear';
    expect(await world.caughtUp()).toBe(10);
    expect(halted()).toBeUndefined();
  });

  it('one of two that hangs delays neither rounds nor publication', async () => {
    const [one, two] = [await witness('w.test/1'), await witness('w.test/2')];
    const way = await gate(two.url);
    way.weather = 'hang';
    await world.start({ witnesses: [one, { url: way.url, vkey: two.vkey }], quorum: 1, witnessTimeout: 1_500 });
    const begun = performance.now();
    for (let n = 0; n < 5; n += 1) {
      await world.append(2);
      await world.caughtUp();
    }
    // Each of the five would wait for it.
    expect(performance.now() - begun).toBeLessThan(5_000);
    way.weather = 'clear';
    await expect.poll(() => two.latest(ORIGIN)?.size, { timeout: 6_000 }).toBe(10);
  });

  it('two speak of the same checkpoint, however fast the log grows', { timeout: 20_000 }, async () => {
    const witnesses = [await witness('w.test/1'), await witness('w.test/2'), await witness('w.test/3')];
    await world.start({ witnesses, quorum: 3, interval: 1 });
    let going = true;
    const writing = (async () => {
      while (going) await world.append(3);
    })();
    await expect.poll(world.published, { timeout: 10_000 }).toBeGreaterThan(100);
    going = false;
    await writing;
    await world.caughtUp();
    await expectSound(world.admin);
  });
});

describe('a crash', () => {
  it.each([
    ['before the witness is asked', 'refuse'],
    ['when the witness has cosigned and its answer is lost', 'lose'],
  ] as const)('%s: the next leader finishes it', async (_what, weather) => {
    const running = await witness('w.test/1');
    const way = await gate(running.url);
    way.weather = weather;
    const options = { witnesses: [{ url: way.url, vkey: running.vkey }], quorum: 1 };
    await world.append(4);
    const first = await world.start(options);
    await expect.poll(() => world.lines.some(({ event }) => event === 'witness did not cosign')).toBe(true);
    await first.close();
    expect([await signed(), await world.published()]).toEqual([4, -1]);
    way.weather = 'clear';
    await world.start(options);
    expect(await world.caughtUp()).toBe(4);
    expect(halted()).toBeUndefined();
  });

  it('between cosignature and publication: the lines that are saved count', async () => {
    const running = await witness('w.test/1');
    const options = { witnesses: [running], quorum: 1 };
    await world.append(4);
    const first = await world.start(options);
    await world.caughtUp();
    await first.close();
    await world.admin.query('DELETE FROM audit.publications');
    await running.close();
    closers.pop();
    await world.start(options);
    expect(await world.caughtUp()).toBe(4);
  });
});

describe('a witness that has seen', () => {
  /** Entries that the witness sees and the database forgets. */
  async function rollBack(running: RunningWitness, quorum: number): Promise<void> {
    await world.append(8);
    const first = await world.start({ witnesses: [running], quorum });
    await world.caughtUp();
    await expect.poll(() => running.latest(ORIGIN)?.size).toBe(8);
    await first.close();
    const client = await world.admin.connect();
    await client.query(`SET session_replication_role = replica; DELETE FROM audit.publications; DELETE FROM audit.cosignatures;
      DELETE FROM audit.checkpoints; DELETE FROM audit.sequence; DELETE FROM audit.entries WHERE seq > 3; SET session_replication_role = DEFAULT`);
    client.release();
  }

  it.each([0, 1])(
    'more of the log stops publication, with a quorum of %i, and a restart does not forget',
    async (quorum) => {
      const running = await witness('w.test/1');
      await rollBack(running, quorum);
      const first = await world.start({ witnesses: [running], quorum });
      await expect
        .poll(halted)
        .toMatchObject({ level: 'error', code: 'WITNESS_AHEAD', detail: expect.stringContaining('8 entries, and 3') });
      const before = await world.published();
      await first.close();
      // Also without the witness: the operator has to lift it.
      await world.start({ quorum: 0 });
      await world.append(2);
      await sleep(150);
      expect([await world.published(), await signed()]).toEqual([before, 3]);
    },
  );

  it('another history stops it: the same size again, and a larger one', async () => {
    const running = await witness('w.test/1');
    await rollBack(running, 1);
    await world.append(5);
    await world.start({ witnesses: [running], quorum: 1 });
    await expect.poll(halted).toMatchObject({ code: 'WITNESS_INCONSISTENT' });
    expect(await world.published()).toBe(-1);
    await world.admin.query('UPDATE audit.halts SET lifted_at = now()');
    await world.admin.query('DELETE FROM audit.publications');
    await expect.poll(() => world.lines.filter(({ event }) => event === 'log halted').length).toBe(2);
    const { rows } = await world.admin.query('SELECT code FROM audit.halts WHERE lifted_at IS NULL');
    expect(rows).toEqual([{ code: 'WITNESS_INCONSISTENT' }]);
  });

  it('nothing of it, because it lost its memory, cosigns from the beginning', async () => {
    const running = await witness('w.test/1');
    await world.append(8);
    const first = await world.start({ witnesses: [running], quorum: 1 });
    await world.caughtUp();
    await first.close();
    const way = await gate((await witness('w.test/1')).url);
    await world.append(8);
    // Another key of the same name: its lines are not taken for the first's.
    await world.start({ witnesses: [{ url: way.url, vkey: running.vkey }], quorum: 1 });
    await expect.poll(() => world.lines.some(({ outcome }) => outcome === 'refused')).toBe(true);
    expect(await world.published()).toBe(8);
    expect(halted()).toBeUndefined();
  });
});

describe('a change of keys', () => {
  const keysIn = (note: string) =>
    note
      .split('\n')
      .filter((line) => line.startsWith('— '))
      .map((line) =>
        Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .subarray(0, 4)
          .toString('hex'),
      );

  it('old checkpoints verify under the old key, new ones under both while both are there, then under the new one alone', async () => {
    const [old, next] = [newSigner(), newSigner()];
    const ids = [old, next].map(({ keyId }) => keyId.toString('hex'));
    for (const signers of [[old], [old, next], [next]]) {
      const sequencer = await world.start({ signers });
      await world.append(5);
      await world.caughtUp();
      await sequencer.close();
    }
    const { rows } = await world.admin.query(
      'SELECT note FROM audit.publications WHERE size IN (5, 10, 15) ORDER BY size',
    );
    expect(rows.map(({ note }) => keysIn(note))).toEqual([[ids[0]], ids, [ids[1]]]);
    for (const { note } of rows) {
      const text = noteText(note);
      for (const signer of [old, next]) {
        // Ed25519 gives one signature a text and key: signing again tells whether a line is good.
        expect(note.includes(signer.sign(text))).toBe(keysIn(note).includes(signer.keyId.toString('hex')));
      }
    }
    expect(halted()).toBeUndefined();
  });
});

describe('a sequencer is not made', () => {
  it('of keys of two names, of none, of a quorum that cannot be, or of two witnesses of one name', async () => {
    const running = await witness('w.test/1');
    for (const [options, message] of [
      [{ signers: [] }, /one name/],
      [{ signers: [newSigner(), newSigner('b.test')] }, /one name/],
      [{ quorum: 1 }, /quorum/],
      [{ witnesses: [running, running] }, /name of its own/],
    ] as const) {
      await expect(world.start(options as never)).rejects.toThrow(message);
    }
  });
});
