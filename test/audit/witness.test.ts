import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWitness } from '../../audit/sequencer/witness.ts';
import { consistencyProof } from '../../audit/tree/merkle.ts';
import {
  addLines,
  checkCosignature,
  checkpointText,
  createSigner,
  noteText,
  parseVkey,
  signNote,
} from '../../audit/tree/note.ts';
import { leavesOf, type NaiveTree, naiveTree } from './naive-tree.ts';
import { type RunningWitness, startWitness } from './witness-server.ts';

const ORIGIN = 'log.example/audit';
const signer = createSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);
const tree = naiveTree(leavesOf(1_000));
/** Another history: it parts from the log's at leaf 300. */
const fork = naiveTree([...leavesOf(300), ...leavesOf(1_700).slice(1_000)]);

const checkpoint = (size: number, of: NaiveTree = tree, signers = [signer]): string =>
  signNote(checkpointText(ORIGIN, size, of.root(size)), signers);

const proofs =
  (size: number, of: NaiveTree = tree) =>
  (from: number) =>
    consistencyProof(from, size, of.readTiles);

let witness: RunningWitness;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  witness = await startWitness({ logs: [{ origin: ORIGIN, vkey: signer.vkey }] });
  closing.push(witness.close);
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Submits the checkpoint of a size, from the size that is thought to be known. */
const submit = (size: number, known: number, of: NaiveTree = tree) =>
  createWitness(witness).submit(checkpoint(size, of), size, known, proofs(size, of));

/** What the witness answers to a raw request. */
async function answerTo(body: string): Promise<{ status: number; type: string | null; body: string }> {
  const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body });
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

describe('a witness', () => {
  it('cosigns a log from its first checkpoint on, and its line verifies under the checkpoint', async () => {
    for (const [size, known] of [
      [0, 0],
      [1, 0],
      [1, 1],
      [255, 1],
      [256, 255],
      [257, 256],
      [1_000, 257],
    ] as const) {
      const note = checkpoint(size);
      const outcome = await submit(size, known);
      if (outcome.kind !== 'cosigned') throw new Error(outcome.kind);
      expect(checkCosignature(outcome.line, noteText(note), parseVkey(witness.vkey))).toBe('good');
      expect(addLines(note, [outcome.line])).toBe(note + outcome.line);
      expect(witness.latest(ORIGIN)).toEqual({ size, root: tree.root(size) });
    }
  });

  it('that stands elsewhere than was thought is asked once more, from where it stands', async () => {
    const asked: number[] = [];
    const counted = (size: number) => (from: number) => {
      asked.push(from);
      return proofs(size)(from);
    };
    await submit(400, 0);
    const client = createWitness(witness);
    expect((await client.submit(checkpoint(700), 700, 0, counted(700))).kind).toBe('cosigned');
    expect((await client.submit(checkpoint(800), 800, 750, counted(800))).kind).toBe('cosigned');
    // As after a restart that lost the answer to this same checkpoint.
    expect((await client.submit(checkpoint(800), 800, 0, counted(800))).kind).toBe('cosigned');
    // It was thought to be ahead.
    expect((await client.submit(checkpoint(900), 900, 5_000, counted(900))).kind).toBe('cosigned');
    expect(asked).toEqual([0, 400, 750, 700, 0, 800, 900, 800]);
  });

  it('that has cosigned a larger tree says how large', async () => {
    await submit(700, 0);
    expect(await submit(500, 0)).toEqual({ kind: 'ahead', size: 700 });
    expect(await submit(500, 500)).toEqual({ kind: 'ahead', size: 700 });
    expect(witness.latest(ORIGIN)?.size).toBe(700);
  });

  it.each([
    ['larger', 800, 500],
    ['larger, from a size it does not stand at', 800, 0],
    ['of the same size', 500, 500],
    ['of the same size, as if new', 500, 0],
  ])('refuses another history: %s', async (_, size, known) => {
    await submit(500, 0);
    expect(await submit(size, known, fork)).toEqual({ kind: 'inconsistent' });
    expect(witness.latest(ORIGIN)).toEqual({ size: 500, root: tree.root(500) });
    // A fork tells nothing of the history: the log goes on.
    expect((await submit(800, 500)).kind).toBe('cosigned');
  });

  it('does not refuse what was before the fork', async () => {
    await submit(300, 0);
    expect((await submit(800, 300, fork)).kind).toBe('cosigned');
    expect(await submit(900, 800)).toEqual({ kind: 'inconsistent' });
  });

  it('refuses a log that it does not know, and one that another key signed', async () => {
    const stranger = createSigner(ORIGIN, generateKeyPairSync('ed25519').privateKey);
    const client = createWitness(witness);
    const elsewhere = signNote(checkpointText('other.example', 1, tree.root(1)), [signer]);
    expect(await client.submit(elsewhere, 1, 0, proofs(1))).toEqual({ kind: 'refused', status: 404 });
    expect(await client.submit(checkpoint(1, tree, [stranger]), 1, 0, proofs(1))).toEqual({
      kind: 'refused',
      status: 403,
    });
    // Signed by both, as while a key is changed.
    const both = checkpoint(1, tree, [stranger, signer]);
    expect((await client.submit(both, 1, 0, proofs(1))).kind).toBe('cosigned');
  });

  it('cosigns one history of those that are submitted at once', async () => {
    const sizes = [310, 320, 330, 340, 350, 360, 370, 380];
    const outcomes = await Promise.all(sizes.flatMap((size) => [submit(size, 0), submit(size, 0, fork)]));
    const { size, root } = witness.latest(ORIGIN)!;
    const won = root.equals(tree.root(size)) ? 0 : 1;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.kind === 'cosigned') expect(index % 2).toBe(won);
    }
    expect(outcomes.filter(({ kind }) => kind === 'cosigned').length).toBeGreaterThan(0);
  });

  it('lets what the proof throws through: the log, not the witness, has failed', async () => {
    const failing = () => Promise.reject(new Error('the database is down'));
    await expect(createWitness(witness).submit(checkpoint(5), 5, 0, failing)).rejects.toThrow('the database is down');
  });
});

