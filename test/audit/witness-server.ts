import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign as signBytes,
  verify as verifyBytes,
} from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A log that a witness knows: its origin line and a key that signs its checkpoints. One origin may stand with several keys. */
export interface WitnessedLog {
  readonly origin: string;
  readonly vkey: string;
}

export interface RunningWitness {
  /** Submission prefix. */
  readonly url: string;
  /** Its key, signature type 0x04. */
  readonly vkey: string;
  /** The checkpoint of a log that it cosigned last. */
  latest(origin: string): { readonly size: number; readonly root: Buffer } | undefined;
  close(): Promise<void>;
}

/** More than any checkpoint with a proof of 63 lines. */
const LONGEST = 64 * 1024;

/**
 * A small reference witness on real HTTP, after C2SP tlog-witness: it cosigns a log's checkpoint only when it is signed by the log
 * and consistent with the last one it cosigned. Shares no code with the log.
 */
export async function startWitness({
  logs,
  name = 'witness.example/w1',
}: {
  readonly logs: readonly WitnessedLog[];
  readonly name?: string;
}): Promise<RunningWitness> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const keyId = idOf(name, COSIGNATURE, publicKey);
  const trusted = logs.map(({ origin, vkey }) => ({ origin, ...readVkey(vkey) }));
  const latest = new Map<string, { size: number; root: Buffer }>();

  /** Nothing waits in here: what is checked and what is remembered are one step, whoever else submits. */
  function addCheckpoint(body: string): Answer {
    const request = readRequest(body);
    if (request === null) return { status: 400 };
    const { old, proof, text, origin, size, root, signatures } = request;
    const keys = trusted.filter((log) => log.origin === origin);
    if (keys.length === 0) return { status: 404 };
    const claimed = signatures.flatMap((signature) =>
      keys
        .filter((key) => key.name === signature.name && key.id.equals(signature.bytes.subarray(0, 4)))
        .map(({ key }) => verifyBytes(null, Buffer.from(text), key, signature.bytes.subarray(4))),
    );
    if (claimed.length === 0 || claimed.includes(false)) return { status: 403 };
    if (old > size) return { status: 400 };
    const last = latest.get(origin) ?? { size: 0, root: createHash('sha256').digest() };
    const conflict = { status: 409, type: 'text/x.tlog.size', body: `${last.size}\n` };
    if (old !== last.size || (old === size && !root.equals(last.root))) return conflict;
    const trivial = old === 0 || old === size;
    if (trivial ? proof.length > 0 : !isConsistent(old, size, last.root, root, proof)) return { status: 422 };
    latest.set(origin, { size, root });
    return { status: 200, body: cosign(text) };
  }

  function cosign(text: string): string {
    const time = BigInt(Math.floor(Date.now() / 1000));
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(time);
    const signature = signBytes(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), privateKey);
    return `— ${name} ${Buffer.concat([keyId, stamp, signature]).toString('base64')}\n`;
  }

  const server = createServer((request, response) => {
    const answer = async (): Promise<Answer> => {
      if (request.method !== 'POST' || request.url !== '/add-checkpoint') return { status: 404 };
      const body = await readBody(request);
      return body === null ? { status: 400 } : addCheckpoint(body);
    };
    answer().then(
      ({ status, type = 'text/plain; charset=utf-8', body = '' }) => {
        response.writeHead(status, { 'content-type': type }).end(body);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const key = Buffer.concat([Buffer.of(COSIGNATURE), rawKey(publicKey)]).toString('base64');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    vkey: `${name}+${keyId.toString('hex')}+${key}`,
    latest: (origin) => latest.get(origin),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Whether a proof shows that the tree of `second` leaves begins with the tree of the first `first`, 0 < first < second.
 *
 * Source: RFC 9162 § 2.1.4.2, step by step.
 */
export function isConsistent(
  first: number,
  second: number,
  firstRoot: Buffer,
  secondRoot: Buffer,
  proof: readonly Buffer[],
): boolean {
  if (proof.length === 0) return false;
  const power = (BigInt(first) & (BigInt(first) - 1n)) === 0n;
  const [start, ...rest] = power ? [firstRoot, ...proof] : proof;
  let [fn, sn] = [BigInt(first) - 1n, BigInt(second) - 1n];
  const shift = (): void => {
    fn >>= 1n;
    sn >>= 1n;
  };
  while (fn & 1n) shift();
  let [fr, sr] = [start!, start!];
  for (const hash of rest) {
    if (sn === 0n) return false;
    if (fn & 1n || fn === sn) {
      fr = hashNode(hash, fr);
      sr = hashNode(hash, sr);
      while (!(fn & 1n) && fn !== 0n) shift();
    } else {
      sr = hashNode(sr, hash);
    }
    shift();
  }
  return sn === 0n && fr.equals(firstRoot) && sr.equals(secondRoot);
}

interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
}

interface Submission {
  readonly old: number;
  readonly proof: readonly Buffer[];
  /** The checkpoint without its signatures. */
  readonly text: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly signatures: readonly { readonly name: string; readonly bytes: Buffer }[];
}

function readRequest(body: string): Submission | null {
  const [, old, proof, text, origin, size, root, signatures] = REQUEST.exec(body) ?? [];
  if (old === undefined || proof === undefined || text === undefined || origin === undefined) return null;
  if (!Number.isSafeInteger(Number(old)) || !Number.isSafeInteger(Number(size))) return null;
  return {
    old: Number(old),
    proof: (proof.match(/.+/g) ?? []).map((line) => Buffer.from(line, 'base64')),
    text,
    origin,
    size: Number(size),
    root: Buffer.from(root ?? '', 'base64'),
    signatures: (signatures?.match(/.+/g) ?? []).map((line) => {
      const [, signer = '', encoded = ''] = line.split(' ');
      return { name: signer, bytes: Buffer.from(encoded, 'base64') };
    }),
  };
}

const NUMBER = '(0|[1-9][0-9]{0,15})';
const HASH = '[A-Za-z0-9+/]{43}=';
const REQUEST = new RegExp(
  `^old ${NUMBER}\n((?:${HASH}\n){0,63})\n((.+)\n${NUMBER}\n(${HASH})\n(?:.+\n)*)\n((?:— [^ \n]+ [A-Za-z0-9+/]+={0,2}\n)+)$`,
);

async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const ED25519 = 0x01;
const COSIGNATURE = 0x04;

function readVkey(vkey: string): { readonly name: string; readonly id: Buffer; readonly key: KeyObject } {
  const at = vkey.split('+', 2).join('+').length;
  const name = vkey.slice(0, vkey.indexOf('+'));
  const x = Buffer.from(vkey.slice(at + 1), 'base64').subarray(1);
  const key = createPublicKey({ format: 'jwk', key: { kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') } });
  return { name, id: idOf(name, ED25519, key), key };
}

function idOf(name: string, type: number, key: KeyObject): Buffer {
  return createHash('sha256').update(`${name}\n`).update(Buffer.of(type)).update(rawKey(key)).digest().subarray(0, 4);
}

function rawKey(key: KeyObject): Buffer {
  return Buffer.from(key.export({ format: 'jwk' }).x as string, 'base64url');
}

function hashNode(left: Buffer, right: Buffer): Buffer {
  return createHash('sha256').update(Buffer.of(1)).update(left).update(right).digest();
}
