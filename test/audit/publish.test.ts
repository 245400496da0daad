import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type RunningSequencer, serveSequencer } from '../../audit/sequencer/serve.ts';
import { type LogWorld, startLog } from './sequencing.ts';

const sha256 = (...parts: readonly Uint8Array[]): Buffer => createHash('sha256').update(Buffer.concat(parts)).digest();
const leafOf = (commitment: Buffer): Buffer => sha256(Buffer.of(0), commitment);

let world: LogWorld;
let commitments: Buffer[];
beforeAll(async () => {
  world = await startLog();
  await world.append(600);
});
afterAll(() => world?.close());

async function readCommitments(): Promise<Buffer[]> {
  const { rows } = await world.admin.query(
    'SELECT e.commitment FROM audit.sequence s JOIN audit.entries e USING (seq) ORDER BY s.index',
  );
  return rows.map(({ commitment }) => commitment);
}

describe('the log over HTTP', () => {
  let served: RunningSequencer;
  beforeAll(async () => {
    served = await serveSequencer({
      host: '127.0.0.1',
      port: 0,
      databaseUrl: world.database.roleUrl('sequencer'),
      signers: [world.signer],
      witnesses: [],
      quorum: 0,
      log: (line) => world.lines.push(line),
    });
    await world.caughtUp();
    commitments = await readCommitments();
  });
  afterAll(() => served?.close());

  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(`${served.url}/${path}`, init);
    return { status: response.status, headers: response.headers, bytes: Buffer.from(await response.arrayBuffer()) };
  };

  it('gives the published checkpoint, not to be kept', async () => {
    const { status, headers, bytes } = await get('checkpoint');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-cache');
    const { rows } = await world.admin.query('SELECT note FROM audit.publications WHERE size = 600');
    expect(bytes.toString()).toBe(rows[0].note);
  });

  it('gives tiles and bundles, complete and not, to be kept for good', async () => {
    const leaves = commitments.map(leafOf);
    const bundle = (from: number, until: number): Buffer =>
      Buffer.concat(commitments.slice(from, until).flatMap((each) => [Buffer.of(0, 32), each]));
    for (const [path, expected] of [
      ['tile/0/000', Buffer.concat(leaves.slice(0, 256))],
      ['tile/0/001', Buffer.concat(leaves.slice(256, 512))],
      ['tile/0/002.p/88', Buffer.concat(leaves.slice(512, 600))],
      // Of an earlier checkpoint.
      ['tile/0/002.p/3', Buffer.concat(leaves.slice(512, 515))],
      ['tile/0/000.p/255', Buffer.concat(leaves.slice(0, 255))],
      ['tile/entries/000', bundle(0, 256)],
      ['tile/entries/002.p/88', bundle(512, 600)],
    ] as const) {
      const { status, headers, bytes } = await get(path);
      expect([path, status]).toEqual([path, 200]);
      expect(headers.get('content-type')).toBe('application/octet-stream');
      expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
      expect(bytes, path).toEqual(expected);
    }
    const above = await get('tile/1/000.p/2');
    const { rows } = await world.admin.query('SELECT root FROM audit.tiles WHERE level = 0 ORDER BY index');
    expect(above.bytes).toEqual(Buffer.concat(rows.map(({ root }) => root)));
  });

  it.each([
    'tile/0/002',
    'tile/0/002.p/89',
    'tile/0/003.p/1',
    'tile/1/000',
    'tile/1/000.p/3',
    'tile/2/000.p/1',
    'tile/63/000.p/1',
    'tile/entries/002.p/89',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/00/000',
    'tile/0/0',
    'tile/0/x000/000',
    'tile/0/x999/x999/x999/x999/x999/999',
    'tile/-1/000',
    'tile/0/000/',
    'tile/0/000.p/',
    'tile/0/%2e%2e/000',
    '%ff',
    'Checkpoint',
    'checkpoint/',
    '',
  ])('404 for /log/%s, which the published log does not have', async (path) => {
    const { status, headers } = await get(path);
    expect([status, headers.get('cache-control') ?? 'no-store']).toEqual([404, 'no-store']);
  });

  it('is read only: GET and HEAD', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const { status, headers } = await get('checkpoint', { method });
      expect([method, status, headers.get('allow')]).toEqual([method, 405, 'GET, HEAD']);
    }
    const head = await get('tile/0/000', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), head.bytes.length]).toEqual([200, '8192', 0]);
  });

  it('tells its keys, health and metrics', async () => {
    expect((await get('keys')).bytes.toString()).toBe(`${world.signer.vkey}\n`);
    const root = served.url.replace(/\/log$/, '');
    expect(await (await fetch(`${root}/health/live`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${root}/health/ready`)).json()).toEqual({ status: 'ok' });
    const metrics = await (await fetch(`${root}/metrics`)).text();
    for (const line of [
      'nivel_log_leading 1',
      'nivel_log_lag_seconds 0',
      'nivel_log_size{state="signed"} 600',
      'nivel_log_size{state="published"} 600',
      'nivel_log_halted{code="WITNESS_AHEAD"} 0',
    ]) {
      expect(metrics).toContain(`${line}\n`);
    }
    expect((await fetch(`${root}/graphql`)).status).toBe(404);
  });

  it('is not ready while it is halted, and is read all the same', async () => {
    const root = served.url.replace(/\/log$/, '');
    await world.admin.query("INSERT INTO audit.halts (code, detail) VALUES ('WITNESS_AHEAD', 'test')");
    const ready = await fetch(`${root}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([503, { status: 'halted: WITNESS_AHEAD' }]);
    expect(await (await fetch(`${root}/metrics`)).text()).toContain('nivel_log_halted{code="WITNESS_AHEAD"} 1\n');
    expect((await get('checkpoint')).status).toBe(200);
    await world.admin.query('UPDATE audit.halts SET lifted_at = now()');
    expect((await fetch(`${root}/health/ready`)).status).toBe(200);
  });
});

describe('the log in a folder', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'nivel-log-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  afterEach(() => chmodSync(folder, 0o755));

  const files = (): string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
      .sort();
  const sizeOf = (): number => Number(readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n')[1]);
  const written = async (): Promise<number> => {
    const count = await world.caughtUp();
    await expect.poll(() => (existsSync(join(folder, 'checkpoint')) ? sizeOf() : -1), { timeout: 5_000 }).toBe(count);
    // Beginnings of tiles that have become complete are taken away last.
    await expect
      .poll(() => files().filter((path) => /\/00[01]\.p\//.test(path) && path.startsWith('tile/0')), { timeout: 5_000 })
      .toEqual([]);
    return count;
  };
  const expectWhole = async (): Promise<void> => {
    const leaves = (await readCommitments()).map(leafOf);
    const size = sizeOf();
    for (let index = 0; index * 256 < size; index += 1) {
      const width = Math.min(256, size - index * 256);
      const name = `00${index}${width === 256 ? '' : `.p/${width}`}`;
      expect(readFileSync(join(folder, 'tile/0', name)), name).toEqual(
        Buffer.concat(leaves.slice(index * 256, index * 256 + width)),
      );
      expect(readFileSync(join(folder, 'tile/entries', name)).length).toBe(width * 34);
    }
    expect(readFileSync(join(folder, `tile/1/000.p/${Math.floor(size / 256)}`)).length).toBe(
      Math.floor(size / 256) * 32,
    );
    expect(files().filter((path) => path.endsWith('.new'))).toEqual([]);
  };

  it('has the tiles, the bundles and the checkpoint', async () => {
    const sequencer = await world.start({ folder });
    expect(await written()).toBe(600);
    expect(files()).toEqual([
      'checkpoint',
      'tile/0/000',
      'tile/0/001',
      'tile/0/002.p/88',
      'tile/1/000.p/2',
      'tile/entries/000',
      'tile/entries/001',
      'tile/entries/002.p/88',
    ]);
    await expectWhole();
    await sequencer.close();
  });

  it('goes on where a crash left it: some tiles of the next tree, one half written, the checkpoint before it', async () => {
    const between = await world.start();
    await world.append(100);
    await world.caughtUp();
    await between.close();
    writeFileSync(join(folder, 'tile/0/002.p/188.new'), 'half');
    writeFileSync(join(folder, 'tile/entries/002.p/188'), 'half');
    const sequencer = await world.start({ folder });
    await world.append(300);
    expect(await written()).toBe(1_000);
    await expectWhole();
    // Taken away last, when the checkpoint is there.
    await expect.poll(() => existsSync(join(folder, 'tile/0/002.p')), { timeout: 5_000 }).toBe(false);
    await sequencer.close();
  });

  it('that cannot be written stops nobody, and is written once it can be', async () => {
    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    const sequencer = await world.start({ folder: blocked });
    await world.append(3);
    await world.caughtUp();
    await expect
      .poll(() => world.lines.some(({ event, cause }) => event === 'log folder not written' && cause === 'ENOTDIR'))
      .toBe(true);
    rmSync(blocked);
    await expect.poll(() => existsSync(join(blocked, 'checkpoint')), { timeout: 8_000 }).toBe(true);
    await sequencer.close();
    rmSync(blocked, { recursive: true });
  });

  it('that knows of more than the log: the log was rolled back', async () => {
    const note = readFileSync(join(folder, 'checkpoint'), 'utf8');
    writeFileSync(join(folder, 'checkpoint'), note.replace('\n1000\n', '\n5000\n'));
    await world.start({ folder });
    await expect
      .poll(() => world.lines.find(({ event }) => event === 'log halted'))
      .toMatchObject({ code: 'LOG_INCONSISTENT', detail: expect.stringContaining('5000') });
  });
});
