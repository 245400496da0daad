import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, inject, it } from 'vitest';
import { connectDatabase } from '../../bin/database.ts';

const server = new URL(inject('postgresUrl'));
const changed = (change: (url: URL) => void): string => {
  const url = new URL(server);
  change(url);
  return url.href;
};

/** A server that lets everyone in (`trust`) says nothing of passwords. */
const trusting = await connectDatabase(changed((url) => (url.password = 'hush'))).then(
  (client) => client.end().then(() => true),
  () => false,
);

const PASSWORDS: [what: string, url: string, code: string][] = [
  ['wrong password', changed((url) => (url.password = 'hush')), 'DATABASE_LOGIN_REFUSED'],
  ['no password', changed((url) => (url.password = '')), 'DATABASE_LOGIN_REFUSED'],
];

describe('a wrong DATABASE_URL is one clear line', () => {
  it.each<[what: string, url: string, code: string]>([
    ['nothing like a URL', 'localhost/nivel', 'DATABASE_URL_INVALID'],
    ['another protocol', 'mysql://u:hush@127.0.0.1/nivel', 'DATABASE_URL_INVALID'],
    ['an unencoded password', 'postgres://u:hu#sh@127.0.0.1/nivel', 'DATABASE_URL_INVALID'],
    ['a certificate that is not there', 'postgres://u:hush@127.0.0.1/n?sslrootcert=/none', 'DATABASE_URL_INVALID'],
    ['nobody listens', 'postgres://u:hush@127.0.0.1:1/nivel', 'DATABASE_UNREACHABLE'],
    ['no such host', 'postgres://u:hush@nivel.invalid/nivel', 'DATABASE_UNREACHABLE'],
    ...(trusting ? [] : PASSWORDS),
    ['wrong user', changed((url) => (url.username = 'nobody')), 'DATABASE_LOGIN_REFUSED'],
    ['no such database', changed((url) => (url.pathname = '/nivel_none')), 'DATABASE_MISSING'],
  ])('%s', async (_, url, code) => {
    const error = await failure(url);
    expect(error).toMatchObject({ code });
    expect(error.message).not.toMatch(/\n|hush/);
    expect(error.message).not.toContain(server.password);
  });

  it('older than 15', async () => {
    const old = await oldServer();
    try {
      const error = await failure(`postgres://u:hush@127.0.0.1:${old.port}/nivel`);
      expect(error).toMatchObject({ code: 'DATABASE_TOO_OLD', message: expect.stringMatching(/14\.11.*15 or newer/) });
    } finally {
      old.close();
    }
  });

  it('something that is no PostgreSQL and never answers', async () => {
    const mute = createServer(() => {}).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const { port } = mute.address() as AddressInfo;
    const error = await failure(`postgres://u:hush@127.0.0.1:${port}/nivel`, 300);
    expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' });
    mute.close();
  });
});

async function failure(url: string, timeoutMs?: number): Promise<Error> {
  return connectDatabase(url, timeoutMs === undefined ? {} : { timeoutMs }).then(
    () => Promise.reject(new Error('it connected')),
    (error: Error) => error,
  );
}

/** The wire protocol of a PostgreSQL 14, as far as the question for its version goes: no such server is to be had here. */
async function oldServer(): Promise<{ port: number; close(): void }> {
  const message = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const int16 = (n: number): Buffer => Buffer.from([n >> 8, n & 255]);
  const text = (value: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeInt32BE(value.length);
    return Buffer.concat([length, Buffer.from(value)]);
  };
  const column = (name: string): Buffer =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      Buffer.alloc(6),
      Buffer.from([0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0]),
    ]);
  const ready = message('Z', Buffer.from('I'));
  const answer = Buffer.concat([
    message('T', Buffer.concat([int16(2), column('number'), column('text')])),
    message('D', Buffer.concat([int16(2), text('140011'), text('14.11')])),
    message('C', Buffer.from('SELECT 1\0')),
    ready,
  ]);
  const old = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', Buffer.alloc(4)), ready]));
      socket.once('data', () => socket.write(answer));
    });
    socket.on('error', () => {});
  }).listen(0, '127.0.0.1');
  await once(old, 'listening');
  return { port: (old.address() as AddressInfo).port, close: () => old.close() };
}