describe('the reference witness, asked by hand', () => {
  const lines = async (from: number, size: number): Promise<string> =>
    (await proofs(size)(from)).map((hash) => `${hash.toString('base64')}\n`).join('');

  it.each([
    ['nothing', () => ''],
    ['a page', () => '<html></html>'],
    ['no empty line', () => `old 0\n${checkpoint(5)}`],
    ['a size with zeros before it', () => `old 00\n\n${checkpoint(5)}`],
    ['a negative size', () => `old -1\n\n${checkpoint(5)}`],
    ['an unsafe size', () => `old 9999999999999999\n\n${checkpoint(5)}`],
    ['64 lines of proof', () => `old 1\n${`${tree.root(1).toString('base64')}\n`.repeat(64)}\n${checkpoint(5)}`],
    ['half a hash', () => `old 1\nAAAA\n\n${checkpoint(5)}`],
    ['an old size above the checkpoint', () => `old 6\n\n${checkpoint(5)}`],
    ['no signature', () => `old 0\n\n${noteText(checkpoint(5))}\n`],
    ['more than it reads', () => `old 0\n\n${checkpoint(5)}${signer.sign('x\n').repeat(1_000)}`],
  ])('answers 400 to %s', async (_, body) => expect((await answerTo(body())).status).toBe(400));

  it('answers 409 with its size, as the spec says', async () => {
    await submit(300, 0);
    const conflict = { status: 409, type: 'text/x.tlog.size', body: '300\n' };
    expect(await answerTo(`old 0\n\n${checkpoint(500)}`)).toEqual(conflict);
    expect(await answerTo(`old 200\n${await lines(200, 500)}\n${checkpoint(500)}`)).toEqual(conflict);
  });

  it('answers 422 to a proof that is missing, cut, of another tree, or where there is none', async () => {
    const proof = await lines(300, 500);
    expect((await answerTo(`old 0\n${proof}\n${checkpoint(300)}`)).status).toBe(422);
    await submit(300, 0);
    const cut = proof.slice(proof.indexOf('\n') + 1);
    for (const bad of ['', cut, proof + proof, await lines(300, 501)]) {
      expect((await answerTo(`old 300\n${bad}\n${checkpoint(500)}`)).status).toBe(422);
    }
    expect((await answerTo(`old 300\n${proof}\n${checkpoint(300)}`)).status).toBe(422);
    expect(witness.latest(ORIGIN)?.size).toBe(300);
    expect((await answerTo(`old 300\n${proof}\n${checkpoint(500)}`)).status).toBe(200);
  });

  it('answers 403 when a signature of the log does not verify, beside one that does', async () => {
    const forged = signer.sign('another text\n');
    expect((await answerTo(`old 0\n\n${checkpoint(5)}${forged}`)).status).toBe(403);
    expect(witness.latest(ORIGIN)).toBeUndefined();
  });

  it('knows one path', async () => {
    expect((await fetch(`${witness.url}/add-checkpoint`)).status).toBe(404);
    expect((await fetch(witness.url, { method: 'POST', body: '' })).status).toBe(404);
  });
});

/** A server in the place of the witness, and the client that asks it. */
async function inPlaceOf(
  answer: RequestListener,
  options?: { timeout: number },
): Promise<ReturnType<typeof createWitness>> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return createWitness({ url, vkey: witness.vkey }, options);
}

const answering =
  (status: number, headers: Readonly<Record<string, string>>, body: string): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

const SIZE = { 'content-type': 'text/x.tlog.size' };
const HTML = { 'content-type': 'text/html' };

describe('what is no sound answer of a witness', () => {
  const ask = async (answer: RequestListener, known = 0, options?: { timeout: number }) =>
    (await inPlaceOf(answer, options)).submit(checkpoint(500), 500, known, proofs(500));

  it.each([
    [301, { location: 'http://127.0.0.1:1/' }],
    [307, { location: '/add-checkpoint' }],
    [400, HTML],
    [403, HTML],
    [404, HTML],
    [429, HTML],
    [500, HTML],
    [503, HTML],
    [204, {}],
    [409, HTML],
    [422, HTML],
  ])('%i is a refusal', async (status, headers) =>
    expect(await ask(answering(status, headers as Record<string, string>, status === 204 ? '' : '<html>'))).toEqual({
      kind: 'refused',
      status,
    }),
  );

  it('no redirect is followed', async () => {
    let asked = 0;
    const outcome = await ask((request, response) => {
      asked += 1;
      answering(307, { location: `http://${request.headers.host}/elsewhere` }, '')(request, response);
    });
    expect([outcome, asked]).toEqual([{ kind: 'refused', status: 307 }, 1]);
  });

  it('422 is an inconsistency, whatever its body, unless it is a page', async () => {
    expect(await ask(answering(422, {}, ''))).toEqual({ kind: 'inconsistent' });
    expect(await ask(endless(422))).toEqual({ kind: 'inconsistent' });
  });

  it('409 at the very size of the checkpoint is an inconsistency, with or without the size', async () => {
    expect(await ask(answering(409, SIZE, '500\n'), 500)).toEqual({ kind: 'inconsistent' });
    expect(await ask(answering(409, {}, ''), 500)).toEqual({ kind: 'inconsistent' });
    expect(await ask(answering(409, SIZE, '500\n'), 0)).toEqual({ kind: 'inconsistent' });
    expect(await ask(answering(409, HTML, '<html>'), 500)).toEqual({ kind: 'refused', status: 409 });
  });

  it.each([
    '',
    '300',
    '0300\n',
    '-1\n',
    '3e2\n',
    '99999999999999999999\n',
    '9999999999999999\n',
    '300\n300\n',
    '300\r\n',
  ])('409 with the size %j is a refusal', async (body) =>
    expect(await ask(answering(409, SIZE, body))).toEqual({ kind: 'refused', status: 409 }),
  );

  it('409 that names the size it was asked from is a refusal', async () =>
    expect(await ask(answering(409, SIZE, '0\n'))).toEqual({ kind: 'refused', status: 409 }));

  it('409 again after the second try leaves it behind, and is not tried for ever', async () => {
    const told = [100, 200, 300, 400];
    let asked = 0;
    const outcome = await ask((request, response) => {
      answering(409, { 'content-type': 'text/x.tlog.size; charset=utf-8' }, `${told[asked]}\n`)(request, response);
      asked += 1;
    });
    expect([outcome, asked]).toEqual([{ kind: 'behind', size: 200 }, 2]);
  });

  const ownLine = (rest: Buffer): string => {
    const { name, keyId } = parseVkey(witness.vkey);
    return `— ${name} ${Buffer.concat([keyId, rest]).toString('base64')}\n`;
  };

  it('a line that does not verify is a refusal, also beside one that does', async () => {
    const refused = { kind: 'refused', status: 200 };
    const good = await submit(500, 0);
    if (good.kind !== 'cosigned') throw new Error(good.kind);
    const other = await submit(600, 500);
    if (other.kind !== 'cosigned') throw new Error(other.kind);
    expect(await ask(answering(200, {}, other.line))).toEqual(refused);
    expect(await ask(answering(200, {}, ownLine(Buffer.alloc(72))))).toEqual(refused);
    expect(await ask(answering(200, {}, ownLine(Buffer.alloc(10))))).toEqual(refused);
    expect(await ask(answering(200, {}, good.line + other.line))).toEqual(refused);
    expect(await ask(answering(200, {}, `${good.line}<html>\n`))).toEqual(refused);
    expect(await ask(answering(200, {}, good.line))).toEqual(good);
  });

  it('a line whose time was changed is a refusal', async () => {
    const good = await submit(500, 0);
    if (good.kind !== 'cosigned') throw new Error(good.kind);
    const bytes = Buffer.from(good.line.split(' ')[2]!, 'base64').subarray(4);
    bytes.writeUInt8(bytes.readUInt8(7) ^ 1, 7);
    expect(await ask(answering(200, {}, ownLine(bytes)))).toEqual({ kind: 'refused', status: 200 });
  });

  it('lines of keys that are not configured are passed over', async () => {
    const stranger = createSigner('stranger.example', generateKeyPairSync('ed25519').privateKey);
    const good = await submit(500, 0);
    if (good.kind !== 'cosigned') throw new Error(good.kind);
    const unknown = stranger.sign('text\n');
    expect(await ask(answering(200, {}, unknown + good.line))).toEqual(good);
    expect(await ask(answering(200, {}, unknown))).toEqual({ kind: 'refused', status: 200 });
  });

  it.each([
    ['nothing', ''],
    ['a page', '<html>\n<body>Sign in</body>\n</html>\n'],
    ['bytes', '\0\xff\n'],
    ['a line without its end', '— witness.example/w1 AAAAAAAA'],
  ])('200 with %s comes from no witness', async (_, body) =>
    expect(await ask(answering(200, HTML, body))).toEqual({ kind: 'unavailable' }),
  );

  it.each([200, 409])('%i with an endless body is not read to its end', async (status) => {
    poured = 0;
    expect(await ask(endless(status))).toEqual({ kind: 'unavailable' });
    // What the sockets hold, and not what five seconds bring.
    expect(poured).toBeLessThan(32 * 1024 * 1024);
  });

  it.each([
    ['before its head', () => {}],
    ['in its head', (_: unknown, response: ServerResponse) => response.socket?.write('HTTP/1.1 200 OK\r\n')],
    ['in its body', (_: unknown, response: ServerResponse) => response.writeHead(200).write('— witness')],
  ])('an answer that hangs %s is given up in time', async (_, answer) => {
    const before = performance.now();
    expect(await ask(answer as RequestListener, 0, { timeout: 200 })).toEqual({ kind: 'unavailable' });
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('a line that is cut, bytes that are no HTTP, and nobody there', async () => {
    const broken = (_: unknown, response: ServerResponse): void => {
      response.writeHead(200, { 'content-length': '500' }).write('— witness');
      setImmediate(() => response.destroy());
    };
    expect(await ask(broken as RequestListener)).toEqual({ kind: 'unavailable' });
    const noise = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.end('SSH-2.0-OpenSSH\r\n', () => socket.destroy());
    });
    await new Promise<void>((resolve) => noise.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(noise.address() as AddressInfo).port}`;
    const client = createWitness({ url, vkey: witness.vkey });
    expect(await client.submit(checkpoint(5), 5, 0, proofs(5))).toEqual({ kind: 'unavailable' });
    await new Promise((resolve) => noise.close(resolve));
    expect(await client.submit(checkpoint(5), 5, 0, proofs(5))).toEqual({ kind: 'unavailable' });
  });
});

/** Bytes that `endless` has written. */
let poured = 0;

function endless(status: number): RequestListener {
  const bytes = Buffer.alloc(16_384, '1');
  return (_, response) => {
    const more = (): void => {
      do poured += bytes.length;
      while (!response.destroyed && response.write(bytes));
    };
    response.writeHead(status, SIZE).on('drain', more);
    more();
  };
}

describe('the request', () => {
  it('is the one of the spec, under the submission prefix', async () => {
    const heard: string[] = [];
    const server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      heard.push(`${request.method} ${request.url}\n${body}`);
      response.writeHead(403).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (const url of [at, `${at}/`, `${at}/some/prefix`, `${at}/some/prefix/`]) {
      await createWitness({ url, vkey: witness.vkey }).submit(checkpoint(3), 3, 2, proofs(3));
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const body = `old 2\n${tree.proof(2, 3).map((hash) => `${hash.toString('base64')}\n`)}\n${checkpoint(3)}`;
    const bare = `POST /add-checkpoint\n${body}`;
    const under = `POST /some/prefix/add-checkpoint\n${body}`;
    expect(heard).toEqual([bare, bare, under, under]);
  });
});

describe('wrong use', () => {
  it.each(['', 'witness.example', 'ftp://witness.example', 'http://a:b@witness.example', 'http://w/?x', 'http://w/#x'])(
    'no witness at %j',
    (url) => expect(() => createWitness({ url, vkey: witness.vkey })).toThrow(TypeError),
  );

  it('no witness by a key that signs notes', () =>
    expect(() => createWitness({ url: witness.url, vkey: signer.vkey })).toThrow('is not one for cosignatures'));
});
